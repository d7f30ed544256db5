//! What one look at a text tells: that it is a value of its type, and its own normal form. What it does not tell is left to
//! the type itself.

use super::built_in::BuiltIn;
use super::facet::{FacetKind, Facets};
use super::simple_type::{SimpleType, Variety};
use super::white_space::WhiteSpace;

/// Tells texts that are values of a type, and that nothing changes when they are checked. It never takes any other text, and
/// does not take every one of these. A number that it takes is one of JSON.
#[derive(Clone, Debug)]
pub struct Glance(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Boolean,
    Date,
    DateTime,
    Decimal(Digits),
    Integer(Integers),
    Text(Characters),
    Values(Box<[Box<str>]>),
}

/// Decimals: how many digits there may be, how many of them behind the point, and bounds.
#[derive(Clone, Copy, Debug)]
struct Digits {
    total: usize,
    fraction: usize,
    least: i64,
    most: i64,
}

/// Integers of at most so many digits, and their bounds.
#[derive(Clone, Copy, Debug)]
struct Integers {
    digits: usize,
    least: i64,
    most: i64,
}

/// How many characters there may be, and what becomes of white space.
#[derive(Clone, Copy, Debug)]
struct Characters {
    least: usize,
    most: usize,
    white_space: WhiteSpace,
}

impl Glance {
    /// For values of `simple`; nothing for a type whose values need a closer look.
    pub fn of(simple: &SimpleType) -> Option<Self> {
        let Variety::Atomic(built_in) = *simple.variety() else { return None };
        if simple.is_trimmed() {
            return None;
        }
        if simple.facets().enumeration().is_some() {
            return values(simple).map(Self);
        }
        kind(built_in, simple.facets(), simple.white_space()).map(Self)
    }

    /// Whether `text` is surely a value of the type, and its own normal form.
    #[inline]
    pub fn takes(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        match &self.0 {
            Kind::Boolean => matches!(bytes, b"true" | b"false"),
            Kind::Date => is_date(bytes),
            Kind::DateTime => is_date_time(bytes),
            Kind::Decimal(digits) => digits.take(bytes),
            Kind::Integer(integers) => integers.take(bytes),
            Kind::Text(characters) => characters.take(text),
            Kind::Values(values) => values.iter().any(|value| **value == *text),
        }
    }
}

fn kind(built_in: BuiltIn, facets: &Facets, white_space: WhiteSpace) -> Option<Kind> {
    if facets.patterns().next().is_some() {
        return None;
    }
    let bounded = facets.bounds().next().is_some();
    match built_in {
        _ if built_in.is_integer() => integers(built_in, facets).map(Kind::Integer),
        BuiltIn::Boolean if !bounded => Some(Kind::Boolean),
        BuiltIn::Date if !bounded => Some(Kind::Date),
        BuiltIn::DateTime if !bounded => Some(Kind::DateTime),
        BuiltIn::Decimal => digits(facets).map(Kind::Decimal),
        BuiltIn::Double | BuiltIn::Float if !bounded => digits(facets).map(Kind::Decimal),
        // Digits and bounds are nothing that a text should have.
        _ if bounded || facets.digits() != (None, None) => None,
        BuiltIn::NormalizedString | BuiltIn::String | BuiltIn::Token | BuiltIn::AnyUri => {
            let (exact, least, most) = facets.lengths();
            // A type has bounds of its own, or those of its base, or an exact length.
            let least = exact.into_iter().chain(least).fold(0, usize::max);
            let most = exact.into_iter().chain(most).fold(usize::MAX, usize::min);
            Some(Kind::Text(Characters { least, most, white_space }))
        }
        _ => None,
    }
}

/// The values of an enumeration that other facets let be.
fn values(simple: &SimpleType) -> Option<Kind> {
    let own = |value: &&String| simple.check(value).is_ok_and(|checked| *checked.value == ***value);
    // Numbers may have other spellings in JSON.
    let texts = matches!(simple.variety(), Variety::Atomic(of) if of.primitive() == BuiltIn::String);
    let values = simple.facets().enumeration()?.iter().filter(own);
    texts.then(|| Kind::Values(values.map(|value| Box::from(value.as_str())).collect()))
}

