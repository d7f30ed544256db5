//! The envelope of a SOAP request, read up to the first child of its Body.

use crate::bridge::failure::Failure;
use crate::bridge::undeclared::Undeclared;
use crate::codec::HeaderBlocks;
use crate::limits::WssLimits;
use crate::service::{Service, SoapFront};
use crate::soap::{self, Block, Offer, Version};
use crate::wss::{self, Rejection, Security};
use crate::xml::{Name, Reader, ns};

/// An envelope, read up to the first child of its Body.
pub(super) struct Envelope<'i> {
    pub(super) version: Version,
    /// The first child of its Body, at whose start tag the reader stands.
    pub(super) first: Option<Name<'i>>,
    /// The header blocks that the bridge itself does not understand.
    pub(super) blocks: Blocks,
    /// The Security header, where the front asks for one.
    pub(super) security: Option<Result<Security, Rejection>>,
    /// The action, where the contract has operations that nothing else tells apart.
    pub(super) action: Option<String>,
}

/// Header blocks that are parts of the message.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) declared: HeaderBlocks,
    pub(super) undeclared: Undeclared,
}

impl<'i> Envelope<'i> {
    /// Reads the envelope of a request to `front`.
    pub(super) fn open(
        service: &Service,
        front: &SoapFront,
        reader: &mut Reader<'i>,
    ) -> Result<Self, Failure> {
        let mut header = Header {
            wants_action: service.plan.has_alternatives(),
            front,
            limits: &service.limits.wss,
            security: None,
            action: None,
        };
        let mut blocks = HeaderBlocks::default();
        let mut undeclared = Undeclared::default();
        let opened = soap::open_as(reader, &front.security.actors, |name, reader, offer| match offer {
            Offer::Addressed if blocks.keep(&service.plan, name, reader)? => Ok(Block::Understood),
            Offer::Addressed => header.take(name, reader),
            Offer::Left => {
                undeclared.keep(name, reader)?;
                Ok(Block::Understood)
            }
        })?;
        let Header { security, action, .. } = header;
        let blocks = Blocks { declared: blocks, undeclared };
        Ok(Self { version: opened.version, first: opened.first, blocks, security, action })
    }
}

/// The header blocks that the bridge itself understands.
struct Header<'h> {
    wants_action: bool,
    front: &'h SoapFront,
    limits: &'h WssLimits,
    security: Option<Result<Security, Rejection>>,
    action: Option<String>,
}

impl Header<'_> {
    fn take(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        if name == (Name { ns: ns::WSSE, local: "Security" }) && self.front.auth.wants_token() {
            return self.take_security(reader);
        }
        if soap::is_action(name) && self.wants_action {
            return self.take_action(reader);
        }
        Ok(Block::Unknown)
    }

    /// The Security header is understood where the front asks for credentials in it, and nowhere else: a sender must not
    /// believe that a token counted which nobody looked at.
    fn take_security(&mut self, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        let read = wss::read(reader, &self.front.security.profile, self.limits)?;
        self.security = Some(if self.security.is_some() { Err(Rejection::TwoHeaders) } else { read });
        Ok(Block::Understood)
    }

    /// Two of them say something, and nobody knows what.
    fn take_action(&mut self, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        if self.action.is_some() {
            return Err(soap::Error::Action.into());
        }
        self.action = Some(soap::read_action(reader)?);
        Ok(Block::Understood)
    }
}
