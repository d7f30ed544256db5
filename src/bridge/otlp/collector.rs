//! Sending to a collector: what it may take later is sent again, for a time that is bounded, and the log says when it begins to fail and when
//! that is over.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::bridge::backend::client::Client;
use crate::bridge::backend::connect::{Endpoint, EndpointError};
use crate::bridge::backend::error::CallError;
use crate::bridge::backend::outgoing::{Outgoing, Reply};
use crate::bridge::state::header::advice;
use crate::limits::{HttpLimits, LOG_FIELD, OTLP_ANSWER, OTLP_ATTEMPTS, OTLP_PAUSE};
use crate::redact::{self, plain};
use crate::service::{Target, Tls};

/// Where traces or metrics go.
#[derive(Clone, Debug)]
pub struct CollectorSettings {
    /// The whole URL, such as `http://127.0.0.1:4318/v1/traces`.
    pub url: Arc<str>,
    /// Headers of each request; they may be secret.
    pub headers: HeaderMap,
    /// The authorities that its certificate must come from, as PEM; those of the system by default.
    pub ca: Option<Arc<str>>,
    /// How long it may take to answer.
    pub timeout: Duration,
}

/// A collector.
#[derive(Debug)]
pub(super) struct Collector {
    /// What it gets.
    what: &'static str,
    shown: String,
    client: Client,
    endpoint: Endpoint,
    headers: HeaderMap,
    /// Whether the last message was lost.
    fails: bool,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The collector has it, but for as many spans or data points.
    Taken { rejected: u64 },
    /// It is lost.
    Lost,
}

/// Why a collector did not take a message.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// By the name of its cause: sentences are about backends.
    #[error("there was no answer ({})", .0.row().cause)]
    Call(CallError),
    #[error("it answered with HTTP status {}", .0.as_u16())]
    Status(StatusCode, Option<Duration>),
}

impl Collector {
    /// One as `settings` say, which gets `what`. Errors: a URL that cannot be called.
    pub(super) fn new(what: &'static str, settings: CollectorSettings) -> Result<Self, EndpointError> {
        let CollectorSettings { url, mut headers, ca, timeout } = settings;
        let shown = redact::url(&url).to_string();
        let target = Target {
            url,
            connect: timeout,
            first_byte: timeout,
            total: timeout,
            tls: Tls { ca, ..Tls::default() },
            reach: Default::default(),
            connections: Default::default(),
        };
        let endpoint = Endpoint::new(&target)?;
        let client = Client::new(HttpLimits { reply_body: OTLP_ANSWER, ..HttpLimits::default() });
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self { what, shown, client, endpoint, headers, fails: false })
    }

    /// Sends `message`. Once the process is `stopping` nothing is sent again.
    pub(super) async fn send(&mut self, message: Bytes, stopping: &mut watch::Receiver<bool>) -> Sent {
        let mut pause = PAUSE;
        for left in (0..OTLP_ATTEMPTS).rev() {
            let refused = match self.attempt(message.clone()).await {
                Ok(rejected) => {
                    self.succeeded();
                    return Sent::Taken { rejected };
                }
                Err(refused) => refused,
            };
            let wait = refused.pause(pause).filter(|_| left > 0 && !*stopping.borrow());
            let Some(wait) = wait else {
                self.failed(&refused);
                break;
            };
            self.hesitates(&refused);
            tokio::select! {
                () = sleep(wait) => {}
                // It is sent once more then.
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
            pause *= 2;
        }
        Sent::Lost
    }

    /// How much of it was rejected.
    async fn attempt(&self, message: Bytes) -> Result<u64, Refused> {
        let (target, headers) = (self.endpoint.target().clone(), self.headers.clone());
        let request = Outgoing::new(Method::POST, target, headers, message);
        let reply = self.client.send(&self.endpoint, request).await.map_err(Refused::Call)?;
        if reply.status.is_success() {
            return Ok(self.rejected(&reply));
        }
        let seconds = advice(&reply.headers, RETRY_AFTER).and_then(seconds);
        Err(Refused::Status(reply.status, seconds))
    }

    /// How much of a message that was taken was not (`partial_success`).
    fn rejected(&self, reply: &Reply) -> u64 {
        // An answer in another encoding, or none, says nothing of it.
        let Ok(answer) = serde_json::from_slice::<Value>(&reply.body) else { return 0 };
        let partial = &answer["partialSuccess"];
        let rejected =
            [&partial["rejectedSpans"], &partial["rejectedDataPoints"]].into_iter().find_map(whole);
        if let Some(message) = partial["errorMessage"].as_str().filter(|message| !message.is_empty()) {
            let (what, shown, message) = (self.what, &self.shown, plain(message, LOG_FIELD));
            tracing::warn!("otlp: {shown} says of {what}: {message}");
        }
        rejected.map_or(0, |rejected| rejected)
    }

    fn succeeded(&mut self) {
        if std::mem::take(&mut self.fails) {
            let (what, shown) = (self.what, &self.shown);
            tracing::info!("otlp: {shown} takes {what} again");
        }
    }

    /// The first time that it does not go well.
    fn hesitates(&mut self, refused: &Refused) {
        if !std::mem::replace(&mut self.fails, true) {
            let (what, shown) = (self.what, &self.shown);
            tracing::warn!(
                "otlp: {shown} does not take {what}: {refused}; they are sent again, and lost where that lasts"
            );
        }
    }

    fn failed(&mut self, refused: &Refused) {
        if !std::mem::replace(&mut self.fails, true) {
            let (what, shown) = (self.what, &self.shown);
            tracing::warn!("otlp: {shown} does not take {what}: {refused}; they are lost");
        }
    }
}

impl Refused {
    /// How long to wait before it is sent again, at least `least`; nothing where that would change nothing (OTLP specification, section
    /// Retryable Response Codes).
    fn pause(&self, least: Duration) -> Option<Duration> {
        let wait = match self {
            Self::Call(_) => least,
            Self::Status(status, told) => match status.as_u16() {
                429 | 502 | 503 | 504 => told.map_or(least, |told| told.max(least)),
                _ => return None,
            },
        };
        Some(wait.min(Duration::from_millis(OTLP_PAUSE)))
    }
}

/// A date says nothing here: no collector sends one.
fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().map_or(None, |seconds: u32| Some(Duration::from_secs(seconds.into())))
}

/// A number of 64 bits, which may be a text in the JSON of Protocol Buffers.
fn whole(value: &Value) -> Option<u64> {
    match value {
        // What is no number says nothing.
        Value::String(text) => text.parse().ok(),
        _ => value.as_u64(),
    }
}

/// The first pause.
const PAUSE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_go_well_later_is_sent_again() {
        let (least, most) = (Duration::from_secs(2), Duration::from_millis(OTLP_PAUSE));
        for (status, told, expected) in [
            (503, None, Some(least)),
            (429, Some("7"), Some(Duration::from_secs(7))),
            (502, Some("1"), Some(least)),
            (504, Some("4000000000"), Some(most)),
            (503, Some("Wed, 21 Oct 2026 07:28:00 GMT"), Some(least)),
            (400, Some("7"), None),
            (404, None, None),
            (500, None, None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(Refused::Status(status, told.and_then(seconds)).pause(least), expected, "{status}");
        }
        assert_eq!(Refused::Call(CallError::Refused).pause(least), Some(least));
    }
}
