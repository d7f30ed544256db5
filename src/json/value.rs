//! Values: cursors into a tape.

use std::borrow::Cow;

use super::key::Key;
use super::number::Number;
use super::pointer;
use super::string;
use super::token::{Document, Kind, TRUE, Token};

impl<'t> Document<'t> {
    /// The value whose token is number `index`.
    #[inline]
    pub fn value(self, index: usize) -> Option<Value<'t>> {
        let token = self.tokens.get(index)?;
        Some(Value { document: self, token, index })
    }
}

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    document: Document<'t>,
    token: &'t Token,
    index: usize,
}

impl<'t> Value<'t> {
    pub(super) fn root(document: Document<'t>) -> Self {
        document.value(0).expect("a document has a value, or it is not read without an error")
    }

    /// The document that the value is of.
    #[inline]
    pub fn document(&self) -> Document<'t> {
        self.document
    }

    /// The number of its token.
    #[inline]
    pub fn index(&self) -> usize {
        self.index
    }

    /// What kind of value it is.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.token.kind()
    }

    /// Bytes of the document before it, a byte order mark not counted.
    #[inline]
    pub fn offset(&self) -> usize {
        self.token.start as usize - usize::from(self.token.kind() == Kind::String)
    }

    /// The value as it stands in the document.
    #[inline]
    pub fn raw(&self) -> &'t str {
        let quotes = usize::from(self.token.kind() == Kind::String);
        let (start, end) = (self.token.start as usize - quotes, self.token.end as usize + quotes);
        self.document.text.get(start..end).expect("tokens are spans of their text")
    }

    /// The boolean that it is.
    #[inline]
    pub fn as_bool(&self) -> Option<bool> {
        (self.token.kind() == Kind::Bool).then(|| self.token.has(TRUE))
    }

    /// The text of the number that it is.
    #[inline]
    pub fn as_number(&self) -> Option<&'t str> {
        (self.token.kind() == Kind::Number).then(|| self.raw())
    }

    /// The number that it is.
    #[inline]
    pub fn number(&self) -> Option<Number<'t>> {
        Number::of(self.document.text, self.token)
    }

    /// The text of the string that it is, when it has no escapes: it stands in the document as it is.
    #[inline]
    pub fn plain_str(&self) -> Option<&'t str> {
        self.plain_span().map(|span| span.text())
    }

    /// Where in the document that stands.
    #[inline]
    pub fn plain_span(&self) -> Option<Span<'t>> {
        let Token { start, end, .. } = *self.token;
        self.token.is_plain().then_some(Span {
            whole: self.document.text,
            start: start as usize,
            end: end as usize,
        })
    }

    /// The text of the string that it is; borrowed when it has no escapes.
    #[inline]
    pub fn as_str(&self) -> Option<Cow<'t, str>> {
        (self.token.kind() == Kind::String).then(|| string::text(self.document.text, self.token))
    }

    /// The text of the string that it is; in `buffer` when it has escapes.
    pub fn str_in<'b>(&self, buffer: &'b mut String) -> Option<&'b str>
    where
        't: 'b,
    {
        if self.token.kind() != Kind::String {
            return None;
        }
        let raw = string::raw(self.document.text, self.token);
        if self.token.is_plain() {
            return Some(raw);
        }
        buffer.clear();
        string::unescape_into(buffer, raw);
        Some(buffer)
    }

    /// How many items or members it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.token.count() as usize
    }

    /// How many values and keys it is of, itself included.
    #[inline]
    pub fn tokens(&self) -> usize {
        (self.token.next as usize).wrapping_sub(self.index)
    }

    /// Whether it has no items or members.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.token.count() == 0
    }

    /// The items of an array, in order; none for anything else.
    #[inline]
    pub fn items(&self) -> Items<'t> {
        let end = if self.token.kind() == Kind::Array { self.token.next as usize } else { 0 };
        Items { document: self.document, at: self.index + 1, end }
    }

    /// The members of an object, in document order; none for anything else.
    #[inline]
    pub fn members(&self) -> Members<'t> {
        let end = if self.token.kind() == Kind::Object { self.token.next as usize } else { 0 };
        Members { document: self.document, at: self.index + 1, end }
    }

    /// The member `key` of an object.
    pub fn get(&self, key: &str) -> Option<Value<'t>> {
        self.members().find(|member| member.has_key(key)).map(|member| member.value())
    }

    /// The same of a key that was made before.
    #[inline]
    pub fn member(&self, key: &Key) -> Option<Value<'t>> {
        self.members().find(|member| member.is(key)).map(|member| member.value())
    }

    /// The value at `pointer` (RFC 6901), counted from this value.
    pub fn at_pointer(&self, pointer: &str) -> Option<Value<'t>> {
        let mut segments = pointer.split('/');
        segments.next().filter(|first| first.is_empty())?;
        segments.try_fold(*self, |value, segment| match value.kind() {
            Kind::Array => value.items().nth(pointer::index(segment)?),
            _ => value.get(&pointer::unescape(segment)),
        })
    }

    /// The JSON Pointer of the value, found by walking there.
    pub fn pointer(&self) -> String {
        let before = self.document.tokens.iter().take(self.index).enumerate();
        let around = before.filter(|(_, token)| token.next as usize > self.index);
        let mut out = String::new();
        for (container, token) in around {
            if matches!(token.kind(), Kind::Array | Kind::Object) {
                pointer::push_step(&mut out, self.document, container, self.index);
            }
        }
        out
    }
}

