//! Mistakes in `auth`, found before anything runs and told without what they are about.

use saponify::bridge::ReadyService;

use super::stage::{loaded, text};

const BACKEND: &str = "json: { url: http://127.0.0.1:9 }";

/// What is wrong with a service with this front.
fn said(auth: &str, more: &str) -> String {
    let service = loaded(&text("json", auth, BACKEND, more), None);
    service
        .and_then(|service| ReadyService::new(service).map_err(|error| error.to_string()))
        .map(drop)
        .err()
        .unwrap_or_default()
}

fn jwt(changes: &[(&str, &str)]) -> String {
    let own = "{ jwt: { keys: { secret: \"${env:SHARED}\" }, issuer: i, audience: a, algorithms: [HS256] } }";
    said(&changes.iter().fold(own.to_owned(), |text, (from, to)| text.replace(from, to)), "")
}

#[test]
fn mistakes_with_tokens_are_told() {
    assert_eq!(jwt(&[]), "");
    let public = ("secret: \"${env:SHARED}\"", "public_key: key.pem");
    for (changes, expected) in [
        (&[("[HS256]", "[none]")][..], "is not possible here"),
        (&[("[HS256]", "[hs256]")], "is not possible here"),
        (&[("[HS256]", "[]")], "auth.jwt.algorithms: no algorithm is named"),
        (
            &[("[HS256]", "[HS256, RS256]")],
            "auth.jwt.algorithms: with `keys.secret` only HS256, HS384 and HS512",
        ),
        (&[("[HS256]", "[HS512]")], "auth.jwt.keys.secret: it is too short; these algorithms need 64 bytes"),
        (
            &[("env:SHARED", "env:OWN")],
            "auth.jwt.keys.secret: it is too short; these algorithms need 32 bytes",
        ),
        (&[("${env:SHARED}", "own-secret")], "auth.jwt.keys.secret: a secret must be a reference"),
        (&[("env:SHARED", "env:NOWHERE")], "environment variable NOWHERE is not set"),
        (&[public], "auth.jwt.keys.public_key: "),
        (&[("secret: ", "url: ")], "is not possible here"),
        (
            &[("secret: \"${env:SHARED}\"", "jwks: \"${env:SHARED}\"")],
            "HS256, HS384 and HS512 are for `keys.secret`",
        ),
        (
            &[("secret: \"${env:SHARED}\"", "jwks: \"${env:SHARED}\""), ("HS256", "RS256")],
            "fronts.json.auth.jwt.keys: the JWK set: unexpected text",
        ),
        (
            &[("secret: \"${env:SHARED}\"", "public_key: \"${env:SHARED}\""), ("HS256", "ES256")],
            "fronts.json.auth.jwt.keys: there is no PEM public key in it",
        ),
        (&[("issuer: i, ", "")], "issuer"),
        (&[("audience: a, ", "")], "audience"),
        (&[("issuer: i", "issuer: \"\"")], "auth.jwt.issuer: it is empty"),
        (&[("audience: a", "audience: []")], "auth.jwt.audience: it is empty"),
        (&[("issuer: i", "issuer: i, name: \"\"")], "auth.jwt.name: it is empty"),
        (
            &[("issuer: i", "issuer: i, leeway: 6m")],
            "auth.jwt.leeway: expected a time such as 10s, at most 5m",
        ),
        (
            &[("issuer: i", "issuer: i, operations: [Stores]")],
            "operations[0]: the contract has no operation `Stores`; did you mean `Store`?",
        ),
        (
            &[("issuer: i", "issuer: i, operations: { claim: \"\" }")],
            "auth.jwt.operations.claim: it is empty",
        ),
        (&[("issuer: i", "issuer: i, verify: false")], "there is no key `verify`"),
    ] {
        let said = jwt(changes);
        assert!(said.contains(expected), "{changes:?}: {said}");
        assert!(!said.contains("own-secret") && !said.contains("not-a-real"), "{said}");
    }
}

#[test]
fn mistakes_with_certificates_are_told() {
    let callers = |callers: &str| said(&format!("{{ certificate: {{ callers: {callers} }} }}"), "");
    let digits = "0A:".repeat(31) + "0A";
    assert_eq!(callers(&format!("[{{ name: a, fingerprint: \"{digits}\" }}, {{ name: a, dns: a.b }}]")), "");
    for (given, expected) in [
        ("[]", "auth.certificate.callers: nobody could call"),
        ("[{ name: a }]", "callers[0]: exactly one of subject, dns, email, uri and fingerprint"),
        ("[{ name: a, dns: a.b, uri: \"a:b\" }]", "callers[0]: exactly one of subject, dns"),
        ("[{ name: \"\", dns: a.b }]", "callers[0].name: it is empty"),
        ("[{ name: a, dns: \"*.b\" }]", "callers[0].dns: not the whole name of a host"),
        ("[{ name: a, email: b }]", "callers[0].email: not an e-mail address"),
        ("[{ name: a, uri: \"\" }]", "callers[0].uri: it is empty"),
        ("[{ name: a, subject: \"\" }]", "callers[0].subject: it is empty"),
        ("[{ name: a, fingerprint: abc }]", "callers[0].fingerprint: not the SHA-256"),
        (
            "[{ name: a, dns: a.b }, { name: b, dns: A.B }]",
            "callers[1].dns: its certificates are also those of callers[0]",
        ),
        (
            "[{ name: a, email: a@b }, { name: b, email: a@B }]",
            "callers[1].email: its certificates are also those",
        ),
        (
            "[{ name: a, dns: a.b, operations: [Stores] }]",
            "callers[0].operations[0]: the contract has no operation `Stores`",
        ),
        ("[{ name: a, ip: 127.0.0.1 }]", "there is no key `ip`"),
    ] {
        let said = callers(given);
        assert!(said.contains(expected), "{given}: {said}");
    }
}

#[test]
fn clients_must_be_asked_for_certificates() {
    let auth = "{ certificate: { callers: [{ name: a, dns: a.b }] } }";
    let expected = "fronts.json.auth.certificate: clients are not asked for certificates";
    assert!(said(auth, "listen: { tls: { certificate: a, key: b } }").contains(expected));
    assert_eq!(said(auth, "listen: { tls: { certificate: a, key: b, client_ca: c } }"), "");
    assert_eq!(said(auth, ""), "", "the command line may say it");
}
