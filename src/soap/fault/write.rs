//! Writing a fault: a whole envelope.

use super::code::{FaultCode, FaultKind, SecurityCode};
use super::model::{Detail, FaultOut};
use crate::soap::addressing::{Addressing, AddressingFault};
use crate::soap::text::{put, put_attribute, put_text};
use crate::soap::version::{Version, Versions};
use crate::soap::write as envelope;
use crate::xml::ns;

/// Appends a whole envelope with the fault.
pub fn write_fault(out: &mut Vec<u8>, version: Version, fault: &FaultOut<'_>) {
    envelope::begin(out, version);
    write_header(out, version, fault);
    envelope::begin_body(out);
    put(out, "<soapenv:Fault>");
    match version {
        Version::V11 => write_v11(out, fault),
        Version::V12 => write_v12(out, fault),
    }
    put(out, "</soapenv:Fault>");
    envelope::end(out);
}

/// The Header, where something is in it.
fn write_header(out: &mut Vec<u8>, version: Version, fault: &FaultOut<'_>) {
    let begin = out.len();
    envelope::begin_header(out);
    let inside = out.len();
    if let (Version::V12, Some((namespace, local))) = (version, fault.not_understood) {
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
    }
    if let (FaultKind::VersionMismatch, Some(supported)) = (fault.kind, fault.supported) {
        write_upgrade(out, supported);
    }
    out.extend_from_slice(fault.header);
    // SOAP 1.1 has no detail about a header block in the Body (section 4.4; WS-Addressing SOAP Binding, section 6.2).
    if let (Version::V11, Some(problem)) = (version, problem(fault.kind)) {
        write_problem(out, "FaultDetail", problem);
    }
    if out.len() == inside {
        out.truncate(begin);
    } else {
        envelope::end_header(out);
    }
}

/// Which envelopes would be read (SOAP 1.2 Part 1, section 5.4.7, and appendix A, which has the same block in SOAP 1.1).
fn write_upgrade(out: &mut Vec<u8>, supported: Versions) {
    put(out, &format!("<env:Upgrade xmlns:env=\"{}\">", ns::SOAP12_URI));
    for version in supported.each() {
        let uri = version.uri();
        put(out, &format!("<env:SupportedEnvelope xmlns:s=\"{uri}\" qname=\"s:Envelope\"/>"));
    }
    put(out, "</env:Upgrade>");
}

/// What is wrong with the addressing properties of a message, where it is said of which.
fn problem(kind: FaultKind) -> Option<AddressingFault> {
    match kind {
        FaultKind::Addressing(fault) => {
            Some(fault).filter(|fault| fault.version == Addressing::V10 && !fault.block.is_empty())
        }
        _ => None,
    }
}

/// Which header block is wrong (WS-Addressing SOAP Binding, section 6.3), in an element `around`.
fn write_problem(out: &mut Vec<u8>, around: &str, problem: AddressingFault) {
    let (uri, block) = (problem.version.uri(), problem.block);
    let (open, close) = match around {
        "" => (String::new(), String::new()),
        around => (format!("<wsa:{around} xmlns:wsa=\"{uri}\">"), format!("</wsa:{around}>")),
    };
    let name = "wsa:ProblemHeaderQName";
    put(out, &format!("{open}<{name} xmlns:wsa=\"{uri}\">wsa:{block}</{name}>{close}"));
}

/// SOAP 1.1 section 4.4: one code, one reason.
fn write_v11(out: &mut Vec<u8>, fault: &FaultOut<'_>) {
    put(out, "<faultcode");
    match fault.codes.last() {
        Some(code) if !fault.kind.is_of_header() => write_code(out, code),
        _ => write_kind(out, Version::V11, fault.kind),
    }
    put(out, "</faultcode><faultstring");
    let reason = fault.reasons.first();
    if let Some(reason) = reason.filter(|reason| !reason.language.is_empty()) {
        write_language(out, &reason.language);
    }
    put(out, ">");
    put_text(out, reason.map_or("", |reason| &reason.text));
    put(out, "</faultstring>");
    write_part(out, "faultactor", fault.role);
    write_details(out, "detail", fault);
}

