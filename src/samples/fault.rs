//! Faults as JSON, so that they are compared and shown like responses: `{"fault":{"code","string","detail"}}`.

use std::collections::BTreeMap;

use super::writer::quoted;
use crate::limits::XmlLimits;
use crate::soap::{self, Block, Version};
use crate::xml::{self, ElementId, Name, Namespaces, QName, Reader, Tree};

/// The version of the envelope, and whether it holds a fault. Errors: no envelope.
pub(crate) fn version_of(input: &[u8], limits: &XmlLimits) -> Result<(Version, bool), soap::Error> {
    let text = xml::decode(input, None)?;
    let known = Namespaces::default();
    let mut reader = Reader::new(&text, &known, limits);
    let opened = soap::open(&mut reader, skip)?;
    Ok((opened.version, opened.first.is_some_and(|name| soap::is_fault(opened.version, name))))
}

/// The JSON of the fault in an envelope; nothing when there is none. Errors: no envelope.
pub(crate) fn fault_json(input: &[u8], limits: &XmlLimits) -> Result<Option<Vec<u8>>, soap::Error> {
    let text = xml::decode(input, None)?;
    let known = Namespaces::default();
    let mut reader = Reader::new(&text, &known, limits);
    let opened = soap::open(&mut reader, skip)?;
    if !opened.first.is_some_and(|name| soap::is_fault(opened.version, name)) {
        return Ok(None);
    }
    let fault = soap::read_fault(&mut reader)?;
    let mut out = format!("{{\"fault\":{{\"code\":{}", quoted(same_in_both(&fault.innermost().local)));
    out.push_str(&format!(",\"string\":{}", quoted(fault.reason())));
    let tree = Tree::parse(input, limits)?;
    if let Some(detail) = detail(&tree) {
        out.push_str(",\"detail\":");
        element(&tree, detail, &mut out);
    }
    out.push_str("}}");
    Ok(Some(out.into_bytes()))
}

/// The name of the first element in the detail of the fault in `input`, if there is one. Errors: not XML.
pub(crate) fn detail_name(input: &[u8], limits: &XmlLimits) -> Result<Option<QName>, xml::Error> {
    let tree = Tree::parse(input, limits)?;
    let first = detail(&tree).and_then(|detail| tree.element(detail).children.first().copied());
    Ok(first.map(|first| tree.element(first).name.clone()))
}

fn skip<'i>(_: Name<'i>, reader: &mut Reader<'i>) -> Result<Block, soap::Error> {
    reader.skip()?;
    Ok(Block::Understood)
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

    #[test]
    fn faults_of_both_versions_look_alike() {
        let v11 = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Client</faultcode>\
             <faultstring>no</faultstring><detail><x:why xmlns:x='urn:x'><n>1</n><n>2</n><m/></x:why></detail></e:Fault></e:Body></e:Envelope>";
        let v12 = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code>\
             <e:Reason><e:Text xml:lang='en'>no</e:Text></e:Reason><e:Detail><x:why xmlns:x='urn:x'><n>1</n><n>2</n><m/></x:why></e:Detail></e:Fault></e:Body></e:Envelope>";
        let limits = XmlLimits::default();
        for text in [v11, v12] {
            let json = fault_json(text.as_bytes(), &limits).expect("envelope").expect("fault");
            let expected =
                r#"{"fault":{"code":"Client","string":"no","detail":{"why":{"m":"","n":["1","2"]}}}}"#;
            assert_eq!(String::from_utf8_lossy(&json), expected);
            assert_eq!(detail_name(text.as_bytes(), &limits).expect("XML"), Some(QName::new("urn:x", "why")));
        }
    }
}
