//! What a contract demands of a sender beside its messages: policies in normal form (WS-Policy 1.5 Framework, section 4.1), but for
//! alternatives that are not multiplied with each other.

use std::fmt;
use std::sync::Arc;

use crate::limits::POLICY_PARTS;
use crate::xsd::Origin;

/// An assertion that a sender must meet.
#[derive(Clone, Debug)]
pub struct Demand {
    /// What it asks for.
    pub kind: DemandKind,
    /// Where it was written.
    pub origin: Origin,
}

/// What an assertion asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DemandKind {
    /// The properties of WS-Addressing 1.0.
    Addressing,
    /// Those of the submission of August 2004.
    AddressingSubmission,
    /// HTTP Basic authentication.
    Basic,
    /// A client certificate.
    Certificate,
    /// A `Created` in the UsernameToken.
    Created,
    /// A reference to a policy that no document has.
    Dangling(Arc<str>),
    /// A password as a digest.
    HashPassword,
    /// No password in the UsernameToken.
    NoPassword,
    /// Messages by MTOM.
    Mtom,
    /// A `Nonce` in the UsernameToken.
    Nonce,
    /// A `wsu:Timestamp`.
    Timestamp,
    /// That a Timestamp, where there is one, is the first item of its header.
    TimestampFirst,
    /// That it is the last one.
    TimestampLast,
    /// TLS.
    Tls,
    /// What is not supported, by its local name.
    Unsupported(Arc<str>),
    /// A UsernameToken.
    UsernameToken,
}

impl DemandKind {
    /// Whether nothing in a service file meets it.
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Unsupported(_))
    }

    /// Whether nobody knows what is asked for.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Dangling(_))
    }

    /// What a sender must do, for people.
    pub fn words(&self) -> String {
        match self {
            Self::Addressing => "header blocks of WS-Addressing 1.0".to_owned(),
            Self::AddressingSubmission => "header blocks of WS-Addressing, August 2004".to_owned(),
            Self::Basic => "HTTP Basic authentication".to_owned(),
            Self::Certificate => "a client certificate".to_owned(),
            Self::Created => "a Created in the UsernameToken".to_owned(),
            Self::Dangling(uri) => format!("what the policy {uri} says, which is not there"),
            Self::HashPassword => "a password as a digest".to_owned(),
            Self::NoPassword => "a UsernameToken without a password".to_owned(),
            Self::Mtom => "messages by MTOM".to_owned(),
            Self::Nonce => "a Nonce in the UsernameToken".to_owned(),
            Self::Timestamp => "a Timestamp".to_owned(),
            Self::TimestampFirst => "the Timestamp first".to_owned(),
            Self::TimestampLast => "the Timestamp last".to_owned(),
            Self::Tls => "TLS".to_owned(),
            Self::Unsupported(local) => format!("{}, which is not supported", unsupported(local)),
            Self::UsernameToken => "a UsernameToken".to_owned(),
        }
    }
}

/// What an assertion that is not supported asks for, as far as it is known.
fn unsupported(local: &str) -> String {
    let known = match local {
        "AsymmetricBinding" => "signatures with both sides' keys",
        "EncryptedElements" | "EncryptedParts" => "encrypted parts",
        "EndorsingSupportingTokens" | "SignedEndorsingSupportingTokens" => "a token that signs",
        "IssuedToken" => "a token of a token service",
        "KerberosToken" => "a Kerberos ticket",
        "RMAssertion" => "reliable messaging",
        "SamlToken" => "a SAML assertion",
        "SignedElements" | "SignedParts" => "signed parts",
        "SymmetricBinding" => "signatures with a shared key",
        "X509Token" => "an X.509 token",
        _ => return local.to_owned(),
    };
    format!("{known} ({local})")
}