/// A part of a document. Who knows the text around it need not look where it ends.
#[derive(Clone, Copy)]
pub struct Span<'t> {
    /// The text of the document.
    pub whole: &'t str,
    /// Where the part begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl<'t> Span<'t> {
    /// The part.
    #[inline]
    pub fn text(&self) -> &'t str {
        self.whole.get(self.start..self.end).expect("tokens are spans of their text")
    }

    /// Bytes of it.
    #[inline]
    pub fn len(&self) -> usize {
        self.end.wrapping_sub(self.start)
    }

    /// Whether there is nothing in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// A body may hold credentials, so it is not printed.
impl std::fmt::Debug for Span<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Span({}..{})", self.start, self.end)
    }
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member<'t> {
    key: &'t Token,
    value: Value<'t>,
}

impl<'t> Member<'t> {
    /// Its key; borrowed when it has no escapes.
    #[inline]
    pub fn key(&self) -> Cow<'t, str> {
        string::text(self.value.document.text, self.key)
    }

    /// Whether its key is `key`.
    #[inline]
    pub fn has_key(&self, key: &str) -> bool {
        let length = self.key.end.wrapping_sub(self.key.start) as usize;
        match self.plain_key() {
            Some(_) if length != key.len() => false,
            Some(plain) => plain == key,
            None => self.key() == key,
        }
    }

    /// The same of a key that was made before.
    #[inline]
    pub fn is(&self, key: &Key) -> bool {
        key.is_of(self.value.document.text, self.key)
    }

    /// Its key, when it has no escapes.
    #[inline]
    pub fn plain_key(&self) -> Option<&'t str> {
        self.key.is_plain().then(|| string::raw(self.value.document.text, self.key))
    }

    /// Its value.
    #[inline]
    pub fn value(&self) -> Value<'t> {
        self.value
    }
}

/// The items of an array.
#[derive(Clone, Debug)]
pub struct Items<'t> {
    document: Document<'t>,
    at: usize,
    end: usize,
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = self.document.value(self.at)?;
        self.at = value.token.next as usize;
        Some(value)
    }
}

/// The members of an object.
#[derive(Clone, Debug)]
pub struct Members<'t> {
    document: Document<'t>,
    at: usize,
    end: usize,
}

impl<'t> Members<'t> {
    /// Whether there is none left.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.at >= self.end
    }

    /// The value of the next member, when its key is `expected` and has no escapes; else nothing is taken.
    #[inline]
    pub fn next_if_key(&mut self, expected: &Key) -> Option<Value<'t>> {
        if self.is_next(expected) { self.next_value() } else { None }
    }

    /// Passes over the next member, when its key is `expected` and has no escapes; whether it is.
    #[inline(always)]
    pub fn skip_if_key(&mut self, expected: &Key) -> bool {
        let value = if self.is_next(expected) { self.document.tokens.get(self.at + 1) } else { None };
        match value {
            Some(value) => {
                self.at = value.next as usize;
                true
            }
            None => false,
        }
    }

    #[inline(always)]
    fn is_next(&self, expected: &Key) -> bool {
        let key = if self.at < self.end { self.document.tokens.get(self.at) } else { None };
        key.is_some_and(|key| expected.is(self.document.text, key))
    }

    /// The value of the next member, whatever its key.
    #[inline]
    pub fn next_value(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = self.document.value(self.at + 1)?;
        self.at = value.token.next as usize;
        Some(value)
    }
}

impl<'t> Iterator for Members<'t> {
    type Item = Member<'t>;

    #[inline]
    fn next(&mut self) -> Option<Member<'t>> {
        if self.at >= self.end {
            return None;
        }
        let key = self.document.tokens.get(self.at)?;
        let value = self.document.value(self.at + 1)?;
        self.at = value.token.next as usize;
        Some(Member { key, value })
    }
}
