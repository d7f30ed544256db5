//! Pieces of XML that are put behind each other.

use crate::xml::write::{self, Forbidden};

pub(super) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Text that XML cannot carry ends there: a fault must go out.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_escaped(out, text, write::text);
}

/// The same in an attribute.
pub(super) fn put_attribute(out: &mut Vec<u8>, text: &str) {
    put_escaped(out, text, write::attribute);
}

fn put_escaped(out: &mut Vec<u8>, text: &str, escape: fn(&mut Vec<u8>, &str) -> Result<(), Forbidden>) {
    // What was written stays.
    let _ = escape(out, text);
}
