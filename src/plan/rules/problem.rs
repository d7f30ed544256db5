//! What is wrong with the rules of a service file, and where.

use std::fmt;

use super::file::Placed;
use super::misfit::Misfit;
use crate::xml::{Diagnostic, Position, Severity};

/// Something that is wrong with the rules.
#[derive(Debug)]
pub(super) enum Problem<'r> {
    /// A field rule cannot be applied.
    Field {
        /// Whose rule it is.
        subject: Subject<'r>,
        /// The rule.
        placed: &'r Placed,
        /// Why not.
        misfit: Misfit,
    },
    /// Something else cannot be.
    Subject {
        /// What it is for.
        subject: Subject<'r>,
        /// Why not.
        misfit: Misfit,
    },
    /// Two members would have this key by `defaults.names`.
    Twice(String),
}

/// What rules are for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'r> {
    /// An operation.
    Operation(&'r str),
    /// A type.
    Type(&'r str),
    /// All types.
    Types,
}

impl Problem<'_> {
    /// As it is told. The file is added by whoever knows it.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::of_file(self.code(), Severity::Error, "", self.to_string());
        let Self::Field { placed, .. } = self else { return diagnostic };
        let (line, column) = (placed.at.line() as usize, placed.at.column() as usize);
        if line == 0 {
            // Rules that were made by a program have no place.
            return diagnostic;
        }
        Diagnostic { position: Position { offset: 0, line, column }, ..diagnostic }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Field { .. } | Self::Subject { .. } => "PLAN0201",
            Self::Twice(_) => "PLAN0202",
        }
    }
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { subject, placed: Placed { pointer, rule, .. }, misfit } => {
                write!(f, "{subject}{pointer}: {}: {misfit}", rule.about().key)
            }
            Self::Subject { subject, misfit } => write!(f, "{subject}{misfit}"),
            Self::Twice(key) => write!(f, "names: two members would be `{key}`"),
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(name) => write!(f, "operation {name}: "),
            Self::Type(key) => write!(f, "types.{key}"),
            Self::Types => f.write_str("types: "),
        }
    }
}
