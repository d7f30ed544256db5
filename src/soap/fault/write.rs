//! Writing a fault: a whole envelope.

use super::code::{FaultKind, SecurityCode};
use super::model::{BridgeFault, Detail, FaultOut};
use crate::soap::version::Version;
use crate::soap::write as envelope;
use crate::xml::{ns, write};

/// Appends a whole envelope with the fault.
pub fn write_fault(out: &mut Vec<u8>, version: Version, fault: &FaultOut<'_>) {
    envelope::begin(out, version);
    if let (Version::V12, Some((namespace, local))) = (version, fault.not_understood) {
        envelope::begin_header(out);
        put(out, "<soapenv:NotUnderstood");
        // A prefix cannot stand for no namespace.
        if namespace.is_empty() {
            put(out, " qname=\"");
        } else {
            put(out, " xmlns:q=\"");
            put_attribute(out, namespace);
            put(out, "\" qname=\"q:");
        }
        put_attribute(out, local);
        put(out, "\"/>");
        envelope::end_header(out);
    }
    envelope::begin_body(out);
    match version {
        Version::V11 => write_v11(out, fault),
        Version::V12 => write_v12(out, fault),
    }
    envelope::end(out);
}

fn write_v11(out: &mut Vec<u8>, fault: &FaultOut<'_>) {
    put(out, "<soapenv:Fault><faultcode");
    write_code(out, Version::V11, fault.kind);
    put(out, "</faultcode><faultstring>");
    put_text(out, fault.reason);
    put(out, "</faultstring>");
    if let Some(detail) = fault.detail {
        put(out, "<detail>");
        write_detail(out, detail);
        put(out, "</detail>");
    }
    put(out, "</soapenv:Fault>");
}

fn write_v12(out: &mut Vec<u8>, fault: &FaultOut<'_>) {
    put(out, "<soapenv:Fault><soapenv:Code><soapenv:Value");
    match fault.kind {
        FaultKind::Security(_) => {
            put(out, ">soapenv:Sender</soapenv:Value><soapenv:Subcode><soapenv:Value");
            write_code(out, Version::V12, fault.kind);
            put(out, "</soapenv:Value></soapenv:Subcode>");
        }
        kind => {
            write_code(out, Version::V12, kind);
            put(out, "</soapenv:Value>");
        }
    }
    put(out, "</soapenv:Code><soapenv:Reason><soapenv:Text xml:lang=\"en\">");
    put_text(out, fault.reason);
    put(out, "</soapenv:Text></soapenv:Reason>");
    if let Some(detail) = fault.detail {
        put(out, "<soapenv:Detail>");
        write_detail(out, detail);
        put(out, "</soapenv:Detail>");
    }
    put(out, "</soapenv:Fault>");
}

/// The end of a start tag and the code: a QName whose prefix is declared on the element where it is not yet.
fn write_code(out: &mut Vec<u8>, version: Version, kind: FaultKind) {
    let local = match (kind, version) {
        (FaultKind::Security(code), _) => {
            let utility = code == SecurityCode::MessageExpiredUtility;
            let (prefix, namespace) = if utility { ("wsu", ns::WSU_URI) } else { ("wsse", ns::WSSE_URI) };
            let pieces = [" xmlns:", prefix, "=\"", namespace, "\">", prefix, ":", code.local()];
            return pieces.into_iter().for_each(|piece| put(out, piece));
        }
        (FaultKind::Client, Version::V11) => "Client",
        (FaultKind::Client, Version::V12) => "Sender",
        (FaultKind::MustUnderstand, _) => "MustUnderstand",
        (FaultKind::Server, Version::V11) => "Server",
        (FaultKind::Server, Version::V12) => "Receiver",
        (FaultKind::VersionMismatch, _) => "VersionMismatch",
    };
    put(out, ">soapenv:");
    put(out, local);
}

fn write_detail(out: &mut Vec<u8>, detail: Detail<'_>) {
    match detail {
        Detail::Bridge(bridge) => write_bridge_detail(out, bridge),
        Detail::Declared(xml) => out.extend_from_slice(xml),
    }
}

fn write_bridge_detail(out: &mut Vec<u8>, detail: &BridgeFault) {
    put(out, "<c:bridgeFault xmlns:c=\"urn:bridge:common:1\"><c:requestId>");
    put(out, &detail.request_id.to_string());
    put(out, "</c:requestId><c:code>");
    put_text(out, &detail.code);
    put(out, "</c:code><c:message>");
    put_text(out, &detail.message);
    put(out, "</c:message>");
    if let Some(status) = detail.http_status {
        put(out, &format!("<c:httpStatus>{status}</c:httpStatus>"));
    }
    if let Some(seconds) = detail.retry_after {
        put(out, &format!("<c:retryAfterSeconds>{seconds}</c:retryAfterSeconds>"));
    }
    for (code, message) in &detail.errors {
        put(out, "<c:errors><c:code>");
        put_text(out, code);
        put(out, "</c:code><c:message>");
        put_text(out, message);
        put(out, "</c:message></c:errors>");
    }
    put(out, "</c:bridgeFault>");
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    // Text that XML cannot carry ends there: a fault must go out.
    let _ = write::text(out, text);
}

fn put_attribute(out: &mut Vec<u8>, name: &str) {
    write::attribute(out, name).expect("names of header blocks were read from XML");
}
