//! The SOAP front.

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Response, header};

use super::action::of_transport;
use super::addressing::Asked;
use super::documents::document;
use super::envelope::{Blocks, Envelope, Header};
use super::forgiving::{Broken, Understood, encoded};
use super::page::{is_looked_at, page};
use crate::bridge::answer::SoapAnswer;
use crate::bridge::attached::{Attached, Sources, stand_ins};
use crate::bridge::auth::{AuthError, Authenticated, Authenticator, HeaderAuth, Shown};
use crate::bridge::backend::pieces::Body;
use crate::bridge::exchange::{Exchange, Front, Read, Ready};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::idempotency::{Fingerprint, is_asked};
use crate::bridge::operation::{Called, Operation};
use crate::bridge::record::Phase;
use crate::bridge::reply::{Answer, suspicious};
use crate::bridge::request::{Prepared, members};
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::header::{accepts, content_type, content_type_text};
use crate::codec::{BesideParts, BoundParts, Decode, DecodeOptions, Matched, MessageHeaders, Strictness};
use crate::describe::PageOf;
use crate::plan::PortPlan;
use crate::service::outcome::Notice;
use crate::service::{Backend, Forms, FrontAuth, ResponseTimestamp, Service, SoapFront};
use crate::soap::{self, ContentType, MultipartError, Related, Replying, Said, Unclear, Version};
use crate::wss::{self, Rejection, Security};
use crate::xml::{self, Reader};

/// A request to the SOAP front of a service, and what is known about it so far.
pub(in crate::bridge) struct SoapRequest<'f> {
    front: &'f SoapFront,
    /// The methods that its path has, where its own is none of them.
    pub(in crate::bridge) allowed: Option<Box<str>>,
    /// In which forms messages are read at its path.
    pub(in crate::bridge) forms: Forms,
    operation: Option<usize>,
    /// Its position in another port than the one whose backend is called, where it is read in the form of that.
    formed: Option<usize>,
    answer: SoapAnswer,
}

impl<'f> SoapRequest<'f> {
    /// A request with the number `id`. Whoever sends no SOAP is told in SOAP 1.1, which everybody reads; parameters of the content type
    /// that nobody can read change nothing about the version.
    pub(in crate::bridge) fn new(front: &'f SoapFront, headers: &HeaderMap, id: i64) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).map_or(&[][..], |kind| kind.as_bytes());
        let version = if names_soap12(kind) { Version::V12 } else { Version::V11 };
        Self {
            front,
            allowed: None,
            forms: Forms::default(),
            operation: None,
            formed: None,
            answer: SoapAnswer {
                version,
                versions: front.versions,
                id,
                faults: front.faults,
                stamped: false,
                declared: front.xml_declaration,
                mtom: front.mtom.is_some_and(|mtom| mtom.always || takes_mtom(kind, headers)),
                replying: None,
            },
        }
    }

    /// The operation that a message of `version` is for, as its position in those of the service.
    fn find(&mut self, service: &Service, version: Version, said: &Said<'_>) -> Result<usize, Unclear> {
        let limits = &service.limits.xml;
        let Some(port) = self.port(service, version) else { return said.operation(&service.plan, limits) };
        let operation = said.operation(service.plan.operations_of(port), limits)?;
        self.formed = Some(operation);
        port.same(operation).ok_or(Unclear::Unknown)
    }

