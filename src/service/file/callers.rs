//! Callers that prove themselves with a JSON Web Token or with a certificate, as they are typed.

use serde::Deserialize;

/// Which JSON Web Tokens (RFC 7519) let their bearers in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtFile {
    /// What signatures are verified with.
    pub keys: KeysFile,
    /// Who may have issued a token: `iss` must be one of them.
    pub issuer: TextsFile,
    /// Whom a token may be for: `aud` must have one of them.
    pub audience: TextsFile,
    /// The algorithms that signatures may have; no other.
    pub algorithms: Vec<AlgorithmFile>,
    /// The claim that names the caller.
    #[serde(default = "sub")]
    pub name: String,
    /// The operations that may be called; all by default.
    pub operations: Option<GrantFile>,
    /// How far the clocks may differ, such as `10s`; 30 seconds by default.
    pub leeway: Option<String>,
}

fn sub() -> String {
    "sub".to_owned()
}

/// What signatures are verified with.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeysFile {
    /// A JWK set (RFC 7517) of public keys: a file, relative to the service file, or a reference to its text.
    Jwks(String),
    /// One public key as PEM: a file, relative to the service file, or a reference to its text.
    PublicKey(String),
    /// A reference to the secret that both sides know, for HMAC.
    Secret(String),
}

/// The algorithm of a signature (RFC 7518 section 3.1, RFC 8037). There is no `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum AlgorithmFile {
    /// Ed25519.
    EdDSA,
    /// ECDSA over P-256.
    ES256,
    /// ECDSA over P-384.
    ES384,
    /// ECDSA over P-521.
    ES512,
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
}

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
pub enum TextsFile {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// The operations that bearers of tokens may call.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a list of operations, or `{ claim: NAME }`")]
pub enum GrantFile {
    /// These, whoever calls.
    List(Vec<String>),
    /// Those that a claim of the token names.
    Claim(ClaimFile),
}

/// A claim.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimFile {
    /// Its name: a list of operations, or their names with spaces between them.
    pub claim: String,
}

/// Who is let in by a certificate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificatesFile {
    /// The callers.
    pub callers: Vec<CallerFile>,
}

/// A caller, and the one thing by which its certificate is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerFile {
    /// What it is called.
    pub name: String,
    /// The subject of its certificate as RFC 4514 writes it, such as `CN=orders,O=Example`.
    pub subject: Option<String>,
    /// A DNS name of its certificate.
    pub dns: Option<String>,
    /// An e-mail address of its certificate.
    pub email: Option<String>,
    /// A URI of its certificate.
    pub uri: Option<String>,
    /// SHA-256 of its certificate: 64 hexadecimal digits, with or without colons.
    pub fingerprint: Option<String>,
    /// The operations that it may call; all by default.
    pub operations: Option<Vec<String>>,
}
