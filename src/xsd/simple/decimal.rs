//! Decimals as text: Part 2, section 3.2.3. No size is too large, no digit is lost.

use std::cmp::Ordering;

/// A decimal, split: sign, digits before the point without leading zeros, digits after it without trailing ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    /// Splits `text`, if it is a decimal.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        // Sign and fraction are optional.
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        // As is the point.
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: text.starts_with('-') && !zero, whole, fraction })
    }

    /// The least `totalDigits` that allows its value: it is i × 10^-n with |i| < 10^totalDigits and n ≤ totalDigits (section 4.3.11), so
    /// zeros behind the point count, and 0.0012 needs four.
    pub(super) fn total_digits(&self) -> usize {
        (self.whole.len() + self.fraction.len()).max(1)
    }

    /// How many digits its value has after the point.
    pub(super) fn fraction_digits(&self) -> usize {
        self.fraction.len()
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(other.whole));
        whole.then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_are_those_of_the_value() {
        for (text, total, fraction) in [
            ("0", 1, 0),
            ("007.50", 2, 1),
            ("-0.05", 2, 2),
            ("0.0012", 4, 4),
            ("0.00120", 4, 4),
            ("100", 3, 0),
            (".5", 1, 1),
            ("1.", 1, 0),
            ("0.000", 1, 0),
            ("12.0012", 6, 4),
        ] {
            let decimal = Decimal::parse(text).expect(text);
            assert_eq!((decimal.total_digits(), decimal.fraction_digits()), (total, fraction), "{text}");
        }
        for bad in ["", "+", ".", "1e3", "--1", "1.2.3", " 1", "1,5"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn hundred_digits_are_compared() {
        let (a, b) = (format!("{}1", "9".repeat(100)), format!("{}2", "9".repeat(100)));
        assert!(Decimal::parse(&a) < Decimal::parse(&b));
    }

    proptest! {
        #![proptest_config(crate::seed::seeded(256))]

        #[test]
        fn order_is_that_of_scaled_integers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000) {
            let text = |n: i64| format!("{}{}.{:03}", if n < 0 { "-" } else { "" }, n.abs() / 1000, n.abs() % 1000);
            let (x, y) = (text(a), text(b));
            let (x, y) = (Decimal::parse(&x).expect("decimal"), Decimal::parse(&y).expect("decimal"));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        }
    }
}
