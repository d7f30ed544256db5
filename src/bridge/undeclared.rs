//! Header blocks of an envelope that the contract does not declare for its message: they go on to whoever speaks SOAP too, or the
//! message is refused. None of them vanishes in silence.

use crate::codec::{self, HeaderBlock, Violation, Violations};
use crate::limits::{BREACHES, XmlLimits};
use crate::service::outcome::Notice;
use crate::service::{Code, Service, UndeclaredHeaders, checks};
use crate::soap::{self, NotCarried, Version};
use crate::xml::{self, Name, Reader};

/// The header blocks of an envelope that the contract does not declare, while it is read.
#[derive(Debug, Default)]
pub(super) struct Undeclared {
    blocks: Vec<HeaderBlock>,
}

impl Undeclared {
    /// Keeps the block at whose start tag the reader stands, unless it stops at the bridge.
    pub(super) fn keep(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        if soap::is_for_one_node(name) {
            return reader.skip();
        }
        self.blocks.push(HeaderBlock::read(name, reader)?);
        Ok(())
    }

    /// What goes on of an envelope in `version`: these blocks, and `others`, which the contract declares for other messages.
    ///
    /// Errors: there is a block, and `service` takes none that its contract does not declare for the message.
    pub(super) fn passing(
        mut self,
        service: &Service,
        version: Version,
        others: &[&HeaderBlock],
    ) -> Result<Option<Passing>, Violations> {
        self.blocks.extend(others.iter().copied().cloned());
        if self.blocks.is_empty() {
            return Ok(None);
        }
        match service.undeclared_headers {
            UndeclaredHeaders::Pass => Ok(Some(Passing { version, blocks: self.blocks })),
            UndeclaredHeaders::Reject => {
                let refused = self.blocks.iter().map(|block| codec::undeclared(block.local()));
                Err(Violations(refused.take(BREACHES).collect()))
            }
        }
    }
}

/// Header blocks on their way through.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    /// The version of the envelope that they stood in.
    version: Version,
    blocks: Vec<HeaderBlock>,
}

impl Passing {
    /// The blocks for an envelope in the version `to`; those that it cannot have are told apart.
    pub(super) fn carried(&self, to: Version, limits: &XmlLimits) -> Carried {
        let mut carried = Carried::default();
        for block in &self.blocks {
            match soap::carried(block.raw(), soap::Crossing { from: self.version, to }, limits) {
                Ok(xml) => carried.xml.push_str(&xml),
                Err(reason) => carried.refuse(block, &reason),
            }
        }
        carried
    }

    /// What whoever has no place for them is told: `what` each of them is.
    pub(super) fn left_out(&self, what: &str) -> Vec<Notice> {
        let told = |block: &HeaderBlock| notice(&violation(block, what.to_owned()));
        self.blocks.iter().map(told).take(BREACHES).collect()
    }
}

/// What can be carried of header blocks into another envelope, and what cannot.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) xml: String,
    refused: Vec<Violation>,
}

impl Carried {
    fn refuse(&mut self, block: &HeaderBlock, reason: &NotCarried) {
        if self.refused.len() < BREACHES {
            let expected = format!("a header block that cannot go into the other version of SOAP: {reason}");
            self.refused.push(violation(block, expected));
        }
    }

    /// The blocks as XML. Errors: there are some that cannot be carried.
    pub(super) fn whole(self) -> Result<String, Violations> {
        if self.refused.is_empty() { Ok(self.xml) } else { Err(Violations(self.refused)) }
    }

    /// About those that cannot be carried.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Notice> {
        self.refused.iter().map(notice)
    }
}

fn violation(block: &HeaderBlock, expected: String) -> Violation {
    let pointer = codec::header_pointer(block.local());
    Violation { breach: codec::Breach::Unknown, pointer, path: String::new(), expected }
}

fn notice(violation: &Violation) -> Notice {
    Notice::new(Code::Suspicious, checks::message(violation)).at(violation.pointer.clone())
}
