//! Patterns: Part 2, appendix F, translated to the dialect of a linear-time engine.
//!
//! The two dialects look alike and are not: patterns of XML Schema match the whole value, `^` and `$` are ordinary
//! characters in them, `\i`, `\c` and `\p{Is…}` exist, and a class may subtract another. So a pattern is parsed, not
//! passed through.

use regex::{Regex, RegexBuilder};

use crate::limits::PATTERN_NESTING;

/// A pattern that cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
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

/// The expression that means what `pattern` means.
pub(super) fn translate(pattern: &str) -> Result<String, PatternError> {
    let mut translator = Translator { chars: pattern.chars().collect(), at: 0, out: String::new() };
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
}

impl Translator {
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
                Some(c) => self.class_member(c, &mut out)?,
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
            let c = self.bump().expect("something is behind the hyphen of a range");
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

    fn error(&self, reason: &'static str) -> PatternError {
        PatternError::Malformed { reason, at: self.at }
    }
}

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

/// The block named `name`, which is spelled without blanks.
fn block_range(name: &str) -> Option<(u32, u32)> {
    BLOCKS.iter().find(|(known, _, _)| *known == name).map(|(_, low, high)| (*low, *high))
}

const NAME_START: &str = "A-Z_a-z:\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}";
const NAME_REST: &str = "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}";
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Cn", "Co", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl",
    "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];
/// Appendix F.1.1.
const BLOCKS: &[(&str, u32, u32)] = &[
    ("BasicLatin", 0x0, 0x7F),
    ("Latin-1Supplement", 0x80, 0xFF),
    ("LatinExtended-A", 0x100, 0x17F),
    ("LatinExtended-B", 0x180, 0x24F),
    ("IPAExtensions", 0x250, 0x2AF),
    ("SpacingModifierLetters", 0x2B0, 0x2FF),
    ("CombiningDiacriticalMarks", 0x300, 0x36F),
    ("Greek", 0x370, 0x3FF),
    ("GreekandCoptic", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x4FF),
    ("Armenian", 0x530, 0x58F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x6FF),
    ("Syriac", 0x700, 0x74F),
    ("Thaana", 0x780, 0x7BF),
    ("Devanagari", 0x900, 0x97F),
    ("Bengali", 0x980, 0x9FF),
    ("Gurmukhi", 0xA00, 0xA7F),
    ("Gujarati", 0xA80, 0xAFF),
    ("Oriya", 0xB00, 0xB7F),
    ("Tamil", 0xB80, 0xBFF),
    ("Telugu", 0xC00, 0xC7F),
    ("Kannada", 0xC80, 0xCFF),
    ("Malayalam", 0xD00, 0xD7F),
    ("Sinhala", 0xD80, 0xDFF),
    ("Thai", 0xE00, 0xE7F),
    ("Lao", 0xE80, 0xEFF),
    ("Tibetan", 0xF00, 0xFFF),
    ("Myanmar", 0x1000, 0x109F),
    ("Georgian", 0x10A0, 0x10FF),
    ("HangulJamo", 0x1100, 0x11FF),
    ("Ethiopic", 0x1200, 0x137F),
    ("Cherokee", 0x13A0, 0x13FF),
    ("UnifiedCanadianAboriginalSyllabics", 0x1400, 0x167F),
    ("Ogham", 0x1680, 0x169F),
    ("Runic", 0x16A0, 0x16FF),
    ("Khmer", 0x1780, 0x17FF),
    ("Mongolian", 0x1800, 0x18AF),
    ("LatinExtendedAdditional", 0x1E00, 0x1EFF),
    ("GreekExtended", 0x1F00, 0x1FFF),
    ("GeneralPunctuation", 0x2000, 0x206F),
    ("SuperscriptsandSubscripts", 0x2070, 0x209F),
    ("CurrencySymbols", 0x20A0, 0x20CF),
    ("CombiningMarksforSymbols", 0x20D0, 0x20FF),
    ("LetterlikeSymbols", 0x2100, 0x214F),
    ("NumberForms", 0x2150, 0x218F),
    ("Arrows", 0x2190, 0x21FF),
    ("MathematicalOperators", 0x2200, 0x22FF),
    ("MiscellaneousTechnical", 0x2300, 0x23FF),
    ("ControlPictures", 0x2400, 0x243F),
    ("OpticalCharacterRecognition", 0x2440, 0x245F),
    ("EnclosedAlphanumerics", 0x2460, 0x24FF),
    ("BoxDrawing", 0x2500, 0x257F),
    ("BlockElements", 0x2580, 0x259F),
    ("GeometricShapes", 0x25A0, 0x25FF),
    ("MiscellaneousSymbols", 0x2600, 0x26FF),
    ("Dingbats", 0x2700, 0x27BF),
    ("BraillePatterns", 0x2800, 0x28FF),
    ("CJKRadicalsSupplement", 0x2E80, 0x2EFF),
    ("KangxiRadicals", 0x2F00, 0x2FDF),
    ("IdeographicDescriptionCharacters", 0x2FF0, 0x2FFF),
    ("CJKSymbolsandPunctuation", 0x3000, 0x303F),
    ("Hiragana", 0x3040, 0x309F),
    ("Katakana", 0x30A0, 0x30FF),
    ("Bopomofo", 0x3100, 0x312F),
    ("HangulCompatibilityJamo", 0x3130, 0x318F),
    ("Kanbun", 0x3190, 0x319F),
    ("BopomofoExtended", 0x31A0, 0x31BF),
    ("EnclosedCJKLettersandMonths", 0x3200, 0x32FF),
    ("CJKCompatibility", 0x3300, 0x33FF),
    ("CJKUnifiedIdeographsExtensionA", 0x3400, 0x4DB5),
    ("CJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ("YiSyllables", 0xA000, 0xA48F),
    ("YiRadicals", 0xA490, 0xA4CF),
    ("HangulSyllables", 0xAC00, 0xD7A3),
    ("PrivateUse", 0xE000, 0xF8FF),
    ("CJKCompatibilityIdeographs", 0xF900, 0xFAFF),
    ("AlphabeticPresentationForms", 0xFB00, 0xFB4F),
    ("ArabicPresentationForms-A", 0xFB50, 0xFDFF),
    ("CombiningHalfMarks", 0xFE20, 0xFE2F),
    ("CJKCompatibilityForms", 0xFE30, 0xFE4F),
    ("SmallFormVariants", 0xFE50, 0xFE6F),
    ("ArabicPresentationForms-B", 0xFE70, 0xFEFE),
    ("HalfwidthandFullwidthForms", 0xFF00, 0xFFEF),
    ("Specials", 0xFFF0, 0xFFFD),
];

#[cfg(test)]
mod tests {
    use super::*;

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
