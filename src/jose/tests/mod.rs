//! Tokens as issuers make them, and as attackers do.

#![expect(clippy::indexing_slicing, reason = "tests")]

mod claims;
mod keys;
mod oracle;
mod signatures;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use chrono::DateTime;

use super::*;
use crate::limits::Limits;
use crate::wss::Secret;

const NOW: i64 = 1_800_000_000;
const SECRET: &str = "not-a-real-secret-not-a-real-secret";

/// A key pair of an issuer.
enum Signer {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair),
    Shared(String),
}

impl Signer {
    fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).expect("key"))
    }

    fn rsa(size: KeySize) -> Self {
        Self::Rsa(RsaKeyPair::generate(size).expect("key"))
    }

    fn shared(secret: &str) -> Self {
        Self::Shared(secret.to_owned())
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(key) => key.sign(&random, message).expect("signed").as_ref().to_vec(),
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
            Self::Rsa(key) => {
                let padding: &'static dyn signature::RsaEncoding =
                    if algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut out = vec![0; key.public_modulus_len()];
                key.sign(padding, &random, message, &mut out).expect("signed");
                out
            }
            Self::Shared(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                hmac::sign(&key, message).as_ref().to_vec()
            }
        }
    }

    fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Ec(key) => key.public_key().as_der().expect("DER"),
            Self::Ed(key) => key.public_key().as_der().expect("DER"),
            Self::Rsa(key) => key.public_key().as_der().expect("DER"),
            Self::Shared(_) => unreachable!("a secret has no public key"),
        };
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()))
    }

    fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
                json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "x": x, "y": y })
            }
            Self::Ed(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": encoded(key.public_key().as_ref()) })
            }
            Self::Rsa(key) => {
                let RsaPublicKeyComponents { n, e } = components(key);
                json!({ "kty": "RSA", "kid": id, "alg": "RS256", "n": encoded(&n), "e": encoded(&e) })
            }
            Self::Shared(secret) => json!({ "kty": "oct", "kid": id, "k": encoded(secret.as_bytes()) }),
        }
    }
}

/// The two numbers of an RSAPublicKey (RFC 8017 appendix A.1.1).
fn components(key: &RsaKeyPair) -> RsaPublicKeyComponents<Vec<u8>> {
    let der: der::asn1::AnyRef<'_> = der::Decode::from_der(key.public_key().as_ref()).expect("DER");
    let mut numbers = der::SliceReader::new(der.value()).expect("DER");
    let mut next = || -> Vec<u8> {
        let number: der::asn1::UintRef<'_> = der::Decode::decode(&mut numbers).expect("DER");
        number.as_bytes().to_vec()
    };
    RsaPublicKeyComponents { n: next(), e: next() }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with this header and these claims, as texts.
fn token_of(signer: &Signer, algorithm: Algorithm, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
    format!("{signed}.{}", encoded(&signer.sign(algorithm, signed.as_bytes())))
}

fn claims() -> Value {
    json!({ "iss": "https://issuer.example", "aud": "bridge", "sub": "orders", "exp": NOW + 60, "nbf": NOW - 60 })
}

/// Keys, and what tokens are held against.
#[derive(Debug)]
struct Verifier {
    keys: KeySet,
    algorithms: Vec<Algorithm>,
    limits: Limits,
}

impl Verifier {
    fn of(text: KeyText<'_>, algorithms: &[Algorithm]) -> Result<Self, String> {
        let limits = Limits::default();
        let keys = KeySet::read(text, algorithms, &limits.json).map_err(|wrong| wrong.to_string())?;
        Ok(Self { keys, algorithms: algorithms.to_vec(), limits })
    }

    fn with_claims<T>(
        &self,
        token: &str,
        certificate: Option<&str>,
        look: impl FnOnce(&Claims<'_>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let mut token = Token::read(token, &self.limits)?;
        let expected = Expected {
            algorithms: &self.algorithms,
            issuers: &["https://issuer.example".to_owned()],
            audiences: &["bridge".to_owned(), "other".to_owned()],
            leeway: std::time::Duration::from_secs(30),
            certificate,
            now: DateTime::from_timestamp(NOW, 0).expect("time"),
        };
        look(&self.keys.verify(&mut token, &expected)?)
    }

    fn verify(&self, token: &str, certificate: Option<&str>) -> Result<String, TokenError> {
        self.with_claims(token, certificate, |claims| Ok(claims.name("sub", 256)?.into_owned()))
    }
}

fn of_pem(pem: &str, algorithms: &[Algorithm]) -> Result<Verifier, String> {
    Verifier::of(KeyText::Public(&Secret::new(pem)), algorithms)
}

fn with_secret() -> Verifier {
    Verifier::of(KeyText::Shared(&Secret::new(SECRET)), &[Algorithm::Hs256]).expect("verifier")
}

fn with_set(keys: &[Value], algorithms: &[Algorithm]) -> Result<Verifier, String> {
    of_set(&json!({ "keys": keys }).to_string(), algorithms)
}

fn of_set(text: &str, algorithms: &[Algorithm]) -> Result<Verifier, String> {
    Verifier::of(KeyText::Jwks(&Secret::new(text)), algorithms)
}

fn asked(verifier: &Verifier, token: &str) -> Result<String, TokenError> {
    verifier.verify(token, None)
}

/// What comes of claims with these changes; `null` takes one away.
fn changed(changes: Value) -> Result<String, TokenError> {
    let mut claims = claims();
    let all = claims.as_object_mut().expect("object");
    for (name, value) in changes.as_object().expect("object") {
        if value.is_null() {
            all.remove(name)
        } else {
            all.insert(name.clone(), value.clone())
        };
    }
    asked(&with_secret(), &shared_token(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string()))
}

fn shared_token(header: &str, claims: &str) -> String {
    token_of(&Signer::shared(SECRET), Algorithm::Hs256, header, claims)
}
