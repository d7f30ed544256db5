//! The access log: one line for each exchange, made at its end and written by a thread that nobody waits for.
//!
//! A line holds names, numbers and what headers of a backend say of its reply, never a value of a message: who asks for a line
//! knows what happened, and learns nothing of what was said.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde::Serialize;

use super::log::LogWriter;
use super::record::{BackendPart, Blame, Course, Details, PHASE_NAMES};
use super::request_id::RequestId;
use crate::limits::{LOG_FIELD, LOG_MESSAGE};
use crate::redact::plain;

/// Where lines about exchanges go, and their form.
#[derive(Clone, Debug)]
pub struct AccessLog {
    /// Where they go.
    pub writer: LogWriter,
    /// Their form.
    pub form: AccessLogForm,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLogForm {
    /// An object.
    Json,
    /// Words, each a key and a value with `=` between them.
    Text,
}

/// An exchange that has ended.
#[derive(Clone, Debug)]
pub(super) struct Line<'l> {
    /// When it ended.
    pub(super) time: DateTime<Utc>,
    pub(super) id: &'l RequestId,
    pub(super) method: &'l str,
    /// Nothing where the request led nowhere.
    pub(super) destination: Option<Destination<'l>>,
    /// Nothing where the client went away before there was one.
    pub(super) answer: Option<(StatusCode, u64)>,
    pub(super) course: Course,
    pub(super) details: &'l Details,
    /// The media type of the backend's reply, and its character encoding.
    pub(super) content_type: Option<String>,
}

/// Where a request went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination<'l> {
    pub(super) service: &'l str,
    pub(super) front: &'static str,
    pub(super) operation: Option<&'l str>,
    /// Host and port of the backend.
    pub(super) backend: &'l str,
    /// Whether the backend speaks SOAP.
    pub(super) to_soap: bool,
}

/// A line as it is written. The documents have a row for each field, which a test compares.
#[derive(Debug, Serialize)]
struct Written<'l> {
    time: String,
    level: &'static str,
    request: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_name: Option<&'l str>,
    trace: String,
    span: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<String>,
    method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    front: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'l str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    request_bytes: u64,
    response_bytes: u64,
    elapsed_us: u128,
    phases_us: Phases,
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<Backend<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Debug, Serialize)]
struct Backend<'l> {
    address: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    request_bytes: usize,
    reply_bytes: usize,
}

/// Microseconds of each phase that ended, by its name.
#[derive(Debug)]
struct Phases(Vec<(&'static str, u128)>);

impl AccessLog {
    pub(super) fn write(&self, line: &Line<'_>) {
        let written = line.written();
        let mut out = Vec::with_capacity(LINE);
        match self.form {
            // Nothing of it can fail: its keys are texts, and it is written into memory.
            AccessLogForm::Json => serde_json::to_writer(&mut out, &written).expect("a line is JSON"),
            AccessLogForm::Text => out.extend_from_slice(written.text().as_bytes()),
        }
        out.push(b'\n');
        self.writer.line(out);
    }
}

impl<'l> Line<'l> {
    /// The same as JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::to_value(self.written()).expect("a line is JSON")
    }

    fn written(&self) -> Written<'l> {
        let Self { time, id, destination, answer, course, details, ref content_type, .. } = *self;
        let failure = details.failure.as_ref();
        let phases = PHASE_NAMES.into_iter().zip(details.phases(course.started));
        let backend = destination.zip(details.backend.as_ref());
        Written {
            time: time.to_rfc3339_opts(SecondsFormat::Micros, true),
            level: level(course.blame),
            request: id.number,
            request_name: id.given(),
            trace: id.trace.to_string(),
            span: id.trace.span().to_owned(),
            client: details.client.map(|client| client.address.to_string()),
            caller: Some(&details.caller).filter(|name| !name.is_empty()).map(|name| plain(name, LOG_FIELD)),
            method: plain(self.method, LOG_FIELD),
            front: destination.map(|to| to.front),
            service: destination.map(|to| to.service),
            operation: destination.and_then(|to| to.operation),
            outcome: if answer.is_some() { outcome(course.blame) } else { "abandoned" },
            status: answer.map(|(status, _)| status.as_u16()),
            request_bytes: course.request_bytes,
            response_bytes: answer.map_or(0, |(_, bytes)| bytes),
            elapsed_us: course.ended.saturating_duration_since(course.started).as_micros(),
            phases_us: Phases(phases.filter_map(|(name, took)| Some((name, took?.as_micros()))).collect()),
            backend: backend.map(|(to, part)| Backend::of(to.backend, part, content_type.as_deref())),
            failure: failure.map(|failure| failure.name),
            cause: failure.and_then(|failure| failure.reason),
            limit: failure.and_then(|failure| failure.limit),
            code: failure.map(|failure| &*failure.code),
            fault: failure.and_then(|failure| failure.fault.as_ref()).map(|code| plain(code, LOG_FIELD)),
            message: failure.map(|failure| plain(&failure.message, LOG_MESSAGE)),
        }
    }
}

impl<'l> Backend<'l> {
    fn of(address: &'l str, part: &BackendPart, content_type: Option<&str>) -> Self {
        Self {
            address,
            status: part.status,
            content_type: content_type.map(|kind| plain(kind, LOG_FIELD)),
            request_bytes: part.request_bytes,
            reply_bytes: part.reply_bytes,
        }
    }
}

impl Written<'_> {
    /// Keys and values: what is no plain word stands in quotes, as in JSON.
    fn text(&self) -> String {
        let value = serde_json::to_value(self).expect("a line is JSON");
        let mut out = format!("{} {}", self.time, self.level);
        words(&mut out, "", &value);
        out
    }
}

fn words(out: &mut String, before: &str, value: &serde_json::Value) {
    let Some(members) = value.as_object() else { return };
    let top = KEYS.iter().filter_map(|key| Some((*key, members.get(*key)?)));
    let inner = members.iter().map(|(key, value)| (key.as_str(), value));
    let members: Vec<_> = if before.is_empty() { top.collect() } else { inner.collect() };
    for (key, value) in members {
        let plain = |text: &str| {
            let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\');
            !text.is_empty() && text.bytes().all(is_plain)
        };
        match value {
            serde_json::Value::Object(_) => words(out, &format!("{before}{key}."), value),
            serde_json::Value::String(text) if plain(text) => {
                write!(out, " {before}{key}={text}").expect("a String takes everything");
            }
            _ => write!(out, " {before}{key}={value}").expect("a String takes everything"),
        }
    }
}

impl Serialize for Phases {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// As the lines about failures have it.
fn level(blame: Blame) -> &'static str {
    match blame {
        Blame::Nobody => "INFO",
        Blame::Client | Blame::Shed => "WARN",
        Blame::Backend | Blame::Bridge => "ERROR",
    }
}

/// Its name in metrics.
pub(super) fn outcome(blame: Blame) -> &'static str {
    match blame {
        Blame::Nobody => "ok",
        Blame::Client => "client",
        Blame::Backend => "backend",
        Blame::Bridge => "bridge",
        Blame::Shed => "shed",
    }
}

/// The fields of a line of words behind its time and level, in their order.
const KEYS: [&str; 23] = [
    "client",
    "caller",
    "method",
    "front",
    "service",
    "operation",
    "outcome",
    "status",
    "request_bytes",
    "response_bytes",
    "elapsed_us",
    "phases_us",
    "backend",
    "failure",
    "cause",
    "limit",
    "code",
    "fault",
    "message",
    "request",
    "request_name",
    "trace",
    "span",
];

/// Bytes of a usual line.
const LINE: usize = 768;
