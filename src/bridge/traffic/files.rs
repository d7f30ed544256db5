//! The last exchanges in a folder, a file each.

use std::path::PathBuf;
use std::{fs, io};

use crate::limits::TRAFFIC_FILES;

/// A folder in which the oldest file is written anew.
pub(super) struct Files {
    folder: PathBuf,
    /// Files that were written.
    written: usize,
}

impl Files {
    /// Errors: there is no folder.
    pub(super) fn new(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, written: 0 })
    }

    /// Errors: it cannot be written.
    pub(super) fn write(&mut self, json: &[u8]) -> io::Result<()> {
        let path = self.folder.join(format!("exchange-{:03}.json", self.written % TRAFFIC_FILES));
        self.written += 1;
        fs::write(path, json)
    }
}
