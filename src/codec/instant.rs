//! Dates that JSON has as the midnight with which they begin, UTC.

use chrono::{DateTime, Utc};

/// The instant of an `xs:date`. A zone of the date says nothing about the day, and is dropped.
pub(super) fn of_date(date: &str) -> String {
    format!("{}T00:00:00.000+00:00", day(date))
}

/// An `xs:date` without its zone.
pub(super) fn day(date: &str) -> &str {
    if let Some(day) = date.strip_suffix('Z') {
        return day;
    }
    let zone = date.len().checked_sub("+00:00".len());
    match zone.and_then(|at| date.split_at_checked(at)) {
        Some((day, zone)) if zone.get(3..4) == Some(":") => day,
        _ => date,
    }
}

/// The day on which `instant` is in UTC; a date without a time is that day. Nothing for any other text.
pub(super) fn to_date(instant: &str) -> Option<String> {
    if instant.len() == 10 && !instant.contains('T') {
        return Some(instant.to_owned());
    }
    // The caller says what was expected; what exactly is wrong with the text is not needed for that.
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
        for date in ["12024-02-29-05:00", "12024-02-29Z", "12024-02-29"] {
            assert_eq!(day(date), "12024-02-29");
        }
    }
}
