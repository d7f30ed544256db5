//! The bridge: routes requests to fronts, and holds what exchanges share.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, Request, Response};
use hyper::body::Incoming;
use prometheus_client::registry::Registry;

use super::answer::{self, Manner};
use super::auth::{Authenticated, Gate, Guards, Verifier};
use super::body::{self, Body};
use super::client::{Client, Outgoing, Reply};
use super::endpoint::Endpoint;
use super::failure::{BackendFailure, Failure};
use super::idempotency::Keys;
use super::messages::Operation;
use super::metrics::{Metrics, Side};
use super::oauth2::Tokens;
use super::peer::Peer;
use super::replay::{Replay, SharedReplay};
use super::request_id::{REQUEST_ID, RequestId};
use super::store::Store;
use super::{fresh, json_front, soap_front};
use crate::limits::Limits;
use crate::redact::printable;
use crate::service::outcome::RequestIds;
use crate::service::{BackendAuth, Environment, FrontAuth, FrontSecurity, Service, SoapFront};
use crate::soap::Version;

/// A service and where its backend is.
#[derive(Debug)]
pub struct Shared {
    /// The service.
    pub service: Service,
    pub(super) endpoint: Endpoint,
    tokens: Option<Tokens>,
    pub(super) json_verifier: Option<Verifier>,
    pub(super) soap_verifier: Option<Verifier>,
    pub(super) keys: Keys,
    /// Used tokens, where several bridges share them.
    replay: Option<SharedReplay>,
}

impl Shared {
    /// Makes `service` ready to be called. Errors: a backend that cannot be called, keys that cannot be used.
    pub fn new(service: Service) -> Result<Self, String> {
        let endpoint = Endpoint::new(service.backend.target())?;
        let tokens = match service.backend.auth() {
            BackendAuth::Oauth2(server) => Some(Tokens::new(server.clone())?),
            _ => None,
        };
        let total = service.backend.target().total;
        let store = service.redis.as_ref().map(|url| Store::new(url.expose())).transpose()?;
        let keys = Keys::new(store.clone(), &service.limits.http, total);
        let replay = store.map(|store| SharedReplay::new(store, service.limits.wss.replay_entries));
        let verifier = |front: &str, auth: Option<&FrontAuth>| {
            Verifier::of(auth, &service.limits).map_err(|reason| format!("fronts.{front}.{reason}"))
        };
        let json_verifier = verifier("json", service.json_front.as_ref().map(|front| &front.auth))?;
        let soap_verifier = verifier("soap", service.soap_front.as_ref().map(|front| &front.auth))?;
        Ok(Self { service, endpoint, tokens, json_verifier, soap_verifier, keys, replay })
    }

    /// Reads the public keys of JSON Web Tokens again, front by front. What cannot be had or used stays as it was, and is told.
    pub fn reload_keys(&self, environment: &dyn Environment) -> Vec<Result<(), String>> {
        let fronts = [&self.json_verifier, &self.soap_verifier].into_iter().flatten();
        fronts.filter_map(|verifier| verifier.reload(environment)).collect()
    }

    pub(super) fn operation(&self, index: usize) -> Result<Operation<'_>, Failure> {
        let (plan, rules) = self.service.operation(index).ok_or(Failure::NotFound)?;
        Ok(Operation { service: &self.service, plan, rules })
    }
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
enum Route {
    Json(JsonRoute),
    Soap { service: usize },
}

/// Where a path of a JSON front leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonRoute {
    service: usize,
    pub(super) operation: usize,
    /// Whether it is the method and the path of the operation's own `http`, and not `POST` and the operation's name.
    pub(super) native: bool,
}

/// All services of a process; clones share everything but the connections to backends.
#[derive(Clone, Debug)]
pub struct Bridge {
    state: Arc<State>,
    client: Client,
}

#[derive(Debug)]
struct State {
    services: Vec<Shared>,
    routes: HashMap<String, Route>,
    /// Operations whose paths have request fields in them.
    templates: Vec<JsonRoute>,
    guards: Guards,
    metrics: Metrics,
    registry: Registry,
    ids: RequestIds,
    limits: Limits,
    /// Whether failures are written to stderr.
    log: bool,
}

impl Bridge {
    /// A bridge for `services`. Errors: two fronts at one path.
    pub fn new(services: Vec<Shared>, limits: Limits, log: bool) -> Result<Self, String> {
        let (routes, templates) = (routes(&services)?, templates(&services));
        let guards = Guards::new(&limits.wss);
        let (metrics, registry) = Metrics::new(services.iter().map(|shared| &*shared.service.name));
        let ids = RequestIds::default();
        let state = State { services, routes, templates, guards, metrics, registry, ids, limits, log };
        Ok(Self { client: Client::new(limits.http), state: Arc::new(state) })
    }

