//! The files that were read, so that it can be told whether they are still the same.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::surroundings::Process;
use crate::service::Environment;
use crate::wsdl::{Fetch, FetchError, Fetched, Within};

/// Files, what was in them, and how they were before that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(BTreeMap<PathBuf, (u64, State)>);

impl Seen {
    /// That `path` was as `state` says, and what came of reading it then.
    pub(super) fn note<E>(
        &mut self,
        path: impl Into<PathBuf>,
        state: State,
        read: &Result<impl AsRef<[u8]>, E>,
    ) {
        let content = match read {
            Ok(content) => Some(content.as_ref()),
            Err(_) => None,
        };
        self.0.insert(path.into(), (hash(content), state));
    }

    /// That other files may come into the folder `path`.
    pub(super) fn folder(&mut self, path: &Path) {
        self.0.insert(path.to_owned(), (hash(()), State::of(path)));
    }

    /// What `other` has seen, too.
    pub(super) fn add(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(path, seen)| (path.clone(), *seen)));
    }

    /// Whether `other` has read the same in the same files.
    pub(super) fn has_read(&self, other: &Self) -> bool {
        let contents = |seen: &Self| -> Vec<(PathBuf, u64)> {
            seen.0.iter().map(|(path, (content, _))| (path.clone(), *content)).collect()
        };
        contents(self) == contents(other)
    }

    /// How the files are that are not as they were.
    pub(super) fn changed(&self) -> BTreeMap<&Path, State> {
        let now = self.0.iter().map(|(path, (_, before))| (path.as_path(), *before, State::of(path)));
        now.filter(|(_, before, now)| before != now).map(|(path, _, now)| (path, now)).collect()
    }
}

/// What differs once a file was written, or another one is in its place; of a folder, once there are other service files in it.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum State {
    Absent,
    File { place: (u64, u64), size: u64, modified: (i64, i64) },
    Folder { names: u64 },
}

impl State {
    /// That of `path` now.
    pub(super) fn of(path: &Path) -> Self {
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Self::folder(path),
            Ok(found) => Self::File {
                place: (found.dev(), found.ino()),
                size: found.size(),
                modified: (found.mtime(), found.mtime_nsec()),
            },
            Err(_) => Self::Absent,
        }
    }

    fn folder(path: &Path) -> Self {
        match std::fs::read_dir(path) {
            Ok(entries) => {
                let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                names.retain(|name| is_yaml(name));
                names.sort();
                Self::Folder { names: hash(names) }
            }
            Err(_) => Self::Absent,
        }
    }
}

fn hash(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Whether it may be a service file. Names that begin with a dot are those of editors, and of the folders that Kubernetes keeps behind a
/// mounted one.
pub(super) fn is_yaml(file: &Path) -> bool {
    let hidden = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let yaml = file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    // A link that leads nowhere is a file that cannot be read, which is told.
    yaml && !hidden && (file.is_file() || !file.exists())
}

/// The process's environment and files, with a note of what is read.
pub(super) struct NotingProcess<'s>(pub(super) &'s RefCell<Seen>);

impl Environment for NotingProcess<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        Process.variable(name)
    }

    fn file(&self, path: &str) -> Result<String, String> {
        let state = State::of(Path::new(path));
        let read = Process.file(path);
        self.0.borrow_mut().note(path, state, &read);
        read
    }
}

/// The documents of a contract, with a note of what is read.
pub(super) struct NotingDocuments<'s, F> {
    pub(super) fetch: F,
    pub(super) seen: &'s RefCell<Seen>,
}

impl<F> NotingDocuments<'_, F> {
    fn noted(&self, fetched: Result<Fetched, FetchError>) -> Result<Fetched, FetchError> {
        let mut seen = self.seen.borrow_mut();
        match &fetched {
            // Its name is known only now; that it is written at this very moment is seen by what is in it, when it is read again.
            Ok(Fetched { path, bytes }) => seen.note(path, State::of(Path::new(path)), &Ok::<_, ()>(bytes)),
            Err(FetchError::Unreadable { path, .. } | FetchError::NoFile { path, .. }) => {
                seen.note(path, State::of(path), &Err::<&[u8], _>(()));
            }
            Err(_) => {}
        }
        drop(seen);
        fetched
    }
}

impl<F: Fetch> Fetch for NotingDocuments<'_, F> {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        let fetched = self.fetch.fetch(base, location);
        self.noted(fetched)
    }

    fn import(&mut self, base: &str, location: &str, within: Within<'_>) -> Result<Fetched, FetchError> {
        let fetched = self.fetch.import(base, location, within);
        self.noted(fetched)
    }
}
