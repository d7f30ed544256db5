//! The two versions of WS-Addressing, and what each calls things.

use crate::xml::{NsId, ns};

/// A version of WS-Addressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// WS-Addressing 1.0, May 2006.
    V10,
    /// The member submission of August 2004.
    V2004,
}

impl Addressing {
    /// The version whose header blocks are in `ns`.
    #[inline]
    pub fn of_namespace(ns: NsId) -> Option<Self> {
        match ns {
            ns::WSA => Some(Self::V10),
            ns::WSA2004 => Some(Self::V2004),
            _ => None,
        }
    }

    /// The namespace of its header blocks.
    pub fn uri(self) -> &'static str {
        match self {
            Self::V10 => ns::WSA_URI,
            Self::V2004 => ns::WSA2004_URI,
        }
    }

    /// The address of whoever waits for the answer of HTTP (Core, section 2.1; SOAP Binding, section 5.1).
    pub fn anonymous(self) -> &'static str {
        match self {
            Self::V10 => "http://www.w3.org/2005/08/addressing/anonymous",
            Self::V2004 => "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
        }
    }

    /// The address to which nothing is sent (Core, section 2.1), which the submission does not have.
    pub fn none(self) -> Option<&'static str> {
        match self {
            Self::V10 => Some("http://www.w3.org/2005/08/addressing/none"),
            Self::V2004 => None,
        }
    }

    /// The action of a fault that is about addressing itself (SOAP Binding, section 6).
    pub fn fault_action(self) -> &'static str {
        match self {
            Self::V10 => "http://www.w3.org/2005/08/addressing/fault",
            Self::V2004 => "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
        }
    }

    /// The action of a fault of which no contract says one (SOAP Binding, section 6; the submission has one for all).
    pub fn soap_fault_action(self) -> &'static str {
        match self {
            Self::V10 => "http://www.w3.org/2005/08/addressing/soap/fault",
            Self::V2004 => self.fault_action(),
        }
    }

    /// The relationship of an answer to its request (Core, section 3.2), without which a `RelatesTo` means just that.
    pub(super) fn is_reply(self, relationship: Option<&str>) -> bool {
        let Some(relationship) = relationship.map(str::trim) else { return true };
        match self {
            Self::V10 => relationship == "http://www.w3.org/2005/08/addressing/reply",
            // A QName there.
            Self::V2004 => relationship.rsplit(':').next() == Some("Reply"),
        }
    }
}
