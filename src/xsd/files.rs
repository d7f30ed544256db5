//! Documents in files, and in memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::fetch::{Fetch, FetchError, Fetched, Within};
use super::{folder, location};

/// Documents in files, found relative to each other. Nothing is read from a network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl Fetch for Files {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        let path = found(base, location)?;
        let file = regular(&path)?;
        read(path, file, u64::MAX)
    }

    fn import(&mut self, base: &str, location: &str, within: Within<'_>) -> Result<Fetched, FetchError> {
        let path = found(base, location)?;
        let file = regular(&path)?;
        // Whoever names the main document chose it.
        if !within.main.is_empty() {
            folder::check(&path, within)?;
        }
        read(path, file, within.most as u64)
    }
}

/// The same documents, which must be in a folder that somebody named.
#[derive(Clone, Debug)]
pub struct Rooted<F> {
    fetch: F,
    root: Option<PathBuf>,
}

impl<F: Fetch> Rooted<F> {
    /// What `fetch` has, in `root` where that is given.
    pub fn new(fetch: F, root: Option<PathBuf>) -> Self {
        Self { fetch, root }
    }
}

impl<F: Fetch + ?Sized> Fetch for &mut F {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        (**self).fetch(base, location)
    }

    fn import(&mut self, base: &str, location: &str, within: Within<'_>) -> Result<Fetched, FetchError> {
        (**self).import(base, location, within)
    }
}

impl<F: Fetch> Fetch for Rooted<F> {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        self.fetch.fetch(base, location)
    }

    fn import(&mut self, base: &str, location: &str, within: Within<'_>) -> Result<Fetched, FetchError> {
        let root = self.root.as_deref().or(within.root);
        self.fetch.import(base, location, Within { root, ..within })
    }
}

/// The path of what `location` in `base` means: the first that is there, else the likeliest.
fn found(base: &str, location: &str) -> Result<PathBuf, FetchError> {
    let paths = location::paths(location).ok_or(FetchError::Network)?;
    let paths: Vec<PathBuf> = paths.iter().map(|path| beside(base, path)).collect();
    let there = paths.iter().find(|path| path.exists()).or(paths.first());
    Ok(there.expect("a location has a path").clone())
}

/// Opens the regular file `path`: a pipe would be waited for, and a device has no end. A link is what it leads to.
fn regular(path: &Path) -> Result<File, FetchError> {
    let unreadable = |error| FetchError::Unreadable { path: path.to_owned(), error };
    // Before it is opened: that would wait for somebody who writes into a pipe.
    let kind = std::fs::metadata(path).map_err(unreadable)?.file_type();
    if !kind.is_file() {
        let kind = if kind.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(FetchError::NoFile { path: path.to_owned(), kind });
    }
    File::open(path).map_err(unreadable)
}

/// Reads `file`, and not much more of it than `most` bytes.
fn read(path: PathBuf, file: File, most: u64) -> Result<Fetched, FetchError> {
    let mut bytes = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| FetchError::Unreadable { path: path.clone(), error })?;
    Ok(Fetched { path: path.to_string_lossy().into_owned(), bytes })
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
        let paths = location::paths(location).ok_or(FetchError::Network)?;
        let paths: Vec<String> =
            paths.iter().map(|path| beside(base, path).to_string_lossy().into_owned()).collect();
        match paths.iter().find_map(|path| Some((path, self.get(path)?))) {
            Some((path, bytes)) => Ok(Fetched { bytes: bytes.clone(), path: path.clone() }),
            None => Err(FetchError::Missing(paths.into_iter().next().expect("a location has a path"))),
        }
    }
}
