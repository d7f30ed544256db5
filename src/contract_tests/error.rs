//! What stops contract tests, and what leaves out a case.

use std::path::PathBuf;

use crate::{json, xml};

/// Contract tests that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The bridge is at an address that cannot be called.
    #[error("{0}")]
    Address(String),
    /// A response that cannot be masked, so that it is not written.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// An expected response that cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A response that cannot be masked, so that it is not written.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

/// Why there is nothing to send for a case on one side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoRequest {
    /// The request of the other side cannot be converted.
    #[error("{0}")]
    Breach(String),
    /// The front asks for credentials, and a converted request has none.
    #[error("the front asks for credentials, which are in {own} and do not follow from {other}")]
    Credentials {
        /// The file that is not there.
        own: &'static str,
        /// The file that is there.
        other: &'static str,
    },
    /// A header with a character that HTTP cannot carry.
    #[error("the contract's value for the header {0} cannot be sent")]
    Header(String),
    /// No file has a request.
    #[error("there is no request")]
    Missing,
    /// A path that no request can have.
    #[error("`{0}` is not the path of a URL")]
    Path(String),
    /// A user name or password with a character that XML cannot carry.
    #[error("the user name or the password cannot be written as XML")]
    Token,
}
