//! What an exchange hands over at its end: it frees what it has, and asks for no memory.

use std::sync::Arc;
use std::time::Instant;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};

use crate::bridge::access::{Destination, Line};
use crate::bridge::ready::ReadyService;
use crate::bridge::record::{Course, Details, shown_type};
use crate::bridge::request_id::RequestId;
use crate::bridge::said::{Piece, Said};
use crate::bridge::state::entropy;
use crate::bridge::state::peer::FrontKind;
use crate::service::Backend;

/// An exchange and its messages.
#[derive(Debug)]
pub(in crate::bridge) struct Sample {
    pub(in crate::bridge) service: Arc<ReadyService>,
    pub(in crate::bridge) front: FrontKind,
    pub(in crate::bridge) id: RequestId,
    pub(in crate::bridge) method: Method,
    pub(in crate::bridge) version: Version,
    pub(in crate::bridge) course: Course,
    pub(in crate::bridge) details: Details,
    /// Status and bytes; nothing where the client went away before there was one.
    pub(in crate::bridge) answer: Option<(StatusCode, u64)>,
}

impl Sample {
    /// Bytes of its messages.
    #[inline]
    pub(super) fn weight(&self) -> usize {
        self.details.said.as_ref().map_or(0, Said::len)
    }

    /// Its line of the access log.
    pub(super) fn line(&self, said: &Said) -> serde_json::Value {
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
            details: &self.details,
            content_type: shown_type(&content_types(said)),
        };
        line.json()
    }
}

fn content_types(said: &Said) -> HeaderMap {
    let found = said.headers_of(Piece::ReplyHeaders).filter(|header| *CONTENT_TYPE.as_str() == *header.name);
    let value = |value: &[u8]| (CONTENT_TYPE, HeaderValue::from_bytes(value).expect("it was one"));
    let mut all = HeaderMap::new();
    found.map(|header| value(header.value)).for_each(|(name, value)| {
        all.append(name, value);
    });
    all
}
