//! Header blocks of a client's envelope that the contract does not declare: they go on to a SOAP backend as they are, or the
//! request is refused. None of them vanishes in silence.

use crate::bridge::failure::{Breach, Failure};
use crate::codec::{self, HeaderBlock, Violation, Violations};
use crate::limits::BREACHES;
use crate::service::outcome::Notice;
use crate::service::{Backend, Code, Service, UndeclaredHeaders};
use crate::xml::{self, Name, Reader, ns};

/// The header blocks of an envelope that the contract does not declare.
#[derive(Debug, Default)]
pub(super) struct Undeclared {
    blocks: Vec<HeaderBlock>,
}

impl Undeclared {
    /// Keeps the block at whose start tag the reader stands. Blocks about credentials and addresses are for the node that they
    /// were sent to: they are not passed on, for a backend would take them for the bridge's.
    pub(super) fn keep(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        if matches!(name.ns, ns::WSSE | ns::WSSE11 | ns::WSA) {
            return reader.skip();
        }
        self.blocks.push(HeaderBlock::read(name, reader)?);
        Ok(())
    }

    /// What goes on to the backend of `service`: these blocks, and `others`, which the contract declares for other messages.
    ///
    /// Errors: a block, where the service takes none that its contract does not declare for the message.
    pub(super) fn sent(&self, service: &Service, others: &[&HeaderBlock]) -> Result<Sent, Failure> {
        let blocks = || self.blocks.iter().chain(others.iter().copied());
        if service.undeclared_headers == UndeclaredHeaders::Reject {
            let violations: Vec<Violation> = blocks().map(violation).take(BREACHES).collect();
            let refused = !violations.is_empty();
            let breach = Breach { violations: Violations(violations), notices: Vec::new() };
            return if refused { Err(breach.into()) } else { Ok(Sent::default()) };
        }
        Ok(match service.backend {
            Backend::Json(_) => {
                Sent { blocks: String::new(), warnings: blocks().map(left_out).take(BREACHES).collect() }
            }
            Backend::Soap(_) => {
                Sent { blocks: blocks().map(HeaderBlock::raw).collect(), warnings: Vec::new() }
            }
        })
    }
}

/// What becomes of header blocks that the contract does not declare.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Those that the backend gets, as XML.
    pub(super) blocks: String,
    /// About those that no backend gets.
    pub(super) warnings: Vec<Notice>,
}

fn violation(block: &HeaderBlock) -> Violation {
    let expected = "a header block that the contract does not declare for this message".to_owned();
    Violation {
        breach: codec::Breach::Unknown,
        pointer: codec::header_pointer(block.local()),
        path: String::new(),
        expected,
    }
}

fn left_out(block: &HeaderBlock) -> Notice {
    let message = format!(
        "{}: a header block that the backend cannot get, and the contract does not declare",
        block.local()
    );
    Notice::new(Code::Suspicious, message).at(codec::header_pointer(block.local()))
}
