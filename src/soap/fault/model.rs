//! Faults that came in and faults that go out.

use super::code::FaultKind;
use crate::soap::version::Version;

/// A fault that a peer sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// What it blames.
    pub kind: FaultKind,
    /// The code as written, or in SOAP 1.2 the innermost subcode, without its prefix.
    pub code: String,
    /// The reason. It is the peer's text and is not for clients.
    pub reason: String,
    /// The bridge's own detail, when the peer is a bridge as well.
    pub bridge: Option<BridgeFault>,
}

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

/// The detail of a fault that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'f> {
    /// The bridge's own.
    Bridge(&'f BridgeFault),
    /// An element that the contract declares, as XML that needs nothing from around it.
    Declared(&'f [u8]),
}

/// A fault that goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultOut<'f> {
    /// What it blames.
    pub kind: FaultKind,
    /// The reason, for people.
    pub reason: &'f str,
    /// The detail; never with a fault about the header (SOAP 1.1 section 4.4).
    pub detail: Option<Detail<'f>>,
    /// The header block that was not understood: namespace and local name.
    pub not_understood: Option<(&'f str, &'f str)>,
}

impl FaultOut<'_> {
    /// The HTTP status (SOAP 1.1 section 6.2; SOAP 1.2 Part 2, table 20).
    pub fn http_status(&self, version: Version) -> u16 {
        match (version, self.kind) {
            (Version::V12, FaultKind::Client | FaultKind::Security(_)) => 400,
            _ => 500,
        }
    }
}
