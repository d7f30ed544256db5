//! What is said of contracts that are broken, and what is not taken for something else.

use std::collections::HashMap;

use super::{Body, Contract, load};
use crate::limits::ContractLimits;

const MAIN: &str = "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' \
    xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' xmlns:m='urn:m' targetNamespace='urn:t'>\
    <import namespace='urn:m' location='m.wsdl'/>\
    <message name='in'><part name='p' type='xs:string'/></message>\
    <portType name='P'><operation name='o'><input message='t:in'/></operation></portType>\
    <binding name='B' type='t:P'><s:binding style='rpc' transport='http://schemas.xmlsoap.org/soap/http'/>\
    <operation name='o'><s:operation soapAction=''/><input><s:body use='literal' namespace='urn:t'/></input></operation>\
    </binding><service name='S'><port name='P' binding='t:B'/></service></definitions>";

/// Its message has the place that the message of [`MAIN`] has there.
const OTHER: &str = "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:xs='http://www.w3.org/2001/XMLSchema' \
    targetNamespace='urn:m'><types/><message name='head'><part name='p' type='xs:string'/></message></definitions>";

fn contract(main: &str) -> Contract {
    let documents = [("main.wsdl", main), ("m.wsdl", OTHER)];
    let mut documents: HashMap<String, Vec<u8>> =
        documents.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into();
    load("main.wsdl", &mut documents, &ContractLimits::default()).expect("a contract")
}

/// [`MAIN`] with `new` in place of `old`.
fn changed(old: &str, new: &str) -> Contract {
    assert!(MAIN.contains(old), "{old}");
    contract(&MAIN.replacen(old, new, 1))
}

fn codes(contract: &Contract) -> Vec<&'static str> {
    contract.diagnostics.iter().map(|found| found.code).collect()
}

/// The names of the parts in the Body and in the header blocks.
fn parts(contract: &Contract) -> (Vec<&str>, Vec<&str>) {
    let input = contract.services[0].ports[0].operations[0].input.as_ref().expect("an input");
    let Body::Rpc { parts, .. } = &input.body else { panic!("rpc") };
    let headers = input.headers.iter().map(|header| &*header.part.name).collect();
    (parts.iter().map(|part| &*part.name).collect(), headers)
}

#[test]
fn what_is_passed_over_is_reported() {
    for (old, new, code) in [
        (
            "<message name='in'>",
            "<types><xs:schema targetNamespace='urn:t'><xs:simpleType name='x'><xs:restriction base='xs:string'>\
             <xs:enumeration/></xs:restriction></xs:simpleType></xs:schema></types><message name='in'>",
            "XSD0200",
        ),
        (
            "<message name='in'>",
            "<types><xs:schema targetNamespace='urn:t'><xs:simpleType name='x'><xs:restriction base='xs:string'>\
             <xs:pattern value='[\\w-.]+'/></xs:restriction></xs:simpleType></xs:schema></types><message name='in'>",
            "XSD0201",
        ),
        ("style='rpc'", "style='Rpc'", "WSDL0110"),
        (
            "<message name='in'>",
            "<message><part name='x' type='xs:string'/></message><message name='in'>",
            "WSDL0111",
        ),
        (" type='t:P'>", ">", "WSDL0111"),
        (" binding='t:B'/>", "/>", "WSDL0111"),
        ("</binding>", "<operation/></binding>", "WSDL0111"),
        (" namespace='urn:t'/>", "/>", "WSDL0112"),
        ("<input message='t:in'/>", "<input message='t:in'/><fault name='f' message='t:gone'/>", "WSDL0201"),
    ] {
        let contract = changed(old, new);
        assert!(codes(&contract).contains(&code), "{new}: {:?}", contract.diagnostics);
    }
    assert!(codes(&contract(MAIN)).is_empty());
}

/// Elements of two documents may have one number.
#[test]
fn a_header_message_of_another_document_is_not_the_own_one() {
    let header = "<s:header message='m:head' part='p' use='literal'/></input>";
    let contract = changed("</input>", header);
    assert_eq!(parts(&contract), (vec!["p"], vec!["p"]), "{:?}", contract.diagnostics);
}

#[test]
fn a_header_message_that_does_not_exist_is_not_the_own_one() {
    let contract = changed("</input>", "<s:header message='t:gone' part='p' use='literal'/></input>");
    assert_eq!(codes(&contract), ["WSDL0202"]);
    assert_eq!(parts(&contract), (vec!["p"], vec![]));
}
