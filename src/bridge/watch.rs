//! The end of each exchange, however it comes: an answer, or a client that went away.

use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
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
use super::record::{BackendPart, Course, Record};
use super::request_id::RequestId;
use super::said::{Piece, Said};
use super::state::entropy;
use super::state::peer::{FrontKind, Peer};
use super::traffic::{Sample, Traffic};
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
        let said = observers.and_then(|observers| observers.traffic.as_ref()).map(Traffic::said);
        let record = Record::new(observers.is_some_and(|observers| observers.want(&id.trace)), said);
        record.is_from(connected);
        Self { shared, head, id, record, way: None, answer: None }
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

    /// The client gets the body of `answer`, in whatever coding.
    #[inline]
    pub(super) fn says(&self, answer: &Response<Body>) {
        self.note(|said| {
            if let Some(Some(Ok(frame))) = answer.body().clone().frame().now_or_never()
                && let Some(body) = frame.data_ref()
            {
                said.message(Piece::Answer, body);
            }
        });
    }

    /// The client gets `answer`.
    pub(super) fn answered(&mut self, answer: &Response<Body>) {
        self.answer = Some((answer.status(), answer.body().size_hint().lower()));
        self.note(|said| said.headers(Piece::AnswerHeaders, answer.headers()));
    }

    /// Notes what was said, where traffic is kept.
    #[inline]
    fn note(&self, note: impl FnOnce(&mut Said)) {
        if let Some(mut details) = self.record.details()
            && let Some(said) = &mut details.said
        {
            note(said);
        }
    }

    /// What is said of the request itself.
    fn note_head(&self) {
        self.note(|said| {
            let authority = self.head.uri.authority().map_or("", |authority| authority.as_str());
            // RFC 9112 section 3.2.1: one without a path is that of the root.
            let target = self.head.uri.path_and_query().map_or("/", |target| target.as_str());
            said.texts(Piece::RequestTarget, &[authority, "\n", target]);
            said.headers(Piece::RequestHeaders, &self.head.headers);
        });
    }

    fn keep(&mut self, course: Course) {
        let traffic = self.shared.observers.get().and_then(|observers| observers.traffic.as_ref());
        let (Some(traffic), Some(Way { service, front, .. })) = (traffic, &self.way) else { return };
        self.note_head();
        let Some(details) = self.record.take_details() else { return };
        traffic.keep(Sample {
            service: service.clone(),
            front: *front,
            id: self.id.detached(),
            method: self.head.method.clone(),
            version: self.head.version,
            course,
            details,
            answer: self.answer,
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

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let course = self.record.course(Instant::now());
        self.count(course);
        self.tell(course);
        self.keep(course);
    }
}
