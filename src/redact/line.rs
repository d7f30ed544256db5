//! Lines of logs and of diagnostics.

use std::borrow::Cow;

use super::MARK;
use super::names::is_secret;

/// `text` for a log: a key may hold a line end, a sequence for the terminal, or what turns the direction of writing.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    text.chars().map(|c| if is_hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// `text` for a client: on one line, without characters that only change how others are shown or that XML cannot carry, and at
/// most so many characters.
pub fn plain(text: &str, most: usize) -> String {
    let spaced = text.trim().chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let mut shown = spaced.filter(|c| !is_hidden(*c) && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    let mut out: String = shown.by_ref().take(most).collect();
    if shown.next().is_some() {
        out.push('…');
    }
    out
}

/// Whether `c` is a control character, or one that does not show and changes how others do.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// A line of a YAML file as a diagnostic may show it: after the key of a secret that is not a reference nothing shows, for where
/// a value ends is not always on one line.
pub fn source(line: &str) -> Cow<'_, str> {
    let mut at = 0;
    while let Some(colon) = line.get(at..).and_then(|rest| rest.find(':')).map(|colon| at + colon) {
        let (before, after) = line.split_at(colon);
        let after = after.strip_prefix(':').expect("a colon was found there");
        let key =
            before.rsplit_once(['{', '[', ',', ' ']).map_or(before, |(_, key)| key).trim_matches(['"', '\'']);
        let value = after.trim_start().trim_start_matches(['"', '\'']);
        if holds_secret(key) && !value.is_empty() && !value.starts_with("${") && !value.starts_with('{') {
            return format!("{before}: {MARK}").into();
        }
        at = colon + 1;
    }
    line.into()
}

fn holds_secret(key: &str) -> bool {
    is_secret(key) || KEYS.contains(&key)
}

/// Keys of a service file with secrets, besides those whose names say so.
const KEYS: [&str; 5] = ["bearer", "hash", "redis", "token", "value"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_references_and_no_secret() {
        for (line, shown) in [
            ("  password: hunter2", "  password: ***"),
            ("fixed: { username: ops, password: \"h, 2\" }", "fixed: { username: ops, password: ***"),
            ("  - { password: [a, b] }", "  - { password: ***"),
            ("  - { name: a, token: t }", "  - { name: a, token: ***"),
            ("  client_secret: ${env:NAME}", "  client_secret: ${env:NAME}"),
            ("  password: \"${env:NAME}\"", "  password: \"${env:NAME}\""),
            ("service: shop", "service: shop"),
        ] {
            assert_eq!(source(line), shown);
        }
        assert_eq!(printable("a\u{1b}[0m"), "a\\u{1b}[0m");
    }

    #[test]
    fn what_a_client_is_told_is_one_line_that_is_not_too_long() {
        assert_eq!(plain(" a\r\n\tb\u{1b}\u{0}\u{202e}\u{ffff}c ", 100), "a   bc");
        assert_eq!(plain("\u{e4}\u{e4}\u{e4}", 2), "\u{e4}\u{e4}…");
        assert_eq!(plain("\u{e4}\u{e4}", 2), "\u{e4}\u{e4}");
    }
}
