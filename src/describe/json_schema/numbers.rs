//! Numbers: integers with the bounds of their types, decimals with their digits, and both as strings.
//!
//! An integer always has a format, for without one generators of code make 32 bits of it. A bound that does not fit 64 bits with a sign
//! would be a constant that does not compile there, and is told in words. A decimal has the format of a double, for without one they make
//! 32 bits of it too: whoever wants all digits has them as strings.

use super::dialect::Dialect;
use super::lexical;
use super::shapes::{Made, string};
use super::told::Told;
use crate::describe::tree::{Object, Tree};
use crate::xsd::simple::{BuiltIn, FacetKind, SimpleType, Variety};

/// A decimal or an integer as a number.
pub(super) fn number(dialect: Dialect, simple: &SimpleType) -> Made {
    let built_in = built_in(simple);
    if built_in.is_integer() { integer(dialect, simple, built_in) } else { decimal(dialect, simple) }
}

fn integer(dialect: Dialect, simple: &SimpleType, built_in: BuiltIn) -> Made {
    let mut made = Made::new(Object::new().with("type", "integer"));
    let range = Range::of(simple, built_in);
    made.schema.put("format", range.format());
    if range.is_beyond(Range::LONG) {
        made.told.hint("It may have more digits than 64 bits hold; with `defaults: { numbers: safe }` in the service file it is a string.");
    }
    range.put(dialect, true, &mut made);
    made
}

fn decimal(dialect: Dialect, simple: &SimpleType) -> Made {
    let mut made = Made::new(Object::new().with("type", "number").with("format", "double"));
    Range::of(simple, BuiltIn::Decimal).put(dialect, false, &mut made);
    digits_in_words(simple, &mut made.told);
    made
}

/// A float or a double.
pub(super) fn float(dialect: Dialect, simple: &SimpleType) -> Made {
    let built_in = built_in(simple);
    let format = if built_in.primitive() == BuiltIn::Float { "float" } else { "double" };
    let mut made = Made::new(Object::new().with("type", "number").with("format", format));
    Range::of(simple, built_in).put(dialect, false, &mut made);
    let special: Vec<&str> =
        ["NaN", "INF", "-INF"].into_iter().filter(|text| simple.check(text).is_ok()).collect();
    if special.is_empty() {
        return made;
    }
    if dialect.is_generated_from() {
        made.told.fact(format!("{} are possible too, as strings.", special.join(", ")));
        return made;
    }
    let words = string().with("enum", Tree::texts(special));
    made.schema = Object::new().with("anyOf", vec![Tree::from(made.schema), Tree::from(words)]);
    made
}

/// The digits of a decimal or an integer in a string.
pub(super) fn text(simple: &SimpleType) -> Made {
    let built_in = built_in(simple);
    let (_, fraction) = simple.facets().digits();
    let pattern = if built_in.is_integer() {
        let range = Range::of(simple, built_in);
        lexical::integer(range.digits(), range.least.as_ref().map(|bound| &*bound.text))
    } else {
        lexical::decimal(fraction)
    };
    let mut made = Made::new(string().with("pattern", pattern));
    digits_in_words(simple, &mut made.told);
    if let (Some(least), Some(most)) = built_in.bounds() {
        made.told.fact(format!("From {least} to {most}."));
    }
    for (kind, value) in simple.facets().bounds() {
        made.told.fact(format!("{} {value}.", bound_in_words(kind)));
    }
    made
}

/// The type of these integers, all of which are constants.
pub(super) fn integers(values: &[Tree]) -> Object {
    let small = |value: &Tree| matches!(value, Tree::Number(text) if text.parse::<i32>().is_ok());
    let format = if values.iter().all(small) { "int32" } else { "int64" };
    Object::new().with("type", "integer").with("format", format)
}

/// What a bound says, up to its value.
pub(super) fn bound_in_words(kind: FacetKind) -> &'static str {
    match kind {
        FacetKind::MaxExclusive => "Less than",
        FacetKind::MaxInclusive => "At most",
        FacetKind::MinExclusive => "More than",
        _ => "At least",
    }
}

