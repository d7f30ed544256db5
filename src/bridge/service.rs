//! The bridge: all services of a process, as one `tower::Service`.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use bytes::Bytes;
use futures_util::future::join_all;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Version};
use hyper::body::Body as HttpBody;
use prometheus_client::registry::Registry;

use super::answer::{ResponseOptions, code, json_failed, options, without_body};
use super::auth::AuthState;
use super::backend::client::Client;
use super::backend::pieces::Body;
use super::exchange::{Exchange, Shared};
use super::failure::Failure;
use super::front::description::DescriptionRequest;
use super::front::json::JsonRequest;
use super::front::mcp::{McpRequest, Piped};
use super::front::once::Once;
use super::front::page::{PageRequest, is_looked_at, page_at};
use super::front::routes::{Found, Place, Route, RouteConflict, Routes};
use super::front::soap::SoapRequest;
use super::idempotency;
use super::metrics::{Metrics, Now, ServiceMetrics};
use super::observers::Observers;
use super::page::{self, Link, PagePart, Part};
use super::ready::ReadyService;
use super::record::Record;
use super::request_id::RequestId;
use super::state::admission::Admission;
use super::state::budget::Claim;
use super::state::cutoff::Cutoff;
use super::state::entropy;
use super::state::noticed::{Noticed, REQUEST_ID};
use super::state::pace::Pace;
use super::state::peer::{FrontKind, Only, Peer};
use super::tls::expiry;
use super::traffic::Traffic;
use super::watch::Watch;
use super::web::coding::{self, Wanted};
use super::web::forwarded;
use super::web::sharing::Sharing;
use crate::describe::PageOf;
use crate::limits::Limits;
use crate::service::outcome::RequestIds;
use crate::service::{BackendAuth, Forms, JsonFront, Service, Target};

/// All services of a process; clones share everything. What is [for another thread](Self::for_thread) has connections to backends and a
/// pace of its own.
///
/// It takes requests with any body, so that whoever has one needs no listener. Overload, deadlines and panics are answered
/// inside of it, in the language of the front that was asked.
#[derive(Clone, Debug)]
pub struct Bridge {
    state: Arc<State>,
    client: Client,
    pace: Arc<Pace>,
}

struct State {
    services: ArcSwap<Services>,
    shared: Shared,
    registry: Registry,
    ids: RequestIds,
    /// A page that leads to those of services, where there is to be one.
    index: OnceLock<String>,
}

impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("State").field("services", &self.services.load()).finish_non_exhaustive()
    }
}

/// The services of a moment. An exchange keeps the one that it began with.
#[derive(Debug)]
struct Services {
    all: Vec<Arc<ReadyService>>,
    /// For each service.
    metrics: Vec<Arc<ServiceMetrics>>,
    routes: Routes,
}

impl Services {
    fn new(all: Vec<Arc<ReadyService>>, metrics: &Metrics) -> Result<Self, RouteConflict> {
        let alone = matches!(&all[..], [only] if only.service.operations.len() == 1);
        all.iter().for_each(|ready| ready.alone.store(alone, Ordering::Relaxed));
        let metrics = all.iter().map(|ready| Arc::new(counted(ready, metrics))).collect();
        Ok(Self { routes: Routes::new(&all)?, metrics, all })
    }

    /// Where `method` and `path` lead, if anywhere.
    fn find(&self, method: &Method, path: &str) -> Option<Destination> {
        let Found { place: Place { service: index, route }, allowed } =
            self.routes.find(&self.all, method, path)?;
        let (service, metrics) = (self.all.get(index)?.clone(), self.metrics.get(index)?.clone());
        Some(Destination { service, route, metrics, allowed })
    }
}

/// Lets the stores of `services` begin to remember, all at one time, on a thread of its own: whoever asks may be in a runtime.
fn begin(services: &[Arc<ReadyService>]) {
    if services.iter().all(|service| service.service.store.is_none()) {
        return;
    }
    let begun = join_all(services.iter().map(|service| service.begin()));
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map(|runtime| runtime.block_on(begun))
    };
    // Without a runtime for it a store begins with the first token.
    let _ = std::thread::scope(|scope| scope.spawn(run).join());
}

