//! A message in `multipart/related`, and what its content types say of it.

use std::borrow::Cow;

use super::error::MultipartError;
use super::inline::{inlined, refers};
use super::parameters::MediaType;
use super::part::{Part, parts, without_brackets};
use crate::codec::{BesidePart, BesideParts};
use crate::limits::{MIME_FACTOR, REFERENCES_FLOOR, XmlLimits};
use crate::soap::ContentType;
use crate::xml;

/// A message in `multipart/related`, its root part found.
#[derive(Debug)]
pub struct Related<'b> {
    /// The content type of the message in the root part; of the media type that SOAP has for it, empty where nothing says which.
    pub content_type: ContentType<'static>,
    parts: Vec<Part<'b>>,
    root: usize,
    /// Bytes of the whole.
    length: usize,
}

/// The message of a root part.
#[derive(Debug)]
pub struct RelatedText<'b> {
    /// Its text, with the attachments that it refers to.
    pub text: Cow<'b, str>,
    /// The parts that it does not refer to by `xop:Include`.
    pub beside: BesideParts<'b>,
}

impl<'b> Related<'b> {
    /// Whether messages of this media type are read here.
    pub fn is_type(media_type: &str) -> bool {
        media_type == "multipart/related"
    }

    /// Finds the root part of `body`, whose content type is `value`.
    ///
    /// Errors: a malformed header or body, a bound, a root part that is no SOAP message.
    pub fn read(value: &str, body: &'b [u8]) -> Result<Self, MultipartError> {
        let outer = MediaType::parse(value)?;
        let boundary = outer.get("boundary").filter(|text| is_boundary(text));
        let parts = parts(body, boundary.ok_or(MultipartError::Boundary)?)?;
        let root = match outer.get("start").map(without_brackets).filter(|start| !start.is_empty()) {
            // RFC 2387 section 3.2: the first one.
            None => 0,
            Some(start) => find(&parts, start)?,
        };
        let part = parts.get(root).expect("it was found among them");
        let content_type = of_root(&outer, part)?;
        Ok(Self { content_type, parts, root, length: body.len() })
    }

    /// The text of the message, `most` bytes of it where attachments are put into it.
    ///
    /// Errors: it cannot be decoded; it refers to what is not there.
    pub fn text(self, limits: &XmlLimits, most: usize) -> Result<RelatedText<'b>, MultipartError> {
        let Self { content_type, parts, root, length } = self;
        let part = parts.get(root).expect("it was found among them");
        let charset = content_type.charset.as_deref();
        let text = match part.coding.decode(part.written)? {
            Cow::Borrowed(octets) => xml::decode(octets, charset)?,
            Cow::Owned(octets) => Cow::Owned(xml::decode(&octets, charset)?.into_owned()),
        };
        let others: Vec<&Part<'_>> =
            parts.iter().enumerate().filter(|(at, _)| *at != root).map(|(_, part)| part).collect();
        let (text, used) = if refers(&text) {
            let most = most.min(REFERENCES_FLOOR + MIME_FACTOR * length);
            let done = inlined(&text, &others, limits, most)?;
            (Cow::Owned(done.text), done.used)
        } else {
            (text, vec![false; others.len()])
        };
        let left =
            parts.into_iter().enumerate().filter(|(at, _)| *at != root).map(|(_, part)| part).zip(used);
        let left = left.filter(|(_, used)| !used).map(|(part, _)| part.beside()).collect::<Result<_, _>>()?;
        Ok(RelatedText { text, beside: BesideParts(left) })
    }
}

impl<'b> Part<'b> {
    /// The part as it is read beside an envelope. Errors: its octets are not what its transfer encoding says.
    fn beside(self) -> Result<BesidePart<'b>, MultipartError> {
        let octets = self.coding.decode(self.written)?;
        Ok(BesidePart { id: self.id, media_type: self.content_type, octets })
    }
}

fn find(parts: &[Part<'_>], start: &str) -> Result<usize, MultipartError> {
    let mut named = parts.iter().enumerate().filter(|(_, part)| part.id.as_deref() == Some(start));
    match (named.next(), named.next()) {
        (Some((at, _)), None) => Ok(at),
        (None, _) => Err(MultipartError::NoStart),
        (Some(_), Some(_)) => Err(MultipartError::DuplicateId(start.chars().take(LONGEST_NAME).collect())),
    }
}

/// The content type of the message in `part`: by its own, else by `start-info` (XOP 1.0 section 4.1) or `type` of the outer one.
fn of_root(outer: &MediaType, part: &Part<'_>) -> Result<ContentType<'static>, MultipartError> {
    let own = part.content_type.as_deref().map_or(Ok(MediaType::default()), MediaType::parse)?;
    let inner = |media: &MediaType, name: &str| media.get(name).map(MediaType::parse).transpose();
    let (own_type, start_info) = (inner(&own, "type")?, inner(outer, "start-info")?);
    let outer_type = inner(outer, "type")?;
    let named = [Some(&own), own_type.as_ref(), start_info.as_ref(), outer_type.as_ref()];
    let media_type = match own.name.as_str() {
        "" | XOP | "text/xml" | "application/soap+xml" | "application/xml" => {
            let mut names = named.into_iter().flatten().map(|media| media.name.as_str());
            names.find(|name| matches!(*name, "text/xml" | "application/soap+xml"))
        }
        _ => return Err(MultipartError::Root),
    };
    let actions = [Some(outer), Some(&own), own_type.as_ref(), start_info.as_ref(), outer_type.as_ref()];
    let mut actions = actions.into_iter().flatten().filter_map(|media| media.get("action"));
    let action = actions.next();
    if actions.any(|other| Some(other) != action) {
        return Err(MultipartError::Action);
    }
    Ok(ContentType {
        media_type: media_type.map_or(Cow::Borrowed(""), |name| name.to_owned().into()),
        charset: own.get("charset").map(|charset| charset.to_owned().into()),
        action: action.map(|action| action.to_owned().into()),
    })
}

/// RFC 2046 section 5.1.1. Stacks have a few characters more in them, such as `{` and `@`.
pub(super) fn is_boundary(text: &str) -> bool {
    (1..=70).contains(&text.len())
        && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && !text.ends_with(' ')
}

const XOP: &str = "application/xop+xml";

/// Characters of an attachment's name that are shown.
const LONGEST_NAME: usize = 128;

#[cfg(test)]
mod tests;
