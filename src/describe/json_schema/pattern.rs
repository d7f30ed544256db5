//! Patterns as ECMA 262 has them, which JSON Schema takes its regular expressions from.
//!
//! What a type checks is an expression of the `regex` dialect. It is parsed and written again with what all dialects share: classes of
//! Unicode, blocks and subtraction are spelled out as ranges, for not every reader of JSON Schema knows their names. `\d` is a digit of
//! ASCII: those of other scripts, which the bridge takes as XML Schema has it, nobody sends.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use crate::limits::SCHEMA_PATTERN;

/// The ECMA 262 expression that means what `expression` of the `regex` dialect means; nothing for one that is too large.
pub(super) fn ecma(expression: &str) -> Option<String> {
    // Every expression was compiled when the contract was loaded.
    let parsed = regex_syntax::parse(&plain_digits(expression)).ok()?;
    let mut out = String::new();
    put(&mut out, &parsed);
    (out.len() <= SCHEMA_PATTERN).then_some(out)
}

/// The ECMA 262 expression of `text` itself.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    text.chars().for_each(|c| put_char(&mut out, c, SYNTAX));
    out
}

/// `expression` in which `\p{Nd}` is a digit of ASCII.
fn plain_digits(expression: &str) -> String {
    let mut out = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
        let (escape, behind) = escape.split_at(length);
        rest = match behind.strip_prefix("{Nd}") {
            Some(behind) if escape == "\\p" => {
                out.push_str("[0-9]");
                behind
            }
            _ => {
                out.push_str(escape);
                behind
            }
        };
    }
    out + rest
}

fn put(out: &mut String, hir: &Hir) {
    match hir.kind() {
        HirKind::Alternation(branches) => {
            for (at, branch) in branches.iter().enumerate() {
                out.push_str(if at > 0 { "|" } else { "" });
                put(out, branch);
            }
        }
        HirKind::Capture(capture) => put_atom(out, &capture.sub),
        HirKind::Class(Class::Unicode(class)) => put_class(out, class),
        // Of bytes there is only the class of none, for a class that subtracts all that it has.
        HirKind::Class(Class::Bytes(_)) => out.push_str(NONE),
        HirKind::Empty => {}
        HirKind::Concat(parts) => parts.iter().for_each(|part| match part.kind() {
            HirKind::Alternation(_) => put_atom(out, part),
            _ => put(out, part),
        }),
        HirKind::Literal(literal) => {
            String::from_utf8_lossy(&literal.0).chars().for_each(|c| put_char(out, c, SYNTAX));
        }
        HirKind::Look(Look::End) => out.push('$'),
        HirKind::Look(_) => out.push('^'),
        HirKind::Repetition(repetition) => put_repetition(out, repetition),
    }
}

/// `hir` as one piece, to which a quantifier belongs.
fn put_atom(out: &mut String, hir: &Hir) {
    let single = match hir.kind() {
        HirKind::Class(_) => true,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().count() == 1,
        _ => false,
    };
    out.push_str(if single { "" } else { "(?:" });
    put(out, hir);
    out.push_str(if single { "" } else { ")" });
}

fn put_repetition(out: &mut String, repetition: &Repetition) {
    put_atom(out, &repetition.sub);
    match (repetition.min, repetition.max) {
        (0, Some(1)) => out.push('?'),
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (least, Some(most)) if least == most => out.push_str(&format!("{{{least}}}")),
        (least, None) => out.push_str(&format!("{{{least},}}")),
        (least, Some(most)) => out.push_str(&format!("{{{least},{most}}}")),
    }
}

/// A class by what is in it, or by what is not: whichever is shorter.
fn put_class(out: &mut String, class: &ClassUnicode) {
    let mut others = class.clone();
    others.negate();
    let (sign, ranges) =
        if others.ranges().len() < class.ranges().len() { ("^", &others) } else { ("", class) };
    match ranges.ranges() {
        [] => out.push_str(if sign.is_empty() { NONE } else { "[\\s\\S]" }),
        ranges => {
            out.extend(["[", sign]);
            for range in ranges {
                put_range(out, range.start(), range.end());
            }
            out.push(']');
        }
    }
}

