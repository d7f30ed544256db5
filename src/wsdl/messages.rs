//! Messages: what a binding puts into the Body and the Header (WSDL 1.1 sections 2.3 and 3.5 to 3.7, 5).

use std::sync::Arc;

use super::load::{Place, find, part_kind};
use super::model::{Body, HeaderPart, Message, Part, Style, Use};
use super::services::{Builder, Halves};
use crate::xml::{QName, Severity, ns};

/// The message of `side` (`input` or `output`) of an operation; nothing when it has none.
pub(super) fn message(builder: &mut Builder<'_>, halves: &Halves, side: &str) -> Option<Message> {
    let half = halves.abstract_half.wsdl_children(side).next()?;
    let extensions = Extensions::of(halves, side);
    let name = builder.reference(&half, "message").unwrap_or_else(|| QName::new(ns::NONE_URI, ""));
    let Some(place) = find(&builder.definitions.messages, &name).cloned() else {
        let message = format!("the {side} names no message that exists; its content is carried as it is");
        builder.report(half.diagnostic("WSDL0201", Severity::Error, message));
        return Some(unknown(halves, side, &extensions, &half, name));
    };
    let headers = extensions.headers(builder, &place);
    let parts = body_parts(builder, &place, &extensions);
    let body = match halves.style {
        Style::Document => Body::Document(parts),
        Style::Rpc => {
            let target = halves.concrete.target.clone();
            Body::Rpc { wrapper: wrapper(halves, side, &extensions), target, parts }
        }
    };
    let body_use = use_of(extensions.body.as_ref());
    Some(Message {
        name,
        body,
        headers,
        body_use,
        attachments: extensions.attachments,
        origin: place.origin(),
    })
}

fn unknown(halves: &Halves, side: &str, extensions: &Extensions, half: &Place, name: QName) -> Message {
    let root = (halves.style == Style::Rpc).then(|| wrapper(halves, side, extensions));
    Message {
        name,
        body: Body::Unknown(root),
        headers: Vec::new(),
        body_use: use_of(extensions.body.as_ref()),
        attachments: Vec::new(),
        origin: half.origin(),
    }
}

/// What the binding says about one side of an operation.
struct Extensions {
    body: Option<Place>,
    headers: Vec<Place>,
    attachments: Vec<Arc<str>>,
}

impl Extensions {
    fn of(halves: &Halves, side: &str) -> Self {
        let mut found = Self { body: None, headers: Vec::new(), attachments: Vec::new() };
        if let Some(half) = halves.concrete.wsdl_children(side).next() {
            found.gather(&half, halves.soap, 0);
        }
        found
    }

    /// SOAP extensions stand in the side itself or in the parts of `mime:multipartRelated`.
    fn gather(&mut self, place: &Place, soap: &str, depth: usize) {
        for child in place.children() {
            match (child.namespace(), child.local()) {
                (namespace, "body") if namespace == soap => self.body = self.body.take().or(Some(child)),
                (namespace, "header") if namespace == soap => self.headers.push(child),
                (ns::WSDL_MIME_URI, "content") => {
                    self.attachments.extend(child.attribute("part").map(Arc::from))
                }
                (ns::WSDL_MIME_URI, _) if depth < 4 => self.gather(&child, soap, depth + 1),
                _ => {}
            }
        }
    }

    /// The header parts. One that names no part that exists is passed over, and reported.
    fn headers(&self, builder: &mut Builder<'_>, own: &Place) -> Vec<HeaderPart> {
        let mut out = Vec::new();
        for header in &self.headers {
            match header_part(builder, header, own) {
                Some(found) => {
                    out.push(HeaderPart { part: part(builder, &found), header_use: use_of(Some(header)) });
                }
                None => {
                    let message = "the header names no part that exists and is passed over".to_owned();
                    builder.report(header.diagnostic("WSDL0202", Severity::Error, message));
                }
            }
        }
        out
    }

    /// Whether the part `name` of the operation's own message travels elsewhere than in the Body.
    fn is_elsewhere(&self, builder: &Builder<'_>, own: &Place, name: &str) -> bool {
        let same = |header: &Place| {
            let message = header.qname("message").and_then(|name| find(&builder.definitions.messages, &name));
            message.is_none_or(|message| message.element == own.element)
                && header.attribute("part") == Some(name)
        };
        self.headers.iter().any(same) || self.attachments.iter().any(|attachment| **attachment == *name)
    }
}

fn header_part(builder: &Builder<'_>, header: &Place, own: &Place) -> Option<Place> {
    let message = header.qname("message").and_then(|name| find(&builder.definitions.messages, &name));
    let wanted = header.attribute("part");
    let mut parts = message.unwrap_or(own).wsdl_children("part");
    parts.find(|part| part.attribute("name") == wanted)
}

fn body_parts(builder: &mut Builder<'_>, message: &Place, extensions: &Extensions) -> Vec<Part> {
    let listed = extensions.body.as_ref().and_then(|body| body.attribute("parts"));
    let listed: Option<Vec<&str>> = listed.map(|parts| parts.split_whitespace().collect());
    let in_body = |part: &Place| {
        let name = part.attribute("name").unwrap_or("");
        match &listed {
            Some(listed) => listed.contains(&name),
            None => !extensions.is_elsewhere(builder, message, name),
        }
    };
    let found: Vec<Place> = message.wsdl_children("part").filter(in_body).collect();
    found.iter().map(|found| part(builder, found)).collect()
}

/// The part that is written at `place`. One that refers to what does not exist has any content, and is reported.
pub(super) fn part(builder: &mut Builder<'_>, place: &Place) -> Part {
    let name = place.attribute("name").unwrap_or("").trim();
    let (kind, problem) = part_kind(builder.schema, place);
    if let Some(problem) = problem {
        let message = format!("part {name}: {problem}; its content is carried as it is");
        builder.report(place.diagnostic("WSDL0203", Severity::Error, message));
    }
    Part { name: name.into(), kind, origin: place.origin() }
}

/// The element around the parts of an rpc message: the operation's name in the namespace of `soap:body`; without one in
/// no namespace (WS-I Basic Profile 1.1, R2717, wants one).
fn wrapper(halves: &Halves, side: &str, extensions: &Extensions) -> QName {
    let namespace = extensions.body.as_ref().and_then(|body| body.attribute("namespace"));
    let namespace = namespace.map_or_else(Arc::default, Arc::from);
    let suffix = if side == "output" { "Response" } else { "" };
    QName { namespace, local: format!("{}{suffix}", halves.name).into() }
}

fn use_of(extension: Option<&Place>) -> Use {
    match extension.and_then(|extension| extension.attribute("use")) {
        Some("encoded") => Use::Encoded,
        _ => Use::Literal,
    }
}
