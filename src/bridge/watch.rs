//! The end of each exchange, however it comes: an answer, or a client that went away.

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use http::Response;
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::Body as HttpBody;
use parking_lot::Mutex;

use super::access::{Destination, Line};
use super::backend::body::Body;
use super::exchange::Shared;
use super::metrics::{Ended, ServiceMetrics};
use super::observers::Observers;
use super::otlp::Told;
use super::ready::ReadyService;
use super::record::{BackendPart, Course, Details, Kept, Record};
use super::request_id::RequestId;
use super::state::entropy;
use super::state::peer::{FrontKind, Peer};
use super::traffic::{Answered, Sample};
use crate::service::Backend;

/// Waits for the end of one exchange.
pub(super) struct Watch<'w> {
    shared: &'w Shared,
    head: &'w Parts,
    id: &'w RequestId,
    pub(super) record: Record,
    way: Option<Way>,
    answer: Answered,
    /// Whether everyone was told.
    is_closed: bool,
}

/// An exchange that is over, for whoever keeps traffic.
pub(super) struct Closed {
    service: Arc<ReadyService>,
    front: FrontKind,
    course: Course,
    details: Box<Mutex<Details>>,
    answer: Answered,
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
        let observers = shared.observers.get();
        let is_kept = observers.is_some_and(|observers| observers.traffic.is_some());
        let record = Record::new(observers.is_some_and(|observers| observers.want(&id.trace)), is_kept);
        record.is_from(connected);
        Self { shared, head, id, record, way: None, answer: Answered::default(), is_closed: false }
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

    fn keeps(&self) -> bool {
        self.shared.observers.get().is_some_and(|observers| observers.traffic.is_some())
    }

    /// The client gets the body of `answer`, in whatever coding.
    #[inline]
    pub(super) fn says(&mut self, answer: &Response<Body>) {
        if self.keeps()
            && let Some(Some(Ok(frame))) = answer.body().clone().frame().now_or_never()
            && let Some(body) = frame.data_ref()
        {
            self.answer.body = Kept::of(body);
        }
    }

    /// The client gets `answer`: everyone is told. Gives the exchange where traffic is kept.
    pub(super) fn answered(mut self, answer: &Response<Body>) -> Option<Closed> {
        self.answer.status = Some((answer.status(), answer.body().size_hint().lower()));
        if self.keeps() {
            self.answer.headers = Some(Box::new(answer.headers().clone()));
        }
        self.close()
    }

    /// Tells everyone of the end.
    fn close(&mut self) -> Option<Closed> {
        self.is_closed = true;
        let course = self.record.course(Instant::now());
        self.count(course);
        self.tell(course);
        if !self.keeps() {
            return None;
        }
        let Way { service, front, .. } = self.way.take()?;
        let details = self.record.take_details()?;
        Some(Closed { service, front, course, details, answer: mem::take(&mut self.answer) })
    }

    fn count(&self, course: Course) {
        let Some(Way { metrics, front, .. }) = &self.way else { return };
        metrics.ended(Ended {
            front: *front,
            operation: course.operation,
            blame: course.blame,
            took: course.ended.saturating_duration_since(course.started),
            request_bytes: course.request_bytes,
            response_bytes: self.answer.status.map(|(_, bytes)| bytes),
        });
    }

    fn tell(&self, course: Course) {
        let Some(observers) = self.shared.observers.get() else { return };
        let (access, otlp) = (observers.access.as_ref(), observers.traces(&self.id.trace));
        if access.is_none() && otlp.is_none() {
            return;
        }
        let Some(details) = self.record.details() else { return };
        let destination = self.way.as_ref().map(|way| Destination {
            service: &way.service.service.name,
            front: way.front.name(),
            operation: course.operation.map(|at| &*way.service.operation(at).plan.name),
            backend: &way.metrics.backend.address,
            to_soap: matches!(way.service.service.backend, Backend::Soap(_)),
        });
        let line = Line {
            time: entropy::now(),
            id: self.id,
            method: self.head.method.as_str(),
            destination,
            answer: self.answer.status,
            course,
            content_type: details.backend.as_ref().and_then(BackendPart::content_type),
            details: &details,
        };
        if let Some(access) = access {
            access.write(&line);
        }
        if let Some(otlp) = otlp {
            otlp.keep(Told::of(&line, self.head));
        }
    }
}

impl Closed {
    /// Keeps it; its request was `id` and had this `head`.
    pub(super) fn keep(self, shared: &Shared, head: Parts, id: RequestId) {
        let Self { service, front, course, details, answer } = self;
        if let Some(Observers { traffic: Some(traffic), .. }) = shared.observers.get() {
            traffic.keep(Sample { service, front, id, head, course, details, answer, home: None });
        }
    }
}

impl Drop for Watch<'_> {
    /// The client went away.
    fn drop(&mut self) {
        if self.is_closed {
            return;
        }
        if let Some(closed) = self.close() {
            closed.keep(self.shared, self.head.clone(), self.id.clone());
        }
    }
}
