//! Faults: SOAP 1.1 section 4.4, SOAP 1.2 Part 1 section 5.4.

use super::version::Version;
use crate::limits::FAULT_ERRORS;
use crate::xml::{self, Event, Name, NsId, Reader, ns, write};

/// A fault that a peer sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// What it blames.
    pub kind: FaultKind,
    /// The code as written, or in SOAP 1.2 the innermost subcode, without its prefix.
    pub code: String,
    /// The reason. It is the peer's text and is not for clients.
    pub reason: String,
    /// The bridge's own detail, when the peer is a bridge as well.
    pub bridge: Option<BridgeFault>,
}

/// What a fault blames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultKind {
    /// The message (`Client`, `Sender`).
    Client,
    /// A header block that was not understood.
    MustUnderstand,
    /// The security header.
    Security(SecurityCode),
    /// The service (`Server`, `Receiver`).
    #[default]
    Server,
    /// The version of the envelope.
    VersionMismatch,
}

/// The fault codes of WS-Security (SOAP Message Security 1.1.1, section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityCode {
    /// The token could not be authenticated.
    FailedAuthentication,
    /// A signature or decryption failed.
    FailedCheck,
    /// The header is malformed.
    InvalidSecurity,
    /// The token is malformed.
    InvalidSecurityToken,
    /// The message is stale.
    MessageExpired,
    /// The same in the utility namespace, where the schemas of 1.0 have it.
    MessageExpiredUtility,
    /// A token that is referred to cannot be had.
    SecurityTokenUnavailable,
    /// An algorithm is not supported.
    UnsupportedAlgorithm,
    /// A token of this kind is not supported.
    UnsupportedSecurityToken,
}

impl SecurityCode {
    /// The local name of the code.
    pub fn local(self) -> &'static str {
        match self {
            Self::FailedAuthentication => "FailedAuthentication",
            Self::FailedCheck => "FailedCheck",
            Self::InvalidSecurity => "InvalidSecurity",
            Self::InvalidSecurityToken => "InvalidSecurityToken",
            Self::MessageExpired | Self::MessageExpiredUtility => "MessageExpired",
            Self::SecurityTokenUnavailable => "SecurityTokenUnavailable",
            Self::UnsupportedAlgorithm => "UnsupportedAlgorithm",
            Self::UnsupportedSecurityToken => "UnsupportedSecurityToken",
        }
    }

    /// The standard reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::FailedAuthentication => "The security token could not be authenticated or authorized",
            Self::FailedCheck => "The signature or decryption was invalid",
            Self::InvalidSecurity => "An error was discovered processing the <wsse:Security> header",
            Self::InvalidSecurityToken => "An invalid security token was provided",
            Self::MessageExpired | Self::MessageExpiredUtility => "The message has expired",
            Self::SecurityTokenUnavailable => "Referenced security token could not be retrieved",
            Self::UnsupportedAlgorithm => "An unsupported signature or encryption algorithm was used",
            Self::UnsupportedSecurityToken => "An unsupported token was provided",
        }
    }

    fn from_local(local: &str) -> Option<Self> {
        const ALL: [SecurityCode; 8] = [
            SecurityCode::FailedAuthentication,
            SecurityCode::FailedCheck,
            SecurityCode::InvalidSecurity,
            SecurityCode::InvalidSecurityToken,
            SecurityCode::MessageExpired,
            SecurityCode::SecurityTokenUnavailable,
            SecurityCode::UnsupportedAlgorithm,
            SecurityCode::UnsupportedSecurityToken,
        ];
        // All that CXF says unless it is told to say more.
        let shy = (local == "SecurityError").then_some(Self::InvalidSecurity);
        ALL.into_iter().find(|code| code.local() == local).or(shy)
    }
}

/// The detail that a bridge gives: `{urn:bridge:common:1}bridgeFault`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeFault {
    /// The number of the request; 0 when there is none.
    pub request_id: i64,
    /// The code.
    pub code: String,
    /// The message.
    pub message: String,
    /// The HTTP status of the backend.
    pub http_status: Option<u16>,
    /// After how many seconds to try again.
    pub retry_after: Option<u32>,
    /// What the backend said went wrong: code and message of each.
    pub errors: Vec<(String, String)>,
}

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
            let (prefix, local) = text.split_once(':').unwrap_or(("", text));
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
    match field {
        "code" => bridge.code = text.to_owned(),
        "httpStatus" => bridge.http_status = text.parse().ok(),
        "message" => bridge.message = text.to_owned(),
        "requestId" => bridge.request_id = text.parse().unwrap_or(0),
        "retryAfterSeconds" => bridge.retry_after = text.parse().ok(),
        _ => {}
    }
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
    match code.split('.').next().unwrap_or("") {
        "Client" | "Sender" => FaultKind::Client,
        "MustUnderstand" => FaultKind::MustUnderstand,
        "VersionMismatch" => FaultKind::VersionMismatch,
        _ => FaultKind::Server,
    }
}

/// The detail of a fault that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'f> {
    /// The bridge's own.
    Bridge(&'f BridgeFault),
    /// An element that the contract declares, as XML that needs nothing from around it.
    Declared(&'f [u8]),
}

/// A fault that goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultOut<'f> {
    /// What it blames.
    pub kind: FaultKind,
    /// The reason, for people.
    pub reason: &'f str,
    /// The detail; never with a fault about the header (SOAP 1.1 section 4.4).
    pub detail: Option<Detail<'f>>,
    /// The header block that was not understood: namespace and local name.
    pub not_understood: Option<(&'f str, &'f str)>,
}

