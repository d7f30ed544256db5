//! The parser: one pass, no recursion.
//!
//! Its steps are made into one function, so that where it stands is kept in registers; what is rare is outside of it.

use super::error::{Error, ErrorKind, Wrong};
use super::key;
use super::keys;
use super::number;
use super::plain::plain_end;
use super::pointer;
use super::string;
use super::token::{Document, ESCAPED, Kind, MOST_BYTES, MOST_TOKENS, TRUE, Token};
use crate::limits::JsonLimits;
use crate::octets::{before, first, not_digit, not_plain, octet_of, word_at};

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
    let text = std::str::from_utf8(body).map_err(|bad| not_utf8(body, bad.valid_up_to()))?;
    let most = limits.tokens.min(MOST_TOKENS);
    let Buffers { places, open } = buffers;
    let (bytes, around) = (text.as_bytes(), Around::of(0));
    let read = Parser { places, most, read: 0, open, text, bytes, at: 0, around, limits }.document();
    let tokens = |read| buffers.places.get(..read).expect("a token has a place");
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
    let pointer = pointer::of_open(document, open.iter().map(|open| open.token as usize));
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
        if self.byte().is_err() {
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
        if self.byte().is_err() { Ok(()) } else { Err(Wrong::Trailing) }
    }

    /// A scalar, an empty container, or the beginning of another one; whether it was a whole value.
    #[inline(always)]
    fn value(&mut self) -> Result<bool, Wrong> {
        let byte = self.byte()?;
        self.around.count = self.around.count.wrapping_add(1);
        if byte == b'"' {
            self.string()?;
            return Ok(true);
        }
        if byte.is_ascii_digit() {
            self.number()?;
            return Ok(true);
        }
        match byte {
            b'-' => self.other_number()?,
            b'{' => return self.begin(Kind::Object, b'}'),
            b'[' => return self.begin(Kind::Array, b']'),
            b't' => self.word(b"true", Token::new(Kind::Bool, TRUE))?,
            b'f' => self.word(b"false", Token::new(Kind::Bool, 0))?,
            b'n' => self.word(b"null", Token::new(Kind::Null, 0))?,
            _ => return Err(Wrong::Syntax),
        }
        Ok(true)
    }

    /// What comes behind a value: the ends of containers, and whether that was the end of all.
    #[inline(always)]
    fn ended(&mut self) -> Result<bool, Wrong> {
        while self.around.end != 0 {
            let byte = self.byte()?;
            if byte == b',' {
                self.at = behind(self.at, 1);
                return Ok(false);
            }
            if byte != self.around.end {
                return Err(Wrong::Syntax);
            }
            if byte == b'}' && self.around.count > 1 {
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
        if self.byte()? != end {
            return Ok(false);
        }
        self.end();
        Ok(true)
    }

    /// The bracket at the end of the innermost container.
    #[inline(always)]
    fn end(&mut self) {
        self.at = behind(self.at, 1);
        if let Some(closed) = self.open.pop() {
            if let Some(token) = self.places.get_mut(closed.token as usize) {
                token.close(self.at, self.read, self.around.count);
            }
            self.around = closed.around;
        }
    }

    #[inline(always)]
    fn check_keys(&mut self) -> Result<(), Wrong> {
        let (Some(object), Some(tokens)) = (self.open.last(), self.places.get(..self.read)) else {
            return Ok(());
        };
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
        if self.byte()? != b'"' {
            return Err(Wrong::Syntax);
        }
        let Quoted { form, start, end, short } = self.quoted()?;
        let mark = match short {
            Some(word) => key::mark_of_short(word),
            None => key::mark(self.bytes, start, end),
        };
        self.push(Token::new(Kind::String, form).at(start, end, mark as usize))?;
        self.at = behind(end, 1);
        if end.wrapping_sub(start) > self.limits.key {
            return Err(Wrong::KeyLength);
        }
        if self.byte()? != b':' {
            return Err(Wrong::Syntax);
        }
        self.at = behind(self.at, 1);
        Ok(())
    }

    #[inline(always)]
    fn string(&mut self) -> Result<(), Wrong> {
        let Quoted { form, start, end, .. } = self.quoted()?;
        self.push(Token::new(Kind::String, form).at(start, end, behind(self.read, 1)))?;
        self.at = behind(end, 1);
        Ok(())
    }

    /// What is between the quote that was seen and the next one.
    #[inline(always)]
    fn quoted(&mut self) -> Result<Quoted, Wrong> {
        let start = behind(self.at, 1);
        let Some(word) = word_at(self.bytes, start) else { return self.longer(start, start) };
        let special = not_plain(word);
        if special == 0 {
            return self.longer(start, behind(start, 8));
        }
        let length = before(special);
        let end = behind(start, length);
        if octet_of(word, length) != b'"' {
            return self.longer(start, end);
        }
        Ok(Quoted { form: 0, start, end, short: Some(first(word, length)) })
    }

    /// The same, when there is no special byte before `at`.
    #[inline(always)]
    fn longer(&mut self, start: usize, at: usize) -> Result<Quoted, Wrong> {
        let end = plain_end(self.bytes, at);
        if self.bytes.get(end) == Some(&b'"') {
            return Ok(Quoted { form: 0, start, end, short: None });
        }
        match string::end(self.bytes, end) {
            Ok(end) => Ok(Quoted { form: ESCAPED, start, end, short: None }),
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
        let Some(word) = word_at(self.bytes, self.at) else { return self.other_number() };
        let length = before(not_digit(word));
        let single = octet_of(word, 0) != b'0' || length == 1;
        let short = length <= self.limits.number.min(7);
        match octet_of(word, length) {
            b',' | b'}' | b']' if short && single => self.number_to(behind(self.at, length), 0),
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
        if self.read >= self.most {
            return Err(Wrong::Tokens);
        }
        match self.places.get_mut(self.read) {
            Some(place) => *place = token,
            None => self.places.push(token),
        }
        self.read = behind(self.read, 1);
        Ok(())
    }

    #[inline(always)]
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).expect("the parser stays within the document")
    }

    /// The byte at the next place that is no white space. Errors: the document ends before it.
    #[inline(always)]
    fn byte(&mut self) -> Result<u8, Wrong> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => {
                self.at = behind_space(self.bytes, self.at);
                self.bytes.get(self.at).copied().ok_or(Wrong::Truncated)
            }
        }
    }
}

/// A string that was found well-formed.
struct Quoted {
    form: u32,
    start: usize,
    end: usize,
    /// Its bytes, when it has less than eight and no escapes.
    short: Option<u64>,
}

/// What is so many bytes behind `at`: both are within a document, so that the sum is a number of bytes in any case.
#[inline(always)]
fn behind(at: usize, bytes: usize) -> usize {
    at.wrapping_add(bytes)
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

/// The first place from `at` on that is no white space.
#[inline(never)]
fn behind_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}
