//! Replies of a SOAP backend.

use bytes::Bytes;

use super::answer::{Answer, Pending, suspicious};
use super::fault::received;
use super::options::options;
use super::security::ReplySecurity;
use super::status;
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::state::header::content_type;
use crate::codec::{
    Decode, DecodeOptions, Decoded, Encode, EncodeOptions, HeaderBlocks, MessageHeaders, Strictness,
};
use crate::limits::BREACHES;
use crate::plan::MessagePlan;
use crate::soap::{self, Block};
use crate::xml::{self, Name, Reader, ns};

/// Understands a reply: a fault is recognised by the body, whatever the status; what is not an envelope is judged by the status.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let owner = pending.owner;
    if pending.operation.plan.output.is_none() && reply.status.is_success() && reply.body.is_empty() {
        return Ok(Answer::empty());
    }
    match (read(pending, reply, buffers), reply.status.as_u16()) {
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 401 | 403) => {
            Err(BackendFailure::Unauthorized { owner, errors: Vec::new() }.into())
        }
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 429 | 503) => {
            status::check(reply, owner, Vec::new())?;
            Err(Failure::Bridge("a status that is not a failure"))
        }
        (read, _) => read.map_err(|failure| status::described_in(failure, reply)),
    }
}

fn read(pending: &Pending<'_>, reply: &Reply, buffers: &mut Buffers) -> Result<Answer, Failure> {
    let kind = content_type(&reply.headers)
        .map_err(|_| BackendFailure::bad("its Content-Type is there twice, or cannot be read"))?;
    let text = xml::decode(&reply.body, kind.charset.as_deref()).map_err(BackendFailure::bad)?;
    let service = pending.operation.service;
    let mut reader = Reader::new(&text, service.plan.namespaces(), &service.limits.xml);
    let envelope = Envelope::open(pending, &mut reader)?;
    if reply.status.is_success() {
        return envelope.body(&mut reader, buffers);
    }
    Err(BackendFailure::bad("the message is no fault").into())
}

/// An envelope that is no fault, read up to the first child of its Body.
struct Envelope<'e, 'i> {
    operation: Operation<'e>,
    blocks: HeaderBlocks,
    security: ReplySecurity<'e>,
    /// Header blocks that the contract does not declare.
    passed_over: Vec<String>,
    first: Option<Name<'i>>,
}

impl<'e, 'i> Envelope<'e, 'i> {
    fn open(pending: &Pending<'e>, reader: &mut Reader<'i>) -> Result<Self, Failure> {
        let operation = pending.operation;
        let mut blocks = HeaderBlocks::default();
        let mut security = ReplySecurity::new(operation);
        let mut passed_over = Vec::new();
        let understand = |name: Name<'i>, reader: &mut Reader<'i>| {
            if !blocks.keep(&operation.service.plan, name, reader)? && !security.take(name, reader)? {
                if !matches!(name.ns, ns::WSSE | ns::WSA) && passed_over.len() < BREACHES {
                    passed_over.push(header_path(name.local));
                }
                reader.skip()?;
            }
            Ok::<_, soap::Error>(Block::Understood)
        };
        let opened = soap::open(reader, understand).map_err(BackendFailure::bad)?;
        if let Some(name) = opened.first
            && soap::is_fault(opened.version, name)
        {
            let fault = Box::new(received(pending, reader)?);
            return Err(BackendFailure::Fault { fault, owner: pending.owner }.into());
        }
        Ok(Self { operation, blocks, security, passed_over, first: opened.first })
    }

    /// Reads the message to its end.
    fn body(self, reader: &mut Reader<'i>, buffers: &mut Buffers) -> Result<Answer, Failure> {
        let Self { operation, blocks, security, mut passed_over, first } = self;
        let service = operation.service;
        security.check()?;
        let Some(output) = &operation.plan.output else { return Ok(Answer::empty()) };
        // Of a name in another namespace the decoder says more.
        if !service.plan.begins(output, first) && !service.plan.begins_elsewhere(output, first) {
            return Err(BackendFailure::bad("the message is not the response of the operation").into());
        }
        let strictness = if service.strict_replies { Strictness::Strict } else { Strictness::Lenient };
        let options = DecodeOptions { strictness, open: service.open_replies, ..DecodeOptions::default() };
        let decode = Decode { plan: &service.plan, message: output, options };
        let (members, in_header) = members(decode, &blocks, buffers)?;
        let mut json = Vec::with_capacity(1024);
        let options = DecodeOptions { members: &members, ..options };
        let decoded = buffers.decoder.decode(Decode { options, ..decode }, reader, &mut json);
        let decoded = decoded.map_err(BackendFailure::bad)?;
        soap::finish(reader).map_err(BackendFailure::bad)?;
        if decoded.reordered || in_header.reordered {
            check(operation, output, &json, buffers)?;
        }
        passed_over.extend(in_header.passed_over.into_iter().chain(decoded.passed_over));
        let warnings = suspicious(&[in_header.notes, decoded.notes].concat());
        Ok(Answer { json: Bytes::from(json), warnings, passed_over })
    }
}

/// Errors: JSON that was found by names, and cannot be written as the response that a SOAP client would get.
fn check(
    operation: Operation<'_>,
    output: &MessagePlan,
    json: &[u8],
    buffers: &mut Buffers,
) -> Result<(), Failure> {
    let options = EncodeOptions { open: true, ..options(operation) };
    let encode = Encode { plan: &operation.service.plan, message: output, options: &options };
    let Buffers { tape, encoder, .. } = buffers;
    let value = operation.parse_own(json, tape)?;
    encoder.headers(encode, value, &mut Vec::new()).map_err(BackendFailure::bad)?;
    Ok(encoder.encode(encode, value, &mut Vec::new()).map_err(BackendFailure::bad)?)
}

/// The header blocks of the response, as members of its JSON.
fn members(
    decode: Decode<'_, '_>,
    blocks: &HeaderBlocks,
    buffers: &mut Buffers,
) -> Result<(Vec<u8>, Decoded), BackendFailure> {
    let mut members = Vec::new();
    let headers = blocks.members(decode, &mut buffers.decoder, &mut members).map_err(BackendFailure::bad)?;
    let MessageHeaders { others, mut decoded } = headers;
    decoded.passed_over.extend(others.iter().map(|block| header_path(block.local())));
    Ok((members, decoded))
}

/// How a header block is named in the log.
fn header_path(local: &str) -> String {
    format!("/Header/{local}")
}