    /// The port in whose form a message of `version` is read, where that is not the one whose backend is called.
    fn port<'s>(&self, service: &'s Service, version: Version) -> Option<&'s PortPlan> {
        service.plan.beside().get(self.forms.beside(version)?)
    }

    /// The `operation` of the service in the form in which the message is read.
    #[inline]
    fn formed<'o>(&self, operation: Operation<'o>) -> Operation<'o> {
        match self.formed {
            None => operation,
            Some(at) => {
                let port = self.port(operation.service, self.answer.version);
                let plan = port.and_then(|port| port.operations.get(at));
                Operation { plan: plan.expect("the operation was found there"), ..operation }
            }
        }
    }

    /// Who sent a message with this Security header.
    async fn caller(
        &self,
        authenticator: &Authenticator<'_>,
        headers: &HeaderMap,
        security: Option<Result<Security, Rejection>>,
    ) -> Result<Authenticated, AuthError> {
        // A token that no header block holds is a bearer token of HTTP.
        let in_head = matches!(self.front.auth, FrontAuth::PassBearer) && self.front.credentials.is_empty();
        // Whether the operation has a block for them is known only when that is.
        let in_none =
            !self.front.credentials.is_empty() && matches!(security, Some(Err(Rejection::NoCredentials)));
        let shown = match (in_head, in_none) {
            (true, _) => Shown::InHead,
            (false, true) => Shown::Nowhere,
            (false, false) => Shown::InMessage,
        };
        match authenticator.headers(&self.front.auth, headers, shown)? {
            HeaderAuth::Authenticated(caller) => Ok(caller),
            HeaderAuth::NeedsPassword(credentials) => {
                authenticator.password(&self.front.auth, credentials).await
            }
            HeaderAuth::InBody => {
                let security = security.ok_or(Rejection::NoHeader).and_then(|security| security);
                authenticator.token(self.front, security).await
            }
        }
    }

    /// What header blocks of the contract say about who sent a message, in the form of a Security header.
    fn in_blocks(
        &self,
        service: &Service,
        blocks: &Blocks,
    ) -> Result<Result<Security, Rejection>, xml::Error> {
        let mut parts = wss::Parts::new(&self.front.credentials);
        blocks.declared.each(&service.plan, |name, reader| parts.read(name, reader))?;
        Ok(parts.security(&service.limits.wss))
    }

    /// Senders with a Timestamp often want one in the response.
    fn wants_timestamp(&self, security: Option<&Result<Security, Rejection>>) -> bool {
        match self.front.security.response_timestamp {
            ResponseTimestamp::Always => true,
            ResponseTimestamp::Auto => {
                matches!(security, Some(Ok(Security { timestamp: Some(_), .. })))
            }
            ResponseTimestamp::Never => false,
        }
    }
}

