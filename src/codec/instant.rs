//! Dates that JSON has as the midnight with which they begin, UTC.

use chrono::{DateTime, Utc};

/// The instant of an `xs:date`. A zone of the date says nothing about the day, and is dropped.
pub(super) fn of_date(date: &str) -> String {
    let day = match date.char_indices().nth(10) {
        Some((zone, _)) if !date.starts_with('-') => date.get(..zone).unwrap_or(date),
        _ => date,
    };
    format!("{day}T00:00:00.000+00:00")
}

/// The day on which `instant` is in UTC; a date without a time is that day. Nothing for any other text.
pub(super) fn to_date(instant: &str) -> Option<String> {
    if instant.len() == 10 && !instant.contains('T') {
        return Some(instant.to_owned());
    }
    let parsed = DateTime::parse_from_rfc3339(instant).ok()?;
    Some(parsed.with_timezone(&Utc).format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_the_day_that_it_is_in_utc() {
        for (instant, date) in [
            ("1976-07-04T00:00:00.000+00:00", Some("1976-07-04")),
            ("1976-07-04T23:30:00-01:00", Some("1976-07-05")),
            ("1976-07-04T00:30:00+01:00", Some("1976-07-03")),
            ("1976-07-04", Some("1976-07-04")),
            ("1976-02-30T00:00:00Z", None),
            ("soon", None),
        ] {
            assert_eq!(to_date(instant).as_deref(), date, "{instant}");
        }
    }

    #[test]
    fn a_zone_never_shifts_the_day() {
        assert_eq!(of_date("1980-02-29+14:00"), "1980-02-29T00:00:00.000+00:00");
        assert_eq!(of_date("1980-02-29Z"), "1980-02-29T00:00:00.000+00:00");
    }
}
