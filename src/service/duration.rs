//! Times as people type them: `500ms`, `30s`, `2m`.

use std::time::Duration;

/// The time that `text` is. Errors: what is expected.
pub fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        _ => None,
    };
    let millis =
        number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    let millis = millis.filter(|millis| *millis <= MOST);
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a time such as 500ms or 30s, at most 60m".to_owned())
}

/// An hour, in milliseconds.
const MOST: u64 = 3_600_000;
