//! The attributes of one start tag: XML 1.0 section 3.1 and Namespaces in XML 1.0 section 3.

use std::borrow::Cow;

use super::error::ErrorKind;
use super::name::plain_end;
use super::namespace::Name;
use super::reference;
use crate::octets::find_not_character_data;

/// One attribute, namespace declarations excepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'i> {
    /// The expanded name. An attribute without a prefix is in no namespace.
    pub name: Name<'i>,
    /// The name as written, with its prefix.
    pub lexical: &'i str,
    /// The value, references resolved and white space normalised (XML 1.0 section 3.3.3).
    pub value: Cow<'i, str>,
    /// Bytes of the document before the attribute.
    pub offset: usize,
}

/// An attribute as it is written: name and value between the quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawAttribute<'i> {
    pub(super) name: &'i str,
    pub(super) value: &'i str,
    /// Where the name begins, counted from the start of the text that it was found in.
    pub(super) offset: usize,
}

/// Appends to `out` what attributes follow the name of a tag at `at`, if they are written as nearly all are: names in ASCII,
/// and values that mean what they say. Gives the place of the bracket that closes the tag.
pub(super) fn plain<'i>(input: &'i str, mut at: usize, out: &mut Vec<RawAttribute<'i>>) -> Option<usize> {
    let bytes = input.as_bytes();
    loop {
        let spaces = bytes.get(at..)?.iter().take_while(|byte| is_space(char::from(**byte))).count();
        at += spaces;
        match bytes.get(at)? {
            b'>' => return Some(at),
            b'/' => return (bytes.get(at + 1) == Some(&b'>')).then_some(at + 1),
            _ if spaces == 0 || out.len() == MOST_PLAIN => return None,
            _ => {}
        }
        let first = plain_end(bytes, at)?;
        let end = if bytes.get(first) == Some(&b':') { plain_end(bytes, first + 1)? } else { first };
        let [b'=', quote @ (b'"' | b'\'')] = bytes.get(end..end + 2)? else { return None };
        let value = end + 2;
        let value_end = plain_value_end(bytes, value, *quote)?;
        out.push(RawAttribute { name: input.get(at..end)?, value: input.get(value..value_end)?, offset: at });
        at = value_end + 1;
    }
}

/// A tag with more attributes is read one attribute at a time, so that what is beyond the bounds takes no memory.
const MOST_PLAIN: usize = 64;

/// Where the value that begins at `at` ends; nothing for one with a reference, with white space that is not a blank, or with
/// a bracket.
fn plain_value_end(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let length = match quote {
        b'"' => find_not_character_data(rest)?,
        _ => rest.iter().position(|byte| *byte < b' ' || matches!(byte, b'\'' | b'<' | b'>' | b'&'))?,
    };
    (rest.get(length) == Some(&quote)).then_some(at + length)
}

/// Splits what follows the name in a start tag, one attribute at a time.
pub(super) struct Split<'i> {
    text: &'i str,
    at: usize,
}

impl<'i> Split<'i> {
    pub(super) fn new(text: &'i str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'i str {
        self.text.get(self.at..).expect("what was skipped ends between characters")
    }

    fn skip_white_space(&mut self) -> usize {
        let rest = self.rest();
        let skipped = rest.bytes().take_while(|byte| is_space(char::from(*byte))).count();
        self.at += skipped;
        skipped
    }

    /// The next attribute; nothing at the end of the tag.
    pub(super) fn next(&mut self) -> Result<Option<RawAttribute<'i>>, ErrorKind> {
        let separated = self.skip_white_space() > 0;
        if self.rest().is_empty() {
            return Ok(None);
        }
        if !separated {
            return Err(ErrorKind::Attribute);
        }
        let offset = self.at;
        let name = self.name()?;
        let value = self.value()?;
        Ok(Some(RawAttribute { name, value, offset }))
    }

    fn name(&mut self) -> Result<&'i str, ErrorKind> {
        let rest = self.rest();
        let is_end = |byte: u8| byte == b'=' || is_space(char::from(byte));
        let end = rest.bytes().position(is_end).ok_or(ErrorKind::Attribute)?;
        self.at += end;
        self.skip_white_space();
        self.rest().strip_prefix('=').ok_or(ErrorKind::Attribute)?;
        self.at += 1;
        self.skip_white_space();
        rest.get(..end).ok_or(ErrorKind::Attribute)
    }

    fn value(&mut self) -> Result<&'i str, ErrorKind> {
        let rest = self.rest();
        let quote = rest.bytes().next().filter(|b| matches!(b, b'"' | b'\'')).ok_or(ErrorKind::Attribute)?;
        let inner = rest.get(1..).ok_or(ErrorKind::Attribute)?;
        let end = memchr::memchr(quote, inner.as_bytes()).ok_or(ErrorKind::Attribute)?;
        self.at += end + 2;
        inner.get(..end).ok_or(ErrorKind::Attribute)
    }
}

/// The normalised value of an attribute that is written as `raw`.
pub(super) fn normalise(raw: &str) -> Result<Cow<'_, str>, ErrorKind> {
    let special = raw.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\n'));
    if special { Ok(Cow::Owned(expand(raw)?)) } else { Ok(Cow::Borrowed(raw)) }
}

fn expand(raw: &str) -> Result<String, ErrorKind> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\t', '\n']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let (c, length) = expand_one(special)?;
        out.push(c);
        rest = special.get(length..).expect("a reference and white space are ASCII");
    }
    out.push_str(rest);
    Ok(out)
}

fn expand_one(special: &str) -> Result<(char, usize), ErrorKind> {
    match special.strip_prefix('&') {
        None if special.starts_with('<') => Err(ErrorKind::LessThan),
        None => Ok((' ', 1)),
        Some(body) => {
            let end = body.find(';').ok_or(ErrorKind::Reference)?;
            let c = body.get(..end).and_then(reference::resolve).ok_or(ErrorKind::Reference)?;
            Ok((c, end + 2))
        }
    }
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether two of `attributes` have one name. Comparing each with each is quick for a few, and for more it is not.
pub(super) fn repeats(attributes: &[Attribute<'_>]) -> bool {
    let names = || attributes.iter().map(|attribute| attribute.name);
    if attributes.len() <= FEW {
        return names().enumerate().any(|(at, name)| names().take(at).any(|other| other == name));
    }
    let mut sorted: Vec<_> = names().map(|name| (name.ns.0, name.local)).collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair.first() == pair.last())
}

/// Up to so many are compared with each other.
pub(super) const FEW: usize = 12;
