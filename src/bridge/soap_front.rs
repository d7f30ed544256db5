//! The SOAP front: one exchange, from the envelope to the envelope.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use hyper::body::Incoming;

use super::action;
use super::answer;
use super::auth::{Authenticated, Gate, Opened};
use super::body::Body;
use super::documents::documents;
use super::exchange::Bridge;
use super::failure::Failure;
use super::fresh;
use super::headers;
use super::idempotency::{Claim, Guard};
use super::json_answer;
use super::messages::{self, Operation, Prepared};
use super::reply::{self, content_type};
use super::request_id::RequestId;
use super::scratch::{self, Scratch};
use super::shared::Shared;
use crate::codec::{
    Decode, DecodeOptions, Decoder, EmptyAs, Encode, EncodeOptions, HeaderBlocks, Strictness, UnknownFields,
};
use crate::limits::WssLimits;
use crate::service::checks;
use crate::service::outcome;
use crate::service::{ResponseTimestamp, SoapFront};
use crate::soap::{self, Block, Version};
use crate::wss::{self, Reason, Security};
use crate::xml::{self, Name, Reader, ns};

/// Answers a request to the SOAP front of the service in `shared`.
pub(super) async fn serve(
    bridge: &Bridge,
    shared: &Shared,
    front: &SoapFront,
    (request, request_id): (Request<Incoming>, &RequestId),
) -> Response<Body> {
    let id = request_id.number;
    // Whoever sends no SOAP is told in SOAP 1.1, which everybody reads.
    let version = content_type(request.headers()).version().unwrap_or(Version::V11);
    let mut seen = Seen { version, operation: None, stamped: false, guard: None };
    let (answer, failure) = match exchange(bridge, shared, front, (request, id), &mut seen).await {
        Ok(answer) => (answer, None),
        Err(failure) => {
            bridge.note(shared, seen.operation.unwrap_or(usize::MAX), request_id, &failure);
            (failed(shared, front, &seen, id, &failure), Some(failure))
        }
    };
    if let Some(guard) = seen.guard {
        guard.finish(&answer, failure.as_ref()).await;
    }
    answer
}

/// What is known about a request by the time it fails.
struct Seen {
    version: Version,
    operation: Option<usize>,
    /// Whether the response has a Timestamp.
    stamped: bool,
    /// The idempotency key that it claimed.
    guard: Option<Guard>,
}

/// A breach of a contract whose responses have the outward shape is answered by such a response.
fn failed(shared: &Shared, front: &SoapFront, seen: &Seen, id: i64, failure: &Failure) -> Response<Body> {
    let operation = seen.operation.and_then(|index| shared.operation(index).ok());
    if let (Failure::Breach(violations, checked), Some(operation)) = (failure, operation)
        && operation.rules.common
    {
        let mut json = Vec::new();
        let mut errors = checks::notices(violations, &operation.rules.reports);
        errors.extend(checked.iter().cloned());
        outcome::write_failed_view(&mut json, id, None, &[], &errors);
        if let Ok(body) = scratch::with(|scratch| response(operation, seen, &json, scratch)) {
            return answer::response(200, &seen.version.content_type(""), body);
        }
    }
    answer::soap(failure, seen.version, id, &front.security)
}

async fn exchange(
    bridge: &Bridge,
    shared: &Shared,
    front: &SoapFront,
    (request, id): (Request<Incoming>, i64),
    seen: &mut Seen,
) -> Result<Response<Body>, Failure> {
    if request.method() == Method::GET {
        return documents(shared, front, &request);
    }
    check_head(&request)?;
    let (head, body) = bridge.body(shared, request).await?;
    let gate = bridge.gate(shared, shared.soap_verifier.as_ref(), &head.extensions);
    let (index, caller, prepared) = prepare(&gate, shared, front, (&head.headers, &body), seen).await?;
    let operation = shared.operation(index)?;
    let who = ["soap", &*shared.service.name, &*operation.plan.name, caller.name()];
    match shared.keys.claim(&head.headers, &who, &[after_header(&body)]).await? {
        Some(Claim::Before(answer)) => return Ok(answer),
        Some(Claim::First(first)) => seen.guard = Some(first),
        None => {}
    }
    drop(body);
    let Prepared { outgoing, warnings } = prepared;
    let reply = bridge.call(shared, &caller, &outgoing).await?;
    scratch::with(|scratch| {
        let answer = reply::understand(operation, &caller, reply, (id, warnings), scratch)?;
        bridge.note_passed_over(shared, index, &answer.passed_over);
        let json = json_answer::with_warnings(operation, &answer, scratch)?;
        let body = response(operation, seen, &json, scratch)?;
        Ok(answer::response(200, &seen.version.content_type(""), body))
    })
}

