//! Values that a peer has sent as octets of another kind than the declared one, because its `xsi:type` says so: SOAP::Lite sends
//! every text that is not ASCII as base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::codec::stand_in::StandIns;
use crate::xml::{NsId, ns};
use crate::xsd::simple::{BuiltIn, SimpleType};

/// How octets are written as characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    /// `xs:base64Binary`, or `base64` of the SOAP encoding.
    Base64,
    /// `xs:hexBinary`.
    Hex,
}

impl Binary {
    /// The encoding that the type `local` stands for; nothing for types of other values.
    pub(super) fn of_type(space: NsId, local: &str) -> Option<Self> {
        let soap = matches!(space, ns::SOAPENC | ns::SOAPENC12);
        match local {
            "base64Binary" if soap || space == ns::XSD => Some(Self::Base64),
            "base64" if soap => Some(Self::Base64),
            "hexBinary" if soap || space == ns::XSD => Some(Self::Hex),
            _ => None,
        }
    }

    /// The encoding that a schema type of octets is derived from.
    pub(super) fn of_octets(octets: BuiltIn) -> Self {
        if octets == BuiltIn::HexBinary { Self::Hex } else { Self::Base64 }
    }

    /// The octets that `encoded` stands for as a value of `declared`: in its encoding, else a text in UTF-8. Errors: it stands
    /// for none, or they are no text.
    pub(super) fn recoded(self, encoded: &str, declared: &SimpleType) -> Result<String, NoText> {
        let encoded: String = encoded.split_ascii_whitespace().collect();
        if StandIns::is_alike(&encoded) && declared.octets() != Some(BuiltIn::Base64Binary) {
            return Err(NoText::Apart);
        }
        let octets = match self {
            Self::Base64 => STANDARD.decode(&encoded)?,
            Self::Hex => of_hex(encoded.as_bytes())?,
        };
        match declared.octets().map(Self::of_octets) {
            Some(Self::Base64) => Ok(STANDARD.encode(&octets)),
            Some(Self::Hex) => Ok(octets.iter().map(|octet| format!("{octet:02X}")).collect()),
            None => Ok(String::from_utf8(octets)?),
        }
    }
}

/// Why octets are no text. Which of them is wrong is nothing that a sender is told.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoText {
    /// They are an attachment that is not in the message.
    #[error("expected no attachment, which only a value of xs:base64Binary can be")]
    Apart,
    /// They are not in base64.
    #[error("expected base64, as xsi:type says")]
    Base64(#[from] base64::DecodeError),
    /// They are not hexadecimal.
    #[error("expected hexadecimal digits, as xsi:type says")]
    Hex,
    /// They are not in UTF-8.
    #[error("expected octets that are a text in UTF-8")]
    Utf8(#[from] std::string::FromUtf8Error),
}

fn of_hex(digits: &[u8]) -> Result<Vec<u8>, NoText> {
    let octet = |pair: &[u8]| match pair {
        [high, low] => Ok(digit(*high)? << 4 | digit(*low)?),
        _ => Err(NoText::Hex),
    };
    digits.chunks(2).map(octet).collect()
}

fn digit(character: u8) -> Result<u8, NoText> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'A'..=b'F' => Ok(character - b'A' + 10),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(NoText::Hex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_texts_in_utf_8_or_nothing() {
        for (binary, encoded, text) in [
            (Binary::Base64, "TydO\n w6k=", Some("O'Né")),
            (Binary::Base64, "", Some("")),
            (Binary::Base64, "TydO w6", None),
            (Binary::Base64, "/w==", None),
            (Binary::Hex, "4f27 4E", Some("O'N")),
            (Binary::Hex, "4f2", None),
            (Binary::Hex, "4g", None),
            (Binary::Hex, "ff", None),
        ] {
            let found = binary.recoded(encoded, &SimpleType::built_in(BuiltIn::String));
            assert_eq!(found.as_deref().ok(), text, "{encoded}");
        }
    }

    #[test]
    fn octets_stay_the_same_in_another_encoding() {
        for (binary, encoded, declared, value) in [
            (Binary::Hex, "4f27", BuiltIn::Base64Binary, Some("Tyc=")),
            (Binary::Base64, "Ty f/", BuiltIn::HexBinary, Some("4F27FF")),
            (Binary::Base64, "Tycx", BuiltIn::Base64Binary, Some("Tycx")),
            (Binary::Hex, "4f2", BuiltIn::Base64Binary, None),
        ] {
            let found = binary.recoded(encoded, &SimpleType::built_in(declared));
            assert_eq!(found.as_deref().ok(), value, "{encoded}");
        }
    }
}
