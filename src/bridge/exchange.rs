//! The bridge: routes requests to fronts, and holds what exchanges share.

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
use super::failure::{BackendFailure, Failure};
use super::metrics::{Metrics, Side};
use super::peer::Peer;
use super::replay::Replay;
use super::request_id::{REQUEST_ID, RequestId};
use super::routes::{JsonRoute, Route, Routes};
use super::shared::Shared;
use super::{fresh, json_front, log, soap_front};
use crate::limits::Limits;
use crate::service::FrontSecurity;
use crate::service::outcome::RequestIds;
use crate::soap::Version;

/// All services of a process; clones share everything but the connections to backends.
#[derive(Clone, Debug)]
pub struct Bridge {
    state: Arc<State>,
    client: Client,
}

#[derive(Debug)]
struct State {
    services: Vec<Shared>,
    routes: Routes,
    guards: Guards,
    metrics: Metrics,
    registry: Registry,
    ids: RequestIds,
    limits: Limits,
}

impl Bridge {
    /// A bridge for `services`. Errors: two fronts at one path.
    pub fn new(services: Vec<Shared>, limits: Limits) -> Result<Self, String> {
        let routes = Routes::new(&services)?;
        let guards = Guards::new(&limits.wss);
        let (metrics, registry) = Metrics::new(services.iter().map(|shared| &*shared.service.name));
        let ids = RequestIds::default();
        let state = State { services, routes, guards, metrics, registry, ids, limits };
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
        // A message of which no operation is known yet has none.
        let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
        log::failed(&shared.service.name, name, id, failure);
    }

    pub(super) fn note_passed_over(&self, shared: &Shared, operation: usize, passed_over: &[String]) {
        let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
        passed_over.iter().for_each(|path| log::passed_over(&shared.service.name, name, path));
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
        let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
        let authority = request.uri().authority().map_or(0, |authority| authority.as_str().len());
        if target + authority > self.state.limits.http.uri {
            return Err(Failure::UriTooLong);
        }
        let found = self.state.routes.find(&self.state.services, request.uri().path());
        found.ok_or(Failure::NotFound)
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
