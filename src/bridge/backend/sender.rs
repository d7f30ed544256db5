//! A connection that takes requests, in HTTP/1.1 or HTTP/2.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::error::CallError;

/// A connection that takes requests.
#[derive(Debug)]
pub(super) enum Sender {
    /// One after the other.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// Several at one time.
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// Why a request has no response; it is in there if not a byte of it was sent.
pub(super) type Unanswered = TrySendError<Request<Full<Bytes>>>;

impl Sender {
    /// A connection over `stream`, in HTTP/2 or HTTP/1.1.
    pub(super) async fn open<S>(stream: S, http2: bool) -> Result<Self, CallError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = TokioIo::new(stream);
        // Either ends when its senders are dropped.
        if http2 {
            let opened = http2::handshake(TokioExecutor::new(), stream).await;
            let (sender, connection) = opened.map_err(|_| CallError::Connect)?;
            tokio::spawn(connection);
            Ok(Self::Http2(sender))
        } else {
            let (sender, connection) = http1::handshake(stream).await.map_err(|_| CallError::Connect)?;
            tokio::spawn(connection);
            Ok(Self::Http1(sender))
        }
    }

    /// Another sender of the same connection, where that takes several requests at one time.
    pub(super) fn share(&self) -> Option<Self> {
        match self {
            Self::Http1(_) => None,
            Self::Http2(sender) => Some(Self::Http2(sender.clone())),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Http1(sender) => sender.is_closed(),
            Self::Http2(sender) => sender.is_closed(),
        }
    }

    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Unanswered> {
        match self {
            Self::Http1(sender) => sender.try_send_request(request).await,
            Self::Http2(sender) => sender.try_send_request(request).await,
        }
    }
}
