//! What becomes of a failure by the rows of `faults`, and by a reply that is the content of a declared fault.

use super::table::{Outcome, outcome, unauthorized};
use super::told::ToldFault;
use crate::bridge::failure::{BackendFailure, CredentialOwner, Failed, Failure, ReceivedFault};
use crate::bridge::log;
use crate::bridge::operation::Operation;
use crate::bridge::reply;
use crate::codec::{EncodeOptions, UnknownFields};
use crate::json::write::{write_key, write_string};
use crate::json::{Kind, Tape, Value, write};
use crate::limits::{JsonLimits, SAID_TEXT};
use crate::redact;
use crate::service::Backend;
use crate::service::expression::{Template, Variables};
use crate::service::fault_rules::{Blame, FaultAnswer, FaultFacts, FaultParts, FaultTemplate};
use crate::soap::{FaultContract, FaultDetail, FaultKind};

/// What clients are told of a failure, in `operation` if it got so far.
pub(super) fn told<'f>(failed: &'f Failed, operation: Option<Operation<'_>>) -> Outcome<'f> {
    let mut outcome = outcome(&failed.failure, operation.map(|operation| operation.rules));
    let Some(operation) = operation else { return outcome };
    if outcome.fault.is_of_header() {
        // Failures of a token all look alike.
        return outcome;
    }
    let telling = Telling { failed, operation };
    telling.find_declared(&mut outcome);
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
    /// A JSON backend that answers with an error whose body is a fault as JSON clients see it, or the content of one declared fault and
    /// of no other, answers with that fault.
    fn find_declared(self, outcome: &mut Outcome<'_>) {
        let Failure::Backend(BackendFailure::Failed { .. }) = &self.failed.failure else { return };
        let Some(reply) = &self.failed.reply else { return };
        let service = self.operation.service;
        let mut tape = Tape::new();
        // What is not JSON is no fault in JSON.
        let Ok(body) = tape.parse(&reply.body, &service.limits.json) else { return };
        let contract = FaultContract { plan: &service.plan, operation: self.operation.plan };
        let own = body.at_pointer("/errors/0/fault").map(|fault| contract.read_json(fault));
        if let Some(Ok(fault)) = own {
            let code = fault.codes.first().cloned();
            let told = fault.details.into_iter().next();
            outcome.told = told.map(|detail| ToldFault {
                reasons: fault.reasons,
                role: fault.role,
                ..ToldFault::declared(outcome.fault, detail)
            });
            if let (Some(told), Some(code)) = (&mut outcome.told, code) {
                told.code = code;
            }
            return;
        }
        if body.kind() == Kind::Object && !body.is_empty() {
            outcome.told = self.only_fit(body).map(|detail| ToldFault::declared(outcome.fault, detail));
        }
    }

    /// The declared fault whose content `body` is, where there is exactly one.
    fn only_fit(self, body: Value<'_>) -> Option<FaultDetail> {
        let plain = reply::options(self.operation);
        let options = EncodeOptions { unknown_fields: UnknownFields::Reject, ..plain };
        let mut json = Vec::new();
        write::compact(body, &mut json);
        let details = self.operation.plan.faults.iter();
        let mut fits = details
            .map(|fault| FaultDetail { fault: fault.clone(), json: json.clone() })
            .filter(|detail| detail.write(&self.operation.service.plan, &options, &mut Vec::new()).is_ok());
        let first = fits.next()?;
        fits.next().is_none().then_some(first)
    }

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
        let native: Vec<&str> = outcome.backend.errors.iter().map(|error| &*error.code).collect();
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
        match answer.blames {
            None => {}
            Some(Blame::Client) => {
                outcome.fault = FaultKind::Client;
                if outcome.http >= 500 {
                    outcome.http = 400;
                }
            }
            Some(Blame::Credentials) => {
                *outcome = unauthorized(self.owner());
            }
            Some(Blame::Server) => {
                outcome.fault = FaultKind::Server;
                if outcome.http < 500 {
                    outcome.http = 502;
                }
            }
        }
        let text = |template: &Option<Template>| {
            let value = template.as_ref().and_then(|template| template.value(variables));
            // The backend may have had a say in it.
            value.map(|value| redact::plain(&value.text(), SAID_TEXT))
        };
        if answer.code.is_some() || answer.message.is_some() || answer.pointer.is_some() {
            // The row's error stands for all that would be told.
            outcome.notices.clear();
            outcome.source = crate::service::outcome::Source::Backend;
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
        if let Some(http) = answer.http {
            outcome.http = http;
            outcome.transport = false;
        }
        outcome.responds = answer.responds;
        if let Some(fault) = &answer.fault {
            self.give(fault, variables, outcome);
        }
    }

    /// Gives the declared fault that `template` makes; where it breaks the contract the log says so, and clients get no detail.
    fn give(self, template: &FaultTemplate, variables: &Variables<'_>, outcome: &mut Outcome<'_>) {
        let mut json = Vec::new();
        template.detail.write(variables, &mut json);
        let detail = FaultDetail { fault: template.fault.clone(), json };
        let service = self.operation.service;
        let options = reply::options(self.operation);
        match detail.write(&service.plan, &options, &mut Vec::new()) {
            Ok(()) => outcome.told = Some(ToldFault::declared(outcome.fault, detail)),
            Err(error) => self.note(&error),
        }
    }

    fn note(self, error: &dyn std::error::Error) {
        log::row_failed(&self.operation.service.name, &self.operation.plan.name, error);
    }

    fn fault(&self) -> Option<&ReceivedFault> {
        match &self.failed.failure {
            Failure::Backend(BackendFailure::Fault { fault, .. }) => Some(fault),
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
        let texts =
            [("code", &*outcome.code), ("message", &*outcome.sentence), ("pointer", &*outcome.pointer)];
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
            out.extend_from_slice(request);
            out.push(b',');
        }
        if let Some(reply) = &self.failed.reply {
            let json = matches!(self.operation.service.backend, Backend::Json(_));
            if json && Tape::new().parse(&reply.body, &self.operation.service.limits.json).is_ok() {
                write_key(&mut out, "body");
                out.extend_from_slice(&reply.body);
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

fn parts(received: &ReceivedFault) -> FaultParts<'_> {
    let fault = &received.fault;
    FaultParts {
        name: received.details.known.first().map_or("", |detail| &detail.fault.name),
        code: &fault.code,
        subcodes: &fault.subcodes,
        reasons: &fault.reasons,
    }
}
