//! Texts of a backend, made fit for its clients: without what must not show, without control characters, and not too long.

use tokio::sync::TryLockError;

use super::answer::Pending;
use crate::bridge::backend::outgoing::Reply;
use crate::json::{self, Tape};
use crate::limits::{JsonLimits, SAID_SECRETS, SAID_TEXT};
use crate::redact::{MARK, Masks, SecretSet, masked_fields, masked_values, packed_json, plain};
use crate::service::outcome::Notice;
use crate::service::{Mask, RouteError};

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
    /// The token that it got is not known: another one is being fetched.
    #[error("a token is being fetched")]
    Token,
}

impl From<TryLockError> for Silence {
    fn from(_: TryLockError) -> Self {
        Self::Token
    }
}

/// What must not show in the texts of one reply.
pub(super) struct Words {
    masks: Masks,
    secrets: SecretSet,
    limits: JsonLimits,
}

impl Words {
    /// Those of `reply`. Errors: nobody can tell whether a text of it holds a secret.
    pub(super) fn of(pending: &Pending<'_>, reply: &Reply) -> Result<Self, Silence> {
        let operation = pending.operation;
        let mut words = Self::over(pending, [&*pending.sent.body, &reply.body])?;
        if let Some(below) = operation.template.made_of(&pending.sent.target) {
            words.secrets = words.secrets.and(masked_fields(&operation.rules.http, below, &words.masks)?);
        }
        Ok(words)
    }

    /// Those of the reply of a SOAP backend, as far as the request has them. Errors: as before.
    pub(super) fn of_request(pending: &Pending<'_>) -> Result<Self, Silence> {
        Self::over(pending, pending.sent.request)
    }

    /// Those of messages in JSON.
    fn over<'m>(
        pending: &Pending<'_>,
        messages: impl IntoIterator<Item = &'m [u8]>,
    ) -> Result<Self, Silence> {
        let service = pending.operation.service;
        let masks = Masks::of(service);
        let mut known = pending.sent.secrets(service)?;
        for message in messages.into_iter().filter(|body| !body.trim_ascii().is_empty()) {
            known.extend(masked_values(message, &masks, &service.limits.json)?);
        }
        if known.len() > SAID_SECRETS {
            return Err(Silence::Secrets);
        }
        Ok(Self { masks, secrets: SecretSet::of(service).and(known), limits: service.limits.json })
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
    pub(super) fn text(&self, text: &str) -> String {
        self.shown(text, SAID_TEXT)
    }

    /// Some JSON of the contract, with its fields masked. Errors: it repeats a secret elsewhere than in a text.
    pub(super) fn json(&self, json: &[u8]) -> Result<Vec<u8>, json::Error> {
        let masked = packed_json(json, &self.masks, &self.limits)?;
        let masked = self.secrets.masked(&String::from_utf8_lossy(&masked)).into_bytes();
        Tape::new().parse(&masked, &self.limits)?;
        Ok(masked)
    }

    /// Secrets are looked for in more than what is told: one that is cut in two would not be found.
    fn shown(&self, text: &str, most: usize) -> String {
        plain(&self.secrets.masked(&plain(text, 4 * SAID_TEXT)), most)
    }
}

/// Characters of a code.
const SHORT: usize = SAID_TEXT / 8;
