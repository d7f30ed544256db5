//! Exchanges as an HTTP archive (HAR 1.2), which browsers and other tools open: two entries each, that of the client and the call of the backend.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::ring::Entry;
use super::shown::{Message, ReplyHead, RequestHead, Shown};
use super::summary::Phases;
use crate::limits::TRAFFIC_ARCHIVE;
use crate::redact;

/// The exchanges `found`, which are the newest first, as an archive that begins with the oldest.
pub(super) fn archive(found: &[Arc<Entry>]) -> String {
    let mut room = TRAFFIC_ARCHIVE;
    let fits = |entry: &&Arc<Entry>| {
        let left = room.checked_sub(entry.length());
        left.inspect(|left| room = *left).is_some()
    };
    let taken: Vec<_> = found.iter().take_while(fits).collect();
    let left_out = found.len() - taken.len();
    let entries: Vec<Value> = taken.into_iter().rev().flat_map(|entry| entries(entry)).collect();
    let mut log = json!({
        "version": "1.2",
        "creator": { "name": "saponify", "version": env!("CARGO_PKG_VERSION") },
        "pages": [],
        "entries": entries,
    });
    if left_out > 0 {
        log["comment"] =
            format!("{left_out} older exchanges are left out: the archive would be too large").into();
    }
    json!({ "log": log }).to_string()
}

fn entries(entry: &Entry) -> Vec<Value> {
    let shown = entry.shown();
    let (summary, Shown { http, messages, .. }) = (&entry.summary, &shown);
    let phases = &summary.phases_us;
    let elapsed = summary.elapsed_us;
    let whole = Timing {
        // What the line says is a time.
        began: DateTime::parse_from_rfc3339(&summary.time)
            .map_or(DateTime::UNIX_EPOCH, |ended| ended.to_utc() - micros(elapsed)),
        send: phases.read.map_or(0, |read| read),
        receive: 0,
        total: elapsed,
    };
    let client = Side {
        name: "client",
        request: &http.request,
        sent: messages.request.as_ref(),
        reply: http.response.as_ref(),
        got: messages.response.as_ref(),
    };
    let mut all = vec![client.entry(entry, &whole)];
    if let Some(request) = &http.backend_request {
        let backend = Side {
            name: "backend",
            request,
            sent: messages.backend_request.as_ref(),
            reply: http.backend_reply.as_ref(),
            got: messages.backend_reply.as_ref(),
        };
        all.push(backend.entry(entry, &of_call(phases, whole.began)));
    }
    all
}

/// When the call of the backend began, and its parts.
fn of_call(phases: &Phases, began: DateTime<Utc>) -> Timing {
    let before = [phases.read, phases.auth, phases.encode].into_iter().flatten().sum();
    let (first, rest) =
        (phases.backend_first_byte.map_or(0, |first| first), phases.backend_reply.map_or(0, |rest| rest));
    Timing { began: began + micros(before), send: 0, receive: rest, total: first + rest }
}

fn micros(micros: u64) -> chrono::Duration {
    chrono::Duration::microseconds(i64::try_from(micros).map_or(0, |micros| micros))
}

/// Microseconds of one side.
struct Timing {
    began: DateTime<Utc>,
    send: u64,
    receive: u64,
    total: u64,
}

/// A request and its reply.
struct Side<'s> {
    name: &'static str,
    request: &'s RequestHead,
    sent: Option<&'s Message>,
    reply: Option<&'s ReplyHead>,
    got: Option<&'s Message>,
}

impl Side<'_> {
    fn entry(&self, entry: &Entry, timing: &Timing) -> Value {
        let millis = |micros: u64| micros as f64 / 1000.0;
        let Timing { began, send, receive, total } = *timing;
        let wait = total.saturating_sub(send + receive);
        json!({
            "startedDateTime": began.to_rfc3339_opts(SecondsFormat::Micros, true),
            "time": millis(send + wait + receive),
            "request": self.request(),
            "response": self.response(),
            "cache": {},
            "timings": { "send": millis(send), "wait": millis(wait), "receive": millis(receive) },
            "_side": self.name,
            "_exchange": entry,
        })
    }

    fn request(&self) -> Value {
        let RequestHead { method, url, version, headers } = self.request;
        let mut request = json!({
            "method": method,
            "url": url,
            "httpVersion": version.as_deref().map_or("", |version| version),
            "cookies": [],
            "headers": pairs(headers),
            "queryString": query(url),
            "headersSize": -1,
            "bodySize": self.sent.map_or(0, Message::len),
        });
        if let Some(message) = self.sent {
            let mut data = json!({ "mimeType": media_type(headers), "params": [], "text": message.text().map_or("", |text| text) });
            note(&mut data, message);
            request["postData"] = data;
        }
        request
    }

    /// One that there was none of has status 0.
    fn response(&self) -> Value {
        let none = ReplyHead { status: 0, headers: Vec::new() };
        let ReplyHead { status, headers } = self.reply.map_or(&none, |reply| reply);
        let reason = http::StatusCode::from_u16(*status).map_or(None, |status| status.canonical_reason());
        let length = self.got.map_or(0, Message::len);
        let mut content = json!({ "size": length, "mimeType": media_type(headers) });
        if let Some(message) = self.got {
            content["text"] = message.text().map_or("", |text| text).into();
            note(&mut content, message);
        }
        json!({
            "status": status,
            "statusText": reason.map_or("", |reason| reason),
            "httpVersion": self.request.version.as_deref().map_or("", |version| version),
            "cookies": [],
            "headers": pairs(headers),
            "content": content,
            "redirectURL": header(headers, "location"),
            "headersSize": -1,
            "bodySize": length,
        })
    }
}

fn note(data: &mut Value, message: &Message) {
    if message.text().is_none() {
        data["comment"] = "not kept: too large, or not readable and so not masked".into();
    }
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> &'h str {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
}

fn media_type(headers: &[(String, String)]) -> &str {
    header(headers, "content-type")
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn query(url: &str) -> Vec<Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').map_or((pair, ""), |pair| pair);
        json!({ "name": redact::printable(&decoded(name)), "value": decoded(value) })
    };
    pairs.map(pair).collect()
}
