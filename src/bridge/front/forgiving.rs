//! A SOAP request that breaks its contract, read once more: as a JSON client would hear everything that is wrong with it.

use crate::bridge::failure::{Breach, Failure};
use crate::bridge::operation::{Called, Operation};
use crate::bridge::request::{self, members};
use crate::bridge::state::buffers::Buffers;
use crate::codec::{
    Decode, DecodeOptions, Decoder, EmptyAs, Encode, EncodeOptions, HeaderBlocks, Strictness, UnknownFields,
};
use crate::soap::{self, Block};
use crate::xml::{Name, Reader};

/// A request that breaks its contract.
pub(super) struct Broken<'b> {
    pub(super) called: Called<'b>,
    pub(super) text: &'b str,
    pub(super) blocks: &'b HeaderBlocks,
    /// The first breach that was found.
    pub(super) breach: Breach,
}

impl Broken<'_> {
    /// Reads the message as far as it can be shown at all. What is shown is encoded, which finds everything that is wrong with it.
    /// Where nothing is, and the service takes elements in any order, its JSON is taken; else the first breach stands.
    pub(super) fn retry(self, buffers: &mut Buffers) -> Result<Vec<u8>, Failure> {
        let operation = self.called.operation;
        let (service, input) = (operation.service, &operation.plan.input);
        let mut members = members(self.called)?;
        let decoder = &mut buffers.decoder;
        let kept = self.blocks.members(Decode::of(&service.plan, input), decoder, &mut members);
        kept.map_err(Failure::of_request)?;
        let json = decode_forgiving(operation, self.text, &members, decoder)?;
        let Buffers { tape, encoder, .. } = buffers;
        let value = operation.parse_own(&json, tape)?;
        let notices = request::check(operation, value).into_decided();
        let options = EncodeOptions { unknown_fields: UnknownFields::Reject, ..service.encode };
        match encoder.encode(
            Encode { plan: &service.plan, message: input, options: &options },
            value,
            &mut Vec::new(),
        ) {
            Err(violations) => Err(Breach { violations, notices }.into()),
            Ok(()) if service.strict_requests => Err(self.breach.into()),
            Ok(()) => Ok(json),
        }
    }
}

/// The JSON of a message, with all that can be shown of it.
fn decode_forgiving(
    operation: Operation<'_>,
    text: &str,
    members: &[u8],
    decoder: &mut Decoder,
) -> Result<Vec<u8>, Failure> {
    let service = operation.service;
    let mut reader = Reader::new(text, service.plan.namespaces(), &service.limits.xml);
    let skip = |_: Name<'_>, reader: &mut Reader<'_>| {
        reader.skip()?;
        Ok::<_, soap::Error>(Block::Understood)
    };
    soap::open(&mut reader, skip)?;
    let strictness = Strictness::Forgiving;
    let options = DecodeOptions { strictness, empty_as: EmptyAs::Keep, members, ..DecodeOptions::default() };
    let mut json = Vec::new();
    let input = &operation.plan.input;
    let decoded =
        decoder.decode(Decode { plan: &service.plan, message: input, options }, &mut reader, &mut json);
    decoded.map_err(Failure::of_request)?;
    Ok(json)
}
