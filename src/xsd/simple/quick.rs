//! Values of which a glance tells that they are valid. Most on the wire are: of what is left, the type itself says the rest.

use regex::Regex;

use super::built_in::BuiltIn;
use super::decimal::Decimal;
use super::facet::FacetKind;
use super::lexical;
use super::simple_type::{SimpleType, Variety};
use super::white_space::{self, WhiteSpace};

/// Knows many of the values of a type, and never takes what is none. A number that it takes is one of JSON too.
#[derive(Clone, Debug)]
pub struct Quick(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// Every text.
    Any,
    /// `true` or `false`.
    Boolean,
    Date,
    DateTime,
    /// A number of JSON.
    Float,
    /// What has the lexical form of the type, without white space.
    Lexical(BuiltIn),
    Nothing,
    Number(Number),
    /// What each of these takes as well.
    Patterns(Box<Kind>, Box<[Regex]>),
    Text(Text),
    /// One of these, sorted by length and then by octets.
    Values(Box<[Box<str>]>),
}

impl Quick {
    /// The glance for `simple`.
    pub fn of(simple: &SimpleType) -> Self {
        Self(match simple.variety() {
            Variety::Atomic(_) if simple.is_trimmed() => Kind::Nothing,
            Variety::Atomic(built_in) if simple.facets().enumeration().is_some() => values(simple, *built_in),
            Variety::Atomic(built_in) => patterned(simple, of_atomic(simple, *built_in)),
            Variety::List(_) | Variety::Union(_) => Kind::Nothing,
        })
    }

    /// Whether `text` is surely a value, and its white space normal as it stands: [`SimpleType::check`] gives the same text.
    #[inline]
    pub fn takes(&self, text: &str) -> bool {
        self.takes_all() || self.0.takes(text)
    }

    /// Whether it takes every text.
    #[inline]
    pub fn takes_all(&self) -> bool {
        matches!(self.0, Kind::Any)
    }

    /// So many digits are surely a value whatever they are; none of a type of which that cannot be said.
    pub fn digits(&self) -> usize {
        let Kind::Number(number) = self.0 else { return 0 };
        let fits = |digits: &usize| number.low <= 0 && 10_i64.pow(*digits as u32) - 1 <= number.high;
        (1..=DIGITS.min(number.total)).take_while(fits).count()
    }

    /// Whether it takes `true` and `false`, and nothing else.
    pub fn is_boolean(&self) -> bool {
        matches!(self.0, Kind::Boolean)
    }
}

fn of_atomic(simple: &SimpleType, built_in: BuiltIn) -> Kind {
    let plain = simple.facets().bounds().next().is_none() && simple.facets().digits() == (None, None);
    match (built_in, built_in.primitive()) {
        (_, BuiltIn::Decimal) => Number::of(simple, built_in).map_or(Kind::Nothing, Kind::Number),
        _ if !plain => Kind::Nothing,
        (BuiltIn::String | BuiltIn::NormalizedString | BuiltIn::Token, _)
        | (_, BuiltIn::AnySimpleType | BuiltIn::AnyUri) => Text::of(simple).kind(),
        (_, BuiltIn::Boolean) => Kind::Boolean,
        _ if simple.facets().lengths() != (None, None, None) => Kind::Nothing,
        (_, BuiltIn::Date) => Kind::Date,
        (_, BuiltIn::DateTime) => Kind::DateTime,
        (_, BuiltIn::Double | BuiltIn::Float) => Kind::Float,
        _ => Kind::Lexical(built_in),
    }
}

fn patterned(simple: &SimpleType, kind: Kind) -> Kind {
    let patterns: Box<[Regex]> = simple.facets().compiled().cloned().collect();
    if patterns.is_empty() { kind } else { Kind::Patterns(Box::new(kind), patterns) }
}

/// The values of an enumeration that the other facets allow, as they are spelled there.
fn values(simple: &SimpleType, built_in: BuiltIn) -> Kind {
    let known = |text: &&String| {
        let lexical = lexical::check(built_in, text).is_ok();
        lexical && simple.facets().check(Some(built_in), false, text).is_ok()
    };
    let normal = |text: &&String| {
        // One of base64 may be written without the spaces that it has.
        simple.white_space().normalise(text) == text.as_str()
            && match built_in.primitive() {
                BuiltIn::Base64Binary => !text.contains(' '),
                BuiltIn::Decimal | BuiltIn::Double | BuiltIn::Float => is_json_number(text.as_bytes()),
                _ => true,
            }
    };
    let allowed = simple.facets().enumeration().into_iter().flatten();
    let mut values: Vec<Box<str>> =
        allowed.filter(known).filter(normal).map(|text| text.as_str().into()).collect();
    values.sort_by(|a, b| order(a, b));
    Kind::Values(values.into())
}

fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

impl Kind {
    fn takes(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Boolean => matches!(text, "true" | "false"),
            Self::Date => is_date(text.as_bytes()) || is_lexical(BuiltIn::Date, text),
            Self::DateTime => is_date_time(text.as_bytes()) || is_lexical(BuiltIn::DateTime, text),
            Self::Float => is_json_number(text.as_bytes()),
            Self::Lexical(built_in) => is_lexical(*built_in, text),
            Self::Nothing => false,
            Self::Number(number) => number.takes(text.as_bytes()),
            Self::Patterns(kind, patterns) => {
                kind.takes(text) && patterns.iter().all(|pattern| pattern.is_match(text))
            }
            Self::Text(bounds) => bounds.takes(text),
            Self::Values(values) => is_among(values, text),
        }
    }
}

fn is_lexical(built_in: BuiltIn, text: &str) -> bool {
    !white_space::is_in(text) && lexical::check(built_in, text).is_ok()
}

fn is_among(values: &[Box<str>], text: &str) -> bool {
    if values.len() <= FEW {
        return values.iter().any(|value| **value == *text);
    }
    values.binary_search_by(|value| order(value, text)).is_ok()
}

/// A text: its white space, and how many characters it may have.
#[derive(Clone, Copy, Debug)]
struct Text {
    white_space: WhiteSpace,
    least: usize,
    most: usize,
}

impl Text {
    fn of(simple: &SimpleType) -> Self {
        let (exact, least, most) = simple.facets().lengths();
        // Without a bound any length is right.
        let (least, most) = (exact.or(least).unwrap_or(0), exact.or(most).unwrap_or(usize::MAX));
        Self { white_space: simple.white_space(), least, most }
    }

    fn kind(self) -> Kind {
        let all = self.white_space == WhiteSpace::Preserve && self.least == 0 && self.most == usize::MAX;
        if all { Kind::Any } else { Kind::Text(self) }
    }

    fn takes(self, text: &str) -> bool {
        self.is_normal(text.as_bytes()) && self.fits(text)
    }

    fn fits(self, text: &str) -> bool {
        // A character has at most four octets.
        let surely = text.len() / 4 >= self.least && text.len() <= self.most;
        surely || (self.least..=self.most).contains(&text.chars().count())
    }

    fn is_normal(self, text: &[u8]) -> bool {
        let even = || !text.iter().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r'));
        match self.white_space {
            WhiteSpace::Preserve => true,
            WhiteSpace::Replace => even(),
            WhiteSpace::Collapse => {
                let ends = text.first() == Some(&b' ') || text.last() == Some(&b' ');
                !ends && even() && !text.windows(2).any(|pair| pair == b"  ")
            }
        }
    }
}

/// A decimal of digits without needless signs: its digits, and whole numbers between which all of its values lie.
#[derive(Clone, Copy, Debug)]
struct Number {
    low: i64,
    high: i64,
    total: usize,
    /// None for an integer, not even the point.
    fraction: Option<usize>,
}

impl Number {
    /// Nothing where a bound is too large for a glance.
    fn of(simple: &SimpleType, built_in: BuiltIn) -> Option<Self> {
        let (total, fraction) = simple.facets().digits();
        // Without a bound there may be any number of digits.
        let (total, fraction) = (total.unwrap_or(usize::MAX), fraction.unwrap_or(usize::MAX));
        let mut number = Self { low: i64::MIN, high: i64::MAX, total, fraction: Some(fraction) };
        if built_in.is_integer() {
            number.fraction = None;
            let (least, most) = built_in.bounds();
            for (kind, value) in [(FacetKind::MinInclusive, least), (FacetKind::MaxInclusive, most)] {
                // What has no more digits than are looked at is below 2^63.
                value
                    .filter(|value| value.len() < 20)
                    .map_or(Some(()), |value| number.narrow(kind, value))?;
            }
        }
        for (kind, value) in simple.facets().bounds() {
            number.narrow(kind, value)?;
        }
        Some(number)
    }