/// Digits of decimals: `multipleOf` is computed with doubles by most validators, which then refuse 19.99.
fn digits_in_words(simple: &SimpleType, told: &mut Told) {
    let (total, fraction) = simple.facets().digits();
    match (total, fraction.filter(|_| !built_in(simple).is_integer())) {
        (Some(total), Some(fraction)) => {
            told.fact(format!("At most {total} digits, at most {fraction} of them behind the point."));
        }
        (Some(total), None) => told.fact(format!("At most {total} digits.")),
        (None, Some(fraction)) => told.fact(format!("At most {fraction} digits behind the point.")),
        (None, None) => {}
    }
}

fn built_in(simple: &SimpleType) -> BuiltIn {
    match simple.variety() {
        Variety::Atomic(built_in) => *built_in,
        // Lists and unions have other forms.
        Variety::List(_) | Variety::Union(_) => BuiltIn::Decimal,
    }
}

/// The bounds of numbers.
struct Range {
    least: Option<Limit>,
    most: Option<Limit>,
}

/// A bound.
#[derive(Clone, Debug)]
struct Limit {
    /// As JSON has it.
    text: String,
    exclusive: bool,
}

impl Range {
    const INT: (i128, i128) = (i32::MIN as i128, i32::MAX as i128);
    const LONG: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);

    fn of(simple: &SimpleType, built_in: BuiltIn) -> Self {
        let (least, most) = built_in.bounds();
        let inclusive = |text: &str| Limit { text: text.to_owned(), exclusive: false };
        let mut range = Self { least: least.map(inclusive), most: most.map(inclusive) };
        if let (Some(digits), _) = simple.facets().digits() {
            // That many digits, all of them before the point.
            let most = "9".repeat(digits.min(MOST_DIGITS));
            range.narrow(false, inclusive(&format!("-{most}")));
            range.narrow(true, inclusive(&most));
        }
        for (kind, value) in simple.facets().bounds() {
            // What JSON has no number for, as an infinite one, bounds nothing that JSON has.
            let Some(text) = json_number(value) else { continue };
            let maximum = matches!(kind, FacetKind::MaxExclusive | FacetKind::MaxInclusive);
            let exclusive = matches!(kind, FacetKind::MaxExclusive | FacetKind::MinExclusive);
            range.narrow(maximum, Limit { text, exclusive });
        }
        range
    }

    /// Takes `limit`, unless the one that is there is narrower.
    fn narrow(&mut self, maximum: bool, limit: Limit) {
        let known = if maximum { &mut self.most } else { &mut self.least };
        let wider = known.as_ref().is_some_and(|known| {
            let (known, new) = (known.value(), limit.value());
            if maximum { new > known } else { new < known }
        });
        if !wider {
            *known = Some(limit);
        }
    }

    /// Whether numbers beyond `least` and `most` are in it.
    fn is_beyond(&self, within: (i128, i128)) -> bool {
        let (least, most) = within;
        // A bound that is no integer, or larger than that, is beyond whatever it is compared with.
        let at = |limit: &Option<Limit>| limit.as_ref().and_then(|limit| limit.text.parse::<i128>().ok());
        !(at(&self.least).is_some_and(|bound| bound >= least)
            && at(&self.most).is_some_and(|bound| bound <= most))
    }

    fn format(&self) -> &'static str {
        if self.is_beyond(Self::INT) { "int64" } else { "int32" }
    }

    /// The most digits that a number of it has before the point.
    fn digits(&self) -> Option<usize> {
        let length = |limit: &Limit| limit.text.trim_start_matches('-').split('.').next().map_or(0, str::len);
        Some(self.least.as_ref().map(length)?.max(self.most.as_ref().map(length)?))
    }

    fn put(self, dialect: Dialect, integers: bool, made: &mut Made) {
        for (maximum, limit) in [(false, self.least), (true, self.most)] {
            let Some(limit) = limit else { continue };
            let small = limit.text.parse::<i64>().is_ok();
            if integers && !small && dialect.is_generated_from() {
                let words = if maximum { "At most" } else { "At least" };
                made.told.fact(format!("{words} {}.", limit.text));
            } else if limit.exclusive {
                dialect.put_exclusive(&mut made.schema, maximum, limit.text);
            } else {
                made.schema.put(if maximum { "maximum" } else { "minimum" }, Tree::number(limit.text));
            }
        }
    }
}