    /// The same bridge with connections of its own, for another thread.
    pub fn for_thread(&self) -> Self {
        Self { state: self.state.clone(), client: Client::new(self.state.limits.http) }
    }

    /// The services.
    pub fn services(&self) -> &[Shared] {
        &self.state.services
    }

    /// The gate of a front of `shared`, whose JSON Web Tokens `verifier` knows, for a request with `extensions`.
    pub(super) fn gate<'g>(
        &'g self,
        shared: &'g Shared,
        verifier: Option<&'g Verifier>,
        extensions: &'g Extensions,
    ) -> Gate<'g> {
        let guards = &self.state.guards;
        let replay = shared.replay.as_ref().map_or(Replay::Memory(&guards.replay), Replay::Shared);
        let peer = extensions.get::<Peer>();
        Gate { guards, replay, limits: &shared.service.limits.wss, verifier, peer, now: fresh::now() }
    }

    /// What the bridge counts.
    pub fn metrics(&self) -> &Metrics {
        &self.state.metrics
    }

    /// Everything that is counted, as OpenMetrics text.
    pub fn metrics_text(&self) -> String {
        self.state.metrics.text(&self.state.registry, self.state.guards.replay.len())
    }

    pub(super) async fn body(
        &self,
        shared: &Shared,
        request: Request<Incoming>,
    ) -> Result<(Parts, Bytes), Failure> {
        let (head, incoming) = request.into_parts();
        let limits = &shared.service.limits.http;
        let deadline = Duration::from_millis(limits.body_deadline);
        let body = body::collect(&head.headers, incoming, limits.request_body, deadline).await?;
        Ok((head, body))
    }

    /// Calls the backend of `shared` for someone who was let in.
    pub(super) async fn call(
        &self,
        shared: &Shared,
        _: &Authenticated,
        outgoing: &Outgoing,
    ) -> Result<Reply, Failure> {
        let sent = match &shared.tokens {
            None => self.client.send(&shared.endpoint, outgoing).await.map_err(BackendFailure::from),
            Some(tokens) => tokens.send(&self.client, &shared.endpoint, outgoing).await,
        };
        Ok(sent?)
    }

    /// Counts a failure, and writes a line about it: who is to blame and why, nothing of what was sent.
    pub(super) fn note(&self, shared: &Shared, operation: usize, id: &RequestId, failure: &Failure) {
        self.state.metrics.failed(&shared.service.name, failure);
        if self.state.log {
            let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
            let reason = failure.to_string();
            eprintln!("saponify: request {id} {}/{name}: {}", shared.service.name, printable(&reason));
        }
    }

    pub(super) fn note_passed_over(&self, shared: &Shared, operation: usize, passed_over: &[String]) {
        for path in passed_over.iter().filter(|_| self.state.log) {
            let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
            let path = printable(path);
            eprintln!(
                "saponify: {}/{name}: the reply has {path}, which the contract does not know",
                shared.service.name
            );
        }
    }

    async fn answer(self, request: Request<Incoming>) -> Response<Body> {
        let (id, started) = (RequestId::new(self.number(), request.headers()), Instant::now());
        let (mut response, place) = match self.route(&request) {
            Ok(Route::Json(route)) => {
                (self.json(route, request, &id).await, Some((route.service, Side::Json)))
            }
            Ok(Route::Soap { service }) => {
                (self.soap(service, request, &id).await, Some((service, Side::Soap)))
            }
            Err(failure) => {
                self.state.metrics.failed("", &failure);
                (answer::json(&failure, None, id.number, Manner::default()), None)
            }
        };
        if let Some((service, side)) = place {
            self.state.metrics.exchanged(service, side, started.elapsed());
        }
        response.headers_mut().insert(REQUEST_ID, id.header());
        response
    }

    pub(super) fn number(&self) -> i64 {
        self.state.ids.next(fresh::now().timestamp_millis())
    }

    fn route(&self, request: &Request<Incoming>) -> Result<Route, Failure> {
        if request.uri().to_string().len() > self.state.limits.http.uri {
            return Err(Failure::UriTooLong);
        }
        let path = request.uri().path();
        let known = self.state.routes.get(path).copied();
        known.or_else(|| self.templated(path)).ok_or(Failure::NotFound)
    }

    /// The operation whose path has request fields in it and is `path`.
    fn templated(&self, path: &str) -> Option<Route> {
        let mut found = self.state.templates.iter().filter(|route| {
            let Some(shared) = self.state.services.get(route.service) else { return false };
            let (Some(front), Some(rules)) =
                (&shared.service.json_front, shared.service.operations.get(route.operation))
            else {
                return false;
            };
            path.strip_prefix(&*front.path).is_some_and(|below| rules.http.take(below, None).is_some())
        });
        found.next().copied().map(Route::Json)
    }

    async fn json(&self, route: JsonRoute, request: Request<Incoming>, id: &RequestId) -> Response<Body> {
        match self.state.services.get(route.service).map(|shared| (shared, &shared.service.json_front)) {
            Some((shared, Some(front))) => json_front::serve(self, shared, front, route, (request, id)).await,
            _ => answer::json(&Failure::NotFound, None, id.number, Manner::default()),
        }
    }

    async fn soap(&self, service: usize, request: Request<Incoming>, id: &RequestId) -> Response<Body> {
        match self.state.services.get(service).map(|shared| (shared, &shared.service.soap_front)) {
            Some((shared, Some(front))) => soap_front::serve(self, shared, front, (request, id)).await,
            _ => answer::soap(&Failure::NotFound, Version::V11, id.number, &FrontSecurity::default()),
        }
    }
}

