//! Contracts that nobody wrote, with what makes operations hard to tell apart: names that several have, elements that several take,
//! Bodies that begin alike, names that no path has as they are.

use proptest::prelude::*;

use crate::particles::{Particle, TYPES, particle, repeats, write};

/// What is in the Body of a request.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// An element of its own.
    Element,
    /// Nothing.
    Empty,
    /// An element that others take too, and one of its own behind it.
    Parts,
    /// Parts in an element with the name of the operation.
    Rpc,
    /// An element that others take too.
    Shared,
    /// The content of a type.
    Type,
}

/// `soapAction`.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Letters outside of ASCII.
    Letters,
    Own,
    Same,
}

#[derive(Clone, Debug)]
pub struct Operation {
    name: &'static str,
    body: Body,
    action: Action,
    content: Particle,
    /// A response that is a bare text, an object, or none.
    response: Option<bool>,
    header: bool,
}

pub fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let name = prop_oneof![Just("get"), Just("set.it-now"), Just("löschen"), Just("ширина")];
    let body = prop_oneof![
        Just(Body::Element),
        Just(Body::Empty),
        Just(Body::Parts),
        Just(Body::Rpc),
        Just(Body::Shared),
        Just(Body::Type),
    ];
    let action = prop_oneof![Just(Action::Letters), Just(Action::Own), Just(Action::Same)];
    let response = prop_oneof![Just(Some(true)), Just(Some(false)), Just(None)];
    // XML does not say where one turn of a group ends and the next begins, so that `test` may see others.
    let content = particle().prop_filter("turns", |content| !repeats(content));
    let operation = (name, body, action, content, response, any::<bool>());
    let operation = operation.prop_map(|(name, body, action, content, response, header)| Operation {
        name,
        body,
        action,
        content,
        response,
        header,
    });
    prop::collection::vec(operation, 1..5)
}

/// The WSDL of these operations, in one of the versions of SOAP.
pub fn wsdl(operations: &[Operation], soap12: bool) -> String {
    let soap = if soap12 {
        "http://schemas.xmlsoap.org/wsdl/soap12/"
    } else {
        "http://schemas.xmlsoap.org/wsdl/soap/"
    };
    let all = || operations.iter().enumerate();
    let join = |of: &dyn Fn(usize, &Operation) -> String| {
        all().map(|(at, operation)| of(at, operation)).collect::<String>()
    };
    TEMPLATE
        .replace("SOAP", soap)
        .replace("TYPES", TYPES)
        .replace("SCHEMA", &join(&schema))
        .replace("MESSAGES", &join(&messages))
        .replace("ABSTRACT", &join(&abstract_half))
        .replace("CONCRETE", &join(&concrete_half))
}

fn schema(at: usize, operation: &Operation) -> String {
    let mut content = String::new();
    let group = Particle::Group("sequence", vec![(operation.content.clone(), 1, Some(1))]);
    write(&group, "", false, &mut 0, &mut content);
    format!(
        "<x:complexType name='T{at}'>{content}</x:complexType><x:element name='q{at}' type='t:T{at}'/>\
         <x:element name='r{at}' type='t:T{at}'/>\n"
    )
}

fn messages(at: usize, operation: &Operation) -> String {
    let element = format!("<w:part name='q' element='t:q{at}'/>");
    let shared = "<w:part name='s' element='t:shared'/>".to_owned();
    let parts = match operation.body {
        Body::Element => element,
        Body::Empty => String::new(),
        Body::Parts => shared + &element,
        Body::Rpc => format!("<w:part name='a{at}' type='x:int'/><w:part name='b' type='t:T{at}'/>"),
        Body::Shared => shared,
        Body::Type => format!("<w:part name='q' type='t:T{at}'/>"),
    };
    let response = match operation.response {
        Some(true) if !matches!(operation.body, Body::Rpc) => {
            "<w:part name='r' element='t:text'/>".to_owned()
        }
        Some(_) if matches!(operation.body, Body::Rpc) => format!("<w:part name='r' type='t:T{at}'/>"),
        _ => format!("<w:part name='r' element='t:r{at}'/>"),
    };
    format!("<w:message name='q{at}'>{parts}</w:message><w:message name='r{at}'>{response}</w:message>\n")
}

fn abstract_half(at: usize, operation: &Operation) -> String {
    let output =
        operation.response.map_or(String::new(), |_| format!("<w:output name='o{at}' message='t:r{at}'/>"));
    format!(
        "<w:operation name='{}'><w:input name='i{at}' message='t:q{at}'/>{output}</w:operation>\n",
        operation.name
    )
}

fn concrete_half(at: usize, operation: &Operation) -> String {
    let style = if matches!(operation.body, Body::Rpc) { "rpc" } else { "document" };
    let action = match operation.action {
        Action::Letters => format!("urn:öffnen:{at}"),
        Action::Own => format!("urn:own:{at}"),
        Action::Same => String::new(),
    };
    let header = if operation.header { "<s:header message='t:head' part='h' use='literal'/>" } else { "" };
    let output = operation.response.map_or(String::new(), |_| {
        format!("<w:output name='o{at}'><s:body use='literal' namespace='urn:t'/></w:output>")
    });
    format!(
        "<w:operation name='{}'><s:operation soapAction='{action}' style='{style}'/><w:input name='i{at}'>\
         <s:body use='literal' namespace='urn:t'/>{header}</w:input>{output}</w:operation>\n",
        operation.name
    )
}

const TEMPLATE: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='SOAP'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:element name='shared' type='x:string'/><x:element name='text' type='x:string'/><x:element name='head' type='x:string'/>
    TYPES
    SCHEMA
  </x:schema></w:types>
  <w:message name='head'><w:part name='h' element='t:head'/></w:message>
  MESSAGES
  <w:portType name='P'>ABSTRACT</w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>CONCRETE</w:binding>
  <w:service name='S'><w:port name='P' binding='t:B'><s:address location='http://127.0.0.1:9/'/></w:port></w:service>
</w:definitions>";
