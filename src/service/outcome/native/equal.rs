//! Whether two JSON values are the same.

use crate::json::{Kind, Tape, Value};
use crate::limits::JsonLimits;

pub(super) fn same(a: &[u8], b: &[u8], limits: &JsonLimits) -> bool {
    let (mut left, mut right) = (Tape::new(), Tape::new());
    match (left.parse(a, limits), right.parse(b, limits)) {
        (Ok(a), Ok(b)) => equal(a, b),
        _ => false,
    }
}

/// Whether two JSON values are equal: members in any order, numbers by their digits.
pub fn equal(a: Value<'_>, b: Value<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Array, Kind::Array) => {
            a.len() == b.len() && a.items().zip(b.items()).all(|(a, b)| equal(a, b))
        }
        (Kind::Object, Kind::Object) => {
            let found = |member: crate::json::Member<'_>| {
                b.get(&member.key()).is_some_and(|other| equal(member.value(), other))
            };
            a.len() == b.len() && a.members().all(found)
        }
        (Kind::String, Kind::String) => a.as_str() == b.as_str(),
        (left, right) => left == right && a.raw() == b.raw(),
    }
}
