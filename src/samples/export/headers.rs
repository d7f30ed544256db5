//! Headers of a SOAP request.

use crate::soap::Version;

/// `Content-Type`, and in SOAP 1.1 `SOAPAction`, of a request with this action (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 section 6.5.3).
pub(crate) fn soap_headers(version: Version, action: &str) -> Vec<(&'static str, String)> {
    let content_type = ("content-type", version.content_type(action));
    match version {
        Version::V11 => {
            vec![content_type, ("soapaction", format!("\"{}\"", action.replace(['"', '\r', '\n'], "")))]
        }
        Version::V12 => vec![content_type],
    }
}
