//! Which operation a case is of.

use super::case::{Case, Part};
use super::context::{ContractContext, MessageKey};
use crate::describe::Direction;
use crate::soap::Unclear;

/// A case whose operation is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// Several operations take its messages.
    #[error("it could be of {}; say `operation:` in case.yaml", listed(.0))]
    Ambiguous(Vec<String>),
    /// No operation takes its messages; these are the operations of the contract.
    #[error("it is of no operation of the contract; there are {}", listed(.0))]
    Unknown(Vec<String>),
    /// A message cannot be read, and no other one says which operation it is.
    #[error("{file}: {error}")]
    Unreadable {
        /// The file.
        file: &'static str,
        /// Why.
        error: crate::soap::Error,
    },
}

fn listed(names: &[String]) -> String {
    let (told, others) = names.split_at(names.len().min(TOLD));
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    format!("{}{more}", told.join(", "))
}

/// Operations that are told by name.
const TOLD: usize = 12;

/// The operation of `case`: the one that `case.yaml` names, else the one whose messages it has. Where these are of several, the name of the
/// folder decides if it is that of one of them.
pub fn operation_of(case: &Case, context: &ContractContext) -> Result<String, OperationError> {
    let names = match &case.settings.operation {
        Some(name) => context.operation(name, None).map(|found| found.name.to_string()).into_iter().collect(),
        None => by_messages(case, context)?,
    };
    match names.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(OperationError::Unknown(context.names().into_iter().map(str::to_owned).collect())),
        _ => by_name(case, &names).ok_or(OperationError::Ambiguous(names)),
    }
}

/// The one of `names` that the folder of the case is called after: itself, or with more behind it, as in `getQuote-2`.
fn by_name(case: &Case, names: &[String]) -> Option<String> {
    let folder = case.name.rsplit('/').next()?;
    let is_after = |name: &&String| {
        let behind = folder.strip_prefix(name.as_str());
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
    };
    names.iter().filter(is_after).max_by_key(|name| name.len()).cloned()
}

/// The operations that take the messages. SOAP messages say best whose they are, and what one leaves open another one may decide: a
/// response, or a fault.
fn by_messages(case: &Case, context: &ContractContext) -> Result<Vec<String>, OperationError> {
    let mut found: Option<Vec<String>> = None;
    let mut unreadable = None;
    for (part, of) in MESSAGES {
        let Some(bytes) = case.get(part) else { continue };
        match of(context, bytes) {
            Ok(names) => found = narrowed(found, names),
            // A case may be about a message that cannot be read, as long as another one says whose it is.
            Err(error) => {
                unreadable.get_or_insert(OperationError::Unreadable { file: part.file(), error });
            }
        }
    }
    // A contract with one operation leaves no choice.
    match (found, context.names().as_slice(), unreadable) {
        (Some(found), ..) => Ok(found),
        (None, [one], _) => Ok(vec![(*one).to_owned()]),
        (None, _, Some(error)) => Err(error),
        (None, _, None) => Ok(Vec::new()),
    }
}

/// Those of `found` that are among `names`. A message that none of them has says nothing: it may be what the case is about.
fn narrowed(found: Option<Vec<String>>, names: Vec<String>) -> Option<Vec<String>> {
    let Some(found) = found else { return Some(names).filter(|names| !names.is_empty()) };
    let both: Vec<String> = found.iter().filter(|name| names.contains(name)).cloned().collect();
    Some(if both.is_empty() { found } else { both })
}

/// The operations that take a message.
type Takers = fn(&ContractContext, &[u8]) -> Result<Vec<String>, crate::soap::Error>;

const MESSAGES: [(Part, Takers); 6] = [
    (Part::RequestXml, of_request),
    (Part::ResponseXml, of_response),
    (Part::RequestJson, |context, json| Ok(of_json(context, Direction::Request, json))),
    (Part::ResponseJson, |context, json| Ok(of_json(context, Direction::Response, json))),
    (Part::FaultXml, of_fault),
    (Part::FaultJson, |context, json| Ok(of_told(context, json))),
];

