//! A connection that takes requests, in HTTP/1.1 or HTTP/2.

use futures_util::future::Either;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::body::{BodyError, Bound, Whole};
use super::connection::{Connection, Unanswered};
use super::error::CallError;
use super::pieces::Body;
use super::socket::Look;

/// A connection that takes requests.
#[derive(Debug)]
pub(super) enum Sender {
    /// One after the other.
    Http1(Box<Connection>),
    /// Several at one time.
    Http2(http2::SendRequest<Body>),
}

impl Sender {
    /// A connection over `stream`, which looks when `look` asks it to, in HTTP/2 or HTTP/1.1.
    pub(super) async fn open<S>(stream: S, look: Look, http2: bool) -> Result<Self, CallError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if !http2 {
            let opened = Connection::open(stream, look).await.map_err(|_| CallError::Connect)?;
            return Ok(Self::Http1(Box::new(opened)));
        }
        let opened = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, connection) = opened.map_err(|_| CallError::Connect)?;
        // It ends when its senders are dropped.
        tokio::spawn(connection);
        Ok(Self::Http2(sender))
    }

    /// Another sender of the same connection, where that takes several requests at one time.
    pub(super) fn share(&self) -> Option<Self> {
        match self {
            Self::Http1(_) => None,
            Self::Http2(sender) => Some(Self::Http2(sender.clone())),
        }
    }

    /// Whether it takes another request, as far as anyone knows.
    pub(super) fn is_ready(&self) -> bool {
        match self {
            Self::Http1(connection) => connection.is_ready(),
            Self::Http2(sender) => !sender.is_closed(),
        }
    }

    /// The same, after a look at what came while nobody used it. In HTTP/2 its task always looks.
    pub(super) fn check(&mut self) -> bool {
        match self {
            Self::Http1(connection) => connection.check(),
            Self::Http2(_) => self.is_ready(),
        }
    }

    /// Sends `request` and waits until `deadline` for the head of the response.
    pub(super) fn send(
        &mut self,
        request: Request<Body>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Response<Incoming>, Unanswered>> {
        // A future that is not `async` itself does not hold the request once more.
        match self {
            Self::Http1(connection) => Either::Left(connection.send(request, deadline)),
            Self::Http2(sender) => {
                let sent = timeout_at(deadline, sender.try_send_request(request));
                Either::Right(Box::pin(async move {
                    match sent.await {
                        Ok(response) => response.map_err(|error| Unanswered::Broken(Box::new(error))),
                        Err(_elapsed) => Err(Unanswered::TimedOut),
                    }
                }))
            }
        }
    }

    /// The whole `body` of a response, within its `bound`, if it comes before `deadline`.
    pub(super) async fn collect(
        &mut self,
        body: Incoming,
        bound: Bound,
        deadline: Instant,
    ) -> Result<Whole, BodyError> {
        match self {
            Self::Http1(connection) => connection.collect(body, bound, deadline).await,
            Self::Http2(_) => {
                let read = timeout_at(deadline, bound.begin(&body)?.rest(body));
                match Box::pin(read).await {
                    Ok(read) => read,
                    Err(_elapsed) => Err(BodyError::TooSlow),
                }
            }
        }
    }

    /// Closes a connection that nobody uses.
    pub(super) fn close(self) {
        match self {
            Self::Http1(connection) => connection.close(),
            // Its task does that when there is no other sender.
            Self::Http2(_) => {}
        }
    }
}
