//! Character and entity references: XML 1.0 section 4.1. No other entity exists, for no DTD is ever read.

/// The character that `&body;` stands for, or nothing when it stands for none that XML 1.0 can carry.
pub(super) fn resolve(body: &str) -> Option<char> {
    match body {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "quot" => Some('"'),
        _ => numeric(body.strip_prefix('#')?),
    }
}

/// The character that the reference at the start of `text` stands for, and how many octets it has, if it is one as
/// nearly all are.
#[inline]
pub(super) fn at_start(text: &str) -> Option<(char, usize)> {
    match text.as_bytes() {
        [b'&', b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [b'&', b'l', b't', b';', ..] => Some(('<', 4)),
        [b'&', b'g', b't', b';', ..] => Some(('>', 4)),
        octets => {
            let end = octets.iter().take(LONGEST).position(|octet| *octet == b';')?;
            Some((resolve(text.get(1..end)?)?, end + 1))
        }
    }
}

/// Octets of nearly all references.
const LONGEST: usize = 14;

fn numeric(digits: &str) -> Option<char> {
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |hex| (hex, 16));
    let number = |sum: u32, c: char| sum.checked_mul(radix)?.checked_add(c.to_digit(radix)?);
    // `&#00000000000065;` is legal; only the zeros make it long.
    let code = digits.chars().try_fold(0, number).filter(|_| !digits.is_empty())?;
    char::from_u32(code).filter(|c| is_char(*c))
}

/// Whether XML 1.0 can carry `c` (section 2.2).
pub(super) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_to_legal_characters_only() {
        for (body, c) in [
            ("amp", '&'),
            ("lt", '<'),
            ("gt", '>'),
            ("apos", '\''),
            ("quot", '"'),
            ("#65", 'A'),
            ("#x41", 'A'),
            ("#x1F600", '😀'),
            ("#0000000000065", 'A'),
        ] {
            assert_eq!(resolve(body), Some(c), "{body}");
            let written = format!("&{body};");
            let found = at_start(&written);
            assert!(written.len() > LONGEST || found == Some((c, written.len())), "{body}");
        }
        for body in
            ["", "#", "#x", "nbsp", "#0", "#1", "#xFFFF", "#xD800", "#x110000", "#X41", "#+65", "#4294967361"]
        {
            assert_eq!(resolve(body), None, "{body}");
            assert_eq!(at_start(&format!("&{body};")), None, "{body}");
        }
    }
}
