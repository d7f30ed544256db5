//! Header fields that may be there once.

use http::header::AsHeaderName;
use http::{HeaderMap, HeaderValue, header};

use crate::soap::ContentType;

/// Why a header field says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum HeaderError {
    /// It is there more than once.
    Repeated,
    /// It is not visible ASCII.
    Unreadable,
}

/// The text of the only header field `name`; nothing when it is absent.
pub(in crate::bridge) fn only(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&str>, HeaderError> {
    let Some(value) = only_value(headers, name)? else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| HeaderError::Unreadable)
}

/// The same with whatever octets it has.
pub(in crate::bridge) fn only_value(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&HeaderValue>, HeaderError> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(HeaderError::Repeated),
    }
}

/// The content type of a message; an absent one is empty.
pub(in crate::bridge) fn content_type(headers: &HeaderMap) -> Result<ContentType, HeaderError> {
    let Some(value) = only_value(headers, header::CONTENT_TYPE)? else { return Ok(ContentType::default()) };
    // The action of SOAP 1.2 may have letters outside of ASCII.
    let value = str::from_utf8(value.as_bytes()).map_err(|_| HeaderError::Unreadable)?;
    ContentType::parse(value).map_err(|_| HeaderError::Repeated)
}

/// Whether a body is coded (RFC 9110 section 8.4), whatever the coding.
pub(in crate::bridge) fn is_coded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
