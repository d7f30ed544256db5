//! Patterns: Part 2, appendix F, translated to the dialect of a linear-time engine.
//!
//! The two dialects look alike and are not: patterns of XML Schema match the whole value, `^` and `$` are ordinary
//! characters in them, `\i`, `\c` and `\p{Is…}` exist, and a class may subtract another. So a pattern is parsed, not
//! passed through.

use regex::{Regex, RegexBuilder};

use super::blocks::{CATEGORIES, NAME_REST, NAME_START, block_range};
use crate::limits::PATTERN_NESTING;

/// A pattern that cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// All patterns of the contract together are over their bound.
    #[error("the patterns of the contract are too large together: more than {0} bytes compiled")]
    AllTooLarge(usize),
    /// Appendix F does not allow it.
    #[error("{reason} at character {at} of the pattern")]
    Malformed {
        /// What is wrong.
        reason: &'static str,
        /// Where, from one.
        at: usize,
    },
    /// It is over `limits.contract.pattern`.
    #[error("the pattern is too large: more than {0} bytes compiled")]
    TooLarge(usize),
    /// The engine does not take what it was translated to.
    #[error("the pattern is malformed")]
    Untranslated,
}

/// What other processors make of a pattern that is read here, and that appendix F does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at character {at} of the pattern")]
pub struct PatternDoubt {
    /// What they object to.
    pub reason: &'static str,
    /// Where, from one.
    pub at: usize,
}

/// The first thing in `pattern` for which Xerces or libxml2 refuses it, or reads something else; nothing in one that cannot be read
/// here either.
pub fn doubt(pattern: &str) -> Option<PatternDoubt> {
    let mut translator = Translator::new(pattern);
    // What is malformed is told where the pattern is compiled.
    translator.alternatives(0).ok().and(translator.doubt)
}

/// `alternatives`, already translated, as one expression that matches whole values.
pub(super) fn compile(alternatives: &[String], size: usize) -> Result<Regex, PatternError> {
    let joined = alternatives.join("|");
    let mut builder = RegexBuilder::new(&format!("^(?:{joined})$"));
    builder.size_limit(size).dfa_size_limit(size).nest_limit(PATTERN_NESTING as u32 * 2);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::TooLarge(size),
        _ => PatternError::Untranslated,
    })
}

/// The expression of the `regex` dialect that means what `pattern` means. Errors: what appendix F does not allow.
pub fn translate(pattern: &str) -> Result<String, PatternError> {
    let mut translator = Translator::new(pattern);
    translator.alternatives(0)?;
    if translator.at < translator.chars.len() {
        return Err(translator.error("an unmatched `)`"));
    }
    Ok(translator.out)
}

struct Translator {
    chars: Vec<char>,
    at: usize,
    out: String,
    doubt: Option<PatternDoubt>,
}

impl Translator {
    fn new(pattern: &str) -> Self {
        Self { chars: pattern.chars().collect(), at: 0, out: String::new(), doubt: None }
    }

    fn alternatives(&mut self, depth: usize) -> Result<(), PatternError> {
        if depth > PATTERN_NESTING {
            return Err(self.error("too many nested groups"));
        }
        while let Some(c) = self.peek() {
            match c {
                ')' => return Ok(()),
                '|' => {
                    self.at += 1;
                    self.out.push('|');
                }
                _ => self.piece(depth)?,
            }
        }
        Ok(())
    }

