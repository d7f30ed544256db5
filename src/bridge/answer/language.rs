//! `Accept-Language` (RFC 9110 section 12.5.4), with the basic filtering of RFC 4647 section 3.3.1.

use crate::bridge::state::header::weighted;

/// The first thing that `find` has for the languages of `header`, the most wanted first.
pub(super) fn preferred<T>(header: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut ranges: Vec<(u16, &str)> = weighted(header).take(MOST).collect();
    ranges.retain(|(weight, _)| *weight > 0);
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
