//! From text to tree, and what is said of a text that is not YAML: in this program's words, for those of a parser are
//! meant for who knows its grammar.

use serde_saphyr::{Error, Location};

use super::tree::{Place, Tree};
use crate::limits::FILE_PROBLEMS;
use crate::service::problem::FileProblem;

/// A file that is YAML.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) tree: Tree,
    /// Keys that are there already; the first one counts.
    pub(super) twice: Vec<Place>,
}

/// Why a text is not YAML, and where.
#[derive(Debug)]
pub(super) struct NotYaml {
    pub(super) problem: FileProblem,
    pub(super) at: Place,
}

/// The text of `bytes`. Errors: the first byte that is not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, NotYaml> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.split_at(error.valid_up_to()).0;
        let (line, column) = good
            .split(|byte| *byte == b'\n')
            .enumerate()
            .last()
            .map_or((1, 1), |(at, line)| (at + 1, String::from_utf8_lossy(line).chars().count() + 1));
        NotYaml { problem: FileProblem::NotUtf8, at: Place { line, column, width: 1 } }
    })
}

/// The YAML `text`. Errors: the first place at which it is none.
pub(super) fn parse(text: &str) -> Result<Document, NotYaml> {
    let mut twice = Vec::new();
    let mut read = text.to_owned();
    loop {
        match Tree::parse(&read) {
            Ok(mut tree) => {
                without_fillers(&mut tree);
                if matches!(tree.node, super::tree::Node::Null) {
                    let at = Place { line: 1, column: 1, width: 1 };
                    return Err(NotYaml { problem: FileProblem::EmptyFile, at });
                }
                return Ok(Document { tree, twice });
            }
            Err(error) => match again(&error, &read, twice.len()) {
                Some((place, without)) if twice.len() < FILE_PROBLEMS => {
                    twice.push(place);
                    read = without;
                }
                _ => return Err(not_yaml(&error, text)),
            },
        }
    }
}

/// Where a key is there again, and the text with another key in its place, as long as it is, so that the rest can be read.
fn again(error: &Error, text: &str, known: usize) -> Option<(Place, String)> {
    let Error::DuplicateMappingKey { key: Some(key), .. } = error.without_snippet() else { return None };
    let at = error.location()?;
    let filler = (FIRST_FILLER..=LAST_FILLER).nth(known)?;
    let (line, column) = (at.line() as usize, at.column() as usize);
    let start = offset(text, line, column)?;
    let (before, rest) = text.split_at(start);
    let quote = usize::from(rest.starts_with(['"', '\'']));
    let (opening, rest) = rest.split_at(quote);
    let after = rest.strip_prefix(key.as_str())?;
    let width = key.chars().count();
    let filled = std::iter::repeat_n(filler, width).collect::<String>();
    Some((Place { line, column, width: width + 2 * quote }, format!("{before}{opening}{filled}{after}")))
}

/// The bytes before a line and a column.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = text.get(start..)?;
    let mut characters = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    characters.nth(column.checked_sub(1)?).map(|at| start + at)
}

fn without_fillers(tree: &mut Tree) {
    use super::tree::Node;
    match &mut tree.node {
        Node::Items(items) => items.iter_mut().for_each(without_fillers),
        Node::Members(members) => {
            members.retain(|member| !member.key.starts_with(|c| (FIRST_FILLER..=LAST_FILLER).contains(&c)));
            members.iter_mut().for_each(|member| without_fillers(&mut member.value));
        }
        Node::Null | Node::Scalar(_) => {}
    }
}

/// Characters for private use, which nobody has in the keys of a service file.
const FIRST_FILLER: char = '\u{E000}';
const LAST_FILLER: char = '\u{EFFF}';

