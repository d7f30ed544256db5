//! Faults as peers send them, and as they go out.

use super::*;
use crate::limits::XmlLimits;
use crate::soap::Version;
use crate::xml::{Event, Namespaces, Reader};

fn read(text: &str) -> Fault {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let mut reader = Reader::new(text, &known, &limits);
    while !matches!(reader.next().expect("XML"), Event::Start(name) if name.local == "Fault") {}
    read_fault(&mut reader).expect("fault")
}

#[test]
fn faults_of_both_versions_are_read() {
    let wsse = "xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'";
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
        ("<Fault><Code><Value>e:Receiver</Value><Subcode><Value>m:Busy</Value></Subcode></Code></Fault>".to_owned(), FaultKind::Server, "Busy"),
    ] {
        let fault = read(&text);
        assert_eq!((fault.kind, fault.innermost().local.as_str()), (kind, code), "{text}");
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
            reasons: &[Reason::new("a < b")],
            details: &[Detail::Bridge(&detail)],
            ..FaultOut::default()
        };
        let mut out = Vec::new();
        write_fault(&mut out, version, &fault);
        let back = read(std::str::from_utf8(&out).expect("UTF-8"));
        assert_eq!(
            (back.kind, back.reason(), back.bridge.as_ref()),
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
        reasons: &[Reason::new(SecurityCode::FailedAuthentication.reason())],
        ..FaultOut::default()
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
