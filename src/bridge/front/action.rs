//! SOAPAction: the Body decides what is done, and a header that says something else is refused.

use http::HeaderMap;

use crate::bridge::failure::Failure;
use crate::bridge::request::Operation;
use crate::service::SoapFront;
use crate::soap::{self, ContentType, Version};

/// Checks the action of a request to `operation` (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 section 6.5.3).
///
/// Errors: it is that of another operation, or, where the profile is strict, of none.
pub(in crate::bridge) fn check(
    operation: Operation<'_>,
    front: &SoapFront,
    version: Version,
    headers: &HeaderMap,
    kind: &ContentType,
) -> Result<(), Failure> {
    let header = headers.get("soapaction").and_then(|value| value.to_str().ok());
    let given = match version {
        Version::V11 => header.map(|value| value.trim().trim_matches('"')),
        Version::V12 => kind.action.as_deref(),
    };
    let given = given.unwrap_or("");
    if given.is_empty() || *given == *operation.plan.action {
        return Ok(());
    }
    let mut known = operation.service.plan.operations().iter();
    let foreign = !known.any(|other| *other.action == *given);
    if foreign && front.security.profile.foreign_action {
        return Ok(());
    }
    Err(soap::Error::Action.into())
}
