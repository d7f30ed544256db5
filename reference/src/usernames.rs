//! Username tokens of WS-Security.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use yaserde::YaDeserialize;

/// The header of an envelope.
#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = { "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" })]
pub(super) struct Header {
    #[yaserde(rename = "Security", prefix = "w")]
    pub(super) security: Option<Security>,
}

/// Its block about security.
#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = { "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" })]
pub(super) struct Security {
    #[yaserde(rename = "UsernameToken", prefix = "w")]
    pub(super) token: Option<Token>,
}

/// A name, and a password or its digest.
#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = {
    "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "u" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
})]
pub(super) struct Token {
    #[yaserde(rename = "Username", prefix = "w")]
    pub(super) username: String,
    #[yaserde(rename = "Password", prefix = "w")]
    pub(super) password: Password,
    #[yaserde(rename = "Nonce", prefix = "w")]
    nonce: Option<Nonce>,
    #[yaserde(rename = "Created", prefix = "u")]
    created: Option<String>,
}

/// A password and what it is.
#[derive(Debug, Default, YaDeserialize)]
pub(super) struct Password {
    #[yaserde(attribute = true, rename = "Type")]
    kind: Option<String>,
    #[yaserde(text = true)]
    pub(super) text: String,
}

#[derive(Debug, Default, YaDeserialize)]
struct Nonce {
    #[yaserde(text = true)]
    text: String,
}

/// Who is let in.
#[derive(Clone, Debug)]
pub(super) struct Users {
    known: Vec<(String, String)>,
    seen: Arc<Mutex<HashSet<String>>>,
}

impl Users {
    /// These names and passwords.
    pub(super) fn new(users: &[(&str, &str)]) -> Self {
        let owned = |(name, password): &(&str, &str)| ((*name).to_owned(), (*password).to_owned());
        Self { known: users.iter().map(owned).collect(), seen: Arc::default() }
    }

    /// Whether `token` holds a password in clear. One without a type is in clear.
    pub(super) fn accept_text(&self, token: &Token) -> bool {
        let clear = token.password.kind.as_deref().is_none_or(|kind| kind.ends_with("#PasswordText"));
        clear && self.password(token).is_some_and(|password| token.password.text == password)
    }

    /// Whether `token` holds a password in clear or the digest of one, and says which.
    pub(super) fn accept(&self, token: &Token) -> bool {
        match token.password.kind.as_deref() {
            Some(kind) if kind.ends_with("#PasswordText") => self.accept_text(token),
            Some(kind) if kind.ends_with("#PasswordDigest") => self.accept_digest(token),
            _ => false,
        }
    }

    fn accept_digest(&self, token: &Token) -> bool {
        let (Some(nonce), Some(created)) = (&token.nonce, &token.created) else { return false };
        let Some(password) = self.password(token) else { return false };
        let fresh = self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(nonce.text.clone());
        fresh && digest(&nonce.text, created, password).as_deref() == Some(&token.password.text)
    }

    fn password(&self, token: &Token) -> Option<&str> {
        let known = self.known.iter().find(|(name, _)| *name == token.username);
        known.map(|(_, password)| password.as_str())
    }
}

fn digest(nonce: &str, created: &str, password: &str) -> Option<String> {
    let nonce = STANDARD.decode(nonce).ok()?;
    let sha = Sha1::new().chain_update(nonce).chain_update(created).chain_update(password);
    Some(STANDARD.encode(sha.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_onvif_guide() {
        let digest = digest("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword");
        assert_eq!(digest.as_deref(), Some("tuOSpGlFlIXsozq4HFNeeGeFLEI="));
    }
}
