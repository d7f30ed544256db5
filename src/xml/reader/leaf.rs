//! Elements that the caller expects and that have nothing but text, read as a whole.

use std::ops::Range;

use memchr::memchr3;

use super::{Event, Reader, Text};
use crate::octets::{begins_with, find_not_character_data};
use crate::xml::namespace::Name;
use crate::xml::reference;

/// A text without references, comments and sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'i> {
    /// The text.
    pub text: &'i str,
    /// Whether a string of JSON can have it as it is: no quotes, backslashes and control characters.
    pub unescaped: bool,
}

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

/// Where a text ends that was looked at, and whether there are references in it.
struct Resolved {
    end: usize,
    unescaped: bool,
    references: bool,
}

impl<'i> Reader<'i> {
    /// Reads the element `name`, whose local name is an NCName, if it is what follows the current tag, after white space at
    /// most, and if it has nothing but text. The reader is then at its end tag. It stays where it is otherwise.
    #[inline]
    pub fn text_leaf(&mut self, name: Name<'_>) -> Option<Leaf<'i>> {
        let start = self.behind_space()?;
        let length = self.expected_start(start, name)?;
        let (bytes, from) = (self.input.as_bytes(), start + length + 1);
        match bytes.get(from - 1)? {
            b'>' => {}
            b'/' => return self.empty_leaf(start, from).map(Leaf::Plain),
            _ => return None,
        }
        let special = from + find_not_character_data(bytes.get(from..)?)?;
        if bytes.get(special)? == &b'<' {
            return self.leaf_of(start, from..special, true).map(Leaf::Plain);
        }
        self.special_leaf(start, from, special)
    }

    /// An element whose start tag begins at `start`, and what its text is.
    #[inline]
    pub(super) fn leaf_of(&mut self, start: usize, text: Range<usize>, unescaped: bool) -> Option<Plain<'i>> {
        let (from, end) = (text.start, text.end);
        let bytes = self.input.as_bytes();
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
    pub(super) fn empty_leaf(&mut self, start: usize, bracket: usize) -> Option<Plain<'i>> {
        if self.input.as_bytes().get(bracket) != Some(&b'>') {
            return None;
        }
        self.count_expected();
        self.text = Text::None;
        (self.start, self.at) = (start, bracket + 1);
        self.current = Event::End;
        Some(Plain { text: "", unescaped: true })
    }

    /// The same where there is something at `special` that has to be looked at.
    fn special_leaf(&mut self, start: usize, from: usize, special: usize) -> Option<Leaf<'i>> {
        let mut text = std::mem::take(&mut self.spare);
        text.clear();
        let found = self.resolve_text(from, special, &mut text);
        self.spare = text;
        let Resolved { end, unescaped, references } = found?;
        if !references {
            return self.leaf_of(start, from..end, unescaped).map(Leaf::Plain);
        }
        let tag = self.input.as_bytes().get(start + 1..from)?;
        let behind = self.input.as_bytes().get(end..)?.strip_prefix(b"</")?;
        if !begins_with(behind, tag) || self.spare.len() > self.limits.text {
            return None;
        }
        std::mem::swap(&mut self.joined, &mut self.spare);
        self.count_expected();
        self.text = Text::Joined;
        (self.start, self.at) = (end, end + "</".len() + tag.len());
        self.current = Event::End;
        Some(Leaf::Resolved { unescaped })
    }

    /// Looks at the text that begins at `from`, from `special` on, up to the next tag, and appends it to `out` if it has
    /// references. Nothing for one that the general path has to look at.
    fn resolve_text(&self, from: usize, special: usize, out: &mut String) -> Option<Resolved> {
        let bytes = self.input.as_bytes();
        let (mut piece, mut at, mut unescaped) = (from, special, true);
        loop {
            match bytes.get(at)? {
                b'<' => break,
                b'&' => {
                    out.push_str(self.input.get(piece..at)?);
                    let (c, length) = reference::at_start(self.input.get(at..)?)?;
                    unescaped &= c >= ' ' && !matches!(c, '"' | '\\');
                    out.push(c);
                    at += length;
                    piece = at;
                }
                b'>' if at >= piece + 2 && bytes.get(at - 2..at) == Some(b"]]") => return None,
                b'>' => at += 1,
                _ => {
                    unescaped = false;
                    at += 1;
                }
            }
            let rest = bytes.get(at..)?;
            // Where JSON has to escape something anyhow, no more of that is looked for.
            at += if unescaped { find_not_character_data(rest)? } else { memchr3(b'<', b'&', b'>', rest)? };
        }
        let references = piece > from;
        if references {
            out.push_str(self.input.get(piece..at)?);
        }
        Some(Resolved { end: at, unescaped, references })
    }
}
