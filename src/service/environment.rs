//! What a service file refers to, outside of the contract.

/// The process around a service file.
pub trait Environment {
    /// The environment variable `name`.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of the file `path`. Errors: why it cannot be read.
    fn file(&self, path: &str) -> Result<String, String>;
}

/// `location` as seen from the folder of `path`; a URL of a file is the same from everywhere.
pub(super) fn relative(path: &str, location: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !location.starts_with('/') && !location.starts_with("file://") => {
            format!("{folder}/{location}")
        }
        _ => location.to_owned(),
    }
}
