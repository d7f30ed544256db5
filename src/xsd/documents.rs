//! The documents of a contract, each of them once.

use std::collections::HashMap;
use std::sync::Arc;

use super::fetch::{Fetch, FetchError, Fetched, Within};
use crate::limits::{ContractLimits, LINE_SHOWN};
use crate::xml::{Diagnostic, Severity, Tree};

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

/// The documents that were read so far.
pub(crate) struct Documents<'f> {
    pub(crate) list: Vec<Document>,
    by_path: HashMap<String, usize>,
    fetch: &'f mut dyn Fetch,
    limits: &'f ContractLimits,
    total: usize,
    /// The path of the first document.
    main: String,
    /// What the documents refer to.
    references: References,
}

/// Which document each reference of a contract means: its own document and what it says, and the number of the other one.
#[derive(Clone, Debug, Default)]
pub struct References(HashMap<(Arc<str>, String), usize>);

impl References {
    /// The number of the document that `location` in the document `file` means.
    pub fn number(&self, file: &Arc<str>, location: &str) -> Option<usize> {
        self.0.get(&(file.clone(), location.to_owned())).copied()
    }
}

impl<'f> Documents<'f> {
    pub(crate) fn new(fetch: &'f mut dyn Fetch, limits: &'f ContractLimits) -> Self {
        Self {
            list: Vec::new(),
            by_path: HashMap::new(),
            fetch,
            limits,
            total: 0,
            main: String::new(),
            references: References::default(),
        }
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

    /// What the documents that were read refer to.
    pub(crate) fn references(&mut self) -> References {
        std::mem::take(&mut self.references)
    }

    /// The number of the document that `location` in `base` refers to; it is read when it is new.
    pub(crate) fn read(&mut self, base: &str, location: &str) -> Result<usize, Diagnostic> {
        let reference = (base.into(), location.to_owned());
        if let Some(known) = self.references.0.get(&reference) {
            return Ok(*known);
        }
        let number = self.read_new(base, location)?;
        self.references.0.insert(reference, number);
        Ok(number)
    }

    fn read_new(&mut self, base: &str, location: &str) -> Result<usize, Diagnostic> {
        let failed = |error: FetchError| {
            let problem = Diagnostic::of_file(UNREADABLE, Severity::Error, location, error.to_string());
            match error {
                FetchError::Network if base.is_empty() => problem.help(format!(
                    "copy it with all that it imports: `saponify fetch '{location}' -o contract`, then name the file contract/main.wsdl"
                )),
                _ => problem,
            }
        };
        let within = Within { main: &self.main, root: None, most: self.limits.file };
        let fetched = self.fetch.import(base, location, within).map_err(failed)?;
        if self.list.is_empty() {
            self.main.clone_from(&fetched.path);
        }
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
    let text = match crate::xml::decode(&fetched.bytes, None) {
        Ok(text) => text,
        // What cannot be decoded is shown as far as it can be read.
        Err(_) => String::from_utf8_lossy(&fetched.bytes),
    };
    let line = text.lines().nth(error.position.line - 1);
    // A document that ends too early may end before the line.
    let line = line.unwrap_or_default().chars().take(LINE_SHOWN).collect();
    let plain = Diagnostic::of_file("DOC0003", Severity::Error, &fetched.path, format!("{}", error.kind));
    let diagnostic = Diagnostic { position: error.position, line, ..plain };
    match error.kind {
        crate::xml::ErrorKind::Doctype => diagnostic.help("take the <!DOCTYPE …> out of the document"),
        crate::xml::ErrorKind::SpaceBeforeDeclaration => {
            diagnostic.help("take the white space before `<?xml` out of the document")
        }
        crate::xml::ErrorKind::EncodingUnknown(_) | crate::xml::ErrorKind::Undecodable(_) => {
            diagnostic.help("save the document in UTF-8, and let its XML declaration say so")
        }
        _ => diagnostic,
    }
}
