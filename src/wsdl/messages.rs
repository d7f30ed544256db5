//! Messages: what a binding puts into the Body and the Header (WSDL 1.1 sections 2.3 and 3.5 to 3.7, 5).

use std::sync::Arc;

use super::definitions::find;
use super::joiner::{Halves, Joiner};
use super::mime::MimeBinding;
use super::model::{Body, Encoding, HeaderPart, Message, Part, PartKind, Style, Use};
use super::place::{Place, local_name};
use super::problem::{PartProblem, Problem};
use crate::xml::{QName, ns};
use crate::xsd::Schema;

/// The message of `side` (`input` or `output`) of an operation; nothing when it has none.
pub(super) fn message(joiner: &mut Joiner<'_>, halves: &Halves, side: &'static str) -> Option<Message> {
    let half = halves.abstract_half.wsdl_children(side).next()?;
    let extensions = Extensions::of(halves, side);
    // Without the attribute it names no message: reported below.
    let name = joiner.reference(&half, "message").unwrap_or_else(|| QName::new(ns::NONE_URI, ""));
    let Some(place) = find(&joiner.definitions.messages, &name).cloned() else {
        joiner.missing(&half, &name, &Problem::NoMessage(side));
        let root = (halves.style == Style::Rpc).then(|| wrapper(halves, side, &extensions));
        return Some(unknown(name, root, &extensions, &half));
    };
    let headers = extensions.headers(joiner, &place);
    let attachments = extensions.mime.parts(joiner, &place, extensions.body.as_ref());
    let parts = body_parts(joiner, &place, &extensions);
    let literal = use_of(extensions.body.as_ref()) == Use::Literal;
    if literal {
        report_parts(joiner, halves.style, &place, &parts);
    }
    let body = match halves.style {
        Style::Document => Body::Document(parts),
        Style::Rpc => {
            let target = halves.concrete.target.clone();
            let wrapper = wrapper(halves, side, &extensions);
            if wrapper.namespace.is_empty() && literal {
                let at = extensions.body.as_ref().map_or(&halves.concrete, |body| body);
                joiner.report(at, &Problem::NoNamespace(wrapper.local.to_string()));
            }
            Body::Rpc { wrapper, target, parts }
        }
    };
    let body_use = use_of(extensions.body.as_ref());
    Some(Message { name, body, headers, body_use, attachments, origin: place.origin() })
}

/// Of which kind the parts in the Body of a literal message should be.
fn report_parts(joiner: &mut Joiner<'_>, style: Style, message: &Place, parts: &[Part]) {
    for place in message.wsdl_children("part") {
        let Some(part) = parts.iter().find(|part| part.origin == place.origin()) else { continue };
        match (style, &part.kind) {
            (Style::Document, PartKind::Type(_)) => {
                joiner.report(&place, &Problem::TypeInDocument(part.name.to_string()));
            }
            (Style::Rpc, PartKind::Element(_)) => {
                joiner.report(&place, &Problem::ElementInRpc(part.name.to_string()));
            }
            _ => {}
        }
    }
}

/// A message that no document defines, in the element `root`.
fn unknown(name: QName, root: Option<QName>, extensions: &Extensions, half: &Place) -> Message {
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
    mime: MimeBinding,
}

impl Extensions {
    fn of(halves: &Halves, side: &'static str) -> Self {
        let mut found = Self { body: None, headers: Vec::new(), mime: MimeBinding::default() };
        if let Some(half) = halves.concrete.wsdl_children(side).next() {
            found.gather(&half, halves.soap);
        }
        found
    }

    /// SOAP extensions stand in the side itself or in the parts of `mime:multipartRelated`.
    fn gather(&mut self, side: &Place, soap: &str) {
        let packages = self.mime.gather(side);
        let all =
            std::iter::once(side).chain(&packages).flat_map(|place| place.children().collect::<Vec<_>>());
        for child in all.filter(|child| child.namespace() == soap) {
            match (child.local(), &self.body) {
                ("body", None) => self.body = Some(child),
                ("body", Some(_)) => self.mime.other_body = Some(child),
                ("header", _) => self.headers.push(child),
                _ => {}
            }
        }
    }

    /// The header parts. One that names no part that exists is passed over, and reported.
    fn headers(&self, joiner: &mut Joiner<'_>, own: &Place) -> Vec<HeaderPart> {
        let mut out = Vec::new();
        for header in &self.headers {
            match header_part(joiner, header, own) {
                Some(found) => {
                    out.push(HeaderPart { part: part(joiner, &found), header_use: use_of(Some(header)) });
                }
                None => {
                    joiner.report(header, &Problem::NoHeaderPart);
                }
            }
        }
        out
    }

    /// Whether the part `name` of the operation's own message travels elsewhere than in the Body.
    fn is_elsewhere(&self, joiner: &Joiner<'_>, own: &Place, name: &str) -> bool {
        let same = |header: &Place| {
            let message = header_message(joiner, header, own);
            message.is_some_and(|message| message.is(own)) && header.attribute("part") == Some(name)
        };
        self.headers.iter().any(same) || self.mime.binds(name)
    }
}

