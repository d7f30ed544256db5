//! Texts that a peer has sent as octets, because its `xsi:type` says so: SOAP::Lite does that to every text that is not ASCII.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::xml::{NsId, ns};

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

    /// What the octets that `encoded` stands for are in UTF-8. Errors: it stands for none, or they are no text.
    pub(super) fn text(self, encoded: &str) -> Result<String, NoText> {
        let encoded: String = encoded.split_ascii_whitespace().collect();
        let octets = match self {
            Self::Base64 => STANDARD.decode(&encoded)?,
            Self::Hex => of_hex(encoded.as_bytes())?,
        };
        Ok(String::from_utf8(octets)?)
    }
}

/// Why octets are no text. Which of them is wrong is nothing that a sender is told.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoText {
    /// They are not in base64.
    #[error("expected base64 of a text in UTF-8")]
    Base64(#[from] base64::DecodeError),
    /// They are not hexadecimal.
    #[error("expected hexadecimal digits of a text in UTF-8")]
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
            let found = binary.text(encoded);
            assert_eq!(found.as_deref().ok(), text, "{encoded}");
        }
    }
}
