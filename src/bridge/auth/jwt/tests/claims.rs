//! Claims, against the service file and the clock.

use super::*;

#[test]
fn claims_are_held_against_the_service_file_and_the_clock() {
    for (changes, expected) in [
        (json!({}), None),
        (json!({ "exp": NOW - 29 }), None),
        (json!({ "exp": NOW - 30 }), Some(Unproven::Expired)),
        (json!({ "exp": (NOW + 9) as f64 + 0.5 }), None),
        (json!({ "exp": null }), Some(Unproven::NoExpiry)),
        (json!({ "exp": (NOW + 9).to_string() }), Some(Unproven::NoExpiry)),
        (json!({ "exp": 1e300 }), Some(Unproven::NoExpiry)),
        (json!({ "exp": u64::MAX }), Some(Unproven::NoExpiry)),
        (json!({ "exp": i64::MAX }), None),
        (json!({ "exp": [NOW + 9] }), Some(Unproven::NoExpiry)),
        (json!({ "nbf": null }), None),
        (json!({ "nbf": NOW + 30 }), None),
        (json!({ "nbf": NOW + 31 }), Some(Unproven::NotYet)),
        (json!({ "nbf": "soon" }), Some(Unproven::NotYet)),
        (json!({ "iss": "https://issuer.example/" }), Some(Unproven::Issuer)),
        (json!({ "iss": null }), Some(Unproven::Issuer)),
        (json!({ "iss": ["https://issuer.example"] }), Some(Unproven::Issuer)),
        (json!({ "aud": "bridges" }), Some(Unproven::Audience)),
        (json!({ "aud": null }), Some(Unproven::Audience)),
        (json!({ "aud": ["x", "other"] }), None),
        (json!({ "aud": ["bridge", 1] }), Some(Unproven::Audience)),
        (json!({ "aud": [] }), Some(Unproven::Audience)),
        (json!({ "sub": null }), Some(Unproven::Name)),
        (json!({ "sub": "" }), Some(Unproven::Name)),
        (json!({ "sub": 7 }), Some(Unproven::Name)),
        (json!({ "sub": "x".repeat(257) }), Some(Unproven::Name)),
        (json!({ "cnf": { "jkt": "x" } }), Some(Unproven::Bound)),
        (json!({ "cnf": 1 }), Some(Unproven::Bound)),
    ] {
        assert_eq!(changed(changes.clone()).err(), expected, "{changes}");
    }
}

#[test]
fn a_token_that_is_bound_to_a_certificate_needs_it() {
    let shown = |octet: u8| Certificate {
        subject: String::new(),
        dns: Vec::new(),
        emails: Vec::new(),
        uris: Vec::new(),
        fingerprint: format!("{octet:02x}").repeat(32),
    };
    let bound = |more: Value| {
        let mut claims = claims();
        let mut binding = json!({ "x5t#S256": encoded(&[7; 32]) });
        binding.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        claims["cnf"] = binding;
        shared_token(r#"{"alg":"HS256"}"#, &claims.to_string())
    };
    let now = DateTime::from_timestamp(NOW, 0).expect("time");
    let verify = |token: &str, shown: Option<&Certificate>| {
        with_secret().verify(token, shown, now).map(|caller| caller.name().to_owned())
    };
    let alone = bound(json!({}));
    assert_eq!(verify(&alone, Some(&shown(7))).as_deref(), Ok("orders"));
    assert_eq!(verify(&alone, Some(&shown(8))), Err(Unproven::Bound));
    assert_eq!(verify(&alone, None), Err(Unproven::Bound));
    assert_eq!(verify(&bound(json!({ "jkt": "x" })), Some(&shown(7))), Err(Unproven::Bound));
}

#[test]
fn a_claim_may_say_what_its_bearer_may_call() {
    let granted = |grant: Grant, claim: Value| {
        let shared = auth(JwtKeys::Shared(Secret::new(SECRET)), &[Algorithm::Hs256]);
        let of_secret = verifier(JwtAuth { grant, ..shared }).expect("verifier");
        let mut claims = claims();
        claims["scope"] = claim;
        let now = DateTime::from_timestamp(NOW, 0).expect("time");
        let token = shared_token(r#"{"alg":"HS256"}"#, &claims.to_string());
        let caller = of_secret.verify(&token, None, now).expect("let in");
        (caller.may_call("get"), caller.may_call("put"))
    };
    let claim = || Grant::Claim("scope".to_owned());
    assert_eq!(granted(Grant::Fixed(None), json!(null)), (true, true));
    assert_eq!(granted(Grant::Fixed(Some(vec!["get".into()])), json!("put")), (true, false));
    assert_eq!(granted(claim(), json!("openid get")), (true, false));
    assert_eq!(granted(claim(), json!(["put", 1, "get "])), (false, true));
    for nothing in [json!(null), json!(""), json!(1), json!({ "get": true }), json!("get,put")] {
        assert_eq!(granted(claim(), nothing), (false, false));
    }
    let absent = Grant::Claim("scp".to_owned());
    assert_eq!(granted(absent, json!("get put")), (false, false));
}
