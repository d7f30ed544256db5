//! The faults of WS-Addressing: SOAP Binding, section 6.4.

use std::fmt;

use super::version::Addressing;

/// A message whose addressing properties cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressingFault {
    /// The version of the message.
    pub version: Addressing,
    /// What is wrong.
    pub code: AddressingCode,
    /// The local name of the header block that is wrong or missing; empty where a peer did not say.
    pub block: &'static str,
}

/// What is wrong with the addressing properties of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressingCode {
    /// `Action` is not what HTTP says.
    ActionMismatch,
    /// `Action` is that of no operation, or of another one than that of the Body.
    ActionNotSupported,
    /// A `MessageID` that was used before.
    DuplicateMessageId,
    /// An address that is empty, or longer than any is.
    InvalidAddress,
    /// A header block that is there twice.
    InvalidCardinality,
    /// An endpoint reference that holds what it must not.
    InvalidEpr,
    /// A header block that is needed is missing.
    MessageAddressingHeaderRequired,
    /// An endpoint reference without an address.
    MissingAddressInEpr,
    /// An answer to somewhere else, which is not sent there.
    OnlyAnonymousAddressSupported,
    /// A code of a peer that is none of these.
    Other,
}

impl AddressingCode {
    /// The codes of WS-Addressing, outer ones first, as local names.
    pub(in crate::soap) fn locals(self, version: Addressing) -> &'static [&'static str] {
        match (version, self) {
            (_, Self::ActionNotSupported) => &["ActionNotSupported"],
            (Addressing::V10, Self::MessageAddressingHeaderRequired) => &["MessageAddressingHeaderRequired"],
            (Addressing::V10, Self::ActionMismatch) => &["InvalidAddressingHeader", "ActionMismatch"],
            (Addressing::V10, Self::DuplicateMessageId) => &["InvalidAddressingHeader", "DuplicateMessageID"],
            (Addressing::V10, Self::InvalidAddress) => &["InvalidAddressingHeader", "InvalidAddress"],
            (Addressing::V10, Self::InvalidCardinality) => &["InvalidAddressingHeader", "InvalidCardinality"],
            (Addressing::V10, Self::InvalidEpr) => &["InvalidAddressingHeader", "InvalidEPR"],
            (Addressing::V10, Self::MissingAddressInEpr) => {
                &["InvalidAddressingHeader", "MissingAddressInEPR"]
            }
            (Addressing::V10, Self::OnlyAnonymousAddressSupported) => {
                &["InvalidAddressingHeader", "OnlyAnonymousAddressSupported"]
            }
            (Addressing::V10, Self::Other) => &["InvalidAddressingHeader"],
            (Addressing::V2004, Self::MessageAddressingHeaderRequired) => {
                &["MessageInformationHeaderRequired"]
            }
            (Addressing::V2004, _) => &["InvalidMessageInformationHeader"],
        }
    }

    /// The reason that the specification has for it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ActionNotSupported => "The [action] cannot be processed at the receiver",
            Self::MessageAddressingHeaderRequired => {
                "A required header representing a Message Addressing Property is not present"
            }
            _ => {
                "A header representing a Message Addressing Property is not valid and the message cannot be processed"
            }
        }
    }

    /// What a peer means by `local`, a code in a namespace of WS-Addressing.
    pub(in crate::soap) fn from_local(local: &str) -> Self {
        match local {
            "ActionMismatch" => Self::ActionMismatch,
            "ActionNotSupported" => Self::ActionNotSupported,
            "DuplicateMessageID" => Self::DuplicateMessageId,
            "InvalidAddress" => Self::InvalidAddress,
            "InvalidCardinality" => Self::InvalidCardinality,
            "InvalidEPR" => Self::InvalidEpr,
            "MessageAddressingHeaderRequired" | "MessageInformationHeaderRequired" => {
                Self::MessageAddressingHeaderRequired
            }
            "MissingAddressInEPR" => Self::MissingAddressInEpr,
            "OnlyAnonymousAddressSupported" => Self::OnlyAnonymousAddressSupported,
            _ => Self::Other,
        }
    }
}

/// For the log.
impl fmt::Display for AddressingFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, block, .. } = self;
        let block = if block.is_empty() { "a header block" } else { block };
        match code {
            AddressingCode::ActionMismatch => write!(out, "{block} is not the action that HTTP says"),
            AddressingCode::ActionNotSupported => {
                write!(out, "{block} is not the action of an operation that takes this Body")
            }
            AddressingCode::DuplicateMessageId => write!(out, "{block} was used before"),
            AddressingCode::InvalidAddress => write!(out, "{block} is empty, overlong or not a text"),
            AddressingCode::InvalidCardinality => write!(out, "{block} is there more than once"),
            AddressingCode::InvalidEpr => {
                write!(out, "{block} is not an endpoint reference that is answered")
            }
            AddressingCode::MessageAddressingHeaderRequired => write!(out, "{block} is missing"),
            AddressingCode::MissingAddressInEpr => write!(out, "{block} has no Address"),
            AddressingCode::OnlyAnonymousAddressSupported => {
                write!(out, "{block} asks for an answer elsewhere than in that of HTTP")
            }
            AddressingCode::Other => write!(out, "{block} cannot be used"),
        }
    }
}
