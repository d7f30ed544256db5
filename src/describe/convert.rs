//! Converting messages without a service: whose message it is, is found by trying.

use crate::codec::{
    Decode, DecodeError, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, HeaderBlocks, Leeway,
    Strictness, Violations,
};
use crate::json::{self, Kind, Tape, Value, write};
use crate::plan::{MessagePlan, OperationPlan, Plan};
use crate::soap::{self, Block, Version};
use crate::xml::{self, Event, Name, Reader};

/// Which messages of a contract are meant; nothing means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The service, by local name.
    pub service: Option<String>,
    /// The port.
    pub port: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// Requests or responses.
    pub direction: Option<Direction>,
}

impl Selection {
    /// Whether `operation` is meant.
    pub fn is(&self, operation: &OperationPlan) -> bool {
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        is(&self.service, &operation.service)
            && is(&self.port, &operation.port)
            && is(&self.operation, &operation.name)
    }
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Request,
    /// The service.
    Response,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// A message of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'p> {
    /// The operation.
    pub operation: &'p OperationPlan,
    /// Who sends it.
    pub direction: Direction,
    /// Its plan.
    pub message: &'p MessagePlan,
}

impl Candidate<'_> {
    /// What `$message` says of it.
    fn name(&self) -> String {
        format!("{}/{}", self.operation.name, self.direction.name())
    }

    /// The same for messages of several ports.
    fn full_name(&self) -> String {
        format!("{}/{}/{}", self.operation.service, self.operation.port, self.name())
    }

    fn is(&self, name: &str) -> bool {
        self.name() == name || self.full_name() == name
    }
}

/// Why a message is not converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It breaks the contract of the message that it is closest to.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is a fault, which no operation has as its message.
    #[error("the message is a fault: {code} {reason}")]
    Fault {
        /// The code.
        code: String,
        /// The reason.
        reason: String,
    },
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// It is the message of no operation that is meant.
    #[error("no operation has this message")]
    NoMessage,
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

/// Converts messages of a contract between SOAP and JSON.
///
/// JSON says nothing of the message that it is of. Where the contract has another message that it could be, the JSON of
/// a message is `{"$message": "operation/request", "$body": …}`.
#[derive(Debug)]
pub struct Converter<'p> {
    plan: &'p Plan,
    options: EncodeOptions,
    leeway: Leeway,
    candidates: Vec<Candidate<'p>>,
    /// SOAP without its envelope.
    body_only: bool,
}

impl<'p> Converter<'p> {
    /// A converter for the messages of `plan` that `selection` means; with `body_only` SOAP has no envelope.
    pub fn new(plan: &'p Plan, options: EncodeOptions, selection: &Selection, body_only: bool) -> Self {
        let candidates = candidates(plan, selection);
        Self { plan, options, leeway: Leeway::default(), candidates, body_only }
    }

    /// The same, which forgives requests what a service forgives them.
    pub fn with_leeway(self, leeway: Leeway) -> Self {
        Self { leeway, ..self }
    }

    /// The messages that are meant.
    pub fn candidates(&self) -> &[Candidate<'p>] {
        &self.candidates
    }

