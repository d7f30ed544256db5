//! From an operation to a request that a service takes.

use std::borrow::Cow;

use super::binding::{Bound, bound};
use super::body::{Body, Hole, Kind};
use super::case::Folder;
use super::credentials::{Auth, Caller};
use super::exchange::{Collection, Exchange};
use super::expected::{Content, Expected, members_of_all};
use super::headers::soap_headers;
use super::parts::punched_parts;
use super::token::{self, with_addressing};
use crate::codec::Violations;
use crate::describe::{self, Candidate, Converter, Direction, Selection, Style, TooLarge};
use crate::json::{self, Tape};
use crate::plan::OperationPlan;
use crate::samples::draft::{Draft, DraftError, Drawn};
use crate::samples::{ContractContext, Side};
use crate::service::{ServiceOperation, checks, operation_path};
use crate::soap::{Entity, Version};
use crate::xsd::Schema;

/// What requests are to be like.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// How much is in them; where nobody says, the least that the service takes.
    pub style: Option<Style>,
    /// What random ones are made from.
    pub seed: u64,
    /// How many random ones are tried where nobody says how much is in them.
    pub tries: u64,
    /// Whether each has an `Idempotency-Key` of its own.
    pub keyed: bool,
    /// How messages are laid out.
    pub layout: &'w dyn Fn(Vec<u8>) -> Vec<u8>,
    /// The time, as RFC 3339 has it, for conditions that ask for it.
    pub now: fn() -> String,
}

/// What is called.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// Its name, for people.
    pub name: &'p str,
    /// Its URL.
    pub address: &'p str,
}

/// Makes requests of the operations of a contract.
pub struct Exporter<'e> {
    /// The contract, with the rules of its service.
    pub context: &'e ContractContext,
    /// Its types; without them `xs:unique` and the like are not looked at.
    pub schema: Option<&'e Schema>,
    /// The language of the requests.
    pub side: Side,
    /// Who calls.
    pub caller: Caller,
    /// What the requests are to be like.
    pub wanted: Wanted<'e>,
}

