//! What becomes of a failure by the rows of `faults`.

use super::table::{FAILED, Outcome, REFUSED, outcome, unauthorized};
use super::told::ToldFault;
use crate::bridge::failed::Failed;
use crate::bridge::failure::{BackendFailure, CredentialOwner, Failure, ReceivedFault};
use crate::bridge::log;
use crate::bridge::operation::Operation;
use crate::bridge::reply;
use crate::json::Tape;
use crate::json::write::{write_key, write_string};
use crate::limits::{JsonLimits, SAID_TEXT};
use crate::redact;
use crate::service::expression::{Template, Variables};
use crate::service::fault_rules::{Blame, FaultAnswer, FaultFacts, FaultParts, FaultTemplate};
use crate::service::{Backend, Code};
use crate::soap::{FaultDetail, FaultKind};

/// What clients are told of a failure, in `operation` if it got so far.
pub(super) fn told<'f>(failed: &'f Failed, operation: Option<Operation<'_>>) -> Outcome<'f> {
    let mut outcome = outcome(&failed.failure, operation.map(|operation| operation.rules));
    let Some(operation) = operation else { return outcome };
    if outcome.fault.is_of_header() {
        // Failures of a token all look alike.
        return outcome;
    }
    let telling = Telling { failed, operation };
    if !operation.rules.faults.rows.is_empty() {
        telling.apply_row(&mut outcome);
    }
    outcome
}

/// A failure in an operation.
#[derive(Clone, Copy)]
struct Telling<'t> {
    failed: &'t Failed,
    operation: Operation<'t>,
}

