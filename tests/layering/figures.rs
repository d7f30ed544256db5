//! What is counted in every room, and where it stands.

use std::sync::LazyLock;

use regex::Regex;

use super::circles::top_level;
use super::source::Source;

/// Where an error becomes a default, or is passed over.
static FALLBACK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\.unwrap_or(_else|_default)?\b|\.ok\(\)|Result::(ok|unwrap_or\w*)\b|\blet Ok\(|\blet _ =";
    Regex::new(pattern).expect("pattern")
});
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bfn\s+(\w+)\s*").expect("pattern"));

/// What was found in a room.
#[derive(Debug, Default)]
pub struct Figures {
    /// Lines that are not of tests.
    pub lines: usize,
    /// Functions, and those among them that can err.
    pub functions: usize,
    pub fallible: usize,
    /// Where an error becomes a default or is passed over, with a plain comment that says why, and without one.
    pub reasoned: Vec<String>,
    pub silent: Vec<String>,
    /// Functions with five or more parameters, with a tuple among them, with a `String` as error.
    pub wide: Vec<String>,
    pub tuples: Vec<String>,
    pub strings: Vec<String>,
    /// Lines that write to standard error.
    pub printed: Vec<String>,
}

impl Figures {
    pub fn of<'s>(sources: impl Iterator<Item = &'s Source>) -> Self {
        let mut figures = Self::default();
        let prints = Regex::new(r"\beprint(ln)?!").expect("pattern");
        for source in sources {
            figures.lines += source.lines;
            figures.fallbacks(source);
            figures.signatures(source);
            figures.printed.extend(prints.find_iter(&source.code).map(|found| place(source, found.start())));
        }
        figures
    }

    fn fallbacks(&mut self, source: &Source) {
        let code: Vec<&str> = source.code.lines().collect();
        for found in FALLBACK.find_iter(&source.code) {
            let line = source.line(found.start());
            let kind = if has_reason(&code, &source.reasons, line - 1) {
                &mut self.reasoned
            } else {
                &mut self.silent
            };
            kind.push(place(source, found.start()));
        }
    }

    fn signatures(&mut self, source: &Source) {
        for (at, name, parameters, result) in signatures(&source.code) {
            let named = || format!("{} {name}", place(source, at));
            self.functions += 1;
            if parameters.len() >= 5 {
                self.wide.push(named());
            }
            if parameters.iter().any(|parameter| parameter.trim_start().starts_with('(')) {
                self.tuples.push(named());
            }
            self.fallible += usize::from(result.contains("Result<"));
            if errs_with_text(result) {
                self.strings.push(named());
            }
        }
    }
}

fn place(source: &Source, at: usize) -> String {
    format!("{}:{}", source.path, source.line(at))
}

/// Whether the line, the line above it, or the line above the statement that it goes on, has a plain comment.
fn has_reason(code: &[&str], reasons: &[bool], mut line: usize) -> bool {
    loop {
        if reasons[line] || line > 0 && reasons[line - 1] {
            return true;
        }
        let goes_on = code[line].trim_start().starts_with(['.', ')', '}']);
        if line == 0 || !goes_on {
            return false;
        }
        line -= 1;
    }
}

/// Where a function is, its name, its parameters, and what it gives.
fn signatures(code: &str) -> Vec<(usize, &str, Vec<&str>, &str)> {
    let mut found = Vec::new();
    for begin in FUNCTION.captures_iter(code) {
        let (whole, name) = (begin.get(0).expect("whole"), begin.get(1).expect("name"));
        let mut from = whole.end();
        if code[from..].starts_with('<') {
            from += bracketed(&code[from..]);
        }
        if !code[from..].trim_start().starts_with('(') {
            continue;
        }
        from += code[from..].find('(').unwrap_or(0);
        let length = bracketed(&code[from..]);
        let behind = &code[from + length..];
        let end = behind.find(['{', ';']).unwrap_or(behind.len());
        let result = behind[..end].split("\nwhere").next().unwrap_or("");
        found.push((whole.start(), name.as_str(), top_level(&code[from + 1..from + length - 1]), result));
    }
    found
}

/// The length of what is in the bracket that `text` begins with, and of both brackets.
fn bracketed(text: &str) -> usize {
    let (mut depth, mut last) = (0, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if last != '-' && last != '=' => depth -= 1,
            _ => {}
        }
        last = c;
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// Whether the error of a result is a text, or a list of texts.
fn errs_with_text(result: &str) -> bool {
    let Some(at) = result.find("Result<") else { return false };
    let inside = &result[at + "Result".len()..];
    let inside = &inside[1..bracketed(inside) - 1];
    let error = top_level(inside).get(1).map(|error| error.trim().to_owned());
    error.is_some_and(|error| ["String", "Vec<String>"].contains(&&*error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(text: &str) -> Figures {
        Figures::of([Source::new("src/a/b.rs", text)].iter())
    }

    #[test]
    fn planted_fallbacks_are_found_with_and_without_a_reason() {
        let found = figures(
            "fn f() {\n    x.ok();\n    y.unwrap_or(1); // why\n    // why\n    let a = z\n        .unwrap_or_default();\n\
                /// why\n    let _ = g();\n    if let Ok(a) = b {}\n    \"x.ok()\";\n    q.unwrap_or_else(h)\n}\n\
                #[cfg(test)]\nmod t { fn g() { x.ok(); } }\n",
        );
        assert_eq!(found.reasoned, ["src/a/b.rs:3", "src/a/b.rs:6"]);
        assert_eq!(found.silent, ["src/a/b.rs:2", "src/a/b.rs:8", "src/a/b.rs:9", "src/a/b.rs:11"]);
        assert_eq!(found.lines, 12);
    }

    #[test]
    fn planted_signatures_are_found() {
        let found = figures(
            "fn wide(&self, a: A<B, C>, b: [u8; 2], c: impl Fn(A, B) -> C, d: D) -> Result<(), Error> {}\n\
             fn four(&self, a: A<B, C>, b: (A, B), c: impl Fn(A, B) -> C) -> Option<u8> {}\n\
             fn tuple((a, b): (A, B)) -> Result<Vec<(A, B)>, String>;\n\
             fn list<'a, T: Fn(A) -> B>(\n    a: A,\n) -> std::result::Result<(), Vec<String>>\nwhere\n    T: A,\n{}\n\
             fn fine() -> Result<String, Error> { eprintln!(\"x\"); eprint!(\"y\") }\n",
        );
        let names = |found: &[String]| -> Vec<String> {
            found.iter().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect()
        };
        assert_eq!(names(&found.wide), ["wide"]);
        assert_eq!(names(&found.tuples), ["tuple"]);
        assert_eq!(names(&found.strings), ["tuple", "list"]);
        assert_eq!((found.functions, found.fallible, found.printed.len()), (5, 4, 2));
    }
}
