//! Replies of a SOAP backend.

use bytes::Bytes;

use super::answer::{Answer, Pending, suspicious};
use super::fault::received;
use super::options::options;
use super::security::ReplySecurity;
use super::status;
use crate::bridge::attached::{Attached, stand_ins};
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::bad_reply::{BadReply, BadReplyCause};
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::header::{content_type, content_type_text};
use crate::bridge::undeclared::Undeclared;
use crate::codec::{
    Beside, BesidePart, BesideParts, Decode, DecodeOptions, Encode, EncodeOptions, HeaderBlocks, Matched,
    MessageHeaders, StandIns, Strictness,
};
use crate::service::Code;
use crate::service::outcome::Notice;
use crate::soap::{self, Addressed, Block, MultipartError, Offer, Related, RelatedText, Version};
use crate::xml::{self, Name, Reader};

/// Understands a reply: a fault is recognised by the body, whatever the status; what is not an envelope is judged by the status.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let owner = pending.owner;
    if pending.operation.plan.output.is_none() && reply.status.is_success() {
        return one_way(pending, reply, buffers);
    }
    match (read(pending, reply, buffers), reply.status.as_u16()) {
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 401 | 403) => {
            Err(status::unauthorized(reply, owner, Vec::new()).into())
        }
        // A gateway answers for a backend behind it with a page of its own.
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 300..=303 | 305..=308 | 429 | 502..=504) => {
            status::check(reply, owner, Vec::new())?;
            Err(Failure::Bridge("a status that is not a failure"))
        }
        (read, _) => read.map_err(|failure| status::described_in(failure, reply)),
    }
}

/// A one-way message was taken, whatever the backend writes beside that: some repeat the message, or have an empty envelope or a page. Only
/// a fault is one.
fn one_way(pending: &Pending<'_>, reply: &Reply, buffers: &mut Buffers) -> Result<Answer, Failure> {
    if reply.body.is_empty() {
        return Ok(Answer::empty());
    }
    match read(pending, reply, buffers) {
        Err(failure @ Failure::Backend(BackendFailure::Fault { .. })) => Err(failure),
        // What cannot be read holds nothing that the contract has.
        Ok(_) | Err(_) => Ok(Answer::empty()),
    }
}

fn read(pending: &Pending<'_>, reply: &Reply, buffers: &mut Buffers) -> Result<Answer, Failure> {
    let kind = content_type(&reply.headers).map_err(|_| {
        BackendFailure::bad(BadReply::new(
            BadReplyCause::ContentType,
            "its Content-Type is there twice, or cannot be read",
        ))
    })?;
    if Related::is_type(&kind.media_type) {
        return of_parts(pending, reply, buffers);
    }
    let text = xml::decode(&reply.body, kind.charset.as_deref()).map_err(BackendFailure::bad)?;
    let beside = BesideParts::default();
    Ok(message(pending, reply, Parts { text: &text, beside: &beside, stand_ins: None }, buffers)?.0)
}

/// The envelope of a reply, and the parts beside it.
#[derive(Clone, Copy)]
struct Parts<'p> {
    text: &'p str,
    beside: &'p BesideParts<'p>,
    /// What stands in it for octets that are elsewhere.
    stand_ins: Option<&'p StandIns>,
}

/// The message of a reply, and the positions of parts beside it that are none of it.
fn message(
    pending: &Pending<'_>,
    reply: &Reply,
    parts: Parts<'_>,
    buffers: &mut Buffers,
) -> Result<(Answer, Vec<usize>), Failure> {
    let (service, text) = (pending.operation.service, parts.text);
    let room = std::mem::take(&mut buffers.reader);
    let mut reader = Reader::within(text, service.plan.namespaces(), &service.limits.xml, room);
    let envelope = Envelope::open(pending, &mut reader)?;
    if reply.status.is_success() {
        let answer = envelope.body(&mut reader, parts, buffers)?;
        buffers.reader = reader.into_buffers();
        return Ok(answer);
    }
    Err(BackendFailure::bad(BadReply::new(BadReplyCause::NoFault, "the message is no fault")).into())
}

