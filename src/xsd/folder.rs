//! The folder of a contract: what its documents name stays inside of it, for they come from somebody else.

use std::io;
use std::path::{Path, PathBuf};

use super::fetch::{FetchError, Within};

/// Whether the file `path` is one of the contract. Errors: it is not, or cannot be told.
pub(super) fn check(path: &Path, within: Within<'_>) -> Result<(), FetchError> {
    let unreadable = |error| FetchError::Unreadable { path: path.to_owned(), error };
    // Links are followed: what counts is where the document is.
    let real = path.canonicalize().map_err(unreadable)?;
    let folders = match within.root {
        Some(root) => vec![root.to_owned()],
        None => folders(Path::new(within.main)).map_err(unreadable)?,
    };
    for folder in &folders {
        let folder_error = |error| FetchError::Unreadable { path: folder.clone(), error };
        if real.starts_with(absolute(folder).map_err(folder_error)?) {
            return Ok(());
        }
    }
    let folder = folders.into_iter().next().expect("a contract has a folder");
    Err(FetchError::Outside { path: path.to_owned(), folder })
}

/// The folder of the contract `main`: the one that it is in, or, where that is called `wsdl`, the one around it, which holds the schemas
/// in another one. A link has two.
fn folders(main: &Path) -> io::Result<Vec<PathBuf>> {
    let lexical = std::path::absolute(main)?;
    let real = main.canonicalize()?;
    Ok([lexical, real].iter().filter_map(|main| main.parent()).map(around).collect())
}

fn around(folder: &Path) -> PathBuf {
    let named = folder.file_name().is_some_and(|name| name.eq_ignore_ascii_case("wsdl"));
    // The root of a file system holds everything, and is no folder of a contract.
    let parent = folder.parent().filter(|parent| named && parent.parent().is_some());
    parent.map_or_else(|| folder.to_owned(), Path::to_owned)
}

fn absolute(folder: &Path) -> io::Result<PathBuf> {
    // The folder of a path without one is the current one.
    if folder.as_os_str().is_empty() { Path::new(".").canonicalize() } else { folder.canonicalize() }
}