impl Front for SoapRequest<'_> {
    const NAME: &'static str = "soap";

    fn takes_apart(&self, exchange: &Exchange<'_>, head: &Parts) -> bool {
        may_be_apart(exchange, &head.headers)
    }

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if let Some(allowed) = &self.allowed {
            return Err(Failure::Method(allowed.clone().into()));
        }
        if matches!(head.method, Method::GET | Method::HEAD) {
            if head.uri.query().is_none()
                && is_looked_at(&head.method, &head.headers)
                && let Some(page) = page(&exchange.service.service, PageOf::Soap, head)
            {
                return Ok(Some(page));
            }
            return document(exchange, self.front, head).map(Some);
        }
        exchange.check_site(head, exchange.service.soap_sharing.as_ref())?;
        let kind = content_type(&head.headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        let soap = kind.version().is_some() || Related::is_type(&kind.media_type);
        if soap { Ok(None) } else { Err(Failure::MediaType(MEDIA_TYPES)) }
    }

    /// A SOAP client may say who it is in its message.
    async fn admit(&mut self, _: &Exchange<'_>, _: &Parts) -> Result<(), Failure> {
        Ok(())
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure> {
        let service = &exchange.service.service;
        let Received { kind, text, parts } = Received::of(exchange, &head.headers, body)?;
        let room = buffers::with(|buffers| std::mem::take(&mut buffers.reader));
        let mut reader = Reader::within(&text, service.plan.namespaces(), &service.limits.xml, room);
        // Taken apart at once: what is taken apart later is kept whole until the request is read.
        let Envelope { version, first, header: Header { blocks, security, addressed, action } } =
            Envelope::open(service, self.front, &mut reader).map_err(|unopened| {
                self.answer.replying = Replying::to(&unopened.addressed).map(Box::new);
                unopened.failure
            })?;
        self.answer.version = version;
        self.answer.replying = Replying::to(&addressed).map(Box::new);
        if !self.front.versions.has(version) {
            return Err(soap::Error::VersionNotServed(version).into());
        }
        // Of a message in several parts not every sender says which version it is.
        if let Some(content_type) = kind.version().filter(|said| *said != version) {
            return Err(soap::Error::ContentType { envelope: version, content_type }.into());
        }
        self.answer.stamped = self.wants_timestamp(security.as_ref());
        let verifier = exchange.service.soap_verifier.as_ref();
        let authenticator = exchange.authenticator(verifier);
        let security = match self.front.credentials.is_empty() {
            true => security,
            false => Some(self.in_blocks(service, &blocks)?),
        };
        let shows_nothing = matches!(security, Some(Err(Rejection::NoCredentials)));
        let caller = self.caller(&authenticator, &head.headers, security).await?;
        exchange.record.mark(Phase::Auth);
        let asked = Asked { front: self.front, addressed: &addressed };
        asked.check()?;
        let transport = of_transport(version, &head.headers, &kind)?;
        let said = Said {
            text: &text,
            first,
            addressing: addressed.action().or(action.as_deref()),
            transport,
            foreign_action: self.front.security.profile.foreign_action,
        };
        let index = self.find(&exchange.service.service, version, &said);
        let index = index.map_err(|unclear| asked.unclear(unclear, &said))?;
        self.operation = Some(index);
        let own = exchange.service.operation(index);
        let operation = self.formed(own);
        asked.check_operation(operation, &said)?;
        if let Some(replying) = &mut self.answer.replying {
            replying.action = operation.plan.answer_action.clone();
        }
        if shows_nothing && operation.plan.input.takes_credentials {
            return Err(AuthError::from(self.front.security.refused(Rejection::NoCredentials)).into());
        }
        if !caller.may_call(&operation.plan.name) {
            return Err(AuthError::from(self.front.security.refused(Rejection::NotAllowed)).into());
        }
        if self.front.unique_message_ids {
            // In a box, for few ask for it.
            Box::pin(asked.claim(&authenticator, &caller, &exchange.service.service.name)).await?;
        }
        // Made once more, so that what waits does not hold it.
        let own = exchange.service.operation(index);
        let operation = self.formed(own);
        let mut keyed = is_asked(&head.headers).then(|| self.answer.shape());
        if let Some((shape, _)) = keyed.as_mut().zip(self.formed) {
            shape.push(operation.plan.port.as_bytes());
        }
        let none = BesideParts::default();
        let beside = parts.as_deref().map_or(&none, |parts| &parts.beside);
        let mut message = Message { version, text: &text, beside, own, blocks, keyed };
        let attached = parts.as_deref().and_then(|parts| parts.attached.as_ref());
        let called =
            Called { operation, caller: &caller, blocks: "", sources: Sources { attached, text: None } };
        let (prepared, fingerprint) = buffers::with(|buffers| message.prepare(called, reader, buffers))?;
        Ok(Read::Call(Ready { operation: index, caller, prepared, fingerprint }))
    }

    fn begin(&self, out: &mut Vec<u8>) {
        self.answer.begin(out);
    }

    fn write(
        &self,
        operation: Operation<'_>,
        mut answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        if self.formed.is_some() {
            // It is in the form of the port whose backend was called.
            answer.xml = None;
        }
        self.answer.respond(self.formed(operation), answer, buffers)
    }

    fn again(&self, answer: Response<Body>) -> Response<Body> {
        self.answer.again(answer)
    }

    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        let operation = self.operation.map(|index| self.formed(exchange.service.operation(index)));
        self.answer.failed(failed, operation)
    }

    fn operation(&self) -> Option<usize> {
        self.operation
    }
}

const NO_PLACE: &str = "a header block that the backend cannot get, and the contract does not declare";

const MEDIA_TYPES: &str =
    "text/xml or application/soap+xml, or multipart/related with one of them as its root";

/// Whether the content type `kind` is that of SOAP 1.2, or of several parts with such a message.
fn names_soap12(kind: &[u8]) -> bool {
    let soap12 = Version::V12.media_type().as_bytes();
    begins(kind, soap12) || begins(kind, MULTIPART) && names(kind, soap12)
}

/// Whether a client whose message is of this `kind` sends it by MTOM, or says that it accepts such an answer.
fn takes_mtom(kind: &[u8], headers: &HeaderMap) -> bool {
    begins(kind, MULTIPART) && names(kind, XOP.as_bytes()) || accepts(headers, XOP)
}

