//! One JSON request without a listener: the same steps, taken one by one, so that whoever asks may look in between.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, header};

use super::json::JsonRequest;
use super::routes::JsonRoute;
use crate::bridge::backend::client::Client;
use crate::bridge::backend::headers::basic;
use crate::bridge::backend::outgoing::Outgoing;
use crate::bridge::backend::pieces::Body;
use crate::bridge::exchange::{Exchange, Front, Read, Ready, Shared};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::ready::ReadyService;
use crate::bridge::record::Record;
use crate::bridge::reply::Answer;
use crate::bridge::request::http_binding::spliced;
use crate::bridge::request::write_credentials;
use crate::bridge::request_id::RequestId;
use crate::bridge::state::budget::Claim;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::state::noticed::Noticed;
use crate::bridge::state::pace::Pace;
use crate::json::Tape;
use crate::service::{Credentials, JsonFront};

/// An operation that is called once.
#[derive(Debug)]
pub struct Once<'b> {
    pub(in crate::bridge) shared: &'b Shared,
    pub(in crate::bridge) client: &'b Client,
    pub(in crate::bridge) pace: &'b Pace,
    pub(in crate::bridge) service: Arc<ReadyService>,
    pub(in crate::bridge) id: RequestId,
    /// The front by which the request comes.
    pub(in crate::bridge) front: JsonFront,
    pub(in crate::bridge) operation: usize,
    pub(in crate::bridge) record: Record,
}

/// A request that the contract and the service allow, for the backend.
#[derive(Debug)]
pub struct ReadyRequest(Ready);

/// An answer for a JSON client.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The JSON.
    pub body: Bytes,
    /// Whether it is a response that says `status` 0.
    pub refused: bool,
}

impl ReadyRequest {
    /// What is sent. A bearer token of an OAuth 2.0 server is added when it is.
    pub fn outgoing(&self) -> &Outgoing {
        &self.0.prepared.outgoing
    }
}

impl Once<'_> {
    /// Takes the request `body` from whoever `headers` or `credentials` say.
    ///
    /// Errors: what a client would be refused for.
    pub async fn prepare(
        &self,
        mut headers: HeaderMap,
        credentials: Option<&Credentials>,
        body: Bytes,
    ) -> Result<ReadyRequest, Failure> {
        let operation = self.service.operation(self.operation);
        let body = match credentials {
            Some(credentials) => bearing(operation, &mut headers, credentials, body),
            None => body,
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let (mut request, exchange) = (self.request(), self.exchange());
        let (mut head, ()) = Request::new(()).into_parts();
        head.headers = headers;
        request.admit(&exchange, &head).await?;
        request.json.read_call(&exchange, &head, &body).await.map(ReadyRequest)
    }

    /// Calls the backend. Errors: why there is no response.
    pub async fn send(&self, ReadyRequest(ready): ReadyRequest) -> Result<Answered, Box<Failed>> {
        let request = self.request();
        let answer = self.exchange().perform(&request, ready).await?;
        Ok(Answered { body: answer.into_body().into_whole(), refused: request.refused.get() })
    }

    /// What a JSON client would be told of a failure.
    pub fn told(&self, failed: &Failed) -> Bytes {
        self.request().fail(&self.exchange(), failed).into_body().into_whole()
    }

    fn request(&self) -> OnceRequest<'_> {
        let route = JsonRoute { operation: self.operation, native: false };
        let json = JsonRequest::new(&self.front, route, &HeaderMap::new(), self.id.number);
        OnceRequest { json, refused: Cell::new(false) }
    }

    fn exchange(&self) -> Exchange<'_> {
        Exchange {
            shared: self.shared,
            client: self.client,
            service: &self.service,
            id: &self.id,
            connected: None,
            peer: None,
            noticed: Noticed::default(),
            memory: Claim::new(&self.shared.admission.memory),
            pace: self.pace,
            is_read: AtomicBool::new(true),
            spooled: ArcSwapOption::empty(),
            record: &self.record,
            counted: None,
            refused: None,
        }
    }
}

/// A JSON request of which it is noted whether its response says that it failed.
struct OnceRequest<'f> {
    json: JsonRequest<'f>,
    refused: Cell<bool>,
}

impl Front for OnceRequest<'_> {
    const NAME: &'static str = JsonRequest::NAME;

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        self.json.open(exchange, head)
    }

    async fn admit(&mut self, exchange: &Exchange<'_>, head: &Parts) -> Result<(), Failure> {
        self.json.admit(exchange, head).await
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure> {
        self.json.read(exchange, head, body).await
    }

    fn keeps_apart(&self) -> bool {
        false
    }

    fn write(
        &self,
        operation: Operation<'_>,
        answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        self.refused.set(is_refused(operation, &answer.json)?);
        self.json.write(operation, answer, buffers)
    }

    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        self.json.fail(exchange, failed)
    }

    fn operation(&self) -> Option<usize> {
        self.json.operation()
    }
}

/// The request with `credentials` where the operation has them: in its body, or in a header.
fn bearing(
    operation: Operation<'_>,
    headers: &mut HeaderMap,
    credentials: &Credentials,
    body: Bytes,
) -> Bytes {
    let Some(paths) = &operation.rules.credentials else {
        headers.insert(header::AUTHORIZATION, basic(credentials));
        return body;
    };
    let mut out = b"{".to_vec();
    write_credentials(&mut out, paths, credentials);
    out.push(b',');
    spliced(out, &body).json.into()
}

/// Whether the response `json` has the outward shape and says `status` 0.
fn is_refused(operation: Operation<'_>, json: &[u8]) -> Result<bool, Failure> {
    if !operation.rules.common {
        return Ok(false);
    }
    let mut tape = Tape::new();
    let response = operation.parse_own(json, &mut tape)?;
    Ok(response.get("status").and_then(|status| status.as_number()) == Some("0"))
}
