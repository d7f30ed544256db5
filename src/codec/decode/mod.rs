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
use crate::plan::{ComplexPlan, ElementPlan, MessagePlan, Plan, ScopeIx, Shape, SlotIx};
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

impl Decoder {
    /// Appends the JSON of `message` to `out`. `first` is the first child of a SOAP Body, at whose start tag the reader
    /// stands; nothing when the reader stands at the end tag of an empty Body. Afterwards it stands at that end tag.
    ///
    /// Errors: an ill-formed document; every breach of the contract, at most 32. `out` then holds a broken piece.
    pub fn decode<'p, 'i>(
        &mut self,
        plan: &'p Plan,
        message: &'p MessagePlan,
        first: Option<Name<'i>>,
        reader: &mut Reader<'i>,
        options: DecodeOptions<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Decoded, DecodeError> {
        self.run(plan, message.encoded, options, out, |run| run.body(message, first, reader))
    }

    /// Appends the header block at whose start tag the reader stands to `out`, as a member of `$headers`, and reads it
    /// to its end tag; false when `message` has no such block, which is then not touched.
    ///
    /// Errors: as for [`Decoder::decode`].
    pub fn header<'p>(
        &mut self,
        plan: &'p Plan,
        message: &'p MessagePlan,
        name: Name<'_>,
        reader: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<bool, DecodeError> {
        let Some((complex, element)) = header_block(plan, message, name) else { return Ok(false) };
        let options = DecodeOptions::default();
        self.run(plan, false, options, out, |run| run.header(complex, element, reader))?;
        Ok(true)
    }

    fn run<'p>(
        &mut self,
        plan: &'p Plan,
        encoded: bool,
        options: DecodeOptions<'_>,
        out: &mut Vec<u8>,
        work: impl FnOnce(&mut Run<'_, 'p>) -> Result<(), xml::Error>,
    ) -> Result<Decoded, DecodeError> {
        self.counts.clear();
        self.objects.clear();
        self.pieces.clear();
        let mut run = Run {
            plan,
            options,
            out,
            buffers: self,
            path: Path::default(),
            violations: Vec::new(),
            decoded: Decoded::default(),
            members: false,
            kept: Kept::default(),
            references: encoded.then(Rc::default),
        };
        work(&mut run)?;
        let Run { violations, decoded, .. } = run;
        if violations.is_empty() { Ok(decoded) } else { Err(Violations(violations).into()) }
    }
}

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

/// Where the value of an element goes.
#[derive(Clone, Copy)]
struct Target {
    /// The key and its slot; nothing for the root.
    slot: Option<(ScopeIx, SlotIx)>,
}

impl Target {
    const NOWHERE: Self = Self { slot: None };
}

impl<'p> Run<'_, 'p> {
    fn is_strict(&self) -> bool {
        self.options.strictness == Strictness::Strict
    }

    fn is_forgiving(&self) -> bool {
        self.options.strictness == Strictness::Forgiving
    }

    fn body<'i>(
        &mut self,
        message: &'p MessagePlan,
        first: Option<Name<'i>>,
        reader: &mut Reader<'i>,
    ) -> Result<(), xml::Error> {
        if self.references.is_some() {
            self.references = Some(Rc::new(References::read(reader)?));
        }
        match message.root.map(|root| self.plan.element(root)) {
            Some(root) if message.bare => self.bare(root, first, reader),
            Some(root) => self.root(root, first, reader),
            None => {
                self.open_object(ScopeIx::FIRST);
                self.put_members(self.options.members);
                self.close_plain_object();
                match first {
                    Some(name) => self.second(name, reader),
                    None => Ok(()),
                }
            }
        }
    }

    fn root(
        &mut self,
        root: &'p ElementPlan,
        first: Option<Name<'_>>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        match first {
            Some(name) if root.is(name) => {
                let start = self.out.len();
                self.path.push(&root.local, None, None);
                self.element(root, None, Target::NOWHERE, reader)?;
                self.path.pop();
                self.put_members_around(start);
                self.rest(reader)
            }
            Some(name) => self.second(name, reader),
            None => {
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
    fn bare<'i>(
        &mut self,
        root: &'p ElementPlan,
        first: Option<Name<'i>>,
        reader: &mut Reader<'i>,
    ) -> Result<(), xml::Error> {
        let Shape::Complex(complex) = &self.plan.type_plan(root.type_ix).shape else { return Ok(()) };
        let first = first.map_or(Event::End, Event::Start);
        self.complex(complex, None, Some(first), reader)
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
        self.element(element, None, Target::NOWHERE, reader)?;
        self.path.pop();
        Ok(())
    }
}

/// The header block `name` of `message`, and the type that holds them all.
fn header_block<'p>(
    plan: &'p Plan,
    message: &'p MessagePlan,
    name: Name<'_>,
) -> Option<(&'p ComplexPlan, &'p ElementPlan)> {
    let Shape::Complex(complex) = &plan.type_plan(plan.element(message.headers?).type_ix).shape else {
        return None;
    };
    let element = complex.elements().map(|ix| plan.element(ix)).find(|element| element.is(name))?;
    Some((complex, element))
}
