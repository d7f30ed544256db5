//! What SOAP backends answer is valid by their contracts, as the codec reads them.

use saponify::codec::EncodeOptions;
use saponify::describe::{ConvertError, Converter, Direction, Selection};
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::{Files, load};
use saponify_reference::{Behaviour, Handle};

use super::behaviours::soap_backends;
use super::send_soap;

fn plan(name: &str) -> Plan {
    let path = format!("{}/wsdl/{name}.wsdl", env!("CARGO_MANIFEST_DIR"));
    let contract = load(&path, &mut Files, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

fn read(plan: &Plan, answer: &str) -> Result<Vec<u8>, ConvertError> {
    let selection = Selection { direction: Some(Direction::Response), ..Selection::default() };
    let converter = Converter::new(plan, EncodeOptions::default(), &selection, false);
    converter.json_of(answer.as_bytes()).map(|converted| converted.message)
}

/// The answers of `backend` to these behaviours, and to `request`, are valid by `plan`.
async fn check(backend: &Handle<Behaviour>, plan: &Plan, request: &str) {
    let failures = (0..=2).map(Behaviour::Failure);
    let others = [Behaviour::Normal, Behaviour::Flavour, Behaviour::Conflict, Behaviour::Contradiction];
    for behaviour in failures.chain(others) {
        backend.behave(behaviour.clone());
        let answer = send_soap(backend, request).await.body;
        let read = read(plan, &answer);
        assert!(read.is_ok(), "{behaviour:?}: {read:?}: {answer}");
    }
    backend.behave(Behaviour::Mistyped);
    let answer = send_soap(backend, request).await.body;
    assert!(read(plan, &answer).is_err(), "{answer}");
}

#[tokio::test]
async fn answers_are_valid() {
    let samples = [
        ("stonex", include_str!("../../samples/stonex/request.xml")),
        ("helix", include_str!("../../samples/helix/request.xml")),
        ("finzly", include_str!("../../samples/finzly/request.xml")),
        ("tabapay", include_str!("../../samples/tabapay/request.xml")),
    ];
    for (backend, (name, request)) in soap_backends().await.into_iter().zip(samples) {
        check(&backend, &plan(name), request).await;
    }
}
