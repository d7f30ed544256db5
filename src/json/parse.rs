//! The parser: one pass, no recursion.

use std::ops::Range;

use super::error::{Error, ErrorKind};
use super::keys;
use super::pointer;
use super::string;
use super::token::{Document, Kind, Token};
use crate::limits::JsonLimits;

/// The tokens of a document, and the containers that are open while it is read.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    tokens: Vec<Token>,
    open: Vec<u32>,
}

/// Reads `input` into `buffers`.
pub(super) fn parse<'t>(
    buffers: &'t mut Buffers,
    input: &'t [u8],
    limits: &JsonLimits,
) -> Result<Document<'t>, Error> {
    let body = without_mark(input);
    buffers.tokens.clear();
    buffers.open.clear();
    let text = std::str::from_utf8(body).map_err(|bad| not_utf8(body, bad.valid_up_to()))?;
    let mut parser = Parser { buffers, text, bytes: text.as_bytes(), at: 0, limits };
    match parser.document() {
        Ok(()) => Ok(Document { tokens: &buffers.tokens, text }),
        Err(kind) => Err(parser.error(kind)),
    }
}

fn without_mark(input: &[u8]) -> &[u8] {
    match input {
        [0xEF, 0xBB, 0xBF, body @ ..] => body,
        _ => input,
    }
}

fn not_utf8(body: &[u8], valid: usize) -> Error {
    Error::at(body, ErrorKind::Utf8, valid, String::new())
}

struct Parser<'p, 't> {
    buffers: &'p mut Buffers,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    limits: &'p JsonLimits,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    /// A comma or the end of the container.
    CommaOrEnd,
    /// An item or `]`.
    FirstItem,
    /// A key or `}`.
    FirstKey,
    /// A key.
    Key,
    /// A value.
    Value,
}

