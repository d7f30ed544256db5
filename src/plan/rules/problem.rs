//! What is wrong with the rules of a service file, and where.

use std::fmt;

use super::FieldRule;
use super::file::Placed;
use super::misfit::Misfit;
use crate::xml::{Diagnostic, Severity};

/// Something that is wrong with the rules.
#[derive(Debug)]
pub(super) enum Problem<'r> {
    /// Something cannot be said of a field of header parts in all requests.
    Everywhere {
        /// The key at the top of the file that says it.
        key: &'static str,
        /// The key below that.
        field: String,
        /// Why not.
        misfit: Misfit,
    },
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
        /// The keys of the subject that lead to it.
        said: Vec<String>,
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
}

impl Problem<'_> {
    /// As it is told. The file is added by whoever knows it.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::of_file(self.code(), Severity::Error, "", self.to_string());
        Diagnostic { keys: self.keys(), ..diagnostic.help(self.hint()) }
    }

    /// The keys of the service file that lead to what is wrong.
    fn keys(&self) -> Vec<String> {
        match self {
            Self::Everywhere { key, field, .. } => vec![(*key).to_owned(), field.clone()],
            Self::Field { subject, placed: Placed { field, rule, .. }, .. } => {
                let key = rule.about().key.to_owned();
                // A wrapper stands in a list beside those of the whole messages.
                let list = matches!((subject, rule), (Subject::Operation(_), FieldRule::Unwrap(_)));
                let fields = list.then(|| "fields".to_owned());
                subject.keys().chain([key]).chain(fields).chain([field.clone()]).collect()
            }
            Self::Subject { subject, said, .. } => subject.keys().chain(said.iter().cloned()).collect(),
            Self::Twice(_) => ["defaults", "names"].map(str::to_owned).to_vec(),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Everywhere { .. } | Self::Field { .. } | Self::Subject { .. } => {
                "`saponify inspect` shows what the messages of an operation and the types have"
            }
            Self::Twice(_) => "give one of them another key with `rename`, below `types`",
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Everywhere { .. } | Self::Field { .. } | Self::Subject { .. } => "PLAN0201",
            Self::Twice(_) => "PLAN0202",
        }
    }
}

impl Subject<'_> {
    /// The keys of the service file that lead to what is said of it.
    fn keys(&self) -> impl Iterator<Item = String> + use<> {
        let keys = match self {
            Self::Operation(name) => ["operations", name],
            Self::Type(key) => ["types", key],
        };
        keys.map(str::to_owned).into_iter()
    }
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere { key, field, misfit } => write!(f, "{key}.{field}: {misfit}"),
            Self::Field { subject, placed: Placed { pointer, rule, .. }, misfit } => {
                write!(f, "{subject}{pointer}: {}: {misfit}", rule.about().key)
            }
            Self::Subject { subject: Subject::Type(_), misfit, .. } => write!(f, "types: {misfit}"),
            Self::Subject { subject, misfit, .. } => write!(f, "{subject}{misfit}"),
            Self::Twice(key) => write!(f, "names: two members would be `{key}`"),
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(name) => write!(f, "operation {name}: "),
            Self::Type(key) => write!(f, "types.{key}"),
        }
    }
}
