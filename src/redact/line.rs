//! Lines of logs and of diagnostics.

use std::borrow::Cow;

use super::MARK;
use super::names::is_secret;

/// `text` for a log: a key may hold a line end, a sequence for the terminal, or what turns the direction of writing.
pub fn printable(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    if !text.contains(hidden) {
        return text.into();
    }
    text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// A line of a YAML file as a diagnostic may show it: a secret that should have been a reference is masked.
pub fn source(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(':') {
        let key = before.rsplit(['{', ',', ' ', '-']).next().unwrap_or("").trim_matches(['"', '\'']);
        let secret = is_secret(key) || KEYS.contains(&key);
        let value = after.trim_start().trim_start_matches(['"', '\'']);
        if secret && !value.is_empty() && !value.starts_with("${") && !value.starts_with(['{', '[']) {
            let end = after.find(['}', ',']).unwrap_or(after.len());
            let end = after.get(..end).map_or(end, |value| value.trim_end().len());
            out.push_str(&format!("{before}: {MARK}"));
            rest = after.get(end..).unwrap_or("");
        } else {
            out.push_str(&format!("{before}:"));
            rest = after;
        }
    }
    if out.contains(MARK) { (out + rest).into() } else { line.into() }
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
            ("fixed: { username: ops, password: hunter2 }", "fixed: { username: ops, password: *** }"),
            ("  - { name: a, token: t }", "  - { name: a, token: *** }"),
            ("  client_secret: ${env:NAME}", "  client_secret: ${env:NAME}"),
            ("  password: \"${env:NAME}\"", "  password: \"${env:NAME}\""),
            ("service: shop", "service: shop"),
        ] {
            assert_eq!(source(line), shown);
        }
        assert_eq!(printable("a\u{1b}[0m"), "a\\u{1b}[0m");
    }
}
