//! Texts of a backend, made fit for its clients: without what must not show, without control characters, and not too long.

use tokio::sync::TryLockError;

use super::answer::Pending;
use crate::bridge::backend::outgoing::Reply;
use crate::json;
use crate::limits::{SAID_SECRETS, SAID_TEXT};
use crate::redact::{MARK, Masks, SecretSet, masked_fields, masked_values, plain};
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
}

impl Words {
    /// Those of `reply`. Errors: nobody can tell whether a text of it holds a secret.
    pub(super) fn of(pending: &Pending<'_>, reply: &Reply) -> Result<Self, Silence> {
        let service = pending.operation.service;
        let masks = Masks::of(service);
        let operation = pending.operation;
        let mut known = pending.sent.secrets(service)?;
        if let Some(below) = operation.template.made_of(&pending.sent.target) {
            known.extend(masked_fields(&operation.rules.http, below, &masks)?);
        }
        for message in
            [&pending.sent.body, &reply.body].into_iter().filter(|body| !body.trim_ascii().is_empty())
        {
            known.extend(masked_values(message, &masks, &service.limits.json)?);
        }
        if known.len() > SAID_SECRETS {
            return Err(Silence::Secrets);
        }
        Ok(Self { masks, secrets: SecretSet::of(service).and(known) })
    }

    /// A notice of the table of a service file, which holds texts of the reply.
    pub(super) fn notice(&self, notice: &Notice) -> Notice {
        Notice {
            code: self.text(&notice.code, SHORT),
            message: self.text(&notice.message, SAID_TEXT),
            pointer: self.text(&notice.pointer, SAID_TEXT),
            source: notice.source,
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
            None => Some(self.text(text, most)).filter(|text| !text.is_empty()),
            Some(Mask::Drop) => None,
            Some(Mask::Hide | Mask::Last4) => Some(MARK.to_owned()),
        }
    }

    /// Secrets are looked for in more than what is told: one that is cut in two would not be found.
    fn text(&self, text: &str, most: usize) -> String {
        plain(&self.secrets.masked(&plain(text, 4 * SAID_TEXT)), most)
    }
}

/// Characters of a code.
const SHORT: usize = SAID_TEXT / 8;
