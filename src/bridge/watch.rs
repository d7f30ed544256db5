//! The end of each exchange, however it comes: an answer, or a client that went away.

use std::sync::Arc;

use futures_util::FutureExt;
use http::header::CONTENT_ENCODING;
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Body as HttpBody;

use super::access::{Destination, Line};
use super::backend::body::Body;
use super::exchange::Shared;
use super::metrics::{Ended, ServiceMetrics};
use super::otlp::Told;
use super::ready::ReadyService;
use super::record::{Kept, Record, Said};
use super::request_id::RequestId;
use super::state::peer::{FrontKind, Peer};
use super::traffic::Sample;
use crate::service::Backend;

/// Waits for the end of one exchange.
pub(super) struct Watch<'w> {
    shared: &'w Shared,
    head: &'w Parts,
    id: &'w RequestId,
    pub(super) record: Record,
    way: Option<Way>,
    /// Status and bytes of the answer, once there is one.
    answer: Option<(StatusCode, u64)>,
    /// The body of the answer, where samples are kept.
    body: Kept,
}

/// Where the request went.
struct Way {
    service: Arc<ReadyService>,
    metrics: Arc<ServiceMetrics>,
    front: FrontKind,
}

impl<'w> Watch<'w> {
    /// For a request with this `head`, which has just come from `connected`.
    pub(super) fn new(
        shared: &'w Shared,
        head: &'w Parts,
        id: &'w RequestId,
        connected: Option<&Peer>,
    ) -> Self {
        let record = Record::new(shared.observers.get().is_some_and(|observers| observers.want(&id.trace)));
        record.is_from(connected);
        Self { shared, head, id, record, way: None, answer: None, body: Kept::default() }
    }

    /// The request is for `service`, by `front`.
    pub(super) fn leads_to(
        &mut self,
        service: &Arc<ReadyService>,
        metrics: &Arc<ServiceMetrics>,
        front: FrontKind,
    ) {
        self.way = Some(Way { service: service.clone(), metrics: metrics.clone(), front });
    }

    /// The client gets `answer`.
    pub(super) fn answered(&mut self, answer: &Response<Body>) {
        self.answer = Some((answer.status(), answer.body().size_hint().lower()));
        let observers = self.shared.observers.get();
        // One that is compressed could not be masked.
        if observers.is_some_and(|observers| observers.traffic.is_some())
            && !answer.headers().contains_key(CONTENT_ENCODING)
            && let Some(Ok(body)) = answer.body().clone().collect().now_or_never()
        {
            self.body = Kept::of(&body.to_bytes());
        }
    }

    fn count(&self) {
        let Some(Way { metrics, front, .. }) = &self.way else { return };
        metrics.ended(Ended {
            front: *front,
            operation: self.record.operation(),
            blame: self.record.blame(),
            took: self.record.started.elapsed(),
            request_bytes: self.record.request_bytes(),
            response_bytes: self.answer.map(|(_, bytes)| bytes),
        });
    }

    fn tell(&self) {
        let Some(observers) = self.shared.observers.get() else { return };
        let Some(details) = self.record.details() else { return };
        let destination = self.way.as_ref().map(|way| Destination {
            service: &way.service.service.name,
            front: way.front.name(),
            operation: self.record.operation().map(|at| &*way.service.operation(at).plan.name),
            backend: &way.metrics.backend.address,
            to_soap: matches!(way.service.service.backend, Backend::Soap(_)),
        });
        let line = Line {
            id: self.id,
            method: self.head.method.as_str(),
            destination,
            answer: self.answer,
            record: &self.record,
            details: &details,
        };
        if let Some(access) = &observers.access {
            access.write(&line);
        }
        if let Some(otlp) = observers.traces(&self.id.trace) {
            otlp.keep(Told::of(&line, self.head));
        }
        if let (Some(traffic), Some(way)) = (&observers.traffic, &self.way) {
            let Said { request, backend_request, backend_reply } = details.said.clone();
            let messages = [
                ("request", request),
                ("backend_request", backend_request),
                ("backend_reply", backend_reply),
                ("response", self.body.clone()),
            ];
            traffic.keep(Sample { service: way.service.clone(), exchange: line.json(), messages });
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.count();
        self.tell();
    }
}
