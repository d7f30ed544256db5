//! The XML declaration: XML 1.0 section 2.8, `XMLDecl`, of version 1.0.

use super::attributes::{Split, is_space};

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
