//! An issuer of JSON Web Tokens, and whoever would like to be one.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The secret that the bridge knows too.
pub const SHARED: &str = "not-a-real-secret-not-a-real-secret";

/// Claims of the caller `orders` that everybody likes.
pub fn claims() -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({ "iss": "https://issuer.example", "aud": "bridge", "sub": "orders", "exp": now + 300, "nbf": now - 5 })
}

/// A token that everybody likes.
pub fn token() -> String {
    shared(SHARED, r#"{"alg":"HS256","typ":"JWT"}"#, &claims().to_string())
}

pub fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(header: &str, claims: &str) -> String {
    format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()))
}

/// A token with an HMAC.
pub fn shared(secret: &str, header: &str, claims: &str) -> String {
    let signed = signed(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{signed}.{}", encoded(hmac::sign(&key, signed.as_bytes()).as_ref()))
}

/// An issuer with an RSA key.
pub struct Issuer(RsaKeyPair);

impl Issuer {
    pub fn new() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).expect("key"))
    }

    pub fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().expect("DER");
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()))
    }

    /// A key set with this key as `id`. An RSAPublicKey of 2048 bits begins with 8 bytes before its modulus, and has the
    /// exponent 65537 in its last three.
    pub fn set(&self, id: &str) -> String {
        let der = self.0.public_key().as_ref();
        let (modulus, exponent) = (&der[9..9 + 256], &der[der.len() - 3..]);
        let key =
            json!({ "kty": "RSA", "kid": id, "use": "sig", "n": encoded(modulus), "e": encoded(exponent) });
        json!({ "keys": [key] }).to_string()
    }

    pub fn token(&self, header: &str, claims: &str) -> String {
        let signed = signed(header, claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).expect("signed");
        format!("{signed}.{}", encoded(&signature))
    }
}
