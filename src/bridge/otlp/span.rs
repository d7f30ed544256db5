//! The spans of an exchange: the bridge's own, and that of its call of the backend. Names of attributes are those of the semantic conventions
//! 1.37 for HTTP and RPC; ours begin with `saponify`.
//!
//! As in the access log there is no value of a message, no path and no secret.

use std::borrow::Cow;
use std::time::Instant;

use chrono::{DateTime, Utc};
use http::request::Parts;
use http::{Method, Version};
use serde::Serialize;

use super::attribute::{Attribute, whole};
use crate::bridge::access::{Destination, Line, outcome};
use crate::bridge::record::{BackendPart, Details, FailurePart, PHASE_NAMES};
use crate::bridge::state::entropy;
use crate::bridge::trace::Trace;
use crate::limits::{LOG_FIELD, LOG_MESSAGE};
use crate::redact::plain;

/// What is told of an exchange, the bridge's own span first.
#[derive(Debug)]
pub(in crate::bridge) struct Told {
    pub(super) server: Span,
    /// Nothing where the backend was not called.
    pub(super) client: Option<Span>,
}

/// A span (`opentelemetry.proto.trace.v1.Span`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Span {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_state: Option<String>,
    flags: u32,
    name: String,
    kind: Kind,
    #[serde(serialize_with = "whole")]
    start_time_unix_nano: i64,
    #[serde(serialize_with = "whole")]
    end_time_unix_nano: i64,
    attributes: Vec<Attribute>,
    pub(super) status: Status,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Server = 2,
    Client = 3,
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

/// How it ended (`Status`); nothing in it where nobody is to say that it was wrong.
#[derive(Debug, Default, Serialize)]
pub(super) struct Status {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
}

impl Status {
    fn error(failure: Option<&FailurePart>) -> Self {
        let message = failure.map(|failure| plain(&failure.message, LOG_MESSAGE));
        Self { code: Some(STATUS_ERROR), message }
    }
}

/// From one clock to the other: moments of an exchange are known by a clock that has no date.
#[derive(Clone, Copy)]
struct Clock {
    date: DateTime<Utc>,
    now: Instant,
}

impl Clock {
    fn nanos(self, moment: Instant) -> i64 {
        let ago = self.now.saturating_duration_since(moment).as_nanos();
        // Of a clock that is centuries off nothing can be told.
        let date = self.date.timestamp_nanos_opt().map_or(0, |date| date);
        i64::try_from(ago).map_or(0, |ago| date.saturating_sub(ago))
    }
}

impl Told {
    /// Of the exchange that `line` is about, which has ended just now; its request had this `head`.
    pub(in crate::bridge) fn of(line: &Line<'_>, head: &Parts) -> Self {
        let clock = Clock { date: entropy::now(), now: Instant::now() };
        let own = Trace::new_span();
        let client = line.destination.and_then(|to| {
            let (backend, call) = (line.details.backend.as_ref()?, line.details.call()?);
            Some(client(line, Called { to, backend, call }, clock, own.clone()))
        });
        Self { server: server(line, head, clock, own), client }
    }
}

/// A call of the backend.
struct Called<'c> {
    to: Destination<'c>,
    backend: &'c BackendPart,
    /// When it began and ended.
    call: (Instant, Instant),
}

fn server(line: &Line<'_>, head: &Parts, clock: Clock, span_id: String) -> Span {
    let trace = &line.id.trace;
    let parent = Trace::parent_of(&head.headers).filter(|_| trace.is_continued());
    let failed = line.answer.is_none_or(|(status, _)| status.is_server_error());
    Span {
        flags: flags(trace, parent.is_some()),
        parent_span_id: parent,
        name: name(line.destination, &head.method),
        kind: Kind::Server,
        start_time_unix_nano: clock.nanos(line.course.started),
        end_time_unix_nano: clock.nanos(clock.now),
        attributes: of_server(line, head),
        status: if failed { Status::error(line.details.failure.as_ref()) } else { Status::default() },
        trace_id: trace.to_string(),
        trace_state: trace.state().map(str::to_owned),
        span_id,
    }
}

fn client(line: &Line<'_>, called: Called<'_>, clock: Clock, parent: String) -> Span {
    let trace = &line.id.trace;
    let failure = line.details.failure.as_ref().filter(|failure| failure.of_backend);
    Span {
        trace_id: trace.to_string(),
        span_id: trace.span().to_owned(),
        parent_span_id: Some(parent),
        trace_state: trace.state().map(str::to_owned),
        flags: flags(trace, false),
        name: name(Some(called.to), &called.backend.method),
        kind: Kind::Client,
        start_time_unix_nano: clock.nanos(called.call.0),
        end_time_unix_nano: clock.nanos(called.call.1),
        attributes: of_client(&called, failure),
        status: failure.map_or_else(Status::default, |failure| Status::error(Some(failure))),
    }
}

/// The flags of the trace, and whether its parent is elsewhere (`SpanFlags`).
fn flags(trace: &Trace, remote: bool) -> u32 {
    u32::from(trace.is_sampled()) | KNOWS_REMOTE | if remote { IS_REMOTE } else { 0 }
}

/// The operation, where it is known; never what a client made up.
fn name(to: Option<Destination<'_>>, method: &Method) -> String {
    match to.and_then(|to| Some((to.service, to.operation?))) {
        Some((service, operation)) => format!("{service}/{operation}"),
        None => known(method).map_or("HTTP", |method| method).to_owned(),
    }
}

