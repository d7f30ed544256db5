//! Bodies that are sent: bytes, and octets of attachments that are made ready as they are sent.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use base64_simd::STANDARD;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::bridge::state::budget::{Claim, Hold};
use crate::bridge::state::spool::{Reading, Spooled};
use crate::limits::APART_STEP;

/// The body of an answer, or of a request to a backend: bytes, or in a message with attachments pieces of several kinds.
#[derive(Clone, Debug)]
pub struct Body(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Whole(Bytes),
    /// In a box: few have them.
    Pieces(Box<Row>),
}

/// The pieces of a body.
#[derive(Debug)]
struct Row {
    pieces: VecDeque<Piece>,
    /// Bytes of them, as they are sent.
    length: u64,
    /// The text in which stand-ins are in the places of attachments.
    text: Bytes,
    /// The memory of the pieces.
    hold: Option<Arc<Hold>>,
    /// What is read for the first of them.
    reading: Reading,
}

impl Clone for Row {
    fn clone(&self) -> Self {
        let Self { pieces, length, text, hold, reading: _ } = self;
        // What is being read was not taken yet.
        let (pieces, text, hold) = (pieces.clone(), text.clone(), hold.clone());
        Self { pieces, length: *length, text, hold, reading: Reading::default() }
    }
}

/// A piece of a body.
#[derive(Clone, Debug)]
enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// What this base64, which is canonical, stands for.
    Decoded(Bytes),
    /// These octets in base64.
    Encoded(Bytes),
    /// Octets in a file.
    File(InFile),
}

/// Octets in a file.
#[derive(Clone, Debug)]
struct InFile {
    spooled: Arc<Spooled>,
    place: Range<u64>,
    /// Whether they are sent in base64.
    encoded: bool,
}

impl InFile {
    fn left(&self) -> u64 {
        self.place.end - self.place.start
    }

    /// Where the next `most` octets are, or all.
    fn next(&self, most: usize) -> Range<u64> {
        let Range { start, end } = self.place;
        start..end.min(start.saturating_add(most as u64))
    }

    /// `octets` that were read, as they are sent.
    fn taken(&mut self, octets: Vec<u8>) -> Bytes {
        self.place.start += octets.len() as u64;
        if self.encoded { STANDARD.encode_to_string(octets).into() } else { octets.into() }
    }
}

impl Piece {
    /// Bytes of it, as it is sent.
    fn length(&self) -> u64 {
        let length = match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Decoded(base64) => STANDARD.decoded_length(base64).expect("it is canonical base64"),
            Self::Encoded(octets) => STANDARD.encoded_length(octets.len()),
            Self::File(file) if file.encoded => return file.left().div_ceil(3) * 4,
            Self::File(file) => return file.left(),
        };
        length as u64
    }

    /// Bytes of it, as it is in memory.
    fn size(&self) -> usize {
        match self {
            Self::Bytes(bytes) | Self::Decoded(bytes) | Self::Encoded(bytes) => bytes.len(),
            Self::File(_) => APART_STEP,
        }
    }

    /// Takes the next bytes of it, of which there are some: of those that are made no more than of `most` octets.
    fn take(&mut self, most: usize) -> Bytes {
        let step = |bytes: &mut Bytes, most: usize| bytes.split_to(most.min(bytes.len()));
        match self {
            Self::Bytes(bytes) => std::mem::take(bytes),
            Self::Decoded(base64) => {
                let decoded = STANDARD.decode_to_vec(step(base64, (most / 3).saturating_mul(4)));
                decoded.expect("it is canonical base64").into()
            }
            Self::Encoded(octets) => STANDARD.encode_to_string(step(octets, most)).into(),
            Self::File(file) => {
                let octets = file.spooled.read(file.next(most));
                file.taken(octets.expect("a file that was written can be read"))
            }
        }
    }
}

impl Body {
    /// A body of these bytes.
    #[inline]
    pub fn new(bytes: Bytes) -> Self {
        Self(Inner::Whole(bytes))
    }

