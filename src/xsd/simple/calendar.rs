//! Dates, times and durations: Part 2, sections 3.2.6 to 3.2.14.

use std::cmp::Ordering;

/// A date or time of any of the eight types, as far as its type has parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Nanoseconds on a line on which a missing time zone counts as UTC.
    nanos: i128,
    /// Whether there is a time zone.
    zoned: bool,
}

/// Checks `text` against `pattern`, in which each letter of `YMDhms` is a part and everything else stands for itself;
/// a time zone may follow.
pub(super) fn parse(text: &str, pattern: &str) -> Option<Moment> {
    let mut parts = Parts { year: 1972, month: 12, day: 1, ..Parts::default() };
    let mut rest = text;
    for c in pattern.chars() {
        rest = parts.take(c, rest)?;
    }
    let minutes = zone(rest)?;
    let real = parts.is_real(pattern);
    if !pattern.contains('D') {
        // Midnight has two spellings, and a time is of no day.
        parts.hour %= 24;
    }
    real.then(|| Moment { nanos: parts.nanos(minutes), zoned: !rest.is_empty() })
}

#[derive(Default)]
struct Parts {
    year: i64,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanos: u32,
}

impl Parts {
    fn take<'t>(&mut self, part: char, text: &'t str) -> Option<&'t str> {
        match part {
            'Y' => {
                let (year, rest) = year(text)?;
                self.year = year;
                Some(rest)
            }
            'M' => two(text, &mut self.month),
            'D' => two(text, &mut self.day),
            'h' => two(text, &mut self.hour),
            'm' => two(text, &mut self.minute),
            's' => {
                let rest = two(text, &mut self.second)?;
                let (nanos, rest) = fraction(rest)?;
                self.nanos = nanos;
                Some(rest)
            }
            literal => text.strip_prefix(literal),
        }
    }

    fn is_real(&self, pattern: &str) -> bool {
        // A day without a year may be the 29th of February; 1972 had one.
        let day = (1..=12).contains(&self.month) && (1..=days_of(self.year, self.month)).contains(&self.day);
        let day = if pattern.contains('M') { day } else { (1..=31).contains(&self.day) };
        let midnight = self.hour == 24 && self.minute == 0 && self.second == 0 && self.nanos == 0;
        let time = (self.hour < 24 || midnight) && self.minute < 60 && self.second < 60;
        day && time && self.year != 0
    }

    fn nanos(&self, zone: i64) -> i128 {
        let days = days_before(self.year, self.month, self.day);
        let seconds =
            days * 86_400 + i64::from(self.hour * 3600 + self.minute * 60 + self.second) - zone * 60;
        i128::from(seconds) * NANO + i128::from(self.nanos)
    }
}

impl PartialOrd for Moment {
    /// Section 3.2.7.4. A moment without a time zone may be in any of them, so it is up to 14 hours earlier or later than in UTC:
    /// within these hours of one that has a zone there is no order.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.zoned == other.zoned {
            return Some(self.nanos.cmp(&other.nanos));
        }
        match self.nanos - other.nanos {
            apart if apart < -ZONES => Some(Ordering::Less),
            apart if apart > ZONES => Some(Ordering::Greater),
            _ => None,
        }
    }
}

fn two<'t>(text: &'t str, into: &mut u32) -> Option<&'t str> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    *into = digits.parse().expect("two digits are a number");
    text.get(2..)
}

/// At least four digits, no leading zero beyond four.
fn year(text: &str) -> Option<(i64, &str)> {
    // The sign is optional.
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let length = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = unsigned.split_at_checked(length)?;
    if !(4..=12).contains(&length) || (length > 4 && digits.starts_with('0')) {
        return None;
    }
    let year: i64 = digits.parse().expect("twelve digits are a number");
    Some((if text.starts_with('-') { -year } else { year }, rest))
}

/// Digits beyond nanoseconds are legal and do not count.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    let nanos = format!("{digits:0<9}");
    (length > 0).then_some(())?;
    Some((nanos.get(..9)?.parse().expect("nine digits are a number"), rest))
}

/// The minutes east of UTC.
fn zone(text: &str) -> Option<i64> {
    if matches!(text, "" | "Z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (mut hours, mut minutes) = (0, 0);
    let rest = two(text.strip_prefix(['+', '-'])?, &mut hours)?;
    let rest = two(rest.strip_prefix(':')?, &mut minutes)?;
    let real = rest.is_empty() && minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0));
    real.then(|| sign * i64::from(hours * 60 + minutes))
}

fn days_of(year: i64, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of March of year 0 (proleptic Gregorian calendar).
fn days_before(year: i64, month: u32, day: u32) -> i64 {
    let (year, month) =
        if month > 2 { (year, i64::from(month) - 3) } else { (year - 1, i64::from(month) + 9) };
    let century = year.div_euclid(400);
    let in_century = year.rem_euclid(400);
    let days =
        in_century * 365 + in_century / 4 - in_century / 100 + (153 * month + 2) / 5 + i64::from(day) - 1;
    century * 146_097 + days
}

/// A duration: months, and nanoseconds beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duration {
    months: i128,
    nanos: i128,
}

/// `-?PnYnMnDTnHnMnS`, with at least one part, and one behind `T`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    // The sign is optional.
    let body = text.strip_prefix('-').unwrap_or(text).strip_prefix('P')?;
    let (date, time) = body.split_once('T').map_or((body, None), |(date, time)| (date, Some(time)));
    let [years, months, days] = amounts(date, ['Y', 'M', 'D'])?;
    // Without a `T` there are none.
    let [hours, minutes, seconds] = amounts(time.unwrap_or_default(), ['H', 'M', 'S'])?;
    let empty = date.is_empty() && time.is_none();
    if empty || time == Some("") || [years, months, days, hours, minutes].iter().any(|part| part % NANO != 0)
    {
        return None;
    }
    let nanos = days * 86_400 + hours * 3_600 + minutes * 60 + seconds;
    Some(Duration { months: sign * (years * 12 + months) / NANO, nanos: sign * nanos })
}

