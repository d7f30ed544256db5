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
use crate::bridge::state::noticed::REQUEST_ID;
use crate::bridge::state::peer::FrontKind;
use crate::bridge::trace::{Trace, TraceParent};
use crate::bridge::transcript::Turn;
use crate::limits::{TRAFFIC_HOME, TRAFFIC_HOME_BYTES};
use crate::service::Backend;

/// An exchange and its messages.
#[derive(Debug)]
pub(in crate::bridge) struct Sample {
    pub(in crate::bridge) service: Arc<ReadyService>,
    pub(in crate::bridge) front: FrontKind,
    /// The number of the request.
    pub(in crate::bridge) number: i64,
    pub(in crate::bridge) trace: TraceParent,
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
pub(in crate::bridge) type Room = Box<Mutex<Details>>;

thread_local! {
    static HOME: Arc<Home<Room>> = Arc::default();
}

/// A room of this thread, that of an exchange which was looked at, or one that is `spare`, or a new one.
#[inline]
pub(super) fn room(spare: &Home<Room>) -> Room {
    // A new one where none came home, and none is left.
    let mut room = HOME.with(|home| home.give()).or_else(|| spare.give()).unwrap_or_default();
    room.get_mut().begin_anew(TRAFFIC_HOME_BYTES);
    room
}

/// Rooms that are there before there is an exchange. What a thread makes in the midst of its first ones lies between what it needs for a
/// moment, so that whatever needs memory after that has to look for some.
pub(super) fn spare() -> Home<Room> {
    let rooms = Home::default();
    for _ in 0..TRAFFIC_HOME {
        let mut room = Room::default();
        room.get_mut().begin_anew(TRAFFIC_HOME_BYTES);
        rooms.take(room);
    }
    rooms
}

/// The home of what this thread has made.
#[inline]
pub(super) fn home() -> Arc<Home<Room>> {
    HOME.with(Arc::clone)
}

impl Sample {
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
            id: &self.id(details),
            method: self.method.as_str(),
            destination: Some(destination),
            answer: self.answer,
            course: self.course,
            details,
            content_type: details.content_type(),
        };
        line.json()
    }

    /// Its number and its name, which its head has.
    fn id(&self, details: &Details) -> RequestId {
        let head = details.transcript.as_ref().and_then(|said| said.head_of(Turn::Request));
        let name = REQUEST_ID;
        let names = head.into_iter().flat_map(|head| head.values(name.as_str()));
        RequestId::again(self.number, names, Trace::of(self.trace))
    }
}
