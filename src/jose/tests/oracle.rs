//! Held against another implementation: what is accepted here is accepted there, and what only that one accepts has a reason.

use jsonwebtoken::{DecodingKey, Validation};

use super::*;

/// Whether the other one accepts `token`. It is not asked about the time, for it has a clock of its own.
fn theirs(algorithm: Algorithm, key: &DecodingKey, token: &str) -> bool {
    let mut validation = Validation::new(algorithm.name().parse().expect("an algorithm"));
    validation.set_issuer(&["https://issuer.example"]);
    validation.set_audience(&["bridge", "other"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(token, key, &validation).is_ok()
}

struct Case {
    signer: Signer,
    algorithm: Algorithm,
    ours: Verifier,
    theirs: DecodingKey,
}

fn cases() -> Vec<Case> {
    let mut cases = vec![Case {
        signer: Signer::shared(SECRET),
        algorithm: Algorithm::Hs256,
        ours: with_secret(),
        theirs: DecodingKey::from_secret(SECRET.as_bytes()),
    }];
    let ed = Ed25519KeyPair::generate().expect("key");
    let rsa = || Signer::rsa(KeySize::Rsa2048);
    for (signer, algorithm) in [
        (Signer::ec(), Algorithm::Es256),
        (Signer::Ed(ed), Algorithm::EdDsa),
        (rsa(), Algorithm::Rs256),
        (rsa(), Algorithm::Ps256),
    ] {
        let mut jwk = signer.jwk("mine");
        let text = |name: &str| jwk[name].as_str().expect("a text").to_owned();
        let theirs = match &signer {
            Signer::Ec(_) => DecodingKey::from_ec_components(&text("x"), &text("y")),
            Signer::Ed(_) => DecodingKey::from_ed_components(&text("x")),
            _ => DecodingKey::from_rsa_components(&text("n"), &text("e")),
        };
        jwk["alg"] = json!(algorithm.name());
        let ours = with_set(&[jwk], &[algorithm]).expect("keys");
        cases.push(Case { signer, algorithm, ours, theirs: theirs.expect("a key") });
    }
    cases
}

/// What is refused here and may be accepted there.
fn is_stricter(error: TokenError) -> bool {
    use TokenError::*;
    matches!(
        error,
        Bound
            | Claims(_)
            | Critical
            | Header(_)
            | Kind
            | NoBeginning
            | NoExpiry
            | NotYet { .. }
            | Shape
            | UnknownKey
    )
}

fn compare(case: &Case, token: &str) {
    let theirs = theirs(case.algorithm, &case.theirs, token);
    match asked(&case.ours, token) {
        Ok(_) => assert!(theirs, "{:?}: accepted here alone: {token}", case.algorithm),
        Err(error) if is_stricter(error) => {}
        // A name is nothing that the other one looks for.
        Err(TokenError::Name) => {}
        Err(error) => assert!(!theirs, "{:?}: accepted there, here {error:?}: {token}", case.algorithm),
    }
}

#[test]
fn another_implementation_agrees_about_whole_tokens() {
    for case in cases() {
        let header = |more: Value| {
            let mut header = json!({ "alg": case.algorithm.name(), "typ": "JWT" });
            header.as_object_mut().expect("object").extend(more.as_object().expect("object").clone());
            header.to_string()
        };
        let good = token_of(&case.signer, case.algorithm, &header(json!({})), &claims().to_string());
        assert!(asked(&case.ours, &good).is_ok() && theirs(case.algorithm, &case.theirs, &good));
        for changes in [
            json!({ "iss": "https://other.example" }),
            json!({ "iss": null }),
            json!({ "aud": "nobody" }),
            json!({ "aud": ["nobody", "other"] }),
            json!({ "aud": [] }),
            json!({ "aud": ["bridge", 1] }),
            json!({ "exp": null }),
            json!({ "sub": 1 }),
        ] {
            let mut claims = claims();
            claims.as_object_mut().expect("object").extend(changes.as_object().expect("object").clone());
            let token = token_of(&case.signer, case.algorithm, &header(json!({})), &claims.to_string());
            compare(&case, &token);
        }
        for more in [
            json!({ "kid": "mine" }),
            json!({ "kid": "other" }),
            json!({ "crit": ["x"] }),
            json!({ "alg": "none" }),
        ] {
            let token = token_of(&case.signer, case.algorithm, &header(more), &claims().to_string());
            compare(&case, &token);
        }
        let header = header(json!({}));
        for claims in
            ["", "{}", "[]", "null", "{\"iss\":", &claims().to_string().replace('}', ",\"iss\":\"x\"}")]
        {
            compare(&case, &token_of(&case.signer, case.algorithm, &header, claims));
        }
    }
}

/// `iss` is one name (RFC 7519 section 4.1.1); the other one takes a list that has a known one.
#[test]
fn a_list_of_issuers_is_accepted_there_alone() {
    for case in cases() {
        let mut claims = claims();
        claims["iss"] = json!(["https://issuer.example", "https://other.example"]);
        let header = json!({ "alg": case.algorithm.name() }).to_string();
        let token = token_of(&case.signer, case.algorithm, &header, &claims.to_string());
        assert_eq!(asked(&case.ours, &token), Err(TokenError::Issuer));
        assert!(theirs(case.algorithm, &case.theirs, &token), "it is no exemption any more");
    }
}

#[test]
fn another_implementation_agrees_about_damaged_tokens() {
    for case in cases() {
        let header = json!({ "alg": case.algorithm.name() }).to_string();
        let good = token_of(&case.signer, case.algorithm, &header, &claims().to_string());
        // Every other character is enough to meet each part and each place of a group of base64.
        for at in (0..good.len()).step_by(3) {
            let (before, behind) = good.split_at(at);
            let mut rest = behind.chars();
            let Some(c) = rest.next() else { continue };
            for other in ['A', '_', '.', '='].into_iter().filter(|other| *other != c) {
                compare(&case, &format!("{before}{other}{}", rest.as_str()));
            }
            compare(&case, &format!("{before}{}", rest.as_str()));
        }
        let mut last = good.clone();
        last.pop();
        for c in ['A', 'B', 'Q', 'g', 'w'] {
            compare(&case, &format!("{last}{c}"));
        }
    }
}
