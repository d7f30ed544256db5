//! XML to JSON: elements come in document order, their lists are gathered, and every value gets the form of its type.

mod content;
mod element;
mod encoded;
mod extra;
mod kept;
mod objects;
mod report;
mod wild;

use std::rc::Rc;

use super::encode::EmptyAs;
use super::path::Path;
use super::violation::{Breach, Violation, Violations};
use crate::plan::{ComplexPlan, ElementPlan, MessagePlan, Node, Plan, ScopeIx, Shape, Slot, SlotIx};
use crate::xml::{self, Event, Name, Reader};
use encoded::References;
use kept::Kept;
use objects::{Object, Piece};

/// How closely a message is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever can be shown is shown: unknown elements, values of the wrong form, nulls anywhere. For saying everything
    /// that is wrong with a message by encoding what is shown.
    Forgiving,
    /// In any order; what is unknown is passed over.
    #[default]
    Lenient,
    /// In schema order; what is unknown is refused.
    Strict,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions<'o> {
    /// How closely the message is read. A reply of a backend is usually read leniently.
    pub strictness: Strictness,
    /// What an empty string means.
    pub empty_as: EmptyAs,
    /// Whether a value that an enumeration does not have is shown all the same, and noted.
    pub open: bool,
    /// Members to put first into the JSON object, such as credentials: `"key":value`, without braces.
    pub members: &'o [u8],
}

/// What a decoded message was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The names of elements and attributes that were passed over, each once.
    pub passed_over: Vec<String>,
    /// The values that the message has and their enumerations have not.
    pub notes: Vec<Violation>,
}

/// Why a message could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

/// Buffers for decoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Decoder {
    counts: Vec<u32>,
    objects: Vec<Object>,
    pieces: Vec<Piece>,
    gathered: Vec<u8>,
}

/// A message that is to be decoded, and how.
#[derive(Clone, Copy, Debug)]
pub struct Decode<'p, 'o> {
    /// The plan that the message is of.
    pub plan: &'p Plan,
    /// The message.
    pub message: &'p MessagePlan,
    /// The choices of the service.
    pub options: DecodeOptions<'o>,
}

impl<'p> Decode<'p, '_> {
    /// The message `message` of `plan`, without any choice.
    pub fn of(plan: &'p Plan, message: &'p MessagePlan) -> Self {
        Self { plan, message, options: DecodeOptions::default() }
    }
}

impl Decoder {
    /// Appends the JSON of a message to `out`. The reader stands at the start tag of the first child of a SOAP Body, or at
    /// the end tag of an empty Body. Afterwards it stands at the end tag of the Body.
    ///
    /// Errors: an ill-formed document; every breach of the contract, at most 32. `out` then holds a broken piece.
    pub fn decode<'p>(
        &mut self,
        decode: Decode<'p, '_>,
        reader: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Decoded, DecodeError> {
        let mut run = Run::begin(self, &decode, out);
        if decode.message.encoded {
            run.references = Some(Rc::new(References::read(reader)?));
        }
        run.body(decode.message, reader)?;
        run.finish()
    }

    /// Appends the header block at whose start tag the reader stands to `out`, as a member of `$headers`, and reads it
    /// to its end tag; false when the message has no such block, which is then not touched.
    ///
    /// Errors: as for [`Decoder::decode`].
    pub(super) fn header<'p>(
        &mut self,
        decode: Decode<'p, '_>,
        reader: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<bool, DecodeError> {
        let Some((complex, element)) = header_block(&decode, reader) else { return Ok(false) };
        let mut run = Run::begin(self, &decode, out);
        run.header(complex, element, reader)?;
        run.finish()?;
        Ok(true)
    }
}

/// One message while it is decoded.
struct Run<'d, 'p> {
    plan: &'p Plan,
    options: DecodeOptions<'d>,
    out: &'d mut Vec<u8>,
    buffers: &'d mut Decoder,
    path: Path<'p>,
    violations: Vec<Violation>,
    decoded: Decoded,
    /// Whether the members that stand ready are written.
    members: bool,
    /// Unknown members.
    kept: Kept,
    /// What references of the SOAP encoding mean; nothing in a literal message.
    references: Option<Rc<References>>,
}

impl<'d, 'p> Run<'d, 'p> {
    fn begin(buffers: &'d mut Decoder, decode: &Decode<'p, 'd>, out: &'d mut Vec<u8>) -> Self {
        buffers.counts.clear();
        buffers.objects.clear();
        buffers.pieces.clear();
        Self {
            plan: decode.plan,
            options: decode.options,
            out,
            buffers,
            path: Path::default(),
            violations: Vec::new(),
            decoded: Decoded::default(),
            members: false,
            kept: Kept::default(),
            references: None,
        }
    }

