//! `xop:Include` (XOP 1.0 section 3.2): the octets of an attachment, put as base64 where the message refers to them.

use std::borrow::Cow;

use base64_simd::STANDARD;
use percent_encoding::percent_decode_str;

use super::error::MultipartError;
use super::part::Part;
use crate::limits::XmlLimits;
use crate::xml::{Event, Namespaces, Reader, ns};

/// Whether `text` may refer to attachments.
pub(super) fn refers(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), XOP.as_bytes()).is_some()
}

/// A message with what it refers to.
pub(super) struct Inlined {
    pub(super) text: String,
    /// For each attachment whether the message refers to it.
    pub(super) used: Vec<bool>,
}

/// `text` with the `attachments` that it refers to, at most `most` bytes of it: a small message may refer to a large attachment
/// many times.
pub(super) fn inlined(
    text: &str,
    attachments: &[&Part<'_>],
    limits: &XmlLimits,
    most: usize,
) -> Result<Inlined, MultipartError> {
    let known = Namespaces::default();
    let mut reader = Reader::new(text, &known, limits);
    let mut done = Inlined { text: String::with_capacity(text.len()), used: vec![false; attachments.len()] };
    // Each attachment is decoded once, however often it is referred to: what is written may be long where its octets are few.
    let mut decoded: Vec<Option<Cow<'_, [u8]>>> = vec![None; attachments.len()];
    // Up to where the text is written, and where the content of the element begins whose start tag was the last.
    let (mut written, mut content) = (0, None);
    loop {
        match reader.next()? {
            Event::Eof => break,
            Event::End => content = None,
            Event::Start(name) if name.local == "Include" && reader.namespace(name.ns) == XOP => {
                let from: usize =
                    content.take().filter(|_| is_blank(&reader)).ok_or(MultipartError::Include)?;
                let href = reader.attribute(ns::NONE, "href").ok_or(MultipartError::Include)?;
                let at = find(href, attachments)?;
                let to = end_of_parent(&mut reader)?;
                done.text.push_str(text.get(written..from).expect("tags follow one another"));
                let part = attachments.get(at).expect("it was found among them");
                let known = decoded.get_mut(at).expect("there is one for each");
                let octets = match known {
                    Some(octets) => octets,
                    None => known.insert(part.coding.decode(part.written)?),
                };
                STANDARD.encode_append(octets, &mut done.text);
                if done.text.len() > most {
                    return Err(MultipartError::Limit {
                        what: "bytes of a message with its attachments",
                        max: most,
                    });
                }
                *done.used.get_mut(at).expect("there is one for each") = true;
                written = to;
            }
            Event::Start(_) => content = Some(reader.end_offset()),
        }
    }
    done.text.push_str(text.get(written..).expect("the last tag ends inside of it"));
    Ok(done)
}

/// Reads an empty `xop:Include` and the end tag that follows it; gives where that begins.
fn end_of_parent(reader: &mut Reader<'_>) -> Result<usize, MultipartError> {
    for _ in 0..2 {
        if reader.next()? != Event::End || !is_blank(reader) {
            return Err(MultipartError::Include);
        }
    }
    Ok(reader.offset())
}

fn is_blank(reader: &Reader<'_>) -> bool {
    reader.text().bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Which of `attachments` the URL `href` names (RFC 2392): nothing else than a part is ever looked at.
fn find(href: &str, attachments: &[&Part<'_>]) -> Result<usize, MultipartError> {
    let href = href.trim();
    let (scheme, id) = href.split_once(':').ok_or(MultipartError::Include)?;
    if !scheme.eq_ignore_ascii_case("cid") {
        return Err(MultipartError::Include);
    }
    let decoded = percent_decode_str(id).decode_utf8().map_err(|_| MultipartError::Include)?;
    let named = |wanted: &str| {
        let mut all = attachments.iter().enumerate().filter(|(_, part)| part.id.as_deref() == Some(wanted));
        (all.next().map(|(at, _)| at), all.next().is_some())
    };
    // Some senders write the URL without escapes, and some a Content-ID with them.
    let found = [&*decoded, id].into_iter().map(named).find(|(at, _)| at.is_some());
    match found {
        Some((Some(at), false)) => Ok(at),
        Some((_, true)) => Err(MultipartError::DuplicateId(decoded.into_owned())),
        Some((None, _)) | None => Err(MultipartError::Missing(decoded.into_owned())),
    }
}

const XOP: &str = "http://www.w3.org/2004/08/xop/include";
