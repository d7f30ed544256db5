//! Output with room ahead: a piece that is appended costs a copy, and memory is asked for once in many pieces.

use crate::octets::{not_character_data, not_text};

use super::write::{self, ATTRIBUTE, Forbidden, Sink, TEXT};

/// Appends to a buffer in which zeros stand behind what is written, until it is finished.
#[derive(Debug)]
pub struct Out<'o> {
    buffer: &'o mut Vec<u8>,
    /// Where what is written ends.
    length: usize,
}

impl<'o> Out<'o> {
    /// Appends to what `buffer` has.
    pub fn new(buffer: &'o mut Vec<u8>) -> Self {
        Self { length: buffer.len(), buffer }
    }

    /// Leaves in the buffer what is written.
    pub fn finish(self) {
        self.buffer.truncate(self.length);
    }

    /// How much is written.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What is written.
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).expect("what is written is in the buffer")
    }

    /// Forgets what is behind the first `length` bytes.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Appends `text` as it is.
    #[inline]
    pub fn put(&mut self, text: &str) {
        self.put_bytes(text.as_bytes());
    }

    /// Appends `bytes` as they are.
    #[inline]
    pub fn put_bytes(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.length..).and_then(|room| room.get_mut(..bytes.len())) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length += bytes.len();
            }
            None => self.make_room(bytes),
        }
    }

    /// Appends the part of `whole` from `start` to `end` as it is. A short one is copied whatever its length, with what is behind it.
    #[inline]
    pub fn put_within(&mut self, whole: &[u8], start: usize, end: usize) {
        let length = end.wrapping_sub(start);
        let text = whole.get(start..).and_then(|text| text.first_chunk::<32>());
        let room = self.buffer.get_mut(self.length..).and_then(|room| room.first_chunk_mut());
        match (text, room) {
            (Some(text), Some(room)) if length <= text.len() => {
                *room = *text;
                self.length += length;
            }
            _ => self.put_bytes(whole.get(start..end).expect("a part of it")),
        }
    }

    /// Appends one byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        match self.buffer.get_mut(self.length) {
            Some(room) => {
                *room = byte;
                self.length += 1;
            }
            None => self.make_room(&[byte]),
        }
    }

    /// Forgets the last byte.
    pub fn pop(&mut self) {
        self.length = self.length.saturating_sub(1);
    }

    /// Has `write` change what is written.
    pub fn with<R>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let room = self.buffer.len();
        self.buffer.truncate(self.length);
        let written = write(self.buffer);
        self.length = self.buffer.len();
        self.buffer.resize(room.max(self.length), 0);
        written
    }

    /// Appends a tag.
    #[inline]
    pub fn put_tag(&mut self, tag: &Tag) {
        let room = self.buffer.get_mut(self.length..).and_then(|room| room.first_chunk_mut());
        match room.filter(|_| tag.text.len() <= tag.head.len()) {
            Some(room) => {
                *room = tag.head;
                self.length += tag.text.len();
            }
            None => self.put(&tag.text),
        }
    }

    /// Appends the part of `whole` from `start` to `end` as character data. Who has a text within a larger one saves a look at its length
    /// for each block: what is copied behind its end is written over.
    #[inline(always)]
    pub fn text_within(&mut self, whole: &str, start: usize, end: usize) -> Result<(), Forbidden> {
        let whole = whole.as_bytes();
        match self.put_clean(whole, start, end) {
            clean if clean == end => Ok(()),
            special => self.text_from(whole, special, end),
        }
    }

    /// The same where the first byte may need an escape.
    #[inline(never)]
    fn text_from(&mut self, whole: &[u8], mut start: usize, end: usize) -> Result<(), Forbidden> {
        while start < end {
            let escaped = match whole.get(start) {
                Some(b'&') => self.put_escape(*b"&amp;\0\0\0", 5),
                Some(b'<') => self.put_escape(*b"&lt;\0\0\0\0", 4),
                Some(b'>') => self.put_escape(*b"&gt;\0\0\0\0", 4),
                _ => false,
            };
            if !escaped {
                return write::escape(self, whole.get(start..end).expect("a part of it"), &TEXT);
            }
            start = self.put_clean(whole, start.wrapping_add(1), end);
        }
        Ok(())
    }

    /// Appends as much of the part from `start` to `end` as is before its first byte that needs a look, or as there is text and room for,
    /// and says where that is.
    #[inline(always)]
    fn put_clean(&mut self, whole: &[u8], start: usize, end: usize) -> usize {
        let (Some(source), Some(room)) = (whole.get(start..), self.buffer.get_mut(self.length..)) else {
            return start;
        };
        let (mut blocks, mut places) = (source.as_chunks().0, room.as_chunks_mut().0);
        let mut at = start;
        while let ([block, blocks_behind @ ..], [place, places_behind @ ..]) = (blocks, places) {
            *place = *block;
            let found = not_text(block);
            if !found.is_none() {
                at = at.wrapping_add(found.before_first());
                break;
            }
            at = at.wrapping_add(block.len());
            if at >= end {
                break;
            }
            (blocks, places) = (blocks_behind, places_behind);
        }
        let at = at.min(end);
        self.length += at.wrapping_sub(start);
        at
    }

    /// Appends `document` from `at` on up to the first byte that character data of XML or a string of JSON cannot have as it is, and says
    /// where that is. Nothing where the document ends before.
    #[inline]
    pub fn put_character_data(&mut self, document: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let mut blocks = document.get(at..)?.as_chunks().0;
            let mut places = self.buffer.get_mut(self.length..)?.as_chunks_mut().0;
            if places.is_empty() {
                self.make_room(&[]);
                continue;
            }
            blocks.first()?;
            let mut clean = 0_usize;
            while let ([block, blocks_behind @ ..], [place, places_behind @ ..]) = (blocks, places) {
                *place = *block;
                let found = not_character_data(block);
                if !found.is_none() {
                    clean = clean.wrapping_add(found.before_first());
                    self.length += clean;
                    return Some(at.wrapping_add(clean));
                }
                clean = clean.wrapping_add(block.len());
                (blocks, places) = (blocks_behind, places_behind);
            }
            self.length += clean;
            at = at.wrapping_add(clean);
        }
    }

    /// Appends the first `length` bytes of `escape`; whether there is room.
    #[inline]
    fn put_escape(&mut self, escape: [u8; 8], length: usize) -> bool {
        let room = self.buffer.get_mut(self.length..).and_then(|room| room.first_chunk_mut());
        let fits = room.map(|room| *room = escape).is_some();
        self.length += if fits { length } else { 0 };
        fits
    }

    /// Appends `text` as character data.
    #[inline]
    pub fn text(&mut self, text: &str) -> Result<(), Forbidden> {
        write::escape(self, text.as_bytes(), &TEXT)
    }

    /// Appends `value` as the inside of an attribute value in double quotes.
    #[inline]
    pub fn attribute(&mut self, value: &str) -> Result<(), Forbidden> {
        write::escape(self, value.as_bytes(), &ATTRIBUTE)
    }

    /// Makes room for more.
    #[cold]
    fn make_room(&mut self, bytes: &[u8]) {
        self.buffer.truncate(self.length);
        self.buffer.extend_from_slice(bytes);
        self.length = self.buffer.len();
        // What is allocated is used before more is.
        let spare = self.buffer.capacity() - self.length;
        self.buffer.resize(self.length + if spare < LEAST { AHEAD } else { AHEAD.min(spare) }, 0);
    }
}

