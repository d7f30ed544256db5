//! JSON that is put together by hand.

use crate::json::write::write_string;

/// `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}