const MULTIPART: &[u8] = b"multipart/";
const XOP: &str = "application/xop+xml";

/// Whether `text` begins with a media type, whose case says nothing (RFC 2045 section 5.1).
fn begins(text: &[u8], media_type: &[u8]) -> bool {
    text.get(..media_type.len()).is_some_and(|text| text.eq_ignore_ascii_case(media_type))
}

/// Whether a media type is somewhere in `text`.
fn names(text: &[u8], media_type: &[u8]) -> bool {
    text.windows(media_type.len()).any(|text| text.eq_ignore_ascii_case(media_type))
}

/// Whether attachments of a request with these `headers` may stay apart, whatever its operation. An answer that is kept is one to what can be compared.
fn may_be_apart(exchange: &Exchange<'_>, headers: &HeaderMap) -> bool {
    exchange.service.keeps_apart && !is_asked(headers)
}

/// The text of a message, and its content type.
struct Received<'b> {
    kind: ContentType<'b>,
    text: Cow<'b, str>,
    /// In a box where it is kept while the request is read, for few have some.
    parts: Option<Box<OtherParts<'b>>>,
}

/// What a message has beside its envelope.
struct OtherParts<'b> {
    /// The attachments for which it has stand-ins.
    attached: Option<Attached>,
    /// The parts to which it does not refer by `xop:Include`.
    beside: BesideParts<'b>,
}

impl<'b> Received<'b> {
    fn of(exchange: &Exchange<'_>, headers: &'b HeaderMap, body: &'b Bytes) -> Result<Self, Failure> {
        let kind = content_type(headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        if Related::is_type(&kind.media_type) {
            return Self::of_parts(exchange, headers, body);
        }
        let text = xml::decode(body, kind.charset.as_deref())?;
        Ok(Self { kind, text, parts: None })
    }

    /// The message in the root part of several.
    fn of_parts(exchange: &Exchange<'_>, headers: &HeaderMap, body: &'b Bytes) -> Result<Self, Failure> {
        let value = content_type_text(headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        let spooled = exchange.spooled.load_full();
        let holes = spooled.as_ref().map_or(&[][..], |spooled| spooled.holes());
        let related =
            Related::read(value.map_or("", |value| value), body, holes).map_err(soap::Error::from)?;
        let kind = related.content_type.clone();
        let limits = &exchange.service.service.limits;
        let stand_ins = may_be_apart(exchange, headers).then(stand_ins);
        let read = related.text(&limits.xml, limits.http.request_body, stand_ins);
        let read = read.map_err(soap::Error::from)?;
        let attached = read.apart.map(|apart| Attached::new(apart, body, spooled.as_ref()));
        let parts = OtherParts { attached, beside: read.beside };
        Ok(Self { kind, text: read.text, parts: Some(Box::new(parts)) })
    }
}

/// What a message is read with.
struct Reading<'r> {
    members: &'r [u8],
    /// Whether elements of its header blocks were found by their names.
    reordered: bool,
    buffers: &'r mut Buffers,
}

/// What a message has besides what is in its Body.
struct Head {
    /// Members of its JSON.
    members: Vec<u8>,
    /// Header blocks that the backend gets as they are.
    blocks: String,
    warnings: Vec<Notice>,
    /// Whether elements of its header blocks were found by their names.
    reordered: bool,
    /// The parts beside its envelope that the contract binds.
    bound: BoundParts,
}

/// A request whose operation is known.
struct Message<'m> {
    version: Version,
    text: &'m str,
    /// The parts beside its envelope.
    beside: &'m BesideParts<'m>,
    /// The operation in the form in which the backend is asked.
    own: Operation<'m>,
    blocks: Blocks,
    /// What its answer is like, where it has an idempotency key.
    keyed: Option<Vec<&'m [u8]>>,
}

