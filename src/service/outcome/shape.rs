//! The outward shape: `requestId`, `status`, `warnings`, `errors`, for JSON clients and, through the contract, for
//! SOAP clients.

use std::sync::atomic::{AtomicI64, Ordering};

use super::code::Code;
use crate::json::write::{write_key, write_string};

/// One entry of `errors` or `warnings`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The code, the bridge's or the backend's.
    pub code: String,
    /// What is wrong. Never a rejected value.
    pub message: String,
    /// The field, as a JSON Pointer; empty where there is none.
    pub pointer: String,
    /// Who says so.
    pub source: Source,
    /// The fault that the backend answered with, or that the answer is, as JSON.
    pub fault: Option<Box<str>>,
}

/// Who reports something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The backend.
    #[default]
    Backend,
    /// The bridge.
    Bridge,
}

impl Notice {
    /// A notice of the bridge.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code: code.text().to_owned(),
            message: message.into(),
            source: Source::Bridge,
            ..Self::default()
        }
    }

    /// The same about a field.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }
}

/// Appends `{"requestId":…,"status":0,"warnings":[],"errors":[…]}`.
pub fn write_failure(out: &mut Vec<u8>, request_id: i64, errors: &[Notice]) {
    out.extend_from_slice(b"{\"requestId\":");
    out.extend_from_slice(itoa::Buffer::new().format(request_id).as_bytes());
    out.extend_from_slice(b",\"status\":0,\"warnings\":[],\"errors\":[");
    for (at, error) in errors.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_notice(out, error);
    }
    out.extend_from_slice(b"]}");
}

/// Appends a notice as JSON clients see it.
pub fn write_notice(out: &mut Vec<u8>, notice: &Notice) {
    out.extend_from_slice(b"{\"code\":");
    write_string(out, &notice.code);
    out.extend_from_slice(b",\"message\":");
    write_string(out, &notice.message);
    if !notice.pointer.is_empty() {
        out.extend_from_slice(b",\"pointer\":");
        write_string(out, &notice.pointer);
    }
    if let Some(fault) = &notice.fault {
        out.extend_from_slice(b",\"fault\":");
        out.extend_from_slice(fault.as_bytes());
    }
    out.push(b'}');
}

/// Appends `,"name":[…]` with notices as the contract's response has them: with the attributes `field`, `source` and
/// `raw`, which not every contract knows. `raws` are the items of the reply, where they say more.
pub fn write_list(out: &mut Vec<u8>, name: &str, notices: &[Notice], raws: &[Option<String>]) {
    out.push(b',');
    write_key(out, name);
    out.push(b'[');
    for (at, notice) in notices.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_canonical(out, notice, raws.get(at).and_then(Option::as_deref));
    }
    out.push(b']');
}

/// Appends a notice as the contract's response has it.
pub fn write_canonical(out: &mut Vec<u8>, notice: &Notice, raw: Option<&str>) {
    out.push(b'{');
    let source = (notice.source == Source::Bridge).then_some("bridge");
    let pointer = Some(notice.pointer.as_str()).filter(|pointer| !pointer.is_empty());
    for (key, text) in [("@field", pointer), ("@source", source), ("@raw", raw)] {
        if let Some(text) = text {
            write_key(out, key);
            write_string(out, text);
            out.push(b',');
        }
    }
    out.extend_from_slice(b"\"code\":");
    write_string(out, &notice.code);
    out.extend_from_slice(b",\"message\":");
    write_string(out, &notice.message);
    out.push(b'}');
}

/// Appends a failure as the contract's response has it.
pub fn write_canonical_failure(
    out: &mut Vec<u8>,
    request_id: i64,
    http: Option<u16>,
    warnings: &[Notice],
    errors: &[Notice],
) {
    out.extend_from_slice(b"{\"requestId\":");
    out.extend_from_slice(itoa::Buffer::new().format(request_id).as_bytes());
    out.extend_from_slice(b",\"status\":0");
    write_list(out, "warnings", warnings, &[]);
    write_list(out, "errors", errors, &[]);
    if let Some(http) = http {
        out.extend_from_slice(b",\"httpStatus\":");
        out.extend_from_slice(itoa::Buffer::new().format(http).as_bytes());
    }
    out.push(b'}');
}

/// Appends the same as RFC 9457 `application/problem+json`.
pub fn write_problem(out: &mut Vec<u8>, request_id: i64, http: u16, errors: &[Notice]) {
    out.extend_from_slice(b"{\"type\":\"about:blank\",\"title\":");
    write_string(out, errors.first().map_or("failed", |error| &error.message));
    out.extend_from_slice(b",\"status\":");
    out.extend_from_slice(itoa::Buffer::new().format(http).as_bytes());
    out.extend_from_slice(b",\"requestId\":");
    out.extend_from_slice(itoa::Buffer::new().format(request_id).as_bytes());
    if let Some(fault) = errors.iter().find_map(|error| error.fault.as_deref()) {
        out.extend_from_slice(b",\"fault\":");
        out.extend_from_slice(fault.as_bytes());
    }
    out.extend_from_slice(b",\"errors\":[");
    for (at, error) in errors.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_notice(out, error);
    }
    out.extend_from_slice(b"]}");
}

/// Numbers for requests: the milliseconds of the epoch, which have 13 digits until the year 2286, and never the same
/// one twice in a process.
#[derive(Debug, Default)]
pub struct RequestIds {
    last: AtomicI64,
}

impl RequestIds {
    /// A number for a request at `now`, in milliseconds of the epoch.
    pub fn next(&self, now: i64) -> i64 {
        let next = |last: i64| Some(now.max(last + 1));
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        let last = last.expect("there is always a next number");
        now.max(last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_increase_even_when_the_clock_does_not() {
        let ids = RequestIds::default();
        assert_eq!([1000, 1000, 990, 2000].map(|now| ids.next(now)), [1000, 1001, 1002, 2000]);
    }

    #[test]
    fn the_failure_has_the_outward_shape() {
        let mut out = Vec::new();
        let errors = [Notice::new(Code::Range, "subscriberId: out of \"range\"").at("/subscriberId")];
        write_failure(&mut out, 1_700_000_000_001, &errors);
        let expected = r#"{"requestId":1700000000001,"status":0,"warnings":[],"errors":[{"code":"BRG00105","message":"subscriberId: out of \"range\"","pointer":"/subscriberId"}]}"#;
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
