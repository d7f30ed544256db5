//! Lexical spaces of the built-in types: Part 2, section 3. Values come with their white space normalised.

use base64_simd::STANDARD;

use super::built_in::BuiltIn;
use super::calendar;
use super::decimal::Decimal;
use super::violation::Violation;
use crate::xml::{is_name, is_ncname};

/// Checks that `text` is a value of `built_in`.
pub(super) fn check(built_in: BuiltIn, text: &str) -> Result<(), Violation> {
    match built_in.primitive() {
        BuiltIn::String | BuiltIn::AnySimpleType => check_string(built_in, text),
        BuiltIn::Decimal => check_decimal(built_in, text),
        BuiltIn::Boolean => good(matches!(text, "true" | "false" | "1" | "0"), built_in),
        BuiltIn::Double | BuiltIn::Float => good(is_float(text), built_in),
        BuiltIn::Base64Binary => good(base64_octets(text).is_some(), built_in),
        BuiltIn::HexBinary => good(is_hex(text), built_in),
        BuiltIn::QName | BuiltIn::Notation => good(is_qname(text), built_in),
        BuiltIn::AnyUri => Ok(()),
        BuiltIn::Duration => good(calendar::duration(text).is_some(), built_in),
        primitive => good(moment(primitive, text).is_some(), built_in),
    }
}

fn good(good: bool, built_in: BuiltIn) -> Result<(), Violation> {
    if good { Ok(()) } else { Err(Violation::Lexical { expected: built_in }) }
}

fn check_string(built_in: BuiltIn, text: &str) -> Result<(), Violation> {
    let fits = match built_in {
        BuiltIn::Language => is_language(text),
        BuiltIn::Name => is_name(text),
        BuiltIn::Entity | BuiltIn::Id | BuiltIn::IdRef | BuiltIn::NcName => is_ncname(text),
        // Any name may begin with a letter, and then the rest are name characters.
        BuiltIn::NmToken => !text.is_empty() && is_name(&format!("a{text}")),
        _ => true,
    };
    good(fits, built_in)
}

fn check_decimal(built_in: BuiltIn, text: &str) -> Result<(), Violation> {
    // Most numbers on the wire: a few digits, and nothing to compare.
    let few = text.len() <= surely_within(built_in) && !text.is_empty();
    if few && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let decimal = Decimal::parse(text).filter(|_| !built_in.is_integer() || !text.contains('.'));
    let decimal = decimal.ok_or(Violation::Lexical { expected: built_in })?;
    let (least, most) = built_in.bounds();
    let low = least.and_then(Decimal::parse).is_some_and(|least| decimal < least);
    let high = most.and_then(Decimal::parse).is_some_and(|most| decimal > most);
    if low || high { Err(Violation::BuiltInRange { expected: built_in }) } else { Ok(()) }
}

/// So many digits without a sign are within the bounds of `built_in` whatever they are.
fn surely_within(built_in: BuiltIn) -> usize {
    match built_in {
        BuiltIn::Decimal | BuiltIn::Integer | BuiltIn::NonNegativeInteger => usize::MAX,
        BuiltIn::Long | BuiltIn::UnsignedLong => 18,
        BuiltIn::Int | BuiltIn::UnsignedInt => 9,
        BuiltIn::Short | BuiltIn::UnsignedShort => 4,
        BuiltIn::Byte | BuiltIn::UnsignedByte => 2,
        _ => 0,
    }
}

/// Section 3.2.4.1. The mantissa is a decimal, the exponent an integer.
fn is_float(text: &str) -> bool {
    if matches!(text, "NaN" | "INF" | "-INF") {
        return true;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, "0"), |(m, e)| (m, e));
    Decimal::parse(mantissa).is_some() && Decimal::parse(exponent).is_some() && !exponent.contains('.')
}

/// RFC 3066: letters, then hyphens and letters or digits, up to eight each.
fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(at, part)| {
        let letters = part.bytes().all(|b| b.is_ascii_alphabetic() || (at > 0 && b.is_ascii_digit()));
        (1..=8).contains(&part.len()) && letters
    })
}

