//! JSON read slowly, byte by byte, by another program than the tape's: it has one way for all there is to read.

use std::collections::HashSet;

use saponify::json::{ErrorKind, Key, Kind, Tape, Value, push_segment};
use saponify::limits::JsonLimits;

/// A value, or a key, as the tape must show it.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// A key: whether it has no escapes, and its text without them.
    Key { plain: bool, text: String },
    /// A value: its kind, as it stands in the document, the text of a string, the count of a container, and where it begins.
    Value { kind: Kind, raw: String, text: Option<String>, count: usize, offset: usize },
}

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub kind: ErrorKind,
    pub offset: usize,
    pub line: usize,
    pub column: usize,
    pub pointer: String,
}

/// The values and keys of `input` in document order.
pub fn read(input: &[u8], limits: &JsonLimits) -> Result<Vec<Seen>, Refused> {
    let body = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    let text = std::str::from_utf8(body)
        .map_err(|bad| refused(body, ErrorKind::Utf8, bad.valid_up_to(), String::new()))?;
    let mut reading = Reading { text, bytes: body, at: 0, limits, seen: Vec::new(), path: Vec::new() };
    match reading.document() {
        Ok(()) => Ok(reading.seen),
        Err(kind) => {
            let mut pointer = String::new();
            for step in &reading.path {
                match step {
                    Step::Array(index) => push_segment(&mut pointer, &index.to_string()),
                    Step::Object(keys) => {
                        if let Some(key) = keys.last() {
                            push_segment(&mut pointer, key);
                        }
                    }
                }
            }
            Err(refused(body, kind, reading.at, pointer))
        }
    }
}

fn refused(body: &[u8], kind: ErrorKind, offset: usize, pointer: String) -> Refused {
    let before = String::from_utf8_lossy(&body[..offset]);
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
    Refused { kind, offset, line, column, pointer }
}

/// A container that is open: the place of the item, or the keys so far.
enum Step {
    Array(usize),
    Object(Vec<String>),
}

struct Reading<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    limits: &'t JsonLimits,
    seen: Vec<Seen>,
    path: Vec<Step>,
}

