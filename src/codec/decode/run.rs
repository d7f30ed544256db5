//! One message while it is decoded: what all stages share.

use std::rc::Rc;

use super::options::{DecodeError, DecodeOptions, Decoded, Strictness};
use super::pieces::{Object, Piece};
use super::references::References;
use super::unknown_members::{Renamed, UnknownMembers};
use crate::codec::beside::BesidePart;
use crate::codec::path::{Path, PathMemory};
use crate::codec::violation::{Violation, Violations};
use crate::plan::{
    ComplexPlan, ElementPlan, MessagePlan, Node, NodeKind, Plan, ScopeIx, Shape, Slot, SlotIx,
};
use crate::xml::{self, Event, Out, Reader};

/// Buffers for decoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Decoder {
    pub(super) counts: Vec<u32>,
    pub(super) objects: Vec<Object>,
    pub(super) pieces: Vec<Piece>,
    pub(super) gathered: Vec<u8>,
    pub(super) written: Vec<u8>,
    path: PathMemory,
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
        if decode.message.encoding.is_some() {
            run.references = Some(Rc::new(References::read(reader)?));
        }
        let read = run.body(decode.message, reader);
        run.finish(read)
    }

    /// Appends the parts that the contract binds, which are `given` in its order, to `out`: the value of `$attachments`.
    ///
    /// Errors: a part that breaks the contract.
    pub(in crate::codec) fn bound_parts<'p>(
        &mut self,
        decode: Decode<'p, '_>,
        given: &[&BesidePart<'_>],
        out: &mut Vec<u8>,
    ) -> Result<Decoded, DecodeError> {
        let mut run = Run::begin(self, &decode, out);
        if let Some(root) = decode.message.attachments {
            run.bound(root, given);
        }
        run.finish(Ok(()))
    }

    /// Appends the header block at whose start tag the reader stands to `out`, as a member of `$headers`, and reads it
    /// to its end tag; nothing when the message has no such block, which is then not touched.
    ///
    /// Errors: as for [`Decoder::decode`].
    pub(in crate::codec) fn header<'p>(
        &mut self,
        decode: Decode<'p, '_>,
        reader: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Option<HeaderMember<'p>>, DecodeError> {
        let Some((slot, element)) = header_block(&decode, reader) else { return Ok(None) };
        if slot.hidden {
            return Ok(Some(HeaderMember { key: &slot.key, decoded: Decoded::default() }));
        }
        let mut run = Run::begin(self, &decode, out);
        run.rpc = false;
        if decode.message.header_encoding.is_some() {
            run.references = Some(Rc::new(References::read(reader)?));
        }
        let read = run.header(slot, element, reader);
        Ok(Some(HeaderMember { key: &slot.key, decoded: run.finish(read)? }))
    }
}

/// A header block as a member of `$headers`.
pub(in crate::codec) struct HeaderMember<'p> {
    pub(in crate::codec) key: &'p str,
    pub(in crate::codec) decoded: Decoded,
}

/// One message while it is decoded.
pub(super) struct Run<'d, 'p> {
    pub(super) plan: &'p Plan,
    pub(super) options: DecodeOptions<'d>,
    pub(super) out: Out<'d>,
    pub(super) buffers: &'d mut Decoder,
    pub(super) path: Path<'p>,
    pub(super) violations: Vec<Violation>,
    pub(super) decoded: Decoded,
    /// Whether the members that stand ready are written.
    pub(super) members: bool,
    /// Unknown members.
    pub(super) unknown_members: UnknownMembers,
    /// Whether the message is one of rpc, whose accessors may be renamed.
    pub(super) rpc: bool,
    /// Its accessors that no part is called like.
    pub(super) renamed: Vec<Renamed>,
    /// What references of the SOAP encoding mean; nothing in a literal message.
    pub(super) references: Option<Rc<References>>,
    /// Octets of the parts to which its elements refer, each as often as they do.
    pub(super) attached: usize,
}

impl<'d, 'p> Run<'d, 'p> {
    fn begin(buffers: &'d mut Decoder, decode: &Decode<'p, 'd>, out: &'d mut Vec<u8>) -> Self {
        buffers.counts.clear();
        buffers.objects.clear();
        buffers.pieces.clear();
        let path = Path::in_memory(&mut buffers.path);
        Self {
            plan: decode.plan,
            options: decode.options,
            out: Out::new(out),
            buffers,
            path,
            violations: Vec::new(),
            decoded: Decoded::default(),
            members: false,
            unknown_members: UnknownMembers::default(),
            rpc: decode.message.rpc,
            renamed: Vec::new(),
            references: None,
            attached: 0,
        }
    }

    fn finish(self, read: Result<(), xml::Error>) -> Result<Decoded, DecodeError> {
        self.out.finish();
        read?;
        self.path.give_back(&mut self.buffers.path);
        if self.violations.is_empty() { Ok(self.decoded) } else { Err(Violations(self.violations).into()) }
    }
}

/// Where the value of an element goes: a slot of the object that is open, or where it stands.
#[derive(Clone, Copy)]
pub(super) struct Target<'p> {
    /// The type that the object is of; nothing where the value goes into no object.
    pub(super) parent: Option<&'p ComplexPlan>,
    pub(super) scope: ScopeIx,
    pub(super) slot: SlotIx,
    /// Whether it may be absent.
    pub(super) optional: bool,
}

impl<'p> Target<'p> {
    pub(super) const NOWHERE: Self =
        Self { parent: None, scope: ScopeIx::FIRST, slot: SlotIx(0), optional: false };

    /// The slot of `node`.
    pub(super) fn of(parent: &'p ComplexPlan, node: &Node) -> Self {
        Self { parent: Some(parent), scope: node.scope, slot: node.slot, optional: node.min == 0 }
    }

    pub(super) fn slot(self) -> Option<&'p Slot> {
        self.parent?.scope(self.scope).slots.get(self.slot.index())
    }
}

impl Run<'_, '_> {
    pub(super) fn is_strict(&self) -> bool {
        self.options.strictness == Strictness::Strict
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.options.strictness == Strictness::Lenient
    }

    pub(super) fn is_forgiving(&self) -> bool {
        self.options.strictness == Strictness::Forgiving
    }
}

/// The header block at which the reader stands, if the message has it, and where it goes. Blocks of one local name in several
/// namespaces have a key each.
fn header_block<'p>(decode: &Decode<'p, '_>, reader: &Reader<'_>) -> Option<(&'p Slot, &'p ElementPlan)> {
    let (plan, Event::Start(name)) = (decode.plan, reader.current()) else { return None };
    let root = plan.element(decode.message.headers?);
    let Shape::Complex(complex) = &plan.type_plan(root.type_ix).shape else { return None };
    complex.nodes.iter().find_map(|node| {
        let NodeKind::Element(ix) = node.kind else { return None };
        let element = Some(plan.element(ix)).filter(|element| element.is(name))?;
        Some((complex.slot(node), element))
    })
}
