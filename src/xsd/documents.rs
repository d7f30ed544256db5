//! The documents of a contract: where they come from, and each of them once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::limits::{ContractLimits, LINE_SHOWN};
use crate::xml::{Diagnostic, Severity, Tree};

/// Where documents come from. Reading files is not this room's business, so it is an argument.
pub trait Fetch {
    /// The document that `location`, written in the document `base`, refers to. `base` is empty for the first one.
    ///
    /// Errors: why it cannot be had.
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError>;
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

/// One document of a contract.
#[derive(Clone, Debug)]
pub struct Document {
    /// The path that it was read from.
    pub file: Arc<str>,
    /// Its bytes as they were read.
    pub bytes: Arc<[u8]>,
    /// Its positioned tree.
    pub tree: Arc<Tree>,
}

/// Documents in files, found relative to each other. Nothing is read from a network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl Fetch for Files {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        if location.contains("://") && !location.starts_with("file://") {
            return Err(FetchError::Network);
        }
        // A path says as much as its URL.
        let location = location.strip_prefix("file://").unwrap_or(location);
        let path = beside(base, location);
        let bytes = std::fs::read(&path);
        let bytes = bytes.map_err(|error| FetchError::Unreadable { path: path.clone(), error })?;
        Ok(Fetched { path: path.to_string_lossy().into_owned(), bytes })
    }
}

/// The path of `location`, which is written in the document `base`.
fn beside(base: &str, location: &str) -> PathBuf {
    // The first document is in no folder.
    let folder = Path::new(base).parent().unwrap_or(Path::new(""));
    plain(&folder.join(location))
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            component => out.push(component),
        }
    }
    out
}

/// Documents in memory, by path.
impl Fetch for HashMap<String, Vec<u8>> {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        let path = beside(base, location).to_string_lossy().into_owned();
        match self.get(&path) {
            Some(bytes) => Ok(Fetched { bytes: bytes.clone(), path }),
            None => Err(FetchError::Missing(path)),
        }
    }
}

/// The documents that were read so far.
pub(crate) struct Documents<'f> {
    pub(crate) list: Vec<Document>,
    by_path: HashMap<String, usize>,
    fetch: &'f mut dyn Fetch,
    limits: &'f ContractLimits,
    total: usize,
}

impl<'f> Documents<'f> {
    pub(crate) fn new(fetch: &'f mut dyn Fetch, limits: &'f ContractLimits) -> Self {
        Self { list: Vec::new(), by_path: HashMap::new(), fetch, limits, total: 0 }
    }

    pub(crate) fn limits(&self) -> &'f ContractLimits {
        self.limits
    }

    /// The document `number`, which must have been read.
    #[expect(
        clippy::indexing_slicing,
        reason = "a number is given when its document is read, and none is removed"
    )]
    pub(crate) fn document(&self, number: usize) -> &Document {
        &self.list[number]
    }

    /// The number of the document that `location` in `base` refers to; it is read when it is new.
    pub(crate) fn read(&mut self, base: &str, location: &str) -> Result<usize, Diagnostic> {
        let failed = |error: FetchError| {
            let problem = Diagnostic::of_file(UNREADABLE, Severity::Error, location, error.to_string());
            match error {
                FetchError::Network if base.is_empty() => problem.help(format!(
                    "copy it with all that it imports: `saponify fetch '{location}' -o contract`, then name the file contract/main.wsdl"
                )),
                _ => problem,
            }
        };
        let fetched = self.fetch.fetch(base, location).map_err(failed)?;
        if let Some(known) = self.by_path.get(&fetched.path) {
            return Ok(*known);
        }
        self.bound(&fetched)?;
        let tree =
            Tree::parse(&fetched.bytes, &self.limits.xml).map_err(|error| ill_formed(&fetched, &error))?;
        let number = self.list.len();
        self.by_path.insert(fetched.path.clone(), number);
        self.list.push(Document {
            file: fetched.path.into(),
            bytes: fetched.bytes.into(),
            tree: Arc::new(tree),
        });
        Ok(number)
    }

    /// The number of the bundled schema of `namespace`.
    pub(crate) fn bundled(&mut self, namespace: &str) -> Option<usize> {
        let (name, text) = super::bundled::schema(namespace)?;
        if let Some(known) = self.by_path.get(name) {
            return Some(*known);
        }
        // Limits are for documents of others.
        let tree = Tree::parse(text.as_bytes(), &ContractLimits::default().xml);
        let tree = tree.expect("a bundled schema is well-formed");
        let number = self.list.len();
        self.by_path.insert(name.to_owned(), number);
        let (file, bytes, tree) = (name.into(), text.as_bytes().into(), Arc::new(tree));
        self.list.push(Document { file, bytes, tree });
        Some(number)
    }

    fn bound(&mut self, fetched: &Fetched) -> Result<(), Diagnostic> {
        self.total = self.total.saturating_add(fetched.bytes.len());
        let checks = [
            (fetched.bytes.len(), self.limits.file, "bytes in one document"),
            (self.total, self.limits.total, "bytes in all documents"),
            (self.list.len() + 1, self.limits.imports, "documents"),
        ];
        match checks.iter().find(|(count, most, _)| count > most) {
            None => Ok(()),
            Some((_, most, what)) => {
                let message = format!("the contract has more than {most} {what}");
                Err(Diagnostic::of_file("DOC0002", Severity::Error, &fetched.path, message))
            }
        }
    }
}

/// The code of a document that cannot be read, which does not stop the documents that refer to it.
pub(crate) const UNREADABLE: &str = "DOC0001";

fn ill_formed(fetched: &Fetched, error: &crate::xml::Error) -> Diagnostic {
    let text = String::from_utf8_lossy(&fetched.bytes);
    let line = text.lines().nth(error.position.line - 1);
    // A document that ends too early may end before the line.
    let line = line.unwrap_or_default().chars().take(LINE_SHOWN).collect();
    let plain = Diagnostic::of_file("DOC0003", Severity::Error, &fetched.path, format!("{}", error.kind));
    let diagnostic = Diagnostic { position: error.position, line, ..plain };
    match error.kind {
        crate::xml::ErrorKind::Doctype => diagnostic.help("take the <!DOCTYPE …> out of the document"),
        _ => diagnostic,
    }
}
