//! The addressing properties of a message: Core, section 3.2, as header blocks (SOAP Binding, section 3).

use std::sync::Arc;

use super::endpoint::{self, Endpoint, text};
use super::fault::{AddressingCode, AddressingFault};
use super::version::Addressing;
use crate::xml::{self, Name, Reader, ns};

/// The addressing properties of a message, while its Header is read and when that is done.
#[derive(Clone, Debug, Default)]
pub struct Addressed {
    /// The version of its blocks; nothing while there is none.
    version: Option<Addressing>,
    /// Its `Action`, which may be empty.
    action: Option<Box<str>>,
    to: bool,
    from: bool,
    pub(super) message_id: Option<Arc<str>>,
    reply_to: Option<Endpoint>,
    fault_to: Option<Endpoint>,
    /// What it is the reply to.
    relates_to: Option<Box<str>>,
    /// Whether one of several `RelatesTo` says that it is the reply to something else.
    relates_elsewhere: bool,
    /// The first thing that is wrong.
    wrong: Option<AddressingFault>,
}

impl Addressed {
    /// Takes the block `name`, at whose start tag `reader` stands, if it is a property; says whether it is. A message has the properties of
    /// one version, that of the first block.
    ///
    /// Errors: an ill-formed document.
    pub fn take(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<bool, xml::Error> {
        let Some(version) = Addressing::of_namespace(name.ns) else { return Ok(false) };
        if self.version.is_some_and(|known| known != version) {
            return Ok(false);
        }
        match name.local {
            "Action" => self.action = self.text("Action", version, reader)?.or(self.action.take()),
            "MessageID" => {
                self.message_id = self.text("MessageID", version, reader)?.or(self.message_id.take());
            }
            "RelatesTo" => self.relates_to(version, reader)?,
            "To" => {
                self.once("To", version, self.to);
                self.to = true;
                self.text::<Box<str>>("To", version, reader)?;
            }
            "From" => {
                self.once("From", version, self.from);
                self.from = true;
                reader.skip()?;
            }
            "ReplyTo" => {
                self.once("ReplyTo", version, self.reply_to.is_some());
                self.reply_to = Some(self.endpoint("ReplyTo", version, reader)?);
            }
            "FaultTo" => {
                self.once("FaultTo", version, self.fault_to.is_some());
                self.fault_to = Some(self.endpoint("FaultTo", version, reader)?);
            }
            _ => return Ok(false),
        }
        self.version = Some(version);
        Ok(true)
    }

    /// The version of its blocks; nothing where there is none.
    #[inline]
    pub fn version(&self) -> Option<Addressing> {
        self.version
    }

    /// Its `Action`, where that says something.
    pub fn action(&self) -> Option<&str> {
        self.action.as_deref().filter(|action| !action.is_empty())
    }

    /// Its `MessageID`.
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }

    /// Where its answer goes: where it does not say, to whoever waits for it (Core, section 3.2).
    pub(super) fn reply_to(&self) -> Endpoint {
        // The default is the anonymous endpoint.
        self.reply_to.clone().unwrap_or_default()
    }

    /// Where its fault goes: where it does not say, to where its answer goes (Core, section 3.4).
    pub(super) fn fault_to(&self) -> Endpoint {
        match &self.fault_to {
            Some(endpoint) => endpoint.clone(),
            None => self.reply_to(),
        }
    }

    /// Errors: a block that cannot be used or is there twice, and a message without an `Action`: one that is `required` to have properties,
    /// or has others (SOAP Binding, section 6.4.2). One that is empty, as zeep writes where a contract has no action, says nothing.
    pub fn check(&self, required: bool) -> Result<(), AddressingFault> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        // Whoever sends none is told of the version that is a standard.
        let version = self.version.map_or(Addressing::V10, |version| version);
        let engaged = required || self.version.is_some();
        match self.action.as_deref() {
            None if engaged => Err(missing(version, "Action")),
            Some("") if required => {
                Err(AddressingFault { version, code: AddressingCode::InvalidAddress, block: "Action" })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Errors: a request that is answered, and cannot be told from others: it must have a `MessageID` where it is `required` to have
    /// properties, and where it says whom to answer (Metadata, section 5.1.1).
    pub fn check_answered(&self, required: bool) -> Result<(), AddressingFault> {
        let asks = required || self.reply_to.is_some() || self.fault_to.is_some();
        match self.version {
            Some(version) if asks && self.message_id.is_none() => Err(missing(version, "MessageID")),
            Some(_) | None => Ok(()),
        }
    }

    /// Errors: it says that it is the reply to something else than `request`. What says nothing is passed: not every backend does.
    pub fn check_reply(&self, request: &str) -> Result<(), NotRelated> {
        let other = |related: &&str| *related != request && *related != UNSPECIFIED;
        let elsewhere = self.relates_elsewhere || self.relates_to.as_deref().as_ref().is_some_and(other);
        if elsewhere { Err(NotRelated) } else { Ok(()) }
    }

    /// A property that is a text.
    fn text<T: for<'t> From<&'t str>>(
        &mut self,
        block: &'static str,
        version: Addressing,
        reader: &mut Reader<'_>,
    ) -> Result<Option<T>, xml::Error> {
        let known = match block {
            "Action" => self.action.is_some(),
            "MessageID" => self.message_id.is_some(),
            _ => false,
        };
        self.once(block, version, known);
        let text = text(reader)?.filter(|text| !text.is_empty() || block == "Action").map(T::from);
        if text.is_none() {
            self.refuse(AddressingFault { version, code: AddressingCode::InvalidAddress, block });
        }
        Ok(text)
    }

    fn endpoint(
        &mut self,
        block: &'static str,
        version: Addressing,
        reader: &mut Reader<'_>,
    ) -> Result<Endpoint, xml::Error> {
        match endpoint::read(version, reader)? {
            Ok(endpoint) => Ok(endpoint),
            Err(code) => {
                self.refuse(AddressingFault { version, code, block });
                Ok(Endpoint::default())
            }
        }
    }

    /// There may be several, for several relationships.
    fn relates_to(&mut self, version: Addressing, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let is_reply = version.is_reply(reader.attribute(ns::NONE, "RelationshipType"));
        match text(reader)? {
            Some(related) if is_reply && self.relates_to.is_none() => self.relates_to = Some(related.into()),
            Some(related) if is_reply => {
                self.relates_elsewhere |= self.relates_to.as_deref() != Some(related);
            }
            Some(_) => {}
            None => self.relates_elsewhere |= is_reply,
        }
        Ok(())
    }

    /// Of two that say something nobody knows which one counts.
    fn once(&mut self, block: &'static str, version: Addressing, known: bool) {
        if known {
            self.refuse(AddressingFault { version, code: AddressingCode::InvalidCardinality, block });
        }
    }

    fn refuse(&mut self, fault: AddressingFault) {
        self.wrong.get_or_insert(fault);
    }
}

/// What a reply relates to whose sender does not know the request (Core, section 3.2).
const UNSPECIFIED: &str = "http://www.w3.org/2005/08/addressing/unspecified";

/// A reply to the request of somebody else, or to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its RelatesTo is not the MessageID of the request: it is the reply to another one")]
pub struct NotRelated;

fn missing(version: Addressing, block: &'static str) -> AddressingFault {
    AddressingFault { version, code: AddressingCode::MessageAddressingHeaderRequired, block }
}
