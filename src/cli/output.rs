//! Standard output: a reader that goes away ends the program quietly.

use std::io::{ErrorKind, Write};

use super::exit::Exit;

/// Writes `text` and a line feed.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<(), Exit> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.write_all(b"\n"));
    match written.and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            eprintln!("saponify: standard output: {error}");
            Err(Exit::Internal)
        }
    }
}
