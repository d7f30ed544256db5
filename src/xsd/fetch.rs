//! Where the documents of a contract come from, and why they cannot be had.

use std::path::{Path, PathBuf};

/// Where documents come from. Reading files is not this room's business, so it is an argument.
pub trait Fetch {
    /// The document that `location`, written in the document `base`, refers to. `base` is empty for the first one.
    ///
    /// Errors: why it cannot be had.
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError>;

    /// The same, where it is a document of a contract, and may not be anything.
    fn import(&mut self, base: &str, location: &str, _within: Within<'_>) -> Result<Fetched, FetchError> {
        self.fetch(base, location)
    }
}

/// What the documents of a contract must keep to.
#[derive(Clone, Copy, Debug)]
pub struct Within<'w> {
    /// The path of its main document; empty where that is what is fetched.
    pub main: &'w str,
    /// The folder that they must be in, where it is not the one of the main document.
    pub root: Option<&'w Path>,
    /// How many bytes one of them may have. What has more may be cut after one more.
    pub most: usize,
}

/// Why a document cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Nobody has it.
    #[error("{0}: there is no such document")]
    Missing(String),
    /// It would have to come from a network.
    #[error("documents are not fetched from a network here; keep a copy beside the WSDL")]
    Network,
    /// It is a folder, a pipe or a device.
    #[error("{}: it is {kind}, and not a file", path.display())]
    NoFile {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// It is a file that does not belong to the contract.
    #[error(
        "{} is outside of {}, the folder of the contract; if it belongs to it, name a folder that holds both with --contract-root, or \
         `contract.root` in the service file",
        path.display(), folder.display()
    )]
    Outside {
        /// Where it is.
        path: PathBuf,
        /// The folder of the contract.
        folder: PathBuf,
    },
    /// Its file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
}

/// A document that was fetched.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// What tells it from others: the same document has the same path.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
