//! Claims, against the service file and the clock.

use super::*;

#[test]
fn claims_are_held_against_the_service_file_and_the_clock() {
    for (changes, expected) in [
        (json!({}), None),
        (json!({ "exp": NOW - 29 }), None),
        (json!({ "exp": NOW - 30 }), Some(TokenError::Expired { by: 1 })),
        (json!({ "exp": (NOW + 9) as f64 + 0.5 }), None),
        (json!({ "exp": null }), Some(TokenError::NoExpiry)),
        (json!({ "exp": (NOW + 9).to_string() }), Some(TokenError::NoExpiry)),
        (json!({ "exp": 1e300 }), Some(TokenError::NoExpiry)),
        (json!({ "exp": u64::MAX }), Some(TokenError::NoExpiry)),
        (json!({ "exp": i64::MAX }), None),
        (json!({ "exp": [NOW + 9] }), Some(TokenError::NoExpiry)),
        (json!({ "nbf": null }), None),
        (json!({ "nbf": NOW + 30 }), None),
        (json!({ "nbf": NOW + 31 }), Some(TokenError::NotYet { by: 1 })),
        (json!({ "nbf": "soon" }), Some(TokenError::NoBeginning)),
        (json!({ "iss": "https://issuer.example/" }), Some(TokenError::Issuer)),
        (json!({ "iss": null }), Some(TokenError::Issuer)),
        (json!({ "iss": ["https://issuer.example"] }), Some(TokenError::Issuer)),
        (json!({ "aud": "bridges" }), Some(TokenError::Audience)),
        (json!({ "aud": null }), Some(TokenError::Audience)),
        (json!({ "aud": ["x", "other"] }), None),
        (json!({ "aud": ["bridge", 1] }), Some(TokenError::Audience)),
        (json!({ "aud": [] }), Some(TokenError::Audience)),
        (json!({ "sub": null }), Some(TokenError::Name)),
        (json!({ "sub": "" }), Some(TokenError::Name)),
        (json!({ "sub": 7 }), Some(TokenError::Name)),
        (json!({ "sub": "x".repeat(257) }), Some(TokenError::Name)),
        (json!({ "cnf": { "jkt": "x" } }), Some(TokenError::Bound)),
        (json!({ "cnf": 1 }), Some(TokenError::Bound)),
    ] {
        assert_eq!(changed(changes.clone()).err(), expected, "{changes}");
    }
}

#[test]
fn a_token_that_is_bound_to_a_certificate_needs_it() {
    let shown = |octet: u8| format!("{octet:02x}").repeat(32);
    let bound = |more: Value| {
        let mut claims = claims();
        let mut binding = json!({ "x5t#S256": encoded(&[7; 32]) });
        binding.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
        claims["cnf"] = binding;
        shared_token(r#"{"alg":"HS256"}"#, &claims.to_string())
    };
    let verify = |token: &str, shown: Option<&str>| with_secret().verify(token, shown);
    let alone = bound(json!({}));
    assert_eq!(verify(&alone, Some(&shown(7))).as_deref(), Ok("orders"));
    assert_eq!(verify(&alone, Some(&shown(8))), Err(TokenError::Bound));
    assert_eq!(verify(&alone, None), Err(TokenError::Bound));
    assert_eq!(verify(&bound(json!({ "jkt": "x" })), Some(&shown(7))), Err(TokenError::Bound));
}

#[test]
fn a_claim_may_have_words() {
    let words = |claim: Value| {
        let mut claims = claims();
        claims["scope"] = claim;
        let token = shared_token(r#"{"alg":"HS256"}"#, &claims.to_string());
        let words = with_secret().with_claims(&token, None, |claims| {
            Ok(claims.words("scope").into_iter().map(|word| word.into_owned()).collect::<Vec<_>>())
        });
        words.expect("claims")
    };
    assert_eq!(words(json!("openid get")), ["openid", "get"]);
    assert_eq!(words(json!(["put", 1, "get "])), ["put", "get "]);
    assert_eq!(words(json!("")), [""]);
    for nothing in [json!(null), json!(1), json!({ "get": true })] {
        assert!(words(nothing).is_empty());
    }
}