/// The bounds that all values between which surely keep: those that are not integers, or larger, are met by fewer.
fn bounds(built_in: BuiltIn, facets: &Facets) -> Option<(i64, i64)> {
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    let own = built_in.bounds();
    let own = [(FacetKind::MinInclusive, own.0), (FacetKind::MaxInclusive, own.1)];
    let own = own.into_iter().filter_map(|(kind, bound)| Some((kind, bound?)));
    for (kind, bound) in own.chain(facets.bounds()) {
        let number = whole(bound)?;
        match kind {
            FacetKind::MinInclusive => low = low.max(number.least),
            FacetKind::MinExclusive => low = low.max(number.least.checked_add(1)?),
            FacetKind::MaxInclusive => high = high.min(number.most),
            _ => high = high.min(number.most.checked_sub(1)?),
        }
    }
    Some((low, high))
}

/// The integers at both sides of a bound.
struct Whole {
    least: i64,
    most: i64,
}

/// Nothing for what is no plain decimal.
fn whole(bound: &str) -> Option<Whole> {
    let (whole, fraction) = bound.split_once('.').map_or((bound, ""), |parts| parts);
    let (negative, digits) = unsigned(whole.as_bytes());
    let number = match number(digits) {
        Some(number) if negative => -number,
        Some(number) => number,
        // Beyond all numbers that are looked at, which have no more digits.
        None if digits.len() > FEW
            && digits.first() != Some(&b'0')
            && digits.iter().all(u8::is_ascii_digit) =>
        {
            let far = if negative { i64::MIN } else { i64::MAX };
            return Some(Whole { least: far, most: far });
        }
        None => return None,
    };
    match (fraction.bytes().all(|digit| digit == b'0'), negative) {
        (true, _) => Some(Whole { least: number, most: number }),
        (false, false) => Some(Whole { least: number + 1, most: number }),
        (false, true) => Some(Whole { least: number, most: number - 1 }),
    }
}

fn integers(built_in: BuiltIn, facets: &Facets) -> Option<Integers> {
    let (total, _) = facets.digits();
    let (least, most) = bounds(built_in, facets)?;
    Some(Integers { digits: total.into_iter().fold(FEW, usize::min), least, most })
}

fn digits(facets: &Facets) -> Option<Digits> {
    let (total, fraction) = facets.digits();
    let (least, most) = bounds(BuiltIn::Decimal, facets)?;
    let [total, fraction] = [total, fraction].map(|most| most.into_iter().fold(usize::MAX, usize::min));
    Some(Digits { total, fraction, least, most })
}

/// So many digits are a number of 64 bits whatever they are.
const FEW: usize = 18;

impl Integers {
    fn take(self, bytes: &[u8]) -> bool {
        let (negative, digits) = unsigned(bytes);
        let Some(number) = number(digits).filter(|_| digits.len() <= self.digits) else { return false };
        let number = if negative { -number } else { number };
        self.least <= number && number <= self.most
    }
}

impl Digits {
    fn take(self, bytes: &[u8]) -> bool {
        let (negative, digits) = unsigned(bytes);
        let point = digits.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point.and_then(|at| Some((digits.get(..at)?, digits.get(at + 1..)?))) {
            Some((_, [])) => return false,
            Some(parts) => parts,
            None => (digits, &[][..]),
        };
        let fits = fraction.len() <= self.fraction && whole.len() + fraction.len() <= self.total;
        let Some(number) = number(whole).filter(|_| fits && fraction.iter().all(u8::is_ascii_digit)) else {
            return false;
        };
        self.within(negative, number, !fraction.is_empty())
    }

    /// Whether a number between `number` and the next integer away from zero is within the bounds.
    fn within(self, negative: bool, number: i64, more: bool) -> bool {
        let next = number + i64::from(more);
        let (low, high) = if negative { (-next, -number) } else { (number, next) };
        self.least <= low && high <= self.most
    }
}

/// Whether there is a minus, and what follows it.
fn unsigned(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    }
}

/// The number that a few digits are, of which the first is no zero that JSON has not.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > FEW || (digits.len() > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    digits.iter().try_fold(0, |number: i64, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit <= 9).then(|| number * 10 + i64::from(digit))
    })
}

