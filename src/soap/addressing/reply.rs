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
    relates_to: Option<Box<str>>,
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
            relates_to: addressed.message_id().map(Box::from),
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
    pub fn write(&self, out: &mut Vec<u8>, answer: AnswerTo, said: Said<'_>) {
        let mut block = |local: &str, text: &str| {
            for piece in ["<wsa:", local, " xmlns:wsa=\"", self.version.uri(), "\">"] {
                put(out, piece);
            }
            put_text(out, text);
            for piece in ["</wsa:", local, ">"] {
                put(out, piece);
            }
        };
        block("Action", said.action);
        if self.version == Addressing::V2004 {
            // Without it the submission has no message.
            block("To", self.version.anonymous());
        }
        block("MessageID", said.message_id);
        if let Some(related) = &self.relates_to {
            block("RelatesTo", related);
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
        let tag = format!("<wsa:RelatesTo xmlns:wsa=\"{}\">", self.version.uri());
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

/// What an answer says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// Its action.
    pub action: &'s str,
    /// Its `MessageID`.
    pub message_id: &'s str,
}