/// The contract's documents: `?wsdl`, `?xsd=N`, with the address by which the client came. Errors: there is no such document.
pub(super) fn documents(
    shared: &Shared,
    front: &SoapFront,
    request: &Request<Incoming>,
) -> Result<Response<Body>, Failure> {
    let query = request.uri().query().unwrap_or("");
    let number = match query.split_once('=') {
        None if query.eq_ignore_ascii_case("wsdl") => Some(0),
        Some((name, number)) if name.eq_ignore_ascii_case("xsd") => number.parse().ok(),
        _ => None,
    };
    let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
    let secure = request.extensions().get::<Peer>().is_some_and(|peer| peer.secure);
    let scheme = if secure { "https" } else { "http" };
    // HTTP/2 has the host in the request's target.
    let host = host.or(request.uri().authority().map(|authority| authority.as_str()));
    let address = format!("{scheme}://{}{}", host.unwrap_or("localhost"), front.path);
    let document = number.and_then(|number| shared.service.published.document(number, &address));
    let text = document.ok_or(Failure::Method("GET, POST".into()))?;
    Ok(answer::response(200, "text/xml; charset=utf-8", text.into()))
}

fn routes(services: &[Shared]) -> Result<HashMap<String, Route>, String> {
    let mut routes = HashMap::new();
    for (service, shared) in services.iter().enumerate() {
        let of = &shared.service;
        let operations = of.plan.operations().iter().enumerate();
        let json = of.json_front.iter().flat_map(|front| {
            operations.clone().map(|(operation, plan)| {
                let route = JsonRoute { service, operation, native: false };
                (format!("{}/{}", front.path, plan.name), Route::Json(route))
            })
        });
        let soap = of.soap_front.iter().map(|front| (front.path.to_string(), Route::Soap { service }));
        for (path, route) in json.chain(soap) {
            if routes.insert(path.clone(), route).is_some() {
                return Err(format!("two fronts or operations are at {path}"));
            }
        }
    }
    for (path, route) in natives(services) {
        routes.entry(path).or_insert(Route::Json(route));
    }
    Ok(routes)
}

/// The operations' own paths that are always the same.
fn natives(services: &[Shared]) -> Vec<(String, JsonRoute)> {
    let mut out = Vec::new();
    for (service, shared) in services.iter().enumerate() {
        let Some(front) = &shared.service.json_front else { continue };
        for (operation, rules) in shared.service.operations.iter().enumerate() {
            if let Some(path) = rules.http.plain() {
                let route = JsonRoute { service, operation, native: true };
                out.push((format!("{}{path}", front.path), route));
            }
        }
    }
    out
}

fn templates(services: &[Shared]) -> Vec<JsonRoute> {
    let of = |(service, shared): (usize, &Shared)| {
        let operations = shared.service.operations.iter().enumerate();
        let templated = operations.filter(|(_, rules)| rules.http.plain().is_none());
        templated.map(|(operation, _)| JsonRoute { service, operation, native: true }).collect::<Vec<_>>()
    };
    services.iter().enumerate().flat_map(of).collect()
}

impl tower::Service<Request<Incoming>> for Bridge {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let bridge = self.clone();
        Box::pin(async move { Ok(bridge.answer(request).await) })
    }
}

/// The answer when there are more requests than the bridge takes.
pub fn overloaded() -> Response<Body> {
    answer::json(&Failure::Overloaded, None, fresh::now().timestamp_millis(), Manner::default())
}

/// The answer when the bridge has a defect.
pub fn defect() -> Response<Body> {
    answer::json(&Failure::Bridge("panic"), None, fresh::now().timestamp_millis(), Manner::default())
}