    /// The JSON of a SOAP message. Errors: why it is none of a message that is meant.
    pub fn json_of(&self, input: &[u8]) -> Result<Vec<u8>, ConvertError> {
        let wrapped;
        let input = if self.body_only {
            wrapped = [b"<Body>", input, b"</Body>"].concat();
            &wrapped
        } else {
            input
        };
        let text = xml::decode(input, None)?;
        let mut tried = Err(ConvertError::NoMessage);
        for candidate in &self.candidates {
            let mut reader = Reader::new(&text, self.plan.namespaces(), &self.options.xml);
            let (first, blocks) = self.open(&mut reader)?;
            if !self.plan.begins(candidate.message, first) {
                continue;
            }
            match self.decode(candidate, &blocks, &mut reader) {
                Ok((json, 0)) => return Ok(self.marked(candidate, json)),
                // A message whose header blocks are all known is a better one.
                Ok((json, _)) if tried.is_err() => tried = Ok(self.marked(candidate, json)),
                Err(error) if tried.is_err() => tried = Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        tried
    }

    /// The JSON, and how many header blocks are of other messages.
    fn decode(
        &self,
        candidate: &Candidate<'p>,
        blocks: &HeaderBlocks,
        reader: &mut Reader<'_>,
    ) -> Result<(Vec<u8>, usize), ConvertError> {
        let (mut out, mut members, mut decoder) = (Vec::new(), Vec::new(), Decoder::default());
        let decode = Decode::of(self.plan, candidate.message);
        let others = blocks.members(decode, &mut decoder, &mut members)?.others.len();
        let options =
            DecodeOptions { strictness: Strictness::Strict, members: &members, ..DecodeOptions::default() };
        let decoded = match decoder.decode(Decode { options, ..decode }, reader, &mut out) {
            Err(DecodeError::Contract(_)) if self.forgives(candidate) => {
                out.clear();
                let mut again = Reader::new(reader.input(), self.plan.namespaces(), &self.options.xml);
                self.open(&mut again)?;
                let options = DecodeOptions { leeway: self.leeway, ..options };
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
        if decoded.reordered {
            self.check(candidate, &out)?;
        }
        Ok((out, others))
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
        candidate.direction == Direction::Request && self.leeway != Leeway::default()
    }

    /// Errors: what the order of its elements would have told of a message that has another order.
    fn check(&self, candidate: &Candidate<'p>, json: &[u8]) -> Result<(), ConvertError> {
        let mut tape = Tape::new();
        let value = tape.parse(json, &self.options.limits)?;
        Ok(self.content(candidate, value).map(drop)?)
    }

    /// Reads up to the first child of Body.
    fn open<'i>(&self, reader: &mut Reader<'i>) -> Result<(Option<Name<'i>>, HeaderBlocks), ConvertError> {
        let mut blocks = HeaderBlocks::default();
        if self.body_only {
            reader.next()?;
            let first = match reader.next()? {
                Event::Start(name) => Some(name),
                Event::End | Event::Eof => None,
            };
            return Ok((first, blocks));
        }
        let opened = soap::open(reader, |name, reader| {
            if !blocks.keep(self.plan, name, reader)? {
                reader.skip()?;
            }
            Ok::<_, soap::Error>(Block::Understood)
        });
        let opened = opened?;
        match opened.first {
            Some(name) if soap::is_fault(opened.version, name) => {
                let fault = soap::read_fault(reader)?;
                let (code, reason) = (fault.code.to_string(), fault.reason().to_owned());
                Err(ConvertError::Fault { code, reason })
            }
            first => Ok((first, blocks)),
        }
    }

    /// The JSON of `candidate` with its name, where without it another message would be meant.
    pub fn marked(&self, candidate: &Candidate<'p>, json: Vec<u8>) -> Vec<u8> {
        let mut tape = Tape::new();
        // JSON that is over the bounds of reading cannot be taken for anyone's message.
        let Ok(value) = tape.parse(&json, &self.options.limits) else { return json };
        let own = self.taken(candidate, value);
        if own == self.first(None, value) && value.get(MESSAGE).is_none() {
            return json;
        }
        // Several operations may have the same message; the first one gives the name. A message that its own operation
        // would not take again, such as one with an empty text where those are refused, is no other's for that.
        let same = |other: &&Candidate<'_>| own.is_some() && self.taken(other, value) == own;
        let candidate = match self.candidates.iter().find(same) {
            Some(first) => first,
            None => candidate,
        };
        let short = own == self.first(Some(&candidate.name()), value);
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

    /// The content of the first candidate of that name that fits.
    fn first(&self, name: Option<&str>, value: Value<'_>) -> Option<Vec<u8>> {
        let mut named = self.candidates.iter().filter(|candidate| name.is_none_or(|name| candidate.is(name)));
        named.find_map(|candidate| self.taken(candidate, value))
    }

    /// The content that `candidate` makes of `value`; nothing when it does not take it.
    fn taken(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Option<Vec<u8>> {
        // Whose message it is, is found by trying: a breach says that it is another one's.
        self.content(candidate, value).ok()
    }

    /// The SOAP message of some JSON. Errors: why it is none of a message that is meant.
    pub fn soap_of(&self, input: &[u8]) -> Result<Vec<u8>, ConvertError> {
        let mut tape = Tape::new();
        let value = tape.parse(input, &self.options.limits)?;
        let (name, value) = unmarked(value);
        let mut best: Option<Violations> = None;
        let named = |candidate: &&Candidate<'_>| name.as_ref().is_none_or(|name| candidate.is(name));
        for candidate in self.candidates.iter().filter(named) {
            match self.encode(candidate, value) {
                Ok(xml) => return Ok(xml),
                Err(violations) => best = Some(closest(best, violations)),
            }
        }
        Err(best.map_or(ConvertError::NoMessage, ConvertError::Contract))
    }

    /// The SOAP message of `candidate` with the content `value`.
    ///
    /// Errors: every breach of the contract.
    pub fn encode(&self, candidate: &Candidate<'p>, value: Value<'_>) -> Result<Vec<u8>, Violations> {
        self.encode_in(candidate.operation.version.into(), candidate, value)
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
        let (mut out, mut encoder) = (Vec::new(), Encoder::default());
        let Self { plan, options, .. } = self;
        if self.body_only {
            return encoder
                .encode(Encode { plan, message: candidate.message, options }, value, &mut out)
                .map(|()| out);
        }
        soap::begin(&mut out, version);
        let begin = out.len();
        soap::begin_header(&mut out);
        if encoder.headers(Encode { plan, message: candidate.message, options }, value, &mut out)? {
            soap::end_header(&mut out);
        } else {
            out.truncate(begin);
        }
        soap::begin_body(&mut out);
        encoder.encode(Encode { plan, message: candidate.message, options }, value, &mut out)?;
        soap::end(&mut out);
        Ok(out)
    }
}

fn candidates<'p>(plan: &'p Plan, selection: &Selection) -> Vec<Candidate<'p>> {
    let operations = plan.operations().iter().filter(|operation| selection.is(operation));
    let both = operations.flat_map(|operation| {
        let sends = !operation.callback || operation.input.root.is_some();
        let input = sends.then_some((Direction::Request, &operation.input));
        let output = operation.output.as_ref().map(|output| (Direction::Response, output));
        let messages = input.into_iter().chain(output);
        messages.map(move |(direction, message)| Candidate { operation, direction, message })
    });
    both.filter(|candidate| selection.direction.is_none_or(|wanted| wanted == candidate.direction)).collect()
}

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
