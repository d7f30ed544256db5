//! Which operations a request may be of: by its first child, with all of them where several may; and which of those it is for, by its
//! action and its parts, or for none.

use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::soap::{Said, Unclear};
use saponify::wsdl::{Contract, Files, load};
use saponify::xml::{Event, Name, Reader, ns};

fn contract() -> Contract {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/dispatch/contract.wsdl");
    load(path, &mut Files, &Limits::default().contract).expect("contract")
}

fn plan() -> Plan {
    compile(&contract(), &Rules::default()).expect("plan").plan
}

fn found<'p>(plan: &'p Plan, first: Option<Name<'_>>) -> Vec<&'p str> {
    plan.operations_for(first).iter().map(|at| &*plan.operations()[*at].name).collect()
}

fn own<'n>(plan: &Plan, local: &'n str) -> Option<Name<'n>> {
    Some(Name { ns: plan.namespaces().find("urn:dispatch").expect("a namespace of the plan"), local })
}

#[test]
fn operations_that_share_an_element_are_all_found() {
    let plan = plan();
    assert_eq!(found(&plan, own(&plan, "item")), ["reserve", "release", "get"]);
    assert_eq!(found(&plan, own(&plan, "other")), ["getOther"]);
}

#[test]
fn overloaded_rpc_operations_are_all_found() {
    let plan = plan();
    assert_eq!(found(&plan, own(&plan, "find")), ["find", "byText"]);
}

#[test]
fn an_empty_body_is_that_of_every_operation_without_a_required_child() {
    let plan = plan();
    assert_eq!(found(&plan, None), ["ring", "hush", "take"]);
}

#[test]
fn a_wildcard_at_the_root_takes_what_no_operation_names() {
    let plan = plan();
    assert_eq!(found(&plan, own(&plan, "head")), ["take"]);
    assert_eq!(found(&plan, Some(Name { ns: ns::UNKNOWN, local: "item" })), ["take"]);
    assert_eq!(found(&plan, Some(Name { ns: ns::XSI, local: "item" })), ["take"]);
    assert!(found(&plan, own(&plan, "unknown")).is_empty(), "##other is not the own namespace");
    assert!(found(&plan, Some(Name { ns: ns::NONE, local: "item" })).is_empty(), "nor none");
}

#[test]
fn the_look_up_says_what_begins_says() {
    let plan = plan();
    let locals = ["item", "other", "find", "head", "done", "get", "unknown"];
    let own = plan.namespaces().find("urn:dispatch").expect("a namespace of the plan");
    let names = [own, ns::NONE, ns::XSI, ns::UNKNOWN]
        .into_iter()
        .flat_map(|ns| locals.map(|local| Name { ns, local }));
    for first in names.map(Some).chain([None]) {
        let operations = plan.operations().iter().enumerate();
        let begun: Vec<usize> =
            operations.filter(|(_, of)| plan.begins(&of.input, first)).map(|(at, _)| at).collect();
        assert_eq!(plan.operations_for(first), begun, "{first:?}");
    }
}

#[test]
fn overloaded_operations_have_names_of_their_own_and_the_element_of_the_contract() {
    let contract = contract();
    let names: Vec<&str> =
        contract.services[0].ports[0].operations.iter().map(|operation| &*operation.name).collect();
    assert_eq!(names, ["reserve", "release", "get", "getOther", "ring", "hush", "take", "find", "byText"]);
    let told: Vec<&str> = contract.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(told.iter().filter(|code| **code == "WSDL0107").count(), 2, "{told:?}");
}

/// The operation of a Body with this content, where these are the actions of the header block and of HTTP; `?` and the names where it
/// stays ambiguous, `!` where an action is another operation's.
fn chosen(
    plan: &Plan,
    body: &str,
    addressing: Option<&str>,
    transport: &str,
    foreign_action: bool,
) -> String {
    let text = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' xmlns='urn:dispatch'><s:Body>{body}</s:Body></s:Envelope>"
    );
    let limits = Limits::default().xml;
    let mut reader = Reader::new(&text, plan.namespaces(), &limits);
    for _ in 0..2 {
        reader.next().expect("the envelope and its Body");
    }
    let first = match reader.next().expect("what is in it") {
        Event::Start(name) => Some(name),
        Event::End | Event::Eof => None,
    };
    let name = |index: &usize| plan.operations()[*index].name.to_string();
    match (Said { text: &text, first, addressing, transport, foreign_action }).operation(plan, &limits) {
        Ok(index) => name(&index),
        Err(Unclear::Ambiguous(several)) => {
            format!("? {}", several.iter().map(name).collect::<Vec<_>>().join(" "))
        }
        Err(Unclear::Soap(error)) => format!("! {error}"),
        Err(Unclear::Unknown) => "nobody".to_owned(),
    }
}

