//! A SOAP request that breaks its contract, read once more: with the leeway that the service gives, and where that does not
//! help, as a JSON client would hear everything that is wrong with it.

use crate::bridge::failure::{Breach, Failure};
use crate::bridge::operation::{Called, Operation};
use crate::bridge::reply::suspicious;
use crate::bridge::request;
use crate::bridge::state::buffers::Buffers;
use crate::codec::{
    Beside, BesidePart, Decode, DecodeError, DecodeOptions, Decoded, EmptyAs, Encode, EncodeOptions, Encoder,
    Leeway, Strictness, UnknownFields, Violation, Violations,
};
use crate::json::Value;
use crate::limits::BREACHES;
use crate::service::outcome::Notice;
use crate::soap::{self, Block};
use crate::xml::{self, Name, Reader};

/// A request in the JSON of the contract.
pub(super) struct Understood {
    pub(super) json: Vec<u8>,
    /// What it was like.
    pub(super) decoded: Decoded,
    /// What was read although the contract has it otherwise.
    pub(super) warnings: Vec<Notice>,
}

/// A request that breaks its contract.
pub(super) struct Broken<'b> {
    pub(super) called: Called<'b>,
    pub(super) text: &'b str,
    /// What its JSON has besides what is in its Body.
    pub(super) members: &'b [u8],
    /// The parts that came beside its envelope.
    pub(super) parts: &'b [BesidePart<'b>],
    /// The first breach that was found.
    pub(super) breach: Breach,
}

impl Broken<'_> {
    /// The message as the leeway of its service lets it be read. Errors: everything that is wrong with it.
    pub(super) fn retry(self, buffers: &mut Buffers) -> Result<Understood, Failure> {
        if self.operation().service.leeway == Leeway::default() {
            return Err(self.told(buffers)?.into());
        }
        match self.reread(buffers)? {
            Ok(understood) => Ok(understood),
            Err(violations) => {
                let breach = Breach { violations, notices: Vec::new() };
                Err(Self { breach, ..self }.told(buffers)?.into())
            }
        }
    }

    fn operation(&self) -> Operation<'_> {
        self.called.operation
    }

    /// Reads the message to the letter, but for the leeway. What stands in another order is encoded, which finds what order
    /// would have told: too many of one, branches of a choice together.
    fn reread(&self, buffers: &mut Buffers) -> Result<Result<Understood, Violations>, Failure> {
        let service = self.operation().service;
        let options = DecodeOptions {
            strictness: Strictness::Strict,
            empty_as: service.encode.empty_as,
            leeway: service.leeway,
            members: self.members,
            stand_ins: self.called.sources.stand_ins(),
            parts: self.parts,
            ..DecodeOptions::default()
        };
        let (json, decoded) = match self.decode(options, buffers) {
            Err(DecodeError::Contract(violations)) => return Ok(Err(violations)),
            read => read.map_err(Failure::of_request)?,
        };
        let value = self.operation().parse_own(&json, &mut buffers.tape)?;
        if let Err(violations) = encoded(self.called, value, &mut buffers.encoder) {
            return Ok(Err(violations));
        }
        let warnings = suspicious(&decoded.notes);
        Ok(Ok(Understood { json, decoded, warnings }))
    }

    /// Reads the message as far as it can be shown at all. What is shown is encoded, which finds everything that is wrong with it.
    /// Where nothing is, the first breach stands.
    fn told(self, buffers: &mut Buffers) -> Result<Breach, Failure> {
        let operation = self.operation();
        let options = DecodeOptions {
            strictness: Strictness::Forgiving,
            empty_as: EmptyAs::Keep,
            members: self.members,
            stand_ins: self.called.sources.stand_ins(),
            parts: self.parts,
            ..DecodeOptions::default()
        };
        let (json, decoded) = self.decode(options, buffers).map_err(Failure::of_request)?;
        // An unknown element may be called like a member that is there. What can be shown then is no JSON, and the first breach stands.
        let Ok(value) = operation.parse_own(&json, &mut buffers.tape) else { return Ok(self.breach) };
        let mut violations = moved(operation, decoded);
        if let Err(Violations(more)) = encoded(self.called, value, &mut buffers.encoder) {
            violations.extend(more);
            violations.truncate(BREACHES);
        }
        if violations.is_empty() {
            return Ok(self.breach);
        }
        let notices = request::check_sent(operation, value, &mut buffers.encoder)?.into_decided();
        Ok(Breach { violations: Violations(violations), notices })
    }

    fn decode(
        &self,
        options: DecodeOptions<'_>,
        buffers: &mut Buffers,
    ) -> Result<(Vec<u8>, Decoded), DecodeError> {
        let Operation { service, plan, .. } = self.operation();
        let mut reader = Reader::new(self.text, service.plan.namespaces(), &service.limits.xml);
        soap::open(&mut reader, skip)?;
        let mut json = Vec::new();
        let decode = Decode { plan: &service.plan, message: &plan.input, options };
        let decoded = buffers.decoder.decode(decode, &mut reader, &mut json)?;
        Ok((json, decoded))
    }
}

/// Header blocks were read before.
fn skip(_: Name<'_>, reader: &mut Reader<'_>) -> Result<Block, xml::Error> {
    reader.skip()?;
    Ok(Block::Understood)
}

/// What encoding `value` finds.
pub(super) fn encoded(called: Called<'_>, value: Value<'_>, encoder: &mut Encoder) -> Result<(), Violations> {
    let Called { operation, sources, .. } = called;
    let service = operation.service;
    let options = EncodeOptions { unknown_fields: UnknownFields::Reject, ..service.encode };
    let encode = Encode { plan: &service.plan, message: &operation.plan.input, options: &options };
    encoder.headers(encode, value, &mut Vec::new())?;
    let stand_ins = sources.stand_ins();
    encoder.encode_beside(
        encode,
        value,
        Beside { out: &mut Vec::new(), attachments: None, stand_ins, parts: None },
    )
}

/// The names that stand in another namespace, where the service does not take them.
fn moved(operation: Operation<'_>, decoded: Decoded) -> Vec<Violation> {
    if operation.service.leeway.namespaces { Vec::new() } else { decoded.notes }
}
