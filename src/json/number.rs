//! Numbers as text: an exponent is carried out digit by digit, never through a double.

use super::string::raw;
use super::token::{EXPONENT, FRACTION, Kind, NEGATIVE, Token};
use crate::octets::{block_at, not_digits};

/// A number and what it is made of, as the parser has noted it.
#[derive(Clone, Copy)]
pub struct Number<'t> {
    text: &'t str,
    token: &'t Token,
}

/// A body may hold credentials, so it is not printed.
impl std::fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Number({:?})", self.token)
    }
}

impl<'t> Number<'t> {
    /// That of `token`, if it is one.
    #[inline]
    pub(super) fn of(text: &'t str, token: &'t Token) -> Option<Self> {
        (token.kind() == Kind::Number).then(|| Self { text: raw(text, token), token })
    }

    /// Its text, as it stands in the document.
    #[inline]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Whether it has a minus sign.
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.token.has(NEGATIVE)
    }

    /// Whether it is written without a fraction and without an exponent: digits alone, perhaps behind a minus sign.
    #[inline]
    pub fn is_integer(&self) -> bool {
        !self.token.has(FRACTION | EXPONENT)
    }

    /// Whether it has an exponent, which [`plain_decimal`] carries out.
    #[inline]
    pub fn has_exponent(&self) -> bool {
        self.token.has(EXPONENT)
    }
}

/// Where the number that begins at `start` of `bytes` ends, and its form, when it has no sign and no exponent, and what comes behind
/// a value stands behind it; nothing for any other, be it a number or none.
#[inline]
pub(super) fn short(bytes: &[u8], start: usize) -> Option<(usize, u32)> {
    let whole = not_digits(block_at(bytes, start)?).before_first();
    if whole == 0 || whole > 1 && bytes.get(start) == Some(&b'0') {
        return None;
    }
    let end = start.wrapping_add(whole);
    match bytes.get(end)? {
        b',' | b'}' | b']' => Some((end, 0)),
        b'.' => {
            let start = end.wrapping_add(1);
            let end = start.wrapping_add(not_digits(block_at(bytes, start)?).before_first());
            let ends = matches!(bytes.get(end)?, b',' | b'}' | b']');
            (ends && end > start).then_some((end, FRACTION))
        }
        _ => None,
    }
}

/// Where the number that begins at `start` of `bytes` ends, and its form; nothing when it is none (RFC 8259 section 6).
#[inline(never)]
pub(super) fn scan(bytes: &[u8], start: usize) -> Option<(usize, u32)> {
    let mut form = 0;
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        form |= NEGATIVE;
        at += 1;
    }
    let whole = at;
    at = digits(bytes, at)?;
    if at > whole + 1 && bytes.get(whole) == Some(&b'0') {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        form |= FRACTION;
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        form |= EXPONENT;
        let sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = digits(bytes, at + 1 + usize::from(sign))?;
    }
    let ends = !bytes.get(at).is_some_and(|byte| is_part(*byte));
    ends.then_some((at, form))
}

/// Where the digits that begin at `at` end; nothing when there is none.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// How many bytes of `bytes` numbers are made of, in whatever order.
pub(super) fn length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_part(**byte)).count()
}

#[inline]
fn is_part(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// A number with more digits than the bound allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number with too many digits")]
pub struct TooManyDigits;

/// The JSON number `number` without an exponent: `1e3` is `1000`, `1.5e-3` is `0.0015`. One that has none is given
/// back as it is. `buffer` holds the result when it is new.
///
/// Errors: more than `most` digits would be needed.
pub fn plain_decimal<'n>(
    number: &'n str,
    most: usize,
    buffer: &'n mut String,
) -> Result<&'n str, TooManyDigits> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else { return Ok(number) };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let mantissa = Mantissa::of(mantissa);
    let shift = if mantissa.is_zero() { 0 } else { bounded(exponent, most)? };
    buffer.clear();
    buffer.push_str(sign);
    mantissa.shifted(shift, buffer);
    let digits = buffer.bytes().filter(u8::is_ascii_digit).count();
    if digits > most {
        return Err(TooManyDigits);
    }
    Ok(buffer)
}

fn bounded(exponent: &str, most: usize) -> Result<isize, TooManyDigits> {
    let shift: isize = exponent.parse().map_err(|_| TooManyDigits)?;
    if shift.unsigned_abs() <= most { Ok(shift) } else { Err(TooManyDigits) }
}

/// The digits before and behind the point.
struct Mantissa<'n> {
    whole: &'n str,
    fraction: &'n str,
}

impl<'n> Mantissa<'n> {
    fn of(text: &'n str) -> Self {
        match text.split_once('.') {
            Some((whole, fraction)) => Self { whole, fraction },
            None => Self { whole: text, fraction: "" },
        }
    }

    fn is_zero(&self) -> bool {
        self.whole.bytes().chain(self.fraction.bytes()).all(|digit| digit == b'0')
    }

    /// Appends the digits with the point moved `shift` places to the right.
    fn shifted(&self, shift: isize, out: &mut String) {
        let digits = [self.whole, self.fraction].concat();
        let point = self.whole.len() as isize + shift;
        match usize::try_from(point) {
            Ok(point) if point > 0 => {
                let padded = format!("{digits:0<point$}");
                let (whole, fraction) = padded.split_at(point);
                out.push_str(significant(whole));
                push_fraction(out, fraction);
            }
            _ => {
                out.push('0');
                let zeros = point.unsigned_abs();
                push_fraction(out, &format!("{}{digits}", "0".repeat(zeros)));
            }
        }
    }
}

fn significant(whole: &str) -> &str {
    let short = whole.trim_start_matches('0');
    if short.is_empty() { "0" } else { short }
}

fn push_fraction(out: &mut String, fraction: &str) {
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_carried_out() {
        for (number, plain) in [
            ("1e3", "1000"),
            ("1E+3", "1000"),
            ("1.5e-3", "0.0015"),
            ("12.50e1", "125.0"),
            ("-0e5", "-0"),
            ("-1.25e2", "-125"),
            ("0.001e3", "1"),
            ("0.0e999999999", "0.0"),
            ("100e-2", "1.00"),
            ("1.10", "1.10"),
            ("9007199254740993", "9007199254740993"),
            ("5e-1", "0.5"),
        ] {
            assert_eq!(plain_decimal(number, 128, &mut String::new()), Ok(plain), "{number}");
        }
    }

    #[test]
    fn exponents_are_bounded() {
        for number in ["1e999999999", "1e-999999999", "1e99999999999999999999", "1e128", "1.5e128", "1e-128"]
        {
            assert_eq!(plain_decimal(number, 128, &mut String::new()), Err(TooManyDigits), "{number}");
        }
        assert!(plain_decimal("1e127", 128, &mut String::new()).is_ok());
    }
}
