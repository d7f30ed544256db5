//! Writing envelopes: constants, one after the other.

use super::version::Version;

/// Appends an XML declaration, which XML 1.0 does not need (section 2.8) and some readers do.
pub fn declare(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

/// Appends the start tag of the envelope.
pub fn begin(out: &mut Vec<u8>, version: Version) {
    out.extend_from_slice(match version {
        Version::V11 => b"<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">",
        Version::V12 => b"<soapenv:Envelope xmlns:soapenv=\"http://www.w3.org/2003/05/soap-envelope\">",
    });
}

/// Appends the start tag of the header.
pub fn begin_header(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<soapenv:Header>");
}

/// Appends the end tag of the header.
pub fn end_header(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</soapenv:Header>");
}

/// Appends the start tag of the body.
pub fn begin_body(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<soapenv:Body>");
}

/// Appends the end tags of the body and the envelope.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</soapenv:Body></soapenv:Envelope>");
}