fn header_part(joiner: &Joiner<'_>, header: &Place, own: &Place) -> Option<Place> {
    let wanted = header.attribute("part");
    let mut parts = header_message(joiner, header, own)?.wsdl_children("part");
    parts.find(|part| part.attribute("name") == wanted)
}

/// The message that `header` names; that of the operation itself where it names none.
fn header_message<'m>(joiner: &'m Joiner<'_>, header: &Place, own: &'m Place) -> Option<&'m Place> {
    match header.attribute("message") {
        None => Some(own),
        Some(_) => find(&joiner.definitions.messages, &header.qname("message")?),
    }
}

fn body_parts(joiner: &mut Joiner<'_>, message: &Place, extensions: &Extensions) -> Vec<Part> {
    let listed = extensions.body.as_ref().and_then(|body| body.attribute("parts"));
    let listed: Option<Vec<&str>> = listed.map(|parts| parts.split_whitespace().collect());
    let in_body = |part: &Place| {
        let name = part.name("name");
        match &listed {
            Some(listed) => listed.contains(&name),
            None => !extensions.is_elsewhere(joiner, message, name),
        }
    };
    let found: Vec<Place> = message.wsdl_children("part").filter(in_body).collect();
    found.iter().map(|found| part(joiner, found)).collect()
}

/// The part that is written at `place`. One that refers to what does not exist has any content, and is reported.
pub(super) fn part(joiner: &mut Joiner<'_>, place: &Place) -> Part {
    let name = place.name("name");
    let (kind, problem) = part_kind(joiner.schema, place);
    if let Some(reason) = problem {
        let name = reason.name().cloned();
        let problem = Problem::Part { part: place.name("name").to_owned(), reason };
        match name {
            Some(name) => joiner.missing(place, &name, &problem),
            None => joiner.report(place, &problem),
        }
    }
    let reason = match kind {
        PartKind::Element(id) => joiner.schema.unchecked_element(id),
        PartKind::Type(id) => joiner.schema.unchecked_type(id),
        PartKind::Unknown(_) => None,
    };
    if let Some(reason) = reason.cloned() {
        joiner.unchecked(reason);
    }
    Part { name: name.into(), kind, origin: place.origin() }
}

/// The element around the parts of an rpc message: the operation's name in the namespace of `soap:body`; without one in
/// no namespace (WS-I Basic Profile 1.1, R2717, wants one).
fn wrapper(halves: &Halves, side: &'static str, extensions: &Extensions) -> QName {
    let namespace = extensions.body.as_ref().and_then(|body| body.attribute("namespace"));
    let namespace = namespace.map_or_else(Arc::default, Arc::from);
    let suffix = if side == "output" { "Response" } else { "" };
    QName { namespace, local: format!("{}{suffix}", halves.name).into() }
}

fn use_of(extension: Option<&Place>) -> Use {
    match extension.map(|extension| (extension, extension.attribute("use"))) {
        Some((extension, Some("encoded"))) => Use::Encoded(encoding(extension)),
        _ => Use::Literal,
    }
}

/// The encoding that `encodingStyle` names, else that of the version of SOAP that the binding is for.
fn encoding(extension: &Place) -> Encoding {
    let style = extension.attribute("encodingStyle").map(|styles| styles.split_whitespace());
    for name in style.into_iter().flatten() {
        match name.trim_end_matches('/') {
            SOAP11 => return Encoding::Soap11,
            ns::SOAPENC12_URI => return Encoding::Soap12,
            _ => {}
        }
    }
    if extension.namespace() == ns::WSDL_SOAP12_URI { Encoding::Soap12 } else { Encoding::Soap11 }
}

/// The name of the encoding of SOAP 1.1, which some contracts write without the slash at its end.
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/encoding";

/// The element or type that a part refers to; and what is wrong with the reference.
fn part_kind(schema: &Schema, part: &Place) -> (PartKind, Option<PartProblem>) {
    let lexical = part.attribute("element").or_else(|| part.attribute("type"));
    let Some(lexical) = lexical else {
        return (PartKind::Unknown(None), Some(PartProblem::NoReference));
    };
    let is_element = part.attribute("element").is_some();
    let Some(name) = part.tree.resolve_qname(part.element, lexical) else {
        let name = is_element.then(|| QName::new(ns::NONE_URI, local_name(lexical)));
        return (PartKind::Unknown(name), Some(PartProblem::Prefix));
    };
    let known = if is_element {
        schema.element(&name).map(PartKind::Element)
    } else {
        schema.named_type(&name).map(PartKind::Type)
    };
    match known {
        Some(known) => (known, None),
        None => {
            let problem = if is_element { PartProblem::NoElement } else { PartProblem::NoType };
            (PartKind::Unknown(is_element.then(|| name.clone())), Some(problem(name)))
        }
    }
}
