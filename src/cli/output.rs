//! Standard output and standard error: a reader that goes away ends the program quietly, and none makes it panic.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::exit::Exit;

/// Writes `text` and a line feed to standard output.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<(), Exit> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.write_all(b"\n"));
    match written.and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(failed(&format!("standard output: {error}"), Exit::Internal)),
    }
}

/// Writes `value` as JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Exit> {
    let json = serde_json::to_string_pretty(value);
    print(json.map_err(|error| failed(&format!("the report: {error}"), Exit::Internal))?)
}

/// Writes `text` to a file that is not there yet. Errors: one that is, told.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), Exit> {
    let file = std::fs::File::options().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| failed(&format!("{}: {error}", path.display()), Exit::Usage))
}

/// Writes `text` and a line feed to standard error.
pub(super) fn print_error(text: impl Display) {
    // Where standard error is closed or full, nobody is left who could be told.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Tells what should not have happened, and gives the exit code for it.
#[cfg(feature = "demo")]
pub(super) fn internal(reason: &dyn Display) -> Exit {
    failed(reason, Exit::Internal)
}

/// Tells why the program ends, and gives `exit`.
pub(super) fn failed(reason: &dyn Display, exit: Exit) -> Exit {
    print_error(format_args!("saponify: {reason}"));
    exit
}
