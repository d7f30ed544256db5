//! YAML into the types of this folder, with the mistakes that people make said in one line each.

use serde::de::DeserializeOwned;

use super::finding::{Finding, Source};
use super::key_path::KeyPath;
use super::repair::{self, Noted, Repaired};
use super::syntax::{self, Document, NotYaml};
use super::tree::Place;
use crate::service::problem::{BackendProblem, FileProblem, Near, Problem, ValueProblem};
use crate::xml::{Diagnostic, Severity};

/// A file that was read, as far as that goes.
#[derive(Debug)]
pub(in crate::service) struct Read<T> {
    /// The file; with mistakes in it, what is left of it where they are mended.
    pub(in crate::service) file: Option<T>,
    /// What is wrong with it.
    pub(in crate::service) problems: Vec<Diagnostic>,
    /// What was mended: of that nothing more is said.
    pub(in crate::service) mended: Vec<KeyPath>,
}

/// Reads `text`, the text of the file `path`. The library makes a tree of it, and the types are read from that, right or not: code
/// for each of them that reads what the library says would be most of this program.
pub(in crate::service) fn read<T: DeserializeOwned>(path: &str, text: &str) -> Read<T> {
    let lines = Lines { path, text };
    match syntax::parse(text) {
        Ok(document) => of(document, &lines),
        Err(NotYaml { problem, at }) => {
            let file = match problem {
                // A file of which nothing is required may be empty.
                FileProblem::EmptyFile => repair::nothing(),
                _ => None,
            };
            let problems = if file.is_some() { Vec::new() } else { vec![lines.problem(None, &problem, at)] };
            Read { file, problems, mended: Vec::new() }
        }
    }
}

fn of<T: DeserializeOwned>(document: Document, lines: &Lines<'_>) -> Read<T> {
    let Repaired { file, noted, mended } = repair::repair(document.tree);
    let twice = document.twice.iter().map(|at| lines.problem(None, &FileProblem::KeyTwice, *at));
    let mut problems: Vec<Diagnostic> = twice.chain(noted.iter().map(|noted| lines.noted(noted))).collect();
    if file.is_none() && problems.is_empty() {
        problems.push(lines.problem(None, &FileProblem::Unreadable, Place::default()));
    }
    problems.sort_by_key(|problem| (problem.position.line, problem.position.column));
    lines.hide(&mut problems, &noted);
    Read { file, problems, mended }
}

/// The text of `bytes`, those of the file `path`. Errors: they are not UTF-8.
pub fn decode(path: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    syntax::decode(bytes).map(str::to_owned).map_err(|NotYaml { problem, at }| {
        Lines { path, text: &String::from_utf8_lossy(bytes) }.problem(None, &problem, at)
    })
}

/// That the file `path` cannot be read.
pub fn unreadable(path: &str, reason: &str) -> Diagnostic {
    let problem = FileProblem::NotThere { reason: reason.to_owned() };
    Diagnostic::of_file(problem.code(), Severity::Error, path, problem.to_string()).help(problem.hint())
}

/// That what `keys` of the file `path` lead to was read, and cannot be used. `text` is that of the file.
pub fn unusable(path: &str, text: &str, keys: &[&str], reason: &str) -> Diagnostic {
    at_keys(path, text, keys, reason, |reason| BackendProblem::Unusable { reason })
}

/// The same of a folder in which no file can be made.
pub fn unwritable(path: &str, text: &str, keys: &[&str], reason: &str) -> Diagnostic {
    at_keys(path, text, keys, reason, |reason| ValueProblem::Folder { reason })
}

fn at_keys<P>(
    path: &str,
    text: &str,
    keys: &[&str],
    reason: &str,
    problem: impl FnOnce(String) -> P,
) -> Diagnostic
where
    Problem: From<P>,
{
    let (source, at) = (Source::new(path, text), keys.iter().map(|key| (*key).to_owned()).collect());
    let found = source.find(&at);
    // The keys are told anyway.
    let reason = match reason.strip_prefix(&format!("{at}: ")) {
        Some(reason) => reason.to_owned(),
        None => reason.to_owned(),
    };
    source.diagnostic(&Finding::new(at, problem(reason)), found)
}

/// Reads `text` as a `T`. Errors: what is wrong with it, each with its line and column.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let Read { file, problems, .. } = read("", text);
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.position, problem.message)).collect();
    file.filter(|_| told.is_empty()).ok_or_else(|| told.join("; "))
}

/// The lines of a file, as problems show them.
struct Lines<'l> {
    path: &'l str,
    text: &'l str,
}

