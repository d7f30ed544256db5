//! The action that HTTP says of a SOAP message, and what a client is told whose operation is not clear.

use http::HeaderMap;

use crate::bridge::backend::template::SOAP_ACTION;
use crate::bridge::failure::Failure;
use crate::bridge::state::header::{HeaderError, only_value};
use crate::soap::{self, ContentType, Unclear, Version, unquoted};

/// The action in the HTTP header (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 section 6.5.3); empty where there is none.
///
/// Errors: a header that is there twice, or is not text. It says something, and nobody knows what.
pub(super) fn of_transport<'m>(
    version: Version,
    headers: &'m HeaderMap,
    kind: &'m ContentType<'_>,
) -> Result<&'m str, soap::Error> {
    let unreadable = |_: HeaderError| soap::Error::Action;
    let header = only_value(headers, SOAP_ACTION).map_err(unreadable)?;
    let header = header.map(|value| str::from_utf8(value.as_bytes())).transpose();
    let header = header.map_err(|_| soap::Error::Action)?;
    let given = match version {
        Version::V11 => header.map(|value| unquoted(value.trim())),
        Version::V12 => kind.action.as_deref(),
    };
    match given {
        // A quote that is not one of two around it: another reader would make another action of that.
        Some(action) if action.contains('"') => Err(soap::Error::Action),
        given => Ok(given.map_or("", |action| action)),
    }
}

impl From<Unclear> for Failure {
    fn from(unclear: Unclear) -> Self {
        match unclear {
            Unclear::Ambiguous(_) => Self::AmbiguousOperation,
            Unclear::Soap(error) => error.into(),
            Unclear::Unknown => Self::UnknownOperation,
        }
    }
}
