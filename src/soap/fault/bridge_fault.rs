//! The detail that a bridge gives: `{urn:bridge:common:1}bridgeFault`.

use crate::limits::{FAULT_ERRORS, XmlLimits};
use crate::soap::text::{put, put_text};
use crate::xml::{self, Event, Namespaces, Reader};

/// The detail that a bridge gives: `{urn:bridge:common:1}bridgeFault`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeFault {
    /// The number of the request; 0 when there is none.
    pub request_id: i64,
    /// The code.
    pub code: String,
    /// The message.
    pub message: String,
    /// The HTTP status of the backend.
    pub http_status: Option<u16>,
    /// After how many seconds to try again.
    pub retry_after: Option<u32>,
    /// What the backend said went wrong: code and message of each.
    pub errors: Vec<(String, String)>,
}

/// Whether the element of this name is such a detail.
pub(super) fn is_one(namespace: &str, local: &str) -> bool {
    namespace == BridgeFault::NAMESPACE && local == BridgeFault::LOCAL
}

/// Reads such a detail, which is a document of its own.
pub(super) fn read(xml: &str, limits: &XmlLimits) -> Result<BridgeFault, xml::Error> {
    let known = Namespaces::default();
    let mut reader = Reader::new(xml, &known, limits);
    let mut bridge = BridgeFault::default();
    let mut path: Vec<String> = Vec::new();
    loop {
        match reader.next()? {
            Event::Start(name) => path.push(name.local.to_owned()),
            Event::End => {
                let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
                bridge.note(&names, reader.text().trim());
                path.pop();
            }
            Event::Eof => return Ok(bridge),
        }
    }
}

impl BridgeFault {
    /// The namespace of the element.
    pub const NAMESPACE: &str = "urn:bridge:common:1";
    /// Its local name.
    pub const LOCAL: &str = "bridgeFault";

    /// Takes the text of the element at `path`.
    fn note(&mut self, path: &[&str], text: &str) {
        // A field that is not a number says nothing: the fault is one all the same, and its code is what counts.
        match path {
            ["code"] => self.code = text.to_owned(),
            ["errors", field] => self.note_error(field, text),
            ["httpStatus"] => self.http_status = number(text),
            ["message"] => self.message = text.to_owned(),
            ["requestId"] => self.request_id = number(text).map_or(0, |id| id),
            ["retryAfterSeconds"] => self.retry_after = number(text),
            _ => {}
        }
    }

    /// The errors of the backend, as another bridge passes them on.
    fn note_error(&mut self, field: &str, text: &str) {
        let more = self.errors.len() < FAULT_ERRORS;
        match (field, self.errors.last_mut()) {
            ("code", _) if more => self.errors.push((text.to_owned(), String::new())),
            ("message", Some((_, message))) => *message = text.to_owned(),
            _ => {}
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        put(out, "<c:bridgeFault xmlns:c=\"");
        put(out, Self::NAMESPACE);
        put(out, "\"><c:requestId>");
        put(out, &self.request_id.to_string());
        put(out, "</c:requestId><c:code>");
        put_text(out, &self.code);
        put(out, "</c:code><c:message>");
        put_text(out, &self.message);
        put(out, "</c:message>");
        if let Some(status) = self.http_status {
            put(out, &format!("<c:httpStatus>{status}</c:httpStatus>"));
        }
        if let Some(seconds) = self.retry_after {
            put(out, &format!("<c:retryAfterSeconds>{seconds}</c:retryAfterSeconds>"));
        }
        for (code, message) in &self.errors {
            put(out, "<c:errors><c:code>");
            put_text(out, code);
            put(out, "</c:code><c:message>");
            put_text(out, message);
            put(out, "</c:message></c:errors>");
        }
        put(out, "</c:bridgeFault>");
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    // The caller has the reason.
    text.parse().ok()
}
