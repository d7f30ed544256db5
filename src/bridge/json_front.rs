//! The JSON front: one exchange, from the request to the answer.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use hyper::body::Incoming;

use super::answer::{self, Manner};
use super::body::Body;
use super::caller::Caller;
use super::client::Outgoing;
use super::exchange::{Bridge, Shared};
use super::failure::Failure;
use super::messages::{self, Operation};
use super::reply::{self, content_type};
use super::scratch;
use crate::json::Value;
use crate::service::JsonFront;

/// Answers a request for operation `index` of the service in `shared`.
pub(super) async fn serve(
    bridge: &Bridge,
    shared: &Shared,
    front: &JsonFront,
    index: usize,
    request: Request<Incoming>,
) -> Response<Body> {
    let id = bridge.request_id();
    let manner = Manner { problem: wants_problem(request.headers()), always_200: front.always_200 };
    let rules = shared.service.operations.get(index);
    match exchange(bridge, shared, front, index, request).await {
        Ok((http, body)) => {
            answer::response(if front.always_200 { 200 } else { http }, "application/json", body)
        }
        Err(failure) => {
            bridge.note(shared, index, id, &failure);
            answer::json(&failure, rules, id, manner)
        }
    }
}

fn wants_problem(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("application/problem+json")))
}

async fn exchange(
    bridge: &Bridge,
    shared: &Shared,
    front: &JsonFront,
    index: usize,
    request: Request<Incoming>,
) -> Result<(u16, Bytes), Failure> {
    let operation = shared.operation(index)?;
    check_head(&request)?;
    let body = bridge.body(shared, request).await?;
    let (caller, outgoing) = prepare(shared, front, operation, &body)?;
    drop(body);
    let reply = bridge.call(shared, &outgoing).await?;
    let answer = scratch::with(|scratch| reply::understand(operation, &caller, reply, scratch))?;
    bridge.note_passed_over(shared, index, &answer.passed_over);
    Ok((http_status(operation, &answer.json), answer.json))
}

fn check_head(request: &Request<Incoming>) -> Result<(), Failure> {
    if request.method() != Method::POST {
        return Err(Failure::Method("POST"));
    }
    let coded = request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let kind = content_type(request.headers());
    let json = kind.media_type.is_empty() || kind.is_json();
    if coded || !json { Err(Failure::MediaType) } else { Ok(()) }
}

fn prepare(
    shared: &Shared,
    front: &JsonFront,
    operation: Operation<'_>,
    body: &Bytes,
) -> Result<(Caller, Outgoing), Failure> {
    scratch::with(|scratch| {
        let value = scratch.tape.parse(body, &operation.service.limits.json)?;
        let caller = Caller::of_body(&front.auth, operation.rules.credentials.as_ref(), value)?;
        let outgoing = messages::outgoing(operation, &shared.endpoint, value, &caller, &mut scratch.encoder)?;
        Ok((caller, outgoing))
    })
}

/// A response of the outward shape says itself whether it is a success.
fn http_status(operation: Operation<'_>, json: &Bytes) -> u16 {
    if !operation.rules.common || operation.rules.failure_http == 200 {
        return 200;
    }
    let failed = |value: Value<'_>| value.get("status").and_then(|status| status.as_number()) == Some("0");
    let limits = &operation.service.limits.json;
    let failed = scratch::with(|scratch| scratch.tape.parse(json, limits).is_ok_and(failed));
    if failed { operation.rules.failure_http } else { 200 }
}
