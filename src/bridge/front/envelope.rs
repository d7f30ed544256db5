//! The envelope of a SOAP request, read up to the first child of its Body.

use crate::bridge::failure::Failure;
use crate::bridge::undeclared::Undeclared;
use crate::codec::HeaderBlocks;
use crate::service::{FrontAddressing, Service, SoapFront};
use crate::soap::{self, Addressed, Block, Offer, Version};
use crate::wss::{self, Rejection, Security};
use crate::xml::{Name, Reader, ns};

/// An envelope, read up to the first child of its Body.
pub(super) struct Envelope<'i> {
    pub(super) version: Version,
    /// The first child of its Body, at whose start tag the reader stands.
    pub(super) first: Option<Name<'i>>,
    pub(super) header: Header,
}

/// What stands in the Header of an envelope.
#[derive(Default)]
pub(super) struct Header {
    /// The header blocks that the bridge itself does not understand.
    pub(super) blocks: Blocks,
    /// The Security header, where the front asks for one.
    pub(super) security: Option<Result<Security, Rejection>>,
    /// The properties of WS-Addressing, where the front reads them.
    pub(super) addressed: Addressed,
    /// The action, where the front does not read the others, and the contract has operations that nothing else tells apart.
    pub(super) action: Option<String>,
}

/// Header blocks that are parts of the message.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) declared: HeaderBlocks,
    pub(super) undeclared: Undeclared,
}

/// An envelope that cannot be read, and what its Header said before that.
pub(super) struct Unopened {
    pub(super) failure: Failure,
    pub(super) addressed: Addressed,
}

impl<'i> Envelope<'i> {
    /// Reads the envelope of a request to `front`.
    pub(super) fn open(
        service: &Service,
        front: &SoapFront,
        reader: &mut Reader<'i>,
    ) -> Result<Self, Box<Unopened>> {
        let mut reading = Reading { service, front, header: Header::default() };
        let opened = soap::open_as(reader, &front.security.actors, |name, reader, offer| {
            reading.offered(name, reader, offer)
        });
        let header = reading.header;
        match opened {
            Ok(opened) => Ok(Self { version: opened.version, first: opened.first, header }),
            Err(failure) => Err(Box::new(Unopened { failure, addressed: header.addressed })),
        }
    }
}

/// A Header that is read.
struct Reading<'h> {
    service: &'h Service,
    front: &'h SoapFront,
    header: Header,
}

impl Reading<'_> {
    fn offered(&mut self, name: Name<'_>, reader: &mut Reader<'_>, offer: Offer) -> Result<Block, Failure> {
        let Blocks { declared, undeclared } = &mut self.header.blocks;
        match offer {
            Offer::Addressed if declared.keep(&self.service.plan, name, reader)? => Ok(Block::Understood),
            Offer::Addressed => self.take(name, reader),
            // Whoever it is for, whoever stands behind this front could take it for the caller's.
            Offer::Left if self.service.holds_credentials(name.local) => {
                reader.skip()?;
                Ok(Block::Understood)
            }
            Offer::Left => {
                undeclared.keep(name, reader)?;
                Ok(Block::Understood)
            }
        }
    }

    fn take(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        if name == (Name { ns: ns::WSSE, local: "Security" }) && self.front.wants_token() {
            return self.take_security(reader);
        }
        if self.front.addressing != FrontAddressing::Off {
            let taken = self.header.addressed.take(name, reader)?;
            return Ok(if taken { Block::Understood } else { Block::Unknown });
        }
        if soap::is_action(name) && self.service.plan.has_alternatives() {
            return self.take_action(reader);
        }
        Ok(Block::Unknown)
    }

    /// The Security header is understood where the front asks for credentials in it, and nowhere else: a sender must not
    /// believe that a token counted which nobody looked at.
    fn take_security(&mut self, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        let read = wss::read(reader, &self.front.security.profile, &self.service.limits.wss)?;
        let security = &mut self.header.security;
        *security = Some(if security.is_some() { Err(Rejection::TwoHeaders) } else { read });
        Ok(Block::Understood)
    }

    /// Two of them say something, and nobody knows what.
    fn take_action(&mut self, reader: &mut Reader<'_>) -> Result<Block, Failure> {
        if self.header.action.is_some() {
            return Err(soap::Error::Action.into());
        }
        self.header.action = Some(soap::read_action(reader)?);
        Ok(Block::Understood)
    }
}