impl Reading<'_> {
    fn document(&mut self) -> Result<(), ErrorKind> {
        self.space();
        if self.at == self.bytes.len() {
            return Err(ErrorKind::Empty);
        }
        self.value()?;
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(ErrorKind::Trailing) }
    }

    fn value(&mut self) -> Result<(), ErrorKind> {
        self.space();
        let index = self.seen.len();
        match self.peek()? {
            b'{' => self.object(index),
            b'[' => self.array(index),
            b'"' => self.string().map(drop),
            b't' => self.word("true", Kind::Bool),
            b'f' => self.word("false", Kind::Bool),
            b'n' => self.word("null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(ErrorKind::Syntax),
        }
    }

    fn begin(&mut self, kind: Kind, step: Step) -> Result<(), ErrorKind> {
        if self.path.len() == self.limits.depth {
            return Err(ErrorKind::Limit { what: "nested values", max: self.limits.depth });
        }
        self.see(kind, self.at, None)?;
        self.path.push(step);
        self.at += 1;
        self.space();
        Ok(())
    }

    fn end(&mut self, index: usize, count: usize) {
        self.at += 1;
        self.path.pop();
        if let Seen::Value { raw, count: counted, offset, .. } = &mut self.seen[index] {
            *raw = self.text[*offset..self.at].to_owned();
            *counted = count;
        }
    }

    fn array(&mut self, index: usize) -> Result<(), ErrorKind> {
        self.begin(Kind::Array, Step::Array(0))?;
        if self.peek()? == b']' {
            self.end(index, 0);
            return Ok(());
        }
        for count in 1.. {
            self.value()?;
            if let Some(Step::Array(index)) = self.path.last_mut() {
                *index = count;
            }
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.end(index, count);
                    return Ok(());
                }
                _ => return Err(ErrorKind::Syntax),
            }
        }
        unreachable!("a document ends")
    }

    fn object(&mut self, index: usize) -> Result<(), ErrorKind> {
        self.begin(Kind::Object, Step::Object(Vec::new()))?;
        if self.peek()? == b'}' {
            self.end(index, 0);
            return Ok(());
        }
        let mut starts = Vec::new();
        loop {
            self.space();
            if self.peek()? != b'"' {
                return Err(ErrorKind::Syntax);
            }
            starts.push(self.at + 1);
            let key = self.string()?;
            let length = self.at - 1 - starts[starts.len() - 1];
            if let Some(seen) = self.seen.last_mut() {
                *seen = Seen::Key { plain: key.len() == length, text: key.clone() };
            }
            if let Some(Step::Object(keys)) = self.path.last_mut() {
                keys.push(key);
            }
            if length > self.limits.key {
                return Err(ErrorKind::Limit { what: "bytes of a key", max: self.limits.key });
            }
            self.space();
            if self.peek()? != b':' {
                return Err(ErrorKind::Syntax);
            }
            self.at += 1;
            self.value()?;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(ErrorKind::Syntax),
            }
        }
        if let Some(Step::Object(keys)) = self.path.last_mut() {
            let mut known = HashSet::new();
            if let Some(repeated) = keys.iter().position(|key| !known.insert(key)) {
                self.at = starts[repeated];
                // It is the key of the pointer.
                keys.truncate(repeated + 1);
                return Err(ErrorKind::DuplicateKey);
            }
        }
        self.end(index, starts.len());
        Ok(())
    }

    fn string(&mut self) -> Result<String, ErrorKind> {
        let start = self.at;
        let (mut at, mut text) = (start + 1, String::new());
        loop {
            let Some(c) = self.text[at..].chars().next() else {
                self.at = at;
                return Err(ErrorKind::Truncated);
            };
            match c {
                '"' => break,
                '\\' => {
                    let (c, length) = escape(&self.bytes[at..]).inspect_err(|_| self.at = at)?;
                    text.push(c);
                    at += length;
                }
                '\0'..='\x1F' => {
                    self.at = at;
                    return Err(ErrorKind::Control);
                }
                c => {
                    text.push(c);
                    at += c.len_utf8();
                }
            }
        }
        self.see(Kind::String, at + 1, Some(text.clone()))?;
        self.at = at + 1;
        Ok(text)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), ErrorKind> {
        let rest = &self.bytes[self.at..];
        if !rest.starts_with(word.as_bytes()) {
            return Err(if word.as_bytes().starts_with(rest) {
                ErrorKind::Truncated
            } else {
                ErrorKind::Syntax
            });
        }
        let end = self.at + word.len();
        self.see(kind, end, None)?;
        self.at = end;
        Ok(())
    }

    fn number(&mut self) -> Result<(), ErrorKind> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| b"0123456789+-.eE".contains(byte)).count();
        if length > self.limits.number {
            return Err(ErrorKind::Limit { what: "bytes of a number", max: self.limits.number });
        }
        if !is_number(&rest[..length]) {
            return Err(if length == rest.len() { ErrorKind::Truncated } else { ErrorKind::Number });
        }
        let end = self.at + length;
        self.see(Kind::Number, end, None)?;
        self.at = end;
        Ok(())
    }

    fn see(&mut self, kind: Kind, end: usize, text: Option<String>) -> Result<(), ErrorKind> {
        if self.seen.len() == self.limits.tokens {
            return Err(ErrorKind::Limit { what: "values and keys", max: self.limits.tokens });
        }
        let raw = self.text[self.at..end].to_owned();
        self.seen.push(Seen::Value { kind, raw, text, count: 0, offset: self.at });
        Ok(())
    }

    fn peek(&self) -> Result<u8, ErrorKind> {
        self.bytes.get(self.at).copied().ok_or(ErrorKind::Truncated)
    }

    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}

/// The character that the escape at the start of `bytes` stands for, and its length (RFC 8259 section 7).
fn escape(bytes: &[u8]) -> Result<(char, usize), ErrorKind> {
    let c = match bytes.get(1).ok_or(ErrorKind::Truncated)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\x08',
        b'f' => '\x0C',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = hex(bytes)?;
            if let Some(c) = char::from_u32(high) {
                return Ok((c, 6));
            }
            if high >= 0xDC00 || !bytes[6..].starts_with(b"\\u") {
                return Err(ErrorKind::LoneSurrogate);
            }
            let low = hex(&bytes[6..])?;
            let pair = [high as u16, u16::try_from(low).expect("four digits")];
            let read = String::from_utf16(&pair).map_err(|_| ErrorKind::LoneSurrogate)?;
            let mut chars = read.chars();
            return match (chars.next(), chars.next()) {
                (Some(c), None) => Ok((c, 12)),
                _ => Err(ErrorKind::LoneSurrogate),
            };
        }
        _ => return Err(ErrorKind::Escape),
    };
    Ok((c, 2))
}

