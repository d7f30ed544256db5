//! Entity tags (RFC 9110 section 8.8.3): weak ones, for what they mark is compressed for some.

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// What tells `text` from others.
pub(in crate::bridge) fn mark(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The tag of a text with these marks.
pub(in crate::bridge) fn tag(marks: &str) -> String {
    format!("W/\"{marks}\"")
}

/// Whether the client has the text with the tag `tag` (RFC 9110 section 13.1.2): it compares weakly.
pub(in crate::bridge) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let given = headers.get_all(header::IF_NONE_MATCH).iter();
    // What is no text names no tag.
    let given = given.filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|given| given.trim() == "*" || opaque(given) == opaque(tag))
}