fn not_yaml(error: &Error, text: &str) -> NotYaml {
    let (line, column) =
        error.location().map_or((1, 1), |at: Location| (at.line() as usize, at.column() as usize));
    let at = Place { line: line.max(1), column: column.max(1), width: 1 };
    let problem = match error.without_snippet() {
        Error::Eof { .. } => FileProblem::EmptyFile,
        Error::MultipleDocuments { .. } => FileProblem::SecondDocument,
        Error::UnknownAnchor { .. } => FileProblem::UnknownAnchor,
        Error::DuplicateMappingKey { .. } => FileProblem::KeyTwice,
        Error::Budget { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => FileProblem::TooLarge,
        Error::MergeKeyNotAllowed { .. } | Error::MergeValueNotMapOrSeqOfMaps { .. } => FileProblem::Merge,
        Error::UnsupportedTag { .. }
        | Error::BinaryNotUtf8 { .. }
        | Error::InvalidBinaryBase64 { .. }
        | Error::TaggedScalarCannotDeserializeIntoString { .. } => FileProblem::Tag,
        Error::NullIntoString { .. } | Error::Unexpected { .. } => FileProblem::Key,
        other => return scanned(&other.to_string(), text, at),
    };
    match problem {
        FileProblem::EmptyFile => NotYaml { problem, at: Place { line: 1, column: 1, width: 1 } },
        problem => NotYaml { problem, at },
    }
}

/// What the scanner found, by what it says; what it says differs from version to version, so nothing is lost where it is new.
fn scanned(said: &str, text: &str, at: Place) -> NotYaml {
    let said = said.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let control = |line: &str| line.chars().position(|c| c.is_control() && c != '\t');
    if let Some(control) = text.lines().nth(at.line - 1).and_then(control) {
        return NotYaml { problem: FileProblem::Character, at: Place { column: control + 1, ..at } };
    }
    let problem = if has(&["tabs ", "a tab", "tab cannot"]) {
        FileProblem::Tab
    } else if has(&["mapping values are not allowed"]) {
        if begins_line(text, at) { FileProblem::Indentation } else { FileProblem::ColonInText }
    } else if has(&["quoted scalar", "unclosed quote"]) && !has(&["escape", "surrogate", "hexadecimal"]) {
        return unclosed_quote(text, at);
    } else if has(&["escape", "surrogate", "hexadecimal"]) {
        FileProblem::Escape
    } else if has(&["anchor", "alias"]) {
        FileProblem::UnknownAnchor
    } else if has(&["a tag", "verbatim tag", "scanning tag", "directive", "handle"]) {
        FileProblem::Tag
    } else if has(&["unexpected character", "node content"]) {
        FileProblem::StartCharacter
    } else if has(&["simple key", "expected ':'"]) {
        FileProblem::NoColon
    } else if has(&["flow", "bracket", "',' or", "unexpected eof"]) {
        FileProblem::UnclosedBracket
    } else if has(&["expected key", "'-' indicator", "indent"]) {
        FileProblem::Indentation
    } else if has(&["limit", "exceed"]) {
        FileProblem::TooLarge
    } else {
        FileProblem::Unreadable
    };
    let at = match problem {
        FileProblem::Tab => tab(text, at),
        _ => at,
    };
    NotYaml { problem, at }
}

/// Whether what stands before the colon at `at` is the only key of its line.
fn begins_line(text: &str, at: Place) -> bool {
    text.lines().nth(at.line - 1).is_some_and(|line| {
        let before: String = line.chars().take(at.column - 1).collect();
        !before.contains(": ") && before.starts_with(' ')
    })
}

/// The first tab of the line, or of the one before it.
fn tab(text: &str, at: Place) -> Place {
    let places = [at.line, at.line - 1].into_iter().filter(|line| *line > 0);
    let column = |line: usize| text.lines().nth(line - 1)?.chars().position(|c| c == '\t');
    let found = places.into_iter().find_map(|line| column(line).map(|column| (line, column + 1)));
    found.map_or(at, |(line, column)| Place { line, column, width: 1 })
}

/// The quote that nothing closes: the last one before `at` that begins a value.
fn unclosed_quote(text: &str, at: Place) -> NotYaml {
    let lines: Vec<&str> = text.lines().take(at.line).collect();
    let opening = |line: &str| {
        ["\"", "'"].iter().find_map(|quote| {
            let found = [": ", "- ", "[", ", "]
                .iter()
                .filter_map(|before| line.rfind(&format!("{before}{quote}")).map(|at| at + before.len()));
            let start = found.max()?;
            let rest = line.get(start + 1..)?;
            (!rest.contains(quote)).then(|| line.get(..start).map_or(0, |before| before.chars().count()))
        })
    };
    let mut found =
        lines.iter().enumerate().rev().filter_map(|(at, line)| Some((at + 1, opening(line)? + 1)));
    let at = found.next().map_or(at, |(line, column)| Place { line, column, width: 1 });
    NotYaml { problem: FileProblem::UnclosedQuote, at }
}