impl Parser<'_, '_> {
    fn document(&mut self) -> Result<(), ErrorKind> {
        self.space();
        if self.at == self.bytes.len() {
            return Err(ErrorKind::Empty);
        }
        if self.bytes.len() > u32::MAX as usize {
            return Err(ErrorKind::Limit { what: "bytes", max: u32::MAX as usize });
        }
        let mut expect = Expect::Value;
        loop {
            expect = self.step(expect)?;
            if self.buffers.open.is_empty() {
                break;
            }
        }
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(ErrorKind::Trailing) }
    }

    fn step(&mut self, expect: Expect) -> Result<Expect, ErrorKind> {
        self.space();
        let byte = self.peek().ok_or(ErrorKind::Truncated)?;
        match (expect, byte) {
            (Expect::FirstKey, b'}') | (Expect::FirstItem, b']') => self.end(byte),
            (Expect::CommaOrEnd, b'}' | b']') => self.end(byte),
            (Expect::CommaOrEnd, b',') => {
                self.at += 1;
                Ok(if self.in_object() { Expect::Key } else { Expect::Value })
            }
            (Expect::FirstKey | Expect::Key, b'"') => self.key(),
            (Expect::Value | Expect::FirstItem, _) => self.value(byte),
            _ => Err(ErrorKind::Syntax),
        }
    }

    fn value(&mut self, byte: u8) -> Result<Expect, ErrorKind> {
        self.count_item();
        match byte {
            b'{' => self.begin(Kind::Object, Expect::FirstKey),
            b'[' => self.begin(Kind::Array, Expect::FirstItem),
            b'"' => self.string().map(|_| Expect::CommaOrEnd),
            b't' => self.word("true", Kind::Bool),
            b'f' => self.word("false", Kind::Bool),
            b'n' => self.word("null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(ErrorKind::Syntax),
        }
    }

    fn count_item(&mut self) {
        if let Some(open) = self.buffers.open.last()
            && let Some(token) = self.buffers.tokens.get_mut(*open as usize)
        {
            token.count += 1;
        }
    }

    fn begin(&mut self, kind: Kind, expect: Expect) -> Result<Expect, ErrorKind> {
        if self.buffers.open.len() == self.limits.depth {
            return Err(ErrorKind::Limit { what: "nested values", max: self.limits.depth });
        }
        self.buffers.open.push(self.buffers.tokens.len() as u32);
        self.push(kind, false, self.at..self.at)?;
        self.at += 1;
        Ok(expect)
    }

    fn end(&mut self, byte: u8) -> Result<Expect, ErrorKind> {
        let wanted = if self.in_object() { b'}' } else { b']' };
        if byte != wanted {
            return Err(ErrorKind::Syntax);
        }
        self.at += 1;
        let next = self.buffers.tokens.len() as u32;
        if let Some(open) = self.buffers.open.last().copied()
            && let Some(token) = self.buffers.tokens.get_mut(open as usize)
        {
            token.end = self.at as u32;
            token.next = next;
            if byte == b'}' && token.count > 1 {
                self.check_keys(open)?;
            }
        }
        self.buffers.open.pop();
        Ok(Expect::CommaOrEnd)
    }

    fn check_keys(&mut self, object: u32) -> Result<(), ErrorKind> {
        let repeated = keys::repeated(Document { tokens: &self.buffers.tokens, text: self.text }, object);
        match repeated {
            None => Ok(()),
            Some(offset) => {
                self.at = offset;
                Err(ErrorKind::DuplicateKey)
            }
        }
    }

    fn key(&mut self) -> Result<Expect, ErrorKind> {
        let length = self.string()?;
        if length > self.limits.key {
            return Err(ErrorKind::Limit { what: "bytes of a key", max: self.limits.key });
        }
        self.space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(Expect::Value)
            }
            Some(_) => Err(ErrorKind::Syntax),
            None => Err(ErrorKind::Truncated),
        }
    }

    fn string(&mut self) -> Result<usize, ErrorKind> {
        let start = self.at + 1;
        let rest = self.bytes.get(start..).expect("a quote stands before it");
        let scanned = string::scan(rest).map_err(|(kind, at)| {
            self.at = start + at;
            kind
        })?;
        self.push(Kind::String, scanned.escaped, start..start + scanned.length)?;
        self.at = start + scanned.length + 1;
        Ok(scanned.length)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Expect, ErrorKind> {
        let rest = self.rest();
        if !rest.starts_with(word.as_bytes()) {
            let cut = word.as_bytes().starts_with(rest);
            return Err(if cut { ErrorKind::Truncated } else { ErrorKind::Syntax });
        }
        self.push(kind, false, self.at..self.at + word.len())?;
        self.at += word.len();
        Ok(Expect::CommaOrEnd)
    }

    fn number(&mut self) -> Result<Expect, ErrorKind> {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| is_number_byte(**byte)).count();
        if length > self.limits.number {
            return Err(ErrorKind::Limit { what: "bytes of a number", max: self.limits.number });
        }
        let (number, behind) = rest.split_at(length);
        if !is_number(number) {
            return Err(if behind.is_empty() { ErrorKind::Truncated } else { ErrorKind::Number });
        }
        self.push(Kind::Number, false, self.at..self.at + length)?;
        self.at += length;
        Ok(Expect::CommaOrEnd)
    }

    fn push(&mut self, kind: Kind, escaped: bool, span: Range<usize>) -> Result<(), ErrorKind> {
        if self.buffers.tokens.len() == self.limits.tokens {
            return Err(ErrorKind::Limit { what: "values and keys", max: self.limits.tokens });
        }
        let next = self.buffers.tokens.len() as u32 + 1;
        let (start, end) = (span.start as u32, span.end as u32);
        self.buffers.tokens.push(Token { kind, escaped, start, end, next, count: 0 });
        Ok(())
    }

    fn in_object(&self) -> bool {
        let open = self.buffers.open.last().and_then(|open| self.buffers.tokens.get(*open as usize));
        open.is_some_and(|token| token.kind == Kind::Object)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).expect("the parser stays within the document")
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        let document = Document { tokens: &self.buffers.tokens, text: self.text };
        let pointer = pointer::of_open(document, &self.buffers.open);
        Error::at(self.text.as_bytes(), kind, self.at, pointer)
    }
}

fn is_number_byte(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// RFC 8259 section 6.
fn is_number(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'-', unsigned @ ..] => unsigned,
        _ => text,
    };
    let (whole, rest) = digits(unsigned);
    let whole_good = !whole.is_empty() && (whole.len() == 1 || !whole.starts_with(b"0"));
    let (fraction_good, rest) = match rest.strip_prefix(b".") {
        None => (true, rest),
        Some(rest) => {
            let (fraction, rest) = digits(rest);
            (!fraction.is_empty(), rest)
        }
    };
    whole_good && fraction_good && is_exponent(rest)
}

fn is_exponent(text: &[u8]) -> bool {
    let (exponent, rest) = match text {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => digits(rest),
        _ => return text.is_empty(),
    };
    !exponent.is_empty() && rest.is_empty()
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(length)
}