impl<'m> Message<'m> {
    /// What the backend gets, and the fingerprint of the message where one is wanted.
    fn prepare(
        &mut self,
        called: Called<'_>,
        reader: Reader<'m>,
        buffers: &mut Buffers,
    ) -> Result<(Prepared, Option<Fingerprint>), Failure> {
        let Head { members, blocks, warnings: mut told, reordered, bound } = self.head(called, buffers)?;
        let called = Called { blocks: &blocks, ..called };
        let Understood { json, decoded, warnings } =
            match self.decode(called, reader, Reading { members: &members, reordered, buffers }) {
                Err(Failure::Breach(breach)) => {
                    let parts = &self.beside.0;
                    Broken { called, text: self.text, members: &members, parts, breach }.retry(buffers)?
                }
                decoded => decoded?,
            };
        // The backend would not get it.
        if let Some(left) = bound.left(&decoded).next().and_then(|at| self.beside.0.get(at)) {
            return Err(soap::Error::from(MultipartError::unreferenced(left)).into());
        }
        // An answer that is kept is in one version of SOAP, and no answer to a message in the other one.
        let fingerprint = self.keyed.as_ref().map(|shape| {
            let own = [self.version.uri().as_bytes(), &json];
            Fingerprint::of(&[&own[..], shape].concat())
        });
        told.extend(warnings);
        let called = Called { operation: self.own, ..called };
        Ok((called.prepare_own(json, buffers)?.after(told), fingerprint))
    }

    /// What it has besides what is in its Body: credentials, and header blocks.
    fn head(&mut self, called: Called<'_>, buffers: &mut Buffers) -> Result<Head, Failure> {
        let Operation { service, plan, .. } = called.operation;
        let mut members = members(called)?;
        // Leeway changes nothing about what is to the letter.
        let options = DecodeOptions {
            strictness: Strictness::Strict,
            empty_as: service.encode.empty_as,
            leeway: service.leeway,
            ..DecodeOptions::default()
        };
        let decode = Decode { plan: &service.plan, message: &plan.input, options };
        let kept = self.blocks.declared.members(decode, &mut buffers.decoder, &mut members);
        let MessageHeaders { mut others, decoded } = kept.map_err(Failure::of_request)?;
        // Where the operation has no place for credentials they go no further.
        others.retain(|block| !service.holds_credentials(block.local()));
        let undeclared = std::mem::take(&mut self.blocks.undeclared);
        let passing = undeclared.passing(service, self.version, &others)?;
        let (blocks, mut warnings) = match (&service.backend, passing) {
            (_, None) => (String::new(), Vec::new()),
            (Backend::Json(_), Some(passing)) => (String::new(), passing.left_out(NO_PLACE)),
            (Backend::Soap(_), Some(passing)) => {
                let carried = passing.carried(self.own.version(), &service.limits.xml);
                (carried.whole()?, Vec::new())
            }
        };
        warnings.extend(suspicious(&decoded.notes));
        let from = Matched { text: self.text, decoder: &mut buffers.decoder };
        let bound = self.beside.members(decode, from, &mut members);
        let bound = bound.map_err(Failure::of_request)?;
        Ok(Head { members, blocks, warnings, reordered: decoded.reordered, bound })
    }

    /// The message, read to the letter.
    fn decode(
        &self,
        called: Called<'_>,
        mut reader: Reader<'m>,
        reading: Reading<'_>,
    ) -> Result<Understood, Failure> {
        let operation = called.operation;
        let (service, input) = (operation.service, &operation.plan.input);
        let Reading { members, reordered, buffers } = reading;
        let mut json = Vec::with_capacity(buffers::json_of(reader.input().len()));
        let options = DecodeOptions {
            strictness: Strictness::Strict,
            empty_as: service.encode.empty_as,
            members,
            stand_ins: called.sources.stand_ins(),
            parts: &self.beside.0,
            ..DecodeOptions::default()
        };
        let decoded = buffers.decoder.decode(
            Decode { plan: &service.plan, message: input, options },
            &mut reader,
            &mut json,
        );
        let decoded = decoded.map_err(Failure::of_request)?;
        soap::finish(&mut reader)?;
        buffers.reader = reader.into_buffers();
        if decoded.reordered || reordered {
            let value = operation.parse_own(&json, &mut buffers.tape)?;
            encoded(called, value, &mut buffers.encoder)?;
        }
        Ok(Understood { json, decoded, warnings: Vec::new() })
    }
}
