//! Converting messages without a service: whose message it is, is found by trying, and never guessed.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::converted::{Converted, Notes};
use super::fault::{FaultError, answered, fault_envelope, fault_json, read_fault, told_fault};
use super::reading::Reading;
use super::rules::{Rules, RulesError};
use super::selection::{Candidate, Direction, Selection, candidates};
use crate::codec::{
    self, Beside, BesideParts, Breach, Decode, DecodeError, DecodeOptions, Decoder, Encode, EncodeOptions,
    Encoder, HeaderBlock, HeaderBlocks, Leeway, Matched, MessageHeaders, MimeParts, Strictness, Violation,
    Violations,
};
use crate::json::{self, Kind, Tape, Value, write};
use crate::limits::BREACHES;
use crate::plan::{ATTACHMENTS, MessagePlan, Plan};
use crate::service::Service;
use crate::soap::{
    self, BesidePackage, Block, Entity, Fault, FaultContract, MultipartError, PartCoding, RelatedText,
    Version,
};
use crate::xml::{self, Event, Name, Reader};

/// Why a message is not converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It is the message of each of these, and nobody says which one is meant.
    #[error("it could be {}; choose one with --operation, --direction, --service or --port", listed(.0))]
    Ambiguous(Vec<String>),
    /// It breaks the contract of the message that it is closest to.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is a fault that the contract does not allow.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// It is the message of no operation that is meant.
    #[error("no operation has this message")]
    NoMessage,
    /// It follows its contract, and not the rules of the service.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// It has elements, and the contract none of them, as in the reply of a backend.
    #[error("nothing in it is known: {}", .0.join(", "))]
    NothingKnown(Vec<String>),
    /// It is not an envelope.
    #[error(transparent)]
    Soap(#[from] soap::Error),
    /// It is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

impl From<DecodeError> for ConvertError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Contract(violations) => Self::Contract(violations),
            DecodeError::Xml(error) => Self::Xml(error),
        }
    }
}

/// Whether a Body with this first child may hold a message.
type Begins = fn(&Plan, &MessagePlan, Option<Name<'_>>) -> bool;

/// Converts messages of a contract between SOAP and JSON.
///
/// JSON says nothing of the message that it is of. Where the contract has another message that it could be, and that matters, the
/// JSON of a message is `{"$message": "operation/request", "$body": …}`.
#[derive(Debug)]
pub struct Converter<'p> {
    plan: &'p Plan,
    options: EncodeOptions,
    reading: Reading,
    /// What is asked of messages besides their contract.
    rules: Option<Rules<'p>>,
    candidates: Vec<Candidate<'p>>,
    /// SOAP without its envelope.
    body_only: bool,
}

impl<'p> Converter<'p> {
    /// A converter for the messages of `plan` that `selection` means; with `body_only` SOAP has no envelope.
    pub fn new(plan: &'p Plan, options: EncodeOptions, selection: &Selection, body_only: bool) -> Self {
        let candidates = candidates(plan, selection);
        Self { plan, options, reading: Reading::default(), rules: None, candidates, body_only }
    }

    /// A converter for the messages of a service that `selection` means. What the service would refuse is not converted.
    pub fn of_service(rules: Rules<'p>, selection: &Selection, body_only: bool) -> Self {
        let Service { plan, encode, .. } = rules.service;
        let converter =
            Self::new(plan, *encode, selection, body_only).with_reading(Reading::of(rules.service));
        Self { rules: Some(rules), ..converter }
    }

    /// The same, which reads messages so.
    pub fn with_reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// The messages that are meant.
    pub fn candidates(&self) -> &[Candidate<'p>] {
        &self.candidates
    }

