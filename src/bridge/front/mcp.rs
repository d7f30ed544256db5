//! The front for programs that act for people: the Model Context Protocol over HTTP, without sessions.
//!
//! A call of a tool is a request to the JSON front with the arguments for its body: it is read, sent and answered as one, and what is around
//! it is taken off before and put back behind. Whoever calls is known by the head of the request alone.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};

use super::json::{self, JsonRequest};
use super::routes::JsonRoute;
use crate::bridge::answer::{
    Asker, ResponseOptions, mcp_again, mcp_end, mcp_failed, mcp_outcome, mcp_refused, mcp_respond,
};
use crate::bridge::auth::{AuthError, Authenticated, HeaderAuth, Shown};
use crate::bridge::backend::pieces::Body;
use crate::bridge::bad_reply::{BadReply, BadReplyCause};
use crate::bridge::exchange::{Exchange, Front, Read};
use crate::bridge::failed::Failed;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::ready::ReadyService;
use crate::bridge::record::Phase;
use crate::bridge::reply::Answer;
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::header::only;
use crate::json::write::write_string;
use crate::limits::{BREACHES, JsonLimits, MCP_LIST_KEPT};
use crate::mcp::{self, Error, Head, Message, Request, Version};
use crate::plan::nearest;
use crate::redact::{Masks, packed_json};
use crate::service::selector::Selector;
use crate::service::{Backend, Mask, McpFront};

/// A message that came through a pipe, by whoever started the process: there are no headers that repeat what it says.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Piped;

/// A message to the front, and what is known about it so far.
pub(in crate::bridge) struct McpRequest<'f> {
    service: &'f ReadyService,
    front: &'f McpFront,
    /// The methods that its path has, where its own is none of them.
    pub(in crate::bridge) allowed: Option<Box<str>>,
    options: ResponseOptions,
    caller: Option<Authenticated>,
    /// The number of the request, as it stands in the body.
    id: Option<Bytes>,
    version: Version,
    /// The call of a tool that the caller may use.
    call: Option<Call<'f>>,
}

/// A call of a tool.
struct Call<'f> {
    request: JsonRequest<'f>,
    /// What of its result is masked, where something may have to be.
    masks: Option<&'f Masks>,
}

/// What a message asks for, cut out of the body.
enum Asked {
    /// What is answered here.
    Answered(Vec<u8>),
    /// To call a tool.
    Call { operation: usize, arguments: Bytes },
    /// Nothing.
    Notification,
}

impl<'f> McpRequest<'f> {
    /// A message to the front of `service` with `headers`, which has the number `id`.
    pub(in crate::bridge) fn new(service: &'f ReadyService, headers: &HeaderMap, id: i64) -> Self {
        let front = service.service.mcp_front.as_ref().expect("a route leads to a front that is there");
        let languages = headers.get(http::header::ACCEPT_LANGUAGE).cloned();
        let challenge = json::challenge(&front.json, false);
        Self {
            service,
            front,
            allowed: None,
            options: ResponseOptions { id, problem: false, always_200: false, challenge, languages },
            caller: None,
            id: None,
            version: Version::default(),
            call: None,
        }
    }

    /// What the message in `body` asks for. Errors: it is none, or asks for what is not here.
    fn asked(&mut self, head: &Parts, body: &Bytes) -> Result<Asked, Failure> {
        let said = head_of(head)?;
        let limits = around(&self.service.service.limits.json);
        buffers::with(|buffers| {
            let value = buffers.tape.parse(body, &limits)?;
            self.id = mcp::id(value).map(|id| body.slice_ref(id.as_bytes()));
            let message = Message::of(value)?;
            // Whatever is wrong from here on is told in it.
            self.version = message.version(said.as_ref())?;
            Ok(match message.request(self.version)? {
                Request::Call { name, arguments } => {
                    let operation = self.tool(&name)?;
                    let arguments =
                        arguments.map_or(NO_ARGUMENTS, |arguments| body.slice_ref(arguments.as_bytes()));
                    Asked::Call { operation, arguments }
                }
                Request::Discover => Asked::Answered(discovered()),
                Request::Initialize(wanted) => Asked::Answered(self.initialized(&wanted)),
                Request::List(cursor) => Asked::Answered(self.listed(cursor.as_deref())?),
                Request::Notification => Asked::Notification,
                Request::Ping => Asked::Answered(b"\"result\":{}".to_vec()),
            })
        })
    }