/// What is counted of a service.
fn counted(ready: &ReadyService, metrics: &Metrics) -> ServiceMetrics {
    let service = &ready.service;
    let of_backend = |target: &Target, used| {
        // One that cannot be read could not be shown either, which is told when the backend is called.
        let until = target.tls.identity.iter().flat_map(|identity| expiry(&identity.certificate));
        until.for_each(|until| metrics.certificate(&service.name, used, until));
    };
    of_backend(service.backend.target(), "backend");
    if let BackendAuth::Oauth2(server) = service.backend.auth() {
        of_backend(&server.token, "token_server");
    }
    let operations = service.plan.operations().iter().map(|operation| operation.name.clone()).collect();
    metrics.service(&service.name, operations, ready.endpoint.authority())
}

/// Where a request goes, and where it is counted.
struct Destination {
    service: Arc<ReadyService>,
    route: Route,
    metrics: Arc<ServiceMetrics>,
    /// The methods that there are at its path, where its own is none of them.
    allowed: Option<Box<str>>,
}

/// What is known of a request before its front is asked.
struct Asking<'a> {
    head: &'a Parts,
    connected: Option<&'a Peer>,
    id: &'a RequestId,
    noticed: Noticed,
    wanted: Wanted,
    record: &'a Record,
}

impl Destination {
    /// Whether answers are compressed there.
    fn compresses(&self) -> bool {
        let Service { json_front, mcp_front, soap_front, .. } = &self.service.service;
        match self.route {
            Route::Description(_) | Route::Json(_) | Route::Page(PagePart { of: PageOf::Json, .. }) => {
                json_front.as_ref().is_some_and(|front| front.compression)
            }
            Route::Mcp => mcp_front.as_ref().is_some_and(|front| front.json.compression),
            Route::Page(_) | Route::Soap(_) => soap_front.as_ref().is_some_and(|front| front.compression),
        }
    }

    fn front(&self) -> FrontKind {
        match self.route {
            Route::Description(_) | Route::Json(_) | Route::Page(PagePart { of: PageOf::Json, .. }) => {
                FrontKind::Json
            }
            Route::Mcp => FrontKind::Mcp,
            Route::Page(_) | Route::Soap(_) => FrontKind::Soap,
        }
    }

    /// Bytes of the smallest answer that is compressed.
    fn compress_from(&self) -> usize {
        self.service.service.limits.http.compress_from
    }

    /// What pages of other origins may do there.
    fn sharing(&self) -> Option<&Sharing> {
        match self.route {
            Route::Description(_) | Route::Json(_) => self.service.json_sharing.as_ref(),
            // A page is for who looks at it, and for no other page.
            Route::Page(_) => None,
            Route::Mcp => self.service.mcp_sharing.as_ref(),
            Route::Soap(_) => self.service.soap_sharing.as_ref(),
        }
    }

    /// Whether it is the page of a front, which nobody finds but who looks for one.
    fn is_shell(&self) -> bool {
        matches!(self.route, Route::Page(PagePart { part: Part::Shell, .. }))
    }

    /// The answer to OPTIONS, which a browser may ask before it sends the request of a page. It has no credentials then.
    fn options(&self, allowed: &str, asked: &HeaderMap) -> Response<Body> {
        let mut answer = options(allowed);
        if let Some(sharing) = self.sharing() {
            sharing.tell_before(asked, allowed, answer.headers_mut());
        }
        answer
    }
}

impl Bridge {
    /// A bridge for `services`. `limits` are those of the process; each service has its own for its messages. Errors: two fronts
    /// at one path.
    pub fn new(services: Vec<ReadyService>, limits: Limits) -> Result<Self, RouteConflict> {
        let (metrics, registry) = Metrics::new();
        let services = Services::new(services.into_iter().map(Arc::new).collect(), &metrics)?;
        let shared = Shared {
            auth: AuthState::new(&limits.wss),
            metrics,
            admission: Admission::new(&limits.http),
            cutoff: Arc::default(),
            observers: OnceLock::new(),
            limits,
        };
        let services = ArcSwap::from_pointee(services);
        let state = State { services, shared, registry, ids: RequestIds::default(), index: OnceLock::new() };
        let pace = Arc::new(Pace::new(&limits.http));
        Ok(Self { client: Client::new(limits.http), state: Arc::new(state), pace })
    }