/// A method that HTTP has; others are what a client makes up.
fn known(method: &Method) -> Option<&'static str> {
    METHODS.into_iter().find(|known| *known == method.as_str())
}

fn method(method: &Method) -> Attribute {
    Attribute::text("http.request.method", known(method).map_or("_OTHER", |method| method))
}

fn of_server(line: &Line<'_>, head: &Parts) -> Vec<Attribute> {
    let Line { id, destination, answer, course, details, .. } = *line;
    let mut all = Vec::with_capacity(ATTRIBUTES);
    all.push(method(&head.method));
    all.push(Attribute::text("network.protocol.version", version(head.version)));
    if let Some(client) = &details.client {
        all.push(Attribute::text("url.scheme", if client.secure { "https" } else { "http" }));
        all.push(Attribute::text("client.address", client.address.ip().to_string()));
        all.push(Attribute::number("client.port", client.address.port().into()));
    }
    if let Some(to) = destination {
        rpc(&mut all, to, to.front == "soap");
        all.push(Attribute::text("saponify.front", to.front));
    }
    all.push(Attribute::number("http.request.body.size", course.request_bytes));
    if let Some((status, bytes)) = answer {
        all.push(Attribute::number("http.response.status_code", status.as_u16().into()));
        all.push(Attribute::number("http.response.body.size", bytes));
    }
    if !details.caller.is_empty() {
        all.push(Attribute::text("user.name", plain(&details.caller, LOG_FIELD)));
    }
    all.push(Attribute::text("saponify.request", id.number.to_string()));
    let ended = if answer.is_some() { outcome(course.blame) } else { "abandoned" };
    all.push(Attribute::text("saponify.outcome", ended));
    match &details.failure {
        Some(failure) => of_failure(&mut all, failure),
        None if answer.is_none() => all.push(Attribute::text("error.type", "abandoned")),
        None => {}
    }
    phases(&mut all, line.details, line.course.started);
    all
}

fn of_failure(all: &mut Vec<Attribute>, failure: &FailurePart) {
    all.push(Attribute::text("error.type", failure.name));
    all.push(Attribute::text("saponify.code", failure.code.clone()));
    all.extend(failure.reason.map(|cause| Attribute::text("saponify.cause", cause)));
    all.extend(failure.limit.map(|limit| Attribute::text("saponify.limit", limit)));
    let fault = failure.fault.as_ref().map(|code| plain(code, LOG_FIELD));
    all.extend(fault.map(|code| Attribute::text("saponify.fault", code)));
}

fn phases(all: &mut Vec<Attribute>, details: &Details, started: Instant) {
    let times = PHASE_NAMES.into_iter().zip(details.phases(started));
    all.extend(times.filter_map(|(name, took)| {
        // No phase takes half a million years.
        let micros = u64::try_from(took?.as_micros()).map_or(u64::MAX, |micros| micros);
        Some(Attribute::number(format!("saponify.phase.{name}_us"), micros))
    }));
}

fn of_client(called: &Called<'_>, failure: Option<&FailurePart>) -> Vec<Attribute> {
    let Called { to, backend, .. } = called;
    let mut all = Vec::with_capacity(ATTRIBUTES);
    rpc(&mut all, *to, to.to_soap);
    all.push(method(&backend.method));
    // Host and port, as the service file has them.
    if let Some((host, port)) = to.backend.rsplit_once(':') {
        all.push(Attribute::text("server.address", host.trim_matches(['[', ']']).to_owned()));
        all.extend(port.parse().into_iter().map(|port| Attribute::number("server.port", port)));
    }
    all.push(Attribute::number("http.request.body.size", backend.request_bytes as u64));
    if let Some(status) = backend.status {
        all.push(Attribute::number("http.response.status_code", status.into()));
        all.push(Attribute::number("http.response.body.size", backend.reply_bytes as u64));
    }
    if let Some(failure) = failure {
        all.push(Attribute::text("error.type", failure.reason.map_or(failure.name, |cause| cause)));
    }
    all
}

fn rpc(all: &mut Vec<Attribute>, to: Destination<'_>, soap: bool) {
    all.extend(soap.then(|| Attribute::text("rpc.system", "soap")));
    all.push(Attribute::text("rpc.service", to.service.to_owned()));
    all.extend(to.operation.map(|name| Attribute::text("rpc.method", name.to_owned())));
}

fn version(version: Version) -> Cow<'static, str> {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
    .into()
}

/// RFC 9110 section 9, and PATCH.
const METHODS: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// Usual ones of one span.
const ATTRIBUTES: usize = 24;

/// `STATUS_CODE_ERROR`.
const STATUS_ERROR: u8 = 2;

/// `SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK`, `SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK`.
const KNOWS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

#[cfg(test)]
mod tests {
    use super::*;

    impl Told {
        /// One of which nothing is known.
        pub(in crate::bridge::otlp) fn example() -> Self {
            let server = Span {
                trace_id: String::new(),
                span_id: String::new(),
                parent_span_id: None,
                trace_state: None,
                flags: 0,
                name: String::new(),
                kind: Kind::Server,
                start_time_unix_nano: 0,
                end_time_unix_nano: 0,
                attributes: Vec::new(),
                status: Status::default(),
            };
            Self { server, client: None }
        }
    }

    #[test]
    fn what_a_client_makes_up_is_in_no_name() {
        let made_up = Method::from_bytes(b"CANARY").expect("a method");
        assert_eq!((name(None, &made_up).as_str(), name(None, &Method::GET).as_str()), ("HTTP", "GET"));
        assert_eq!(method(&made_up), Attribute::text("http.request.method", "_OTHER"));
    }
}
