//! The parser: one pass, no recursion.
//!
//! Its steps are made into one function, so that where it stands is kept in registers; what is rare is outside of it.

use super::error::{Error, ErrorKind, Wrong};
use super::key::{mark_of_long, mark_of_short};
use super::keys;
use super::number;
use super::plain::plain_end;
use super::pointer;
use super::string;
use super::token::{Document, Kind, MOST_BYTES, MOST_TOKENS, TRUE, Token};
use crate::limits::JsonLimits;
use crate::octets::{self, block_at, last_block, not_plain, not_space};

/// The tokens of a document, and the containers that are open while it is read.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// The tokens, and places for those of later documents.
    places: Vec<Token>,
    open: Vec<Open>,
}

/// A container that is open.
#[derive(Debug)]
struct Open {
    token: u32,
    /// What is around it, as it was when it began.
    around: Around,
}

/// What is around a value.
#[derive(Clone, Copy, Debug)]
struct Around {
    /// The bracket at its end; nothing around the whole document.
    end: u8,
    /// Its items or members so far, with the one that is being read.
    count: u32,
}

/// Reads `input` into `buffers`.
pub(super) fn parse<'t>(
    buffers: &'t mut Buffers,
    input: &'t [u8],
    limits: &JsonLimits,
) -> Result<Document<'t>, Error> {
    let body = without_mark(input);
    buffers.open.clear();
    let text = octets::text(body).map_err(|valid| not_utf8(body, valid))?;
    let most = limits.tokens.min(MOST_TOKENS);
    let Buffers { places, open } = buffers;
    places.truncate(most);
    let (bytes, around) = (text.as_bytes(), Around::of(0));
    let read = Parser { places, most, read: 0, open, text, bytes, at: 0, around, limits }.document();
    let tokens = |read| buffers.places.get(..read).expect(PLACE);
    match read {
        Ok(read) => Ok(Document { tokens: tokens(read), text }),
        Err(Stopped { wrong, at, read }) => {
            let document = Document { tokens: tokens(read), text };
            Err(error(document, &buffers.open, at, wrong.kind(limits)))
        }
    }
}

fn without_mark(input: &[u8]) -> &[u8] {
    match input {
        [0xEF, 0xBB, 0xBF, body @ ..] => body,
        _ => input,
    }
}

#[cold]
fn not_utf8(body: &[u8], valid: usize) -> Error {
    Error::at(body, ErrorKind::Utf8, valid, String::new())
}

#[cold]
fn error(document: Document<'_>, open: &[Open], at: usize, kind: ErrorKind) -> Error {
    let tokens = document.tokens;
    // A repeated key is seen at the end of its object, behind other members.
    let key = tokens.iter().position(|token| token.start as usize == at);
    let value = key.filter(|_| kind == ErrorKind::DuplicateKey).map_or(tokens.len(), |key| key + 1);
    let pointer = pointer::of_open(document, open.iter().map(|open| open.token as usize), value);
    Error::at(document.text.as_bytes(), kind, at, pointer)
}

struct Parser<'p, 't> {
    places: &'p mut Vec<Token>,
    /// How many tokens there may be, and how many there are.
    most: usize,
    read: usize,
    open: &'p mut Vec<Open>,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    around: Around,
    limits: &'p JsonLimits,
}

/// Where the parser has stopped, and why.
struct Stopped {
    wrong: Wrong,
    at: usize,
    read: usize,
}

impl Around {
    fn of(end: u8) -> Self {
        Self { end, count: 0 }
    }
}

impl Parser<'_, '_> {
    /// Reads the whole document, and says how many tokens it has.
    fn document(mut self) -> Result<usize, Stopped> {
        match self.all() {
            Ok(()) => Ok(self.read),
            Err(wrong) => Err(Stopped { wrong, at: self.at, read: self.read }),
        }
    }

    #[inline(always)]
    fn all(&mut self) -> Result<(), Wrong> {
        if self.bytes.first().is_none_or(|byte| *byte <= b' ') {
            self.at = behind_space(self.bytes, 0);
        }
        if self.at == self.bytes.len() {
            return Err(Wrong::Empty);
        }
        if self.bytes.len() > MOST_BYTES {
            return Err(Wrong::Bytes);
        }
        loop {
            if self.around.end == b'}' {
                self.key()?;
            }
            if self.value()? && self.ended()? {
                break;
            }
        }
        if self.at != self.bytes.len() {
            self.at = behind_space(self.bytes, self.at);
        }
        if self.at == self.bytes.len() { Ok(()) } else { Err(Wrong::Trailing) }
    }

