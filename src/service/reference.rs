//! References to values that a service file does not hold itself: `${env:NAME}` and `${file:PATH}`.

use super::environment::Environment;
use super::origin::inner;
use super::problem::ReferenceProblem;
use crate::wss::Secret;

/// A piece of a text with references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The value of a reference.
    Referred(String),
    /// What the file itself says.
    Typed(String),
}

impl Piece {
    /// What the file itself says.
    pub(super) fn typed(&self) -> Option<&str> {
        match self {
            Self::Referred(_) => None,
            Self::Typed(text) => Some(text),
        }
    }
}

/// The pieces of `text`, with the values that it refers to.
pub(super) fn pieces(text: &str, environment: &dyn Environment) -> Result<Vec<Piece>, ReferenceProblem> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let (reference, after) = from.split_once('}').ok_or(ReferenceProblem::Unclosed)?;
        out.push(Piece::Typed(before.to_owned()));
        out.push(Piece::Referred(fetch(reference, environment)?));
        rest = after;
    }
    out.push(Piece::Typed(rest.to_owned()));
    Ok(out)
}

/// `text` with the values that it refers to. Errors: a reference that leads to nothing.
pub fn resolve(text: &str, environment: &dyn Environment) -> Result<String, ReferenceProblem> {
    let pieces = pieces(text, environment)?.into_iter();
    Ok(pieces.map(|(Piece::Referred(text) | Piece::Typed(text))| text).collect())
}

/// The secret that `text` refers to; a literal is refused, for files are copied and committed.
pub fn secret(text: &str, environment: &dyn Environment) -> Result<Secret, ReferenceProblem> {
    let reference = inner(text).ok_or(ReferenceProblem::Literal)?;
    let value = fetch(reference, environment)?;
    if value.is_empty() { Err(ReferenceProblem::EmptySecret) } else { Ok(Secret::new(value)) }
}

/// Whether `text` is a reference and nothing else.
pub(super) fn is(text: &str) -> bool {
    inner(text).is_some()
}

fn fetch(reference: &str, environment: &dyn Environment) -> Result<String, ReferenceProblem> {
    match reference.split_once(':') {
        Some(("env", name)) => environment
            .variable(name)
            .ok_or_else(|| ReferenceProblem::VariableNotSet { name: name.to_owned() }),
        Some(("file", path)) => {
            let unreadable = |reason| ReferenceProblem::FileUnreadable { path: path.to_owned(), reason };
            environment.file(path).map(without_line_end).map_err(unreadable)
        }
        _ => Err(ReferenceProblem::Malformed),
    }
}

/// One line end after everything else is that of the text file; more of them are part of the value.
fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files(&'static str);

    impl Environment for Files {
        fn variable(&self, _: &str) -> Option<String> {
            Some(self.0.to_owned())
        }

        fn file(&self, _: &str) -> Result<String, String> {
            Ok(self.0.to_owned())
        }
    }

    #[test]
    fn one_line_end_of_a_file_is_not_part_of_its_value() {
        for (text, of_file) in
            [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"), ("\na", "\na")]
        {
            assert_eq!(resolve("${file:x}", &Files(text)).as_deref(), Ok(of_file), "{text:?}");
            assert_eq!(resolve("${env:X}", &Files(text)).as_deref(), Ok(text), "{text:?}");
        }
        assert_eq!(secret("${file:x}", &Files("\n")).map(drop), Err(ReferenceProblem::EmptySecret));
    }
}
