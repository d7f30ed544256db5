//! What goes wrong at a mock.

use std::path::PathBuf;

use crate::samples::{OperationError, Problem};
use crate::{json, soap, xml};

/// A backend's URL that cannot be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidUrl(pub(super) String);

/// A sample that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableSample {
    /// A file that breaks the contract.
    #[error("{}: {}", path.display(), joined(problems, 5))]
    Breach {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// A case whose operation is not known.
    #[error("{}: {error}", folder.display())]
    Operation {
        /// The folder of the case.
        folder: PathBuf,
        /// Why.
        error: OperationError,
    },
}

/// A request that no answer is found for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    /// Several samples have equally much in common with it.
    #[error("these samples fit equally: {0}")]
    Ambiguous(String),
    /// Several operations take it, and no action tells them apart.
    #[error("these operations take this message: {0}; only its action can tell them apart")]
    AmbiguousOperation(String),
    /// It breaks the contract.
    #[error("{}", joined(.0, 8))]
    Breach(Vec<Problem>),
    /// A header field that is not readable text.
    #[error("the header {0} is not readable")]
    Header(&'static str),
    /// It is not JSON within the limits.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// No sample is a part of it; by sample, where they differ.
    #[error("no sample matches; they differ at: {0}")]
    NoMatch(String),
    /// No operation begins as it does; these are the operations of the contract.
    #[error("no operation of the contract takes this message; it has {0}")]
    Operation(String),
    /// No operation and no sample is at its method and path.
    #[error("there is no operation and no sample at {0}")]
    Route(String),
    /// It is not a SOAP message.
    #[error(transparent)]
    Soap(#[from] soap::Error),
}

/// An exchange that was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The backend's reply is not a SOAP message.
    #[error(transparent)]
    Envelope(#[from] soap::Error),
    /// A file could not be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A message is not JSON, so that it cannot be masked.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// The contract has no operation for the request.
    #[error("it is of no operation of the contract: {0}")]
    Operation(String),
    /// A message is not XML, so that it cannot be masked.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

fn joined(problems: &[Problem], most: usize) -> String {
    problems.iter().take(most).map(Problem::to_string).collect::<Vec<_>>().join("; ")
}
