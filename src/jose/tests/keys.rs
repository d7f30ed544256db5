//! Keys that are none, or too much.

use super::*;

#[test]
fn keys_that_are_none_or_too_much_are_refused_when_they_are_loaded() {
    let (ec, weak) = (Signer::ec(), Signer::rsa(KeySize::Rsa2048));
    let mut off_curve = ec.jwk("a");
    off_curve["x"] = json!(encoded(&[1; 32]));
    let mut private = ec.jwk("a");
    private["d"] = json!("AAAA");
    let mut short = weak.jwk("a");
    short["n"] = json!(encoded(&[0xc1; 128]));
    let mut unnamed = ec.jwk("a");
    unnamed.as_object_mut().expect("object").remove("kid");
    let mut sealed = ec.jwk("a");
    sealed["use"] = json!("enc");
    let both = [Algorithm::Es256, Algorithm::Rs256];
    for (keys, expected) in [
        (vec![off_curve], "keys[0]: it cannot be read"),
        (vec![private], "keys[0]: it is a private key"),
        (vec![short], "it is an RSA key of less than 2048 bits"),
        (vec![Signer::shared(SECRET).jwk("a")], "keys[0]: it is a secret"),
        (vec![ec.jwk("a"), weak.jwk("a")], "keys[1]: its `kid` is also that of another key"),
        (vec![ec.jwk("a"), unnamed], "there are several keys, and one has no `kid`"),
        (vec![sealed.clone()], "no key goes with auth.jwt.algorithms"),
        (vec![], "no key goes with auth.jwt.algorithms"),
    ] {
        let said = with_set(&keys, &both).expect_err(expected);
        assert!(said.contains(expected), "{said}");
    }
    let foreign = json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": "c", "pub": "AAAA" });
    assert!(with_set(&[sealed, foreign, ec.jwk("b")], &both).is_ok(), "others are passed over");
    for (text, expected) in [
        ("", "the JWK set: an empty document"),
        ("{}", "there is no `keys` in it"),
        ("[]", "there is no `keys` in it"),
        (r#"{"keys":{}}"#, "there is no `keys` in it"),
        (r#"{"keys":[],"keys":[]}"#, "the JWK set: a repeated key"),
    ] {
        let said = of_set(text, &both).expect_err(expected);
        assert!(said.contains(expected), "{said}");
    }
    for (pem, algorithm, expected) in [
        (ec.pem(), Algorithm::Es384, "no key goes with auth.jwt.algorithms"),
        (ec.pem(), Algorithm::Rs256, "no key goes with auth.jwt.algorithms"),
        (weak.pem(), Algorithm::Es256, "no key goes with auth.jwt.algorithms"),
        (weak.pem().replace("PUBLIC", "PRIVATE"), Algorithm::Rs256, "there is no PEM public key in it"),
        (String::new(), Algorithm::Rs256, "there is no PEM public key in it"),
    ] {
        let said = of_pem(&pem, &[algorithm]).expect_err(expected);
        assert!(said.contains(expected), "{said}");
    }
    assert!(!format!("{:?}", with_secret()).contains("not-a-real"), "a secret is not printed");
}
