//! What an exchange hands over at its end, and the room in which it is noted.

use std::sync::Arc;
use std::time::Instant;

use http::{Method, StatusCode, Version};
use parking_lot::Mutex;

use super::home::Home;
use crate::bridge::access::{Destination, Line};
use crate::bridge::ready::ReadyService;
use crate::bridge::record::{Course, Details};
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
    /// Of the request.
    pub(in crate::bridge) method: Method,
    /// Of the request.
    pub(in crate::bridge) version: Version,
    pub(in crate::bridge) course: Course,
    pub(in crate::bridge) details: Room,
    /// Status and bytes; nothing where the client went away before there was an answer.
    pub(in crate::bridge) answer: Option<(StatusCode, u64)>,
}

/// Where an exchange is noted.
pub(super) type Room = Box<Mutex<Details>>;

/// What is left of an exchange that was looked at: its room, and what its thread has made for it.
#[derive(Debug)]
pub(super) struct Used {
    room: Room,
    _id: RequestId,
}

thread_local! {
    static HOME: Arc<Home<Used>> = Arc::default();
}

/// A room of this thread, that of an exchange which was looked at, or a new one.
#[inline]
pub(super) fn room() -> Room {
    let mut room = HOME.with(|home| home.give()).map_or_else(Room::default, |used| used.room);
    room.get_mut().begin_anew(TRAFFIC_HOME_BYTES);
    room
}

/// The home of what this thread has made.
#[inline]
pub(super) fn home() -> Arc<Home<Used>> {
    HOME.with(Arc::clone)
}

impl Sample {
    /// What goes home.
    pub(super) fn used(self) -> Used {
        Used { room: self.details, _id: self.id }
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
            method: self.method.as_str(),
            destination: Some(destination),
            answer: self.answer,
            course: self.course,
            details,
            content_type: details.content_type(),
        };
        line.json()
    }
}
