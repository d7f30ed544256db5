//! The parts that a contract wants beside an envelope: SOAP Messages with Attachments, as the WS-I Attachments Profile 1.0 (AP) has them.

use std::borrow::Cow;

use base64_simd::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::codec::beside::{BesidePart, BesideParts};
use crate::limits::MIME_PARTS;

/// The parts beside one envelope, in the order in which they are written.
#[derive(Debug)]
pub struct MimeParts<'v> {
    /// What their Content-IDs end with.
    suffix: String,
    found: Vec<MimePart<'v>>,
}

/// A part beside an envelope.
#[derive(Debug)]
pub struct MimePart<'v> {
    /// Where the message refers to it; nothing for one that the contract binds.
    at: Option<usize>,
    /// Its Content-ID without brackets.
    pub id: String,
    /// Its media type, with parameters: printable ASCII.
    pub media_type: Cow<'v, str>,
    /// Its octets: base64 in its canonical form.
    pub base64: Cow<'v, str>,
}

/// What is in a part.
pub(super) struct Content<'v> {
    pub(super) media_type: Cow<'v, str>,
    pub(super) base64: Cow<'v, str>,
}

impl<'v> MimeParts<'v> {
    /// None yet. Their Content-IDs end with `suffix`, which is that of no other message: `UUID@domain`.
    pub fn new(suffix: String) -> Self {
        Self { suffix, found: Vec::new() }
    }

    /// Each of them.
    pub fn all(&self) -> &[MimePart<'v>] {
        &self.found
    }

    /// Them as they are read, with what the message refers to.
    pub fn read(&self) -> BesideParts<'static> {
        let read = |part: &MimePart<'_>| BesidePart {
            id: Some(part.id.clone()),
            media_type: Some(part.media_type.clone().into_owned()),
            octets: Cow::Owned(
                STANDARD.decode_to_vec(part.base64.as_bytes()).expect("it was checked when it was added"),
            ),
        };
        BesideParts(self.found.iter().map(read).collect())
    }

    /// Forgets those to which the message refers behind its first `length` bytes.
    pub(super) fn truncate(&mut self, length: usize) {
        self.found.retain(|part| part.at.is_none_or(|at| at < length));
    }

    /// Whether there may be one more: the root is a part too.
    pub(super) fn has_room(&self) -> bool {
        self.found.len() + 1 < MIME_PARTS
    }

    /// Adds a part to which the message refers at `at`; gives its Content-ID.
    pub(super) fn refer(&mut self, at: usize, content: Content<'v>) -> String {
        let id = format!("{}-{}", self.found.len(), self.suffix);
        self.add(Some(at), id.clone(), content);
        id
    }

    /// Adds the part that is called `name` in the contract (AP 3.8).
    pub(super) fn bind(&mut self, name: &str, content: Content<'v>) {
        let id = format!("{}={}", utf8_percent_encode(name, OTHERS), self.suffix);
        self.add(None, id, content);
    }

    fn add(&mut self, at: Option<usize>, id: String, content: Content<'v>) {
        let Content { media_type, base64 } = content;
        self.found.push(MimePart { at, id, media_type, base64 });
    }
}

/// Characters of part names that are escaped in Content-IDs.
const OTHERS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