/// SOAP 1.2 Part 1 section 5.4.
fn write_v12(out: &mut Vec<u8>, fault: &FaultOut<'_>) {
    put(out, "<soapenv:Code><soapenv:Value");
    match fault.kind {
        FaultKind::Security(_) => {
            put(out, ">soapenv:Sender</soapenv:Value><soapenv:Subcode><soapenv:Value");
            write_kind(out, Version::V12, fault.kind);
            put(out, "</soapenv:Value></soapenv:Subcode>");
        }
        FaultKind::Addressing(fault) => {
            put(out, ">soapenv:Sender</soapenv:Value>");
            let code = |local: &&str| FaultCode {
                namespace: fault.version.uri().to_owned(),
                local: (*local).to_owned(),
            };
            let codes: Vec<FaultCode> = fault.code.locals(fault.version).iter().map(code).collect();
            write_subcodes(out, &codes);
        }
        kind => {
            write_kind(out, Version::V12, kind);
            put(out, "</soapenv:Value>");
            write_subcodes(out, if kind.is_of_header() { &[] } else { fault.codes });
        }
    }
    put(out, "</soapenv:Code><soapenv:Reason>");
    for reason in fault.reasons {
        put(out, "<soapenv:Text");
        write_language(out, if reason.language.is_empty() { fault.language.tag() } else { &reason.language });
        put(out, ">");
        put_text(out, &reason.text);
        put(out, "</soapenv:Text>");
    }
    put(out, "</soapenv:Reason>");
    write_part(out, "soapenv:Role", fault.role);
    if let Some(problem) = problem(fault.kind) {
        put(out, "<soapenv:Detail>");
        write_problem(out, "", problem);
        put(out, "</soapenv:Detail>");
        return;
    }
    write_details(out, "soapenv:Detail", fault);
}

fn write_subcodes(out: &mut Vec<u8>, codes: &[FaultCode]) {
    for code in codes {
        put(out, "<soapenv:Subcode><soapenv:Value");
        write_code(out, code);
        put(out, "</soapenv:Value>");
    }
    for _ in codes {
        put(out, "</soapenv:Subcode>");
    }
}

fn write_language(out: &mut Vec<u8>, language: &str) {
    put(out, " xml:lang=\"");
    put_attribute(out, language);
    put(out, "\"");
}

/// An element with a text, where there is one.
fn write_part(out: &mut Vec<u8>, tag: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    put(out, "<");
    put(out, tag);
    put(out, ">");
    put_text(out, text);
    put(out, "</");
    put(out, tag);
    put(out, ">");
}

/// The end of a start tag and a code: a QName whose prefix is declared on the element.
fn write_code(out: &mut Vec<u8>, code: &FaultCode) {
    if code.namespace.is_empty() {
        put(out, ">");
    } else {
        put(out, " xmlns:f=\"");
        put_attribute(out, &code.namespace);
        put(out, "\">f:");
    }
    put_text(out, &code.local);
}

/// The same of a code of the specifications.
fn write_kind(out: &mut Vec<u8>, version: Version, kind: FaultKind) {
    let local = match (kind, version) {
        (FaultKind::Addressing(fault), _) => {
            let local = fault.code.locals(fault.version).last().map_or("", |local| local);
            let pieces = [" xmlns:wsa=\"", fault.version.uri(), "\">wsa:", local];
            return pieces.into_iter().for_each(|piece| put(out, piece));
        }
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

fn write_details(out: &mut Vec<u8>, tag: &str, fault: &FaultOut<'_>) {
    if fault.details.is_empty() {
        return;
    }
    put(out, "<");
    put(out, tag);
    put(out, ">");
    for detail in fault.details {
        match detail {
            Detail::Bridge(bridge) => bridge.write(out),
            Detail::Declared(xml) => out.extend_from_slice(xml),
        }
    }
    put(out, "</");
    put(out, tag);
    put(out, ">");
}
