//! Where each kind of markup ends.

use memchr::{memchr, memchr3, memmem};

/// Bytes of the tag that `bytes` begin with, without its closing bracket; one in quotes does not close it.
pub(super) fn tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        let (byte, behind) = bytes.get(found..)?.split_first()?;
        if *byte == b'>' {
            return Some(found);
        }
        at = found + 2 + memchr(*byte, behind)?;
    }
}

/// Bytes of the piece of markup that `bytes` begin with, whose first `open` bytes are known and which ends with `close`,
/// without that end.
pub(super) fn up_to(bytes: &[u8], open: usize, close: &str) -> Option<usize> {
    Some(open + memmem::find(bytes.get(open..)?, close.as_bytes())?)
}

/// The body of the reference that `bytes` begin with; nothing when it is not closed.
pub(super) fn reference(bytes: &[u8]) -> Option<&[u8]> {
    let body = bytes.get(1..)?;
    let end = memchr3(b';', b'&', b'<', body)?;
    let (body, behind) = body.split_at(end);
    (behind.first() == Some(&b';')).then_some(body)
}
