//! Finding cases: the folder itself and all below it, in the order of their names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::case::{Case, Part};
use super::settings::{Settings, SettingsError};
use crate::limits::Limits;
use crate::service::Environment;

/// A sample that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct Unreadable {
    /// Which file or folder.
    pub path: PathBuf,
    /// Why.
    pub kind: UnreadableKind,
}

/// Why a sample cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableKind {
    /// The operating system gives no access.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A `case.yaml` that is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A file that is too large by itself, or with those before it.
    #[error("too large, or too much together")]
    Size,
    /// Folders in folders; most likely a link leads back.
    #[error("more than {DEEPEST} folders deep")]
    TooDeep,
    /// More than is looked at.
    #[error("more than {MOST_ENTRIES} files and folders")]
    TooMany,
    /// A `case.yaml` in another encoding.
    #[error("not UTF-8")]
    Utf8,
}

impl Unreadable {
    fn new(path: &Path, kind: impl Into<UnreadableKind>) -> Self {
        Self { path: path.to_owned(), kind: kind.into() }
    }
}

/// The cases in `folder`: itself if it is one, and every folder below it that is one.
///
/// Errors: a folder or file that cannot be read, a `case.yaml` that is wrong, more than the bounds allow.
pub fn find(folder: &Path, limits: &Limits, environment: &dyn Environment) -> Result<Vec<Case>, Unreadable> {
    let most = limits.http.request_body;
    let mut search = Search { root: folder, most, environment, entries: 0, bytes: 0, cases: Vec::new() };
    search.visit(folder, 0)?;
    Ok(search.cases)
}

struct Search<'s> {
    root: &'s Path,
    /// Bytes of one file.
    most: usize,
    environment: &'s dyn Environment,
    entries: usize,
    bytes: u64,
    cases: Vec<Case>,
}

impl Search<'_> {
    fn visit(&mut self, folder: &Path, depth: usize) -> Result<(), Unreadable> {
        if depth > DEEPEST {
            return Err(Unreadable::new(folder, UnreadableKind::TooDeep));
        }
        self.case(folder)?;
        for below in self.folders(folder)? {
            self.visit(&below, depth + 1)?;
        }
        Ok(())
    }

    /// The folders in `folder`, without those that are hidden.
    fn folders(&mut self, folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| Unreadable::new(folder, error))? {
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(Unreadable::new(self.root, UnreadableKind::TooMany));
            }
            let entry = entry.map_err(|error| Unreadable::new(folder, error))?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && entry.path().is_dir() {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }

    fn case(&mut self, folder: &Path) -> Result<(), Unreadable> {
        let mut files = BTreeMap::new();
        for part in Part::ALL {
            if let Some(bytes) = self.read(&folder.join(part.file()))? {
                files.insert(part, bytes);
            }
        }
        if files.is_empty() {
            return Ok(());
        }
        let settings = self.settings(&folder.join("case.yaml"))?;
        self.cases.push(Case { folder: folder.to_owned(), name: self.name(folder), settings, files });
        Ok(())
    }

    fn settings(&mut self, file: &Path) -> Result<Settings, Unreadable> {
        let Some(bytes) = self.read(file)? else { return Ok(Settings::default()) };
        let text = String::from_utf8(bytes).map_err(|_| Unreadable::new(file, UnreadableKind::Utf8))?;
        Settings::parse(&text, self.environment).map_err(|reason| Unreadable::new(file, reason))
    }

    /// The content of `file`; nothing when there is no such file.
    fn read(&mut self, file: &Path) -> Result<Option<Vec<u8>>, Unreadable> {
        if !file.is_file() {
            return Ok(None);
        }
        let said = |error: std::io::Error| Unreadable::new(file, error);
        let length = fs::metadata(file).map_err(said)?.len();
        self.bytes = self.bytes.saturating_add(length);
        if length > self.most as u64 || self.bytes > MOST_BYTES {
            return Err(Unreadable::new(file, UnreadableKind::Size));
        }
        fs::read(file).map(Some).map_err(said)
    }

    fn name(&self, folder: &Path) -> String {
        let below = folder.strip_prefix(self.root).expect("only folders below the root are visited");
        if !below.as_os_str().is_empty() {
            return below.to_string_lossy().into_owned();
        }
        // `.` and `..` have no name of their own.
        self.root.file_name().unwrap_or(self.root.as_os_str()).to_string_lossy().into_owned()
    }
}

/// Folders in folders; a link that leads back ends here.
const DEEPEST: usize = 16;
/// Files and folders that are looked at.
const MOST_ENTRIES: usize = 20_000;
/// Bytes of all samples together.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
