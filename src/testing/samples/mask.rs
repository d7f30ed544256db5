//! JSON without its secrets.

use super::pointers::Rules;
use super::writer::pretty;
use crate::json::{Error, Kind, Tape, Value};
use crate::limits::JsonLimits;

/// `json` indented, with what must not be shown masked. Errors: no JSON.
pub(in super::super) fn masked_json(
    json: &[u8],
    rules: &Rules,
    limits: &JsonLimits,
) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::new();
    Ok(pretty(tape.parse(json, limits)?, rules))
}

/// Whether there is something in `json` that must not be shown; nobody knows what is in what cannot be read.
pub(in super::super) fn hides_json(json: &[u8], rules: &Rules, limits: &JsonLimits) -> bool {
    let mut tape = Tape::new();
    tape.parse(json, limits).map_or(true, |value| hides(value, &mut Vec::new(), rules))
}

fn hides(value: Value<'_>, path: &mut Vec<String>, rules: &Rules) -> bool {
    let leaf = !matches!(value.kind(), Kind::Array | Kind::Object);
    if leaf {
        return rules.hide(path);
    }
    let mut below = |segment: String, value| {
        path.push(segment);
        let found = hides(value, path, rules);
        path.pop();
        found
    };
    value.items().enumerate().any(|(at, item)| below(at.to_string(), item))
        || value.members().any(|member| below(member.key().into_owned(), member.value()))
}
