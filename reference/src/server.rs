//! The HTTP side of a reference backend.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// A request that a backend got.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Method and path.
    pub line: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What a backend answers.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// This status, content type, header and body.
    Answer(u16, &'static str, Option<(&'static str, &'static str)>, String),
    /// A head that promises more than comes.
    BreakOff,
    /// Nothing, for so long.
    Silence(Duration),
}

/// A backend that runs. It ends with the runtime that it was started on.
#[derive(Clone, Debug)]
pub struct Handle<B> {
    address: SocketAddr,
    state: Arc<Mutex<State<B>>>,
}

#[derive(Debug)]
struct State<B> {
    behaviour: B,
    exchanges: Vec<Exchange>,
    last_answer: String,
}

impl<B: Clone + Send + 'static> Handle<B> {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes it behave so from now on.
    pub fn behave(&self, behaviour: B) {
        self.lock().behaviour = behaviour;
    }

    /// What it got, in order. At most the last 1 000 requests.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().exchanges.clone()
    }

    /// The body of its last answer.
    pub fn last_answer(&self) -> String {
        self.lock().last_answer.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<B>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, exchange: Exchange) -> B {
        let mut state = self.lock();
        if state.exchanges.len() == 1000 {
            state.exchanges.remove(0);
        }
        state.exchanges.push(exchange);
        state.behaviour.clone()
    }

    /// Starts a backend that answers with `act`.
    pub(super) async fn start(
        address: SocketAddr,
        behaviour: B,
        act: impl Fn(&Exchange, B) -> Act + Clone + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let state =
            Arc::new(Mutex::new(State { behaviour, exchanges: Vec::new(), last_answer: String::new() }));
        let handle = Self { address: listener.local_addr()?, state };
        let serving = handle.clone();
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(tokio::spawn(connection(stream, serving.clone(), act.clone()))),
                    // Most likely there are too many open files; others may be closed soon.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        Ok(handle)
    }
}

async fn connection<B: Clone + Send + 'static>(
    stream: TcpStream,
    handle: Handle<B>,
    act: impl Fn(&Exchange, B) -> Act + Clone + Send + 'static,
) {
    let service = service_fn(move |request| {
        let (handle, act) = (handle.clone(), act.clone());
        async move { Ok::<_, Infallible>(answer(request, handle, act).await) }
    });
    // A client that goes away is no concern of a backend.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer<B: Clone + Send + 'static>(
    request: Request<Incoming>,
    handle: Handle<B>,
    act: impl Fn(&Exchange, B) -> Act,
) -> Response<http_body_util::combinators::BoxBody<Bytes, std::io::Error>> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MOST).collect().await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "too large");
    };
    let exchange = Exchange {
        line: format!("{} {}", head.method, head.uri),
        headers: head.headers,
        body: body.to_bytes(),
    };
    let behaviour = handle.remember(exchange.clone());
    match act(&exchange, behaviour) {
        Act::Answer(status, content_type, header, body) => {
            handle.lock().last_answer.clone_from(&body);
            let mut response =
                text(StatusCode::from_u16(status).expect("a behaviour has a status of HTTP"), body);
            response
                .headers_mut()
                .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
            if let Some((name, value)) = header {
                response.headers_mut().insert(name, http::HeaderValue::from_static(value));
            }
            response
        }
        Act::BreakOff => Response::new(BreaksOff.boxed()),
        Act::Silence(time) => {
            tokio::time::sleep(time).await;
            text(StatusCode::OK, "")
        }
    }
}

fn text(
    status: StatusCode,
    body: impl Into<Bytes>,
) -> Response<http_body_util::combinators::BoxBody<Bytes, std::io::Error>> {
    let mut response = Response::new(Full::new(body.into()).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}

/// A body that fails in its middle, as that of a backend which dies.
struct BreaksOff;

impl hyper::body::Body for BreaksOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::Error::other("the backend dies"))))
    }
}

/// A reference backend is for tests: its parsers recurse, so its input is small.
const MOST: usize = 64 * 1024;
