//! Certificates over sockets: whose they are, what their owners may call, and that nothing else counts.

use super::client::{Front, Proof, Sends, call};
use super::stage::{Stage, text};

const BACKEND: &str = "json: { url: http://127.0.0.1:9 }";

fn stage(callers: &str, secure: bool) -> Stage {
    let auth = format!("{{ certificate: {{ callers: {callers} }} }}");
    Stage::new(&text("json", &auth, BACKEND, ""), secure).expect("stage")
}

fn status(callers: &str) -> u16 {
    call(&stage(callers, true), Front::Json, &Proof::of(Sends::Certificate)).status
}

#[test]
fn a_caller_is_known_by_its_certificate_and_may_call_what_it_may() {
    assert_eq!(status("[{ name: orders, dns: Orders.Example }]"), 200);
    assert_eq!(status("[{ name: orders, subject: \"CN=orders\" }]"), 200);
    assert_eq!(status("[{ name: orders, dns: orders.example, operations: [Store] }]"), 200);
    assert_eq!(status("[{ name: orders, dns: orders.example, operations: [Erase] }]"), 403);
    assert_eq!(status("[{ name: orders, dns: orders.example, operations: [] }]"), 403);
    assert_eq!(status("[{ name: others, dns: others.example }]"), 401);
    let two = "[{ name: a, dns: orders.example }, { name: b, subject: \"CN=orders\" }]";
    assert_eq!(status(two), 401, "nobody is two callers");
}

#[test]
fn without_a_certificate_nothing_else_helps() {
    let callers = "[{ name: orders, dns: orders.example }]";
    for secure in [true, false] {
        let stage = stage(callers, secure);
        for sends in [Sends::Nothing, Sends::Basic, Sends::Bearer, Sends::Jwt, Sends::Key] {
            assert_eq!(call(&stage, Front::Json, &Proof::of(sends)).status, 401, "{sends:?}");
        }
        let names = [
            "X-Client-Cert",
            "X-SSL-Client-S-DN",
            "X-Forwarded-Client-Cert",
            "Client-Cert",
            "SSL-Client-Verify",
        ];
        let said = names.map(|name| (name.to_owned(), "CN=orders;DNS=orders.example;SUCCESS".to_owned()));
        let proof = Proof { headers: said.to_vec(), ..Proof::default() };
        assert_eq!(
            call(&stage, Front::Json, &proof).status,
            401,
            "a header says nothing about the connection"
        );
        assert!(stage.stub.heard().is_empty());
    }
}
