//! Which key and which algorithm: tokens that would choose for themselves, and tokens that are not whole.

use super::*;

#[test]
fn every_kind_of_key_verifies_its_own_tokens_and_no_others() {
    let (ec, ed, rsa) =
        (Signer::ec(), Signer::Ed(Ed25519KeyPair::generate().expect("key")), Signer::rsa(KeySize::Rsa2048));
    let signers = [
        (&ec, Algorithm::Es256),
        (&ed, Algorithm::EdDsa),
        (&rsa, Algorithm::Rs256),
        (&rsa, Algorithm::Ps256),
    ];
    for (signer, algorithm) in signers {
        let header = format!(r#"{{"alg":"{}","kid":"mine"}}"#, algorithm.name());
        let token = token_of(signer, algorithm, &header, &claims().to_string());
        let of_pem = of_pem(&signer.pem(), &[algorithm, Algorithm::Es384]).expect("verifier");
        assert_eq!(asked(&of_pem, &token).as_deref(), Ok("orders"), "{algorithm:?}");
        let other = token_of(&Signer::shared(SECRET), algorithm, &header, &claims().to_string());
        assert_eq!(asked(&of_pem, &other), Err(TokenError::Signature), "{algorithm:?}");
        if algorithm != Algorithm::Ps256 {
            let of_set = with_set(&[signer.jwk("mine")], &[algorithm]).expect("verifier");
            assert_eq!(asked(&of_set, &token).as_deref(), Ok("orders"), "{algorithm:?}");
        }
    }
    let shared = shared_token(r#"{"alg":"HS256"}"#, &claims().to_string());
    assert_eq!(asked(&with_secret(), &shared).as_deref(), Ok("orders"));
}

#[test]
fn a_token_does_not_choose_its_algorithm() {
    let rsa = Signer::rsa(KeySize::Rsa2048);
    let pem = rsa.pem();
    let of_pem = of_pem(&pem, &[Algorithm::Rs256]).expect("verifier");
    let claims = claims().to_string();
    for secret in [pem.as_str(), pem.trim_end(), ""] {
        let confused =
            token_of(&Signer::shared(secret), Algorithm::Hs256, r#"{"alg":"HS256","typ":"JWT"}"#, &claims);
        assert_eq!(asked(&of_pem, &confused), Err(TokenError::Algorithm));
    }
    for none in ["none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "RS384", "HS256"] {
        let header = encoded(format!(r#"{{"alg":"{none}"}}"#).as_bytes());
        for signature in ["", "AAAA"] {
            let token = format!("{header}.{}.{signature}", encoded(claims.as_bytes()));
            assert_eq!(asked(&of_pem, &token), Err(TokenError::Algorithm), "{none}");
        }
    }
    let own_key =
        json!({ "alg": "RS256", "jwk": Signer::rsa(KeySize::Rsa2048).jwk("x"), "jku": "http://a.example" });
    let token = token_of(&Signer::rsa(KeySize::Rsa2048), Algorithm::Rs256, &own_key.to_string(), &claims);
    assert_eq!(asked(&of_pem, &token), Err(TokenError::Signature), "the key in the header is not looked at");
    let both = with_set(&[Signer::ec().jwk("a"), rsa.jwk("b")], &[Algorithm::Es256, Algorithm::Rs256]);
    let mixed = token_of(&rsa, Algorithm::Rs256, r#"{"alg":"RS256","kid":"a"}"#, &claims);
    assert_eq!(asked(&both.expect("verifier"), &mixed), Err(TokenError::KeyAlgorithm));
}

#[test]
fn a_kid_names_one_key_of_the_set() {
    let (a, b) = (Signer::ec(), Signer::ec());
    let of_set = with_set(&[a.jwk("a"), b.jwk("b")], &[Algorithm::Es256]).expect("verifier");
    let with_id = |signer: &Signer, id: &str| {
        let header = json!({ "alg": "ES256", "kid": id }).to_string();
        asked(&of_set, &token_of(signer, Algorithm::Es256, &header, &claims().to_string()))
    };
    assert_eq!((with_id(&a, "a").as_deref(), with_id(&b, "b").as_deref()), (Ok("orders"), Ok("orders")));
    assert_eq!(with_id(&a, "b"), Err(TokenError::Signature));
    for strange in ["", "c", "A", "../../etc/passwd", "' OR 1=1 --", "http://a.example/key", "a\u{0}"] {
        assert_eq!(with_id(&a, strange), Err(TokenError::UnknownKey), "{strange:?}");
    }
    let nameless = token_of(&a, Algorithm::Es256, r#"{"alg":"ES256"}"#, &claims().to_string());
    assert_eq!(asked(&of_set, &nameless), Err(TokenError::NoKeyId));
    let one = with_set(&[a.jwk("a")], &[Algorithm::Es256]).expect("verifier");
    assert_eq!(asked(&one, &nameless).as_deref(), Ok("orders"));
    let number = token_of(&a, Algorithm::Es256, r#"{"alg":"ES256","kid":1}"#, &claims().to_string());
    assert!(matches!(asked(&of_set, &number), Err(TokenError::Header(_))));
}

#[test]
fn what_is_not_whole_or_not_strict_is_refused() {
    let (header, plain) = (r#"{"alg":"HS256"}"#, claims().to_string());
    let good = shared_token(header, &plain);
    let of_secret = with_secret();
    for length in 0..good.len() {
        assert!(asked(&of_secret, good.get(..length).unwrap_or_default()).is_err(), "{length}");
    }
    let (signed, signature) = good.rsplit_once('.').expect("parts");
    assert_eq!(asked(&of_secret, &format!("{signed}.")), Err(TokenError::Signature), "stripped");
    assert_eq!(asked(&of_secret, signed), Err(TokenError::Shape));
    let other = shared_token(header, &plain.replace("orders", "admins"));
    let (other, _) = other.rsplit_once('.').expect("parts");
    assert_eq!(asked(&of_secret, &format!("{other}.{signature}")), Err(TokenError::Signature));
    for strange in [
        format!("{good}="),
        format!("{good}.AAAA"),
        format!(" {good}"),
        good.replacen('.', "..", 1),
        good.replacen('.', "=.", 1),
        good.replacen('.', "+.", 1),
    ] {
        assert_eq!(asked(&of_secret, &strange), Err(TokenError::Shape), "{strange}");
    }
    let long = shared_token(header, &plain.replacen('{', &format!("{{\"a\":\"{}\",", "x".repeat(9000)), 1));
    assert_eq!(asked(&of_secret, &long), Err(TokenError::TooLong));
}

#[test]
fn members_that_are_there_twice_and_headers_that_ask_for_more_are_refused() {
    let plain = claims().to_string();
    let asked = |header: &str, claims: &str| asked(&with_secret(), &shared_token(header, claims));
    let twice = plain.replacen('{', r#"{"sub":"admins","#, 1);
    assert!(matches!(asked(r#"{"alg":"HS256"}"#, &twice), Err(TokenError::Claims(_))));
    let escaped = plain.replacen('{', r#"{"su\u0062":"admins","#, 1);
    assert!(matches!(asked(r#"{"alg":"HS256"}"#, &escaped), Err(TokenError::Claims(_))));
    assert!(matches!(asked(r#"{"alg":"none","alg":"HS256"}"#, &plain), Err(TokenError::Header(_))));
    for (header, expected) in [
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, TokenError::Critical),
        (r#"{"alg":"HS256","crit":["exp"]}"#, TokenError::Critical),
        (r#"{"alg":"HS256","crit":[]}"#, TokenError::Critical),
        (r#"{"alg":"HS256","crit":null}"#, TokenError::Critical),
        (r#"{"alg":"HS256","typ":"logout+jwt"}"#, TokenError::Kind),
        (r#"{"alg":"HS256","typ":"dpop+jwt"}"#, TokenError::Kind),
        (r#"{"alg":"HS256","typ":1}"#, TokenError::Kind),
        ("{}", TokenError::Algorithm),
    ] {
        assert_eq!(asked(header, &plain), Err(expected), "{header}");
    }
    for header in ["", "[]", "1", "\"HS256\"", r#"{"alg":["HS256"]}"#] {
        assert!(matches!(asked(header, &plain), Err(TokenError::Header(_))), "{header}");
    }
    for kind in ["JWT", "jwt", "at+jwt", "application/at+jwt"] {
        assert!(asked(&format!(r#"{{"alg":"HS256","typ":"{kind}"}}"#), &plain).is_ok(), "{kind}");
    }
    assert!(matches!(asked(r#"{"alg":"HS256"}"#, "[]"), Err(TokenError::Claims(_))));
}
