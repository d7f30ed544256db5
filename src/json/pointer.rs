//! JSON Pointers: RFC 6901.

use super::string;
use super::token::{Document, Kind};

/// Appends `/` and `key`, escaped.
pub fn push_segment(out: &mut String, key: &str) {
    out.push('/');
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
}

/// The key or index that `segment` of a pointer means.
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The place in an array that `segment` means (RFC 6901 section 4): no sign and no leading zero.
pub(super) fn index(segment: &str) -> Option<usize> {
    let digits = segment.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (segment.len() == 1 || !segment.starts_with('0'));
    // A number that is too large for a place is that of no item, as is no number at all.
    segment.parse().ok().filter(|_| canonical)
}

/// The pointer of the value with the token `value` when `open` are the containers around it.
pub(super) fn of_open(
    document: Document<'_>,
    open: impl Iterator<Item = usize> + Clone,
    value: usize,
) -> String {
    let mut out = String::new();
    let inner = open.clone().skip(1).chain([value]);
    for (container, inner) in open.zip(inner) {
        push_step(&mut out, document, container, inner);
    }
    out
}

/// Appends the step from `container` to the value at or before token `inner`.
pub(super) fn push_step(out: &mut String, document: Document<'_>, container: usize, inner: usize) {
    let Document { tokens, text } = document;
    let Some(token) = tokens.get(container) else { return };
    let mut at = container + 1;
    let mut index = 0;
    let mut key = None;
    while at < tokens.len() && at <= inner {
        if token.kind() == Kind::Object {
            key = tokens.get(at);
            at += 1;
        }
        let next = tokens.get(at).map_or(usize::MAX, |value| value.next as usize);
        if next > inner {
            break;
        }
        at = next;
        index += 1;
    }
    match (token.kind(), key) {
        (Kind::Object, Some(key)) => push_segment(out, &string::text(text, key)),
        (Kind::Array, _) => {
            out.push('/');
            out.push_str(itoa::Buffer::new().format(index));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::index;

    #[test]
    fn places_in_arrays_have_one_spelling() {
        for (segment, place) in [
            ("0", Some(0)),
            ("10", Some(10)),
            ("01", None),
            ("+1", None),
            ("", None),
            ("-", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(index(segment), place, "{segment}");
        }
    }
}