    fn narrow(&mut self, kind: FacetKind, value: &str) -> Option<()> {
        let around = Around::of(value)?;
        match kind {
            FacetKind::MaxExclusive => self.high = self.high.min(around.above.checked_sub(1)?),
            FacetKind::MaxInclusive => self.high = self.high.min(around.below),
            FacetKind::MinExclusive => self.low = self.low.max(around.below.checked_add(1)?),
            _ => self.low = self.low.max(around.above),
        }
        Some(())
    }

    fn takes(&self, text: &[u8]) -> bool {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let mut value = 0_i64;
        let mut count = 0;
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 || count == DIGITS {
                break;
            }
            value = value * 10 + i64::from(digit);
            count += 1;
        }
        let (_, behind) = digits.split_at(count);
        let Some(exact) = self.fraction_fits(count, behind) else { return false };
        // JSON has no zeros before other digits.
        if count == 0 || (count > 1 && digits.first() == Some(&b'0')) {
            return false;
        }
        // A fraction lies between its whole part and the next one, away from zero.
        let far = value + i64::from(!exact);
        let (least, most) = if negative { (-far, -value) } else { (value, far) };
        self.low <= least && most <= self.high
    }

    /// Whether there is nothing behind `whole` digits; nothing where it is no fraction, or one that is too long.
    fn fraction_fits(&self, whole: usize, behind: &[u8]) -> Option<bool> {
        let [b'.', fraction @ ..] = behind else {
            return (behind.is_empty() && whole <= self.total).then_some(true);
        };
        let most = self.fraction?.min(self.total.checked_sub(whole)?);
        (fraction.len() <= most && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit))
            .then_some(false)
    }
}

/// RFC 8259 section 6.
fn is_json_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text); // the sign is optional
    let (whole, rest) = digits(unsigned);
    let (fraction, exponent) = match rest {
        [b'.', rest @ ..] => digits(rest),
        rest => (&b"0"[..], rest),
    };
    let exponent = match exponent {
        [] => &b"0"[..],
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => rest,
        _ => return false,
    };
    let leading = whole.len() > 1 && whole.first() == Some(&b'0');
    !whole.is_empty() && !leading && !fraction.is_empty() && matches!(digits(exponent), ([_, ..], []))
}

/// The digits at the start, and what is behind them.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// The whole numbers next to a bound: the bound itself, where it is one.
struct Around {
    below: i64,
    above: i64,
}

impl Around {
    /// Nothing for one that is not within 64 bits, or is spelled without a digit before the point.
    fn of(text: &str) -> Option<Self> {
        let exact = Decimal::parse(text)?.fraction_digits() == 0;
        let digits = text.split_once('.').map_or(text, |(whole, _)| whole);
        let Ok(whole) = digits.parse::<i64>() else { return None }; // too large for a glance
        let negative = text.starts_with('-');
        let below = whole.checked_sub(i64::from(!exact && negative))?;
        Some(Self { below, above: whole.checked_add(i64::from(!exact && !negative))? })
    }
}

/// `YYYY-MM-DD` of a day that every year has, after the year 0.
fn is_date(text: &[u8]) -> bool {
    let Some((date, [])) = text.split_first_chunk::<10>() else { return false };
    is_day(date)
}

fn is_day(date: &[u8; 10]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return false };
    let (month, day) = (two(*m1, *m2), two(*d1, *d2));
    let year = [y1, y2, y3, y4].iter().all(|digit| digit.is_ascii_digit())
        && [y1, y2, y3, y4].iter().any(|digit| **digit != b'0');
    year && (1..=12).contains(&month) && (1..=28).contains(&day)
}

