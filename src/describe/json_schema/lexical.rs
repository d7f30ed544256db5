//! The lexical spaces of the built-in types as patterns: XML Schema Part 2, section 3.
//!
//! They are as exact as a pattern is that people can read: only that the 29th of February is one of a leap year they do not say.

use super::pattern::ecma;
use crate::xsd::simple::{BuiltIn, expression};

/// The pattern of the texts of `built_in`; nothing where every text is one.
pub(super) fn pattern(built_in: BuiltIn) -> Option<String> {
    let whole = |parts: &[&str]| Some(format!("^{}$", parts.concat()));
    match built_in {
        BuiltIn::Language => whole(&["[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"]),
        BuiltIn::Name => of_schema("\\i\\c*"),
        BuiltIn::Entity | BuiltIn::Id | BuiltIn::IdRef | BuiltIn::NcName => of_schema("[\\i-[:]][\\c-[:]]*"),
        BuiltIn::NmToken => of_schema("\\c+"),
        _ => match built_in.primitive() {
            BuiltIn::Base64Binary => whole(&[BASE64]),
            BuiltIn::Date => whole(&[YEAR, "-", MONTH_DAY, ZONE]),
            BuiltIn::DateTime => whole(&[YEAR, "-", MONTH_DAY, "T", TIME, ZONE]),
            BuiltIn::Duration => whole(&[DURATION]),
            BuiltIn::GDay => whole(&["---(?:0[1-9]|[12][0-9]|3[01])", ZONE]),
            BuiltIn::GMonth => whole(&["--", MONTH, "(?:--)?", ZONE]),
            BuiltIn::GMonthDay => whole(&["--", MONTH_DAY, ZONE]),
            BuiltIn::GYear => whole(&[YEAR, ZONE]),
            BuiltIn::GYearMonth => whole(&[YEAR, "-", MONTH, ZONE]),
            BuiltIn::HexBinary => whole(&["(?:[0-9a-fA-F]{2})*"]),
            BuiltIn::Notation | BuiltIn::QName => Some(qname()),
            BuiltIn::Time => whole(&[TIME, ZONE]),
            _ => None,
        },
    }
}

/// The day of a date without its zone, as RFC 3339 has it.
pub(super) fn day() -> String {
    ["^[0-9]{4}-", MONTH_DAY, "$"].concat()
}

/// An instant as RFC 3339 has it.
pub(super) fn instant() -> String {
    let time = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?";
    let zone = "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
    ["^[0-9]{4}-", MONTH_DAY, "T", time, zone, "$"].concat()
}

/// An integer with at most `digits` digits, and perhaps zeros before them.
pub(super) fn integer(digits: Option<usize>, least: Option<&str>) -> String {
    if least == Some("1") {
        let more = digits.map_or("*".to_owned(), |digits| format!("{{0,{}}}", digits.saturating_sub(1)));
        return format!("^[+]?0*[1-9][0-9]{more}$");
    }
    let sign = match least {
        Some(least) if !least.starts_with('-') => "[+]?",
        _ => "[+-]?",
    };
    match digits {
        Some(digits) => format!("^{sign}0*[0-9]{{1,{digits}}}$"),
        None => format!("^{sign}[0-9]+$"),
    }
}

/// A decimal with at most `fraction` digits behind its point, and perhaps zeros behind them.
pub(super) fn decimal(fraction: Option<usize>) -> String {
    match fraction {
        Some(0) => "^[+-]?[0-9]+(?:\\.0*)?$".to_owned(),
        Some(most) => format!("^[+-]?(?:[0-9]+(?:\\.[0-9]{{0,{most}}}0*)?|\\.[0-9]{{1,{most}}}0*)$"),
        None => "^[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)$".to_owned(),
    }
}

/// A name with a prefix, or with its namespace in braces.
fn qname() -> String {
    let name = expression("[\\i-[:]][\\c-[:]]*").expect("it is a pattern of XML Schema");
    ecma(&format!("^(?:\\{{[^{{}}]*\\}}|{name}:)?{name}$")).expect("it is short")
}

fn of_schema(pattern: &str) -> Option<String> {
    let expression = expression(pattern).expect("it is one of XML Schema");
    ecma(&format!("^(?:{expression})$"))
}

