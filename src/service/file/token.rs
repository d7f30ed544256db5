//! The credentials that a backend gets, and its UsernameToken, as they are typed.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The UsernameToken that a SOAP backend gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFile {
    /// Whose credentials.
    pub credentials: CredentialsFile<TokenFixedFile>,
    /// How the password is sent.
    #[serde(default)]
    pub password: SentPasswordFile,
    /// Whether there is a `Nonce`; by default with a digest.
    pub nonce: Option<bool>,
    /// Whether there is a `Created`; by default with a nonce.
    pub created: Option<bool>,
    /// `true`, `false`, or the text that `Type` must have.
    #[serde(default)]
    pub type_attribute: TypeAttributeFile,
    /// Octets of the nonce, 8 to 64; 16 by default.
    pub nonce_length: Option<usize>,
    /// Whether `Nonce` has an `EncodingType`.
    #[serde(default = "yes")]
    pub encoding_type: bool,
    /// How exact times are.
    #[serde(default)]
    pub precision: PrecisionFile,
    /// The children of the token, in their order; those that are not named follow.
    #[serde(default)]
    pub order: Vec<PartFile>,
    /// Prefixes of the namespaces.
    #[serde(default)]
    pub prefixes: PrefixesFile,
    /// `mustUnderstand` of the header.
    #[serde(default)]
    pub must_understand: MustUnderstandFile,
    /// `actor` (SOAP 1.1) or `role` (SOAP 1.2) of the header.
    pub actor: Option<String>,
    /// Whether token and Timestamp have a `wsu:Id`.
    #[serde(default = "yes")]
    pub id: bool,
    /// A Timestamp.
    pub timestamp: Option<TimestampOutFile>,
    /// What a digest is made of.
    #[serde(default)]
    pub password_encoding: PasswordEncodingFile,
    /// By how much the peer's clock is ahead, such as `2s` or `-1500ms`.
    pub clock_offset: Option<String>,
}

impl TokenFile {
    /// A token with nothing out of the ordinary.
    pub fn new(credentials: CredentialsFile<TokenFixedFile>, password: SentPasswordFile) -> Self {
        Self {
            credentials,
            password,
            nonce: None,
            created: None,
            type_attribute: TypeAttributeFile::default(),
            nonce_length: None,
            encoding_type: true,
            precision: PrecisionFile::default(),
            order: Vec::new(),
            prefixes: PrefixesFile::default(),
            must_understand: MustUnderstandFile::default(),
            actor: None,
            id: true,
            timestamp: None,
            password_encoding: PasswordEncodingFile::default(),
            clock_offset: None,
        }
    }
}

fn yes() -> bool {
    true
}

/// Whether `Password` has a `Type`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "true, false or a text")]
pub enum TypeAttributeFile {
    /// The standard one, or none.
    There(bool),
    /// Another one.
    Other(String),
}

impl Default for TypeAttributeFile {
    fn default() -> Self {
        Self::There(true)
    }
}

/// How exact times are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrecisionFile {
    /// Three digits of a fraction.
    #[default]
    Milliseconds,
    /// None.
    Seconds,
}

/// The children of a UsernameToken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFile {
    /// `Created`.
    Created,
    /// `Nonce`.
    Nonce,
    /// `Password`.
    Password,
    /// `Username`.
    Username,
}

/// Prefixes of the namespaces.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrefixesFile {
    /// Of the extension schema; `wsse` by default.
    pub wsse: Option<String>,
    /// Of the utility schema; `wsu` by default.
    pub wsu: Option<String>,
}

/// How `mustUnderstand` is written: `1`, `true`, or `absent`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "1, true or absent")]
pub enum MustUnderstandFile {
    /// `true`; `false` is `absent`.
    Word(bool),
    /// `1`; `0` is `absent`.
    Number(u8),
    /// One of them as a text.
    Text(String),
}

impl Default for MustUnderstandFile {
    fn default() -> Self {
        Self::Number(1)
    }
}

/// A Timestamp that goes out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimestampOutFile {
    /// From `Created` to `Expires`, such as `5m`, which is the default.
    pub lifetime: Option<String>,
    /// Whether it stands before the UsernameToken or after it.
    pub position: PositionFile,
}

/// Where a Timestamp stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PositionFile {
    /// Before the UsernameToken.
    #[default]
    First,
    /// After it.
    Last,
}

/// What a digest is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordEncodingFile {
    /// The SHA-1 of the password, as some services want it.
    Sha1,
    /// The password.
    #[default]
    Utf8,
}

/// Whose credentials a backend gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CredentialsFile<F = FixedFile> {
    /// The caller's.
    Caller,
    /// Those that stand beside the caller's name; other callers are refused.
    ByCaller(BTreeMap<String, F>),
    /// These, whoever calls.
    Fixed(F),
}

/// A name and a password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedFile {
    /// The name, or a reference to it.
    pub username: String,
    /// A reference to the password.
    pub password: String,
}

/// What a UsernameToken has: a name, and a password where one is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFixedFile {
    /// The name, or a reference to it.
    pub username: String,
    /// A reference to the password.
    pub password: Option<String>,
}

/// How the password of a UsernameToken is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentPasswordFile {
    /// PasswordDigest.
    Digest,
    /// Not at all.
    None,
    /// PasswordText.
    #[default]
    Text,
}

/// What header parts get: a name and a password, or a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderFixedFile {
    /// The name, or a reference to it.
    pub username: Option<String>,
    /// A reference to the password.
    pub password: Option<String>,
    /// A reference to the token.
    pub token: Option<String>,
}