    /// A scalar, an empty container, or the beginning of another one; whether it was a whole value.
    #[inline(always)]
    fn value(&mut self) -> Result<bool, Wrong> {
        self.around.count = self.around.count.wrapping_add(1);
        let mut byte = *self.bytes.get(self.at).ok_or(Wrong::Truncated)?;
        if byte <= b' ' {
            self.at = behind_space(self.bytes, self.at);
            byte = *self.bytes.get(self.at).ok_or(Wrong::Truncated)?;
        }
        if byte == b'"' {
            self.string()?;
            return Ok(true);
        }
        if byte.is_ascii_digit() {
            self.number()?;
            return Ok(true);
        }
        match byte {
            b'{' => return self.begin(Kind::Object, b'}'),
            b'[' => return self.begin(Kind::Array, b']'),
            b't' => self.word(b"true", Token::new(Kind::Bool, TRUE))?,
            b'f' => self.word(b"false", Token::new(Kind::Bool, 0))?,
            b'n' => self.word(b"null", Token::new(Kind::Null, 0))?,
            b'-' => self.other_number()?,
            _ => return Err(Wrong::Syntax),
        }
        Ok(true)
    }

    /// What comes behind a value: the ends of containers, and whether that was the end of all.
    #[inline(always)]
    fn ended(&mut self) -> Result<bool, Wrong> {
        while self.around.end != 0 {
            let comma = self.is_at(b',');
            if !comma && self.bytes.get(self.at) != Some(&self.around.end) {
                return Err(self.unexpected());
            }
            self.at = behind(self.at, 1);
            if comma {
                return Ok(false);
            }
            if self.around.end == b'}' && self.around.count > 1 {
                self.check_keys()?;
            }
            self.end();
        }
        Ok(true)
    }

    /// The beginning of a container, and its end, which is the bracket `end`, when there is nothing in it.
    #[inline(always)]
    fn begin(&mut self, kind: Kind, end: u8) -> Result<bool, Wrong> {
        if self.open.len() >= self.limits.depth {
            return Err(Wrong::Depth);
        }
        let token = self.read as u32;
        self.push_value(Token::new(kind, 0), self.at)?;
        self.open.push(Open { token, around: self.around });
        self.around = Around::of(end);
        self.at = behind(self.at, 1);
        let empty = self.skip(end);
        if empty {
            self.end();
        }
        Ok(empty)
    }

    /// Ends the innermost container, whose bracket was read.
    #[inline(always)]
    fn end(&mut self) {
        let closed = self.open.pop().expect(OPEN);
        let token = self.places.get_mut(closed.token as usize).expect(PLACE);
        token.close(self.at, self.read, self.around.count);
        self.around = closed.around;
    }

    #[inline(always)]
    fn check_keys(&mut self) -> Result<(), Wrong> {
        let object = self.open.last().expect(OPEN);
        let tokens = self.places.get(..self.read).expect(PLACE);
        let document = Document { tokens, text: self.text };
        match keys::repeated(document, object.token as usize, self.around.count) {
            None => Ok(()),
            Some(offset) => {
                self.at = offset;
                Err(Wrong::DuplicateKey)
            }
        }
    }

    /// A key and the colon behind it.
    #[inline(always)]
    fn key(&mut self) -> Result<(), Wrong> {
        if !self.is_at(b'"') {
            return Err(self.unexpected());
        }
        let start = behind(self.at, 1);
        let last;
        let block = match block_at(self.bytes, start) {
            Some(block) => block,
            None => {
                last = last_block(self.bytes, start);
                &last
            }
        };
        let length = not_plain(block).before_first();
        let end = behind(start, length);
        let (end, form, mark) = if self.bytes.get(end) == Some(&b'"') && length < 16 {
            (end, 0, mark_of_short(block, length))
        } else {
            let (end, form) = self.string_end(end)?;
            (end, form, long_mark(self.bytes, start, end))
        };
        self.push(Token::new(Kind::String, form).at(start, end, mark as usize))?;
        self.at = behind(end, 1);
        if end.wrapping_sub(start) > self.limits.key {
            return Err(Wrong::KeyLength);
        }
        if self.skip(b':') { Ok(()) } else { Err(self.unexpected()) }
    }

    #[inline(always)]
    fn string(&mut self) -> Result<(), Wrong> {
        let start = behind(self.at, 1);
        let end = match block_at(self.bytes, start) {
            Some(block) => behind(start, not_plain(block).before_first()),
            None => start,
        };
        let (end, form) = self.string_end(end)?;
        self.push(Token::new(Kind::String, form).at(start, end, behind(self.read, 1)))?;
        self.at = behind(end, 1);
        Ok(())
    }

