//! JSON without white space.

/// Whether no white space stands between the tokens of `json`.
pub(super) fn is_packed(json: &[u8]) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for byte in json {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            b' ' | b'\t' | b'\n' | b'\r' if !quoted => return false,
            _ => {}
        }
        escaped = quoted && *byte == b'\\' && !escaped;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_counts_between_tokens_only() {
        for packed in [r#"{"a":"b c"}"#, r#"{"a":"\" x"}"#, r#"["\\","\\ "]"#, ""] {
            assert!(is_packed(packed.as_bytes()), "{packed}");
        }
        for loose in [r#"{"a": 1}"#, "{}\n", r#"["\\" ]"#, "\t1", "[\r]"] {
            assert!(!is_packed(loose.as_bytes()), "{loose}");
        }
    }
}
