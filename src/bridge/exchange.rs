//! The bridge: routes requests to fronts, and holds what exchanges share.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;

use super::answer::{self, Manner};
use super::body::{self, Body};
use super::client::{Client, Endpoint, Outgoing, Reply};
use super::failure::{BackendFailure, Failure};
use super::messages::Operation;
use super::{fresh, json_front, soap_front};
use crate::limits::Limits;
use crate::service::outcome::RequestIds;
use crate::service::{Service, SoapFront};
use crate::soap::Version;
use crate::wss::MemoryReplay;

/// A service and where its backend is.
#[derive(Debug)]
pub struct Shared {
    /// The service.
    pub service: Service,
    pub(super) endpoint: Endpoint,
}

impl Shared {
    /// Makes `service` ready to be called. Errors: a backend that cannot be called.
    pub fn new(service: Service) -> Result<Self, String> {
        let endpoint = Endpoint::new(service.backend.target())?;
        Ok(Self { service, endpoint })
    }

    pub(super) fn operation(&self, index: usize) -> Result<Operation<'_>, Failure> {
        let (plan, rules) = self.service.operation(index).ok_or(Failure::NotFound)?;
        Ok(Operation { service: &self.service, plan, rules })
    }
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
enum Route {
    Json { service: usize, operation: usize },
    Soap { service: usize },
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
    replay: MemoryReplay,
    ids: RequestIds,
    limits: Limits,
    /// Whether failures are written to stderr.
    log: bool,
}

impl Bridge {
    /// A bridge for `services`. Errors: two fronts at one path.
    pub fn new(services: Vec<Shared>, limits: Limits, log: bool) -> Result<Self, String> {
        let routes = routes(&services)?;
        let replay = MemoryReplay::new(limits.wss.replay_entries);
        let state = State { services, routes, replay, ids: RequestIds::default(), limits, log };
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

    pub(super) fn replay(&self) -> &MemoryReplay {
        &self.state.replay
    }

    pub(super) fn request_id(&self) -> i64 {
        self.state.ids.next(fresh::now().timestamp_millis())
    }

    pub(super) async fn body(&self, shared: &Shared, request: Request<Incoming>) -> Result<Bytes, Failure> {
        let (head, incoming) = request.into_parts();
        let limits = &shared.service.limits.http;
        let deadline = Duration::from_millis(limits.body_deadline);
        Ok(body::collect(&head.headers, incoming, limits.request_body, deadline).await?)
    }

    pub(super) async fn call(&self, shared: &Shared, outgoing: &Outgoing) -> Result<Reply, Failure> {
        let sent = self.client.send(&shared.endpoint, outgoing).await;
        sent.map_err(|error| BackendFailure::from(error).into())
    }

    /// Writes a line about a failure: who is to blame and why, nothing of what was sent.
    pub(super) fn note(&self, shared: &Shared, operation: usize, id: i64, failure: &Failure) {
        if self.state.log {
            let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
            eprintln!("saponify: request {id} {}/{name}: {failure}", shared.service.name);
        }
    }

    pub(super) fn note_passed_over(&self, shared: &Shared, operation: usize, passed_over: &[String]) {
        for path in passed_over.iter().filter(|_| self.state.log) {
            let name = shared.service.operation(operation).map_or("-", |(plan, _)| &plan.name);
            eprintln!(
                "saponify: {}/{name}: the reply has {path}, which the contract does not know",
                shared.service.name
            );
        }
    }

    async fn answer(self, request: Request<Incoming>) -> Response<Body> {
        if request.uri().to_string().len() > self.state.limits.http.uri {
            return answer::json(&Failure::UriTooLong, None, self.request_id(), Manner::default());
        }
        let route = self.state.routes.get(request.uri().path()).copied();
        match route {
            Some(Route::Json { service, operation }) => self.json(service, operation, request).await,
            Some(Route::Soap { service }) => self.soap(service, request).await,
            None => answer::json(&Failure::NotFound, None, self.request_id(), Manner::default()),
        }
    }

    async fn json(&self, service: usize, operation: usize, request: Request<Incoming>) -> Response<Body> {
        match self.state.services.get(service).map(|shared| (shared, &shared.service.json_front)) {
            Some((shared, Some(front))) => json_front::serve(self, shared, front, operation, request).await,
            _ => answer::json(&Failure::NotFound, None, self.request_id(), Manner::default()),
        }
    }

    async fn soap(&self, service: usize, request: Request<Incoming>) -> Response<Body> {
        match self.state.services.get(service).map(|shared| (shared, &shared.service.soap_front)) {
            Some((shared, Some(front))) => soap_front::serve(self, shared, front, request).await,
            _ => answer::soap(&Failure::NotFound, Version::V11, self.request_id()),
        }
    }
}

/// The contract's documents: `?wsdl`, `?xsd=N`, with the address by which the client came.
pub(super) fn documents(
    bridge: &Bridge,
    shared: &Shared,
    front: &SoapFront,
    request: &Request<Incoming>,
) -> Response<Body> {
    let query = request.uri().query().unwrap_or("");
    let number = match query.split_once('=') {
        None if query.eq_ignore_ascii_case("wsdl") => Some(0),
        Some((name, number)) if name.eq_ignore_ascii_case("xsd") => number.parse().ok(),
        _ => None,
    };
    let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
    let address = format!("http://{}{}", host.unwrap_or("localhost"), front.path);
    match number.and_then(|number| shared.service.published.document(number, &address)) {
        Some(text) => answer::response(200, "text/xml; charset=utf-8", text.into()),
        None => answer::soap(&Failure::Method("GET, POST"), Version::V11, bridge.request_id()),
    }
}

fn routes(services: &[Shared]) -> Result<HashMap<String, Route>, String> {
    let mut routes = HashMap::new();
    for (service, shared) in services.iter().enumerate() {
        let of = &shared.service;
        let operations = of.plan.operations().iter().enumerate();
        let json = of.json_front.iter().flat_map(|front| {
            operations.clone().map(|(operation, plan)| {
                (format!("{}/{}", front.path, plan.name), Route::Json { service, operation })
            })
        });
        let soap = of.soap_front.iter().map(|front| (front.path.to_string(), Route::Soap { service }));
        for (path, route) in json.chain(soap) {
            if routes.insert(path.clone(), route).is_some() {
                return Err(format!("two fronts or operations are at {path}"));
            }
        }
    }
    Ok(routes)
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
