//! What a mock answers.

use bytes::Bytes;

use crate::service::Code;
use crate::service::outcome::{Notice, write_failure};
use crate::soap::{self, FaultKind, FaultOut, SecurityCode, Version};

/// Status, content type and body.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: "application/json".to_owned(), body: body.into() }
    }

    pub(super) fn soap(status: u16, version: Version, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: version.content_type(""), body: body.into() }
    }

    pub(super) fn text(status: u16, body: &str) -> Self {
        let content_type = "text/plain; charset=utf-8".to_owned();
        Self { status, content_type, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    /// The answer to a one-way message.
    pub(super) fn accepted() -> Self {
        Self::text(202, "")
    }

    pub(super) fn fault(version: Version, kind: FaultKind, reason: &str, detail: Option<&[u8]>) -> Self {
        let detail = detail.map(soap::Detail::Declared);
        let fault = FaultOut { kind, reason, detail, not_understood: None };
        let mut body = Vec::new();
        soap::write_fault(&mut body, version, &fault);
        Self::soap(fault.http_status(version), version, body)
    }

    /// Failures of a token all look alike.
    pub(super) fn refused(version: Version) -> Self {
        let code = SecurityCode::FailedAuthentication;
        Self::fault(version, FaultKind::Security(code), code.reason(), None)
    }

    /// A failure in the outward shape.
    pub(super) fn failure(status: u16, message: &str) -> Self {
        let notice = Notice { code: format!("MOCK{status}"), ..Notice::new(Code::NotFound, message) };
        let mut body = Vec::new();
        write_failure(&mut body, 0, &[notice]);
        Self::json(status, body)
    }
}