const YEAR: &str = "-?(?:[1-9][0-9]{3,11}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const MONTH: &str = "(?:0[1-9]|1[0-2])";
const MONTH_DAY: &str = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))";
const TIME: &str = "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?|24:00:00(?:\\.0+)?)";
const ZONE: &str = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?";
const BASE64: &str = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?";
const DURATION: &str = "-?P(?:(?:[0-9]{1,18}Y(?:[0-9]{1,18}M)?(?:[0-9]{1,18}D)?|[0-9]{1,18}M(?:[0-9]{1,18}D)?|[0-9]{1,18}D)(?:T(?:[0-9]{1,18}H(?:[0-9]{1,18}M)?(?:[0-9]{1,18}(?:\\.[0-9]{1,18})?S)?|[0-9]{1,18}M(?:[0-9]{1,18}(?:\\.[0-9]{1,18})?S)?|[0-9]{1,18}(?:\\.[0-9]{1,18})?S))?|T(?:[0-9]{1,18}H(?:[0-9]{1,18}M)?(?:[0-9]{1,18}(?:\\.[0-9]{1,18})?S)?|[0-9]{1,18}M(?:[0-9]{1,18}(?:\\.[0-9]{1,18})?S)?|[0-9]{1,18}(?:\\.[0-9]{1,18})?S))";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xsd::simple::SimpleType;

    /// What a pattern takes the type takes, and the other way round.
    #[test]
    fn patterns_are_those_of_the_types() {
        let texts = [
            "",
            "2026-11-21",
            "2024-02-29",
            "2024-02-30",
            "2024-04-31",
            "-0044-03-15",
            "0000-01-01",
            "0001-01-01",
            "12026-01-01",
            "02026-01-01",
            "2026-13-01",
            "2026-01-01Z",
            "2026-01-01+14:00",
            "2026-01-01+14:01",
            "2026-01-01-13:59",
            "2026-11-21T02:25:37Z",
            "2026-11-21T24:00:00",
            "2026-11-21T24:00:01",
            "2026-11-21T25:00:00",
            "2026-11-21T02:25:37.5-05:00",
            "2026-11-21T02:25",
            "12:00:00",
            "24:00:00.00",
            "12:00",
            "P1Y",
            "P",
            "PT",
            "-P1Y2M3DT4H5M6.7S",
            "P1D",
            "PT1.5M",
            "P1M2Y",
            "P1YT",
            "PT0S",
            "1Y",
            "--11",
            "--11--",
            "--13",
            "--02-29",
            "--02-30",
            "---31",
            "---32",
            "2026",
            "2026Z",
            "26",
            "2026-11",
            "AAAA",
            "AAA=",
            "AA==",
            "AB==",
            "AAB=",
            "A",
            "=",
            "0a1F",
            "0a1",
            "en",
            "en-US",
            "en_US",
            "abcdefghi",
            "a",
            ":a",
            "1a",
            "a:b",
            "-",
            "é",
            "x y",
            "p:q",
            "a:b:c",
            "1.5",
            "+1",
        ];
        for built_in in BuiltIn::ALL {
            let Some(pattern) = pattern(*built_in) else { continue };
            let (pattern, simple) =
                (regex::Regex::new(&pattern).expect("a pattern"), SimpleType::built_in(*built_in));
            for text in texts {
                assert_eq!(
                    pattern.is_match(text),
                    simple.check(text).is_ok(),
                    "{built_in:?} {text:?} {pattern}"
                );
            }
        }
    }

    #[test]
    fn numbers_as_texts_have_so_many_digits() {
        let is = |pattern: String, text: &str| regex::Regex::new(&pattern).expect("a pattern").is_match(text);
        assert!(is(decimal(Some(2)), "1.2500") && is(decimal(Some(2)), ".5") && is(decimal(None), "1."));
        assert!(!is(decimal(Some(2)), "1.251") && !is(decimal(Some(0)), "1.1") && !is(decimal(None), "."));
        assert!(is(integer(Some(3), Some("0")), "+00123") && !is(integer(Some(3), Some("0")), "-1"));
        assert!(is(integer(None, None), "-123456789012345678901") && !is(integer(Some(3), None), "1234"));
    }
}
