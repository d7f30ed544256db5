//! What a mock answers.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use super::error::RequestError;
use crate::service::Code;
use crate::service::outcome::{Notice, write_failure};
use crate::soap::{self, Entity, FaultKind, FaultOut, Reason, SecurityCode, Version};

/// Status, content type and body.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) body: Bytes,
    /// The sample that it is from.
    pub(super) sample: Option<String>,
}

impl Answer {
    pub(super) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, HeaderValue::from_static("application/json"), body)
    }

    pub(super) fn soap(status: u16, version: Version, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        if let Some((content_type, body)) = packed(&body) {
            return Self::new(status, content_type, body);
        }
        let content_type = HeaderValue::from_static(match version {
            Version::V11 => "text/xml; charset=utf-8",
            Version::V12 => "application/soap+xml; charset=utf-8",
        });
        Self::new(status, content_type, body)
    }

    pub(super) fn text(status: u16, body: &str) -> Self {
        let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
        Self::new(status, content_type, Bytes::copy_from_slice(body.as_bytes()))
    }

    /// The same, from the sample of this name.
    pub(super) fn of_sample(self, name: &str) -> Self {
        Self { sample: Some(name.to_owned()), ..self }
    }

    fn new(status: u16, content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).expect("case.yaml allows 200 to 599");
        Self { status, content_type: Some(content_type), body: body.into(), sample: None }
    }

    /// A document of the contract.
    pub(super) fn document(text: String) -> Self {
        Self::new(200, HeaderValue::from_static("text/xml; charset=utf-8"), text)
    }

    /// The answer to a one-way message.
    pub(super) fn accepted() -> Self {
        Self::text(202, "")
    }

    pub(super) fn fault(version: Version, kind: FaultKind, reason: &str, detail: Option<&[u8]>) -> Self {
        let details = detail.map(soap::Detail::Declared);
        let reasons = [Reason::new(reason)];
        let fault = FaultOut { kind, reasons: &reasons, details: details.as_slice(), ..FaultOut::default() };
        let mut body = Vec::new();
        soap::write_fault(&mut body, version, &fault);
        Self::soap(fault.http_status(version), version, body)
    }

    /// The fault for a request that is the client's mistake.
    pub(super) fn client_fault(version: Version, error: &RequestError) -> Self {
        Self::fault(version, FaultKind::Client, &error.to_string(), None)
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

/// The content type and the body of a message in several parts, which is a file with headers of MIME.
fn packed(message: &[u8]) -> Option<(HeaderValue, Bytes)> {
    let Entity { content_type, body } = match Entity::read(message) {
        Ok(entity) => entity?,
        // What is no entity goes out as it is: a case may be about a reply that no client can read.
        Err(_) => return None,
    };
    match HeaderValue::try_from(content_type) {
        Ok(content_type) => Some((content_type, Bytes::copy_from_slice(body))),
        // See above.
        Err(_) => None,
    }
}