    /// The operation that is the tool `name`. Errors: there is none that the caller may call.
    fn tool(&self, name: &str) -> Result<usize, Error> {
        let found = self.front.find(name).and_then(|at| self.front.tools.get(at)).map(|tool| tool.operation);
        found.filter(|operation| self.may_call(*operation)).ok_or_else(|| {
            let others = self.front.tools.iter().filter(|tool| self.may_call(tool.operation));
            Error::Tool(nearest(name, others.map(|tool| &*tool.name)).map(Into::into))
        })
    }

    fn asker(&self) -> Asker<'_> {
        Asker { id: self.id.as_deref(), version: self.version }
    }

    fn may_call(&self, operation: usize) -> bool {
        let name = &self.service.operation(operation).plan.name;
        self.caller.as_ref().is_some_and(|caller| caller.may_call(name))
    }

    /// `tools/list`.
    fn listed(&self, cursor: Option<&str>) -> Result<Vec<u8>, Error> {
        let page = self.service.tools().page(self.front, |operation| self.may_call(operation), cursor)?;
        let mut out = b"\"result\":{\"tools\":".to_vec();
        out.extend_from_slice(&page.tools);
        if let Some(last) = page.last {
            out.extend_from_slice(b",\"nextCursor\":");
            write_string(&mut out, last);
        }
        if self.version == Version::Stateless {
            let kept = format!(",\"ttlMs\":{MCP_LIST_KEPT},\"cacheScope\":\"private\"");
            out.extend_from_slice(kept.as_bytes());
        }
        mcp_end(&mut out, self.version);
        Ok(out)
    }

    /// `initialize` of a client that wants the version `wanted`. There is no session: what is agreed on is said anew in each request.
    fn initialized(&self, wanted: &str) -> Vec<u8> {
        let mut out = b"\"result\":{\"protocolVersion\":".to_vec();
        write_string(&mut out, Version::agreed(wanted));
        out.extend_from_slice(
            b",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"saponify\",\"title\":",
        );
        write_string(&mut out, &self.service.service.name);
        out.extend_from_slice(b",\"version\":");
        write_string(&mut out, env!("CARGO_PKG_VERSION"));
        out.extend_from_slice(b"}}");
        out
    }
}

impl Front for McpRequest<'_> {
    const NAME: &'static str = "mcp";
    const IS_WRAPPED: bool = true;

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if self.allowed.is_some() || head.method != Method::POST {
            let methods = self.allowed.as_deref().map_or("OPTIONS, POST", |methods| methods);
            let other = Failure::Method(methods.to_owned());
            // Clients of versions with sessions ask for a stream, and end what they take for one, as the protocol has it: to be told that
            // there is none is no failure (2025-11-25, basic/transports).
            return match head.method {
                Method::GET | Method::DELETE => {
                    Ok(Some(mcp_failed(&other.into(), &self.options, self.asker())))
                }
                _ => Err(other),
            };
        }
        exchange.check_site(head, exchange.service.mcp_sharing.as_ref())?;
        json::check_type(&head.headers).map(|()| None)
    }

    async fn admit(&mut self, exchange: &Exchange<'_>, head: &Parts) -> Result<(), Failure> {
        let authenticator = exchange.authenticator(exchange.service.mcp_verifier.as_ref());
        let auth = &self.front.json.auth;
        self.caller = Some(match authenticator.headers(auth, &head.headers, Shown::InHead)? {
            HeaderAuth::Authenticated(caller) => caller,
            HeaderAuth::InBody => return Err(AuthError::Unauthenticated.into()),
            HeaderAuth::NeedsPassword(credentials) => authenticator.password(auth, credentials).await?,
        });
        exchange.record.mark(Phase::Auth);
        Ok(())
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure> {
        let (operation, arguments) = match self.asked(head, body)? {
            Asked::Answered(outcome) => {
                return Ok(Read::Answer(Box::new(mcp_outcome(&outcome, self.asker()))));
            }
            Asked::Call { operation, arguments } => (operation, arguments),
            Asked::Notification => {
                let mut taken = Response::new(Body::default());
                *taken.status_mut() = StatusCode::ACCEPTED;
                return Ok(Read::Answer(Box::new(taken)));
            }
        };
        exchange.record.says(&arguments);
        let route = JsonRoute { operation, native: false };
        let mut request = JsonRequest::new(&self.front.json, route, &HeaderMap::new(), self.options.id);
        request.is_from(self.caller.take());
        let call = self.call.insert(Call { request, masks: self.service.masks(operation) });
        call.request.read_whole(exchange, head, &arguments).await.map(Read::Call)
    }

    fn write(
        &self,
        operation: Operation<'_>,
        mut answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        let masks = self.call.as_ref().and_then(|call| call.masks);
        let unknown = undeclared(operation, &answer)?;
        let limits = &operation.service.limits.json;
        let shown = match (masks, unknown) {
            (None, None) => None,
            (Some(masks), None) => Some(packed_json(&answer.json, masks, limits)),
            (masks, Some(unknown)) => {
                let all = masks.map_or(unknown.clone(), |masks| masks.clone().and(&unknown));
                Some(packed_json(&answer.json, &all, limits))
            }
        };
        if let Some(shown) = shown {
            answer.json = shown.map_err(Failure::of_own_json)?.into();
        }
        mcp_respond(operation, answer, self.asker(), buffers)
    }

    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        match &self.call {
            Some(call) => {
                let operation = exchange.service.operation(call.request.route.operation);
                mcp_refused(failed, operation, &self.options, self.asker())
            }
            None => mcp_failed(failed, &self.options, self.asker()),
        }
    }

    fn again(&self, answer: Response<Body>) -> Response<Body> {
        mcp_again(answer, self.id.as_deref())
    }

    fn operation(&self) -> Option<usize> {
        self.call.as_ref().map(|call| call.request.route.operation)
    }
}

