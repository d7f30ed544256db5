//! One message while it is encoded: what all stages share.

use super::attachments::Attachments;
use super::given::{Given, Headed};
use super::options::EncodeOptions;
use super::parts::MimeParts;
use super::reserved::Reserved;
use super::slots::Slots;
use crate::codec::path::{Path, PathMemory};
use crate::codec::stand_in::StandIns;
use crate::codec::violation::{Violation, Violations};
use crate::json::{Document, Value};
use crate::plan::{HEADERS, MediaTypes, MessagePlan, Plan};
use crate::wsdl::Encoding;
use crate::xml::Out;

/// Buffers for encoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Encoder {
    pub(super) slots: Slots,
    pub(super) counts: Vec<u32>,
    pub(super) lexical: String,
    pub(super) number: String,
    pub(super) notes: Vec<Violation>,
    pub(super) left_out: Vec<u32>,
    pub(super) passed_over: PassedOver,
    path: PathMemory,
}

/// What a message has and its contract has not, where that is left out.
#[derive(Debug, Default)]
pub struct PassedOver {
    /// Where it is: JSON Pointers with `*` for every place in an array, the first ones.
    pub places: Vec<String>,
    /// How many members at the top of the message.
    pub at_top: usize,
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
        let run = Run::begin(self, encode, value, out);
        run.message(encode.message, value)
    }

    /// The same, with a reference in the place of each value that goes beside the message, where some may.
    pub fn encode_beside<'p>(
        &mut self,
        encode: Encode<'p, '_>,
        value: Value<'p>,
        written: Beside<'_, 'p>,
    ) -> Result<(), Violations> {
        let mut run = Run::begin(self, encode, value, written.out);
        run.parts = written.parts;
        if let Some(attachments) = written.attachments {
            run.over = attachments.over();
            run.attachments = Some(attachments);
        }
        if let Some(stand_ins) = written.stand_ins {
            // They are looked for.
            run.over = run.over.min(StandIns::LENGTH - 1);
            run.stand_ins = Some(stand_ins);
        }
        run.message(encode.message, value)
    }

    /// Appends the header blocks of a message, which are its `value`, to `out`; false when there are none, or the contract has none.
    pub(super) fn blocks<'p>(
        &mut self,
        encode: Encode<'p, '_>,
        Headed { value: blocks, given }: Headed<'p, '_>,
        out: &mut Vec<u8>,
    ) -> Result<bool, Violations> {
        let (message, before) = (encode.message, out.len());
        let Some(root) = message.headers else { return Ok(false) };
        let mut run = Run::begin(self, encode, blocks, out);
        run.encoding = message.header_encoding;
        run.reserved = Reserved::default();
        run.given = given;
        run.path.push("", Some(HEADERS), None);
        run.bare(root, &message.header_declarations, blocks);
        run.finish()?;
        Ok(out.len() > before)
    }

    /// What the JSON of the last message has and the message has not, by the numbers of its tokens, in order: empty texts and
    /// nulls that count as absent.
    pub fn left_out(&mut self) -> &[u32] {
        self.left_out.sort_unstable();
        &self.left_out
    }

    /// The values that the last message had and their enumerations have not.
    pub fn notes(&self) -> &[Violation] {
        &self.notes
    }

    /// What of the last message was left out.
    pub fn passed_over(&self) -> &PassedOver {
        &self.passed_over
    }
}

/// Where a message is written.
#[derive(Debug)]
pub struct Beside<'o, 'v> {
    /// Where the message is appended.
    pub out: &'o mut Vec<u8>,
    /// The values that go beside it, where some may.
    pub attachments: Option<&'o mut Attachments<'v>>,
    /// What stands in it for octets that are elsewhere.
    pub stand_ins: Option<&'v StandIns>,
    /// The parts that the contract wants beside it, where it is sent with some.
    pub parts: Option<&'o mut MimeParts<'v>>,
}

/// One message while it is encoded.
pub(super) struct Run<'e, 'p> {
    pub(super) plan: &'p Plan,
    pub(super) options: &'e EncodeOptions,
    pub(super) out: Out<'e>,
    pub(super) buffers: &'e mut Encoder,
    pub(super) document: Document<'p>,
    pub(super) path: Path<'p>,
    pub(super) violations: Vec<Violation>,
    /// What the next element declares.
    pub(super) declare: Option<&'p str>,
    /// What the current start tag declares already.
    pub(super) declared: Option<&'p str>,
    /// The SOAP encoding, which wants values to say their types.
    pub(super) encoding: Option<Encoding>,
    /// The credentials of whoever calls, where somebody does.
    pub(super) given: Option<Given<'e>>,
    /// Members that the next object may have and that are not part of it.
    pub(super) reserved: Reserved,
    /// Whether the members of all objects so far were in order, or seen not to be before they were written.
    pub(super) all_in_order: bool,
    /// What goes beside the message, where something may.
    pub(super) attachments: Option<&'e mut Attachments<'p>>,
    /// What stands in the message for octets that are elsewhere.
    pub(super) stand_ins: Option<&'p StandIns>,
    /// What the octets of the object are expected to be whose text is written.
    pub(super) media: Option<&'p MediaTypes>,
    /// Characters of a text that certainly stays in the message; without attachments any does.
    pub(super) over: usize,
    /// The parts that the contract wants beside the message, where it is sent with some.
    pub(super) parts: Option<&'e mut MimeParts<'p>>,
    /// Whether its elements may refer to such parts.
    pub(super) refers: bool,
}

impl<'e, 'p> Run<'e, 'p> {
    pub(super) fn begin(
        buffers: &'e mut Encoder,
        encode: Encode<'p, 'e>,
        value: Value<'p>,
        out: &'e mut Vec<u8>,
    ) -> Self {
        buffers.slots.clear();
        buffers.counts.clear();
        buffers.notes.clear();
        buffers.passed_over.places.clear();
        buffers.passed_over.at_top = 0;
        let path = Path::in_memory(&mut buffers.path);
        Self {
            plan: encode.plan,
            options: encode.options,
            out: Out::new(out),
            buffers,
            document: value.document(),
            path,
            violations: Vec::new(),
            declare: None,
            declared: None,
            encoding: encode.message.encoding,
            given: None,
            reserved: Reserved::of(encode.message),
            all_in_order: true,
            attachments: None,
            stand_ins: None,
            media: None,
            over: usize::MAX,
            parts: None,
            refers: encode.message.refers,
        }
    }

    fn message(mut self, message: &'p MessagePlan, value: Value<'p>) -> Result<(), Violations> {
        self.buffers.left_out.clear();
        match message.root {
            Some(root) if message.bare => self.bare(root, &message.declarations, value),
            Some(root) => self.root(root, message, value),
            None => self.empty(value),
        }
        if let Some(root) = message.attachments {
            self.bound_parts(root, value);
        }
        self.finish()
    }

    pub(super) fn finish(self) -> Result<(), Violations> {
        self.out.finish();
        self.path.give_back(&mut self.buffers.path);
        if self.violations.is_empty() { Ok(()) } else { Err(Violations(self.violations)) }
    }
}

impl Run<'_, '_> {
    /// What the start tag that is being written has to declare.
    pub(super) fn put_declarations(&mut self) {
        if let Some(declarations) = self.declare {
            self.put(declarations);
        }
    }

    #[inline]
    pub(super) fn put(&mut self, text: &str) {
        self.out.put(text);
    }
}
