//! Reading a fault, whatever its peer has made of it.

use super::code::{FaultKind, SecurityCode};
use super::model::{BridgeFault, Fault};
use crate::limits::FAULT_ERRORS;
use crate::soap::version::Version;
use crate::xml::{self, Event, Name, NsId, Reader, ns};

/// Whether `name`, the first child of Body, is a fault.
pub fn is_fault(version: Version, name: Name<'_>) -> bool {
    name.ns == version.namespace() && name.local == "Fault"
}

/// Reads a fault, the reader standing at its start tag. Whatever else is in it is passed over.
pub fn read_fault(reader: &mut Reader<'_>) -> Result<Fault, xml::Error> {
    let depth = reader.depth();
    let mut fault = Fault::default();
    let mut path: Vec<String> = Vec::new();
    let mut code_ns = None;
    loop {
        match reader.next()? {
            Event::Start(name) => path.push(name.local.to_owned()),
            Event::End if reader.depth() < depth => break,
            Event::End => {
                note(&mut fault, &mut code_ns, &path, reader);
                path.pop();
            }
            Event::Eof => break,
        }
    }
    fault.kind = kind(&fault.code, code_ns);
    Ok(fault)
}

/// Takes the text of the element at `path`. The namespace of the code is kept aside.
fn note(fault: &mut Fault, code_ns: &mut Option<NsId>, path: &[String], reader: &Reader<'_>) {
    let text = reader.text().trim();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["faultcode"] | ["Code", .., "Value"] => {
            let (prefix, local) = xml::split_qname(text);
            let specific = fault.code.is_empty()
                || matches!(path.as_slice(), ["Code", "Subcode", ..]) && is_telling(local);
            if specific {
                fault.code = local.to_owned();
                *code_ns = reader.resolve(prefix);
            }
        }
        ["faultstring"] | ["Reason", "Text"] if fault.reason.is_empty() => fault.reason = text.to_owned(),
        ["detail" | "Detail", "bridgeFault", "errors", field] => {
            note_error(fault.bridge.get_or_insert_default(), field, text)
        }
        ["detail" | "Detail", "bridgeFault", field] => {
            note_bridge(fault.bridge.get_or_insert_default(), field, text)
        }
        _ => {}
    }
}

/// A subcode replaces the code only when it says something that the code does not.
fn is_telling(local: &str) -> bool {
    SecurityCode::from_local(local).is_some()
}

fn note_bridge(bridge: &mut BridgeFault, field: &str, text: &str) {
    // A field that is not a number says nothing: the fault is one all the same, and its code is what counts.
    match field {
        "code" => bridge.code = text.to_owned(),
        "httpStatus" => bridge.http_status = number(text),
        "message" => bridge.message = text.to_owned(),
        "requestId" => bridge.request_id = number(text).map_or(0, |id| id),
        "retryAfterSeconds" => bridge.retry_after = number(text),
        _ => {}
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    // The caller has the reason.
    text.parse().ok()
}

/// The errors of the backend, as another bridge passes them on.
fn note_error(bridge: &mut BridgeFault, field: &str, text: &str) {
    let more = bridge.errors.len() < FAULT_ERRORS;
    match (field, bridge.errors.last_mut()) {
        ("code", _) if more => bridge.errors.push((text.to_owned(), String::new())),
        ("message", Some((_, message))) => *message = text.to_owned(),
        _ => {}
    }
}

/// Prefixes of codes are often wrong or not declared at all, so the local name decides where it can.
fn kind(code: &str, ns: Option<NsId>) -> FaultKind {
    if let Some(security) = SecurityCode::from_local(code) {
        return FaultKind::Security(security);
    }
    if matches!(ns, Some(ns::WSSE | ns::WSU)) {
        return FaultKind::Security(SecurityCode::InvalidSecurity);
    }
    // `Client.Authentication` is a Client fault (SOAP 1.1 section 4.4.1).
    match code.split_once('.').map_or(code, |(first, _)| first) {
        "Client" | "Sender" => FaultKind::Client,
        "MustUnderstand" => FaultKind::MustUnderstand,
        "VersionMismatch" => FaultKind::VersionMismatch,
        _ => FaultKind::Server,
    }
}