impl Characters {
    fn take(self, text: &str) -> bool {
        let length = text.len();
        // A character is of one to four bytes.
        let enough = length >= self.least.saturating_mul(4) || (self.least == 1 && length > 0);
        let fits = (length <= self.most && enough) || self.counted(text);
        fits && match self.white_space {
            WhiteSpace::Preserve => true,
            WhiteSpace::Replace => text.bytes().all(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')),
            WhiteSpace::Collapse => is_collapsed(text.as_bytes()),
        }
    }

    #[cold]
    fn counted(self, text: &str) -> bool {
        let count = text.chars().count();
        self.least <= count && count <= self.most
    }
}

fn is_collapsed(bytes: &[u8]) -> bool {
    let mut space = true;
    for byte in bytes {
        match byte {
            b'\t' | b'\n' | b'\r' => return false,
            b' ' if space => return false,
            byte => space = *byte == b' ',
        }
    }
    !space || bytes.is_empty()
}

/// `2026-11-21`, without a zone.
fn is_date(bytes: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return false };
    let [Some(century), Some(year), Some(month), Some(day)] =
        [(y1, y2), (y3, y4), (m1, m2), (d1, d2)].map(|(first, second)| two(*first, *second))
    else {
        return false;
    };
    // The 29th of February is looked at more closely.
    let days = if month == 2 { 28 } else { 30 + (month + month / 8) % 2 };
    (1..=12).contains(&month) && (1..=days).contains(&day) && century + year > 0
}

/// `2026-11-21T10:00:00`, with or without a fraction and a zone.
fn is_date_time(bytes: &[u8]) -> bool {
    let Some((day, time)) = bytes.split_first_chunk::<10>() else { return false };
    let [b'T', h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = time else { return false };
    let [Some(hour), Some(minute), Some(second)] =
        [(h1, h2), (m1, m2), (s1, s2)].map(|(first, second)| two(*first, *second))
    else {
        return false;
    };
    hour < 24 && minute < 60 && second < 60 && is_date(day) && is_zone(behind_fraction(rest))
}

fn behind_fraction(bytes: &[u8]) -> &[u8] {
    let [b'.', rest @ ..] = bytes else { return bytes };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits..) {
        Some(behind) if digits > 0 => behind,
        _ => bytes,
    }
}

fn is_zone(bytes: &[u8]) -> bool {
    match bytes {
        [] | [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            matches!((two(*h1, *h2), two(*m1, *m2)), (Some(0..=13), Some(0..=59)))
        }
        _ => false,
    }
}

/// The number that two digits are.
fn two(first: u8, second: u8) -> Option<u8> {
    let (first, second) = (first.wrapping_sub(b'0'), second.wrapping_sub(b'0'));
    (first <= 9 && second <= 9).then(|| first * 10 + second)
}

#[cfg(test)]
mod tests {
    use super::super::{Facet, Patterns};
    use super::*;

    const TEXTS: &[&str] = &[
        "",
        " ",
        "a",
        " a",
        "a ",
        "a  b",
        "a b",
        "a\tb",
        "é",
        "ééé",
        "abcd",
        "\u{A0}",
        "A",
        "B",
        "0",
        "1",
        "7",
        "9",
        "10",
        "99",
        "100",
        "007",
        "+1",
        "-0",
        "-1",
        "-9",
        "-10",
        "00",
        "1.",
        ".5",
        "0.5",
        "-0.5",
        "1.5",
        "9.99",
        "10.0",
        "10.01",
        "1.250",
        "-9.5",
        "-10.5",
        "1e3",
        "NaN",
        "INF",
        "127",
        "128",
        "-128",
        "-129",
        "255",
        "256",
        "32767",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "9223372036854775807",
        "999999999999999999",
        "-999999999999999999",
        "18446744073709551615",
        "18446744073709551616",
        "true",
        "false",
        "TRUE",
        "2026-11-21",
        "2024-02-29",
        "2023-02-29",
        "2026-04-31",
        "2026-08-31",
        "2026-12-31",
        "0000-01-01",
        "2026-00-10",
        "2026-13-10",
        "2026-01-00",
        "2026-11-21Z",
        "2026-1-21",
        "2026-11-21T10:00:00",
        "2026-11-21T10:00:00Z",
        "2026-11-21T10:00:00.5Z",
        "2026-11-21T10:00:00.Z",
        "2026-11-21T24:00:00",
        "2026-11-21T23:59:60",
        "2026-11-21T10:60:00",
        "2026-11-21T10:00:00+14:00",
        "2026-11-21T10:00:00+13:59",
        "2026-11-21T10:00:00-05:60",
        "2026-11-21 10:00:00",
    ];

