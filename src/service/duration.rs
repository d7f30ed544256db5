//! Times as people type them: `500ms`, `30s`, `2m`.

use std::time::Duration;

use thiserror::Error;

/// A text that is not a time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected a time such as 500ms or 30s, at most 60m")]
pub struct DurationError;

/// The time that `text` is.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let (number, _) = text.split_at(text.len() - unit.len());
    let factor = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return Err(DurationError),
    };
    let number: u64 = number.parse().map_err(|_| DurationError)?;
    let millis = number.checked_mul(factor).filter(|millis| *millis <= MOST).ok_or(DurationError)?;
    Ok(Duration::from_millis(millis))
}

/// An hour, in milliseconds.
const MOST: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_digits_and_a_unit() {
        for (text, expected) in [
            ("500ms", Some(500)),
            ("0s", Some(0)),
            ("60m", Some(3_600_000)),
            ("61m", None),
            ("18446744073709551615m", None),
            ("18446744073709551616ms", None),
            ("s", None),
            ("5", None),
            ("5 s", None),
            ("-5s", None),
            ("5h", None),
        ] {
            let expected = expected.map(Duration::from_millis).ok_or(DurationError);
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}