    fn piece(&mut self, depth: usize) -> Result<(), PatternError> {
        self.atom(depth)?;
        match self.peek() {
            Some(c @ ('?' | '*' | '+')) => {
                self.at += 1;
                self.out.push(c);
            }
            Some('{') => self.quantity()?,
            _ => {}
        }
        if matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            return Err(self.error("a quantifier behind a quantifier"));
        }
        Ok(())
    }

    fn atom(&mut self, depth: usize) -> Result<(), PatternError> {
        match self.bump() {
            Some('(') => {
                self.out.push_str("(?:");
                self.alternatives(depth + 1)?;
                self.out.push(')');
                if self.bump() == Some(')') { Ok(()) } else { Err(self.error("a `(` that is not closed")) }
            }
            Some('[') => {
                let class = self.class(0)?;
                self.out.push_str(&class);
                Ok(())
            }
            Some('.') => {
                self.out.push_str("[^\\n\\r]");
                Ok(())
            }
            Some('\\') => {
                let escape = self.escape()?;
                self.out.push_str(&escape);
                Ok(())
            }
            Some('?' | '*' | '+' | '{') => Err(self.error("a quantifier without anything before it")),
            Some(c) => {
                if c == ']' {
                    self.doubt("a `]` without a backslash");
                }
                push_literal(&mut self.out, c);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn quantity(&mut self) -> Result<(), PatternError> {
        // Nothing is left behind a `{` at the end.
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let inside: String = rest.iter().take_while(|c| **c != '}').collect();
        // `{n}` has no upper bound of its own.
        let (least, most) = inside.split_once(',').unwrap_or((&inside, "0"));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit()) && text.len() <= 9;
        let good = !least.is_empty() && digits(least) && digits(most) && rest.len() > inside.len();
        if !good {
            return Err(self.error("a malformed quantifier"));
        }
        self.out.extend(["{", &inside, "}"]);
        self.at += inside.chars().count() + 2;
        Ok(())
    }

    /// A class behind its `[`, up to and with its `]`.
    fn class(&mut self, depth: usize) -> Result<String, PatternError> {
        if depth > PATTERN_NESTING {
            return Err(self.error("too many nested classes"));
        }
        let mut out = String::from("[");
        if self.peek() == Some('^') {
            self.at += 1;
            out.push('^');
        }
        let mut first = true;
        loop {
            match self.bump() {
                None => return Err(self.error("a `[` that is not closed")),
                Some(']') if !first => break,
                Some('-') if self.peek() == Some('[') => {
                    self.at += 1;
                    let subtracted = self.class(depth + 1)?;
                    if self.bump() != Some(']') {
                        return Err(self.error("something behind a subtracted class"));
                    }
                    return Ok(format!("[{out}]--{subtracted}]"));
                }
                Some(c) => {
                    let last = self.peek() == Some(']');
                    match c {
                        ']' => self.doubt("a `]` without a backslash"),
                        '-' if !first && !last => self.doubt(STRAY),
                        _ => {}
                    }
                    self.class_member(c, &mut out)?;
                }
            }
            first = false;
        }
        out.push(']');
        Ok(out)
    }

    fn class_member(&mut self, c: char, out: &mut String) -> Result<(), PatternError> {
        let Some(low) = self.class_char(c, out)? else { return Ok(()) };
        let range =
            self.peek() == Some('-') && !matches!(self.chars.get(self.at + 1), Some(']' | '[') | None);
        push_class_literal(out, low);
        if range {
            self.at += 1;
            let end = self.bump();
            if c == '-' || end == Some('-') {
                self.doubt(STRAY);
            }
            let c = end.expect("something is behind the hyphen of a range");
            let mut set = String::new();
            let high =
                self.class_char(c, &mut set)?.ok_or_else(|| self.error("a range that ends in a class"))?;
            if high < low {
                return Err(self.error("a range that ends before it begins"));
            }
            out.push('-');
            push_class_literal(out, high);
        }
        Ok(())
    }

    /// The character that `c` begins; nothing when it was a class, which is then in `out`.
    fn class_char(&mut self, c: char, out: &mut String) -> Result<Option<char>, PatternError> {
        match c {
            '[' => Err(self.error("a `[` in a class")),
            '\\' => match self.peek().and_then(single) {
                Some(c) => {
                    self.at += 1;
                    self.doubt_escape();
                    Ok(Some(c))
                }
                None => {
                    out.push_str(&self.escape()?);
                    Ok(None)
                }
            },
            c => Ok(Some(c)),
        }
    }

    /// An escape behind its backslash.
    fn escape(&mut self) -> Result<String, PatternError> {
        let c = self.bump().ok_or_else(|| self.error("a backslash at the end"))?;
        if let Some(c) = single(c) {
            self.doubt_escape();
            let mut out = String::new();
            push_literal(&mut out, c);
            return Ok(out);
        }
        Ok(match c {
            's' => "[ \\t\\n\\r]".to_owned(),
            'S' => "[^ \\t\\n\\r]".to_owned(),
            'd' => "\\p{Nd}".to_owned(),
            'D' => "\\P{Nd}".to_owned(),
            'w' => "[^\\p{P}\\p{Z}\\p{C}]".to_owned(),
            'W' => "[\\p{P}\\p{Z}\\p{C}]".to_owned(),
            'i' => format!("[{NAME_START}]"),
            'I' => format!("[^{NAME_START}]"),
            'c' => format!("[{NAME_START}{NAME_REST}]"),
            'C' => format!("[^{NAME_START}{NAME_REST}]"),
            'p' => self.property(false)?,
            'P' => self.property(true)?,
            _ => return Err(self.error("an unknown escape")),
        })
    }

    fn property(&mut self, negated: bool) -> Result<String, PatternError> {
        // Nothing is left behind a `\\p` at the end.
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let name: String = rest.iter().skip(1).take_while(|c| **c != '}').collect();
        if rest.first() != Some(&'{') || rest.len() < name.chars().count() + 2 {
            return Err(self.error("a malformed `\\p{…}`"));
        }
        let letter = if negated { 'P' } else { 'p' };
        let out = match name.strip_prefix("Is") {
            Some(block) => {
                let (low, high) = block_range(block).ok_or_else(|| self.error("an unknown block"))?;
                format!("[{}\\x{{{low:X}}}-\\x{{{high:X}}}]", if negated { "^" } else { "" })
            }
            None if CATEGORIES.contains(&name.as_str()) => format!("\\{letter}{{{name}}}"),
            None => return Err(self.error("an unknown category")),
        };
        self.at += name.chars().count() + 2;
        Ok(out)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    /// Of an escape that was read.
    fn doubt_escape(&mut self) {
        let escaped = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        if escaped.is_some_and(|c| !"nrt\\|.?*+(){}-[]^".contains(*c)) {
            self.doubt("an escape of what needs none");
        }
    }

    fn doubt(&mut self, reason: &'static str) {
        let at = self.at;
        self.doubt.get_or_insert(PatternDoubt { reason, at });
    }

    fn error(&self, reason: &'static str) -> PatternError {
        PatternError::Malformed { reason, at: self.at }
    }
}

/// Xerces refuses it, and libxml2 takes no hyphen there.
const STRAY: &str = "a `-` that is neither the first nor the last character of its class";

/// The character that an escape of one character stands for. `\/` and `\"` and their like are not in appendix F, and
/// are in many schemas.
fn single(c: char) -> Option<char> {
    match c {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        c if c.is_ascii_punctuation() => Some(c),
        _ => None,
    }
}

fn push_literal(out: &mut String, c: char) {
    out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

fn push_class_literal(out: &mut String, c: char) {
    out.push_str(&format!("\\x{{{:X}}}", u32::from(c)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_cannot_read_is_told() {
        let hyphen = Some(STRAY);
        let (bracket, escape) = (Some("a `]` without a backslash"), Some("an escape of what needs none"));
        for (pattern, reason, at) in [
            ("[\\w-.]", hyphen, 4),
            ("[A-Z-_]", hyphen, 5),
            ("[A-Z0-9-/ ]", hyphen, 8),
            ("x[^a-z-.]", hyphen, 7),
            ("[\\d-\\.]", hyphen, 4),
            ("[+--]", hyphen, 4),
            ("[--/]", hyphen, 4),
            ("a[]b]", bracket, 3),
            ("[^]b]", bracket, 3),
            ("a]", bracket, 2),
            ("a\\/b", escape, 3),
            ("[a\\_]", escape, 4),
            ("[\\@-\\_]", escape, 3),
            ("[A-Z\\-_]", None, 0),
            ("[A-Z_-]", None, 0),
            ("[-A-Z_]", None, 0),
            ("[^-A-Z_]", None, 0),
            ("[a-z-[aeiou]]", None, 0),
            ("[a-z-[-x]]", None, 0),
            ("[\\w.\\-]+@[\\w.-]+", None, 0),
            ("\\[a\\]\\^\\{\\}", None, 0),
            ("[\\--a]", None, 0),
            ("\\p{Lu}-\\d{2}-a", None, 0),
            ("[a-z", None, 0),
        ] {
            let told = doubt(pattern).map(|doubt| (doubt.reason, doubt.at));
            assert_eq!(told, reason.map(|reason| (reason, at)), "{pattern}");
        }
    }

    #[test]
    fn patterns_mean_what_appendix_f_says() {
        for (pattern, right, wrong) in [
            ("abc", &["abc"][..], &["xabc", "abcx", ""][..]),
            ("a|b", &["a", "b"], &["ab", ""]),
            ("", &[""], &["a"]),
            ("a|", &["a", ""], &["b"]),
            ("^a$", &["^a$"], &["a"]),
            ("[a-z-[aeiou]]", &["b"], &["a", "-", "B"]),
            ("[^a-z]", &["A"], &["a"]),
            ("[\\w-[\\d]]+", &["ab"], &["a1"]),
            ("[A-Za-z0-9_\\-]{22}", &["AbCdEfGhIjKlMnOpQrSt_2"], &["short"]),
            ("[0-9]{4}|[0-9]{6}", &["1234", "123456"], &["12345"]),
            ("[+-]?[0-9]", &["+1", "-1", "1"], &["*1"]),
            ("[0-9-]", &["-", "5"], &["a"]),
            ("[-0-9]", &["-", "5"], &["a"]),
            ("\\i\\c*", &["a1-.", ":x", "é"], &["1a", ""]),
            ("\\I", &["1"], &["a"]),
            ("\\p{IsBasicLatin}*", &["abc~"], &["é"]),
            ("\\P{IsBasicLatin}", &["é"], &["e"]),
            ("\\p{Lu}\\P{Lu}", &["Aa"], &["aA"]),
            ("[\\p{L}\\p{Nd}]+", &["é5"], &["-"]),
            (".", &["x", "\u{85}"], &["\n", "\r"]),
            ("\\s\\S", &[" a", "\ta"], &["\u{A0}a"]),
            ("\\d", &["5", "٣"], &["a"]),
            ("\\.\\*\\?\\(\\)\\[\\]\\{\\}\\|\\\\\\^\\-", &[".*?()[]{}|\\^-"], &["x"]),
            ("a{2,}", &["aa", "aaaa"], &["a"]),
            ("(ab){1,2}", &["ab", "abab"], &["ababab"]),
            ("\\n\\r\\t", &["\n\r\t"], &["nrt"]),
            ("a\\/b", &["a/b"], &["a\\/b"]),
            ("[.]", &["."], &["x"]),
            ("[&&]", &["&"], &["x"]),
            ("[a~~b]", &["~"], &["x"]),
            ("x#y z", &["x#y z"], &["xyz"]),
        ] {
            let compiled = compile(&[translate(pattern).expect(pattern)], 1 << 20).expect(pattern);
            for text in right {
                assert!(compiled.is_match(text), "{pattern} should match {text:?}");
            }
            for text in wrong {
                assert!(!compiled.is_match(text), "{pattern} should not match {text:?}");
            }
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in [
            "(",
            ")",
            "[",
            "[a",
            "a**",
            "*a",
            "a{",
            "a{x}",
            "a{1,2",
            "\\",
            "\\p",
            "\\p{Foo}",
            "\\p{IsFoo}",
            "[z-a]",
            "\\q",
            "(?i)a",
            "a{99999999999}",
            "[a-\\d]",
            "[]",
        ] {
            assert!(translate(pattern).is_err(), "{pattern}: {:?}", translate(pattern));
        }
        assert!(translate(&"(".repeat(10_000)).is_err());
    }
}
