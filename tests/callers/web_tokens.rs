//! JSON Web Tokens over sockets: what lets a request in, and what whoever has a bad one is told. What exactly was wrong with
//! it is for the log, and is tried where the tokens are read.

use serde_json::{Value, json};

use super::client::{Front, Proof, Sends, call};
use super::issuer::{Issuer, SHARED, claims, encoded, shared};
use super::stage::{Stage, text};
use super::support::Answer;

const BACKEND: &str = "json: { url: http://127.0.0.1:9 }";

fn stage(front: Front, keys: &str, more: &str) -> Stage {
    let auth = format!(
        "{{ jwt: {{ keys: {keys}, issuer: \"https://issuer.example\", audience: bridge, {more} }} }}"
    );
    Stage::new(&text(front.name(), &auth, BACKEND, ""), false).expect("stage")
}

/// A front with a file of keys or a PEM file named `name`.
fn with_file(front: Front, kind: &str, name: &str, text: &str) -> Stage {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("callers");
    let path = super::tls::file(&folder, &format!("{}-{name}", front.name()), text);
    stage(front, &format!("{{ {kind}: {path:?} }}"), "algorithms: [RS256]")
}

fn ask(stage: &Stage, front: Front, token: &str) -> Answer {
    call(stage, front, &Proof::bearing(token))
}

fn with(claims: &Value, name: &str, value: Value) -> String {
    let mut changed = claims.clone();
    changed[name] = value;
    changed.to_string()
}