    /// The end of a string that is plain up to `at`, and its form.
    #[inline(always)]
    fn string_end(&mut self, at: usize) -> Result<(usize, u32), Wrong> {
        if self.bytes.get(at) == Some(&b'"') {
            return Ok((at, 0));
        }
        let at = plain_end(self.bytes, at);
        if self.bytes.get(at) == Some(&b'"') {
            return Ok((at, 0));
        }
        match string::end(self.bytes, at) {
            Ok(found) => Ok(found),
            Err((wrong, at)) => {
                self.at = at;
                Err(wrong)
            }
        }
    }

    #[inline(always)]
    fn word(&mut self, word: &[u8], token: Token) -> Result<(), Wrong> {
        let rest = self.rest();
        if !rest.starts_with(word) {
            return Err(if word.starts_with(rest) { Wrong::Truncated } else { Wrong::Syntax });
        }
        let end = behind(self.at, word.len());
        self.push_value(token, end)?;
        self.at = end;
        Ok(())
    }

    #[inline(always)]
    fn number(&mut self) -> Result<(), Wrong> {
        match number::short(self.bytes, self.at) {
            Some((end, form)) if end.wrapping_sub(self.at) <= self.limits.number => self.number_to(end, form),
            _ => self.other_number(),
        }
    }

    #[inline(always)]
    fn other_number(&mut self) -> Result<(), Wrong> {
        match number::scan(self.bytes, self.at) {
            Some((end, form)) if end.wrapping_sub(self.at) <= self.limits.number => self.number_to(end, form),
            _ => Err(not_number(self.rest(), self.limits.number)),
        }
    }

    #[inline(always)]
    fn number_to(&mut self, end: usize, form: u32) -> Result<(), Wrong> {
        self.push_value(Token::new(Kind::Number, form), end)?;
        self.at = end;
        Ok(())
    }

    /// Appends a value from here to `end`.
    #[inline(always)]
    fn push_value(&mut self, token: Token, end: usize) -> Result<(), Wrong> {
        self.push(token.at(self.at, end, behind(self.read, 1)))
    }

    #[inline(always)]
    fn push(&mut self, token: Token) -> Result<(), Wrong> {
        match self.places.get_mut(self.read) {
            Some(place) => *place = token,
            None if self.read >= self.most => return Err(Wrong::Tokens),
            None => self.places.push(token),
        }
        self.read = behind(self.read, 1);
        Ok(())
    }

    #[inline(always)]
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).expect("the parser stays within the document")
    }

    /// Steps behind `byte`, if it is the next one that is no white space, and before that one if it is another.
    #[inline(always)]
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.is_at(byte);
        if found {
            self.at = behind(self.at, 1);
        }
        found
    }

    /// Steps before the next byte that is no white space; whether it is `byte`.
    #[inline(always)]
    fn is_at(&mut self, byte: u8) -> bool {
        let next = self.bytes.get(self.at);
        if next == Some(&byte) {
            return true;
        }
        if next.is_none_or(|next| *next > b' ') {
            return false;
        }
        self.at = behind_space(self.bytes, self.at);
        self.bytes.get(self.at) == Some(&byte)
    }

    /// What is wrong when the next byte cannot be there.
    #[inline(always)]
    fn unexpected(&self) -> Wrong {
        if self.at == self.bytes.len() { Wrong::Truncated } else { Wrong::Syntax }
    }
}

const OPEN: &str = "what is around a value is open";
const PLACE: &str = "a token has a place";

/// What is so many bytes behind `at`: both are within a document, so that the sum is a number of bytes in any case.
#[inline(always)]
fn behind(at: usize, bytes: usize) -> usize {
    at.wrapping_add(bytes)
}

/// The mark of a key that is not short and plain.
#[inline(never)]
fn long_mark(bytes: &[u8], start: usize, end: usize) -> u32 {
    match end.wrapping_sub(start) {
        length if length < 16 => mark_of_short(&last_block(bytes, start), length),
        _ => mark_of_long(bytes, start, end),
    }
}

/// What is wrong with the number that `rest` begins with, which may have `most` bytes.
#[cold]
fn not_number(rest: &[u8], most: usize) -> Wrong {
    match number::length(rest) {
        length if length > most => Wrong::NumberLength,
        length if length == rest.len() => Wrong::Truncated,
        _ => Wrong::Number,
    }
}

/// The first place from `at` on that is no white space. One space is the most frequent case, indentation the next one.
#[inline(always)]
fn behind_space(bytes: &[u8], at: usize) -> usize {
    let one = bytes.get(at) == Some(&b' ') && bytes.get(behind(at, 1)).is_some_and(|byte| *byte > b' ');
    if one { behind(at, 1) } else { behind_spaces(bytes, at) }
}

#[inline(never)]
fn behind_spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = block_at(bytes, at) {
        let length = not_space(block).before_first();
        at = behind(at, length);
        if length < block.len() {
            return at;
        }
    }
    // What is behind the end is no white space.
    behind(at, not_space(&last_block(bytes, at)).before_first())
}
