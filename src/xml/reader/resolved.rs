//! Elements that the caller expects, whose text may have references.

use super::{Event, Plain, Reader, Text};
use crate::octets::{before, begins_with, not_character_data, word_at};
use crate::xml::namespace::Name;
use crate::xml::reference;

/// The text of an element that has nothing but text and references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf<'i> {
    /// It has no references.
    Plain(Plain<'i>),
    /// [`Reader::text`] has the text, in which they are resolved.
    Resolved {
        /// Whether a string of JSON can have it as it is.
        unescaped: bool,
    },
}

/// Where a text ends that was resolved.
struct Resolved {
    end: usize,
    unescaped: bool,
}

impl<'i> Reader<'i> {
    /// The same as [`Reader::leaf`] for an element whose text may have references.
    #[inline]
    pub fn text_leaf(&mut self, name: Name<'_>) -> Option<Leaf<'i>> {
        let start = self.behind_space()?;
        let length = self.expected_start(start, name)?;
        match self.leaf_at(start, length) {
            Some(plain) => Some(Leaf::Plain(plain)),
            None => self.resolved_leaf(start, length),
        }
    }

    fn resolved_leaf(&mut self, start: usize, length: usize) -> Option<Leaf<'i>> {
        let from = start + length + 1;
        let mut text = std::mem::take(&mut self.spare);
        text.clear();
        let resolved = self.resolve_text(from, &mut text).filter(|resolved| {
            let tag = self.input.as_bytes().get(start + 1..from);
            let behind =
                self.input.as_bytes().get(resolved.end + 1..).and_then(|rest| rest.strip_prefix(b"/"));
            behind.zip(tag).is_some_and(|(behind, tag)| begins_with(behind, tag))
        });
        self.spare = text;
        let Resolved { end, unescaped } = resolved?;
        std::mem::swap(&mut self.joined, &mut self.spare);
        self.count_expected();
        self.text = Text::Joined;
        (self.start, self.at) = (end, end + "</".len() + length);
        self.current = Event::End;
        Some(Leaf::Resolved { unescaped })
    }

    /// Resolves the text that begins at `from`, behind a bracket, up to the next tag. Nothing for one that has to be looked at
    /// more closely.
    fn resolve_text(&self, from: usize, out: &mut String) -> Option<Resolved> {
        let bytes = self.input.as_bytes();
        let (mut piece, mut at, mut unescaped) = (from, from, true);
        if bytes.get(from - 1) != Some(&b'>') {
            return None;
        }
        loop {
            at = next_special(bytes, at)?;
            match bytes.get(at)? {
                b'<' => break,
                b'&' => {
                    out.push_str(self.input.get(piece..at)?);
                    let body = bytes.get(at + 1..)?.iter().take(LONGEST).position(|byte| *byte == b';')?;
                    let c = reference::resolve(self.input.get(at + 1..at + 1 + body)?)?;
                    unescaped &= c >= ' ' && !matches!(c, '"' | '\\');
                    out.push(c);
                    at += body + "&;".len();
                    piece = at;
                }
                b'>' if at >= piece + 2 && bytes.get(at - 2..at) == Some(b"]]") => return None,
                b'>' => at += 1,
                _ => {
                    unescaped = false;
                    at += 1;
                }
            }
        }
        out.push_str(self.input.get(piece..at)?);
        (out.len() <= self.limits.text).then_some(Resolved { end: at, unescaped })
    }
}

/// The place of the next byte from `at` on that is no plain character data.
#[inline]
fn next_special(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(word) = word_at(bytes, at) {
        let special = not_character_data(word);
        if special != 0 {
            return Some(at + before(special));
        }
        at += 8;
    }
    // The document ends behind some end tag.
    let rest = bytes.get(at..)?;
    let special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
    rest.iter().position(special).map(|length| at + length)
}

/// Bytes between `&` and `;` of nearly all references.
const LONGEST: usize = 12;