impl Sink for Out<'_> {
    #[inline]
    fn put_bytes(&mut self, bytes: &[u8]) {
        Out::put_bytes(self, bytes);
    }
}

/// A piece of output that is known beforehand. One that is short is copied whatever its length, which takes a few instructions.
#[derive(Clone, Debug)]
pub struct Tag {
    text: Box<str>,
    head: [u8; 32],
}

impl Tag {
    /// The piece `text`.
    pub fn new(text: &str) -> Self {
        let mut head = [0; 32];
        head.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
        Self { text: text.into(), head }
    }

    /// The piece.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// So much room is made at a time.
const AHEAD: usize = 2048;

/// For less than so much nothing is gained.
const LEAST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn around_it(text: &str) -> String {
        format!("&{text}\"{text}")
    }

    #[test]
    fn what_is_put_is_what_is_there() {
        let mut expected = b"before".to_vec();
        let mut buffer = expected.clone();
        let mut out = Out::new(&mut buffer);
        for length in (0..70).chain([5000, 1, 100_000, 3]) {
            let text = "x<".repeat(length);
            let tag = Tag::new(&text);
            assert_eq!(tag.as_str(), text);
            out.put(&text);
            out.put_tag(&tag);
            out.text(&text).expect("text");
            out.put_within(text.as_bytes(), 0, text.len());
            out.put_within(around_it(&text).as_bytes(), 1, 1 + text.len());
            out.push(b'!');
            out.push(b'?');
            out.pop();
            out.with(|out| out.extend_from_slice(b"with"));
            let around = around_it(&text);
            out.text_within(&around, 1, 1 + text.len()).expect("text");
            out.attribute("\"").expect("text");
            let escaped = text.replace('<', "&lt;");
            let parts = [&*text, &text, &escaped, &text, &text, "!with", &escaped, "&quot;"];
            expected.extend(parts.concat().into_bytes());
            assert_eq!(out.written(), expected);
            let length = out.len() - 1;
            out.truncate(length);
            expected.pop();
        }
        out.finish();
        assert_eq!(buffer, expected);
    }

    /// Every byte in every place, with every length of text before it, behind it and around it: what is written is what is written of
    /// the text alone.
    #[test]
    fn a_text_within_another_is_written_as_it_is_alone() {
        let others = [
            "\u{0}", "\u{1F}", "\t", "\n", "\r", "\"", "'", "&", "<", ">", "]]>", "é", "\u{FFFD}",
            "\u{FFFE}", "\u{FFFF}", "😀",
        ];
        for other in others {
            for before in 0..34 {
                for (behind, after) in [(0, 0), (1, 40), (15, 1), (16, 40), (17, 0), (20, 40)] {
                    let text = ["a".repeat(before), other.into(), "b".repeat(behind)].concat();
                    let whole = format!("<&{text}{}", "\"<".repeat(after));
                    let (mut alone, mut within) = (Vec::new(), Vec::new());
                    let expected = write::text(&mut alone, &text);
                    let mut out = Out::new(&mut within);
                    out.put("<a>");
                    assert_eq!(out.text_within(&whole, 2, 2 + text.len()), expected, "{text:?}");
                    out.finish();
                    if expected.is_ok() {
                        assert_eq!(within.get(3..), Some(&*alone), "{text:?}");
                    }
                }
            }
        }
    }
}
