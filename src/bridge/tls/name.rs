//! Distinguished names as text (RFC 4514).

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag, Tagged};

use super::der_items::{Any, items, nth};

/// The text of `name`: the last relative name first (section 2.1). Errors: it is not a name.
pub(super) fn write(name: &Any<'_>) -> Result<String, der::Error> {
    let relative = items(name.value())?;
    let written: Result<Vec<String>, _> = relative.iter().rev().map(write_relative).collect();
    Ok(written?.join(","))
}

/// Section 2.2.
fn write_relative(relative: &Any<'_>) -> Result<String, der::Error> {
    let pairs = items(relative.value())?;
    let written: Result<Vec<String>, _> = pairs.iter().map(write_pair).collect();
    Ok(written?.join("+"))
}

/// Section 2.3: only the names of section 3 have texts; whatever else is there is exact.
fn write_pair(pair: &Any<'_>) -> Result<String, der::Error> {
    let pair = items(pair.value())?;
    let (kind, value) = (nth(&pair, 0)?.decode_as::<ObjectIdentifier>()?.to_string(), nth(&pair, 1)?);
    let known = KNOWN.iter().find(|(oid, _)| *oid == kind);
    match (known, text(value)) {
        (Some((_, name)), Some(text)) => Ok(format!("{name}={}", escaped(&text))),
        _ => Ok(format!("{kind}=#{}", hex(&value.to_der()?))),
    }
}

/// The text; nothing where it is malformed, and the name is then shown by its octets (RFC 4514 section 2.4).
fn text(value: &Any<'_>) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        // Malformed: shown by its octets.
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => String::from_utf8(bytes.to_vec()).ok(),
        Tag::TeletexString => bytes.is_ascii().then(|| bytes.iter().map(|byte| char::from(*byte)).collect()),
        Tag::BmpString => {
            let pairs =
                bytes.chunks(2).map(|pair| pair.iter().fold(0, |all, byte| all << 8 | u16::from(*byte)));
            // Malformed: shown by its octets.
            String::from_utf16(&pairs.collect::<Vec<_>>()).ok().filter(|_| bytes.len() % 2 == 0)
        }
        _ => None,
    }
}

/// Section 2.4; control characters too, for names are shown and logged.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => out.extend(['\\', character]),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '#' if at == 0 => out.push_str("\\#"),
            control if control.is_control() => {
                let mut bytes = [0; 4];
                for byte in control.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("\\{byte:02x}"));
                }
            }
            plain => out.push(plain),
        }
    }
    out
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 4514 section 3.
const KNOWN: [(&str, &str); 9] = [
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        for (text, expected) in [
            ("orders", "orders"),
            ("a,b+c=d", "a\\,b\\+c\\=d"),
            (" a b ", "\\ a b\\ "),
            ("#1 \"x\" <y> ; \\", "\\#1 \\\"x\\\" \\<y\\> \\; \\\\"),
            ("a\0\n", "a\\00\\0a"),
            ("Grün", "Grün"),
            (" ", "\\ "),
            ("", ""),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
