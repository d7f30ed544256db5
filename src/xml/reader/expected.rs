//! Tags that the caller expects: compared with the text byte by byte, not read.
//!
//! Whatever is not exactly what is expected is left to [`Reader::next`], errors and bounds that are passed included.

use super::{Event, Open, Reader, Text};
use crate::octets::{before, begins_with, not_character_data, word_at};
use crate::xml::namespace::Name;

/// The text of an element that has nothing but text: no attributes, references, comments, sections and children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'i> {
    /// The text.
    pub text: &'i str,
    /// Whether a string of JSON can have it as it is: no quotes, backslashes and control characters.
    pub unescaped: bool,
}

impl<'i> Reader<'i> {
    /// Reads the element `name`, whose local name is an NCName, if it is what follows the current tag, after white space at
    /// most, and if it has nothing but text. The reader is then at its end tag. It stays where it is otherwise.
    #[inline]
    pub fn leaf(&mut self, name: Name<'_>) -> Option<Plain<'i>> {
        let start = self.behind_space()?;
        let length = self.expected_start(start, name)?;
        self.leaf_at(start, length)
    }

    /// The same for an element whose start tag begins at `start` with what was expected, of `length` bytes.
    #[inline]
    pub(super) fn leaf_at(&mut self, start: usize, length: usize) -> Option<Plain<'i>> {
        let bytes = self.input.as_bytes();
        let from = start + length + 1;
        let (end, unescaped) = match bytes.get(from - 1)? {
            b'>' => text_end(bytes, from)?,
            b'/' if bytes.get(from) == Some(&b'>') => return Some(self.empty_leaf(start, from)),
            _ => return None,
        };
        let (behind, tag) = (bytes.get(end..)?, bytes.get(start + 1..from)?);
        // The name and the bracket behind it are those of the start tag.
        let closed = behind.get(1) == Some(&b'/') && begins_with(behind.get(2..)?, tag);
        let text = self.input.get(from..end)?;
        if !closed || text.len() > self.limits.text {
            return None;
        }
        self.count_expected();
        self.text = Text::Piece(from, end);
        (self.start, self.at) = (end, end + 2 + tag.len());
        self.current = Event::End;
        Some(Plain { text, unescaped })
    }

    /// An empty element is at its end where its tag is.
    fn empty_leaf(&mut self, start: usize, slash: usize) -> Plain<'i> {
        self.count_expected();
        self.text = Text::None;
        (self.start, self.at) = (start, slash + 1);
        self.current = Event::End;
        Plain { text: "", unescaped: true }
    }

    /// Reads the start tag of `name` if it is what follows, after white space at most, and if it has no attributes.
    #[inline]
    pub fn open_expected(&mut self, name: Name<'_>) -> bool {
        let Some(start) = self.behind_space() else { return false };
        let Some(length) = self.expected_start(start, name) else { return false };
        let end = start + length;
        let local = self.input.get(end - name.local.len()..end);
        let (Some(b'>'), Some(local)) = (self.input.as_bytes().get(end), local) else { return false };
        self.count_expected();
        self.space_before(start);
        self.open.push(Open { bindings: self.bindings.len(), children: 0, name: (start + 1, end) });
        (self.start, self.at) = (start, end + 1);
        self.current = Event::Start(Name { ns: name.ns, local });
        true
    }

    /// Reads the end tag of the current element if it is what follows, after white space at most.
    #[inline]
    pub fn close_expected(&mut self) -> bool {
        let Some(start) = self.behind_space() else { return false };
        let Some(end) = self.end_tag_at(start) else { return false };
        self.space_before(start);
        (self.start, self.at) = (start, end);
        self.close();
        self.current = Event::End;
        true
    }

    /// How long the start tag of `name` at `start` is up to the end of its name, if it is there as it was last written and
    /// is within all bounds.
    #[inline]
    pub(super) fn expected_start(&self, start: usize, name: Name<'_>) -> Option<usize> {
        let (parent, limits) = (self.open.last()?, self.limits);
        let rest = self.input.as_bytes().get(start..)?;
        let head = self.prefixes.of(name.ns)?.head_of(rest)?;
        let length = head + name.local.len();
        let bounded = parent.children < limits.children
            && self.elements < limits.elements
            && self.open.len() < limits.depth
            && length <= limits.name + 1;
        (bounded && begins_with(rest.get(head..)?, name.local.as_bytes())).then_some(length)
    }

    /// Where white space behind the current tag ends. Nothing where the next tag is not to be read yet: that of an empty
    /// element, and where declarations go out of scope.
    #[inline]
    pub(super) fn behind_space(&self) -> Option<usize> {
        if self.empty || self.ended.is_some() {
            return None;
        }
        match self.input.as_bytes().get(self.at)? {
            b'<' => Some(self.at),
            _ => self.end_of_space(),
        }
    }

    fn end_of_space(&self) -> Option<usize> {
        let (bytes, mut at) = (self.input.as_bytes(), self.at);
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
            // A line end, and as many blanks behind it as a word has.
            at += 1;
            at += word_at(bytes, at).map_or(0, |word| before(word ^ SPACES));
        }
        (at - self.at <= self.limits.text).then_some(at)
    }

    /// The white space before the tag that begins at `start` is its text.
    #[inline]
    fn space_before(&mut self, start: usize) {
        self.text = if start > self.at { Text::Piece(self.at, start) } else { Text::None };
    }

    /// Counts an element without attributes.
    #[inline]
    pub(super) fn count_expected(&mut self) {
        self.elements += 1;
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
        }
        if !self.attributes.is_empty() {
            self.attributes.clear();
        }
    }
}

const SPACES: u64 = u64::from_le_bytes([b' '; 8]);

/// Where the text that begins at `from` ends, and whether a string of JSON can have it as it is. Nothing for one with a
/// reference or with a `]]>`.
#[inline]
fn text_end(bytes: &[u8], from: usize) -> Option<(usize, bool)> {
    let mut at = from;
    while let Some(word) = word_at(bytes, at) {
        let special = not_character_data(word);
        if special != 0 {
            at += before(special);
            return match bytes.get(at)? {
                b'<' => Some((at, true)),
                b'&' => None,
                _ => special_text_end(bytes, from),
            };
        }
        at += 8;
    }
    special_text_end(bytes, from)
}

/// The same for a text that has something to look at, or that the document ends behind.
fn special_text_end(bytes: &[u8], from: usize) -> Option<(usize, bool)> {
    let rest = bytes.get(from..)?;
    let text = rest.get(..memchr::memchr2(b'<', b'&', rest)?)?;
    let end = from + text.len();
    let section = memchr::memchr(b'>', text).is_some() && memchr::memmem::find(text, b"]]>").is_some();
    let escaped = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    (!section && bytes.get(end) == Some(&b'<')).then(|| (end, !text.iter().any(escaped)))
}