fn hex(bytes: &[u8]) -> Result<u32, ErrorKind> {
    let digits = bytes.get(2..6).ok_or(ErrorKind::Truncated)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(ErrorKind::Escape);
    }
    let digits = std::str::from_utf8(digits).expect("ASCII");
    Ok(u32::from_str_radix(digits, 16).expect("four digits"))
}

/// RFC 8259 section 6.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || whole > 1 && text[0] == b'0' {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(behind) = rest.strip_prefix(b".") {
        if digits(behind) == 0 {
            return false;
        }
        rest = &behind[digits(behind)..];
    }
    if let [b'e' | b'E', behind @ ..] = rest {
        let behind = behind.strip_prefix(b"+").or(behind.strip_prefix(b"-")).unwrap_or(behind);
        if digits(behind) == 0 {
            return false;
        }
        rest = &behind[digits(behind)..];
    }
    rest.is_empty()
}

/// Holds the tape against what is read here: the same verdict, the same place of what is wrong, the same values.
pub fn hold(input: &[u8], limits: &JsonLimits) {
    let shown = || String::from_utf8_lossy(input).into_owned();
    let mut tape = Tape::new();
    let found = tape.parse(input, limits).map_err(|error| Refused {
        kind: error.kind,
        offset: error.offset,
        line: error.line,
        column: error.column,
        pointer: error.pointer,
    });
    match (found, read(input, limits)) {
        (Ok(value), Ok(expected)) => {
            let mut seen = Vec::new();
            walk(value, &mut seen);
            assert_eq!(seen, expected, "{}", shown());
        }
        (Err(found), Err(expected)) => assert_eq!(found, expected, "{}", shown()),
        (found, expected) => panic!("{found:?} instead of {expected:?}: {}", shown()),
    }
}

fn walk(value: Value<'_>, seen: &mut Vec<Seen>) {
    let text = value.as_str().map(|text| text.into_owned());
    let (kind, raw, count) = (value.kind(), value.raw().to_owned(), value.len());
    let escaped = kind == Kind::String && raw.contains('\\');
    assert_eq!(value.plain_str(), text.as_deref().filter(|_| !escaped));
    assert_eq!(value.as_bool(), (kind == Kind::Bool).then_some(raw == "true"));
    assert_eq!(value.number().map(|number| number.text()), value.as_number());
    if let Some(number) = value.number() {
        assert_eq!(number.is_negative(), raw.starts_with('-'), "{raw}");
        assert_eq!(number.is_integer(), !raw.contains(['.', 'e', 'E']), "{raw}");
        assert_eq!(number.has_exponent(), raw.contains(['e', 'E']), "{raw}");
    }
    seen.push(Seen::Value { kind, raw, text, count, offset: value.offset() });
    value.items().for_each(|item| walk(item, seen));
    let mut expecting = value.members();
    for member in value.members() {
        let key = member.key();
        let (expected, other) = (Key::new(&key), Key::new(&format!("{key}.")));
        assert!(member.is(&expected) && !member.is(&other), "{key} is found by its mark");
        assert!(expecting.next_if_key(&other).is_none(), "{key} is another key");
        match member.plain_key() {
            Some(plain) => {
                assert_eq!(plain, &*key);
                let value = expecting.next_if_key(&expected).map(|value| value.index());
                assert_eq!(value, Some(member.value().index()), "{key}");
            }
            None => {
                assert!(expecting.next_if_key(&expected).is_none(), "{key} has escapes");
                expecting.next();
            }
        }
        seen.push(Seen::Key { plain: member.plain_key().is_some(), text: key.into_owned() });
        walk(member.value(), seen);
    }
    assert!(expecting.next().is_none());
}
