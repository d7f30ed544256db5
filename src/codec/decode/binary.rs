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

    /// What the octets that `encoded` stands for are in UTF-8; nothing when it stands for none, or they are no text.
    pub(super) fn text(self, encoded: &str) -> Option<String> {
        let encoded: String = encoded.split_ascii_whitespace().collect();
        let octets = match self {
            // Which of its characters is wrong is nothing that a sender is told.
            Self::Base64 => STANDARD.decode(&encoded).ok()?,
            Self::Hex => of_hex(&encoded)?,
        };
        // What is no text has no characters that could be shown.
        String::from_utf8(octets).ok()
    }
}

fn of_hex(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let octet = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    // A digit is below 16, so that only an odd number of them fails.
    digits.chunks(2).map(octet).collect()
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
            assert_eq!(binary.text(encoded).as_deref(), text, "{encoded}");
        }
    }
}