    /// Tells `observers` of each exchange from now on. Only the first ones are.
    pub fn observe(&self, observers: Observers) {
        // Whoever is told already stays so: exchanges have begun with it.
        let _ = self.state.shared.observers.set(observers);
    }

    /// Gives browsers a page at `/` from now on, which has `title` and leads to `links`. Only the first one is.
    #[cfg_attr(not(feature = "demo"), expect(dead_code, reason = "only `demo` has such a page"))]
    pub(crate) fn show_index(&self, title: &str, links: &[Link]) {
        let services = self.services();
        let of = |ready: &Arc<ReadyService>| {
            let paths =
                [PageOf::Json, PageOf::Soap].map(|of| page::path(&ready.service, of).map(str::to_owned));
            paths.into_iter().flatten().next()
        };
        // The style sheet is that of any page.
        if let Some(path) = services.iter().find_map(of) {
            // Whoever has one keeps it.
            let _ = self.state.index.set(page::index(title, &format!("{path}/"), links));
        }
    }

    /// The same bridge with connections and a pace of its own, for another thread.
    pub fn for_thread(&self) -> Self {
        let limits = &self.state.shared.limits.http;
        Self { state: self.state.clone(), client: Client::new(*limits), pace: Arc::new(Pace::new(limits)) }
    }

    /// Lets in no more than the thread does in time, as long as this is polled on it.
    pub async fn keep_pace(&self) {
        self.pace.keep().await;
    }

    /// Lets the stores that bridges share begin to remember, before the first request comes.
    pub fn begin(&self) {
        begin(&self.services());
    }

    /// Waits until there is no exchange, looking now and then: whoever queued for the places of all would keep others from theirs.
    pub async fn idle(&self) {
        while !self.state.shared.admission.is_idle() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends what exchanges wait for: each that waits, and is polled from now on, is answered with what is known then.
    pub(crate) fn cut_off(&self) {
        self.state.shared.cutoff.say();
    }

    /// The exchanges that were answered so.
    pub(crate) fn cut(&self) -> usize {
        self.state.shared.cutoff.cut()
    }

    /// Whether a service lets the proxy at `address` say who its clients are.
    pub(crate) fn trusts_proxy(&self, address: IpAddr) -> bool {
        self.state.services.load().all.iter().any(|ready| ready.service.public.trusts(address))
    }

    /// The limits of the process.
    pub fn limits(&self) -> &Limits {
        &self.state.shared.limits
    }

    /// The services, as they are now.
    pub fn services(&self) -> Vec<Arc<ReadyService>> {
        self.state.services.load().all.clone()
    }

    /// Takes `services` in place of those that there are: new exchanges are with them, and those that have begun end with what
    /// they began with. What a service remembers of its clients stays, where one of the same name is in its place.
    ///
    /// Errors: two fronts at one path; the services stay as they were.
    pub fn replace(&self, services: Vec<impl Into<Arc<ReadyService>>>) -> Result<(), RouteConflict> {
        let mut services: Vec<Arc<ReadyService>> = services.into_iter().map(Into::into).collect();
        let old = self.state.services.load();
        for service in &mut services {
            let same = |old: &&Arc<ReadyService>| old.service.name == service.service.name;
            // One that others have is in use already, and remembers what it remembers.
            if let (Some(old), Some(new)) = (old.all.iter().find(same), Arc::get_mut(service)) {
                new.remember(old);
            }
        }
        let services = Services::new(services, self.metrics())?;
        begin(&services.all);
        self.state.services.store(Arc::new(services));
        Ok(())
    }

    /// One request for the operation `name` of `service`, if it has one, by `front` and without a listener.
    pub fn once(&self, service: &Arc<ReadyService>, name: &str, front: JsonFront) -> Option<Once<'_>> {
        let operation = service.service.find(name)?;
        Some(Once {
            shared: &self.state.shared,
            client: &self.client,
            pace: &self.pace,
            service: service.clone(),
            id: RequestId::new(self.number(), &HeaderMap::new(), Noticed::default()),
            front,
            operation,
            record: Record::new(None),
        })
    }

