//! The MIME binding: WSDL 1.1 section 5, as the WS-I Attachments Profile 1.0 reads it.
//!
//! A `mime:multipartRelated` has a `mime:part` with the `soap:body`, and others each of which has a part of the message. Several
//! `mime:content` for one part are alternatives; where a `mime:part` has some for different parts, each is a part of its own.

use std::sync::Arc;

use super::joiner::Joiner;
use super::model::BoundPart;
use super::place::Place;
use super::problem::Problem;
use crate::xml::ns;

/// What a side of a binding puts beside the envelope.
#[derive(Default)]
pub(super) struct MimeBinding {
    /// `mime:content` and `mime:mimeXml`.
    contents: Vec<Place>,
    /// A package in a package.
    nested: Option<Place>,
    /// A second `soap:body`.
    pub(super) other_body: Option<Place>,
}

impl MimeBinding {
    /// Takes what `side` has; gives the places in it where extensions of SOAP may stand.
    pub(super) fn gather(&mut self, side: &Place) -> Vec<Place> {
        let mut parts = Vec::new();
        for child in side.children().filter(is_mime) {
            match child.local() {
                "multipartRelated" => {
                    parts.extend(child.children().filter(|part| is_mime(part) && part.local() == "part"))
                }
                "part" => parts.push(child),
                _ => self.take(child),
            }
        }
        for child in parts.iter().flat_map(|part| part.children().collect::<Vec<_>>()) {
            if is_mime(&child) {
                self.take(child);
            }
        }
        parts
    }

    fn take(&mut self, child: Place) {
        match child.local() {
            "content" | "mimeXml" => self.contents.push(child),
            "multipartRelated" => self.nested = Some(child),
            _ => {}
        }
    }

    /// Whether the part `name` goes beside the envelope.
    pub(super) fn binds(&self, name: &str) -> bool {
        self.contents.iter().any(|content| content.attribute("part") == Some(name))
    }

    /// The parts of `message` that go beside the envelope, whose Body is `body`. What is wrong with them is reported.
    pub(super) fn parts(
        &self,
        joiner: &mut Joiner<'_>,
        message: &Place,
        body: Option<&Place>,
    ) -> Vec<BoundPart> {
        if let Some(nested) = &self.nested {
            joiner.refuse(nested, &Problem::NestedPackage);
        }
        if let Some(other) = &self.other_body {
            joiner.report(other, &Problem::OtherBody);
        }
        let mut bound: Vec<BoundPart> = Vec::new();
        for content in &self.contents {
            let Some(name) = part_name(content, message) else {
                joiner.report(content, &Problem::NoMimePart(format!("mime:{}", content.local())));
                continue;
            };
            if lists(body, &name) {
                joiner.refuse(content, &Problem::BoundTwice(name.clone()));
            }
            let media_type = media_type(joiner, content);
            match bound.iter_mut().find(|known| *known.name == *name) {
                Some(known) => known.or(media_type),
                None => bound.push(BoundPart {
                    name: name.into(),
                    media_types: media_type.into_iter().collect(),
                    origin: content.origin(),
                }),
            }
        }
        bound
    }
}

impl BoundPart {
    /// Takes one more alternative; without a type it may be any.
    fn or(&mut self, media_type: Option<Arc<str>>) {
        match media_type {
            Some(_) if self.media_types.is_empty() => {}
            Some(media_type) if self.media_types.contains(&media_type) => {}
            Some(media_type) => self.media_types.push(media_type),
            None => self.media_types.clear(),
        }
    }
}

fn is_mime(place: &Place) -> bool {
    place.namespace() == ns::WSDL_MIME_URI
}

/// The part that `content` has: the one that it names, or the only one of the message (section 5.4).
fn part_name(content: &Place, message: &Place) -> Option<String> {
    let mut parts = message.wsdl_children("part");
    match content.attribute("part") {
        Some(name) => {
            parts.find(|part| part.name("name") == name.trim()).map(|part| part.name("name").to_owned())
        }
        None => parts.next().filter(|_| parts.next().is_none()).map(|part| part.name("name").to_owned()),
    }
}

/// Whether `body` names the part `name`.
fn lists(body: Option<&Place>, name: &str) -> bool {
    let listed = body.and_then(|body| body.attribute("parts"));
    listed.is_some_and(|parts| parts.split_whitespace().any(|part| part == name))
}

/// The type of `content` in lower case, without parameters; nothing where it may be any.
fn media_type(joiner: &mut Joiner<'_>, content: &Place) -> Option<Arc<str>> {
    if content.local() == "mimeXml" {
        return Some(Arc::from("text/xml"));
    }
    let written = content.attribute("type")?;
    let range = written.split_once(';').map_or(written, |(range, _)| range).trim().to_ascii_lowercase();
    match range.as_str() {
        "" | "*" | "*/*" => None,
        range if is_range(range) => Some(range.into()),
        _ => {
            joiner.report(content, &Problem::MediaType(written.to_owned()));
            None
        }
    }
}

/// Whether `text` is a media type, or all those of a kind.
fn is_range(text: &str) -> bool {
    let named = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, sub)| named(kind) && (sub == "*" || named(sub)))
}
