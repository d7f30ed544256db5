//! Reading a fault, whatever its peer has made of it.

use super::bridge_fault;
use super::code::{FaultCode, FaultKind, SecurityCode};
use super::model::{DetailElement, Fault, Reason};
use crate::limits::FAULT_PARTS;
use crate::soap::addressing::{Addressing, AddressingCode, AddressingFault};
use crate::soap::version::Version;
use crate::xml::{self, Event, Name, Reader, ns};

/// Whether `name`, the first child of Body, is a fault.
pub fn is_fault(version: Version, name: Name<'_>) -> bool {
    name.ns == version.namespace() && name.local == "Fault"
}

/// Reads a fault, the reader standing at its start tag. What no version of SOAP has in a fault is passed over.
pub fn read_fault(reader: &mut Reader<'_>) -> Result<Fault, xml::Error> {
    let depth = reader.depth();
    let mut reading = Reading::default();
    loop {
        match reader.next()? {
            Event::Start(name) => reading.start(name, reader)?,
            Event::End if reader.depth() < depth => break,
            Event::End => reading.end(reader),
            Event::Eof => break,
        }
    }
    let mut fault = reading.fault;
    fault.kind = kind(&fault);
    Ok(fault)
}

/// A fault of which a part was read.
#[derive(Default)]
struct Reading {
    fault: Fault,
    /// The local names of the elements that are open below Fault.
    path: Vec<String>,
    /// `xml:lang` of the last start tag.
    language: String,
}

impl Reading {
    fn start(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        if let [detail] = self.path.as_slice()
            && detail.eq_ignore_ascii_case("detail")
        {
            return self.detail(name, reader);
        }
        self.language = reader.attribute(ns::XML, "lang").map_or_else(String::new, str::to_owned);
        self.path.push(name.local.to_owned());
        Ok(())
    }

    /// Keeps a child of the detail.
    fn detail(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let (namespace, local) = (reader.namespace(name.ns).to_owned(), name.local.to_owned());
        let mut xml = String::new();
        reader.raw(&mut xml)?;
        if bridge_fault::is_one(&namespace, &local) && self.fault.bridge.is_none() {
            self.fault.bridge = Some(bridge_fault::read(&xml, reader.limits())?);
            self.fault.own = Some(DetailElement { namespace, local, xml });
            return Ok(());
        }
        if self.fault.details.len() < FAULT_PARTS {
            self.fault.details.push(DetailElement { namespace, local, xml });
        }
        Ok(())
    }

    /// Takes the text of the element that ends.
    fn end(&mut self, reader: &Reader<'_>) {
        let text = reader.text().trim();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let fault = &mut self.fault;
        match path.as_slice() {
            ["faultcode"] | ["Code", "Value"] => fault.code = code(text, reader),
            ["Code", "Subcode", .., "Value"] if fault.subcodes.len() < FAULT_PARTS => {
                fault.subcodes.push(code(text, reader));
            }
            ["faultstring"] | ["Reason", "Text"] if fault.reasons.len() < FAULT_PARTS => {
                let language = std::mem::take(&mut self.language);
                fault.reasons.push(Reason { language, text: text.to_owned() });
            }
            ["faultactor" | "Role"] => text.clone_into(&mut fault.role),
            _ => {}
        }
        self.path.pop();
    }
}

/// Prefixes of codes are often not declared at all.
fn code(text: &str, reader: &Reader<'_>) -> FaultCode {
    let (prefix, local) = xml::split_qname(text);
    let namespace = reader.resolve(prefix).map_or("", |ns| reader.namespace(ns));
    FaultCode { namespace: namespace.to_owned(), local: local.to_owned() }
}

/// A subcode decides only where it is one of security.
fn kind(fault: &Fault) -> FaultKind {
    let mut codes = fault.subcodes.iter().rev().chain([&fault.code]);
    if let Some(security) = codes.find_map(security) {
        return FaultKind::Security(security);
    }
    if let Some(addressing) = addressing(fault.innermost()) {
        return FaultKind::Addressing(addressing);
    }
    fault.code.kind()
}

/// A code of WS-Addressing, which says that the properties of a message are wrong.
fn addressing(code: &FaultCode) -> Option<AddressingFault> {
    let versions = [Addressing::V10, Addressing::V2004];
    let version = versions.into_iter().find(|version| version.uri() == code.namespace);
    // Axis2 binds the prefix of the code to the namespace of the envelope, which has no codes of these names.
    let is_in_envelope =
        code.namespace == ns::SOAP11_URI && AddressingCode::from_local(&code.local) != AddressingCode::Other;
    let version = version.or(is_in_envelope.then_some(Addressing::V10))?;
    // These two are about the service behind the address.
    let is_of_service = matches!(&*code.local, "DestinationUnreachable" | "EndpointUnavailable");
    let fault = AddressingFault { version, code: AddressingCode::from_local(&code.local), block: "" };
    Some(fault).filter(|_| !is_of_service)
}

/// A code of WS-Security: of its namespaces, or of one that careless peers do not declare. Others have codes of these names too.
fn security(code: &FaultCode) -> Option<SecurityCode> {
    match code.namespace.as_str() {
        ns::WSSE_URI | ns::WSU_URI => {
            SecurityCode::from_local(&code.local).or(Some(SecurityCode::InvalidSecurity))
        }
        "" | WSS4J => SecurityCode::from_local(&code.local),
        _ => None,
    }
}

/// The namespace of the code that CXF gives unless it is told to say more.
const WSS4J: &str = "http://ws.apache.org/wss4j";