fn is_qname(text: &str) -> bool {
    text.split_once(':')
        .map_or_else(|| is_ncname(text), |(prefix, local)| is_ncname(prefix) && is_ncname(local))
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// How many octets the base64 text `text` stands for; nothing when it is not base64. Single spaces may stand
/// between its characters, the last quantum must be canonical (section 3.2.16).
pub(super) fn base64_octets(text: &str) -> Option<usize> {
    // Long texts are photos and documents, which hardly anybody writes with spaces.
    if text.len() >= LONG && STANDARD.check(text.as_bytes()).is_ok() {
        let padding = text.bytes().rev().take(2).filter(|byte| *byte == b'=').count();
        return Some(text.len() / 4 * 3 - padding);
    }
    spaced_octets(text)
}

/// Characters from which on looking at many at a time is worth a call.
const LONG: usize = 64;

fn spaced_octets(text: &str) -> Option<usize> {
    let (mut count, mut padding, mut last) = (0, 0, 0);
    for byte in text.bytes().filter(|byte| *byte != b' ') {
        match byte {
            b'=' => padding += 1,
            _ if padding > 0 => return None,
            byte => {
                last = sextet(byte)?;
                count += 1;
            }
        }
    }
    let fits = match (count % 4, padding) {
        (0, 0) => true,
        (2, 2) => last % 16 == 0,
        (3, 1) => last % 4 == 0,
        _ => false,
    };
    fits.then_some(count * 3 / 4)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The moment that `text` is, for the primitive types of dates and times.
pub(super) fn moment(primitive: BuiltIn, text: &str) -> Option<calendar::Moment> {
    match primitive {
        BuiltIn::Date => calendar::parse(text, "Y-M-D"),
        BuiltIn::DateTime => calendar::parse(text, "Y-M-DTh:m:s"),
        BuiltIn::GDay => calendar::parse(text, "---D"),
        // The first edition had two more hyphens behind the month.
        BuiltIn::GMonth => calendar::parse(text, "--M--").or_else(|| calendar::parse(text, "--M")),
        BuiltIn::GMonthDay => calendar::parse(text, "--M-D"),
        BuiltIn::GYear => calendar::parse(text, "Y"),
        BuiltIn::GYearMonth => calendar::parse(text, "Y-M"),
        BuiltIn::Time => calendar::parse(text, "h:m:s"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long texts of base64 are what short ones are, whatever is wrong with them and where.
    #[test]
    fn long_base64_is_read_as_short() {
        let whole: String =
            ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).cycle().take(200).collect();
        let bytes = || (0..=127_u8).map(char::from).chain(['\u{80}', 'é']);
        let check = |text: &str| assert_eq!(base64_octets(text), spaced_octets(text), "{text}");
        for length in (60..140).chain([200]) {
            let text = whole.get(..length).expect("ASCII");
            ["", "=", "==", "===", " ", " ="].iter().for_each(|end| check(&format!("{text}{end}")));
            for at in [0, 1, 15, 31, 32, 33, length - 3, length - 2, length - 1] {
                let (before, after) = (text.get(..at).expect("ASCII"), text.get(at + 1..).expect("ASCII"));
                for byte in bytes() {
                    ["", "=", "=="].iter().for_each(|end| check(&format!("{before}{byte}{after}{end}")));
                }
            }
        }
    }

    #[test]
    fn lexical_spaces() {
        use BuiltIn::*;
        let cases: &[(BuiltIn, &[&str], &[&str])] = &[
            (Boolean, &["true", "false", "1", "0"], &["", "True", "TRUE", "yes", "2"]),
            (
                Decimal,
                &["0", "-1.10", "+007", ".5", "1.", "99999999999999999999.000000000001"],
                &["", "1e3", "INF", "1,0", "--1", "0x1", "."],
            ),
            (Integer, &["0", "-0", "+1", "123456789012345678901234567890"], &["1.0", "1.", "", "a", "1e3"]),
            (
                Long,
                &["9223372036854775807", "-9223372036854775808", "0009"],
                &["9223372036854775808", "-9223372036854775809", "1.0"],
            ),
            (UnsignedByte, &["0", "255", "+5", "-0"], &["256", "-1"]),
            (PositiveInteger, &["1"], &["0", "-1"]),
            (NegativeInteger, &["-1"], &["0", "1"]),
            (
                Double,
                &["1", "-1.5E10", "1e-300", "NaN", "INF", "-INF", "1.", ".5", "+1"],
                &["", "+INF", "nan", "1e", "e1", "1e1.5", "0x1p3"],
            ),
            (
                Date,
                &[
                    "2026-11-21",
                    "2024-02-29",
                    "2000-02-29Z",
                    "1980-09-18+02:00",
                    "-0044-03-15",
                    "12026-01-01",
                    "2026-01-01-14:00",
                ],
                &[
                    "2026-02-29",
                    "1900-02-29",
                    "0000-01-01",
                    "2026-13-01",
                    "2026-00-01",
                    "2026-1-1",
                    "26-01-01",
                    "2026-01-32",
                    "2026-01-01+14:01",
                    "2026-01-01T00:00:00",
                    "02026-01-01",
                    "2026-01-01z",
                ],
            ),
            (
                DateTime,
                &[
                    "2026-11-21T02:25:37Z",
                    "2026-11-21T24:00:00",
                    "2026-11-21T02:25:37.123456789123Z",
                    "2026-11-21T02:25:37-05:00",
                ],
                &[
                    "2026-11-21",
                    "2026-11-21T24:00:01",
                    "2026-11-21T25:00:00",
                    "2026-11-21T02:60:00",
                    "2026-11-21T02:25:60",
                    "2026-11-21T02:25",
                    "2026-11-21T02:25:37.",
                    "2026-11-21 02:25:37",
                ],
            ),
            (
                Time,
                &["00:00:00", "23:59:59.999Z", "24:00:00"],
                &["24:00:01", "1:00:00", "12:00", "12:00:00:00"],
            ),
            (GYear, &["2026", "-0001", "2026Z"], &["0000", "26", "2026-01"]),
            (GYearMonth, &["2026-11"], &["2026-13", "2026"]),
            (GMonth, &["--11", "--11--", "--01Z"], &["--13", "11", "--1", "--00"]),
            (GMonthDay, &["--02-29", "--12-31Z"], &["--02-30", "--04-31", "--13-01"]),
            (GDay, &["---31", "---01Z"], &["---32", "---00", "--01"]),
            (
                Duration,
                &["P1Y", "-P1Y2M3DT4H5M6.7S", "PT0S", "P0D", "P1M", "PT1M"],
                &["", "P", "PT", "P1YT", "1Y", "P1.5Y", "P1M1Y", "PT1H1", "P-1Y", "P1S", "PT1.S"],
            ),
            (
                Base64Binary,
                &["", "AAAA", "AA==", "AAA=", "AAAA AAAA", "+/8="],
                &["A", "AA", "AAA", "AB==", "AAB=", "AA=A", "====", "AA-_"],
            ),
            (HexBinary, &["", "0fB7"], &["0", "0g", "0 "]),
            (QName, &["a", "p:a"], &["", "p:", ":a", "a:b:c", "1a"]),
            (NcName, &["a", "_a-1.b", "é"], &["", "1a", "a:b", "a b"]),
            (Name, &["a:b", ":a"], &["1", "a b"]),
            (NmToken, &["1a", "-", ".x:y"], &["", "a b", "a,b"]),
            (Language, &["en", "en-US", "x-klingon", "de-1996"], &["", "en_US", "abcdefghi", "1e", "en-"]),
            (AnyUri, &["", "http://x/y?z#w", "schema.bancbox.com", "a b"], &[]),
            (String, &["", " a\n "], &[]),
        ];
        for (built_in, right, wrong) in cases {
            for text in *right {
                assert_eq!(check(*built_in, text), Ok(()), "{} {text:?}", built_in.name());
            }
            for text in *wrong {
                assert!(check(*built_in, text).is_err(), "{} {text:?}", built_in.name());
            }
        }
    }
}
