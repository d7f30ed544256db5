//! Which operations a request may be of: by its first child, by nothing else, and with all of them where several may.

use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::{Contract, Files, load};
use saponify::xml::{Name, ns};

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
    assert_eq!(found(&plan, own(&plan, "other")), ["get_getOther"]);
}

#[test]
fn overloaded_rpc_operations_are_all_found() {
    let plan = plan();
    assert_eq!(found(&plan, own(&plan, "find")), ["find", "find_byText"]);
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
    assert_eq!(
        names,
        ["reserve", "release", "get", "get_getOther", "ring", "hush", "take", "find", "find_byText"]
    );
    let told: Vec<&str> = contract.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(told.iter().filter(|code| **code == "WSDL0107").count(), 2, "{told:?}");
}
