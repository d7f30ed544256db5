//! Tags that the caller expects: compared with the text byte by byte, not read.
//!
//! Whatever is not exactly what is expected is left to [`Reader::next`], errors and bounds that are passed included.

use super::{Event, Open, Reader, Text};
use crate::octets::{begins_with, block_at, not_space};
use crate::xml::namespace::Name;

impl<'i> Reader<'i> {
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
    #[inline(always)]
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
    #[inline(always)]
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
            // Where there is no block any more, one after the other.
            at += block_at(bytes, at).map_or(1, |block| not_space(block).before_first());
        }
        (at - self.at <= self.limits.text).then_some(at)
    }

    /// The white space before the tag that begins at `start` is its text.
    #[inline(always)]
    fn space_before(&mut self, start: usize) {
        self.text = if start > self.at { Text::Piece(self.at, start) } else { Text::None };
    }

    /// Counts an element without attributes.
    #[inline(always)]
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