    /// Puts what `renew` makes of its first bytes in their place. The first piece of a message is what stands before its attachments.
    pub(super) fn renew(&mut self, renew: impl FnOnce(&Bytes) -> Bytes) {
        match &mut self.0 {
            Inner::Whole(bytes) => *bytes = renew(bytes),
            Inner::Pieces(row) => match row.pieces.front_mut() {
                Some(Piece::Bytes(bytes)) => {
                    let before = bytes.len() as u64;
                    *bytes = renew(bytes);
                    row.length = row.length - before + bytes.len() as u64;
                }
                Some(Piece::Decoded(_) | Piece::Encoded(_) | Piece::File(_)) | None => {
                    unreachable!("a message begins before its attachments")
                }
            },
        }
    }

    /// All of it as a text, with stand-ins in the places of attachments; empty where it is a package, whose parts are no text.
    #[inline]
    pub(in crate::bridge) fn text(&self) -> &Bytes {
        match &self.0 {
            Inner::Whole(bytes) => bytes,
            Inner::Pieces(row) => &row.text,
        }
    }

    /// Its bytes, where it has no other pieces.
    #[inline]
    pub fn whole(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Whole(bytes) => Some(bytes),
            Inner::Pieces(_) => None,
        }
    }

    /// Whether there is nothing in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// All of it in one piece.
    pub fn to_whole(&self) -> Bytes {
        self.clone().into_whole()
    }

    /// The same of what nobody else needs.
    pub fn into_whole(self) -> Bytes {
        let row = match self.0 {
            Inner::Whole(bytes) => return bytes,
            Inner::Pieces(row) => row,
        };
        let mut whole = Vec::new();
        for mut piece in row.pieces {
            whole.extend_from_slice(&piece.take(usize::MAX));
        }
        whole.into()
    }

    /// Bytes of it, as it is sent.
    #[inline]
    pub(in crate::bridge) fn length(&self) -> u64 {
        match &self.0 {
            Inner::Whole(bytes) => bytes.len() as u64,
            Inner::Pieces(row) => row.length,
        }
    }

    /// Bytes of it, as it is in memory.
    #[inline]
    pub(in crate::bridge) fn size(&self) -> usize {
        match &self.0 {
            Inner::Whole(bytes) => bytes.len(),
            Inner::Pieces(row) => row.pieces.iter().map(Piece::size).sum::<usize>() + row.text.len(),
        }
    }

    /// The same with its memory of `claim`, which is given back when it was sent.
    pub(in crate::bridge) fn held(self, claim: &Claim<'_>) -> Self {
        let size = self.size();
        match self.0 {
            Inner::Whole(bytes) => Self::new(claim.hold(bytes)),
            Inner::Pieces(mut row) => {
                row.hold = Some(Arc::new(claim.hand_over(size)));
                Self(Inner::Pieces(row))
            }
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::new(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::new(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes.into())
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = match &mut self.0 {
            Inner::Whole(bytes) if bytes.is_empty() => None,
            Inner::Whole(bytes) => Some(std::mem::take(bytes)),
            Inner::Pieces(row) => ready!(row.poll(context)).transpose()?,
        };
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

impl Row {
    /// The next bytes, where there are more.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(piece) = self.pieces.front_mut() else { return Poll::Ready(None) };
            let bytes = match piece {
                _ if piece.length() == 0 => {
                    self.pieces.pop_front();
                    continue;
                }
                Piece::File(file) => {
                    let next = file.next(APART_STEP);
                    file.taken(ready!(self.reading.poll(&file.spooled, next, context))?)
                }
                piece => piece.take(APART_STEP),
            };
            self.length -= bytes.len() as u64;
            return Poll::Ready(Some(Ok(bytes)));
        }
    }
}

/// A body that is put together.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Pieces {
    done: Vec<Piece>,
    text: Vec<u8>,
}

