//! Output with room ahead: a piece that is appended costs a copy, and memory is asked for once in many pieces.

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

    /// Appends `text` as character data.
    #[inline]
    pub fn text(&mut self, text: &str) -> Result<(), Forbidden> {
        write::escape(self, text, &TEXT)
    }

    /// Appends `value` as the inside of an attribute value in double quotes.
    #[inline]
    pub fn attribute(&mut self, value: &str) -> Result<(), Forbidden> {
        write::escape(self, value, &ATTRIBUTE)
    }

    /// Makes room for more.
    #[cold]
    fn make_room(&mut self, bytes: &[u8]) {
        self.buffer.truncate(self.length);
        self.buffer.extend_from_slice(bytes);
        self.length = self.buffer.len();
        self.buffer.resize(self.length + AHEAD, 0);
    }
}

impl Sink for Out<'_> {
    #[inline]
    fn put_bytes(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.length..).and_then(|room| room.get_mut(..bytes.len())) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length += bytes.len();
            }
            None => self.make_room(bytes),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
            out.attribute("\"").expect("text");
            expected.extend([&*text, &text, &text.replace('<', "&lt;"), "&quot;"].concat().into_bytes());
            assert_eq!(out.written(), expected);
            let length = out.len() - 1;
            out.truncate(length);
            expected.pop();
        }
        out.finish();
        assert_eq!(buffer, expected);
    }
}