#[test]
fn what_several_operations_take_is_for_the_one_that_is_asked_for_or_for_none() {
    let plan = plan();
    let item = "<item>a</item>";
    let wrong = "! SOAPAction is not that of the message";
    for (body, addressing, transport, expected) in [
        (item, None, "urn:release", "release"),
        (item, Some("urn:getItem"), "", "get"),
        // The action that WS-Addressing makes of names, where the contract says none.
        (item, Some("urn:reserve"), "", "reserve"),
        (item, Some("urn:reserve"), "urn:reserve", "reserve"),
        // Two that contradict each other (WS-Addressing 1.0 SOAP Binding, section 2.4).
        (item, Some("urn:reserve"), "urn:release", wrong),
        (item, Some("urn:reserve"), "urn:ring", wrong),
        (item, None, "", "? reserve release get"),
        (item, None, "urn:Release", "? reserve release get"),
        (item, None, "release", "? reserve release get"),
        (item, None, "urn:ring", "? reserve release get"),
        (item, Some("urn:other"), "urn:release", "? reserve release get"),
        ("<other>a</other>", None, "", "getOther"),
        ("<other>a</other>", None, "urn:getItem", wrong),
        ("<other>a</other>", Some("urn:getItem"), "", wrong),
        // Overloaded rpc operations have parts of their own.
        ("<find><number xmlns=''>1</number></find>", None, "", "find"),
        ("<find><text xmlns=''>a</text></find>", None, "", "byText"),
        ("<find><text xmlns=''>a</text></find>", None, "urn:findNumber", "find"),
        ("<find/>", None, "", "? find byText"),
        ("<find/>", None, "urn:findText", "byText"),
        ("", None, "urn:hush", "hush"),
        ("", None, "", "? ring hush take"),
        // Nothing but one of them takes a Body with this in it.
        ("<head>a</head>", None, "", "take"),
        ("<unheard/>", None, "urn:ring", "nobody"),
        // In no namespace, or in another one: that of the only operation which has the name.
        ("<other xmlns=''>a</other>", None, "", "getOther"),
        ("<other xmlns=''>a</other>", None, "urn:getItem", wrong),
        ("<item xmlns=''>a</item>", None, "urn:release", "nobody"),
    ] {
        assert_eq!(
            chosen(&plan, body, addressing, transport, true),
            expected,
            "{body} {addressing:?} {transport}"
        );
    }
    assert_eq!(chosen(&plan, "<other>a</other>", None, "urn:x", true), "getOther");
    assert_eq!(chosen(&plan, "<other>a</other>", None, "urn:x", false), wrong);
}

#[test]
fn the_action_of_the_header_block_is_the_one_that_the_input_names_else_soap_action_else_one_of_names() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/contracts/dispatch/contract.wsdl"
    ));
    let text = text.expect("contract").replace(
        "<wsdl:operation name=\"reserve\"><wsdl:input ",
        "<wsdl:operation name=\"reserve\"><wsdl:input m:Action=\"urn:meta\" xmlns:m=\"http://www.w3.org/2007/05/addressing/metadata\" ",
    );
    let text = text
        .replace("soapAction=\"urn:getItem\"", "soapAction=\"\"")
        .replace("soapAction=\"urn:ring\"", "soapAction=\"\"");
    let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), text.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let actions: Vec<&str> =
        plan.operations().iter().take(5).map(|operation| &*operation.addressing).collect();
    assert_eq!(
        actions,
        ["urn:meta", "urn:release", "urn:dispatch:P:getItem", "urn:getOther", "urn:dispatch:P:ringRequest"]
    );
    let item = "<item>a</item>";
    assert_eq!(chosen(&plan, item, Some("urn:dispatch:P:getItem"), "", true), "get");
    assert_eq!(chosen(&plan, item, Some("urn:meta"), "urn:reserve", true), "reserve");
    // Metro and CXF write it into HTTP as well.
    assert_eq!(chosen(&plan, item, None, "urn:meta", true), "reserve");
}