    /// The answer to a message of the Model Context Protocol that came through a pipe, for the front at `path`; empty where it
    /// wants none. `headers` say who calls.
    pub(crate) async fn piped(&self, path: &str, headers: &HeaderMap, message: Bytes) -> Bytes {
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.parse().expect("the path of a front is one");
        *request.headers_mut() = headers.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.extensions_mut().insert(Piped);
        let (head, ()) = request.into_parts();
        self.answer(head, Body::new(message), None).await.into_body().into_whole()
    }

    /// What its exchanges have of what all of them share.
    #[cfg(test)]
    pub(in crate::bridge) fn taken(&self) -> [usize; 4] {
        self.state.shared.admission.taken()
    }

    /// What the bridge counts.
    pub fn metrics(&self) -> &Metrics {
        &self.state.shared.metrics
    }

    /// Everything that is counted, as OpenMetrics text.
    pub fn metrics_text(&self) -> String {
        let Shared { metrics, auth, admission, limits, .. } = &self.state.shared;
        let pool = |ready: &Arc<ReadyService>| {
            (ready.service.name.clone(), ready.endpoint.authority().clone(), ready.endpoint.pool())
        };
        let now = Now {
            replay: (auth.replay.len(), limits.wss.replay_entries),
            in_flight: admission.places(),
            waiting: (admission.waiting.taken(), admission.waiting.most()),
            body_memory: admission.memory.state(),
            pools: self.services().iter().map(pool).collect(),
        };
        metrics.text(&self.state.registry, now)
    }

    /// The last exchanges with their messages, where they are to be shown.
    pub fn traffic(&self) -> Option<&Traffic> {
        self.state.shared.observers.get()?.traffic.as_ref().filter(|traffic| traffic.is_shown())
    }

    fn number(&self) -> i64 {
        self.state.ids.next(entropy::now().timestamp_millis())
    }

