//! Rust source as these tests look at it: without strings, comments and tests, but with every line in its place.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file of the product.
pub struct Source {
    /// The path, as in `src/json/tape.rs`.
    pub path: String,
    /// The text, as long as it is, with blanks for comments, tests and what is in strings.
    pub code: String,
    /// How many lines are not of tests.
    pub lines: usize,
    /// For each line whether it has a plain comment: a reason, not documentation.
    pub reasons: Vec<bool>,
    /// The code with its tests.
    pub whole: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let (code, reasons) = blanked(text);
        let (whole, (code, tests)) = (code.clone(), without_tests(code));
        Self { path: path.to_owned(), code, lines: reasons.len() - tests, reasons, whole }
    }

    /// The first name behind `src/`.
    pub fn room(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    /// The number, from 1, of the line in which the byte `at` of the code stands.
    pub fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

/// Every file under `folder`, without those that are nothing but tests.
pub fn sources(folder: &Path) -> io::Result<Vec<Source>> {
    let mut found = Vec::new();
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    for path in entries? {
        if path.file_stem().is_some_and(|stem| stem == "tests" || stem == "simulation") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(Source::new(&path.to_string_lossy(), &fs::read_to_string(&path)?));
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The text without what is in comments and strings, and for each line whether it has a plain comment.
fn blanked(text: &str) -> (String, Vec<bool>) {
    let (mut code, mut reasons) = (String::new(), vec![false; text.lines().count()]);
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, length) = piece(rest);
        let (piece, behind) = rest.split_at(length);
        match kind {
            Kind::Code => code.push_str(piece),
            Kind::Comment => {
                if piece.starts_with("//") && !piece.starts_with("///") && !piece.starts_with("//!") {
                    reasons[code.matches('\n').count()] = true;
                }
                code.push_str(&blanks(piece));
            }
            // Something stands there.
            Kind::Text => code.push_str(&format!("\"{}\"", blanks(&piece[1..length - 1]))),
        }
        rest = behind;
    }
    (code, reasons)
}

/// Blanks in the place of `piece`, with its line ends.
pub fn blanks(piece: &str) -> String {
    piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

enum Kind {
    Code,
    Comment,
    Text,
}

/// What `rest` begins with, and how long that is.
fn piece(rest: &str) -> (Kind, usize) {
    let until = |end: &str, skip: usize| rest[skip..].find(end).map_or(rest.len(), |at| skip + at);
    if rest.starts_with("//") {
        return (Kind::Comment, until("\n", 0));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, (until("*/", 2) + 2).min(rest.len()));
    }
    if rest.starts_with('"') {
        return (Kind::Text, string(rest));
    }
    let raw = rest.strip_prefix('r').map(|rest| rest.trim_start_matches('#'));
    if let Some(behind) = raw.filter(|behind| behind.starts_with('"')) {
        let hashes = rest.len() - behind.len() - 1;
        let end = format!("\"{}", "#".repeat(hashes));
        return (Kind::Text, until(&end, hashes + 2) + end.len());
    }
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with('\'') {
        return character(rest).map_or((Kind::Code, 1), |length| (Kind::Text, length));
    }
    // A name is one piece, so that the `r` of `for"` begins no raw string.
    let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (Kind::Code, name.max(first))
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |at| at + 2)
}

/// The length of a character in quotes; nothing for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut inside = rest.chars().skip(1);
    let first = inside.next()?;
    if first == '\\' {
        let end = rest[3..].find('\'')?;
        return Some(3 + end + 1);
    }
    (inside.next()? == '\'').then(|| 2 + first.len_utf8())
}

const TEST: &str = "#[cfg(test)]";

/// The code without the items that are for tests alone, and how many lines those had.
fn without_tests(mut code: String) -> (String, usize) {
    let mut lines = 0;
    while let Some(begin) = code.find(TEST) {
        let end = end_of_item(&code, begin + TEST.len());
        let item = &code[begin..end];
        lines += item.matches('\n').count() + 1;
        code = format!("{}{}{}", &code[..begin], blanks(item), &code[end..]);
    }
    (code, lines)
}

/// Where the item that begins at `from` ends: behind its block, or its semicolon.
fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_tests_are_blanked_and_lines_stay() {
        let text = "fn f<'a>(x: &'a str) { g(\"a // b\\\"\", 'c', '\"', '\\'') } // why\n/// doc\nlet r = r#\"x \" y\"#;\n\
            #[cfg(test)]\nmod tests {\n    fn g() {}\n}\nfn h() {}\n";
        let source = Source::new("src/a/b.rs", text);
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.reasons, [true, false, false, false, false, false, false, false]);
        assert_eq!((source.lines, source.room()), (4, "a"));
        for gone in ["//", "why", "doc", "x \"", "tests", "fn g"] {
            assert!(!source.code.contains(gone), "{gone}: {}", source.code);
        }
        let kept = source.code.find("fn h").expect("what follows the tests");
        assert_eq!(source.line(kept), 8);
    }
}
