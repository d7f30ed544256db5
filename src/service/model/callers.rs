//! Callers that prove themselves with a JSON Web Token or with a certificate.

use std::sync::Arc;
use std::time::Duration;

use crate::jose::Algorithm;
use crate::wss::Secret;

/// Operations by name; all where it is absent.
pub type Operations = Option<Vec<Arc<str>>>;

/// Which JSON Web Tokens (RFC 7519) let their bearers in. Key texts are not looked into yet.
#[derive(Clone, Debug)]
pub struct JwtAuth {
    /// What signatures are verified with.
    pub keys: JwtKeys,
    /// The algorithms that they may have: all of HMAC, or none of it.
    pub algorithms: Vec<Algorithm>,
    /// Who may have issued a token.
    pub issuers: Vec<String>,
    /// Whom a token may be for.
    pub audiences: Vec<String>,
    /// The claim that names the caller.
    pub name: String,
    /// What the caller may do.
    pub grant: Grant,
    /// How far the clocks may differ.
    pub leeway: Duration,
}

/// What signatures are verified with.
#[derive(Clone, Debug)]
pub enum JwtKeys {
    /// The text of a JWK set.
    Jwks(Secret),
    /// The PEM text of a public key.
    Public(Secret),
    /// What both sides know.
    Shared(Secret),
}

/// The operations that a token's bearer may call.
#[derive(Clone, Debug)]
pub enum Grant {
    /// These.
    Fixed(Operations),
    /// Those that this claim names; none where it is absent.
    Claim(String),
}

/// A caller who is known by a certificate.
#[derive(Clone, Debug)]
pub struct CertificateCaller {
    /// What it is called.
    pub name: Arc<str>,
    /// By what it is known.
    pub mark: Mark,
    /// What it may call.
    pub operations: Operations,
}

/// The one thing by which a caller's certificate is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A DNS name of the subjectAltName, in lower case.
    Dns(String),
    /// An e-mail address of the subjectAltName, its host in lower case.
    Email(String),
    /// SHA-256 of the whole certificate, 64 lower-case hexadecimal digits.
    Fingerprint(String),
    /// The subject as RFC 4514 writes it.
    Subject(String),
    /// A URI of the subjectAltName.
    Uri(String),
}

impl Mark {
    /// The e-mail address `text`; only its host is the same in other case (RFC 5280 section 7.5).
    pub fn email(text: &str) -> Self {
        Self::Email(match text.rsplit_once('@') {
            Some((who, host)) => format!("{who}@{}", host.to_ascii_lowercase()),
            None => text.to_owned(),
        })
    }
}
