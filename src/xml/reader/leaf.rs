//! Elements that the caller expects and that have nothing but text, read as a whole.

use std::ops::Range;

use memchr::memchr3;

use super::{Event, Reader, Text};
use crate::octets::{begins_with, block_at, find_not_character_data, not_character_data};
use crate::xml::namespace::Name;
use crate::xml::out::Out;
use crate::xml::reference;

/// A text without references, comments and sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'i> {
    /// The document that it is in.
    pub document: &'i str,
    /// Where it begins there.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether a string of JSON can have it as it is: no quotes, backslashes and control characters.
    pub unescaped: bool,
}

impl<'i> Plain<'i> {
    /// A text that is not within another.
    pub fn alone(text: &'i str, unescaped: bool) -> Self {
        Self { document: text, start: 0, end: text.len(), unescaped }
    }

    /// The text.
    pub fn text(&self) -> &'i str {
        self.document.get(self.start..self.end).expect("it stands between two tags")
    }

    /// How many bytes it has.
    #[inline]
    #[expect(clippy::len_without_is_empty, reason = "its length says it")]
    pub fn len(&self) -> usize {
        self.end.wrapping_sub(self.start)
    }
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

/// The start tag of an element that was found and is not read yet.
#[derive(Clone, Copy, Debug)]
pub struct LeafStart {
    /// Where it begins.
    start: usize,
    /// What is behind the byte that follows its name.
    from: usize,
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
        let found = self.leaf_start(name)?;
        self.text_leaf_at(found)
    }

    /// The start tag of the element `name`, if it is what follows the current tag, after white space at most. The reader stays
    /// where it is.
    #[inline(always)]
    pub fn leaf_start(&self, name: Name<'_>) -> Option<LeafStart> {
        let start = self.behind_space()?;
        let length = self.expected_start(start, name)?;
        Some(LeafStart { start, from: start + length + 1 })
    }

    /// Reads the element that `found` begins, as [`Reader::text_leaf`] does.
    pub fn text_leaf_at(&mut self, found: LeafStart) -> Option<Leaf<'i>> {
        let LeafStart { start, from } = found;
        let bytes = self.input.as_bytes();
        match bytes.get(from - 1)? {
            b'>' => {}
            b'/' => return self.empty_leaf(start, from).map(Leaf::Plain),
            _ => return None,
        }
        // Many texts are short.
        let special = match block_at(bytes, from).map(not_character_data) {
            Some(found) if !found.is_none() => from + found.before_first(),
            _ => from + find_not_character_data(bytes.get(from..)?)?,
        };
        if bytes.get(special)? == &b'<' {
            return self.leaf_of(start, from..special, true).map(Leaf::Plain);
        }
        self.special_leaf(start, from, special)
    }

    /// Reads the element that `found` begins and appends its text to `out`, if that is not empty, and a string of JSON can have it as it
    /// is. Otherwise the reader stays where it is, and what was appended means nothing.
    #[inline]
    pub fn put_leaf(&mut self, found: LeafStart, out: &mut Out<'_>) -> bool {
        let before = out.len();
        let Some(end) = self.put_text(found.from, out) else { return false };
        let (bytes, length) = (self.input.as_bytes(), out.len() - before);
        let tag = bytes.get(found.start + 1..found.from);
        let (Some(tag), Some([b'<', b'/', behind @ ..])) = (tag, bytes.get(end..)) else { return false };
        if length == 0 || length > self.limits.text || !begins_with(behind, tag) {
            return false;
        }
        self.count_expected();
        self.text = Text::None;
        (self.start, self.at) = (end, end + "</".len() + tag.len());
        self.current = Event::End;
        true
    }

    /// Appends the text that begins at `from`, up to the next tag, and says where that is. Nothing for a text that needs a closer look.
    #[inline]
    fn put_text(&self, from: usize, out: &mut Out<'_>) -> Option<usize> {
        let bytes = self.input.as_bytes();
        if bytes.get(from - 1) != Some(&b'>') {
            return None;
        }
        let (mut piece, mut at) = (from, from);
        loop {
            at = out.put_character_data(bytes, at)?;
            match bytes.get(at)? {
                b'<' => return Some(at),
                b'&' => {
                    let (c, length) = reference::at_start(self.input.get(at..)?)?;
                    match u8::try_from(c) {
                        Ok(b'"' | b'\\' | ..b' ') => return None,
                        Ok(ascii @ ..0x80) => out.push(ascii),
                        _ => out.put(c.encode_utf8(&mut [0; 4])),
                    }
                    at += length;
                    piece = at;
                }
                b'>' if at < piece + 2 || bytes.get(at - 2..at) != Some(b"]]") => {
                    out.push(b'>');
                    at += 1;
                }
                _ => return None,
            }
        }
    }

    /// An element whose start tag begins at `start`, and what its text is.
    #[inline(always)]
    pub(super) fn leaf_of(&mut self, start: usize, text: Range<usize>, unescaped: bool) -> Option<Plain<'i>> {
        let (from, end) = (text.start, text.end);
        let bytes = self.input.as_bytes();
        let (behind, tag) = (bytes.get(end..)?, bytes.get(start + 1..from)?);
        // The name and the bracket behind it are those of the start tag.
        let closed = behind.get(1) == Some(&b'/') && begins_with(behind.get(2..)?, tag);
        if !closed || end - from > self.limits.text {
            return None;
        }
        self.count_expected();
        self.text = Text::Piece(from, end);
        (self.start, self.at) = (end, end + 2 + tag.len());
        self.current = Event::End;
        Some(Plain { document: self.input, start: from, end, unescaped })
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
        Some(Plain::alone("", true))
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
        let [b'<', b'/', behind @ ..] = self.input.as_bytes().get(end..)? else { return None };
        if !begins_with(behind, tag) || self.spare.len() > self.limits.text {
            return None;
        }
        // Not by `swap`, which is a call for so few bytes.
        let text = std::mem::take(&mut self.spare);
        self.spare = std::mem::replace(&mut self.joined, text);
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
