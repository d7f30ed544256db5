//! Faults as JSON, so that they are compared and shown like responses: `{"fault":{"name","code","reason","detail"}}`, as JSON clients
//! of the bridge get them. What no contract knows of a detail is shown by its names.

use std::collections::BTreeMap;

use super::context::ContractContext;
use super::envelope::fault;
use super::writer::quoted;
use crate::codec::DecodeOptions;
use crate::describe::told_fault;
use crate::json::{Tape, write};
use crate::limits::XmlLimits;
use crate::plan::OperationPlan;
use crate::soap::{self, Fault, FaultCode, FaultContract, FaultView};
use crate::xml::{self, ElementId, QName, Tree};

impl ContractContext {
    /// The JSON of the fault in an envelope that answers the operation named `operation`, with the codes of SOAP 1.1; nothing when there
    /// is none. Errors: no envelope.
    pub(crate) fn fault_json(&self, operation: &str, input: &[u8]) -> Result<Option<Vec<u8>>, soap::Error> {
        let limits = &self.limits.xml;
        let Some(fault) = fault(input, limits)? else { return Ok(None) };
        if let Some(operation) = self.operation(operation, None)
            && let Some(view) = self.known(operation, &fault)
        {
            return Ok(Some([b"{\"fault\":", view.as_slice(), b"}"].concat()));
        }
        let mut out = format!("{{\"fault\":{{\"code\":{}", quoted(same_in_both(&fault.innermost().local)));
        out.push_str(&format!(",\"reason\":{}", quoted(fault.reason())));
        let tree = Tree::parse(input, limits)?;
        if let Some(detail) = detail(&tree) {
            out.push_str(",\"detail\":");
            element(&tree, detail, &mut out);
        }
        out.push_str("}}");
        Ok(Some(out.into_bytes()))
    }

    /// The fault as JSON clients get it, where the contract knows all of its detail.
    fn known(&self, operation: &OperationPlan, fault: &Fault) -> Option<Vec<u8>> {
        let contract = FaultContract { plan: &self.plan, operation };
        let details = contract.decode(fault, DecodeOptions::default(), &self.limits.xml);
        if details.known.is_empty() || !details.left_out.is_empty() {
            return None;
        }
        let code = FaultCode { local: same_in_both(&fault.code.local).to_owned(), ..fault.code.clone() };
        let view = FaultView {
            code: &code,
            subcodes: &fault.subcodes,
            reason: Some(fault.reason()),
            role: &fault.role,
            details: &details.known,
        };
        let mut out = Vec::new();
        view.write(&mut out);
        Some(out)
    }

    /// Whether JSON clients of the operation named `operation` are told of the fault `{"fault":…}`: one that the contract knows, unless they
    /// get a JSON of their own.
    pub(crate) fn is_told(&self, operation: &str, fault: &[u8]) -> bool {
        let mut tape = Tape::new();
        let named = tape.parse(fault, &self.limits.json);
        named.is_ok_and(|fault| fault.at_pointer("/fault/name").is_some()) && !self.is_numbered(operation)
    }

    /// Whether the operation named `operation` declares the fault `{"fault":…}`.
    pub(crate) fn declares(&self, operation: &str, fault: &[u8]) -> bool {
        let mut tape = Tape::new();
        let operation = self.operation(operation, None);
        tape.parse(fault, &self.limits.json).is_ok_and(|fault| {
            let name = fault.at_pointer("/fault/name").and_then(|name| name.as_str());
            let mut declared = operation.iter().flat_map(|operation| &operation.faults);
            declared.any(|declared| name.as_deref() == Some(&*declared.name))
        })
    }

    /// `{"fault":…}` of the JSON of an answer that stands for a fault which the contract knows; nothing for another one.
    pub(crate) fn fault_of(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let mut tape = Tape::new();
        let fault = match tape.parse(answer, &self.limits.json).map(told_fault) {
            Ok(Some(fault)) if fault.get("detail").is_some() => fault,
            // What is not JSON is no fault that the contract knows either.
            Ok(_) | Err(_) => return None,
        };
        let mut out = b"{\"fault\":{".to_vec();
        for member in fault.members() {
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            write::write_key(&mut out, &member.key());
            match member.value().as_str().filter(|_| member.key() == "code") {
                Some(code) => write::write_string(&mut out, same_in_both(&code)),
                None => write::compact(member.value(), &mut out),
            }
        }
        out.extend_from_slice(b"}}");
        Some(out)
    }
}

/// The name of the first element in the detail of the fault in `input`, if there is one. Errors: not XML.
pub(crate) fn detail_name(input: &[u8], limits: &XmlLimits) -> Result<Option<QName>, xml::Error> {
    let tree = Tree::parse(input, limits)?;
    let first = detail(&tree).and_then(|detail| tree.element(detail).children.first().copied());
    Ok(first.map(|first| tree.element(first).name.clone()))
}

/// The names of SOAP 1.1 for what SOAP 1.2 calls otherwise.
fn same_in_both(code: &str) -> &str {
    match code {
        "Sender" => "Client",
        "Receiver" => "Server",
        code => code,
    }
}

/// `detail` or `Detail` of the fault.
fn detail(tree: &Tree) -> Option<ElementId> {
    let child = |id: ElementId, name: &str| {
        let mut children = tree.element(id).children.iter().copied();
        children.find(|child| tree.element(*child).name.local.eq_ignore_ascii_case(name))
    };
    let fault = child(child(tree.root(), "Body")?, "Fault")?;
    child(fault, "detail")
}

/// An element without its contract: text, or its children by name, those that repeat as an array. The document is not
/// deeper than its limit.
fn element(tree: &Tree, id: ElementId, out: &mut String) {
    let found = tree.element(id);
    if found.children.is_empty() {
        return out.push_str(&quoted(found.text.trim()));
    }
    let mut by_name: BTreeMap<&str, Vec<ElementId>> = BTreeMap::new();
    for child in &found.children {
        by_name.entry(&tree.element(*child).name.local).or_default().push(*child);
    }
    for (at, (name, same)) in by_name.iter().enumerate() {
        out.push_str(if at == 0 { "{" } else { "," });
        out.push_str(&format!("{}:", quoted(name)));
        elements(tree, same, out);
    }
    out.push('}');
}

fn elements(tree: &Tree, all: &[ElementId], out: &mut String) {
    if let [one] = all {
        return element(tree, *one, out);
    }
    for (at, id) in all.iter().enumerate() {
        out.push_str(if at == 0 { "[" } else { "," });
        element(tree, *id, out);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::blames_client;

    #[test]
    fn the_version_decides_about_nothing_but_the_envelope() {
        let v11 = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Client</faultcode>\
             <faultstring>no</faultstring><detail><x:why xmlns:x='urn:x'><n>1</n><n>2</n><m/></x:why></detail></e:Fault></e:Body></e:Envelope>";
        let v12 = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code>\
             <e:Reason><e:Text xml:lang='en'>no</e:Text></e:Reason><e:Detail><x:why xmlns:x='urn:x'><n>1</n><n>2</n><m/></x:why></e:Detail></e:Fault></e:Body></e:Envelope>";
        let limits = XmlLimits::default();
        for text in [v11, v12] {
            assert!(blames_client(text.as_bytes(), &limits));
            assert_eq!(detail_name(text.as_bytes(), &limits).expect("XML"), Some(QName::new("urn:x", "why")));
        }
    }
}
