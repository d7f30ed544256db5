//! Pieces of XML that are put behind each other.

use crate::xml::write;

pub(super) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Text that XML cannot carry ends there: a fault must go out.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    // The text may be somebody else's.
    let _ = write::text(out, text);
}

/// The same in an attribute.
pub(super) fn put_attribute(out: &mut Vec<u8>, text: &str) {
    // As for text.
    let _ = write::attribute(out, text);
}
