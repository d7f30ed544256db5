//! Texts of a backend, made fit for its clients: without what must not show, without control characters, and not too long.

use super::answer::{Pending, Sent};
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::operation::Operation;
use crate::json;
use crate::limits::{JsonLimits, SAID_SECRETS, SAID_TEXT};
use crate::redact::{MARK, Masks, SecretSet, Sought, cleaned_json, masked_fields, masked_values, plain};
use crate::service::outcome::Notice;
use crate::service::{Backend, Mask, RouteError};
use crate::wss::Secret;

/// Why nothing of what a backend said is told.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Silence {
    /// It is no JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// The target of the request cannot be read.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// There are too many secrets to look for.
    #[error("more masked values than are looked for")]
    Secrets,
}

/// What must not show in the texts of one reply.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Words {
    masks: Masks,
    secrets: Sought,
    limits: JsonLimits,
}

impl Words {
    /// Those of `reply`. Errors: nobody can tell whether a text of it holds a secret.
    pub(super) fn of(pending: &Pending<'_>, reply: &Reply) -> Result<Self, Silence> {
        let operation = pending.operation;
        let masks = Masks::of(operation.service);
        let fields = match operation.template.made_of(&pending.sent.target) {
            Some(below) => masked_fields(&operation.rules.http, below, &masks)?,
            None => Vec::new(),
        };
        Self::over(operation, &pending.sent, [&*pending.sent.body, &reply.body], fields)
    }

    /// Those of the reply of a SOAP backend, as far as the request has them. Errors: as before.
    pub(super) fn of_request(pending: &Pending<'_>) -> Result<Self, Silence> {
        Self::over(pending.operation, &pending.sent, pending.sent.request, Vec::new())
    }

    /// Those of a failed exchange; nothing where nobody can tell.
    pub(in crate::bridge) fn of_failed(pending: &Pending<'_>, reply: &Reply) -> Option<Self> {
        let words = match &pending.operation.service.backend {
            // What is not JSON holds no masked field.
            Backend::Json(_) => match Self::of(pending, reply) {
                Err(Silence::Json(_)) => return Self::of_sent(pending.operation, &pending.sent),
                words => words,
            },
            Backend::Soap(_) => Self::of_request(pending),
        };
        Self::told(words)
    }

    /// Those of a request without a reply; nothing where nobody can tell.
    pub(in crate::bridge) fn of_sent(operation: Operation<'_>, sent: &Sent<'_>) -> Option<Self> {
        Self::told(Self::over(operation, sent, sent.request, Vec::new()))
    }

    fn told(words: Result<Self, Silence>) -> Option<Self> {
        // Where nobody can tell, no text is told.
        words.ok()
    }

    /// Those of messages in JSON, and `more`.
    fn over<'m>(
        operation: Operation<'_>,
        sent: &Sent<'_>,
        messages: impl IntoIterator<Item = &'m [u8]>,
        more: Vec<Secret>,
    ) -> Result<Self, Silence> {
        let service = operation.service;
        let masks = Masks::of(service);
        let mut known = more;
        known.extend(sent.secrets(service));
        for message in messages.into_iter().filter(|body| !body.trim_ascii().is_empty()) {
            known.extend(masked_values(message, &masks, &service.limits.json)?);
        }
        if known.len() > SAID_SECRETS {
            return Err(Silence::Secrets);
        }
        let secrets = SecretSet::of(service).and(known).sought();
        Ok(Self { masks, secrets, limits: service.limits.json })
    }

    /// A notice of the table of a service file, which holds texts of the reply.
    pub(super) fn notice(&self, notice: &Notice) -> Notice {
        Notice {
            code: self.shown(&notice.code, SHORT),
            message: self.shown(&notice.message, SAID_TEXT),
            pointer: self.shown(&notice.pointer, SAID_TEXT),
            source: notice.source,
            fault: None,
        }
    }

    /// A sentence at the JSON path `path`; nothing where a mask drops it.
    pub(super) fn sentence(&self, path: &[String], text: &str) -> Option<String> {
        self.at(path, text, SAID_TEXT)
    }

    /// A code or a pointer.
    pub(super) fn word(&self, path: &[String], text: &str) -> Option<String> {
        self.at(path, text, SHORT)
    }

    fn at(&self, path: &[String], text: &str, most: usize) -> Option<String> {
        match self.masks.at(path) {
            None => Some(self.shown(text, most)).filter(|text| !text.is_empty()),
            Some(Mask::Drop) => None,
            Some(Mask::Hide | Mask::Last4) => Some(MARK.to_owned()),
        }
    }

    /// A text that stands nowhere in JSON.
    pub(in crate::bridge) fn text(&self, text: &str) -> String {
        self.shown(text, SAID_TEXT)
    }

    /// A piece of a code; nothing for one that would have to be masked or cut, for then it is another code.
    pub(in crate::bridge) fn name(&self, text: &str) -> Option<String> {
        let shown = self.shown(text, CODE);
        (shown == text).then_some(shown)
    }

    /// Some JSON of the contract, with its fields masked and without secrets in the others. Errors: it is not JSON.
    pub(in crate::bridge) fn json(&self, json: &[u8]) -> Result<Vec<u8>, json::Error> {
        cleaned_json(json, &self.masks, &self.secrets, &self.limits)
    }

    /// Secrets are looked for in more than what is told: one that is cut in two would not be found.
    fn shown(&self, text: &str, most: usize) -> String {
        let text = self.secrets.masked(text.get(..LOOKED_AT).map_or(text, |start| start));
        plain(&self.secrets.masked(&plain(&text, 4 * SAID_TEXT)), most)
    }
}

/// Characters of a code in JSON.
const SHORT: usize = SAID_TEXT / 8;

/// Characters of a code of a fault, or of its namespace.
const CODE: usize = SAID_TEXT / 2;

/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 64 * SAID_TEXT;
