//! Which operation a case is of.

use super::case::{Case, Part};
use super::context::{ContractContext, MessageKey};
use crate::describe::Direction;
use crate::soap::Unclear;

/// A case whose operation is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// Several operations take its messages.
    #[error("it could be of {}; say `operation:` in case.yaml", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// No operation takes its messages; these are the operations of the contract.
    #[error("it is of no operation of the contract; there are {}", .0.join(", "))]
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

/// The operation of `case`: the one that `case.yaml` names, else the one whose messages it has.
pub fn operation_of(case: &Case, context: &ContractContext) -> Result<String, OperationError> {
    let names = match &case.settings.operation {
        Some(name) => context.operation(name, None).map(|found| found.name.to_string()).into_iter().collect(),
        None => by_messages(case, context)?,
    };
    match names.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(OperationError::Unknown(context.names().into_iter().map(str::to_owned).collect())),
        _ => Err(OperationError::Ambiguous(names)),
    }
}

/// The operations that take the first message that some operation takes. SOAP messages say best whose they are.
fn by_messages(case: &Case, context: &ContractContext) -> Result<Vec<String>, OperationError> {
    let mut unreadable = None;
    for (part, direction) in MESSAGES {
        let Some(bytes) = case.get(part) else { continue };
        let names = match part {
            Part::RequestXml | Part::ResponseXml => of_xml(context, direction, bytes),
            _ => Ok(of_json(context, direction, bytes)),
        };
        match names {
            Ok(names) if names.is_empty() => {}
            Ok(names) => return Ok(names),
            // A case may be about a message that cannot be read, as long as another one says whose it is.
            Err(error) => {
                unreadable.get_or_insert(OperationError::Unreadable { file: part.file(), error });
            }
        }
    }
    // A contract with one operation leaves no choice.
    match (context.names().as_slice(), unreadable) {
        ([one], _) => Ok(vec![(*one).to_owned()]),
        (_, Some(error)) => Err(error),
        (_, None) => Ok(Vec::new()),
    }
}

const MESSAGES: [(Part, Direction); 4] = [
    (Part::RequestXml, Direction::Request),
    (Part::ResponseXml, Direction::Response),
    (Part::RequestJson, Direction::Request),
    (Part::ResponseJson, Direction::Response),
];

fn of_xml(
    context: &ContractContext,
    direction: Direction,
    xml: &[u8],
) -> Result<Vec<String>, crate::soap::Error> {
    match direction {
        Direction::Request => match context.operation_of(xml, None) {
            Ok(operation) => Ok(vec![operation.name.to_string()]),
            Err(Unclear::Ambiguous(several)) => Ok(context.names_at(&several)),
            Err(Unclear::Soap(error)) => Err(error),
            Err(Unclear::Unknown) => Ok(Vec::new()),
        },
        Direction::Response => {
            let mut names: Vec<String> = Vec::new();
            for operation in context.responders(xml)? {
                if !names.iter().any(|name| **name == *operation.name) {
                    names.push(operation.name.to_string());
                }
            }
            Ok(names)
        }
    }
}

fn of_json(context: &ContractContext, direction: Direction, json: &[u8]) -> Vec<String> {
    let fits = |name: &&str| context.soap_of(MessageKey::new(name, direction), json).is_ok();
    context.names().into_iter().filter(fits).map(str::to_owned).collect()
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
