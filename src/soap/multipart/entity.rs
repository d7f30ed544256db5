//! A message as a file: an envelope, or an entity of MIME with its headers (RFC 2045 section 2.4), where parts go beside the envelope.

use super::error::MultipartError;
use super::part::Part;
use super::related::{Related, RelatedText};
use crate::codec::BesideParts;
use crate::limits::XmlLimits;
use crate::xml;

/// An entity of MIME, without its header.
#[derive(Debug, PartialEq, Eq)]
pub struct Entity<'e> {
    /// Its `Content-Type`.
    pub content_type: String,
    /// What is in it.
    pub body: &'e [u8],
}

impl<'e> Entity<'e> {
    /// Whether `input` begins with the header of an entity.
    pub fn begins(input: &[u8]) -> bool {
        let begins =
            |with: &[u8]| input.get(..with.len()).is_some_and(|input| input.eq_ignore_ascii_case(with));
        begins(b"mime-version:") || begins(b"content-type:")
    }

    /// Reads `input`; nothing where it is no entity. Errors: a malformed header, or one that does not say what is in it.
    pub fn read(input: &'e [u8]) -> Result<Option<Self>, MultipartError> {
        if !Self::begins(input) {
            return Ok(None);
        }
        let part = Part::read(input, 0)?;
        let content_type = part.content_type.ok_or(MultipartError::Head)?;
        Ok(Some(Self { content_type, body: part.written }))
    }

    /// An entity with this content.
    pub fn write(content_type: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n");
        [head.as_bytes(), body].concat()
    }

    /// The envelope that `input` is or has, and the parts beside it. Errors: it cannot be read.
    pub fn unpacked(input: &'e [u8], limits: &XmlLimits) -> Result<RelatedText<'e>, MultipartError> {
        match Self::read(input)? {
            None => Ok(RelatedText {
                text: xml::decode(input, None)?,
                beside: BesideParts::default(),
                apart: None,
            }),
            Some(Self { content_type, body }) => {
                Related::read(&content_type, body, &[])?.text(limits, usize::MAX, None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_begins_with_its_headers_and_an_envelope_does_not() {
        let written = Entity::write("multipart/related; boundary=b", b"--b");
        let read = Entity::read(&written).expect("an entity").expect("one");
        assert_eq!((read.content_type.as_str(), read.body), ("multipart/related; boundary=b", &b"--b"[..]));
        assert_eq!(Entity::read(b"<a/>"), Ok(None));
        assert_eq!(Entity::read(b"{}"), Ok(None));
        for input in
            ["MIME-Version: 1.0\r\n\r\nx", "content-type: a/b", "Content-Type: a\r\nContent-Type: b\r\n\r\n"]
        {
            assert!(Entity::read(input.as_bytes()).is_err(), "{input}");
        }
    }
}
