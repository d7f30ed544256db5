//! The bridge as one connection has it: every request tells who is at the other end.

use std::convert::Infallible;

use http::{Request, Response};
use hyper::body::Incoming;

use crate::bridge::{Body, Bridge, Metrics, Peer, Serving};

/// The bridge for the requests of one connection.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    bridge: Bridge,
    peer: Peer,
}

impl Connection {
    pub(super) fn new(bridge: Bridge, peer: Peer) -> Self {
        Self { bridge, peer }
    }

    pub(super) fn metrics(&self) -> &Metrics {
        self.bridge.metrics()
    }
}

impl hyper::service::Service<Request<Incoming>> for Connection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Serving;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.bridge.serve(request, Some(self.peer.clone()))
    }
}