/// The message without its Header, whose token is another one each time.
fn after_header(body: &[u8]) -> &[u8] {
    let at = memchr::memmem::find(body, b"Body").unwrap_or(0);
    body.get(at..).unwrap_or(body)
}

fn check_head(request: &Request<Incoming>) -> Result<(), Failure> {
    if request.method() != Method::POST {
        return Err(Failure::Method("GET, POST".into()));
    }
    let coded = request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let soap = content_type(request.headers()).version().is_some();
    if coded || !soap { Err(Failure::MediaType) } else { Ok(()) }
}

/// Everything between the last byte of the request and the call: envelope, header, caller, operation, body.
async fn prepare(
    gate: &Gate<'_>,
    shared: &Shared,
    front: &SoapFront,
    (headers, body): (&HeaderMap, &Bytes),
    seen: &mut Seen,
) -> Result<(usize, Authenticated, Prepared), Failure> {
    let service = &shared.service;
    let kind = content_type(headers);
    let text = xml::decode(body, kind.charset.as_deref())?;
    let mut reader = Reader::new(&text, service.plan.namespaces(), &service.limits.xml);
    let mut security = None;
    let mut blocks = HeaderBlocks::default();
    let opened = soap::open_as(&mut reader, &front.security.actors, |name, reader| {
        if blocks.keep(&service.plan, name, reader)? {
            return Ok(Block::Understood);
        }
        read_security(front, &service.limits.wss, &mut security, name, reader)
    })?;
    if opened.version != seen.version {
        seen.version = opened.version;
        return Err(soap::Error::VersionMismatch.into());
    }
    seen.stamped = wants_timestamp(front, security.as_ref());
    let caller = caller(gate, front, headers, security).await?;
    let index = find(shared, opened.first).ok_or(Failure::UnknownOperation)?;
    seen.operation = Some(index);
    let operation = shared.operation(index)?;
    action::check(operation, front, opened.version, headers, &kind)?;
    if !caller.may_call(&operation.plan.name) {
        return Err(front.security.refused(Reason::NotAllowed).into());
    }
    scratch::with(|scratch| {
        let prepared = prepared(operation, shared, &mut reader, &blocks, &caller, scratch);
        let prepared = match prepared {
            Err(Failure::Breach(violations, checked)) => {
                let breach = Failure::Breach(violations, checked);
                again(operation, shared, (&text, &blocks), &caller, scratch, breach)?
            }
            prepared => prepared?,
        };
        Ok((index, caller, prepared))
    })
}

/// Reads a message that breaks its contract once more, as far as it can be shown at all. What is shown is encoded, which
/// finds everything that is wrong with it, as a JSON client would hear it. Where nothing is, and the service takes elements in
/// any order, the message is taken; else `breach` stands.
fn again(
    operation: Operation<'_>,
    shared: &Shared,
    (text, blocks): (&str, &HeaderBlocks),
    caller: &Authenticated,
    scratch: &mut Scratch,
    breach: Failure,
) -> Result<Prepared, Failure> {
    let service = operation.service;
    let mut members = messages::members(operation, caller)?;
    let input = &operation.plan.input;
    let kept = blocks.members(Decode::of(&service.plan, input), &mut scratch.decoder, &mut members);
    kept.map_err(Failure::of_request)?;
    let json = shown(operation, text, &members, &mut scratch.decoder)?;
    let Scratch { tape, encoder, .. } = scratch;
    let value = messages::parse(operation, &json, tape)?;
    let checked = checks::check(&operation.rules.checks, value, &service.tables, fresh::timestamp);
    let options = EncodeOptions { unknown_fields: UnknownFields::Reject, ..service.encode };
    match encoder.encode(
        Encode { plan: &service.plan, message: input, options: &options },
        value,
        &mut Vec::new(),
    ) {
        Err(violations) => Err(Failure::Breach(violations, checked.errors)),
        Ok(()) if service.strict_requests => Err(breach),
        Ok(()) => messages::prepared_text(operation, &shared.endpoint, json, caller, scratch),
    }
}