impl Limit {
    /// For its order only: digits beyond those of a double decide nothing that matters here.
    fn value(&self) -> f64 {
        self.text.parse().expect("a number of JSON is one of Rust")
    }
}

/// The number `text` of XML Schema as JSON has it; nothing for one that JSON does not have.
fn json_number(text: &str) -> Option<String> {
    if matches!(text, "NaN" | "INF" | "-INF") {
        return None;
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (mantissa, exponent) = unsigned.find(['e', 'E']).map_or((unsigned, ""), |at| unsigned.split_at(at));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, ""), |parts| parts);
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = format!("{sign}{whole}{point}{fraction}{exponent}");
    number.parse::<f64>().is_ok_and(f64::is_finite).then_some(number)
}

/// Digits of a bound that is made of a count of digits: more are beyond what a double holds.
const MOST_DIGITS: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::tree::to_json;
    use crate::xsd::simple::{Facet, Patterns};

    fn made(dialect: Dialect, built_in: BuiltIn, facets: &[(FacetKind, &str)]) -> String {
        let facet = |(kind, value): &(FacetKind, &str)| Facet {
            kind: *kind,
            value: (*value).to_owned(),
            fixed: false,
        };
        let facets: Vec<Facet> = facets.iter().map(facet).collect();
        let (simple, errors) =
            SimpleType::restrict(&SimpleType::built_in(built_in), &facets, &mut Patterns::default());
        assert!(errors.is_empty(), "{errors:?}");
        let mut made = number(dialect, &simple);
        made.told.put(&mut made.schema);
        let text = String::from_utf8(to_json(&made.schema.into())).expect("UTF-8");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_have_the_bounds_of_their_types() {
        use FacetKind::{FractionDigits, MaxExclusive, MinInclusive, TotalDigits};
        for (dialect, built_in, facets, expected) in [
            (
                Dialect::OpenApi31,
                BuiltIn::Long,
                &[][..],
                r#"{ "type": "integer", "format": "int64", "minimum": -9223372036854775808, "maximum": 9223372036854775807 }"#,
            ),
            (
                Dialect::OpenApi31,
                BuiltIn::UnsignedByte,
                &[],
                r#"{ "type": "integer", "format": "int32", "minimum": 0, "maximum": 255 }"#,
            ),
            (
                Dialect::JsonSchema,
                BuiltIn::Integer,
                &[(TotalDigits, "3")],
                r#"{ "type": "integer", "format": "int32", "minimum": -999, "maximum": 999 }"#,
            ),
            (
                Dialect::OpenApi30,
                BuiltIn::Int,
                &[(MinInclusive, "+01"), (MaxExclusive, "10")],
                r#"{ "type": "integer", "format": "int32", "minimum": 1, "maximum": 10, "exclusiveMaximum": true }"#,
            ),
            (
                Dialect::OpenApi31,
                BuiltIn::Decimal,
                &[(MaxExclusive, "0.50"), (FractionDigits, "2")],
                r#"{ "type": "number", "format": "double", "exclusiveMaximum": 0.5, "description": "At most 2 digits behind the point.", "x-saponify-unexpressed": ["At most 2 digits behind the point."] }"#,
            ),
            (
                Dialect::OpenApi31,
                BuiltIn::PositiveInteger,
                &[],
                r#"{ "type": "integer", "format": "int64", "minimum": 1, "description": "It may have more digits than 64 bits hold; with `defaults: { numbers: safe }` in the service file it is a string." }"#,
            ),
        ] {
            assert_eq!(made(dialect, built_in, facets), expected, "{built_in:?}");
        }
        let unsigned = made(Dialect::OpenApi31, BuiltIn::UnsignedLong, &[]);
        assert!(
            !unsigned.contains("\"maximum\"") && unsigned.contains("At most 18446744073709551615."),
            "{unsigned}"
        );
        let exact = made(Dialect::JsonSchema, BuiltIn::UnsignedLong, &[]);
        assert!(exact.contains("\"maximum\": 18446744073709551615"), "{exact}");
    }
}
