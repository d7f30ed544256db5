//! The XML declaration: XML 1.0 section 2.8, `XMLDecl`, of version 1.0.

use super::attributes::{Split, is_space};

/// How long the declaration is that a document begins with, if it is the one that nearly all have.
#[inline]
pub(super) fn usual(document: &[u8]) -> Option<usize> {
    let (label, end) = document.get(USUAL.len()..)?.split_first_chunk::<5>()?;
    let usual = document.starts_with(USUAL.as_bytes()) && end.starts_with(b"\"?>");
    (usual && label.eq_ignore_ascii_case(b"utf-8")).then_some(USUAL.len() + label.len() + 3)
}

/// As nearly every declaration begins: of one that does, nothing is searched.
pub(super) const USUAL: &str = r#"<?xml version="1.0" encoding=""#;

/// Whether `text` is a declaration.
pub(super) fn is_declaration(text: &str) -> bool {
    let body = text.strip_prefix("<?xml").and_then(|text| text.strip_suffix("?>"));
    let Some(body) = body else { return false };
    let mut split = Split::new(body.trim_end_matches(is_space));
    let mut seen = Vec::with_capacity(3);
    loop {
        let raw = match split.next() {
            Ok(Some(raw)) => raw,
            Ok(None) => return !seen.is_empty(),
            Err(_) => return false,
        };
        let good = match raw.name {
            "version" => raw.value == "1.0" && seen.is_empty(),
            "encoding" => seen == ["version"] && raw.value.starts_with(|c: char| c.is_ascii_alphabetic()),
            "standalone" => {
                matches!(raw.value, "yes" | "no") && !seen.is_empty() && !seen.contains(&"standalone")
            }
            _ => false,
        };
        if !good {
            return false;
        }
        seen.push(raw.name);
    }
}
