//! `Accept-Language` (RFC 9110 section 12.5.4), with the basic filtering of RFC 4647 section 3.3.1.

/// The first thing that `find` has for the languages of `header`, the most wanted first.
pub(super) fn preferred<T>(header: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut ranges: Vec<(u16, &str)> = header.split(',').take(MOST).filter_map(range).collect();
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    // A range that nothing is of is tried without its last part (RFC 4647 section 3.4).
    ranges.into_iter().find_map(|(_, range)| {
        std::iter::successors(Some(range), |range| Some(range.rsplit_once('-')?.0)).find_map(&find)
    })
}

/// Whether `language` is of the range `wanted`.
pub(super) fn is_such(language: &str, wanted: &str) -> bool {
    let prefix = language.get(..wanted.len());
    let rest = language.get(wanted.len()..);
    wanted == "*"
        || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(wanted))
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A range and its weight in thousandths; nothing for one that is not wanted.
fn range(text: &str) -> Option<(u16, &str)> {
    let (range, parameter) = match text.split_once(';') {
        None => (text, ""),
        Some((range, parameter)) => (range, parameter.trim()),
    };
    let weight = match parameter.strip_prefix("q=") {
        None => 1000,
        Some(weight) => thousandths(weight)?,
    };
    (weight > 0 && !range.trim().is_empty()).then(|| (weight, range.trim()))
}

/// `0.8` is 800. Nothing for what is no weight, whose range is then not looked at.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = match weight.trim().split_once('.') {
        None => (weight.trim(), ""),
        Some(parts) => parts,
    };
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digit = |sum: u16, byte: u8| sum * 10 + u16::from(byte - b'0');
    match whole {
        "1" => Some(1000),
        "0" if digits => Some(format!("{fraction:0<3}").bytes().fold(0, digit)),
        _ => None,
    }
}

/// Ranges beyond these are not looked at.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_language_that_is_there_is_taken() {
        let known = ["en", "de-CH", "fr"];
        for (header, expected) in [
            ("de", Some("de-CH")),
            ("DE-ch, en", Some("de-CH")),
            ("it, fr;q=0.5, en;q=0.8", Some("en")),
            ("fr;q=0.51,en;q=0.5", Some("fr")),
            ("de;q=0, it", None),
            ("*", Some("en")),
            ("", None),
            ("fr;q=x, d", None),
            ("fr-CA, de;q=0.5", Some("fr")),
        ] {
            let found =
                preferred(header, |wanted| known.into_iter().find(|language| is_such(language, wanted)));
            assert_eq!(found, expected, "{header}");
        }
    }
}
