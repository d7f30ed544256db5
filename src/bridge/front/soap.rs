//! The SOAP front.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Response, header};

use super::action::of_transport;
use super::documents::document;
use super::envelope::{Blocks, Envelope};
use super::forgiving::{Broken, Understood, encoded};
use crate::bridge::answer::SoapAnswer;
use crate::bridge::auth::{AuthError, Authenticated, Authenticator, HeaderAuth};
use crate::bridge::backend::body::Body;
use crate::bridge::exchange::{Exchange, Front, Ready};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::idempotency::{Fingerprint, is_asked};
use crate::bridge::operation::{Called, Operation};
use crate::bridge::reply::{Answer, suspicious};
use crate::bridge::request::{Prepared, members};
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::header::content_type;
use crate::codec::{Decode, DecodeOptions, MessageHeaders, Strictness};
use crate::service::outcome::Notice;
use crate::service::{Backend, ResponseTimestamp, SoapFront};
use crate::soap::{self, Said, Version};
use crate::wss::{Rejection, Security};
use crate::xml::{self, Reader};

/// A request to the SOAP front of a service, and what is known about it so far.
pub(in crate::bridge) struct SoapRequest<'f> {
    front: &'f SoapFront,
    /// The methods that its path has, where its own is none of them.
    pub(in crate::bridge) allowed: Option<Box<str>>,
    operation: Option<usize>,
    answer: SoapAnswer,
}

impl<'f> SoapRequest<'f> {
    /// A request with the number `id`. Whoever sends no SOAP is told in SOAP 1.1, which everybody reads; parameters of the content type
    /// that nobody can read change nothing about the version.
    pub(in crate::bridge) fn new(front: &'f SoapFront, headers: &HeaderMap, id: i64) -> Self {
        let soap12 = Version::V12.media_type().as_bytes();
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.as_bytes().get(..soap12.len()));
        let is_soap12 = kind.is_some_and(|kind| kind.eq_ignore_ascii_case(soap12));
        let version = if is_soap12 { Version::V12 } else { Version::V11 };
        Self {
            front,
            allowed: None,
            operation: None,
            answer: SoapAnswer {
                version,
                id,
                faults: front.faults,
                stamped: false,
                declared: front.xml_declaration,
            },
        }
    }

    /// Who sent a message with this Security header.
    async fn caller(
        &self,
        authenticator: &Authenticator<'_>,
        headers: &HeaderMap,
        security: Option<Result<Security, Rejection>>,
    ) -> Result<Authenticated, AuthError> {
        match authenticator.headers(&self.front.auth, headers, true)? {
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

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if let Some(allowed) = &self.allowed {
            return Err(Failure::Method(allowed.clone().into()));
        }
        if matches!(head.method, Method::GET | Method::HEAD) {
            return document(exchange.service, self.front, head).map(Some);
        }
        exchange.check_site(head, exchange.service.soap_sharing.as_ref())?;
        let kind = content_type(&head.headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        if kind.version().is_some() { Ok(None) } else { Err(Failure::MediaType(MEDIA_TYPES)) }
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Ready, Failure> {
        let service = &exchange.service.service;
        let kind = content_type(&head.headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        let text = xml::decode(body, kind.charset.as_deref())?;
        let mut reader = Reader::new(&text, service.plan.namespaces(), &service.limits.xml);
        let Envelope { version, first, blocks, security, action } =
            Envelope::open(service, self.front, &mut reader)?;
        if version != self.answer.version {
            self.answer.version = version;
            return Err(soap::Error::VersionMismatch.into());
        }
        self.answer.stamped = self.wants_timestamp(security.as_ref());
        let verifier = exchange.service.soap_verifier.as_ref();
        let authenticator = exchange.authenticator(verifier);
        let caller = self.caller(&authenticator, &head.headers, security).await?;
        let transport = of_transport(version, &head.headers, &kind)?;
        let said = Said {
            text: &text,
            first,
            addressing: action.as_deref(),
            transport: &transport,
            foreign_action: self.front.security.profile.foreign_action,
        };
        let index = said.operation(&service.plan, &service.limits.xml)?;
        self.operation = Some(index);
        let operation = exchange.service.operation(index);
        if !caller.may_call(&operation.plan.name) {
            return Err(AuthError::from(self.front.security.refused(Rejection::NotAllowed)).into());
        }
        let mut message = Message { version, text: &text, blocks, keyed: is_asked(&head.headers) };
        let called = Called { operation, caller: &caller, blocks: "" };
        let (prepared, fingerprint) = buffers::with(|buffers| message.prepare(called, reader, buffers))?;
        Ok(Ready { operation: index, caller, prepared, fingerprint })
    }

    fn write(
        &self,
        operation: Operation<'_>,
        answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        self.answer.respond(operation, answer, buffers)
    }

    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        let operation = self.operation.map(|index| exchange.service.operation(index));
        self.answer.failed(failed, operation)
    }

    fn operation(&self) -> Option<usize> {
        self.operation
    }
}

const NO_PLACE: &str = "a header block that the backend cannot get, and the contract does not declare";

const MEDIA_TYPES: &str = "text/xml or application/soap+xml";

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
}

/// A request whose operation is known.
struct Message<'m> {
    version: Version,
    text: &'m str,
    blocks: Blocks,
    /// Whether it has an idempotency key.
    keyed: bool,
}

