//! Calling a backend: connections that are kept, deadlines, and no write twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::body::{BodyError, collect};
use super::renewal::Renewal;
use crate::limits::HttpLimits;

/// Where a backend is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Host and port to connect to.
    authority: Arc<str>,
    host: HeaderValue,
    path: Arc<str>,
    /// To open a connection.
    connect: Duration,
    /// Until the first byte of the reply.
    first_byte: Duration,
    /// For the whole exchange.
    total: Duration,
}

impl Endpoint {
    /// The endpoint of a service's target. Errors: a URL that is none, or one that needs TLS, which is not built in yet.
    pub fn new(target: &crate::service::Target) -> Result<Self, String> {
        let uri: http::Uri = target.url.parse().map_err(|_| format!("{} is not a URL", target.url))?;
        let host = uri.authority().ok_or_else(|| format!("{} has no host", target.url))?;
        if uri.scheme_str() != Some("http") {
            return Err("https backends are not built in yet; put a TLS proxy in between".to_owned());
        }
        let port = host.port_u16().unwrap_or(80);
        Ok(Self {
            authority: format!("{}:{port}", host.host()).into(),
            host: HeaderValue::from_str(host.as_str()).map_err(|_| "the host is malformed".to_owned())?,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).into(),
            connect: target.connect,
            first_byte: target.first_byte,
            total: target.total,
        })
    }

    /// The path of the URL.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// A request to a backend.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its headers; `Host` and `Content-Length` are added.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Whether it may be repeated without harm.
    pub idempotent: bool,
    /// How its Security header is made anew for another attempt.
    pub renewal: Option<Renewal>,
}

impl Outgoing {
    /// The same request for another attempt.
    pub(super) fn again(&self) -> Self {
        let mut again = self.clone();
        if let Some(renewal) = &self.renewal {
            let (body, renewal) = renewal.renewed(&self.body);
            (again.body, again.renewal) = (body, Some(renewal));
        }
        again
    }
}

/// A backend's reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The connection broke before the reply was complete. What the backend did is unknown.
    #[error("the connection to the backend broke")]
    Broken,
    /// No connection: the backend got nothing.
    #[error("the backend cannot be reached")]
    Connect,
    /// A reply over the limit.
    #[error("the backend's reply is too large")]
    TooLarge,
    /// No reply in time. What the backend did is unknown.
    #[error("the backend did not answer in time")]
    TimedOut,
}

type Sender = SendRequest<Full<Bytes>>;

/// Connections to backends, kept for the next request. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Client {
    idle: Arc<Mutex<HashMap<Arc<str>, VecDeque<Idle>>>>,
    limits: HttpLimits,
}

#[derive(Debug)]
struct Idle {
    sender: Sender,
    since: Instant,
}

/// One try on one connection.
enum Attempt {
    Done(Reply, Sender),
    Failed(CallError),
    /// The kept connection had been closed; not a byte of the request was sent.
    Unsent,
}

impl Client {
    /// A client without connections.
    pub fn new(limits: HttpLimits) -> Self {
        Self { idle: Arc::default(), limits }
    }

    /// Sends `request` and reads the whole reply.
    ///
    /// A kept connection that turns out to be closed costs nothing: the request goes out on another one. Once a byte may
    /// have reached the backend, only an idempotent request is sent again, once, and never after a deadline.
    pub async fn send(&self, endpoint: &Endpoint, request: &Outgoing) -> Result<Reply, CallError> {
        timeout(endpoint.total, self.attempts(endpoint, request)).await.unwrap_or(Err(CallError::TimedOut))
    }

    async fn attempts(&self, endpoint: &Endpoint, request: &Outgoing) -> Result<Reply, CallError> {
        let mut again = None;
        while let Some(sender) = self.take(endpoint) {
            match self.attempt(sender, endpoint, again.as_ref().unwrap_or(request)).await {
                Attempt::Done(reply, sender) => return Ok(self.keep(endpoint, sender, reply)),
                Attempt::Failed(CallError::Broken) if !request.idempotent => return Err(CallError::Broken),
                Attempt::Unsent => again = Some(request.again()),
                Attempt::Failed(CallError::Broken) => {
                    again = Some(request.again());
                    break;
                }
                Attempt::Failed(error) => return Err(error),
            }
        }
        let sender = connect(endpoint).await?;
        match self.attempt(sender, endpoint, again.as_ref().unwrap_or(request)).await {
            Attempt::Done(reply, sender) => Ok(self.keep(endpoint, sender, reply)),
            Attempt::Unsent => Err(CallError::Connect),
            Attempt::Failed(error) => Err(error),
        }
    }

    async fn attempt(&self, mut sender: Sender, endpoint: &Endpoint, request: &Outgoing) -> Attempt {
        let sent = timeout(endpoint.first_byte, sender.try_send_request(message(endpoint, request))).await;
        let response = match sent {
            Err(_) => return Attempt::Failed(CallError::TimedOut),
            Ok(Err(mut error)) => {
                return if error.take_message().is_some() {
                    Attempt::Unsent
                } else {
                    Attempt::Failed(CallError::Broken)
                };
            }
            Ok(Ok(response)) => response,
        };
        let (head, body) = response.into_parts();
        match collect(&head.headers, body, self.limits.reply_body, endpoint.total).await {
            Ok(body) => Attempt::Done(Reply { status: head.status, headers: head.headers, body }, sender),
            Err(BodyError::TooLarge) => Attempt::Failed(CallError::TooLarge),
            Err(BodyError::TooSlow) => Attempt::Failed(CallError::TimedOut),
            Err(BodyError::Broken) => Attempt::Failed(CallError::Broken),
        }
    }

    /// The connection that was used last: the others may rest and expire.
    fn take(&self, endpoint: &Endpoint) -> Option<Sender> {
        let oldest = Duration::from_millis(self.limits.pool_idle_time);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.get_mut(&endpoint.authority)?;
        while let Some(connection) = kept.pop_back() {
            if !connection.sender.is_closed() && connection.since.elapsed() < oldest {
                return Some(connection.sender);
            }
        }
        None
    }

    fn keep(&self, endpoint: &Endpoint, sender: Sender, reply: Reply) -> Reply {
        if !sender.is_closed() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = idle.entry(endpoint.authority.clone()).or_default();
            kept.push_back(Idle { sender, since: Instant::now() });
            if kept.len() > self.limits.pool_idle {
                kept.pop_front();
            }
        }
        reply
    }
}

async fn connect(endpoint: &Endpoint) -> Result<Sender, CallError> {
    let opening = timeout(endpoint.connect, TcpStream::connect(&*endpoint.authority));
    let stream = opening.await.map_err(|_| CallError::Connect)?.map_err(|_| CallError::Connect)?;
    let _ = stream.set_nodelay(true);
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| CallError::Connect)?;
    // It ends when the sender is dropped.
    tokio::spawn(connection);
    Ok(sender)
}

fn message(endpoint: &Endpoint, request: &Outgoing) -> Request<Full<Bytes>> {
    let mut message = Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = request.path.parse().unwrap_or_default();
    *message.headers_mut() = request.headers.clone();
    message.headers_mut().insert(header::HOST, endpoint.host.clone());
    message
}