/// With the key of the service file that meets it, where there is one.
impl fmt::Display for DemandKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Addressing => "WS-Addressing (`backend.soap.addressing: send`)",
            Self::AddressingSubmission => "WS-Addressing of August 2004 (`backend.soap.addressing: 2004`)",
            Self::Basic => "Basic authentication (`backend.soap.auth`)",
            Self::Certificate => "a client certificate (`backend.soap.tls`)",
            Self::Created => "a Created (`backend.soap.username_token.created`)",
            Self::Dangling(uri) => return out.write_str(uri),
            Self::HashPassword => "a password as a digest (`backend.soap.username_token.password`)",
            Self::NoPassword => "no password in it (`backend.soap.username_token.password: none`)",
            Self::Mtom => "messages by MTOM (`backend.soap.attachments`)",
            Self::Nonce => "a Nonce (`backend.soap.username_token.nonce`)",
            Self::Timestamp => "a Timestamp",
            Self::TimestampFirst => "the Timestamp first (`backend.soap.username_token.timestamp`)",
            Self::TimestampLast => "the Timestamp last (`backend.soap.username_token.timestamp`)",
            Self::Tls => "TLS (a backend URL with https)",
            Self::Unsupported(local) => return out.write_str(local),
            Self::UsernameToken => "a UsernameToken (`backend.soap.username_token`)",
        })
    }
}

/// What policies demand together.
#[derive(Clone, Debug)]
pub enum Demands {
    /// All of these.
    All(Vec<Demands>),
    /// This.
    One(Demand),
    /// One of these, which are at least two.
    OneOf(Vec<Demands>),
}

impl Default for Demands {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Demands {
    /// All of `parts`, each once.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::All(inside) => inside.into_iter().for_each(|part| keep(&mut all, part)),
                part => keep(&mut all, part),
            }
        }
        if all.len() == 1 { all.remove(0) } else { Self::All(all) }
    }

    /// One of `alternatives`. A choice of nothing can never be met, and is written where nothing is meant.
    pub(super) fn one_of(alternatives: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for alternative in alternatives {
            match alternative {
                Self::OneOf(inside) => inside.into_iter().for_each(|part| keep(&mut all, part)),
                alternative => keep(&mut all, alternative),
            }
        }
        match all.len() {
            0 => Self::default(),
            1 => all.remove(0),
            _ => Self::OneOf(all),
        }
    }

    /// Of how many assertions and choices it is made.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::All(parts) | Self::OneOf(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
        }
    }

    /// Whether nothing is demanded.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// Those that cost something, of the alternatives that cost least together; the first of these where several do.
    pub fn least(&self, costs: &dyn Fn(&DemandKind) -> usize) -> Vec<&Demand> {
        match self {
            Self::All(all) => all.iter().flat_map(|part| part.least(costs)).collect(),
            Self::One(demand) if costs(&demand.kind) > 0 => vec![demand],
            Self::One(_) => Vec::new(),
            Self::OneOf(all) => {
                let sum = |of: &Vec<&Demand>| -> usize { of.iter().map(|demand| costs(&demand.kind)).sum() };
                let least = all.iter().map(|part| part.least(costs)).min_by_key(sum);
                least.expect("a choice has alternatives")
            }
        }
    }

    /// All of the alternative of which the least is not supported.
    pub fn chosen(&self) -> Vec<&Demand> {
        match self {
            Self::All(all) => all.iter().flat_map(Self::chosen).collect(),
            Self::One(demand) => vec![demand],
            Self::OneOf(all) => {
                let costs = |kind: &DemandKind| usize::from(kind.is_unsupported() || kind.is_unknown());
                let least = all.iter().min_by_key(|part| part.least(&costs).len());
                least.expect("a choice has alternatives").chosen()
            }
        }
    }

    fn says(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => one.kind == other.kind,
            (Self::All(some), Self::All(others)) | (Self::OneOf(some), Self::OneOf(others)) => {
                some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one.says(other))
            }
            _ => false,
        }
    }
}

/// In words: `a UsernameToken and TLS; or …`.
impl fmt::Display for Demands {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, between) = match self {
            Self::One(demand) => return out.write_str(&demand.kind.words()),
            Self::All(parts) if parts.is_empty() => return out.write_str("nothing"),
            Self::All(parts) => (parts, ", "),
            Self::OneOf(parts) => (parts, " or "),
        };
        for (at, part) in parts.iter().enumerate() {
            out.write_str(if at == 0 { "" } else { between })?;
            match (self, part) {
                (Self::All(_), Self::OneOf(_)) => write!(out, "({part})")?,
                (Self::OneOf(_), Self::All(inside)) if !inside.is_empty() => write!(out, "({part})")?,
                _ => write!(out, "{part}")?,
            }
        }
        Ok(())
    }
}

fn keep(all: &mut Vec<Demands>, part: Demands) {
    if all.len() < POLICY_PARTS && !all.iter().any(|known| known.says(&part)) {
        all.push(part);
    }
}
