//! `wsu:Created`: the raw text for the digest, the instant for freshness.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::profile::Profile;
use super::rejection::Rejection;

/// A `wsu:Created` that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The text, as it is on the wire.
    pub text: String,
    /// What it means.
    pub instant: DateTime<Utc>,
}

impl Created {
    /// Reads `YYYY-MM-DDThh:mm:ss`, up to nine digits of a fraction, and `Z` or an offset. Nothing else is a time here:
    /// no leap second, no `24:00:00`, no missing zone (BSP 1.1, R3213 to R3229).
    pub fn parse(text: &str) -> Option<Self> {
        let (clock, zone) = text.split_at_checked(19)?;
        let mut shape = clock.bytes().zip("dddd-dd-ddTdd:dd:dd".bytes());
        let fits =
            |(byte, wanted): (u8, u8)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
        if !shape.all(fits) {
            return None;
        }
        let number = |range: Range<usize>| clock.get(range).and_then(digits);
        let date = NaiveDate::from_ymd_opt(number(0..4)? as i32, number(5..7)?, number(8..10)?)?;
        let (nanos, zone) = fraction(zone)?;
        let time = NaiveTime::from_hms_nano_opt(number(11..13)?, number(14..16)?, number(17..19)?, nanos)?;
        let local = NaiveDateTime::new(date, time);
        let instant = local.checked_sub_signed(chrono::Duration::minutes(offset(zone)?))?.and_utc();
        Some(Self { text: text.to_owned(), instant })
    }
}

impl Created {
    /// Reads a time in a header, under `profile`.
    pub(super) fn under(profile: &Profile, text: &str) -> Result<Self, Rejection> {
        let created = Self::parse(text).ok_or(Rejection::Structure("a malformed time"))?;
        let zone = profile.zone_offsets || created.zone_is_z();
        let fraction = profile.long_fractions || created.fraction_digits() <= 3;
        if zone && fraction {
            Ok(created)
        } else {
            Err(Rejection::Structure("a time that is not in the form of BSP 1.1"))
        }
    }

    /// Whether its zone is written `Z`.
    fn zone_is_z(&self) -> bool {
        self.text.ends_with('Z')
    }

    /// The digits of its fraction of a second.
    fn fraction_digits(&self) -> usize {
        let fraction = self.text.get(19..).and_then(|behind| behind.strip_prefix('.'));
        fraction.map_or(0, |fraction| fraction.bytes().take_while(u8::is_ascii_digit).count())
    }
}

/// How exact the times are that a sender writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Three digits of a fraction.
    #[default]
    Milliseconds,
    /// None.
    Seconds,
}

fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    let missing = 9_usize.checked_sub(length).filter(|missing| *missing < 9)?;
    Some((self::digits(digits)? * 10_u32.pow(missing as u32), rest))
}

/// Minutes east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let two = |text: &str| Some(text).filter(|text| text.len() == 2).and_then(digits).map(i64::from);
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// The number that `text` is in decimal digits; nothing for any other text. None here has more than nine digits.
fn digits(text: &str) -> Option<u32> {
    let number = |sum: u32, byte: u8| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    };
    text.bytes().try_fold(0, number)
}

/// A time as a `Created` that goes out: UTC with `Z`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    /// Room for a year of six digits, the last of chrono.
    bytes: [u8; 26],
    range: (usize, usize),
}

impl Text {
    /// The text of `time`.
    pub(super) fn of(time: DateTime<Utc>, precision: Precision) -> Self {
        // By hand: the formatter reads its pattern anew each time, which is a tenth of making a token.
        let (date, clock) = (time.date_naive(), time.time());
        let year = u32::try_from(date.year()).expect("no clock is before the year 0");
        let mut bytes = *b"000000-00-00T00:00:00.000Z";
        [bytes[0], bytes[1]] = two(year / 10_000);
        [bytes[2], bytes[3]] = two(year / 100);
        [bytes[4], bytes[5]] = two(year);
        [bytes[7], bytes[8]] = two(date.month());
        [bytes[10], bytes[11]] = two(date.day());
        [bytes[13], bytes[14]] = two(clock.hour());
        [bytes[16], bytes[17]] = two(clock.minute());
        [bytes[19], bytes[20]] = two(clock.second());
        let begin = bytes.iter().take(2).take_while(|digit| **digit == b'0').count();
        let end = if precision == Precision::Milliseconds {
            // A leap second has more than a thousand.
            let millis = time.timestamp_subsec_millis().min(999);
            bytes[22] = digit(millis / 100);
            [bytes[23], bytes[24]] = two(millis);
            26
        } else {
            bytes[21] = b'Z';
            22
        };
        Self { bytes, range: (begin, end) }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        let (begin, end) = self.range;
        self.bytes.get(begin..end).expect("both are places in it")
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("digits and marks are ASCII")
    }
}

/// The last two decimal digits of `number`.
fn two(number: u32) -> [u8; 2] {
    [digit(number / 10), digit(number)]
}

/// The last decimal digit of `number`.
fn digit(number: u32) -> u8 {
    b'0' + (number % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_formatter_writes_them() {
        for millis in [0, 1, 999, 86_399_999, 951_782_399_005, 1_284_623_445_000, 4_102_444_799_999, -1] {
            let now = DateTime::from_timestamp_millis(millis).expect("a time");
            for (precision, format) in [
                (Precision::Milliseconds, "%Y-%m-%dT%H:%M:%S%.3fZ"),
                (Precision::Seconds, "%Y-%m-%dT%H:%M:%SZ"),
            ] {
                assert_eq!(Text::of(now, precision).as_str(), now.format(format).to_string());
            }
        }
    }

    #[test]
    fn a_year_may_have_more_than_four_digits() {
        for (seconds, text) in
            [(253_402_300_800, "10000-01-01T00:00:00Z"), (4_000_000_000_000, "128724-12-15T07:06:40Z")]
        {
            let time = DateTime::from_timestamp(seconds, 0).expect("a time");
            assert_eq!(Text::of(time, Precision::Seconds).as_str(), text);
        }
    }

    #[test]
    fn only_one_grammar_is_read() {
        for (text, millis) in [
            ("2010-09-16T07:50:45Z", 1_284_623_445_000),
            ("2019-02-12T12:34:12.110Z", 1_549_974_852_110),
            ("2016-05-08T12:00:00+00:00", 1_462_708_800_000),
            ("2016-05-08T14:00:00.123456789+02:00", 1_462_708_800_123),
        ] {
            assert_eq!(
                Created::parse(text).map(|created| created.instant.timestamp_millis()),
                Some(millis),
                "{text}"
            );
        }
        for text in [
            "",
            "2010-09-16",
            "2010-09-16T07:50:45",
            "2010-09-16 07:50:45Z",
            "2010-09-16T24:00:00Z",
            "2010-09-16T23:59:60Z",
            "2010-02-30T00:00:00Z",
            "2010-09-16T07:50:45.Z",
            "2010-09-16T07:50:45.1234567890Z",
            "2010-09-16T07:50:45+0000",
            "+2010-09-16T07:50:45Z",
            "12010-09-16T07:50:45Z",
            "2010-09-16T07:50:45Zx",
            " 2010-09-16T07:50:45Z",
            "2010-09-16t07:50:45Z",
            "２010-09-16T07:50:45Z",
        ] {
            assert_eq!(Created::parse(text), None, "{text:?}");
        }
    }
}