fn put_range(out: &mut String, start: char, end: char) {
    put_char(out, start, CLASS_SYNTAX);
    if start == end {
        return;
    }
    if u32::from(end) > u32::from(start) + 1 {
        out.push('-');
    }
    put_char(out, end, CLASS_SYNTAX);
}

fn put_char(out: &mut String, c: char, syntax: &str) {
    match c {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        c if syntax.contains(c) => out.extend(['\\', c]),
        ' '..='~' => out.push(c),
        // Readers differ in how they spell what is beyond the first plane.
        '\u{10000}'.. => out.push(c),
        c => out.push_str(&format!("\\u{:04X}", u32::from(c))),
    }
}

/// The class of no character: `[]` is not in all dialects.
const NONE: &str = "[^\\s\\S]";
const SYNTAX: &str = "^$\\.*+?()[]{}|";
const CLASS_SYNTAX: &str = "\\]^-[";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xsd::simple::expression;

    fn translated(pattern: &str) -> String {
        ecma(&format!("^(?:{})$", expression(pattern).expect(pattern))).expect(pattern)
    }

    #[test]
    fn patterns_are_those_of_ecma_262() {
        for (pattern, expected) in [
            ("[A-Z]{3}", "^[A-Z]{3}$"),
            ("\\d{5}(-\\d{4})?", "^[0-9]{5}(?:-[0-9]{4})?$"),
            ("a|b", "^[ab]$"),
            ("ab|cd", "^(?:ab|cd)$"),
            ("^a$", "^\\^a\\$$"),
            ("[a-z-[aeiou]]", "^[b-df-hj-np-tv-z]$"),
            (".*", "^[^\\n\\r]*$"),
            ("\\p{IsBasicLatin}+", "^[\\u0000-\\u007F]+$"),
            ("[^\\s]", "^[^\\t\\n\\r ]$"),
            ("(ab){2,}", "^(?:ab){2,}$"),
            ("[\\-+.]?", "^[+\\-.]?$"),
            ("\\\\p\\{Nd\\}", "^\\\\p\\{Nd\\}$"),
            ("", "^$"),
            ("\u{1F600}é", "^\u{1F600}\\u00E9$"),
            ("[a-z-[a-z]]", "^[^\\s\\S]$"),
            ("([0-9]{2}|x){1,3}", "^(?:[0-9]{2}|x){1,3}$"),
        ] {
            assert_eq!(translated(pattern), expected, "{pattern}");
        }
    }

    /// What is written means what was read: `regex` reads most of ECMA 262.
    #[test]
    fn what_is_written_takes_the_same_texts() {
        let texts = [
            "",
            "a",
            "é",
            "Ab-1",
            "00123",
            "x y",
            "_",
            ":a.b",
            "\n",
            "٣",
            "日本",
            "+",
            "a\u{301}",
            "\u{1F600}",
        ];
        for pattern in [
            "\\i\\c*",
            "[\\i-[:]][\\c-[:]]*",
            "\\w+",
            "\\W",
            "\\p{L}+",
            "\\P{Lu}",
            "[\\p{L}-[a]]",
            "\\S+",
            "\\I",
            "\\C*",
            "[^\\w]",
        ] {
            let ours = regex::Regex::new(&translated(pattern)).expect(pattern);
            let theirs =
                regex::Regex::new(&format!("^(?:{})$", expression(pattern).expect(pattern))).expect(pattern);
            for text in texts {
                assert_eq!(
                    ours.is_match(text),
                    theirs.is_match(text),
                    "{pattern} {text:?}: {}",
                    translated(pattern)
                );
            }
        }
    }

    #[test]
    fn digits_are_those_of_ascii() {
        assert_eq!(
            (translated("\\d"), translated("[\\d.]+")),
            ("^[0-9]$".to_owned(), "^[.0-9]+$".to_owned())
        );
    }
}
