//! Values of the built-in types: their order and their equality, whatever their spelling.

use std::cmp::Ordering;

use super::built_in::BuiltIn;
use super::decimal::Decimal;
use super::{calendar, lexical};

/// The order of two values, each of which was checked, where their type has one.
pub fn compare(built_in: BuiltIn, a: &str, b: &str) -> Option<Ordering> {
    match built_in.primitive() {
        BuiltIn::Decimal => Decimal::parse(a)?.partial_cmp(&Decimal::parse(b)?),
        BuiltIn::Double | BuiltIn::Float => float(a)?.partial_cmp(&float(b)?),
        BuiltIn::Duration => calendar::duration(a)?.partial_cmp(&calendar::duration(b)?),
        primitive => lexical::moment(primitive, a)?.partial_cmp(&lexical::moment(primitive, b)?),
    }
}

/// A double, for its order only: its text is what travels.
fn float(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        // What is no number has no place in the order.
        text => text.parse().ok(),
    }
}

/// Whether two texts are one value.
pub(super) fn same(built_in: BuiltIn, a: &str, b: &str) -> bool {
    let truth = |text: &str| matches!(text, "true" | "1");
    match built_in.primitive() {
        BuiltIn::Boolean => truth(a) == truth(b),
        BuiltIn::HexBinary => a.eq_ignore_ascii_case(b),
        BuiltIn::Base64Binary => a.replace(' ', "") == b.replace(' ', ""),
        BuiltIn::String | BuiltIn::AnyUri | BuiltIn::AnySimpleType | BuiltIn::QName | BuiltIn::Notation => {
            a == b
        }
        primitive => compare(primitive, a, b) == Some(Ordering::Equal),
    }
}