/// The amounts before `units`, in order, in billionths; 0 for one that is absent.
fn amounts(text: &str, units: [char; 3]) -> Option<[i128; 3]> {
    let mut out = [0; 3];
    let mut rest = text;
    for (unit, place) in units.into_iter().zip(&mut out) {
        let Some(end) = rest.find(unit) else { continue };
        let number = rest.get(..end)?;
        let (whole, fraction) =
            number.split_once('.').map_or((number, "0"), |(whole, fraction)| (whole, fraction));
        let digits = |text: &str| {
            !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole) || !digits(fraction) || (number.contains('.') && unit != 'S') {
            return None;
        }
        let nanos: i128 = format!("{fraction:0<9}").get(..9)?.parse().expect("nine digits are a number");
        *place = whole.parse::<i128>().expect("eighteen digits are a number") * NANO + nanos;
        rest = rest.get(end + 1..)?;
    }
    rest.is_empty().then_some(out)
}

impl PartialOrd for Duration {
    /// Compared on the four reference dates of section 3.2.6.2; where they disagree there is no order.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let orders = REFERENCES.map(|(year, month)| self.after(year, month).cmp(&other.after(year, month)));
        orders.iter().all(|order| *order == orders[0]).then_some(orders[0])
    }
}

impl Duration {
    fn after(&self, year: i64, month: i64) -> i128 {
        let months = i128::from(month - 1) + self.months;
        let (years, month) = (months.div_euclid(12), months.rem_euclid(12));
        // Years beyond these are later, or earlier, than every date anyway.
        let years = years.clamp(-1_000_000_000_000, 1_000_000_000_000) as i64;
        i128::from(days_before(years + year, month as u32 + 1, 1)) * 86_400 * NANO + self.nanos
    }
}

const NANO: i128 = 1_000_000_000;
/// The largest offset of a time zone, 14 hours.
const ZONES: i128 = 14 * 3600 * NANO;
const REFERENCES: [(i64, i64); 4] = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_on_the_time_line() {
        let time = |text| parse(text, "Y-M-DTh:m:s").expect(text);
        assert!(time("2026-01-01T00:00:00Z") < time("2026-01-01T00:00:00.000000001Z"));
        assert!(time("2026-01-01T00:00:00+01:00") < time("2026-01-01T00:00:00Z"));
        assert_eq!(time("2026-01-01T24:00:00Z"), time("2026-01-02T00:00:00Z"));
        assert!(time("-0001-12-31T00:00:00Z") < time("0001-01-01T00:00:00Z"));
    }

    /// The examples of section 3.2.7.4, and of the other types.
    #[test]
    fn moments_with_and_without_zones_have_a_partial_order() {
        use Ordering::{Equal, Greater, Less};
        let date_time = "Y-M-DTh:m:s";
        for (pattern, a, b, order) in [
            (date_time, "2000-01-15T00:00:00", "2000-02-15T00:00:00", Some(Less)),
            (date_time, "2000-01-15T12:00:00", "2000-01-16T12:00:00Z", Some(Less)),
            (date_time, "2000-01-01T12:00:00", "1999-12-31T23:00:00Z", None),
            (date_time, "2000-01-16T12:00:00", "2000-01-16T12:00:00Z", None),
            (date_time, "2000-01-16T00:00:00", "2000-01-16T12:00:00Z", None),
            (date_time, "2000-01-15T22:00:00", "2000-01-16T12:00:00Z", None),
            (date_time, "2000-01-15T21:59:59", "2000-01-16T12:00:00Z", Some(Less)),
            (date_time, "2000-01-17T02:00:00.000000001", "2000-01-16T12:00:00Z", Some(Greater)),
            (date_time, "2000-01-15T12:00:00+00:00", "2000-01-15T12:00:00Z", Some(Equal)),
            ("Y-M-D", "2000-01-01", "2000-01-01Z", None),
            ("Y-M-D", "2000-01-01", "2000-01-02Z", Some(Less)),
            ("Y-M-D", "2000-01-01+01:00", "2000-01-01Z", Some(Less)),
            ("h:m:s", "12:00:00", "12:00:00Z", None),
            ("h:m:s", "00:00:00", "24:00:00", Some(Equal)),
            ("h:m:s", "23:00:00Z", "01:00:00+02:00", Some(Greater)),
            ("Y", "2000", "2000Z", None),
            ("Y", "2000", "2001Z", Some(Less)),
            ("Y-M", "2000-01", "2000-01-14:00", None),
            ("---D", "---01", "---02Z", Some(Less)),
        ] {
            let moment = |text| parse(text, pattern).expect(text);
            assert_eq!(moment(a).partial_cmp(&moment(b)), order, "{a} {b}");
            assert_eq!(moment(b).partial_cmp(&moment(a)), order.map(Ordering::reverse), "{b} {a}");
        }
    }

    #[test]
    fn durations_have_a_partial_order() {
        let duration = |text| duration(text).expect(text);
        assert_eq!(duration("P1Y"), duration("P12M"));
        assert!(duration("P1D") < duration("PT25H"));
        assert!(duration("-P1D") < duration("P0D"));
        assert_eq!(duration("P1M").partial_cmp(&duration("P30D")), None);
        assert!(duration("P1M") < duration("P32D"));
    }
}