/// `YYYY-MM-DDThh:mm:ss`, perhaps with up to nine digits behind the point, and a `Z`.
fn is_date_time(text: &[u8]) -> bool {
    let Some((date, [b'T', rest @ ..])) = text.split_first_chunk::<10>() else { return false };
    let Some((time, rest)) = rest.split_first_chunk::<8>() else { return false };
    let [h1, h2, b':', m1, m2, b':', s1, s2] = time else { return false };
    let real = two(*h1, *h2) < 24 && two(*m1, *m2) < 60 && two(*s1, *s2) < 60;
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest); // a zone may be absent
    let fraction = match rest {
        [] => true,
        [b'.', digits @ ..] => (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_day(date) && real && fraction
}

/// The number that two digits are; 100 and more for what is none.
fn two(tens: u8, ones: u8) -> u32 {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 { 100 } else { u32::from(tens) * 10 + u32::from(ones) }
}

/// So many digits are a number far below 2^63.
const DIGITS: usize = 18;
/// Up to so many values are compared one after the other.
const FEW: usize = 8;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::{Facet, JsonForm, Patterns};
    use super::*;

    type Facets<'f> = &'f [(FacetKind, &'f str)];

    fn restricted(built_in: BuiltIn, facets: Facets<'_>) -> SimpleType {
        let facet = |(kind, value): &(FacetKind, &str)| Facet {
            kind: *kind,
            value: (*value).to_owned(),
            fixed: false,
        };
        let facets: Vec<Facet> = facets.iter().map(facet).collect();
        let base = SimpleType::built_in(built_in);
        let (simple, errors) = SimpleType::restrict(&base, &facets, &mut Patterns::default());
        assert_eq!(errors, []);
        simple
    }

    /// Types, and values of theirs that need no closer look.
    const TYPES: &[(BuiltIn, Facets<'_>, &[&str])] = {
        use FacetKind::*;
        &[
            (BuiltIn::String, &[], &["", "a b", " \t\u{1}é"]),
            (BuiltIn::String, &[(MaxLength, "5")], &["", "éééé", "ééééé", "😀😀😀😀😀"]),
            (BuiltIn::String, &[(MinLength, "2"), (MaxLength, "9")], &["ab", "éé", "😀😀"]),
            (BuiltIn::String, &[(Length, "3")], &["abc", "éab"]),
            (BuiltIn::String, &[(Pattern, "[A-Z]{2}[0-9]*"), (MaxLength, "4")], &["AB", "AB12"]),
            (BuiltIn::String, &[(Enumeration, "ACTIVE"), (Enumeration, "A B")], &["ACTIVE", "A B"]),
            (BuiltIn::String, &[(WhiteSpace, "collapse")], &["a b", ""]),
            (BuiltIn::NormalizedString, &[], &["a  b", " "]),
            (BuiltIn::Token, &[(MaxLength, "5")], &["a b", "abcde"]),
            (BuiltIn::Token, &[(Enumeration, "A  B"), (Enumeration, "C")], &["A B", "C"]),
            (BuiltIn::AnyUri, &[], &["http://x/y", ""]),
            (BuiltIn::AnySimpleType, &[], &[" a "]),
            (BuiltIn::Boolean, &[], &["true", "false"]),
            (BuiltIn::Byte, &[], &["0", "127", "-128"]),
            (BuiltIn::Int, &[], &["2147483647", "-2147483648", "-0"]),
            (BuiltIn::Int, &[(MinExclusive, "0"), (MaxExclusive, "3")], &["1", "2"]),
            (BuiltIn::Int, &[(TotalDigits, "3")], &["999", "-999"]),
            (BuiltIn::Long, &[], &["1700000000001", "-999999999999999999"]),
            (BuiltIn::UnsignedLong, &[], &["0", "999999999999999999"]),
            (BuiltIn::PositiveInteger, &[], &["1", "10"]),
            (BuiltIn::NegativeInteger, &[], &["-1"]),
            (BuiltIn::Integer, &[], &["123456789012345678"]),
            (BuiltIn::Decimal, &[], &["1.10", "-0.5", "0", "123456789.123456789123456789"]),
            (
                BuiltIn::Decimal,
                &[(MinInclusive, "0"), (MaxInclusive, "999.99"), (FractionDigits, "2")],
                &["0", "0.01", "998.99", "999", "1.1"],
            ),
            (BuiltIn::Decimal, &[(MinExclusive, "-1.5"), (MaxExclusive, "1.5")], &["0.9", "-0.9", "1", "-1"]),
            (BuiltIn::Decimal, &[(MinInclusive, "-2"), (MaxExclusive, "-1")], &["-2"]),
            (BuiltIn::Decimal, &[(TotalDigits, "4"), (FractionDigits, "2")], &["12.34", "1.2", "1234"]),
            (BuiltIn::Decimal, &[(Enumeration, "1.0"), (Enumeration, "+02")], &["1.0"]),
            (BuiltIn::Double, &[], &["1e5", "0.5E-3", "-1.5", "100"]),
            (BuiltIn::Date, &[], &["2024-01-28", "0001-12-01", "2024-02-29", "2024-01-31Z"]),
            (
                BuiltIn::DateTime,
                &[],
                &["2024-01-28T23:59:59Z", "2024-01-28T00:00:00.123", "2024-02-29T24:00:00"],
            ),
            (BuiltIn::DateTime, &[(MinInclusive, "2000-01-01T00:00:00Z")], &[]),
            (BuiltIn::Time, &[], &["12:00:00"]),
            (BuiltIn::Duration, &[], &["P1Y"]),
            (BuiltIn::Base64Binary, &[], &["AAAA", ""]),
            (BuiltIn::Base64Binary, &[(Enumeration, "AA AA"), (Enumeration, "AAAA")], &["AAAA"]),
            (BuiltIn::HexBinary, &[(MinLength, "2")], &[]),
            (BuiltIn::NcName, &[], &["a-b"]),
            (BuiltIn::QName, &[], &["p:a"]),
            (BuiltIn::NmTokens, &[], &[]),
        ]
    };

    /// It may pass over a value; what it takes is one, as it stands.
    fn agrees(simple: &SimpleType, quick: &Quick, text: &str) {
        if quick.takes(text) {
            let checked = simple.check(text).map(|checked| checked.value.into_owned());
            assert_eq!(checked, Ok(text.to_owned()), "{simple:?}");
            let json = matches!(simple.variety(), Variety::Atomic(built_in) if built_in.json_form() != JsonForm::String);
            assert!(!json || serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn common_values_need_no_closer_look() {
        for (built_in, facets, values) in TYPES {
            let simple = restricted(*built_in, facets);
            let quick = Quick::of(&simple);
            for text in *values {
                assert!(quick.takes(text), "{} {facets:?}: {text}", built_in.name());
            }
            // Every value of one type is tried with all others.
            for text in TYPES.iter().flat_map(|(_, _, values)| *values) {
                agrees(&simple, &quick, text);
            }
        }
        let all = TYPES
            .iter()
            .filter(|(built_in, facets, _)| Quick::of(&restricted(*built_in, facets)).takes_all());
        assert_eq!(all.count(), 2, "a string and the ur-type without facets");
    }

    #[test]
    fn lists_unions_and_trimmed_types_are_looked_at() {
        let string = SimpleType::built_in(BuiltIn::String);
        let others = [
            SimpleType::list(Arc::clone(&string)),
            SimpleType::union(vec![Arc::clone(&string)]),
            string.trimmed().expect("a type"),
        ];
        assert!(!others.iter().any(|simple| Quick::of(simple).takes("a")));
    }

    #[test]
    fn so_many_digits_are_a_value() {
        for (built_in, facets, _) in TYPES {
            let simple = restricted(*built_in, facets);
            let digits = Quick::of(&simple).digits();
            assert!((1..=digits).all(|digits| simple.check(&"9".repeat(digits)).is_ok()
                && simple.check(&format!("1{}", "0".repeat(digits - 1))).is_ok()));
            assert!(digits == 0 || simple.check("0").is_ok());
        }
        let digits = |built_in| Quick::of(&restricted(built_in, &[])).digits();
        assert_eq!(
            [BuiltIn::Byte, BuiltIn::Int, BuiltIn::Long, BuiltIn::Decimal, BuiltIn::PositiveInteger]
                .map(digits),
            [2, 9, 18, 18, 0]
        );
    }

    #[test]
    fn a_large_enumeration_is_searched() {
        let values: Vec<String> = (0..100).map(|at| format!("V{at}")).collect();
        let facets: Vec<_> = values.iter().map(|value| (FacetKind::Enumeration, value.as_str())).collect();
        let quick = Quick::of(&restricted(BuiltIn::String, &facets));
        assert!(values.iter().all(|value| quick.takes(value)));
        assert!(!["", "V", "V100", "W1"].into_iter().any(|value| quick.takes(value)));
    }

    proptest! {
        #![proptest_config(crate::seed::seeded(4096))]

        #[test]
        fn what_is_taken_is_valid_as_it_stands(
            at in any::<prop::sample::Index>(),
            text in prop_oneof![
                "[0-9+\\-. ]{0,21}", "[-+]?[0-9]{0,4}(\\.[0-9]{0,4})?([eE][-+]?[0-9]{0,2})?", "[A-Cé😀 \t\n]{0,6}", "[0-9TZ:.+-]{8,25}",
                "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,10})?)?Z?", "[A-D=+/ ]{0,9}", ".*",
            ],
        ) {
            let (built_in, facets, values) = at.get(TYPES);
            let simple = restricted(*built_in, facets);
            let quick = Quick::of(&simple);
            agrees(&simple, &quick, &text);
            for value in *values {
                agrees(&simple, &quick, &format!("{value}{text}"));
                agrees(&simple, &quick, &format!("{text}{value}"));
            }
        }
    }
}
