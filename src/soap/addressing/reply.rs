//! How a message with addressing properties is answered: Core, section 3.4.

use std::sync::Arc;

use super::endpoint::Endpoint;
use super::read::Addressed;
use super::version::Addressing;
use crate::soap::text::{put, put_text};

/// How a message with addressing properties is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replying {
    version: Addressing,
    /// The `MessageID` of the message.
    relates_to: Option<Arc<str>>,
    reply_to: Endpoint,
    fault_to: Endpoint,
    /// The action of the response, where that is known.
    pub action: Arc<str>,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerTo {
    /// A fault, for `FaultTo`.
    Fault,
    /// A response, for `ReplyTo`.
    Reply,
}

impl Replying {
    /// How the message that has these properties is answered; nothing where it has none.
    pub fn to(addressed: &Addressed) -> Option<Self> {
        Some(Self {
            version: addressed.version()?,
            relates_to: addressed.message_id.clone(),
            reply_to: addressed.reply_to(),
            fault_to: addressed.fault_to(),
            action: Arc::default(),
        })
    }

    /// The version of the message.
    pub fn version(&self) -> Addressing {
        self.version
    }

    /// Whether an answer is sent at all: nobody waits for one at the address `none`.
    #[inline]
    pub fn sends(&self, answer: AnswerTo) -> bool {
        !self.endpoint(answer).none
    }

    /// Appends the header blocks of an answer with this action and this `MessageID`.
    pub fn write(&self, out: &mut Vec<u8>, answer: AnswerTo, said: AnswerProperties<'_>) {
        let tags = Tags::of(self.version);
        put(out, tags.action);
        put_text(out, said.action);
        put(out, tags.message_id);
        put(out, said.message_id);
        match &self.relates_to {
            Some(related) => {
                put(out, tags.relates_to);
                put_text(out, related);
                put(out, "</wsa:RelatesTo>");
            }
            None => put(out, "</wsa:MessageID>"),
        }
        put(out, &self.endpoint(answer).parameters);
    }

    /// What an answer has from the message besides its `MessageID`.
    pub fn shape(&self) -> [&str; 4] {
        let relates = if self.relates_to.is_some() { "RelatesTo" } else { "" };
        [self.version.uri(), relates, &self.reply_to.parameters, &self.fault_to.parameters]
    }

    /// `envelope`, the answer to another message, as the answer to this one.
    pub fn again(&self, envelope: &[u8]) -> Vec<u8> {
        let Some(related) = &self.relates_to else { return envelope.to_vec() };
        let tag = Tags::of(self.version).relates_to;
        // Nothing that stands before it is somebody else's but as escaped text.
        let begin = memchr::memmem::find(envelope, tag.as_bytes()).map(|at| at + tag.len());
        let Some((before, rest)) = begin.and_then(|at| envelope.split_at_checked(at)) else {
            return envelope.to_vec();
        };
        let end = memchr::memchr(b'<', rest).map_or(rest.len(), |end| end);
        let mut out = before.to_vec();
        put_text(&mut out, related);
        out.extend(rest.iter().skip(end));
        out
    }

    fn endpoint(&self, answer: AnswerTo) -> &Endpoint {
        match answer {
            AnswerTo::Fault => &self.fault_to,
            AnswerTo::Reply => &self.reply_to,
        }
    }
}

/// What stands between the texts of an answer's properties.
struct Tags {
    /// Before `Action`.
    action: &'static str,
    /// Between `Action` and `MessageID`; without a `To` the submission has no message.
    message_id: &'static str,
    /// Between `MessageID` and `RelatesTo`.
    relates_to: &'static str,
}

impl Tags {
    #[inline]
    fn of(version: Addressing) -> &'static Self {
        match version {
            Addressing::V10 => &V10,
            Addressing::V2004 => &V2004,
        }
    }
}

const V10: Tags = Tags {
    action: "<wsa:Action xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">",
    message_id: "</wsa:Action><wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">",
    relates_to: "</wsa:MessageID><wsa:RelatesTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">",
};

const V2004: Tags = Tags {
    action: "<wsa:Action xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">",
    message_id: "</wsa:Action><wsa:To xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">\
        http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>\
        <wsa:MessageID xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">",
    relates_to: "</wsa:MessageID><wsa:RelatesTo xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">",
};

/// What an answer says of itself.
#[derive(Clone, Copy, Debug)]
pub struct AnswerProperties<'s> {
    /// Its action.
    pub action: &'s str,
    /// Its `MessageID`.
    pub message_id: &'s str,
}