impl Lines<'_> {
    fn noted(&self, Noted { path, problem, at }: &Noted) -> Diagnostic {
        self.problem(Some(path), problem, *at)
    }

    fn problem(&self, path: Option<&KeyPath>, problem: &FileProblem, at: Place) -> Diagnostic {
        let message = match (path, problem) {
            // The key is named anyway.
            (_, FileProblem::UnknownKey { .. }) | (None, _) => problem.to_string(),
            (Some(path), _) if path.is_whole() => problem.to_string(),
            (Some(path), _) => format!("{path}: {problem}"),
        };
        let shown = Diagnostic::of_file(problem.code(), Severity::Error, self.path, message);
        Source::new(self.path, self.text).placed(shown.help(problem.hint()), at)
    }

    /// Cuts the lines of `problems` where a value that nobody knows the key of could be a secret.
    fn hide(&self, problems: &mut [Diagnostic], noted: &[Noted]) {
        for Noted { problem, at, .. } in noted {
            let (cut, all) = match problem {
                FileProblem::UnknownChoice { near: Near(None), .. } => (at.column - 1, true),
                FileProblem::UnknownChoice { .. } | FileProblem::UnknownKey { .. } => {
                    (at.column - 1 + at.width, false)
                }
                _ => continue,
            };
            for problem in problems.iter_mut().filter(|problem| problem.position.line == at.line) {
                problem.line = up_to(&problem.line, cut, all);
                // A place that does not show any more still has its column.
                let missing = problem.position.column.saturating_sub(problem.line.chars().count());
                problem.line.extend(std::iter::repeat_n(' ', missing));
            }
        }
    }
}

/// `line` up to a column, and the colon behind it, where a value follows; `all` of what is behind the column is a value.
fn up_to(line: &str, column: usize, all: bool) -> String {
    let (shown, rest): (String, String) =
        (line.chars().take(column).collect(), line.chars().skip(column).collect());
    match rest.trim_start().strip_prefix(':') {
        _ if rest.trim().is_empty() => line.to_owned(),
        Some(value) if value.trim().is_empty() => line.to_owned(),
        Some(_) => format!("{shown}: \u{2026}"),
        None if all => format!("{shown}\u{2026}"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Known {
        flag: bool,
        list: Vec<String>,
        map: BTreeMap<String, String>,
        number: u16,
        one: Option<One>,
        signed: i64,
        text: String,
        maybe: Option<String>,
        wrapped: Wrapped,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum One {
        Alone,
        With(String),
        Within { number: u8 },
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Wrapped(u16);

    /// The library reads values of these types as well: what it takes is taken here, as the same, and nothing else, but for tags that
    /// say another type than the one that belongs there, which are not looked at here.
    #[test]
    fn values_are_what_the_library_takes_them_for() {
        let whole = [
            "",
            "~",
            "# nothing",
            "{}",
            "---",
            "<<: { text: a }",
            "text: a\n...",
            "1: 2",
            "[]",
            "a",
            "text: !!str 5",
            "text: !x 5",
        ];
        let scalars = [
            "",
            "~",
            "''",
            "null",
            "12",
            "1.10",
            "true",
            "0x1F",
            "0o17",
            "0b101",
            "017",
            "1_000",
            "1__0",
            "_1",
            "+5",
            "-5",
            "5.0",
            "1e2",
            "'5'",
            "' 5'",
            "\"\\x41\"",
            "yes",
            "NO",
            "off",
            "y",
            "TRUE",
            "'true'",
            "1",
            "0",
            "65536",
            "a b",
            "2020-01-01",
            ".inf",
            ".nan",
            "|\n  a\n  b\n",
            ">-\n  a\n  b\n",
            "[]",
            "[a, 1, true]",
            "[~]",
            "{}",
            "{ a: 1 }",
            "{ 1: b, true: c }",
            "{ a: ~ }",
            "alone",
            "Alone",
            "with",
            "{ with: 5 }",
            "{ with: }",
            "{ alone: }",
            "{ within: { number: 7 } }",
            "{ within: { number: 700 } }",
            "{ alone: 1 }",
            "{ with: a, alone: }",
            "[alone]",
        ];
        let keys = ["flag", "list", "map", "number", "one", "signed", "text", "maybe", "wrapped"];
        let members = keys.iter().flat_map(|key| scalars.map(|scalar| format!("{key}: {scalar}")));
        let texts = whole.map(str::to_owned).into_iter().chain(members);
        let differ = texts.filter_map(|text| {
            let Read { file, problems, .. } = read::<Known>("a.yaml", &text);
            let (ours, theirs) = (file.filter(|_| problems.is_empty()), serde_saphyr::from_str(&text).ok());
            (ours != theirs).then(|| format!("{text:?}: {ours:?} and {theirs:?}"))
        });
        let differ: Vec<String> = differ.collect();
        assert!(differ.is_empty(), "\n{}", differ.join("\n"));
    }
}
