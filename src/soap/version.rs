//! The two versions of SOAP.

use std::fmt;

use crate::wsdl::SoapVersion;
use crate::xml::{NsId, ns};

/// A version of SOAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// SOAP 1.1.
    V11,
    /// SOAP 1.2.
    V12,
}

impl Version {
    /// The version whose envelope namespace is `ns`.
    pub fn of_namespace(ns: NsId) -> Option<Self> {
        match ns {
            ns::SOAP11 => Some(Self::V11),
            ns::SOAP12 => Some(Self::V12),
            _ => None,
        }
    }

    /// The version whose envelope namespace has the name `uri`.
    pub fn of_uri(uri: &str) -> Option<Self> {
        [Self::V11, Self::V12].into_iter().find(|version| version.uri() == uri)
    }

    /// The namespace of the envelope.
    pub fn namespace(self) -> NsId {
        match self {
            Self::V11 => ns::SOAP11,
            Self::V12 => ns::SOAP12,
        }
    }

    /// The name of that namespace.
    pub fn uri(self) -> &'static str {
        match self {
            Self::V11 => ns::SOAP11_URI,
            Self::V12 => ns::SOAP12_URI,
        }
    }

    /// The media type without parameters (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 appendix A).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml",
            Self::V12 => "application/soap+xml",
        }
    }

    /// The `Content-Type` of a message; in SOAP 1.2 it names the action.
    pub fn content_type(self, action: &str) -> String {
        match (self, action) {
            (Self::V12, action) if !action.is_empty() => {
                let action = action.replace(['"', '\\', '\r', '\n'], "");
                format!("application/soap+xml; charset=utf-8; action=\"{action}\"")
            }
            _ => format!("{}; charset=utf-8", self.media_type()),
        }
    }
}

/// As the specifications call it.
impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V11 => "SOAP 1.1",
            Self::V12 => "SOAP 1.2",
        })
    }
}

/// The versions that a node speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    v11: bool,
    v12: bool,
}

impl Versions {
    /// Both.
    pub const ALL: Self = Self { v11: true, v12: true };

    /// Those that `speaks` is true of.
    pub fn of(speaks: impl Fn(Version) -> bool) -> Self {
        Self { v11: speaks(Version::V11), v12: speaks(Version::V12) }
    }

    /// Whether `version` is one of them.
    #[inline]
    pub fn has(self, version: Version) -> bool {
        match version {
            Version::V11 => self.v11,
            Version::V12 => self.v12,
        }
    }

    /// Each of them, the newest first.
    pub fn each(self) -> impl Iterator<Item = Version> {
        [Version::V12, Version::V11].into_iter().filter(move |version| self.has(*version))
    }
}

impl From<SoapVersion> for Version {
    fn from(version: SoapVersion) -> Self {
        match version {
            SoapVersion::V11 => Self::V11,
            SoapVersion::V12 => Self::V12,
        }
    }
}
