//! Values that go beside a message: where they would stand, it refers to them (XOP 1.0 section 3.1).

use std::borrow::Cow;

use crate::limits::MIME_PARTS;

/// The values of a message that go beside it, in the order in which it refers to them.
#[derive(Debug)]
pub struct Attachments<'v> {
    /// Octets of the largest value that stays where it is.
    over: usize,
    /// What their names end with.
    suffix: String,
    found: Vec<Attachment<'v>>,
}

/// A value of `xs:base64Binary` that goes beside its message.
#[derive(Debug)]
pub struct Attachment<'v> {
    /// Where the message refers to it.
    pub(super) at: usize,
    /// The value: base64 in its canonical form, or what stands for it.
    pub value: Cow<'v, str>,
    /// The position of the stand-in that the value is.
    pub stand_in: Option<usize>,
    /// Its media type, where the message says it: `type/subtype`.
    pub media_type: Option<Cow<'v, str>>,
}

impl<'v> Attachments<'v> {
    /// Those of values with more than `over` octets. Their names, which are Content-IDs without brackets, end with `suffix`.
    pub fn new(over: usize, suffix: String) -> Self {
        Self { over, suffix, found: Vec::new() }
    }

    /// Each with its name.
    pub fn named(&self) -> impl Iterator<Item = (String, &Attachment<'v>)> {
        self.found.iter().enumerate().map(|(at, attachment)| (self.name(at), attachment))
    }

    /// What their names end with.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// Octets of the largest value that stays where it is.
    pub(super) fn over(&self) -> usize {
        self.over
    }

    /// Forgets those to which the message refers behind its first `length` bytes.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.found.last().is_some_and(|last| last.at >= length) {
            self.found.pop();
        }
    }

    /// Adds `attachment`, which has so many `octets`; gives its name. Nothing where these are not many, or there are many attachments already.
    pub(super) fn add(&mut self, attachment: Attachment<'v>, octets: u64) -> Option<String> {
        // The root is a part too.
        let takes = self.found.len() + 1 < MIME_PARTS && octets > self.over as u64;
        takes.then(|| {
            let media_type = attachment.media_type.filter(|name| is_media_type(name));
            self.found.push(Attachment { media_type, ..attachment });
            self.name(self.found.len() - 1)
        })
    }

    fn name(&self, at: usize) -> String {
        format!("{at}{}", self.suffix)
    }
}

/// How many octets canonical base64 stands for.
pub(super) fn octets(base64: &str) -> usize {
    let padding = base64.bytes().rev().take(2).filter(|byte| *byte == b'=').count();
    base64.len() / 4 * 3 - padding
}

/// Whether `text` is a media type without parameters (RFC 6838 section 4.2): any other text could write into the head of a part.
fn is_media_type(text: &str) -> bool {
    let named = |name: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=127).contains(&name.len()) && name.bytes().all(known)
    };
    text.split_once('/').is_some_and(|(kind, sub)| named(kind) && named(sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_of_base64_are_counted() {
        for (base64, count) in [("", 0), ("AA==", 1), ("AAA=", 2), ("AAAA", 3), ("AAAAAA==", 4)] {
            assert_eq!(octets(base64), count, "{base64}");
        }
    }

    #[test]
    fn a_media_type_writes_no_header() {
        for text in ["image/png", "application/vnd.x-y.z+xml", "a/b"] {
            assert!(is_media_type(text), "{text}");
        }
        for text in [
            "",
            "image",
            "/png",
            "image/",
            "image/png; a=b",
            "image/png\r\nX: y",
            "image/p\"ng",
            "é/a",
            "a/b/c",
        ] {
            assert!(!is_media_type(text), "{text}");
        }
        assert!(!is_media_type(&format!("a/{}", "b".repeat(128))));
    }
}
