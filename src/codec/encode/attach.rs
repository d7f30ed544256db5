//! Values that go beside the message: which do, and what is written in their places.

use std::borrow::Cow;

use super::attachments::{Attachment, octets};
use super::run::Run;
use super::simple::Leaf;
use super::slots::Object;
use crate::codec::stand_in::StandIns;
use crate::json::Value;
use crate::plan::{ElementPlan, Form};
use crate::xsd::simple::{BuiltIn, SimpleType};

impl<'p> Run<'_, 'p> {
    /// Writes a reference in the place of `value`, where that goes beside the message. False where nothing is written.
    #[inline]
    pub(super) fn attached(&mut self, leaf: &Leaf<'p>, value: Value<'p>, of: Holder<'p>) -> bool {
        value.raw().len() > self.over && self.attach(leaf, value, of)
    }

    #[cold]
    fn attach(&mut self, leaf: &Leaf<'p>, value: Value<'p>, of: Holder<'p>) -> bool {
        let base64 = value
            .as_str()
            .filter(|_| self.encoding.is_none() && goes_beside(leaf))
            .and_then(|text| checked(&leaf.simple.simple, self.stand_ins, text));
        let media_type = self.media_type(of);
        let (at, attachments, all) = (self.out.len(), self.attachments.as_deref_mut(), self.stand_ins);
        let name = base64.zip(attachments).and_then(|(value, attachments)| {
            let stand_in = all.and_then(|all| all.position(value.as_bytes()));
            let stands_for = all.zip(stand_in).and_then(|(all, at)| all.octets(at));
            let octets = match stands_for {
                Some(octets) => octets,
                None => octets(&value) as u64,
            };
            attachments.add(Attachment { at, value, stand_in, media_type }, octets)
        });
        let Some(name) = name else { return false };
        self.put("<xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:");
        self.put(&name);
        self.put("\"/>");
        true
    }

    /// What an object says of its text with the attribute `xmime:contentType`, else the one media type that the contract expects
    /// (Describing Media Content of Binary Data in XML, section 2).
    fn media_type(&self, of: Holder<'p>) -> Option<Cow<'p, str>> {
        let (said, media) = match of {
            Holder::Element(element) => (None, element.media.as_deref()),
            Holder::Object(object) => (
                self.plan
                    .content_type(object.complex)
                    .and_then(|said| self.filled(object, said.slot)?.as_str()),
                self.media,
            ),
        };
        said.or_else(|| media?.only().map(Cow::Borrowed))
    }
}

/// What has a value that may go beside the message.
#[derive(Clone, Copy)]
pub(super) enum Holder<'p> {
    /// An element, of which it is the whole.
    Element(&'p ElementPlan),
    /// An object, of which it is the text.
    Object(Object<'p>),
}

/// Whether a value goes beside the message where it is long: it is base64, and any.
fn goes_beside(leaf: &Leaf<'_>) -> bool {
    let simple = leaf.simple;
    let plain = simple.form == Form::String && simple.map.is_none() && leaf.fixed.is_none();
    plain && simple.simple.octets() == Some(BuiltIn::Base64Binary)
}

/// `text` in its canonical form; nothing where it is no value of the type, which is told where it is written.
fn checked<'v>(
    simple: &SimpleType,
    stand_ins: Option<&StandIns>,
    text: Cow<'v, str>,
) -> Option<Cow<'v, str>> {
    if let Some(checked) = StandIns::check(stand_ins, simple, &text) {
        return checked.is_ok().then_some(text);
    }
    let checked = match text {
        Cow::Borrowed(text) => simple.check(text).map(|checked| checked.value),
        Cow::Owned(text) => simple.check(&text).map(|checked| Cow::Owned(checked.value.into_owned())),
    };
    checked.ok() // what is wrong with it is told where it is written
}