impl Pieces {
    /// Begins with this `text`.
    pub(in crate::bridge) fn new(text: Vec<u8>) -> Self {
        Self { done: Vec::new(), text }
    }

    /// What is written next is bytes.
    pub(in crate::bridge) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    /// Adds octets as they are.
    pub(in crate::bridge) fn octets(&mut self, octets: Bytes) {
        self.add(Piece::Bytes(octets));
    }

    /// Adds octets in base64.
    pub(in crate::bridge) fn encoded(&mut self, octets: Bytes) {
        self.add(Piece::Encoded(octets));
    }

    /// Adds what this base64, which is canonical, stands for.
    pub(in crate::bridge) fn decoded(&mut self, base64: Bytes) {
        self.add(Piece::Decoded(base64));
    }

    /// Adds octets of a file, in base64 or as they are.
    pub(in crate::bridge) fn spooled(&mut self, spooled: Arc<Spooled>, place: Range<u64>, encoded: bool) {
        self.add(Piece::File(InFile { spooled, place, encoded }));
    }

    fn add(&mut self, piece: Piece) {
        self.end_text();
        if piece.length() > 0 {
            self.done.push(piece);
        }
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Piece::Bytes(std::mem::take(&mut self.text).into()));
        }
    }

    /// The body, which `text` is with stand-ins in the places of attachments.
    pub(in crate::bridge) fn body(mut self, text: Bytes) -> Body {
        self.end_text();
        if let [Piece::Bytes(whole)] = self.done.as_slice() {
            return Body::new(whole.clone());
        }
        let length = self.done.iter().map(Piece::length).sum();
        Body(Inner::Pieces(Box::new(Row {
            pieces: self.done.into(),
            length,
            text,
            hold: None,
            reading: Reading::default(),
        })))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    fn body(large: &[u8]) -> Body {
        let mut pieces = Pieces::new(b"a".to_vec());
        pieces.encoded(Bytes::copy_from_slice(large));
        pieces.text().extend_from_slice(b"b");
        pieces.decoded(STANDARD.encode_to_string(large).into());
        pieces.octets(Bytes::from_static(b"c"));
        pieces.body(Bytes::from_static(b"text"))
    }

    #[tokio::test]
    async fn pieces_are_sent_in_steps() {
        for length in [0, 1, 2, 3, APART_STEP - 1, APART_STEP, APART_STEP + 1, 2 * APART_STEP + 5] {
            let large: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let base64 = STANDARD.encode_to_string(&large);
            let whole = [b"a", base64.as_bytes(), b"b", &large, b"c"].concat();
            let mut sent = body(&large);
            assert_eq!(sent.length(), whole.len() as u64, "{length}");
            assert_eq!(sent.clone().into_whole(), whole, "{length}");
            let mut read = Vec::new();
            while let Some(frame) = sent.frame().await {
                let data = frame.expect("it is there").into_data().expect("data");
                assert!(!data.is_empty() && data.len() <= (APART_STEP / 3 * 4).max(length));
                read.extend_from_slice(&data);
                assert_eq!(sent.length() as usize, whole.len() - read.len());
            }
            assert!(read == whole && sent.is_end_stream(), "{length}");
        }
    }

    #[test]
    fn what_is_renewed_is_as_long_as_it_is() {
        for mut body in [body(b"large"), Body::new(Bytes::from_static(b"ac"))] {
            let whole = body.to_whole();
            body.renew(|first| [b"new ", &first[..]].concat().into());
            assert_eq!(body.length(), whole.len() as u64 + 4);
            assert_eq!(body.into_whole(), [b"new ", &whole[..]].concat());
        }
    }

    #[test]
    fn a_text_is_a_whole() {
        let body = Pieces::new(b"a".to_vec()).body(Bytes::from_static(b"text"));
        assert_eq!((body.whole().map(|whole| &**whole), &**body.text()), (Some(&b"a"[..]), &b"a"[..]));
        assert_eq!(self::body(b"x").whole(), None);
    }
}