    fn restricted(built_in: BuiltIn, facets: &[(FacetKind, &str)]) -> SimpleType {
        let facet = |(kind, value): &(FacetKind, &str)| Facet {
            kind: *kind,
            value: (*value).to_owned(),
            fixed: false,
        };
        let facets: Vec<Facet> = facets.iter().map(facet).collect();
        SimpleType::restrict(&SimpleType::built_in(built_in), &facets, &mut Patterns::default()).0
    }

    /// What is taken is what the type takes, as it is.
    #[test]
    fn a_glance_takes_nothing_that_the_type_does_not() {
        use FacetKind::*;
        let facets: &[&[(FacetKind, &str)]] = &[
            &[],
            &[(MaxLength, "3")],
            &[(MinLength, "1"), (MaxLength, "2")],
            &[(MinLength, "2")],
            &[(Length, "4")],
            &[(Enumeration, "A"), (Enumeration, "a b"), (Enumeration, "1"), (Enumeration, " a")],
            &[(Enumeration, "A"), (Enumeration, "abcd"), (MaxLength, "2")],
            &[(WhiteSpace, "collapse")],
            &[(WhiteSpace, "replace"), (MinLength, "1")],
            &[(Pattern, "[0-9]+")],
            &[(TotalDigits, "2")],
            &[(FractionDigits, "1"), (TotalDigits, "3")],
            &[(MinInclusive, "0"), (MaxInclusive, "10")],
            &[(MinExclusive, "0"), (MaxExclusive, "10")],
            &[(MinInclusive, "-9.5"), (MaxInclusive, "9.99")],
            &[(MinExclusive, "-1"), (MaxExclusive, "0")],
            &[(MaxInclusive, "2026-11-21")],
        ];
        let mut taken = 0;
        for (built_in, facets) in
            BuiltIn::ALL.iter().flat_map(|of| facets.iter().map(move |facets| (*of, *facets)))
        {
            let simple = restricted(built_in, facets);
            let Some(glance) = Glance::of(&simple) else { continue };
            for text in TEXTS.iter().filter(|text| glance.takes(text)) {
                let checked = simple.check(text).map(|checked| checked.value.into_owned());
                assert_eq!(checked.as_deref(), Ok(*text), "{} {facets:?}", built_in.name());
                taken += 1;
            }
        }
        assert!(taken > 2000, "{taken}");
    }

    #[test]
    fn a_glance_takes_what_messages_have() {
        for (built_in, facets, texts) in [
            (BuiltIn::String, &[][..], &["a", " a\n"][..]),
            (BuiltIn::String, &[(FacetKind::MaxLength, "3")], &["abc", "é"]),
            (BuiltIn::Token, &[(FacetKind::Enumeration, "A")], &["A"]),
            (BuiltIn::Long, &[], &["0", "-1", "123456789012345678"]),
            (BuiltIn::Int, &[(FacetKind::MinInclusive, "0"), (FacetKind::MaxInclusive, "1")], &["0", "1"]),
            (BuiltIn::Decimal, &[(FacetKind::FractionDigits, "2")], &["0.50", "-1", "10.1"]),
            (BuiltIn::Double, &[], &["1.5"]),
            (BuiltIn::Boolean, &[], &["true", "false"]),
            (BuiltIn::Date, &[], &["1980-01-31", "2000-02-28"]),
            (BuiltIn::DateTime, &[], &["2026-11-21T10:00:00", "2026-11-21T10:00:00.123+02:00"]),
        ] {
            let glance = Glance::of(&restricted(built_in, facets)).expect("one look is enough");
            assert!(texts.iter().all(|text| glance.takes(text)), "{} {texts:?}", built_in.name());
        }
    }
}
