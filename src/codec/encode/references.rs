//! Octets that go beside the message because the contract says so: parts that it binds, and what elements refer to by `ref:swaRef`.

use std::borrow::Cow;

use super::parts::Content;
use super::run::Run;
use super::slots::Object;
use crate::codec::lexical;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::limits::MIME_PARTS;
use crate::plan::{
    ATTACHMENTS, ComplexPlan, ElementIx, ElementPlan, NodeKind, ScopeIx, Shape, SimplePlan, Slot, SlotIx,
};

impl<'p> Run<'_, 'p> {
    /// What follows the name of the start tag of an element that refers to a part.
    pub(super) fn reference(
        &mut self,
        element: &'p ElementPlan,
        complex: &'p ComplexPlan,
        value: Referring<'p>,
    ) {
        self.put(">");
        let before = self.out.len();
        let content = self.part(complex, value.beside, value.value);
        if let Some(content) = content {
            let id = self.referred(content);
            self.put("cid:");
            self.put(&id);
        }
        self.close(element, before);
    }

    /// The Content-ID of a part with `content`; of none, where the message is written without its parts.
    fn referred(&mut self, content: Content<'p>) -> String {
        let at = self.out.len();
        if !self.refers {
            self.report(
                Breach::Type,
                "an attachment is not possible where the contract allows anything".to_owned(),
            );
        }
        match &mut self.parts {
            Some(parts) if parts.has_room() => return parts.refer(at, content),
            Some(_) => self.too_many(),
            None => {}
        }
        String::new()
    }

    fn too_many(&mut self) {
        self.report(Breach::Length, format!("expected at most {} attachments", MIME_PARTS - 1));
    }

    /// The parts of `value` that the contract binds, which are the children of `root`.
    pub(super) fn bound_parts(&mut self, root: ElementIx, value: Value<'p>) {
        let plan = self.plan;
        let Shape::Complex(complex) = &plan.type_plan(plan.element(root).type_ix).shape else { return };
        let own = Some(value).filter(|value| value.kind() == Kind::Object);
        self.path.push("", Some(ATTACHMENTS), None);
        match own.and_then(|value| value.get(ATTACHMENTS)) {
            Some(own) => {
                if let Some(object) = self.open(complex, own, &[]) {
                    self.bound_each(object);
                    self.buffers.slots.close(object);
                }
            }
            None => {
                let object = self.buffers.slots.open(complex, ScopeIx::FIRST);
                self.bound_each(object);
                self.buffers.slots.close(object);
            }
        }
        self.path.pop();
    }

    fn bound_each(&mut self, object: Object<'p>) {
        let complex = object.complex;
        for node in &complex.nodes {
            let NodeKind::Element(ix) = node.kind else { continue };
            let element = self.plan.element(ix);
            let Shape::Complex(inner) = &self.plan.type_plan(element.type_ix).shape else { continue };
            let Some(value) = self.filled(object, node.slot) else {
                self.missing_slot(complex, ScopeIx::FIRST, node.slot);
                continue;
            };
            self.path.push("", complex.slot_key(node), None);
            if let Some(content) = self.part(inner, &[], value) {
                match &mut self.parts {
                    Some(parts) if parts.has_room() => parts.bind(&element.local, content),
                    Some(_) => self.too_many(),
                    None => {}
                }
            }
            self.path.pop();
        }
    }

    /// What is in the part that `value` stands for; nothing, after a report, where it stands for none.
    fn part(&mut self, complex: &'p ComplexPlan, beside: &[&str], value: Value<'p>) -> Option<Content<'p>> {
        let object = self.open(complex, value, beside)?;
        let mut members = Vec::new();
        for node in &complex.nodes {
            let NodeKind::Element(ix) = node.kind else { continue };
            let Shape::Simple(simple) = &self.plan.type_plan(self.plan.element(ix).type_ix).shape else {
                continue;
            };
            members.push((node, complex.slot(node), simple));
        }
        let [(_, kind_slot, kind), (_, content_slot, content)] = members.as_slice() else { return None };
        let media_type = self.media_type_of(object, kind_slot, kind);
        let base64 = self.base64_of(object, content_slot, content);
        self.buffers.slots.close(object);
        let (media_type, base64) = (media_type?, base64?);
        Some(Content { media_type, base64 })
    }

    /// The media type that `object` says its octets have, else the only one that the contract allows.
    fn media_type_of(
        &mut self,
        object: Object<'p>,
        slot: &'p Slot,
        simple: &'p SimplePlan,
    ) -> Option<Cow<'p, str>> {
        let Some(value) = self.filled(object, KIND) else {
            let only = object.complex.attachment.as_deref().and_then(|ranges| match ranges {
                [one] if !one.ends_with('*') => Some(&**one),
                _ => None,
            });
            let filled = slot.fill.as_deref().or(only);
            if filled.is_none() {
                self.missing_slot(object.complex, ScopeIx::FIRST, KIND);
            }
            return filled.map(unescaped);
        };
        self.path.push("", Some(&slot.key), None);
        let mut text = String::new();
        let written = self.mapped(simple, value, &mut text);
        in_lower_case(&mut text);
        let checked = simple.simple.check(&text).map(|_| ());
        let found = match checked {
            _ if !written => None,
            // Whoever reads the part would refuse its head, as is done here. Parameters of a reply are passed on as they are.
            _ if !lexical::fits_in_head(&text) || !self.options.open && !lexical::has_parameters(&text) => {
                self.report(Breach::Format, MALFORMED.to_owned());
                None
            }
            Ok(()) => Some(Cow::Owned(text)),
            // A reply that has another one is passed on as it is.
            Err(_) if self.options.open && lexical::is_media_type(&text) => Some(Cow::Owned(text)),
            Err(_) => {
                let expected = media_types(object.complex);
                self.report(Breach::Enumeration, expected);
                None
            }
        };
        self.path.pop();
        found
    }

    fn base64_of(
        &mut self,
        object: Object<'p>,
        slot: &'p Slot,
        simple: &'p SimplePlan,
    ) -> Option<Cow<'p, str>> {
        let Some(value) = self.filled(object, CONTENT) else {
            self.missing_slot(object.complex, ScopeIx::FIRST, CONTENT);
            return None;
        };
        self.path.push("", Some(&slot.key), None);
        let checked = match value.as_str() {
            None => Err((Breach::Type, lexical::expected(&simple.form).to_owned())),
            Some(text) => lexical::canonical_octets(&simple.simple, text)
                .map_err(|violation| (Breach::from(&violation), violation.to_string())),
        };
        let found = match checked {
            Ok(base64) => Some(base64),
            Err((breach, expected)) => {
                self.report(breach, expected);
                None
            }
        };
        self.path.pop();
        found
    }
}

/// A value that refers to a part, and the keys that it may have beside those of its type.
pub(super) struct Referring<'p> {
    pub(super) beside: &'static [&'static str],
    pub(super) value: Value<'p>,
}

/// What rules fill is the text of an element.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Cow::Owned(text.replace("&amp;", "&"))
}

/// The case of the name of a media type says nothing, and that of its parameters may (RFC 2045 section 5.1).
fn in_lower_case(text: &mut str) {
    let name = text.find(';').map_or(text.len(), |at| at);
    text.split_at_mut(name).0.make_ascii_lowercase();
}

const MALFORMED: &str = "expected a media type of at most 1010 characters, with parameters such as `; charset=utf-8`, each of them once";

/// What is said of a media type that the contract does not have.
fn media_types(complex: &ComplexPlan) -> String {
    match complex.attachment.as_deref() {
        None | Some([]) => "expected a media type, such as image/png".to_owned(),
        Some(ranges) => format!("expected the media type {}", ranges.join(" or ")),
    }
}

/// Where the members of a part stand.
const KIND: SlotIx = SlotIx(0);
const CONTENT: SlotIx = SlotIx(1);
