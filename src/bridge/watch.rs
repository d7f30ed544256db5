//! The end of each exchange, however it comes: an answer, or a client that went away.

use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{Response, StatusCode};
use hyper::body::Body as HttpBody;

use super::access::{Destination, Line};
use super::backend::pieces::Body;
use super::exchange::Shared;
use super::metrics::{Ended, ServiceMetrics};
use super::observers::Observers;
use super::otlp::Told;
use super::ready::ReadyService;
use super::record::{Course, Details, Record};
use super::request_id::RequestId;
use super::state::entropy;
use super::state::peer::FrontKind;
use super::traffic::Sample;
use super::transcript::{Transcript, Turn};
use crate::service::Backend;

/// Waits for the end of one exchange.
pub(super) struct Watch<'w> {
    shared: &'w Shared,
    head: &'w Parts,
    id: &'w RequestId,
    pub(super) record: Record,
    way: Option<Way>,
    /// Status and bytes of the answer; nothing where there was none.
    answer: Option<(StatusCode, u64)>,
    /// Whether everyone was told.
    is_closed: bool,
}

/// Where the request went.
struct Way {
    service: Arc<ReadyService>,
    metrics: Arc<ServiceMetrics>,
    front: FrontKind,
}

impl<'w> Watch<'w> {
    /// For a request with this `head`, which has just come.
    pub(super) fn new(shared: &'w Shared, head: &'w Parts, id: &'w RequestId) -> Self {
        let details = shared.observers.get().and_then(|observers| match &observers.traffic {
            Some(traffic) => Some(traffic.room()),
            None => observers.want(&id.trace).then(Box::default),
        });
        let record = Record::new(details);
        Self { shared, head, id, record, way: None, answer: None, is_closed: false }
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

    /// Notes something in the transcript, where there is one.
    #[inline]
    fn note(&mut self, note: impl FnOnce(&mut Transcript)) {
        if let Some(Details { transcript: Some(transcript), .. }) = self.record.details_mut() {
            note(transcript);
        }
    }

    /// The client gets the body of `answer`, in whatever coding.
    #[inline]
    pub(super) fn says(&mut self, answer: &Response<Body>) {
        self.note(|transcript| {
            answer.body().whole().iter().for_each(|body| transcript.says(Turn::Response, body));
        });
    }

    /// The client gets `answer`: everyone is told.
    pub(super) fn answered(mut self, answer: &Response<Body>) {
        self.answer = Some((answer.status(), answer.body().size_hint().lower()));
        self.note(|transcript| transcript.answers(Turn::Response, answer.headers()));
        let ended = Instant::now();
        self.record.is_answered(ended);
        self.close(ended);
    }

    /// Tells everyone that it has `ended`.
    fn close(&mut self, ended: Instant) {
        self.is_closed = true;
        let course = self.record.course(ended);
        self.count(course);
        self.tell(course);
        self.keep(course);
    }

    /// Keeps it where traffic is kept.
    fn keep(&mut self, course: Course) {
        let Some(Observers { traffic: Some(traffic), .. }) = self.shared.observers.get() else { return };
        let Some(Way { service, front, .. }) = self.way.take() else { return };
        let head = self.head;
        self.note(|transcript| transcript.asks(Turn::Request, &head.uri, &head.headers));
        let Some(room) = self.record.take_details() else { return };
        let (id, answer) = (self.id, self.answer);
        traffic.keep(room, |details| Sample {
            service,
            front,
            number: id.number,
            trace: id.trace.parent(),
            method: head.method.clone(),
            version: head.version,
            course,
            details,
            answer,
        });
    }

    fn count(&self, course: Course) {
        let Some(Way { metrics, front, .. }) = &self.way else { return };
        metrics.ended(Ended {
            front: *front,
            operation: course.operation,
            blame: course.blame,
            took: course.ended.saturating_duration_since(course.started),
            request_bytes: course.request_bytes,
            response_bytes: self.answer.map(|(_, bytes)| bytes),
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
            answer: self.answer,
            course,
            content_type: details.content_type(),
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

impl Drop for Watch<'_> {
    /// The client went away.
    fn drop(&mut self) {
        if !self.is_closed {
            self.close(Instant::now());
        }
    }
}