impl FaultOut<'_> {
    /// The HTTP status (SOAP 1.1 section 6.2; SOAP 1.2 Part 2, table 20).
    pub fn http_status(&self, version: Version) -> u16 {
        match (version, self.kind) {
            (Version::V12, FaultKind::Client | FaultKind::Security(_)) => 400,
            _ => 500,
        }
    }
}

/// Appends a whole envelope with the fault.
pub fn write_fault(out: &mut Vec<u8>, version: Version, fault: &FaultOut<'_>) {
    super::begin(out, version);
    if let (Version::V12, Some((namespace, local))) = (version, fault.not_understood) {
        super::begin_header(out);
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
        super::end_header(out);
    }
    super::begin_body(out);
    match version {
        Version::V11 => write_v11(out, fault),
        Version::V12 => write_v12(out, fault),
    }
    super::end(out);
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

/// Text that XML cannot carry ends there: a fault must go out.
fn put_text(out: &mut Vec<u8>, text: &str) {
    let _ = write::text(out, text);
}

fn put_attribute(out: &mut Vec<u8>, text: &str) {
    let _ = write::attribute(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::XmlLimits;
    use crate::xml::Namespaces;

    fn read(text: &str) -> Fault {
        let (known, limits) = (Namespaces::default(), XmlLimits::default());
        let mut reader = Reader::new(text, &known, &limits);
        while !matches!(reader.next().expect("XML"), Event::Start(name) if name.local == "Fault") {}
        read_fault(&mut reader).expect("fault")
    }

    #[test]
    fn faults_of_both_versions_are_read() {
        let wsse =
            "xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'";
        for (text, kind, code) in [
            ("<Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></Fault>".to_owned(), FaultKind::Client, "Client"),
            ("<Fault><faultcode>Client.Authentication</faultcode></Fault>".to_owned(), FaultKind::Client, "Client.Authentication"),
            ("<Fault><faultstring>x</faultstring><faultcode> Server </faultcode></Fault>".to_owned(), FaultKind::Server, "Server"),
            ("<Fault><faultcode>E-42</faultcode></Fault>".to_owned(), FaultKind::Server, "E-42"),
            (format!("<Fault><faultcode {wsse}>w:FailedAuthentication</faultcode></Fault>"), FaultKind::Security(SecurityCode::FailedAuthentication), "FailedAuthentication"),
            ("<Fault><faultcode>x:InvalidSecurityToken</faultcode></Fault>".to_owned(), FaultKind::Security(SecurityCode::InvalidSecurityToken), "InvalidSecurityToken"),
            ("<Fault><faultcode xmlns:n='http://ws.apache.org/wss4j'>n:SecurityError</faultcode></Fault>".to_owned(), FaultKind::Security(SecurityCode::InvalidSecurity), "SecurityError"),
            (format!("<Fault><faultcode {wsse}>w:Odd</faultcode></Fault>"), FaultKind::Security(SecurityCode::InvalidSecurity), "Odd"),
            ("<Fault><Code><Value>e:Sender</Value><Subcode><Value xmlns:n='http://ws.apache.org/wss4j'>n:SecurityError</Value></Subcode></Code><Reason><Text>x</Text></Reason></Fault>".to_owned(),
                FaultKind::Security(SecurityCode::InvalidSecurity), "SecurityError"),
            ("<Fault><Code><Value>e:Sender</Value><Subcode><Value>w:FailedAuthentication</Value></Subcode></Code><Reason><Text>x</Text></Reason></Fault>".to_owned(),
                FaultKind::Security(SecurityCode::FailedAuthentication), "FailedAuthentication"),
            ("<Fault><Code><Value>e:Receiver</Value><Subcode><Value>m:Busy</Value></Subcode></Code></Fault>".to_owned(), FaultKind::Server, "Receiver"),
        ] {
            let fault = read(&text);
            assert_eq!((fault.kind, fault.code.as_str()), (kind, code), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let detail = BridgeFault {
            request_id: 1_700_000_000_012,
            code: "BRG00304".to_owned(),
            message: "backend rate limit exceeded".to_owned(),
            http_status: Some(429),
            retry_after: Some(1),
            errors: vec![("50429".to_owned(), "slow down".to_owned())],
        };
        for version in [Version::V11, Version::V12] {
            let fault = FaultOut {
                kind: FaultKind::Server,
                reason: "a < b",
                detail: Some(Detail::Bridge(&detail)),
                not_understood: None,
            };
            let mut out = Vec::new();
            write_fault(&mut out, version, &fault);
            let back = read(std::str::from_utf8(&out).expect("UTF-8"));
            assert_eq!(
                (back.kind, back.reason.as_str(), back.bridge.as_ref()),
                (FaultKind::Server, "a < b", Some(&detail))
            );
            assert_eq!(fault.http_status(version), 500);
        }
    }

    #[test]
    fn security_faults_have_their_exact_shape() {
        let kind = FaultKind::Security(SecurityCode::FailedAuthentication);
        let fault = FaultOut {
            kind,
            reason: SecurityCode::FailedAuthentication.reason(),
            detail: None,
            not_understood: None,
        };
        let mut out = Vec::new();
        write_fault(&mut out, Version::V11, &fault);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><soapenv:Fault>\
             <faultcode xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
             wsse:FailedAuthentication</faultcode><faultstring>The security token could not be authenticated or authorized\
             </faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        );
        out.clear();
        write_fault(&mut out, Version::V12, &fault);
        let text = String::from_utf8_lossy(&out);
        assert!(text.contains("<soapenv:Code><soapenv:Value>soapenv:Sender</soapenv:Value><soapenv:Subcode><soapenv:Value xmlns:wsse="), "{text}");
        assert_eq!((fault.http_status(Version::V11), fault.http_status(Version::V12)), (500, 400));
    }
}