/// The members of an answer that its contract does not have: a JSON client gets those of a JSON backend as they are, and a model does not.
/// Errors: there are more than were noted.
fn undeclared(operation: Operation<'_>, answer: &Answer) -> Result<Option<Masks>, Failure> {
    let places = &answer.passed_over;
    if places.is_empty() || !matches!(operation.service.backend, Backend::Json(_)) {
        return Ok(None);
    }
    // One that is too deep for a rule is as good as one that was not noted.
    let rule = |place: &String| Some((Selector::pointer(place).ok()?, Mask::Drop));
    let rules: Vec<(Selector, Mask)> = places.iter().filter_map(rule).collect();
    if places.len() >= BREACHES || rules.len() < places.len() {
        let reason =
            "more members than are noted are in no contract, and a model gets none of them".to_owned();
        return Err(BackendFailure::bad(BadReply::new(BadReplyCause::Unknown, reason)).into());
    }
    Ok(Some(rules.into()))
}

/// What the head says of a message; nothing where it came through a pipe. Errors: something that is there twice, or cannot be read.
fn head_of(head: &Parts) -> Result<Option<Head<'_>>, Error> {
    if head.extensions.get::<Piped>().is_some() {
        return Ok(None);
    }
    let said = |name: &'static str| only(&head.headers, name).map_err(|_| Error::Header(name));
    Ok(Some(Head { version: said(mcp::VERSION)?, method: said(mcp::METHOD)?, name: said(mcp::NAME)? }))
}

/// Bounds on a message: what its arguments may have, and what is around them.
fn around(limits: &JsonLimits) -> JsonLimits {
    JsonLimits { depth: limits.depth + OUTSIDE, tokens: limits.tokens.saturating_add(AROUND), ..*limits }
}

/// `server/discover`.
fn discovered() -> Vec<u8> {
    let mut out = b"\"result\":{\"supportedVersions\":[".to_vec();
    for (at, version) in Version::all().enumerate() {
        out.extend_from_slice(if at > 0 { b"," } else { b"" });
        write_string(&mut out, version);
    }
    let rest =
        format!("],\"capabilities\":{{\"tools\":{{}}}},\"ttlMs\":{MCP_LIST_KEPT},\"cacheScope\":\"private\"");
    out.extend_from_slice(rest.as_bytes());
    mcp_end(&mut out, Version::Stateless);
    out
}

/// A tool that is called without arguments.
const NO_ARGUMENTS: Bytes = Bytes::from_static(b"{}");

/// Objects around arguments: the message, and its parameters.
const OUTSIDE: usize = 2;

/// Values and keys of a message that are not in its arguments, at most: metadata of clients are some twenty.
const AROUND: usize = 256;
