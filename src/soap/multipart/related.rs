//! A message in `multipart/related`, and what its content types say of it.

use std::borrow::Cow;

use super::error::MultipartError;
use super::hole::Hole;
use super::inline::{Apart, Inlining, refers};
use super::parameters::MediaType;
use super::part::{Part, parts, without_brackets};
use crate::codec::{BesidePart, BesideParts, StandIns};
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
    holes: Vec<Hole>,
    /// Bytes of the whole.
    length: u64,
}

/// The message of a root part.
#[derive(Debug)]
pub struct RelatedText<'b> {
    /// Its text, with the attachments that it refers to.
    pub text: Cow<'b, str>,
    /// The parts that it does not refer to by `xop:Include`.
    pub beside: BesideParts<'b>,
    /// Those that are not in it, where it has stand-ins for some.
    pub apart: Option<Apart>,
}

impl<'b> Related<'b> {
    /// Whether messages of this media type are read here.
    pub fn is_type(media_type: &str) -> bool {
        media_type == "multipart/related"
    }

    /// Finds the root part of `body`, whose content type is `value`, and out of which octets were taken in `holes`.
    ///
    /// Errors: a malformed header or body, a bound, a root part that is no SOAP message.
    pub fn read(value: &str, body: &'b [u8], holes: &[Hole]) -> Result<Self, MultipartError> {
        let outer = MediaType::parse(value)?;
        let boundary = outer.get("boundary").filter(|text| is_boundary(text));
        let parts = parts(body, boundary.ok_or(MultipartError::Boundary)?)?;
        Hole::check(holes, &parts)?;
        let root = match outer.get("start").map(without_brackets).filter(|start| !start.is_empty()) {
            // RFC 2387 section 3.2: the first one.
            None => 0,
            Some(start) => find(&parts, start)?,
        };
        let part = parts.get(root).expect("it was found among them");
        let content_type = of_root(&outer, part)?;
        let length = body.len() as u64 + holes.iter().map(Hole::length).sum::<u64>();
        Ok(Self { content_type, parts, root, holes: holes.to_vec(), length })
    }

    /// The text of the message, `most` bytes of it where attachments are put into it; large ones are not where there are `stand_ins` for them.
    ///
    /// Errors: it cannot be decoded; it refers to what is not there.
    pub fn text(
        self,
        limits: &XmlLimits,
        most: usize,
        stand_ins: Option<StandIns>,
    ) -> Result<RelatedText<'b>, MultipartError> {
        let Self { content_type, parts, root, holes, length } = self;
        let part = parts.get(root).expect("it was found among them");
        let charset = content_type.charset.as_deref();
        let text = match part.coding.decode(part.written)? {
            Cow::Borrowed(octets) => xml::decode(octets, charset)?,
            Cow::Owned(octets) => Cow::Owned(xml::decode(&octets, charset)?.into_owned()),
        };
        let others: Vec<&Part<'_>> =
            parts.iter().enumerate().filter(|(at, _)| *at != root).map(|(_, part)| part).collect();
        let (text, used, apart) = if refers(&text) {
            let most_with_apart = REFERENCES_FLOOR as u64 + MIME_FACTOR as u64 * length;
            // Whatever is more than can be counted is more than `most`.
            let most = usize::try_from(most_with_apart).map_or(most, |grown| most.min(grown));
            let inlining =
                Inlining { attachments: &others, holes: &holes, limits, most, most_with_apart, stand_ins };
            let done = inlining.inlined(&text)?;
            (Cow::Owned(done.text), done.used, done.apart)
        } else {
            (text, vec![false; others.len()], None)
        };
        let left =
            parts.into_iter().enumerate().filter(|(at, _)| *at != root).map(|(_, part)| part).zip(used);
        let left = left.filter(|(_, used)| !used).map(|(part, _)| part.beside()).collect::<Result<_, _>>()?;
        Ok(RelatedText { text, beside: BesideParts(left), apart })
    }
}

impl<'b> Part<'b> {
    /// The part as it is read beside an envelope; without its octets where these were taken out. Errors: they are not what its transfer encoding says.
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
