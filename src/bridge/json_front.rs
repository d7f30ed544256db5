//! The JSON front: one exchange, from the request to the answer.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Request, Response, header};
use hyper::body::Incoming;

use super::answer::{self, Manner};
use super::auth::{Authenticated, Gate, Opened};
use super::body::Body;
use super::exchange::Bridge;
use super::failure::Failure;
use super::idempotency::{Claim, Guard};
use super::json_answer;
use super::messages::{self, Operation, Prepared};
use super::reply::{self, content_type};
use super::request_id::RequestId;
use super::routes::JsonRoute;
use super::scatter::gather;
use super::scratch;
use super::shared::Shared;
use crate::service::{Credentials, FrontAuth, JsonFront};

/// Answers a request for the operation of `route`, of the service in `shared`.
pub(super) async fn serve(
    bridge: &Bridge,
    shared: &Shared,
    front: &JsonFront,
    route: JsonRoute,
    (request, request_id): (Request<Incoming>, &RequestId),
) -> Response<Body> {
    let id = request_id.number;
    let bearer = matches!(front.auth, FrontAuth::Jwt(_) | FrontAuth::Tokens(_));
    let problem = wants_problem(request.headers());
    let manner = Manner { problem, always_200: front.always_200, bearer };
    let mut guard = None;
    let result = exchange(bridge, shared, front, (route, id), request, &mut guard).await;
    let (answer, failure) = match result {
        Ok(answer) => (answer, None),
        Err(failure) => {
            bridge.note(shared, route.operation, request_id, &failure);
            let answer = answer::json(&failure, shared.operation(route.operation).ok(), id, manner);
            (answer, Some(failure))
        }
    };
    if let Some(guard) = guard {
        guard.finish(&answer, failure.as_ref()).await;
    }
    answer
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
    (route, id): (JsonRoute, i64),
    request: Request<Incoming>,
    guard: &mut Option<Guard>,
) -> Result<Response<Body>, Failure> {
    let operation = shared.operation(route.operation)?;
    check_head(operation, route, &request)?;
    let (head, body) = bridge.body(shared, request).await?;
    let gate = bridge.gate(shared, shared.json_verifier.as_ref(), &head.extensions);
    let below = head.uri.path().strip_prefix(&*front.path).filter(|_| route.native).unwrap_or_default();
    let (caller, prepared) = prepare(&gate, shared, front, operation, (below, &head), &body).await?;
    let target = head.uri.path_and_query().map_or("", |target| target.as_str());
    let who = ["json", &*shared.service.name, &*operation.plan.name, caller.name()];
    match shared.keys.claim(&head.headers, &who, &[target.as_bytes(), &body]).await? {
        Some(Claim::Before(answer)) => return Ok(answer),
        Some(Claim::First(first)) => *guard = Some(first),
        None => {}
    }
    drop(body);
    let Prepared { outgoing, warnings } = prepared;
    let reply = bridge.call(shared, &caller, &outgoing).await?;
    scratch::with(|scratch| {
        let answer = reply::understand(operation, &caller, reply, (id, warnings), scratch)?;
        bridge.note_passed_over(shared, route.operation, &answer.passed_over);
        json_answer::respond(operation, answer, front.always_200, scratch)
    })
}

fn check_head(
    operation: Operation<'_>,
    route: JsonRoute,
    request: &Request<Incoming>,
) -> Result<(), Failure> {
    let method = if route.native { &*operation.rules.http.method } else { "POST" };
    if request.method().as_str() != method {
        return Err(Failure::Method(method.to_owned().into()));
    }
    let coded = request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let kind = content_type(request.headers());
    let json = kind.media_type.is_empty() || kind.is_json();
    if coded || !json { Err(Failure::MediaType) } else { Ok(()) }
}

/// Everything between the last byte of the request and the call: caller, operation, body. `below` is the operation's own
/// path, where the request came by that.
pub(super) async fn prepare(
    gate: &Gate<'_>,
    shared: &Shared,
    front: &JsonFront,
    operation: Operation<'_>,
    (below, head): (&str, &Parts),
    body: &Bytes,
) -> Result<(Authenticated, Prepared), Failure> {
    let gathered =
        if operation.rules.is_scattered() { gather(operation.rules, below, head, body)? } else { None };
    let body = gathered.as_deref().unwrap_or(body);
    let inside = operation.rules.credentials.is_some();
    let caller = match gate.headers(&front.auth, &head.headers, inside)? {
        Opened::By(caller) => Some(caller),
        Opened::If(credentials) => Some(gate.password(&front.auth, credentials).await?),
        Opened::Later => None,
    };
    match look(gate, shared, front, operation, body, caller)? {
        Ok(ready) => Ok(ready),
        Err(credentials) => {
            let caller = gate.password(&front.auth, credentials).await?;
            look(gate, shared, front, operation, body, Some(caller))?.map_err(|_| Failure::Unauthenticated)
        }
    }
}

/// Reads the body, for `caller` or for whoever it says. Gives the request for the backend, or credentials that are yet to be
/// checked.
fn look(
    gate: &Gate<'_>,
    shared: &Shared,
    front: &JsonFront,
    operation: Operation<'_>,
    body: &[u8],
    caller: Option<Authenticated>,
) -> Result<Result<(Authenticated, Prepared), Credentials>, Failure> {
    scratch::with(|scratch| {
        let value = scratch.tape.parse(body, &operation.service.limits.json)?;
        let caller = match (caller, &operation.rules.credentials) {
            (Some(caller), _) => caller,
            (None, Some(paths)) => match gate.body(&front.auth, paths, value)? {
                Opened::By(caller) => caller,
                Opened::If(credentials) => return Ok(Err(credentials)),
                Opened::Later => return Err(Failure::Unauthenticated),
            },
            (None, None) => return Err(Failure::Unauthenticated),
        };
        if !caller.may_call(&operation.plan.name) {
            return Err(Failure::Forbidden);
        }
        let prepared = messages::prepared(operation, &shared.endpoint, value, &caller, &mut scratch.encoder)?;
        Ok(Ok((caller, prepared)))
    })
}