    /// The answer to a request of whoever `connected`, as far as anyone knows.
    ///
    /// Its head stays here, and what is called from here has a reference to it: it is large, and would be moved from one future to the
    /// next.
    async fn answer<B>(&self, head: Parts, body: B, connected: Option<Peer>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes>,
    {
        let noticed = Noticed::of(&head.headers);
        let mut id = RequestId::new(self.number(), &head.headers, noticed);
        if let Some(Observers { otlp: Some(otlp), .. }) = self.state.shared.observers.get() {
            otlp.decide(&mut id.trace);
        }
        let mut watch = Watch::new(&self.state.shared, &head, &id);
        let (is_head, is_get) = (head.method == Method::HEAD, head.method == Method::GET);
        let only = connected.as_ref().and_then(|peer| peer.by.as_ref()?.only.as_ref());
        let mut response = match self.route(&head, only) {
            Ok(destination) => {
                let is_asked = destination.allowed.is_some() && head.method == Method::OPTIONS;
                if !is_asked {
                    watch.leads_to(&destination.service, &destination.metrics, destination.front());
                }
                let compresses = destination.compresses();
                let wanted = match compresses && noticed.accept_encoding {
                    true => Wanted::of(&head.headers),
                    false => Wanted::Plain,
                };
                let mut answer = match &destination.allowed {
                    Some(allowed) if head.method == Method::OPTIONS => {
                        watch.record.is_from(connected.as_ref());
                        destination.options(allowed, &head.headers)
                    }
                    Some(_) | None => {
                        let connected = connected.as_ref();
                        let record = &watch.record;
                        let asking = Asking { head: &head, connected, id: &id, noticed, wanted, record };
                        self.exchange(&destination, asking, body).await
                    }
                };
                if let Some(sharing) = destination.sharing() {
                    sharing.tell(head.headers.get(ORIGIN), answer.headers_mut());
                }
                if !is_head {
                    watch.says(&answer);
                }
                let (length, least) = (answer.body().size_hint().lower(), destination.compress_from());
                match wanted.coding(length, least) {
                    // Attachments are often compressed already, and a coding would want all of them in memory.
                    Some(_) if answer.body().whole().is_none() => answer,
                    Some(coding) => Box::pin(coding::encoded(answer, coding)).await,
                    None => {
                        // Nothing but the answer to GET is kept by caches that were not told to.
                        if compresses && (is_get || is_head) && length >= least as u64 {
                            coding::vary(answer.headers_mut());
                        }
                        answer
                    }
                }
            }
            Err(failure) => {
                watch.record.is_from(connected.as_ref());
                watch.record.has_failed(&failure, || code(&failure, None));
                self.nowhere(failure, id.number, &head)
            }
        };
        response.headers_mut().insert(REQUEST_ID, id.header());
        let response = if is_head { without_body(response) } else { response };
        watch.answered(&response);
        response
    }

    /// The answer to a request that leads nowhere. The page that sent it may read it as it may read others of its front.
    fn nowhere(&self, failure: Failure, id: i64, head: &Parts) -> Response<Body> {
        if let Some(index) = self.state.index.get().filter(|_| head.uri.path() == "/")
            && is_looked_at(&head.method, &head.headers)
        {
            return page_at(index.clone());
        }
        self.metrics().failed("", &failure);
        let options = ResponseOptions { id, ..ResponseOptions::default() };
        let mut answer = json_failed(&failure.into(), None, &options);
        let path = head.uri.path();
        let below =
            |front: &JsonFront| path.strip_prefix(&*front.path).is_some_and(|rest| rest.starts_with('/'));
        let services = self.state.services.load();
        let mut all = services.all.iter();
        if let Some(ready) = all.find(|ready| ready.service.json_front.as_ref().is_some_and(below))
            && let Some(sharing) = &ready.json_sharing
        {
            sharing.tell(head.headers.get(ORIGIN), answer.headers_mut());
        }
        tell_end(head, &mut answer);
        answer
    }

    async fn exchange<B: HttpBody<Data = Bytes>>(
        &self,
        destination: &Destination,
        asking: Asking<'_>,
        body: B,
    ) -> Response<Body> {
        let Asking { head, connected, id, noticed, wanted, record } = asking;
        let service = &*destination.service;
        let seen = connected.map(|peer| forwarded::see_through(&service.service.public, peer, &head.headers));
        let (peer, refused) = match seen {
            Some(Err(error)) => (connected.cloned(), Some(Box::new(Failure::from(error)))),
            Some(Ok(peer)) => (Some(peer), None),
            None => (None, None),
        };
        let refused = refused.or_else(|| (wanted == Wanted::Nothing).then(|| Failure::NotAcceptable.into()));
        record.is_from(peer.as_ref());
        let (shared, client) = (&self.state.shared, &self.client);
        let (memory, pace) = (Claim::new(&shared.admission.memory), &*self.pace);
        let (is_read, spooled) = (AtomicBool::new(false), ArcSwapOption::empty());
        let counted = Some(&destination.metrics.backend);
        let exchange = Exchange {
            shared,
            client,
            service,
            id,
            connected,
            peer,
            noticed,
            memory,
            pace,
            is_read,
            spooled,
            record,
            counted,
            refused,
        };
        let Service { json_front, soap_front, .. } = &service.service;
        let mut answer = match destination.route {
            Route::Description(form) => {
                let mut front = DescriptionRequest::new(form, destination.allowed.clone(), id.number);
                // Boxed: an exchange is no larger for what few ask for.
                Box::pin(exchange.run(&mut front, head, body)).await
            }
            Route::Json(route) => {
                let front = json_front.as_ref().expect("a route leads to a front that is there");
                let mut front = JsonRequest::new(front, route, &head.headers, id.number);
                front.allowed = destination.allowed.clone();
                exchange.run(&mut front, head, body).await
            }
            Route::Page(page) => {
                let mut front = PageRequest::new(page, destination.allowed.clone(), id.number);
                Box::pin(exchange.run(&mut front, head, body)).await
            }
            Route::Mcp => {
                let mut front = McpRequest::new(service, &head.headers, id.number);
                front.allowed = destination.allowed.clone();
                // Boxed likewise.
                Box::pin(exchange.run(&mut front, head, body)).await
            }
            Route::Soap(place) => {
                let front = soap_front.as_ref().expect("a route leads to a front that is there");
                let forms = front.places.get(place).map_or(Forms::default(), |place| place.forms);
                let mut front = SoapRequest::new(front, &head.headers, id.number);
                front.forms = forms;
                front.allowed = destination.allowed.clone();
                exchange.run(&mut front, head, body).await
            }
        };
        if !exchange.is_read.load(Ordering::Relaxed) {
            tell_end(head, &mut answer);
        }
        answer
    }

    /// Where a request with this `head` goes, which came by a listener where there is `only` that, if that is so.
    fn route(&self, head: &Parts, only: Option<&Only>) -> Result<Destination, Failure> {
        let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
        let authority = head.uri.authority().map_or(0, |authority| authority.as_str().len());
        if target + authority > self.state.shared.limits.http.uri {
            return Err(Failure::UriTooLong);
        }
        let found = self.state.services.load().find(&head.method, head.uri.path());
        let is_there =
            |to: &Destination| only.is_none_or(|only| only.has(&to.service.service.name, to.front()));
        let is_there =
            |to: &Destination| is_there(to) && (!to.is_shell() || is_looked_at(&head.method, &head.headers));
        found.filter(is_there).ok_or(Failure::NotFound)
    }

    /// The answer to `request` of whoever `connected`, as far as anyone knows.
    pub(crate) fn serve<B>(&self, request: Request<B>, connected: Option<Peer>) -> Serving
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let (bridge, (head, body)) = (self.clone(), request.into_parts());
        if idempotency::is_asked(&head.headers) {
            let cutoff = bridge.state.shared.cutoff.clone();
            return Box::pin(to_its_end(cutoff, async move { bridge.answer(head, body, connected).await }));
        }
        // Made inside of its box: copying it there costs as much as a tenth of an exchange.
        Box::pin(async move { Ok(bridge.answer(head, body, connected).await) })
    }
}

