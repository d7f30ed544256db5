//! One JSON request without a listener: the same steps, taken one by one, so that whoever asks may look in between.

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body_util::BodyExt;

use crate::bridge::answer::json as json_answer;
use crate::bridge::answer::{self, Manner};
use crate::bridge::auth::{Authenticated, basic_value};
use crate::bridge::backend::client::Outgoing;
use crate::bridge::exchange::Bridge;
use crate::bridge::failure::Failure;
use crate::bridge::front::json as json_front;
use crate::bridge::reply;
use crate::bridge::request::http_binding::spliced;
use crate::bridge::request::{Operation, Prepared, set_secret, write_credentials};
use crate::bridge::state::buffers;
use crate::bridge::state::ready::Shared;
use crate::json::Tape;
use crate::service::{Credentials, JsonFront};

/// An operation that is called once.
#[derive(Debug)]
pub struct Single<'b> {
    bridge: &'b Bridge,
    shared: &'b Shared,
    operation: usize,
    id: i64,
}

/// A request that the contract and the service allow, for the backend.
#[derive(Debug)]
pub struct Ready {
    caller: Authenticated,
    prepared: Prepared,
}

/// An answer for a JSON client.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The JSON.
    pub body: Bytes,
    /// Whether it is a response that says `status` 0.
    pub refused: bool,
}

impl Ready {
    /// What is sent. A bearer token of an OAuth 2.0 server is added when it is.
    pub fn outgoing(&self) -> &Outgoing {
        &self.prepared.outgoing
    }
}

impl<'b> Single<'b> {
    /// The operation `name` of `shared`, if it has one.
    pub fn new(bridge: &'b Bridge, shared: &'b Shared, name: &str) -> Option<Self> {
        let operation = shared.service.find(name)?;
        Some(Self { bridge, shared, operation, id: bridge.number() })
    }

    /// Takes the request `body` through `front`, from whoever `headers` or `credentials` say.
    ///
    /// Errors: what a client would be refused for.
    pub async fn prepare(
        &self,
        front: &JsonFront,
        mut headers: HeaderMap,
        credentials: Option<&Credentials>,
        body: Bytes,
    ) -> Result<Ready, Failure> {
        let operation = self.operation()?;
        let body = match credentials {
            Some(credentials) => bearing(operation, &mut headers, credentials, body),
            None => body,
        };
        let (mut head, ()) = Request::new(()).into_parts();
        head.headers = headers;
        let gate = self.bridge.gate(self.shared, self.shared.json_verifier.as_ref(), &head.extensions);
        let prepared = json_front::prepare(&gate, self.shared, front, operation, ("", &head), &body);
        let (caller, prepared) = prepared.await?;
        Ok(Ready { caller, prepared })
    }

    /// Calls the backend. Errors: why there is no response.
    pub async fn send(&self, ready: Ready) -> Result<Answered, Failure> {
        let Ready { caller, prepared: Prepared { outgoing, warnings } } = ready;
        let operation = self.operation()?;
        let reply = self.bridge.call(self.shared, &caller, &outgoing).await?;
        let (refused, response) = buffers::with(|scratch| {
            let answer = reply::understand(operation, &caller, reply, (self.id, warnings), scratch)?;
            self.bridge.note_passed_over(self.shared, self.operation, &answer.passed_over);
            let refused = refused(operation, &answer.json);
            Ok::<_, Failure>((refused, json_answer::respond(operation, answer, false, scratch)?))
        })?;
        Ok(Answered { body: whole(response).await, refused })
    }

    /// What a JSON client would be told of `failure`.
    pub async fn told(&self, failure: &Failure) -> Bytes {
        whole(answer::json(failure, self.operation().ok(), self.id, Manner::default())).await
    }

    fn operation(&self) -> Result<Operation<'_>, Failure> {
        self.shared.operation(self.operation)
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
        set_secret(headers, header::AUTHORIZATION, &basic_value(credentials));
        return body;
    };
    let mut out = b"{".to_vec();
    write_credentials(&mut out, paths, credentials);
    out.push(b',');
    spliced(out, &body).into()
}

fn refused(operation: Operation<'_>, json: &[u8]) -> bool {
    let mut tape = Tape::new();
    let response = tape.parse(json, &operation.service.limits.json).ok();
    let status = response.and_then(|response| response.get("status"));
    operation.rules.common && status.and_then(|status| status.as_number()) == Some("0")
}

async fn whole(response: http::Response<crate::bridge::backend::body::Body>) -> Bytes {
    response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default()
}
