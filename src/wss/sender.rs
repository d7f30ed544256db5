//! What a Security header that goes out looks like.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::created::Precision;
use super::secret::Secret;

/// How the password is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordType {
    /// Not at all: whoever receives the token trusts the sender for another reason.
    Absent,
    /// As a digest, with nonce and time.
    Digest,
    /// As it is.
    #[default]
    Text,
}

/// The `Type` of a `Password`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeAttribute {
    /// None: the token profile reads it as a text.
    Absent,
    /// A text that a peer's documents demand instead.
    Other(Arc<str>),
    /// The one of the token profile.
    #[default]
    Standard,
}

/// How `mustUnderstand` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MustUnderstand {
    /// Not at all.
    Absent,
    /// `1`.
    #[default]
    One,
    /// `true`.
    True,
}

/// The children of a UsernameToken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `Created`.
    Created,
    /// `Nonce`.
    Nonce,
    /// `Password`.
    Password,
    /// `Username`.
    Username,
}

/// A Timestamp that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampOut {
    /// Seconds from `Created` to `Expires`.
    pub life: i64,
    /// Whether it follows the UsernameToken.
    pub last: bool,
}

/// What a peer wants its Security header to look like. The default is what WSS4J sends and takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// How the password is sent.
    pub password: PasswordType,
    /// The `Type` of the `Password`.
    pub type_attribute: TypeAttribute,
    /// Whether there is a `Nonce`; a digest needs one.
    pub nonce: bool,
    /// Octets of the nonce, 8 to 64.
    pub nonce_length: usize,
    /// Whether `Nonce` has an `EncodingType`.
    pub encoding_type: bool,
    /// Whether there is a `Created`; a digest needs one.
    pub created: bool,
    /// How exact times are.
    pub precision: Precision,
    /// The children of the token, in their order.
    pub order: [Part; 4],
    /// The prefix of the extension namespace.
    pub wsse: Arc<str>,
    /// The prefix of the utility namespace.
    pub wsu: Arc<str>,
    /// `mustUnderstand` of the header.
    pub must_understand: MustUnderstand,
    /// `actor` (SOAP 1.1) or `role` (SOAP 1.2) of the header.
    pub actor: Option<Arc<str>>,
    /// Whether token and Timestamp have a `wsu:Id`.
    pub id: bool,
    /// The Timestamp.
    pub timestamp: Option<TimestampOut>,
    /// Whether a digest is made of the SHA-1 of the password instead of the password.
    pub sha1_password: bool,
    /// Milliseconds by which the peer's clock is ahead.
    pub clock_offset: i64,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            password: PasswordType::Text,
            type_attribute: TypeAttribute::Standard,
            nonce: false,
            nonce_length: 16,
            encoding_type: true,
            created: false,
            precision: Precision::Milliseconds,
            order: [Part::Username, Part::Password, Part::Nonce, Part::Created],
            wsse: "wsse".into(),
            wsu: "wsu".into(),
            must_understand: MustUnderstand::One,
            actor: None,
            id: true,
            timestamp: None,
            sha1_password: false,
            clock_offset: 0,
        }
    }
}

/// What must differ from one attempt to the next.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Random octets, of which the nonce takes as many as it needs.
    pub nonce: [u8; 64],
    /// Random bits for `wsu:Id`.
    pub id: u64,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What one token is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'t> {
    /// The user name.
    pub username: &'t str,
    /// The password.
    pub password: &'t Secret,
    /// What differs from every other token.
    pub fresh: &'t Fresh,
}

impl Sender {
    /// The default with a PasswordDigest, and what it needs.
    pub fn digest() -> Self {
        Self { password: PasswordType::Digest, nonce: true, created: true, ..Self::default() }
    }
}