/// Tells that the connection ends behind `answer`, whose request had a body that was not read. One of four digits is there with its head,
/// and read with it.
fn tell_end(head: &Parts, answer: &mut Response<Body>) {
    let is_large = match head.headers.get(CONTENT_LENGTH) {
        Some(length) => length.len() > 4,
        None => head.headers.contains_key(TRANSFER_ENCODING),
    };
    if is_large && head.version < Version::HTTP_2 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// An answer to come.
pub(crate) type Serving = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<B> tower::Service<Request<B>> for Bridge
where
    B: HttpBody<Data = Bytes> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Serving;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let connected = request.extensions_mut().remove::<Peer>();
        self.serve(request, connected)
    }
}

/// What `answer` gives, which is looked for to the end when the client goes away: whoever has an idempotency key asks again, and
/// shall find what happened.
async fn to_its_end(
    cutoff: Arc<Cutoff>,
    answer: impl Future<Output = Response<Body>> + Send + 'static,
) -> Result<Response<Body>, Infallible> {
    match tokio::spawn(async move { cutoff.rousing(answer).await }).await {
        Ok(answer) => Ok(answer),
        // Without a task it would go the same way.
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A future is copied whole when it is boxed, and what it holds is copied into it: what most exchanges do not need is boxed
    /// where it is needed.
    #[test]
    fn an_exchange_has_a_small_future() {
        let bridge = Bridge::new(Vec::new(), Limits::default()).expect("no conflict");
        let (head, body) = Request::new(http_body_util::Full::new(Bytes::new())).into_parts();
        let size = size_of_val(&bridge.answer(head, body, None));
        assert!(size <= 5120, "{size} bytes");
    }
}
