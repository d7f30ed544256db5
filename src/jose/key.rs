//! A key, and the algorithms that it may be used with.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use super::algorithm::Algorithm;
use super::error::TokenError;
use crate::wss::Secret;

/// A key, and what it is to each algorithm.
pub(super) struct Key {
    /// Its `kid`.
    pub(super) id: Option<String>,
    verifying: Vec<(Algorithm, VerifyingKey)>,
}

/// A key as one algorithm uses it.
pub(super) enum VerifyingKey {
    Public(ParsedPublicKey),
    Shared(Box<hmac::Key>),
}

impl Key {
    /// A key as each algorithm uses it.
    pub(super) fn new(id: Option<String>, verifying: Vec<(Algorithm, VerifyingKey)>) -> Self {
        Self { id, verifying }
    }

    /// Whether any algorithm may use it.
    pub(super) fn is_useful(&self) -> bool {
        !self.verifying.is_empty()
    }

    /// Whether `signature` is one of `message`. HMACs are compared in constant time.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), TokenError> {
        let known =
            self.verifying.iter().find(|(known, _)| *known == algorithm).ok_or(TokenError::KeyAlgorithm)?;
        let verified = match &known.1 {
            VerifyingKey::Public(key) => key.verify_sig(message, signature),
            VerifyingKey::Shared(key) => hmac::verify(key, message, signature),
        };
        verified.map_err(|_| TokenError::Signature)
    }
}

/// A secret is not printed.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<&str> = self.verifying.iter().map(|(algorithm, _)| algorithm.name()).collect();
        f.debug_struct("Key").field("id", &self.id).field("algorithms", &algorithms).finish()
    }
}

/// The secret as `algorithm` uses it; nothing where that is for public keys.
pub(super) fn shared(algorithm: Algorithm, secret: &Secret) -> Option<VerifyingKey> {
    let hash = match algorithm {
        Algorithm::Hs256 => hmac::HMAC_SHA256,
        Algorithm::Hs384 => hmac::HMAC_SHA384,
        Algorithm::Hs512 => hmac::HMAC_SHA512,
        _ => return None,
    };
    Some(VerifyingKey::Shared(Box::new(hmac::Key::new(hash, secret.expose().as_bytes()))))
}

/// The algorithm of a signature over P-256, P-384 or P-521, or of Ed25519; nothing for others.
pub(super) fn curve(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::EdDsa => &signature::ED25519,
        Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
        _ => return None,
    })
}

/// The algorithm of a signature with RSA; nothing for others.
pub(super) fn rsa(algorithm: Algorithm) -> Option<&'static signature::RsaParameters> {
    Some(match algorithm {
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}