fn of_request(context: &ContractContext, xml: &[u8]) -> Result<Vec<String>, crate::soap::Error> {
    match context.operation_of(xml, None) {
        Ok(operation) => Ok(vec![operation.name.to_string()]),
        Err(Unclear::Ambiguous(several)) => Ok(context.names_at(&several)),
        Err(Unclear::Soap(error)) => Err(error),
        Err(Unclear::Unknown) => Ok(Vec::new()),
    }
}

fn of_response(context: &ContractContext, xml: &[u8]) -> Result<Vec<String>, crate::soap::Error> {
    let responders = context.responders(xml)?;
    let begins = |name: &&str| responders.iter().any(|operation| *operation.name == **name);
    let takes = |name: &&str| context.json_of(MessageKey::response(name), xml).is_ok();
    let names: Vec<&str> = context.names().into_iter().filter(begins).collect();
    // One that breaks the contract still begins as that of some operation does.
    let taken: Vec<&str> = names.iter().copied().filter(takes).collect();
    let best = if taken.is_empty() { names } else { taken };
    Ok(best.into_iter().map(str::to_owned).collect())
}

fn of_json(context: &ContractContext, direction: Direction, json: &[u8]) -> Vec<String> {
    let fits = |name: &&str| context.soap_of(MessageKey::new(name, direction), json).is_ok();
    context.names().into_iter().filter(fits).map(str::to_owned).collect()
}

/// The operations that declare the fault.
fn of_fault(context: &ContractContext, xml: &[u8]) -> Result<Vec<String>, crate::soap::Error> {
    let mut names = Vec::new();
    for name in context.names() {
        if context.fault_json(name, xml)?.is_some_and(|json| context.declares(name, &json)) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn of_told(context: &ContractContext, json: &[u8]) -> Vec<String> {
    let Some(told) = context.fault_of(json) else { return Vec::new() };
    let declares = |name: &&str| context.declares(name, &told);
    context.names().into_iter().filter(declares).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::samples::Settings;

    fn context() -> ContractContext {
        let mut documents = HashMap::from([("a.wsdl".to_owned(), WSDL.as_bytes().to_vec())]);
        ContractContext::of_wsdl("a.wsdl", &mut documents).expect("contract")
    }

    fn case(files: &[(Part, &str)]) -> Case {
        let files =
            files.iter().map(|(part, text)| (*part, text.as_bytes().to_vec())).collect::<BTreeMap<_, _>>();
        Case { folder: "a".into(), name: "a".to_owned(), settings: Settings::default(), files }
    }

    #[test]
    fn a_message_that_cannot_be_read_is_told_unless_another_one_says_whose_it_is() {
        let (broken, good) = ((Part::RequestXml, "<a"), (Part::RequestJson, r#"{"second":"x"}"#));
        let found = operation_of(&case(&[broken]), &context());
        assert!(matches!(found, Err(OperationError::Unreadable { file: "request.xml", .. })), "{found:?}");
        assert_eq!(operation_of(&case(&[broken, good]), &context()), Ok("two".to_owned()));
        let found = operation_of(&case(&[(Part::RequestJson, "{}")]), &context());
        assert_eq!(found, Err(OperationError::Unknown(vec!["one".to_owned(), "two".to_owned()])));
    }

    const WSDL: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:element name='a'><x:complexType><x:sequence><x:element name='first' type='x:int'/></x:sequence></x:complexType></x:element>
    <x:element name='b'><x:complexType><x:sequence><x:element name='second' type='x:string'/></x:sequence></x:complexType></x:element>
  </x:schema></w:types>
  <w:message name='a'><w:part name='p' element='t:a'/></w:message>
  <w:message name='b'><w:part name='p' element='t:b'/></w:message>
  <w:portType name='P'>
    <w:operation name='one'><w:input message='t:a'/></w:operation>
    <w:operation name='two'><w:input message='t:b'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='one'><w:input><s:body use='literal'/></w:input></w:operation>
    <w:operation name='two'><w:input><s:body use='literal'/></w:input></w:operation></w:binding>
</w:definitions>";
}