    fn finish(self) -> Result<Decoded, DecodeError> {
        if self.violations.is_empty() { Ok(self.decoded) } else { Err(Violations(self.violations).into()) }
    }
}

/// Where the value of an element goes: a slot of the object that is open, or where it stands.
#[derive(Clone, Copy)]
struct Target<'p> {
    /// The type that the object is of; nothing where the value goes into no object.
    parent: Option<&'p ComplexPlan>,
    scope: ScopeIx,
    slot: SlotIx,
}

impl<'p> Target<'p> {
    const NOWHERE: Self = Self { parent: None, scope: ScopeIx::FIRST, slot: SlotIx(0) };

    /// The slot of `node`.
    fn of(parent: &'p ComplexPlan, node: &Node) -> Self {
        Self { parent: Some(parent), scope: node.scope, slot: node.slot }
    }

    fn slot(self) -> Option<&'p Slot> {
        self.parent?.scope(self.scope).slots.get(self.slot.index())
    }
}

impl<'p> Run<'_, 'p> {
    fn is_strict(&self) -> bool {
        self.options.strictness == Strictness::Strict
    }

    fn is_forgiving(&self) -> bool {
        self.options.strictness == Strictness::Forgiving
    }

    fn body(&mut self, message: &'p MessagePlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        match message.root.map(|root| self.plan.element(root)) {
            Some(root) if message.bare => self.bare(root, reader),
            Some(root) => self.root(root, reader),
            None => {
                self.open_object(ScopeIx::FIRST);
                self.put_members(self.options.members);
                self.close_plain_object();
                match reader.current() {
                    Event::Start(name) => self.second(name, reader),
                    Event::End | Event::Eof => Ok(()),
                }
            }
        }
    }

    fn root(&mut self, root: &'p ElementPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        match reader.current() {
            Event::Start(name) if root.is(name) => {
                let start = self.out.len();
                self.path.push(&root.local, None, None);
                self.element(root, Target::NOWHERE, reader)?;
                self.path.pop();
                self.put_members_around(start);
                self.rest(reader)
            }
            Event::Start(name) => self.second(name, reader),
            Event::End | Event::Eof => {
                self.report_at(&root.local, Breach::Missing, "required");
                Ok(())
            }
        }
    }

    /// What follows the root: nothing, or what references of the SOAP encoding mean.
    fn rest(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        loop {
            let event = reader.next()?;
            self.no_text(reader);
            match event {
                Event::Start(_) if self.references.is_some() => reader.skip()?,
                Event::Start(name) => return self.second(name, reader),
                Event::End | Event::Eof => return Ok(()),
            }
        }
    }

    /// A child of Body that should not be there.
    fn second(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.report_at(name.local, Breach::Unknown, "something follows the message");
        reader.skip()?;
        while let Event::Start(_) = reader.next()? {
            reader.skip()?;
        }
        Ok(())
    }

    /// The children of Body are those of `root`.
    fn bare(&mut self, root: &'p ElementPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let Shape::Complex(complex) = &self.plan.type_plan(root.type_ix).shape else { return Ok(()) };
        let first = reader.current();
        if complex.flat {
            self.open_array();
            self.children(complex, Some(first), reader)?;
            self.close_array();
            return Ok(());
        }
        self.open_object(ScopeIx::FIRST);
        self.put_members(self.options.members);
        self.content(complex, Some(first), reader)
    }

    fn header(
        &mut self,
        complex: &'p ComplexPlan,
        element: &'p ElementPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let slots = complex.scopes.iter().flat_map(|scope| &scope.slots);
        let slot = slots.into_iter().find(|slot| *slot.key == *element.local);
        self.out.extend_from_slice(slot.map_or(b"", |slot| slot.json.as_bytes()));
        self.path.push(&element.local, Some(&element.local), None);
        self.element(element, Target::NOWHERE, reader)?;
        self.path.pop();
        Ok(())
    }
}

/// The header block at which the reader stands, if the message has it, and the type that holds them all.
fn header_block<'p>(
    decode: &Decode<'p, '_>,
    reader: &Reader<'_>,
) -> Option<(&'p ComplexPlan, &'p ElementPlan)> {
    let (plan, Event::Start(name)) = (decode.plan, reader.current()) else { return None };
    let root = plan.element(decode.message.headers?);
    let Shape::Complex(complex) = &plan.type_plan(root.type_ix).shape else { return None };
    let element = complex.elements().map(|ix| plan.element(ix)).find(|element| element.is(name))?;
    Some((complex, element))
}
