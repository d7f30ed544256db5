//! The addressing properties of a request to a backend: made once, but for its `MessageID`.

use super::version::Addressing;
use crate::soap::text::{put, put_text};

/// The header blocks of the requests of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestAddressing {
    /// Up to the text of `MessageID`.
    before: Box<[u8]>,
}

/// What all requests of an operation say.
#[derive(Clone, Copy, Debug)]
pub struct RequestProperties<'p> {
    /// The version of WS-Addressing.
    pub version: Addressing,
    /// The action.
    pub action: &'p str,
    /// The address of the backend.
    pub to: &'p str,
    /// Whether the backend must understand what says whom and what the message is for.
    pub must_understand: bool,
}

impl RequestAddressing {
    /// The header blocks of requests that say `properties`, in an envelope whose prefix is `soapenv`.
    pub fn new(properties: RequestProperties<'_>) -> Self {
        let RequestProperties { version, action, to, must_understand } = properties;
        let mut out = Vec::new();
        let start = |out: &mut Vec<u8>, local: &str, must: bool| {
            let must = if must { " soapenv:mustUnderstand=\"1\"" } else { "" };
            for piece in ["<wsa:", local, " xmlns:wsa=\"", version.uri(), "\"", must, ">"] {
                put(out, piece);
            }
        };
        for (local, text) in [("Action", action), ("To", to)] {
            start(&mut out, local, must_understand);
            put_text(&mut out, text);
            for piece in ["</wsa:", local, ">"] {
                put(&mut out, piece);
            }
        }
        start(&mut out, "ReplyTo", false);
        for piece in ["<wsa:Address>", version.anonymous(), "</wsa:Address></wsa:ReplyTo>"] {
            put(&mut out, piece);
        }
        start(&mut out, "MessageID", false);
        Self { before: out.into() }
    }

    /// Appends the header blocks of the request with this `MessageID`, which needs no escapes.
    #[inline]
    pub fn write(&self, out: &mut Vec<u8>, message_id: &str) {
        out.extend_from_slice(&self.before);
        put(out, message_id);
        put(out, "</wsa:MessageID>");
    }
}
