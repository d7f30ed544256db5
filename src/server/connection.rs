//! The bridge as one connection has it: every request tells who is at the other end.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::meter::Meter;
use super::talk::{Answering, Talk};
use crate::bridge::{Body, Bridge, Metrics, Peer};

/// The bridge for the requests of one connection.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    bridge: Bridge,
    peer: Peer,
    talk: Arc<Talk>,
}

impl Connection {
    pub(super) fn new(bridge: Bridge, peer: Peer, talk: Arc<Talk>) -> Self {
        Self { bridge, peer, talk }
    }

    pub(super) fn metrics(&self) -> &Metrics {
        self.bridge.metrics()
    }
}

impl hyper::service::Service<Request<Incoming>> for Connection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        Answering { serving: self.bridge.serve(request, Some(self.peer.clone())), talk: self.talk.clone() }
    }
}

/// The same for a connection whose client is watched.
#[derive(Clone, Debug)]
pub(super) struct Metered {
    connection: Connection,
    meter: Arc<Meter>,
}

impl Metered {
    pub(super) fn new(connection: Connection, meter: Arc<Meter>) -> Self {
        Self { connection, meter }
    }
}

impl hyper::service::Service<Request<Incoming>> for Metered {
    type Response = Response<Taken>;
    type Error = Infallible;
    type Future = Answered;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.meter.request_begins();
        Answered { answering: self.connection.call(request), meter: self.meter.clone() }
    }
}

/// An answer to come.
pub(super) struct Answered {
    answering: Answering,
    meter: Arc<Meter>,
}

impl Future for Answered {
    type Output = Result<Response<Taken>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answering).poll(context))?;
        let taken = |body| Taken::new(body, self.meter.clone());
        Poll::Ready(Ok(answer.map(taken)))
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.meter.request_ends();
    }
}

/// An answer that is given piece by piece, as its client takes it.
pub(super) struct Taken {
    body: Body,
    /// What of it was not given yet.
    rest: Bytes,
    meter: Arc<Meter>,
}

/// Bytes of a piece, which wait in the connection until the client takes them: as many as a frame has by default.
const PIECE: usize = 16 * 1024;

impl Taken {
    fn new(body: Body, meter: Arc<Meter>) -> Self {
        meter.answer_begins();
        Self { body, rest: Bytes::new(), meter }
    }
}

impl HttpBody for Taken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(frame) => match frame?.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
            }
        }
        let length = self.rest.len().min(PIECE);
        self.meter.answer_goes_on(length);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64 + self.body.size_hint().lower())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.meter.answer_ends();
    }
}
