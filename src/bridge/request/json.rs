//! The request of a JSON backend: the client's message, validated through the contract and written anew, with the
//! credentials that the backend gets.

use crate::bridge::backend::outgoing::Outgoing;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Called;
use crate::codec::{
    Beside, BesideParts, Decode, DecodeOptions, Decoder, Encode, Encoder, Matched, MimeParts, Strictness,
};
use crate::json::{Tape, Value};
use crate::xml::Reader;

use super::credentials::{authorize, members};
use super::{header_blocks, http_binding};

/// The request with the JSON `value`.
pub(super) fn request(
    called: Called<'_>,
    value: Value<'_>,
    encoder: &mut Encoder,
) -> Result<Box<Outgoing>, Failure> {
    let operation = called.operation;
    let service = operation.service;
    let mut xml = Vec::with_capacity(2048);
    xml.extend_from_slice(b"<Body>");
    let input = &operation.plan.input;
    let mut parts = input.has_parts().then(|| MimeParts::new(OWN.to_owned()));
    let encode = Encode { plan: &service.plan, message: input, options: &service.encode };
    let stand_ins = called.sources.stand_ins();
    let written = Beside { out: &mut xml, attachments: None, stand_ins, parts: parts.as_mut() };
    encoder.encode_beside(encode, value, written)?;
    xml.extend_from_slice(b"</Body>");
    let mut members = members(called)?;
    header_blocks::pass(operation, value, encoder, &mut members)?;
    let beside = parts.map(|parts| parts.read()).unwrap_or_default(); // without parts there are none
    outgoing(called, redecode(called, &xml, members, &beside)?)
}

/// The request whose JSON, the fields outside of the body included, is written.
pub(super) fn outgoing(called: Called<'_>, json: Vec<u8>) -> Result<Box<Outgoing>, Failure> {
    let operation = called.operation;
    let mut outgoing = if operation.template.is_whole() {
        operation.template.outgoing(called.sources.placed(json))
    } else {
        let mut tape = Tape::new();
        http_binding::bind(operation, operation.parse_own(&json, &mut tape)?)?
    };
    authorize(called, &mut outgoing.headers)?;
    Ok(outgoing)
}

/// XML that the bridge wrote itself, as JSON.
fn redecode(
    called: Called<'_>,
    xml: &[u8],
    mut members: Vec<u8>,
    beside: &BesideParts<'_>,
) -> Result<Vec<u8>, Failure> {
    let operation = called.operation;
    let text = std::str::from_utf8(xml).map_err(|_| Failure::Bridge("its own XML is not UTF-8"))?;
    let service = operation.service;
    let mut reader = Reader::new(text, service.plan.namespaces(), &service.limits.xml);
    // The Body, and what is in it.
    reader.next()?;
    reader.next()?;
    let stand_ins = called.sources.stand_ins();
    let options = DecodeOptions { strictness: Strictness::Strict, stand_ins, ..DecodeOptions::default() };
    let decode = Decode { plan: &service.plan, message: &operation.plan.input, options };
    let mut decoder = Decoder::default();
    let from = Matched { text, decoder: &mut decoder };
    beside.members(decode, from, &mut members).map_err(Failure::of_request)?;
    let mut json = Vec::with_capacity(1024);
    let options = DecodeOptions { members: &members, parts: &beside.0, ..options };
    let decoded = decoder.decode(Decode { options, ..decode }, &mut reader, &mut json);
    decoded.map_err(Failure::of_request)?;
    Ok(json)
}

/// What the names of parts end with that are written and read at once.
const OWN: &str = "own";