/// The message in the root part of a reply of several.
fn of_parts(pending: &Pending<'_>, reply: &Reply, buffers: &mut Buffers) -> Result<Answer, Failure> {
    let service = pending.operation.service;
    let RelatedText { text, beside, apart } = root(pending, reply).map_err(BackendFailure::bad)?;
    let stand_ins = apart.as_ref().map(|apart| &apart.stand_ins);
    let read = message(pending, reply, Parts { text: &text, beside: &beside, stand_ins }, buffers);
    let (mut answer, left) = read.map_err(|failure| match failure {
        Failure::Backend(BackendFailure::Fault { mut fault, owner }) => {
            fault.in_parts = true;
            BackendFailure::Fault { fault, owner }.into()
        }
        other => other,
    })?;
    answer.attached = apart.map(|apart| Box::new(Attached::new(apart, &reply.body, reply.spooled.as_ref())));
    let left: Vec<&BesidePart<'_>> = left.iter().filter_map(|at| beside.0.get(*at)).collect();
    match left.first() {
        None => {}
        Some(part) if service.strict_replies => {
            return Err(BackendFailure::bad(MultipartError::unreferenced(part)).into());
        }
        Some(_) => answer.warnings.push(Notice::new(Code::Suspicious, LEFT)),
    }
    answer.passed_over.extend(left.iter().map(|part| format!("the attachment <{}>", part.shown())));
    Ok(answer)
}

const LEFT: &str =
    "the reply has attachments that its contract does not have, and that nothing in its message refers to";

/// The root part of a reply, as the text of a message.
fn root<'r>(pending: &Pending<'_>, reply: &'r Reply) -> Result<RelatedText<'r>, MultipartError> {
    let service = pending.operation.service;
    // The content type was read before.
    let value = content_type_text(&reply.headers).map_err(|_| MultipartError::Parameter)?;
    let related = Related::read(value.map_or("", |value| value), &reply.body, reply.holes())?;
    let stand_ins = pending.keeps_apart.then(stand_ins);
    related.text(&service.limits.xml, service.limits.http.reply_body, stand_ins)
}

/// An envelope that is no fault, read up to the first child of its Body.
struct Envelope<'e, 'i> {
    operation: Operation<'e>,
    version: Version,
    blocks: HeaderBlocks,
    undeclared: Undeclared,
    security: ReplySecurity<'e>,
    first: Option<Name<'i>>,
}

impl<'e, 'i> Envelope<'e, 'i> {
    fn open(pending: &Pending<'e>, reader: &mut Reader<'i>) -> Result<Self, Failure> {
        let operation = pending.operation;
        let mut blocks = HeaderBlocks::default();
        let mut security = ReplySecurity::new(operation);
        let mut undeclared = Undeclared::default();
        let mut addressed = pending.sent.message_id.is_some().then(Addressed::default);
        let offered = |name: Name<'i>, reader: &mut Reader<'i>, offer: Offer| {
            if offer == Offer::Left {
                undeclared.keep(name, reader)?;
            } else if blocks.keep(&operation.service.plan, name, reader)? || security.take(name, reader)? {
                return Ok(Block::Understood);
            } else if let Some(addressed) = &mut addressed
                && addressed.take(name, reader)?
            {
                return Ok(Block::Understood);
            } else if soap::is_for_one_node(name) {
                // Stacks mark them as to be understood whether or not someone asked for them.
                reader.skip()?;
            } else {
                return Ok(Block::Unknown);
            }
            Ok::<_, soap::Error>(Block::Understood)
        };
        let opened = soap::open_as(reader, &[], offered).map_err(BackendFailure::bad)?;
        if let Some((addressed, message_id)) = addressed.zip(pending.sent.message_id) {
            addressed.check_reply(message_id.text()).map_err(BackendFailure::bad)?;
        }
        if let Some(name) = opened.first
            && soap::is_fault(opened.version, name)
        {
            let fault = Box::new(received(pending, reader)?);
            return Err(BackendFailure::Fault { fault, owner: pending.owner }.into());
        }
        Ok(Self { operation, version: opened.version, blocks, undeclared, security, first: opened.first })
    }