/// Tokens that are good for nothing, by name.
fn attacks(issuer: &Issuer) -> Vec<(&'static str, String)> {
    let (claims, header) = (claims(), r#"{"alg":"RS256","kid":"k1"}"#);
    let (plain, now) = (claims.to_string(), chrono::Utc::now().timestamp());
    let good = issuer.token(header, &plain);
    let (signed, signature) = good.rsplit_once('.').expect("parts");
    let none = |alg: &str| {
        let header = json!({ "alg": alg, "kid": "k1" }).to_string();
        format!("{}.{}.", encoded(header.as_bytes()), encoded(plain.as_bytes()))
    };
    let bad = |header: &str, claims: &str| issuer.token(header, claims);
    let (issued_elsewhere, confused) = (Issuer::new(), r#"{"alg":"HS256","kid":"k1"}"#);
    vec![
        ("none", none("none")),
        ("None", none("None")),
        ("none with a signature", format!("{}{signature}", none("none"))),
        ("the PEM of the public key as a secret", shared(&issuer.pem(), confused, &plain)),
        ("the key set as a secret", shared(&issuer.set("k1"), confused, &plain)),
        ("another issuer's key", issued_elsewhere.token(header, &plain)),
        ("expired", bad(header, &with(&claims, "exp", json!(now - 60)))),
        ("not yet", bad(header, &with(&claims, "nbf", json!(now + 60)))),
        ("without exp", bad(header, &with(&claims, "exp", Value::Null))),
        ("wrong iss", bad(header, &with(&claims, "iss", json!("https://issuer.example.evil")))),
        ("wrong aud", bad(header, &with(&claims, "aud", json!("other")))),
        ("without a name", bad(header, &with(&claims, "sub", Value::Null))),
        ("truncated", good[..good.len() - 1].to_owned()),
        ("in half", good[..good.len() / 2].to_owned()),
        ("stripped", format!("{signed}.")),
        ("without its last part", signed.to_owned()),
        ("padded", format!("{good}=")),
        ("oversized", bad(header, &with(&claims, "x", json!("x".repeat(8192))))),
        ("a claim twice", bad(header, &plain.replacen('{', r#"{"sub":"admin","#, 1))),
        ("crit", bad(r#"{"alg":"RS256","kid":"k1","crit":["x"],"x":1}"#, &plain)),
        ("another kind", bad(r#"{"alg":"RS256","kid":"k1","typ":"logout+jwt"}"#, &plain)),
        ("nothing", String::new()),
    ]
}

#[test]
fn bad_tokens_are_all_told_the_same_and_reach_nothing() {
    let issuer = Issuer::new();
    for front in [Front::Json, Front::Soap] {
        let of_set = with_file(front, "jwks", "keys.json", &issuer.set("k1"));
        let of_pem = with_file(front, "public_key", "key.pem", &issuer.pem());
        let wrong_id = ("wrong kid", issuer.token(r#"{"alg":"RS256","kid":"k2"}"#, &claims().to_string()));
        for (stage, more) in [(&of_set, Some(wrong_id)), (&of_pem, None)] {
            let first = call(stage, front, &Proof::of(Sends::Nothing));
            for (name, token) in attacks(&issuer).into_iter().chain(more) {
                let answer = ask(stage, front, &token);
                assert_eq!(outline(&answer), outline(&first), "{name}: {answer:?}");
            }
            assert!(stage.stub.heard().is_empty());
            let good = issuer.token(r#"{"alg":"RS256","kid":"k1"}"#, &claims().to_string());
            assert_eq!(ask(stage, front, &good).status, 200);
        }
    }
}

/// An answer without the number of its request and its date.
fn outline(answer: &Answer) -> (u16, bool, String) {
    let challenged = answer.head.lines().any(|line| line == "www-authenticate: bearer");
    assert_eq!(challenged, answer.status == 401, "{answer:?}");
    let body = match answer.status {
        401 => answer.json()["errors"].to_string(),
        _ => answer.body.clone(),
    };
    (answer.status, challenged, body)
}

#[test]
fn two_tokens_are_none() {
    let stage = stage(Front::Json, "{ secret: \"${env:SHARED}\" }", "algorithms: [HS256]");
    let mut proof = Proof::of(Sends::Jwt);
    assert_eq!(call(&stage, Front::Json, &proof).status, 200);
    proof.headers.extend(Proof::of(Sends::Jwt).headers);
    assert_eq!(call(&stage, Front::Json, &proof).status, 401);
    let basic = [("Authorization".to_owned(), format!("Basic {}", super::issuer::token()))];
    let proof = Proof { headers: basic.to_vec(), ..Proof::default() };
    assert_eq!(call(&stage, Front::Json, &proof).status, 401);
}

#[test]
fn a_token_may_say_what_its_bearer_may_call() {
    let header = r#"{"alg":"HS256"}"#;
    for (operations, scope, json) in [
        ("[Store]", json!(null), 200),
        ("[Erase]", json!("Store"), 403),
        ("{ claim: scope }", json!("openid Store"), 200),
        ("{ claim: scope }", json!(["Store", "Erase"]), 200),
        ("{ claim: scope }", json!("Erase"), 403),
        ("{ claim: scope }", json!("store"), 403),
        ("{ claim: scope }", json!(null), 403),
    ] {
        for front in [Front::Json, Front::Soap] {
            let more = format!("algorithms: [HS256], operations: {operations}");
            let stage = stage(front, "{ secret: \"${env:SHARED}\" }", &more);
            let answer =
                ask(&stage, front, &shared(SHARED, header, &with(&claims(), "scope", scope.clone())));
            let expected = if front == Front::Soap && json != 200 { 500 } else { json };
            assert_eq!(answer.status, expected, "{operations} {scope}: {answer:?}");
            assert_eq!(stage.stub.heard().len(), usize::from(expected == 200));
        }
    }
}

#[test]
fn the_claim_that_names_the_caller_can_be_another_one() {
    let auth = "{ jwt: { keys: { secret: \"${env:SHARED}\" }, issuer: [a, \"https://issuer.example\"], audience: [x, bridge],
        algorithms: [HS256], name: client_id, leeway: 0s } }";
    let backend = "json: { url: http://127.0.0.1:9, auth: { basic: { by_caller: { shop: { username: a, password: \"${env:OWN}\" } } } } }";
    let stage = Stage::new(&text("json", auth, backend, ""), false).expect("stage");
    let ask =
        |claims: String| ask(&stage, Front::Json, &shared(SHARED, r#"{"alg":"HS256"}"#, &claims)).status;
    assert_eq!(ask(with(&claims(), "client_id", json!("shop"))), 200);
    assert_eq!(ask(with(&claims(), "client_id", json!("Shop"))), 403);
    assert_eq!(ask(claims().to_string()), 401);
}
