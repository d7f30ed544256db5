//! What an exchange hands over at its end: everything is moved, and nothing made.

use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;

use super::home::Home;
use crate::bridge::access::{Destination, Line};
use crate::bridge::ready::ReadyService;
use crate::bridge::record::{BackendPart, Course, Details, Kept};
use crate::bridge::request_id::RequestId;
use crate::bridge::state::entropy;
use crate::bridge::state::peer::FrontKind;
use crate::limits::TRAFFIC_HOME_BYTES;
use crate::service::Backend;

/// An exchange and its messages.
#[derive(Debug)]
pub(in crate::bridge) struct Sample {
    pub(in crate::bridge) service: Arc<ReadyService>,
    pub(in crate::bridge) front: FrontKind,
    pub(in crate::bridge) id: RequestId,
    /// That of the request.
    pub(in crate::bridge) head: Parts,
    pub(in crate::bridge) course: Course,
    pub(in crate::bridge) details: Box<Mutex<Details>>,
    pub(in crate::bridge) answer: Answered,
    /// Where it goes when it was looked at.
    pub(in crate::bridge) home: Option<Arc<Home<Self>>>,
}

/// What the client got.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Answered {
    /// Status and bytes; nothing where the client went away before there was one.
    pub(in crate::bridge) status: Option<(StatusCode, u64)>,
    /// In a box, for they are there only where traffic is kept.
    pub(in crate::bridge) headers: Option<Box<HeaderMap>>,
    /// Without a content coding.
    pub(in crate::bridge) body: Kept,
}

thread_local! {
    static HOME: Arc<Home<Sample>> = Arc::default();
}

impl Sample {
    /// Goes to the home of this thread when it was looked at, as those that are there did.
    #[inline]
    pub(super) fn is_from_here(&mut self) {
        self.home = HOME.with(|home| {
            home.clear();
            Some(home.clone())
        });
    }

    /// Goes to where it is from, unless it is large: nobody knows when its thread has another exchange.
    pub(super) fn go_home(mut self) {
        if let Some(home) = self.home.take()
            && self.weight() <= TRAFFIC_HOME_BYTES
        {
            home.take(self);
        }
    }

    /// Bytes of its messages.
    #[inline]
    pub(super) fn weight(&self) -> usize {
        let details = self.details.lock();
        let said = &details.said;
        [&said.request, &said.backend_request, &said.backend_reply, &self.answer.body]
            .map(Kept::weight)
            .iter()
            .sum()
    }

    /// Its line of the access log.
    pub(super) fn line(&self, details: &Details) -> serde_json::Value {
        let service = &self.service.service;
        let destination = Destination {
            service: &service.name,
            front: self.front.name(),
            operation: self.course.operation.map(|at| &*self.service.operation(at).plan.name),
            backend: self.service.endpoint.authority(),
            to_soap: matches!(service.backend, Backend::Soap(_)),
        };
        let ago = Instant::now().saturating_duration_since(self.course.ended);
        // An exchange ended within what a clock can tell.
        let time =
            chrono::Duration::from_std(ago).map_or_else(|_| entropy::now(), |ago| entropy::now() - ago);
        let line = Line {
            time,
            id: &self.id,
            method: self.head.method.as_str(),
            destination: Some(destination),
            answer: self.answer.status,
            course: self.course,
            details,
            content_type: details.backend.as_ref().and_then(BackendPart::content_type),
        };
        line.json()
    }
}
