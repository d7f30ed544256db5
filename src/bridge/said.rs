//! What was said in an exchange, in one piece of memory: copied, so that no message lives longer than its exchange, into what earlier exchanges
//! have left, so that nothing is allocated for it.

use http::{HeaderMap, HeaderValue};

use crate::limits::TRAFFIC_MESSAGE;

/// The messages of an exchange, and what stands before them.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Said {
    bytes: Vec<u8>,
    pieces: [Kept; PIECES],
}

/// A part of what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Piece {
    /// Authority, where the request has one before its path, a line feed, path and query.
    RequestTarget,
    RequestHeaders,
    Request,
    BackendTarget,
    BackendHeaders,
    BackendRequest,
    ReplyHeaders,
    BackendReply,
    AnswerHeaders,
    Answer,
}

const PIECES: usize = 10;

/// What is kept of a piece.
#[derive(Clone, Copy, Debug, Default)]
enum Kept {
    #[default]
    Nothing,
    Length(usize),
    Whole(usize, usize),
}

/// A message, as far as it is kept.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) enum Message<'m> {
    /// There was none.
    Nothing,
    /// One of so many bytes, which is too large.
    Length(usize),
    Whole(&'m [u8]),
}

/// A header, as it was.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Header<'h> {
    pub(in crate::bridge) name: &'h str,
    pub(in crate::bridge) value: &'h [u8],
    /// Whether whoever made it says that it is a secret.
    pub(in crate::bridge) is_sensitive: bool,
}

impl Said {
    /// Nothing yet, in the memory of `spare`.
    pub(in crate::bridge) fn within(mut spare: Vec<u8>) -> Self {
        spare.clear();
        Self { bytes: spare, pieces: [Kept::Nothing; PIECES] }
    }

    /// Bytes that are taken.
    pub(in crate::bridge) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The memory, for another exchange.
    pub(in crate::bridge) fn into_spare(self) -> Vec<u8> {
        self.bytes
    }

    /// Adds a message; of a large one only its length.
    pub(in crate::bridge) fn message(&mut self, piece: Piece, message: &[u8]) {
        match message.len() {
            0 => {}
            length if length > TRAFFIC_MESSAGE => self.pieces[piece as usize] = Kept::Length(length),
            _ => self.add(piece, |bytes| bytes.extend_from_slice(message)),
        }
    }

    /// Adds texts, as one.
    pub(in crate::bridge) fn texts(&mut self, piece: Piece, texts: &[&str]) {
        self.add(piece, |bytes| texts.iter().for_each(|text| bytes.extend_from_slice(text.as_bytes())));
    }

    /// Adds headers, each on a line: no value has a line feed.
    pub(in crate::bridge) fn headers(&mut self, piece: Piece, headers: &HeaderMap) {
        self.add(piece, |bytes| {
            headers.iter().for_each(|(name, value)| add_header(bytes, name.as_str(), value))
        });
    }

    #[inline]
    fn add(&mut self, piece: Piece, add: impl FnOnce(&mut Vec<u8>)) {
        let from = self.bytes.len();
        add(&mut self.bytes);
        self.pieces[piece as usize] = Kept::Whole(from, self.bytes.len());
    }

    pub(in crate::bridge) fn piece(&self, piece: Piece) -> Message<'_> {
        match self.pieces[piece as usize] {
            Kept::Nothing => Message::Nothing,
            Kept::Length(length) => Message::Length(length),
            Kept::Whole(from, to) => Message::Whole(&self.bytes[from..to]),
        }
    }

    /// The text of a piece that is one; empty where there is none.
    pub(in crate::bridge) fn text_of(&self, piece: Piece) -> &str {
        match self.piece(piece) {
            Message::Whole(text) => str::from_utf8(text).expect("it was a text"),
            Message::Nothing | Message::Length(_) => "",
        }
    }

    pub(in crate::bridge) fn headers_of(&self, piece: Piece) -> impl Iterator<Item = Header<'_>> {
        let lines = match self.piece(piece) {
            Message::Whole(lines) => lines,
            Message::Nothing | Message::Length(_) => &[],
        };
        lines.split(|byte| *byte == b'\n').filter_map(|line| {
            let (mark, line) = line.split_first()?;
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = str::from_utf8(&line[..colon]).expect("names are ASCII");
            Some(Header { name, value: &line[colon + 1..], is_sensitive: *mark == SENSITIVE })
        })
    }
}

#[inline]
fn add_header(bytes: &mut Vec<u8>, name: &str, value: &HeaderValue) {
    bytes.reserve(name.len() + value.len() + 3);
    bytes.push(if value.is_sensitive() { SENSITIVE } else { b' ' });
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(b':');
    bytes.extend_from_slice(value.as_bytes());
    bytes.push(b'\n');
}

const SENSITIVE: u8 = b'!';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_found_again() {
        let mut headers = HeaderMap::new();
        headers.append("a", HeaderValue::from_static("1: 2"));
        headers.append("a", HeaderValue::from_bytes(b"\xff").expect("a value"));
        let mut secret = HeaderValue::from_static("s");
        secret.set_sensitive(true);
        headers.append("b", secret);
        let mut said = Said::within(b"of before".to_vec());
        said.headers(Piece::ReplyHeaders, &headers);
        said.message(Piece::Request, b"{}");
        said.message(Piece::Answer, &vec![b'x'; TRAFFIC_MESSAGE + 1]);
        said.texts(Piece::RequestTarget, &["host", "\n", "/a"]);
        let found: Vec<_> = said
            .headers_of(Piece::ReplyHeaders)
            .map(|found| (found.name, found.value, found.is_sensitive))
            .collect();
        assert_eq!(found, [("a", &b"1: 2"[..], false), ("a", b"\xff", false), ("b", b"s", true)]);
        assert!(matches!(said.piece(Piece::Request), Message::Whole(b"{}")));
        assert!(
            matches!(said.piece(Piece::Answer), Message::Length(length) if length == TRAFFIC_MESSAGE + 1)
        );
        assert_eq!(said.text_of(Piece::RequestTarget), "host\n/a");
        assert!(said.headers_of(Piece::RequestHeaders).next().is_none());
    }
}