    /// Reads the message to its end; gives the positions of parts that are none of it, too.
    fn body(
        self,
        reader: &mut Reader<'i>,
        parts: Parts<'_>,
        buffers: &mut Buffers,
    ) -> Result<(Answer, Vec<usize>), Failure> {
        let Self { operation, version, blocks, undeclared, security, first } = self;
        let service = operation.service;
        security.check()?;
        let all = || (0..parts.beside.0.len()).collect();
        let Some(output) = &operation.plan.output else { return Ok((Answer::empty(), all())) };
        // Of a name in another namespace the decoder says more.
        if !service.plan.begins(output, first) && !service.plan.begins_elsewhere(output, first) {
            let reason = "the message is not the response of the operation";
            return Err(BackendFailure::bad(BadReply::new(BadReplyCause::OtherMessage, reason)).into());
        }
        let strictness = if service.strict_replies { Strictness::Strict } else { Strictness::Lenient };
        let options = DecodeOptions { strictness, open: service.open_replies, ..DecodeOptions::default() };
        let decode = Decode { plan: &service.plan, message: output, options };
        let mut members = Vec::new();
        let MessageHeaders { others, decoded: in_header } =
            blocks.members(decode, &mut buffers.decoder, &mut members).map_err(BackendFailure::bad)?;
        let passing = undeclared.passing(service, version, &others).map_err(BackendFailure::bad)?;
        let from = Matched { text: parts.text, decoder: &mut buffers.decoder };
        let bound = parts.beside.members(decode, from, &mut members);
        let bound = bound.map_err(BackendFailure::bad)?;
        let mut json = Vec::with_capacity(buffers::json_of(reader.input().len()));
        let stand_ins = parts.stand_ins;
        let options = DecodeOptions { members: &members, parts: &parts.beside.0, stand_ins, ..options };
        let decoded = buffers.decoder.decode(Decode { options, ..decode }, reader, &mut json);
        let decoded = decoded.map_err(BackendFailure::bad)?;
        let left = bound.left(&decoded).collect();
        soap::finish(reader).map_err(BackendFailure::bad)?;
        if decoded.strange {
            let names = decoded.passed_over.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>();
            let reason = format!("nothing in it is known: {}", names.join(", "));
            return Err(BackendFailure::bad(BadReply::new(BadReplyCause::Unknown, reason)).into());
        }
        if decoded.reordered || in_header.reordered {
            check(operation, &json, stand_ins, buffers)?;
        }
        let (mut passed_over, mut notes) = (in_header.passed_over, in_header.notes);
        passed_over.extend(decoded.passed_over);
        notes.extend(bound.decoded.notes);
        notes.extend(decoded.notes);
        let warnings = suspicious(&notes);
        Ok((
            Answer { json: Bytes::from(json), warnings, passed_over, passing, xml: None, attached: None },
            left,
        ))
    }
}

/// Names of unknown elements that the log has, where nothing else is in a reply.
const NAMES: usize = 8;

/// Errors: JSON that was found by names, and cannot be written as the response that a SOAP client would get.
fn check(
    operation: Operation<'_>,
    json: &[u8],
    stand_ins: Option<&StandIns>,
    buffers: &mut Buffers,
) -> Result<(), Failure> {
    let Some(output) = &operation.plan.output else { return Ok(()) };
    let options = EncodeOptions { open: true, ..options(operation) };
    let encode = Encode { plan: &operation.service.plan, message: output, options: &options };
    let Buffers { tape, encoder, .. } = buffers;
    let value = operation.parse_own(json, tape)?;
    encoder.headers(encode, value, &mut Vec::new()).map_err(BackendFailure::bad)?;
    let written = Beside { out: &mut Vec::new(), attachments: None, stand_ins, parts: None };
    Ok(encoder.encode_beside(encode, value, written).map_err(BackendFailure::bad)?)
}
