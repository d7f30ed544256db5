//! SOAP services whose contracts share the common outcome.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use yaserde::YaDeserialize;

use super::behaviour::Behaviour;
use super::envelope::{self, XML, enveloped, fault, refused};
use super::server::{Act, Exchange, Handle};
use super::shape::{Shaped, misplaced};
use super::usernames::Users;
use super::xml::{element, escaped};

/// A service.
pub(super) trait Service: Send + Sync + 'static {
    /// What the body of a request holds.
    type Body: YaDeserialize + Default + Shaped;
    /// The start tag of a response, without the common namespace.
    const RESPONSE: &'static str;

    /// The text of a request, as it is read.
    fn prepare(text: &str) -> String {
        text.to_owned()
    }

    /// Checks a request, unless it asks for no operation of this service.
    fn answer(&self, body: Self::Body) -> Option<Answer>;
    /// A failure with so many errors and this status of HTTP.
    fn failure(&self, errors: usize, http_status: u16) -> Answer;
    /// The other form of success.
    fn flavour(&self) -> Answer;
}

/// The common outcome, and the text of what the system adds to it.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) warnings: Vec<Notice>,
    pub(super) errors: Vec<Notice>,
    pub(super) http_status: u16,
    pub(super) native: String,
}

/// An error or a warning, with the system's own form of it where code and message do not say everything.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) raw: Option<String>,
}

impl Notice {
    /// A notice that code and message say.
    pub(super) fn new(code: impl ToString, message: &str) -> Self {
        Self { code: code.to_string(), message: message.to_owned(), raw: None }
    }

    fn written(&self, name: &str) -> String {
        let raw = self.raw.as_ref().map(|raw| format!(" raw=\"{}\"", escaped(raw))).unwrap_or_default();
        let (code, message) = (element("c:code", &self.code), element("c:message", &self.message));
        format!("<c:{name}{raw}>{code}{message}</c:{name}>")
    }
}

/// Starts a service that lets in `users`.
pub(super) async fn start<S: Service>(
    address: SocketAddr,
    users: &[(&str, &str)],
    service: S,
) -> std::io::Result<Handle<Behaviour>> {
    let (users, service) = (Users::new(users), Arc::new(service));
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        act(exchange, &behaviour, &users, &*service)
    })
    .await
}

fn act<S: Service>(exchange: &Exchange, behaviour: &Behaviour, users: &Users, service: &S) -> Act {
    match behaviour {
        Behaviour::Normal => normal(exchange, users, service),
        Behaviour::Failure(errors) => judged::<S>(&service.failure(*errors, 400), "0"),
        Behaviour::Conflict => judged::<S>(&service.failure(1, 409), "0"),
        Behaviour::Contradiction => judged::<S>(&service.failure(1, 200), "1"),
        Behaviour::Flavour => judged::<S>(&service.flavour(), "1"),
        Behaviour::Mistyped => judged::<S>(&service.flavour(), "one"),
        other => envelope::alike(other).unwrap_or_else(refused),
    }
}

fn normal<S: Service>(exchange: &Exchange, users: &Users, service: &S) -> Act {
    let envelope = match envelope::read::<S::Body>(exchange, S::prepare) {
        Ok(envelope) => envelope,
        Err(refusal) => return refusal,
    };
    if !envelope.token().is_some_and(|token| users.accept_text(token)) {
        return refused();
    }
    if let Some(name) = misplaced(&String::from_utf8_lossy(&exchange.body), S::Body::SHAPE) {
        return fault(500, "soap:Client", &format!("{name} is unknown or not in its place"), "");
    }
    match service.answer(envelope.body) {
        Some(answer) => judged::<S>(&answer, if answer.errors.is_empty() { "1" } else { "0" }),
        None => fault(500, "soap:Client", "unknown operation", ""),
    }
}

/// `answer` with this status.
fn judged<S: Service>(answer: &Answer, status: &str) -> Act {
    let name = S::RESPONSE.split(' ').next().unwrap_or_default();
    let notices = |name: &str, notices: &[Notice]| -> String {
        notices.iter().map(|notice| notice.written(name)).collect()
    };
    let body = [
        format!("<{} xmlns:c=\"urn:bridge:common:1\">", S::RESPONSE),
        element("c:requestId", &NEXT.fetch_add(1, Ordering::Relaxed).to_string()),
        element("c:status", status),
        notices("warnings", &answer.warnings),
        notices("errors", &answer.errors),
        element("c:httpStatus", &answer.http_status.to_string()),
        answer.native.clone(),
        format!("</{name}>"),
    ];
    Act::Answer(200, XML, None, enveloped(&body.concat()))
}

static NEXT: AtomicI64 = AtomicI64::new(1_700_000_000_001);