    /// The JSON of a SOAP message. Errors: why it is none of a message that is meant.
    pub fn json_of(&self, input: &[u8]) -> Result<Converted, ConvertError> {
        let input = self.in_body(input);
        let RelatedText { text, beside, .. } = self.unpacked(&input)?;
        let (mut read, mut action) = (Vec::new(), None);
        let mut refused = None;
        // What no message begins like may be one in another namespace: who decodes it says so.
        for begins in [Plan::begins as Begins, Plan::begins_elsewhere] {
            for candidate in &self.candidates {
                let mut reader = Reader::new(&text, self.plan.namespaces(), &self.options.xml);
                let opened = self.open(&mut reader, &beside)?;
                if let Some(fault) = &opened.fault {
                    return self.fault_json(fault).map(Converted::plain);
                }
                if begins(self.plan, candidate.message, opened.first) {
                    match self.decode(candidate, &opened, &mut reader) {
                        Ok((others, fit)) => read.push((others, fit)),
                        Err(error) => refused = refused.or(Some(error)),
                    }
                }
                action = opened.action;
            }
            if !read.is_empty() || refused.is_some() {
                break;
            }
        }
        // A message whose header blocks are all known is a better one.
        let known = read.iter().any(|(others, _)| *others == 0);
        let fits = read.into_iter().filter(|(others, _)| !known || *others == 0).map(|(_, fit)| fit);
        let fits = asked(fits.collect(), action.as_deref());
        let Some(first) = fits.first() else {
            return Err(refused.map_or(ConvertError::NoMessage, |refused| refused));
        };
        let ambiguous = || ConvertError::Ambiguous(names(&fits));
        if !agree(&fits) {
            return Err(ambiguous());
        }
        let marked = self.marked(first.candidate, first.made.clone());
        if marked != first.made && !is_one(&fits) {
            return Err(ambiguous());
        }
        let mut tape = Tape::new();
        let warnings = self.ask(first.candidate, tape.parse(&first.made, &self.options.limits)?)?;
        Ok(Converted { message: marked, notes: [&*first.notes.0, &warnings].concat() })
    }

    /// The JSON of a SOAP message of `candidate`, without its name. Errors: why it is none.
    pub fn json_of_candidate(
        &self,
        candidate: &Candidate<'p>,
        input: &[u8],
    ) -> Result<Vec<u8>, ConvertError> {
        let input = self.in_body(input);
        let RelatedText { text, beside, .. } = self.unpacked(&input)?;
        let mut reader = Reader::new(&text, self.plan.namespaces(), &self.options.xml);
        let opened = self.open(&mut reader, &beside)?;
        self.decode(candidate, &opened, &mut reader).map(|(_, fit)| fit.made)
    }

