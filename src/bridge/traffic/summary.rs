//! What a list says of an exchange, which is kept beside what is packed: whoever looks for one unpacks nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a list says of an exchange: fields of the access log.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Summary {
    pub(super) time: Box<str>,
    pub(super) request: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_name: Option<Box<str>>,
    pub(super) trace: Box<str>,
    pub(super) method: Box<str>,
    pub(super) front: Box<str>,
    pub(super) service: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<Box<str>>,
    pub(super) outcome: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    pub(super) request_bytes: u64,
    pub(super) response_bytes: u64,
    pub(super) elapsed_us: u64,
    pub(super) phases_us: Phases,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<Box<str>>,
}

/// Microseconds of each phase that ended.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Phases {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encode: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_first_byte: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_reply: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decode: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) write: Option<u64>,
}

impl Summary {
    /// Of an exchange with this line of the access log.
    pub(super) fn of(line: &Value) -> Self {
        Self::deserialize(line).expect("a line has the fields of a summary")
    }

    /// Bytes that it takes beside its own.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.time, &self.trace, &self.method, &self.front, &self.service, &self.outcome];
        let some = [&self.request_name, &self.operation, &self.failure, &self.code];
        let texts = texts.into_iter().chain(some.into_iter().flatten());
        // What an allocator adds to each.
        texts.map(|text| text.len() + ALLOCATION).sum()
    }
}

/// Bytes that an allocation takes beside what is in it, at most.
pub(super) const ALLOCATION: usize = 24;
