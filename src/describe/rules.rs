//! What a service asks of requests besides their contract.

use std::fmt;

use super::selection::{Candidate, Direction};
use crate::codec::Encoder;
use crate::json::{self, Tape, Value, write};
use crate::service::checks::{self, Check};
use crate::service::outcome::Notice;
use crate::service::{Service, UndeclaredHeaders};

/// What a service asks of requests besides their contract.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'s> {
    /// The service.
    pub service: &'s Service,
    /// The time, as RFC 3339 has it.
    pub now: fn() -> String,
}

impl<'s> Rules<'s> {
    /// Whether something is asked of `candidate`.
    pub(super) fn has_checks(self, candidate: &Candidate<'_>) -> bool {
        !self.checks(candidate).is_empty()
    }

    /// Whether requests with header blocks that the contract does not declare are refused.
    pub(super) fn rejects_headers(self) -> bool {
        self.service.undeclared_headers == UndeclaredHeaders::Reject
    }

    /// Asks what is asked of `candidate` with the content `value`, which `encoder` has just written; gives the warnings.
    pub(super) fn ask(
        self,
        candidate: &Candidate<'_>,
        value: Value<'_>,
        encoder: &mut Encoder,
    ) -> Result<Vec<String>, RulesError> {
        let (mut sent, mut tape) = (Vec::new(), Tape::new());
        write::without(value, encoder.left_out(), &mut sent);
        let Self { service, now } = self;
        let value = tape.parse(&sent, &service.limits.json)?;
        let checked = checks::check(self.checks(candidate), value, &service.tables, now);
        if checked.is_refused() {
            return Err(Refused(checked.into_errors()).into());
        }
        Ok(checked.warnings.iter().map(told).collect())
    }

    fn checks(self, candidate: &Candidate<'_>) -> &'s [Check] {
        let Service { plan, operations, .. } = self.service;
        let is = |index: &usize| {
            plan.operations().get(*index).is_some_and(|own| std::ptr::eq(own, candidate.operation))
        };
        let own = (0..operations.len()).find(is).and_then(|index| operations.get(index));
        match (candidate.direction, own) {
            (Direction::Request, Some(own)) => &own.checks,
            _ => &[],
        }
    }
}

/// Why a message does not follow the rules of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// It is over the bounds of the service.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// The service refuses it.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Why a service refuses a request that follows its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Vec<Notice>);

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, notice) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "; " } else { "" })?;
            f.write_str(&told(notice))?;
        }
        Ok(())
    }
}

/// A notice in a line.
fn told(notice: &Notice) -> String {
    let Notice { code, message, pointer, .. } = notice;
    let place = if pointer.is_empty() { "/" } else { pointer };
    format!("{place}: {message} ({code})")
}