impl<'m> Message<'m> {
    /// What the backend gets, and the fingerprint of the message where one is wanted.
    fn prepare(
        &mut self,
        called: Called<'_>,
        reader: Reader<'m>,
        buffers: &mut Buffers,
    ) -> Result<(Prepared, Option<Fingerprint>), Failure> {
        let Head { members, blocks, warnings: mut told, reordered } = self.head(called, buffers)?;
        let called = Called { blocks: &blocks, ..called };
        let Understood { json, warnings } =
            match self.decode(called, reader, Reading { members: &members, reordered, buffers }) {
                Err(Failure::Breach(breach)) => {
                    Broken { called, text: self.text, members: &members, breach }.retry(buffers)?
                }
                decoded => decoded?,
            };
        // An answer that is kept is in one version of SOAP, and no answer to a message in the other one.
        let fingerprint = self.keyed.then(|| Fingerprint::of(&[self.version.uri().as_bytes(), &json]));
        told.extend(warnings);
        let kept = called.operation.keeps_requests().then(|| Bytes::copy_from_slice(&json));
        let prepared = called.prepare_own(json, buffers)?.after(told);
        Ok((Prepared { request: kept, ..prepared }, fingerprint))
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
        let MessageHeaders { others, decoded } = kept.map_err(Failure::of_request)?;
        let undeclared = std::mem::take(&mut self.blocks.undeclared);
        let passing = undeclared.passing(service, self.version, &others)?;
        let (blocks, mut warnings) = match (&service.backend, passing) {
            (_, None) => (String::new(), Vec::new()),
            (Backend::Json(_), Some(passing)) => (String::new(), passing.left_out(NO_PLACE)),
            (Backend::Soap(_), Some(passing)) => {
                let carried = passing.carried(called.operation.version(), &service.limits.xml);
                (carried.whole()?, Vec::new())
            }
        };
        warnings.extend(suspicious(&decoded.notes));
        Ok(Head { members, blocks, warnings, reordered: decoded.reordered })
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
        let mut json = Vec::with_capacity(1024);
        let options = DecodeOptions {
            strictness: Strictness::Strict,
            empty_as: service.encode.empty_as,
            members,
            ..DecodeOptions::default()
        };
        let decoded = buffers.decoder.decode(
            Decode { plan: &service.plan, message: input, options },
            &mut reader,
            &mut json,
        );
        let decoded = decoded.map_err(Failure::of_request)?;
        soap::finish(&mut reader)?;
        if decoded.reordered || reordered {
            let value = operation.parse_own(&json, &mut buffers.tape)?;
            encoded(operation, value, &mut buffers.encoder)?;
        }
        Ok(Understood { json, warnings: Vec::new() })
    }
}
