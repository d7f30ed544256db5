//! JSON to XML: keys in any order come in, elements in schema order go out, validated while they are written.

mod array;
mod attributes;
mod content;
mod element;
mod extra;
mod object;
mod report;
mod simple;
mod wild;

use super::path::Path;
use super::violation::{Breach, Violation, Violations};
use crate::json::{Document, Kind, Value};
use crate::limits::{JsonLimits, XmlLimits};
use crate::plan::{ElementIx, MessagePlan, Plan, Shape, TypeIx};
use object::Filled;

/// What a JSON `null` means for an element that is not nillable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullAs {
    /// The element is left out.
    Absent,
    /// `xsi:nil="true"` all the same.
    Nil,
    /// A breach.
    #[default]
    Reject,
}

/// What happens to a key that the contract does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// It is left out.
    Ignore,
    /// A breach.
    #[default]
    Reject,
}

/// What an empty string means for an element of a simple type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyAs {
    /// The element is left out.
    Absent,
    /// An empty element.
    #[default]
    Keep,
    /// A breach.
    Reject,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    /// What an empty string means.
    pub empty_as: EmptyAs,
    /// Whether a value that an enumeration does not have is written all the same, and noted.
    pub open: bool,
    /// What a `null` means.
    pub null_as: NullAs,
    /// What happens to unknown keys.
    pub unknown_fields: UnknownFields,
    /// Bounds on numbers.
    pub limits: JsonLimits,
    /// Bounds on XML inside of JSON.
    pub xml: XmlLimits,
}

/// Buffers for encoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Encoder {
    values: Vec<Filled>,
    counts: Vec<u32>,
    lexical: String,
    number: String,
    notes: Vec<Violation>,
}

/// A message that is to be encoded, and how.
#[derive(Clone, Copy, Debug)]
pub struct Encode<'p, 'o> {
    /// The plan that the message is of.
    pub plan: &'p Plan,
    /// The message.
    pub message: &'p MessagePlan,
    /// The choices of the service.
    pub options: &'o EncodeOptions,
}

impl Encoder {
    /// Appends the XML of a message with the content `value` to `out`: what is in a SOAP Body.
    ///
    /// Errors: every breach of the contract, in schema order, at most 32; `out` then holds a broken piece.
    pub fn encode<'p>(
        &mut self,
        encode: Encode<'p, '_>,
        value: Value<'p>,
        out: &mut Vec<u8>,
    ) -> Result<(), Violations> {
        let message = encode.message;
        let mut run = Run::begin(self, encode, value, out);
        match message.root {
            Some(root) if message.bare => run.bare(root, &message.declarations, value),
            Some(root) => run.root(root, message, value),
            None => run.empty(value),
        }
        run.finish()
    }

    /// Appends the header blocks that `value` has under `$headers` to `out`; false when there are none.
    ///
    /// Errors: as for [`Encoder::encode`].
    pub fn headers<'p>(
        &mut self,
        encode: Encode<'p, '_>,
        value: Value<'p>,
        out: &mut Vec<u8>,
    ) -> Result<bool, Violations> {
        let message = encode.message;
        let blocks = Some(value).filter(|value| value.kind() == Kind::Object);
        let blocks = blocks.and_then(|value| value.get(HEADERS));
        let (Some(root), Some(blocks)) = (message.headers, blocks) else { return Ok(false) };
        let mut run = Run::begin(self, encode, blocks, out);
        run.path.push("", Some(HEADERS), None);
        run.bare(root, &message.header_declarations, blocks);
        run.finish()?;
        Ok(!blocks.is_empty())
    }

    /// The values that the last message had and their enumerations have not.
    pub fn notes(&self) -> &[Violation] {
        &self.notes
    }
}

/// One message while it is encoded.
struct Run<'e, 'p> {
    plan: &'p Plan,
    options: &'e EncodeOptions,
    out: &'e mut Vec<u8>,
    buffers: &'e mut Encoder,
    document: Document<'p>,
    path: Path<'p>,
    violations: Vec<Violation>,
    /// What the next element declares.
    declare: Option<&'p str>,
    /// What the current start tag declares already.
    declared: Option<&'p str>,
    /// Whether values say their types, as the SOAP encoding wants.
    encoded: bool,
    /// Whether the next object may have `$headers`, which are not part of it.
    headers: bool,
}

impl<'e, 'p> Run<'e, 'p> {
    fn begin(
        buffers: &'e mut Encoder,
        encode: Encode<'p, 'e>,
        value: Value<'p>,
        out: &'e mut Vec<u8>,
    ) -> Self {
        buffers.values.clear();
        buffers.counts.clear();
        buffers.notes.clear();
        Self {
            plan: encode.plan,
            options: encode.options,
            out,
            buffers,
            document: value.document(),
            path: Path::default(),
            violations: Vec::new(),
            declare: None,
            declared: None,
            encoded: encode.message.encoded,
            headers: encode.message.headers.is_some(),
        }
    }

    fn finish(self) -> Result<(), Violations> {
        if self.violations.is_empty() { Ok(()) } else { Err(Violations(self.violations)) }
    }
}

impl<'p> Run<'_, 'p> {
    fn root(&mut self, ix: ElementIx, message: &'p MessagePlan, value: Value<'p>) {
        let element = self.plan.element(ix);
        self.put(&element.open);
        self.put(&message.declarations);
        let value = self.beside_headers(element.type_ix, value).unwrap_or(value);
        self.declared = Some(&message.declarations);
        if value.kind() == Kind::Null && element.nillable {
            self.put_nil();
            return self.put("/>");
        }
        self.value(element, value);
    }

    /// A body that is no object is `$value`, beside its `$headers`.
    fn beside_headers(&self, type_ix: TypeIx, value: Value<'p>) -> Option<Value<'p>> {
        if !self.headers || value.kind() != Kind::Object || value.len() != 2 {
            return None;
        }
        let inner = value.get(HEADERS).and(value.get("$value"))?;
        let object = match &self.plan.type_plan(type_ix).shape {
            Shape::Complex(complex) => !complex.any_type && inner.kind() != Kind::Null,
            _ => false,
        };
        (!object).then_some(inner)
    }

    /// The children of a root that has no tags; each declares what it needs.
    fn bare(&mut self, ix: ElementIx, declarations: &'p str, value: Value<'p>) {
        let Shape::Complex(complex) = &self.plan.type_plan(self.plan.element(ix).type_ix).shape else {
            return;
        };
        let Some(object) = self.open(complex, value, &[]) else { return };
        self.declare = Some(declarations);
        match complex.root() {
            _ if complex.mixed => self.mixed(object),
            Some(root) => self.particle(object, root),
            None => {}
        }
        self.buffers.close(object);
    }

    fn empty(&mut self, value: Value<'p>) {
        let strange = || value.members().any(|member| !(self.headers && member.key() == HEADERS));
        let fits = value.kind() == Kind::Null || (value.kind() == Kind::Object && !strange());
        if !fits {
            self.report(Breach::Unknown, "expected an empty object".to_owned());
        }
    }

    /// What the start tag that is being written has to declare.
    fn put_declarations(&mut self) {
        if let Some(declarations) = self.declare {
            self.put(declarations);
        }
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// The key of the header blocks.
const HEADERS: &str = "$headers";
