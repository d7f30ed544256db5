//! What a tool reads: a file, or a folder of them.

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// What a tool reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A folder.
    Folder(Vec<File>),
    /// One file.
    Text(String),
}
