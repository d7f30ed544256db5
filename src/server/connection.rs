//! The bridge as one connection has it: every request tells who is at the other end.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;

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