    /// `input` in an element, where its envelope is left out.
    fn in_body<'i>(&self, input: &'i [u8]) -> Cow<'i, [u8]> {
        if self.body_only {
            Cow::Owned([b"<Body>", input, b"</Body>"].concat())
        } else {
            Cow::Borrowed(input)
        }
    }

    /// The envelope of `input`, and the parts beside it.
    fn unpacked<'i>(&self, input: &'i [u8]) -> Result<RelatedText<'i>, ConvertError> {
        Ok(Entity::unpacked(input, &self.options.xml).map_err(soap::Error::from)?)
    }

    /// The JSON, and how many header blocks are of other messages.
    fn decode<'f>(
        &self,
        candidate: &'f Candidate<'p>,
        opened: &Opened<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(usize, Fit<'f, 'p>), ConvertError> {
        let (mut out, mut members, mut decoder) = (Vec::new(), Vec::new(), Decoder::default());
        let options = self.options_for(candidate.direction, &[]);
        let decode = Decode { plan: self.plan, message: candidate.message, options };
        let leeway = if self.forgives(candidate) { self.reading.leeway } else { Leeway::default() };
        let in_header = Decode { options: DecodeOptions { leeway, ..options }, ..decode };
        let MessageHeaders { others, decoded: in_header } =
            opened.blocks.members(in_header, &mut decoder, &mut members)?;
        let mut notes = Notes::default();
        self.undeclared(opened, &others, &mut notes)?;
        notes.decoded(&in_header);
        let from = Matched { text: reader.input(), decoder: &mut decoder };
        let bound = opened.beside.members(decode, from, &mut members)?;
        notes.decoded(&bound.decoded);
        let options = DecodeOptions { members: &members, parts: &opened.beside.0, ..options };
        let decoded = match decoder.decode(Decode { options, ..decode }, reader, &mut out) {
            Err(DecodeError::Contract(_)) if self.forgives(candidate) => {
                out.clear();
                let mut again = Reader::new(reader.input(), self.plan.namespaces(), &self.options.xml);
                self.open(&mut again, opened.beside)?;
                let options = DecodeOptions { leeway: self.reading.leeway, ..options };
                let decoded = decoder.decode(Decode { options, ..decode }, &mut again, &mut out)?;
                self.finish(&mut again)?;
                decoded
            }
            decoded => {
                let decoded = decoded?;
                self.finish(reader)?;
                decoded
            }
        };
        let left =
            bound.left(&decoded).filter_map(|at| opened.beside.0.get(at)).map(MultipartError::unreferenced);
        for left in left {
            if candidate.direction == Direction::Request {
                return Err(soap::Error::from(left).into());
            }
            notes.add(left.to_string());
        }
        if decoded.strange {
            return Err(ConvertError::NothingKnown(decoded.passed_over));
        }
        if decoded.reordered || in_header.reordered {
            self.check(candidate, &out)?;
        }
        notes.decoded(&decoded);
        Ok((others.len(), Fit { candidate, made: out, notes }))
    }

    /// Notes the header blocks that the contract does not declare for the message. Errors: the service takes none of them.
    fn undeclared(
        &self,
        opened: &Opened<'_>,
        others: &[&HeaderBlock],
        notes: &mut Notes,
    ) -> Result<(), Violations> {
        let others = others.iter().map(|block| block.local());
        let names = opened.undeclared.iter().map(String::as_str).chain(others);
        let found: Vec<Violation> = names.map(codec::undeclared).take(BREACHES).collect();
        if self.rules.is_some_and(Rules::rejects_headers) && !found.is_empty() {
            return Err(Violations(found));
        }
        notes.read(&found);
        Ok(())
    }

    /// What the rules of the service say of a message with the content `value`; gives their warnings.
    fn ask(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Result<Vec<String>, ConvertError> {
        let Some(rules) = self.rules.filter(|rules| rules.has_checks(candidate)) else {
            return Ok(Vec::new());
        };
        let (mut out, mut encoder) = (Vec::new(), Encoder::default());
        let encode = Encode { plan: self.plan, message: candidate.message, options: &self.options };
        encoder.encode(encode, value, &mut out)?;
        Ok(rules.ask(candidate, value, &mut encoder)?)
    }

    /// Reads what follows the message. Errors: there is something.
    fn finish(&self, reader: &mut Reader<'_>) -> Result<(), ConvertError> {
        if self.body_only {
            reader.next().map(drop)?
        } else {
            soap::finish(reader)?
        }
        Ok(())
    }

    /// Whether a message that is not to the letter may be read with leeway, as a front reads requests.
    fn forgives(&self, candidate: &Candidate<'p>) -> bool {
        candidate.direction == Direction::Request && self.reading.leeway != Leeway::default()
    }

    /// Errors: what the order of its elements would have told of a message that has another order.
    fn check(&self, candidate: &Candidate<'p>, json: &[u8]) -> Result<(), ConvertError> {
        let mut tape = Tape::new();
        let value = tape.parse(json, &self.options.limits)?;
        Ok(self.content(candidate, value).map(drop)?)
    }

    /// How a service would read it: requests as its SOAP front, responses as from its backend.
    fn options_for<'m>(&self, direction: Direction, members: &'m [u8]) -> DecodeOptions<'m> {
        let options = DecodeOptions { strictness: Strictness::Strict, members, ..DecodeOptions::default() };
        match direction {
            Direction::Request => DecodeOptions { empty_as: self.options.empty_as, ..options },
            Direction::Response => {
                let Reading { strict, open, .. } = self.reading;
                let strictness = if strict { Strictness::Strict } else { Strictness::Lenient };
                DecodeOptions { strictness, open, ..options }
            }
        }
    }

    /// Reads up to the first child of Body.
    fn open<'i>(
        &self,
        reader: &mut Reader<'i>,
        beside: &'i BesideParts<'i>,
    ) -> Result<Opened<'i>, ConvertError> {
        let (mut blocks, mut undeclared, mut action) = (HeaderBlocks::default(), Vec::new(), None);
        if self.body_only {
            reader.next()?;
            let first = match reader.next()? {
                Event::Start(name) => Some(name),
                Event::End | Event::Eof => None,
            };
            return Ok(Opened { first, blocks, beside, undeclared, action, fault: None });
        }
        let opened = soap::open(reader, |name, reader| {
            if blocks.keep(self.plan, name, reader)? {
                return Ok(Block::Understood);
            }
            if soap::is_action(name) && action.is_none() {
                action = Some(soap::read_action(reader)?);
                return Ok::<_, soap::Error>(Block::Understood);
            }
            if !soap::is_for_one_node(name) && undeclared.len() < BREACHES {
                undeclared.push(name.local.to_owned());
            }
            reader.skip()?;
            Ok(Block::Understood)
        });
        let opened = opened?;
        let (first, fault) = match opened.first {
            Some(name) if soap::is_fault(opened.version, name) => (None, Some(soap::read_fault(reader)?)),
            first => (first, None),
        };
        Ok(Opened { first, blocks, beside, undeclared, action, fault })
    }

    /// The JSON of `candidate` with its name, where without it another message would be meant.
    pub fn marked(&self, candidate: &Candidate<'p>, json: Vec<u8>) -> Vec<u8> {
        let mut tape = Tape::new();
        // JSON that is over the bounds of reading cannot be taken for anyone's message.
        let Ok(value) = tape.parse(&json, &self.options.limits) else { return json };
        let own = self.taken(candidate, value);
        let plain = value.get(MESSAGE).is_none();
        // A message that its own operation would not take again, such as one with an empty text where those are refused, is no
        // other's for that.
        if plain && self.is_clear(None, value, own.as_deref()) {
            return json;
        }
        let short = self.is_clear(Some(&candidate.name()), value, own.as_deref());
        let name = if short { candidate.name() } else { candidate.full_name() };
        let mut out = b"{".to_vec();
        write::write_key(&mut out, MESSAGE);
        write::write_string(&mut out, &name);
        out.push(b',');
        write::write_key(&mut out, BODY);
        out.extend_from_slice(&json);
        out.push(b'}');
        out
    }

    /// Whether the candidates of that name which take `value` are one message, with the content `own`.
    fn is_clear(&self, name: Option<&str>, value: Value<'_>, own: Option<&[u8]>) -> bool {
        let named = self.candidates.iter().filter(|candidate| name.is_none_or(|name| candidate.is(name)));
        let fits = named.filter_map(|candidate| Some(Fit::of_json(candidate, self.taken(candidate, value)?)));
        let fits = unmarked_means(fits.collect());
        agree(&fits) && fits.first().map(|fit| &*fit.made) == own
    }

    /// The content that `candidate` makes of `value`; nothing when it does not take it.
    fn taken(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Option<Vec<u8>> {
        // Whose message it is, is found by trying: a breach says that it is another one's.
        self.content(candidate, value).ok()
    }

    /// The SOAP message of some JSON. Errors: why it is none of a message that is meant.
    pub fn soap_of(&self, input: &[u8]) -> Result<Converted, ConvertError> {
        let mut tape = Tape::new();
        let value = tape.parse(input, &self.options.limits)?;
        if let Some(fault) = told_fault(value) {
            return self.fault_envelope(value, fault).map(Converted::plain);
        }
        let (name, value) = unmarked(value);
        let mut best: Option<Violations> = None;
        let mut fits = Vec::new();
        let named = |candidate: &&Candidate<'_>| name.as_ref().is_none_or(|name| candidate.is(name));
        for candidate in self.candidates.iter().filter(named) {
            match self.content(candidate, value) {
                Ok(made) => fits.push(Fit::of_json(candidate, made)),
                Err(violations) => best = Some(closest(best, violations)),
            }
        }
        let fits = unmarked_means(fits);
        match fits.first() {
            Some(first) if agree(&fits) => {
                let notes = self.ask(first.candidate, value)?;
                Ok(Converted { message: self.encode(first.candidate, value)?, notes })
            }
            Some(_) => Err(ConvertError::Ambiguous(names(&fits))),
            None => Err(best.map_or(ConvertError::NoMessage, ConvertError::Contract)),
        }
    }

    /// The JSON of a fault.
    fn fault_json(&self, fault: &Fault) -> Result<Vec<u8>, ConvertError> {
        let operations = self.candidates.iter().map(|candidate| candidate.operation);
        let operation = answered(self.plan, operations, fault).ok_or(ConvertError::NoMessage)?;
        let contract = FaultContract { plan: self.plan, operation };
        Ok(fault_json(contract, fault, &self.options.xml)?)
    }

    /// The envelope of a fault in JSON. Errors: operations that have it would send different ones.
    fn fault_envelope(&self, answer: Value<'_>, fault: Value<'_>) -> Result<Vec<u8>, ConvertError> {
        let mut refused = ConvertError::NoMessage;
        let mut made: Vec<(String, Vec<u8>)> = Vec::new();
        let mut first = None;
        for operation in self.candidates.iter().map(|candidate| candidate.operation) {
            let contract = FaultContract { plan: self.plan, operation };
            match read_fault(contract, answer, fault) {
                Ok(message) => {
                    let envelope =
                        |version| fault_envelope(contract, version, &message, &self.options.limits);
                    // Those of two ports may differ in nothing but the version of SOAP.
                    let content = envelope(Version::V11)?;
                    if made.iter().all(|(_, known)| *known != content) {
                        made.push((operation.name.to_string(), content));
                    }
                    if first.is_none() {
                        first = Some(envelope(operation.version.into())?);
                    }
                }
                Err(error) => refused = error.into(),
            }
        }
        match (first, made.as_slice()) {
            (Some(envelope), [_]) => Ok(envelope),
            (None, _) => Err(refused),
            (Some(_), several) => {
                Err(ConvertError::Ambiguous(several.iter().map(|(name, _)| name.clone()).collect()))
            }
        }
    }

    /// The SOAP message of `candidate` with the content `value`.
    ///
    /// Errors: every breach of the contract.
    pub fn encode(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Result<Vec<u8>, Violations> {
        self.encode_in(candidate.operation.version.into(), candidate, value)
    }

    /// The envelope alone of the SOAP message of `candidate`, without the parts that go beside it.
    ///
    /// Errors: every breach of the contract.
    pub fn envelope_of(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Result<Vec<u8>, Violations> {
        let (mut out, mut parts) = (Vec::new(), MimeParts::new("0".to_owned()));
        soap::begin(&mut out, candidate.operation.version.into());
        let parts = candidate.message.has_parts().then_some(&mut parts);
        self.envelope(candidate, value, Beside { out: &mut out, attachments: None, stand_ins: None, parts })?;
        Ok(out)
    }

    /// The same for comparing messages: those of two ports may differ in nothing but the version of SOAP.
    fn content(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Result<Vec<u8>, Violations> {
        self.encode_in(Version::V11, candidate, value)
    }

    fn encode_in(
        &self,
        version: Version,
        candidate: &Candidate<'p>,
        value: Value<'_>,
    ) -> Result<Vec<u8>, Violations> {
        if candidate.message.has_parts() {
            return self.encode_beside(version, candidate, value);
        }
        let (mut out, mut encoder) = (Vec::new(), Encoder::default());
        let Self { plan, options, .. } = self;
        if self.body_only {
            return encoder
                .encode(Encode { plan, message: candidate.message, options }, value, &mut out)
                .map(|()| out);
        }
        soap::begin(&mut out, version);
        self.envelope(
            candidate,
            value,
            Beside { out: &mut out, attachments: None, stand_ins: None, parts: None },
        )?;
        Ok(out)
    }

    /// The same with parts beside the envelope: an entity of MIME whose boundary stands nowhere in it.
    fn encode_beside(
        &self,
        version: Version,
        candidate: &Candidate<'p>,
        value: Value<'_>,
    ) -> Result<Vec<u8>, Violations> {
        let mut number = 1;
        loop {
            let mut out = Vec::new();
            let mut package = BesidePackage::coded(PartCoding::Base64, version, number, &mut out);
            let (boundary, head) = (format!("{number:032x}"), package.head());
            soap::begin(&mut out, version);
            let beside =
                Beside { out: &mut out, attachments: None, stand_ins: None, parts: Some(package.parts()) };
            self.envelope(candidate, value, beside)?;
            let envelope = out.get(head..).map_or(&[][..], |envelope| envelope);
            if memchr::memmem::find(envelope, boundary.as_bytes()).is_some() {
                number = least_absent(envelope);
                continue;
            }
            return match package.end(&candidate.operation.action, &mut out) {
                Some(_) if self.body_only => Err(Violations(vec![no_envelope()])),
                Some(content_type) => Ok(Entity::write(&content_type, &out)),
                None if self.body_only => {
                    let Self { plan, options, .. } = self;
                    let (mut out, mut encoder) = (Vec::new(), Encoder::default());
                    encoder.encode(Encode { plan, message: candidate.message, options }, value, &mut out)?;
                    Ok(out)
                }
                None => Ok(out),
            };
        }
    }

    /// What is in an envelope that was begun.
    fn envelope<'v>(
        &'v self,
        candidate: &Candidate<'v>,
        value: Value<'v>,
        beside: Beside<'_, 'v>,
    ) -> Result<(), Violations> {
        let mut encoder = Encoder::default();
        let Self { plan, options, .. } = self;
        let Beside { out, attachments, stand_ins, parts } = beside;
        let begin = out.len();
        soap::begin_header(out);
        if encoder.headers(Encode { plan, message: candidate.message, options }, value, out)? {
            soap::end_header(out);
        } else {
            out.truncate(begin);
        }
        soap::begin_body(out);
        let encode = Encode { plan, message: candidate.message, options };
        encoder.encode_beside(encode, value, Beside { out, attachments, stand_ins, parts })?;
        soap::end(out);
        Ok(())
    }
}

/// The least number from 1 whose boundary is not in `envelope`. It is in no Content-ID, for these have dashes in them.
fn least_absent(envelope: &[u8]) -> u128 {
    let is_number = |digits: &&[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let number = |digits: &[u8]| {
        let digits = str::from_utf8(digits).expect("digits are a text");
        u128::from_str_radix(digits, 16).expect("so many digits are a number of that size")
    };
    let present: HashSet<u128> = envelope.windows(DIGITS).filter(is_number).map(number).collect();
    (1..).find(|number| !present.contains(number)).expect("no message has all numbers in it")
}

/// Digits of a number that a boundary is.
const DIGITS: usize = 32;

/// What is wrong with SOAP without its envelope that has parts beside it.
fn no_envelope() -> Violation {
    let expected = "attachments stand beside an envelope, which is left out".to_owned();
    let pointer = format!("/{ATTACHMENTS}");
    Violation { breach: Breach::Unknown, pointer, path: String::new(), expected }
}

/// A message, read up to the first child of its Body.
struct Opened<'i> {
    first: Option<Name<'i>>,
    blocks: HeaderBlocks,
    /// The parts beside its envelope.
    beside: &'i BesideParts<'i>,
    /// The names of the header blocks that the contract does not declare.
    undeclared: Vec<String>,
    /// `wsa:Action`.
    action: Option<String>,
    /// The fault that the Body holds.
    fault: Option<Fault>,
}

/// A candidate whose message it can be, and what comes of it then.
struct Fit<'f, 'p> {
    candidate: &'f Candidate<'p>,
    made: Vec<u8>,
    notes: Notes,
}

impl<'f, 'p> Fit<'f, 'p> {
    /// What comes of JSON.
    fn of_json(candidate: &'f Candidate<'p>, made: Vec<u8>) -> Self {
        Self { candidate, made, notes: Notes::default() }
    }
}

/// Those whose requests have `action`, where there are such.
fn asked<'f, 'p>(mut fits: Vec<Fit<'f, 'p>>, action: Option<&str>) -> Vec<Fit<'f, 'p>> {
    let is = |fit: &Fit<'_, '_>| {
        let request = fit.candidate.direction == Direction::Request;
        request && action.is_some_and(|action| fit.candidate.operation.has_action(action))
    };
    if fits.iter().any(is) {
        fits.retain(is);
    }
    fits
}

/// JSON that does not say what it is is a request, if it may be one: a request and a response of one operation often look alike.
fn unmarked_means<'f, 'p>(mut fits: Vec<Fit<'f, 'p>>) -> Vec<Fit<'f, 'p>> {
    let is = |fit: &Fit<'_, '_>| fit.candidate.direction == Direction::Request;
    if fits.iter().any(is) {
        fits.retain(is);
    }
    fits
}

/// Whether it is all the same which of them is meant: the same comes of all, and no two operations are asked for.
fn agree(fits: &[Fit<'_, '_>]) -> bool {
    let mut requests = fits.iter().filter(|fit| fit.candidate.direction == Direction::Request);
    let asked = requests.next().map(|fit| &fit.candidate.operation.name);
    let one = requests.all(|fit| Some(&fit.candidate.operation.name) == asked);
    one && fits.windows(2).all(|pair| matches!(pair, [one, other] if one.made == other.made))
}

/// Whether all of them are the same message, at several ports.
fn is_one(fits: &[Fit<'_, '_>]) -> bool {
    fits.windows(2).all(|pair| matches!(pair, [one, other] if one.candidate.name() == other.candidate.name()))
}

/// What the messages are called, by full names where short ones are the same.
fn names(fits: &[Fit<'_, '_>]) -> Vec<String> {
    let short: BTreeSet<String> = fits.iter().map(|fit| fit.candidate.name()).collect();
    if short.len() == fits.len() {
        return fits.iter().map(|fit| fit.candidate.name()).collect();
    }
    fits.iter().map(|fit| fit.candidate.full_name()).collect()
}

fn listed(names: &[String]) -> String {
    let (told, rest) = names.split_at(names.len().min(TOLD));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("{}{more}", told.join(" or "))
}

/// Messages that are told by name.
const TOLD: usize = 8;

/// The candidate with the fewest breaches is the one that was meant.
fn closest(best: Option<Violations>, other: Violations) -> Violations {
    match best {
        Some(best) if best.0.len() <= other.0.len() => best,
        _ => other,
    }
}

/// What `$message` says, and the body.
fn unmarked(value: Value<'_>) -> (Option<String>, Value<'_>) {
    let marked = Some(value).filter(|value| value.kind() == Kind::Object && value.len() == 2);
    let parts = marked.and_then(|value| Some((value.get(MESSAGE)?.as_str()?, value.get(BODY)?)));
    match parts {
        Some((name, body)) => (Some(name.into_owned()), body),
        None => (None, value),
    }
}

const MESSAGE: &str = "$message";
const BODY: &str = "$body";