/// The JSON of a message, with all that can be shown of it.
fn shown(
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
    let decoded = decoder.decode(
        Decode { plan: &service.plan, message: &operation.plan.input, options },
        &mut reader,
        &mut json,
    );
    decoded.map_err(Failure::of_request)?;
    Ok(json)
}

/// The Security header is understood where the front asks for credentials in it, and nowhere else: a sender must not
/// believe that a token counted which nobody looked at.
fn read_security(
    front: &SoapFront,
    limits: &WssLimits,
    security: &mut Option<Result<Security, Reason>>,
    name: Name<'_>,
    reader: &mut Reader<'_>,
) -> Result<Block, Failure> {
    if !front.auth.wants_token() || name != (Name { ns: ns::WSSE, local: "Security" }) {
        return Ok(Block::Unknown);
    }
    let read = wss::read(reader, &front.security.profile, limits)?;
    *security = Some(if security.is_some() { Err(Reason::TwoHeaders) } else { read });
    Ok(Block::Understood)
}

/// Senders with a Timestamp often want one in the response.
fn wants_timestamp(front: &SoapFront, security: Option<&Result<Security, Reason>>) -> bool {
    let stamped = || matches!(security, Some(Ok(Security { timestamp: Some(_), .. })));
    match front.security.response_timestamp {
        ResponseTimestamp::Always => true,
        ResponseTimestamp::Auto => stamped(),
        ResponseTimestamp::Never => false,
    }
}

async fn caller(
    gate: &Gate<'_>,
    front: &SoapFront,
    headers: &HeaderMap,
    security: Option<Result<Security, Reason>>,
) -> Result<Authenticated, Failure> {
    match gate.headers(&front.auth, headers, true)? {
        Opened::By(caller) => Ok(caller),
        Opened::If(credentials) => gate.password(&front.auth, credentials).await,
        Opened::Later => gate.token(front, security.unwrap_or(Err(Reason::NoHeader))).await,
    }
}

/// The operation whose request has the root `first`.
fn find(shared: &Shared, first: Option<Name<'_>>) -> Option<usize> {
    let plan = &shared.service.plan;
    plan.operations().iter().position(|operation| plan.begins(&operation.input, first))
}

fn prepared(
    operation: Operation<'_>,
    shared: &Shared,
    reader: &mut Reader<'_>,
    blocks: &HeaderBlocks,
    caller: &Authenticated,
    scratch: &mut Scratch,
) -> Result<Prepared, Failure> {
    let service = operation.service;
    let input = &operation.plan.input;
    let mut members = messages::members(operation, caller)?;
    let kept = blocks.members(Decode::of(&service.plan, input), &mut scratch.decoder, &mut members);
    kept.map_err(Failure::of_request)?;
    let mut json = Vec::with_capacity(1024);
    let options = DecodeOptions {
        strictness: Strictness::Strict,
        empty_as: service.encode.empty_as,
        members: &members,
        ..DecodeOptions::default()
    };
    let decoded =
        scratch.decoder.decode(Decode { plan: &service.plan, message: input, options }, reader, &mut json);
    decoded.map_err(Failure::of_request)?;
    soap::finish(reader)?;
    messages::prepared_text(operation, &shared.endpoint, json, caller, scratch)
}

/// The envelope with the response `json`.
fn response(
    operation: Operation<'_>,
    seen: &Seen,
    json: &[u8],
    scratch: &mut Scratch,
) -> Result<Bytes, Failure> {
    let service = operation.service;
    let Some(output) = &operation.plan.output else { return Ok(Bytes::new()) };
    let value = scratch.tape.parse(json, &service.limits.json)?;
    let mut out = Vec::with_capacity(1024);
    soap::begin(&mut out, seen.version);
    let options = EncodeOptions { open: true, ..super::reply::reply_options(operation) };
    let mut security = Vec::new();
    if seen.stamped {
        wss::write_stamped(&mut security, fresh::now());
    }
    headers::write(operation, output, value, &security, &options, &mut scratch.encoder, &mut out)
        .map_err(|_| Failure::Bridge("headers that were valid cannot be written"))?;
    soap::begin_body(&mut out);
    let encoded = scratch.encoder.encode(
        Encode { plan: &service.plan, message: output, options: &options },
        value,
        &mut out,
    );
    encoded.map_err(|_| Failure::Bridge("a response that was valid cannot be written"))?;
    soap::end(&mut out);
    Ok(out.into())
}
