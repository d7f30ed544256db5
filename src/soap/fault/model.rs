//! Faults that came in and faults that go out.

use std::fmt;

use super::bridge_fault::BridgeFault;
use super::code::{FaultCode, FaultKind};
use crate::soap::version::{Version, Versions};

/// A fault that a peer sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// What it blames.
    pub kind: FaultKind,
    /// The code.
    pub code: FaultCode,
    /// The subcodes of SOAP 1.2, outer ones first.
    pub subcodes: Vec<FaultCode>,
    /// The reason, in one or more languages.
    pub reasons: Vec<Reason>,
    /// Who found it (`faultactor`, `Role`); empty where nothing says so.
    pub role: String,
    /// What is in the detail, but for the bridge's own.
    pub details: Vec<DetailElement>,
    /// The bridge's own detail, when the peer is a bridge as well.
    pub bridge: Option<BridgeFault>,
    /// The same as it was written.
    pub own: Option<DetailElement>,
}

impl Fault {
    /// The reason in the first language; empty where there is none.
    pub fn reason(&self) -> &str {
        self.reasons.first().map_or("", |reason| &reason.text)
    }

    /// Everything that is in the detail, the bridge's own too.
    pub fn all_details(&self) -> impl Iterator<Item = &DetailElement> {
        self.details.iter().chain(&self.own)
    }

    /// The most specific of its codes.
    pub fn innermost(&self) -> &FaultCode {
        self.subcodes.last().map_or(&self.code, |subcode| subcode)
    }
}

/// A sentence for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// Its language (`xml:lang`); empty where nothing says so.
    pub language: String,
    /// The sentence, without white space around it.
    pub text: String,
}

impl Reason {
    /// A sentence of ours, of which [`FaultOut::language`] says the language.
    pub fn new(text: impl Into<String>) -> Self {
        Self { language: String::new(), text: text.into() }
    }
}

/// The language of a reason that does not say its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, in which our sentences are.
    #[default]
    English,
    /// Nobody knows (`und`, RFC 5646 section 4.1).
    Unknown,
}

impl Language {
    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Unknown => "und",
        }
    }
}

/// An element of a detail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailElement {
    /// Its namespace.
    pub namespace: String,
    /// Its local name.
    pub local: String,
    /// The whole element, as a document of its own.
    pub xml: String,
}

/// `{namespace}local`, or the local name where there is no namespace.
impl fmt::Display for DetailElement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => out.write_str(&self.local),
            namespace => write!(out, "{{{namespace}}}{}", self.local),
        }
    }
}

/// What stands in the detail of a fault that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'f> {
    /// The bridge's own.
    Bridge(&'f BridgeFault),
    /// Elements that the contract declares, as XML that needs nothing from around it.
    Declared(&'f [u8]),
}

/// A fault that goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultOut<'f> {
    /// What it blames.
    pub kind: FaultKind,
    /// Codes of somebody else's, outer ones first: the subcodes of SOAP 1.2; in SOAP 1.1, which has one code, the last one.
    pub codes: &'f [FaultCode],
    /// The reason, for people, in one or more languages.
    pub reasons: &'f [Reason],
    /// The language of reasons that do not say theirs, for SOAP 1.2, where a text must have one (section 5.4.2.1).
    pub language: Language,
    /// Who found it; empty where nobody says so.
    pub role: &'f str,
    /// The detail; never with a fault about the header (SOAP 1.1 section 4.4).
    pub details: &'f [Detail<'f>],
    /// Other header blocks, as XML that needs nothing from around it.
    pub header: &'f [u8],
    /// The header block that was not understood: namespace and local name.
    pub not_understood: Option<(&'f str, &'f str)>,
    /// The versions that the sender could speak instead, where it is one of `VersionMismatch`.
    pub supported: Option<Versions>,
}

impl FaultOut<'_> {
    /// The HTTP status (SOAP 1.1 section 6.2; SOAP 1.2 Part 2, table 20).
    pub fn http_status(&self, version: Version) -> u16 {
        match (version, self.kind) {
            (Version::V12, FaultKind::Addressing(_) | FaultKind::Client | FaultKind::Security(_)) => 400,
            _ => 500,
        }
    }
}