/// Why an operation has no request.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Parts beside an envelope, which these tools would not send as they are.
    #[error(
        "its attachments have no place in a request of this tool; `sample` without it writes the message"
    )]
    Attachments,
    /// No sample that is valid.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A sample that is larger than messages may be.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// Fields that cannot stand where the service file puts them.
    #[error("no sample fits method and path: {0}")]
    Path(#[from] Violations),
    /// A message that cannot be small.
    #[error(transparent)]
    Size(#[from] TooLarge),
}

/// A request, and what is wrong with it all the same.
type Made<T> = Result<(T, Vec<String>), ExportError>;

impl Exporter<'_> {
    /// The requests of `operations` to `place`; `tell` hears what is wrong with one, and of those that cannot be made.
    pub fn collection(
        &self,
        place: Place<'_>,
        operations: &[&OperationPlan],
        tell: &mut dyn FnMut(&str, String),
    ) -> Collection {
        let Place { name, address } = place;
        let mut exchanges = Vec::new();
        for operation in operations {
            exchanges.extend(told(&operation.name, self.exchange(operation, address), tell));
        }
        // That of a SOAP service is one to the letter; the paths of JSON operations begin with a slash.
        let address = if self.side == Side::Soap { address } else { address.trim_end_matches('/') };
        Collection {
            name: name.to_owned(),
            side: self.side,
            address: address.to_owned(),
            exchanges,
            variables: self.caller.variables(),
            keyed: self.wanted.keyed,
        }
    }

    /// The request of an operation to `address`.
    fn exchange(&self, operation: &OperationPlan, address: &str) -> Made<Exchange> {
        let Request { drawn, bound, notes } = self.request(operation)?;
        let exchange = match self.side {
            Side::Json => self.json(operation, &drawn, bound)?,
            Side::Soap if Entity::begins(&drawn.soap) => return Err(ExportError::Attachments),
            Side::Soap => self.soap(operation, &drawn, address),
        };
        Ok((exchange, notes))
    }

    /// The case of an operation, as `test` reads it.
    pub fn case(&self, operation: &OperationPlan) -> Made<Folder> {
        let Request { drawn, bound, notes } = self.request(operation)?;
        let laid = |bytes: Vec<u8>| text((self.wanted.layout)(bytes));
        let response = self.context.sample(operation)?;
        let response = response.map(|json| self.draft(operation, Direction::Response, json)).transpose()?;
        let exchange = self.json(operation, &drawn, bound)?;
        let folder = Folder {
            operation: operation.name.to_string(),
            request_xml: laid(drawn.soap),
            response_xml: response.map(|drawn| laid(drawn.soap)),
            is_by_name: exchange.path == operation_path(&operation.name) && exchange.method == "POST",
            exchange,
        };
        Ok((folder, notes))
    }

    /// The first sample that the service takes; where it takes none, one that it refuses, and why.
    fn request(&self, operation: &OperationPlan) -> Result<Request, ExportError> {
        let (mut refused, mut first) = (None, None);
        for (style, seed) in self.attempts() {
            match self.attempt(operation, style, seed) {
                Ok(request) if request.notes.is_empty() => return Ok(request),
                Ok(request) => refused = refused.or(Some(request)),
                Err(error) => first = first.or(Some(error)),
            }
        }
        refused.ok_or_else(|| first.expect("there is an attempt, and each gives one of the two"))
    }

    fn attempts(&self) -> Vec<(Style, u64)> {
        match self.wanted.style {
            Some(style) => vec![(style, self.wanted.seed)],
            None => {
                let random =
                    (0..self.wanted.tries).map(|seed| (Style::Random, self.wanted.seed.wrapping_add(seed)));
                [(Style::Minimal, 0), (Style::Full, 0)].into_iter().chain(random).collect()
            }
        }
    }

    fn attempt(&self, operation: &OperationPlan, style: Style, seed: u64) -> Result<Request, ExportError> {
        let candidate = Candidate { operation, direction: Direction::Request, message: &operation.input };
        let json = describe::sample(&self.context.plan, &candidate, style, seed)?;
        let drawn = self.draft(operation, Direction::Request, json)?;
        let mut tape = Tape::new();
        let value = tape.parse(&drawn.json, &self.context.limits.json)?;
        let mut notes = drawn.broken.clone();
        let Some(rules) = self.rules(operation) else { return Ok(Request { drawn, bound: None, notes }) };
        let refused = checks::check(&rules.checks, value, &self.context.tables, self.wanted.now);
        let refused = refused.into_errors();
        notes.extend(refused.into_iter().map(|notice| format!("{}: {}", notice.code, notice.message)));
        let bound = bound(rules, value)?;
        Ok(Request { drawn, bound: Some(bound), notes })
    }

    fn draft(
        &self,
        operation: &OperationPlan,
        direction: Direction,
        json: Vec<u8>,
    ) -> Result<Drawn, DraftError> {
        let selection = Selection {
            service: Some(operation.service.to_string()),
            port: Some(operation.port.to_string()),
            operation: Some(operation.name.to_string()),
            direction: Some(direction),
        };
        let converter = Converter::new(&self.context.plan, self.context.encode, &selection, false);
        let candidate = converter.candidates().first().expect("the operation has the message");
        let draft = Draft { converter: &converter, candidate, json };
        match self.schema {
            Some(schema) => draft.keeping_identities(schema),
            None => Ok(Drawn { soap: draft.soap_of(&draft.json)?, json: draft.json, broken: Vec::new() }),
        }
    }

    fn rules(&self, operation: &OperationPlan) -> Option<&ServiceOperation> {
        self.context.rules(&operation.name)
    }

    /// The request of a JSON client.
    fn json(
        &self,
        operation: &OperationPlan,
        drawn: &Drawn,
        bound: Option<Bound>,
    ) -> Result<Exchange, ExportError> {
        let credentials = self.rules(operation).and_then(|rules| rules.credentials.as_ref());
        let auth = self.caller.auth(credentials);
        // Without a service file an operation is where its name says.
        let bound = bound.unwrap_or_else(|| Bound::by_name(&operation.name, drawn.json.clone()));
        let Bound { method, path, mut headers, body } = bound;
        let laid = |bytes: Vec<u8>| text((self.wanted.layout)(bytes));
        let body = match (credentials.filter(|_| auth == Auth::Body), body) {
            (None, body) => body.map(|body| Body::of(Kind::Json, laid(body))),
            (Some(paths), body) => {
                // Credentials need a body, so that there is one.
                let body = body.unwrap_or_else(|| b"{}".to_vec());
                let mut tape = Tape::new();
                let value = tape.parse(&body, &self.context.limits.json)?;
                Some(token::punched_members(&laid(token::with_members(value, paths))))
            }
        };
        if body.is_some() {
            headers.insert(0, ("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let (name, mut expected) = (operation.name.to_string(), self.expected_json(operation));
        if method == "HEAD" {
            expected.content = Content::Anything;
        }
        Ok(Exchange { name, method, path, headers, body, auth, expected })
    }

    /// The request of a SOAP client.
    fn soap(&self, operation: &OperationPlan, drawn: &Drawn, address: &str) -> Exchange {
        let version = Version::from(operation.version);
        let plain = String::from_utf8_lossy(&drawn.soap);
        let Caller { addressed, parts, token, .. } = &self.caller;
        let envelope = match addressed {
            true => Cow::Owned(with_addressing(&plain, &operation.addressing, address, NO_MESSAGE_ID)),
            false => plain,
        };
        let laid = |envelope: &str| text((self.wanted.layout)(envelope.as_bytes().to_vec()));
        let body = match token {
            None if !parts.is_empty() => punched_parts(&laid(&envelope), parts, &self.context.limits.xml),
            None => Body::of(Kind::Xml, laid(&envelope)),
            Some(own) => token::punched_envelope(&laid(&token::with_security(&envelope, version, own)), own),
        };
        let body = if *addressed { body.punched("</wsa:MessageID>", Hole::MessageId) } else { body };
        let named = |(name, value): (&str, String)| match name {
            "soapaction" => ("SOAPAction".to_owned(), value),
            _ => ("Content-Type".to_owned(), value),
        };
        Exchange {
            name: operation.name.to_string(),
            method: "POST".to_owned(),
            path: String::new(),
            headers: soap_headers(version, &operation.action).into_iter().map(named).collect(),
            body: Some(body),
            auth: self.caller.auth.clone(),
            expected: self.expected_soap(operation),
        }
    }

    fn expected_soap(&self, operation: &OperationPlan) -> Expected {
        let Some(output) = &operation.output else { return Expected::nothing(202) };
        // A root without tags of its own is none of the children of Body.
        let root = output.root.filter(|_| !output.bare);
        let content = root.map_or(Content::Anything, |root| {
            Content::Element(self.context.plan.element(root).local.to_string())
        });
        Expected { status: Some(200), content }
    }

    /// The members that all of several samples have. A response that may say its status itself has any of success.
    fn expected_json(&self, operation: &OperationPlan) -> Expected {
        let always_200 = self.caller.always_200;
        let Some(message) = &operation.output else {
            return Expected::nothing(if always_200 { 200 } else { 202 });
        };
        let rules = self.rules(operation);
        let candidate = Candidate { operation, direction: Direction::Response, message };
        let styles = [Style::Minimal, Style::Full].into_iter().chain([Style::Random; LOOKED_AT]);
        let (mut told, mut says_status) = (Vec::new(), false);
        for (seed, style) in (0..).zip(styles) {
            // Where a sample is too large the others say enough.
            let Ok(json) = describe::sample(&self.context.plan, &candidate, style, seed) else { continue };
            let json = self.context.best(operation, json);
            says_status |= self.context.says_http_status(&json);
            told.extend(self.context.native_response(&operation.name, &json, 200));
        }
        let common = rules.is_some_and(|rules| rules.common);
        let own = rules.is_none_or(|rules| rules.native.is_identity());
        let status = (always_200 || !(common && says_status)).then_some(200);
        let content = match members_of_all(&told) {
            Some(names) => {
                let succeeded = common && own && names.iter().any(|name| name == "status");
                Content::Members { names, succeeded }
            }
            None => Content::Anything,
        };
        Expected { status, content }
    }
}

/// A sample that is a request.
struct Request {
    drawn: Drawn,
    /// Where it is at the JSON side; where there are no rules that is where its name says.
    bound: Option<Bound>,
    notes: Vec<String>,
}

/// What was made, if anything was; `tell` hears the rest.
pub fn told<T>(name: &str, made: Made<T>, tell: &mut dyn FnMut(&str, String)) -> Option<T> {
    match made {
        Ok((made, notes)) => {
            notes.into_iter().for_each(|note| tell(name, format!("the service refuses the request: {note}")));
            Some(made)
        }
        Err(error) => {
            tell(name, format!("not exported: {error}"));
            None
        }
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("messages are written as UTF-8")
}

/// Random responses that are looked at for what all have: choices take each branch in some of them.
const LOOKED_AT: usize = 8;

/// What stands where tools put a `MessageID`.
const NO_MESSAGE_ID: &str = "-";