impl Telling<'_> {
    /// Does what the first row that fits says.
    fn apply_row(self, outcome: &mut Outcome<'_>) {
        let document = self.document(outcome);
        let limits = &self.operation.service.limits.json;
        // The document holds two messages that fit the limits, and what is said of them.
        let wide = JsonLimits { depth: limits.depth + 4, tokens: limits.tokens.saturating_mul(3), ..*limits };
        let mut tape = Tape::new();
        let document = match tape.parse(&document, &wide) {
            Ok(document) => document,
            Err(error) => return self.note(&error),
        };
        let variables = Variables::of(document).with_tables(&self.operation.service.tables);
        let told = outcome.notices.iter().chain(outcome.backend.errors);
        let native: Vec<&str> = told.map(|error| &*error.code).collect();
        let facts = FaultFacts {
            fault: self.fault().map(parts),
            http: self.failed.reply.as_ref().map(|reply| reply.status.as_u16()),
            code: &outcome.code,
            native: &native,
        };
        if let Some(row) = self.operation.rules.faults.find(facts, &variables) {
            self.apply(&row.answer, &variables, outcome);
        }
    }

    fn apply(self, answer: &FaultAnswer, variables: &Variables<'_>, outcome: &mut Outcome<'_>) {
        if let Some(blame) = answer.blames {
            self.blame(blame, outcome);
        }
        let text = |template: &Option<Template>| {
            let value = template.as_ref().and_then(|template| template.value(variables))?;
            Some(self.shown(&value.text()))
        };
        if answer.code.is_some() || answer.message.is_some() || answer.pointer.is_some() {
            outcome.replace_notices();
        }
        if let Some(code) = text(&answer.code) {
            outcome.code = code.into();
        }
        if let Some(message) = text(&answer.message) {
            outcome.sentence = message.into();
            outcome.reworded = true;
        }
        if let Some(pointer) = text(&answer.pointer) {
            outcome.pointer = pointer.into();
        }
        outcome.responds = answer.responds;
        if answer.responds && answer.http.is_none() {
            outcome.http = self.operation.rules.failure_http;
        }
        if let Some(http) = answer.http {
            outcome.http = http;
            outcome.transport = false;
        }
        if let Some(fault) = &answer.fault {
            self.give(fault, variables, outcome);
        }
    }

    /// Gives the declared fault that `template` makes; where it breaks the contract the log says so, and clients get no detail.
    fn give(self, template: &FaultTemplate, variables: &Variables<'_>, outcome: &mut Outcome<'_>) {
        let mut json = Vec::new();
        template.detail.write(variables, &mut json);
        if let Some(words) = &self.failed.words {
            match words.json(&json) {
                Ok(cleaned) => json = cleaned,
                Err(error) => return self.note(&error),
            }
        } else if self.failed.reply.is_some() {
            return self.note(&Untold);
        }
        let detail = FaultDetail { fault: template.fault.clone(), json };
        let service = self.operation.service;
        let options = reply::options(self.operation);
        match detail.write(&service.plan, &options, &mut Vec::new()) {
            Ok(()) => outcome.told = Some(ToldFault::declared(outcome.fault, detail)),
            Err(error) => self.note(&error),
        }
    }

    /// Whom the failure blames by the service file.
    fn blame(self, blame: Blame, outcome: &mut Outcome<'_>) {
        let kind = match blame {
            Blame::Client => FaultKind::Client,
            Blame::Credentials => {
                *outcome = unauthorized(self.owner());
                return;
            }
            Blame::Server => FaultKind::Server,
        };
        outcome.fault = kind;
        match (kind, outcome.http) {
            (FaultKind::Client, 500..) => outcome.http = 400,
            (FaultKind::Server, ..500) => outcome.http = 502,
            _ => {}
        }
        for (from, to) in [(Code::BackendFailed, Code::Fault), (Code::Fault, Code::BackendFailed)] {
            if (to == Code::Fault) == (kind == FaultKind::Client) && outcome.code == from.text() {
                outcome.code = to.text().into();
            }
        }
        if let Some(received) = self.fault() {
            outcome.sentence = match kind {
                FaultKind::Client => REFUSED.into(),
                _ => FAILED.into(),
            };
            outcome.tell(received, Some(self.operation.rules));
        }
        if let Some(told) = &mut outcome.told {
            told.blame(kind);
        }
    }

    /// A text of the service file, in which the backend may have had a say.
    fn shown(self, text: &str) -> String {
        match &self.failed.words {
            Some(words) => words.text(text),
            // Nobody can tell whether there is a secret in it.
            None if self.failed.reply.is_some() => String::new(),
            None => redact::plain(text, SAID_TEXT),
        }
    }

    fn note(self, error: &dyn std::error::Error) {
        log::row_failed(&self.operation.service.name, &self.operation.plan.name, error);
    }

    fn fault(&self) -> Option<&ReceivedFault> {
        match &self.failed.failure {
            Failure::Backend(BackendFailure::Fault { fault, .. }) => Some(fault),
            Failure::Backend(BackendFailure::Failed { fault, .. }) => fault.as_deref(),
            _ => None,
        }
    }

    /// Whose credentials the backend may have refused.
    fn owner(self) -> CredentialOwner {
        match &self.failed.failure {
            Failure::Backend(
                BackendFailure::Fault { owner, .. } | BackendFailure::Unauthorized { owner, .. },
            ) => *owner,
            _ => CredentialOwner::Bridge,
        }
    }

    /// What expressions read: `{"code","message","pointer","http","fault","request","body"}`.
    fn document(self, outcome: &Outcome<'_>) -> Vec<u8> {
        let mut out = b"{".to_vec();
        let (message, pointer) = match outcome.notices.first() {
            Some(first) => (&*first.message, &*first.pointer),
            None => (&*outcome.sentence, &*outcome.pointer),
        };
        let texts = [("code", &*outcome.code), ("message", message), ("pointer", pointer)];
        for (key, text) in texts {
            write_key(&mut out, key);
            write_string(&mut out, text);
            out.push(b',');
        }
        if let Some(fault) = self.fault() {
            write_key(&mut out, "fault");
            out.extend_from_slice(ToldFault::of(fault, true).json("").as_bytes());
            out.push(b',');
        }
        if let Some(request) = &self.failed.request {
            write_key(&mut out, "request");
            out.extend_from_slice(without_mark(request));
            out.push(b',');
        }
        if let Some(reply) = &self.failed.reply {
            let json = matches!(self.operation.service.backend, Backend::Json(_));
            if json && Tape::new().parse(&reply.body, &self.operation.service.limits.json).is_ok() {
                write_key(&mut out, "body");
                out.extend_from_slice(without_mark(&reply.body));
                out.push(b',');
            }
            write_key(&mut out, "http");
            out.extend_from_slice(reply.status.as_str().as_bytes());
            out.push(b',');
        }
        out.pop();
        out.push(b'}');
        out
    }
}

/// A byte order mark is none in the middle of a document (RFC 8259 section 8.1).
fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xEF\xBB\xBF").map_or(json, |rest| rest)
}

/// Nobody can tell whether there is a secret in what would be told.
#[derive(Debug, thiserror::Error)]
#[error("nobody can tell whether there is a secret in it")]
struct Untold;

fn parts(received: &ReceivedFault) -> FaultParts<'_> {
    let fault = &received.fault;
    FaultParts {
        name: received.details.known.first().map_or("", |detail| &detail.fault.name),
        code: &fault.code,
        subcodes: &fault.subcodes,
        reasons: &fault.reasons,
    }
}
