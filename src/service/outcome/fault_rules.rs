//! What becomes of faults and failures: a table, of which the first row that fits decides.

use std::sync::Arc;

use super::detail_template::DetailTemplate;
use super::outcome_rules::HttpRange;
use crate::plan::FaultPlan;
use crate::service::expression::{Expression, Template, Variables};
use crate::soap::FaultCode;

/// `faults` of an operation, the file's rows after its own.
#[derive(Clone, Debug, Default)]
pub struct FaultTable {
    /// The rows.
    pub rows: Vec<FaultRule>,
    /// Whether clients are told the reasons of all faults, and not only of those that are declared or blame the sender.
    pub all_reasons: bool,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct FaultRule {
    /// What it is for.
    pub pattern: FaultPattern,
    /// What becomes of it.
    pub answer: FaultAnswer,
}

/// What a row is for. What is not said fits anything.
#[derive(Clone, Debug, Default)]
pub struct FaultPattern {
    /// The name of the declared fault.
    pub name: Option<Arc<str>>,
    /// The code of the fault.
    pub code: Option<FaultCode>,
    /// One of its subcodes.
    pub subcode: Option<FaultCode>,
    /// What is in its reason.
    pub reason: Option<TextPattern>,
    /// HTTP statuses of the backend's reply; all when there are none.
    pub http: Vec<HttpRange>,
    /// The code that clients would be told, or one of those that the backend gave.
    pub told: Option<String>,
    /// A condition.
    pub when: Option<Expression>,
}

/// What becomes of a failure. What is not said stays.
#[derive(Clone, Debug, Default)]
pub struct FaultAnswer {
    /// Whom it blames.
    pub blames: Option<Blame>,
    /// Whether SOAP clients get a response with `status` 0 and no fault.
    pub responds: bool,
    /// The HTTP status for JSON clients.
    pub http: Option<u16>,
    /// The code of the error.
    pub code: Option<Template>,
    /// Its message, which is the reason for SOAP clients.
    pub message: Option<Template>,
    /// The field, as a JSON Pointer.
    pub pointer: Option<Template>,
    /// The declared fault that clients get.
    pub fault: Option<FaultTemplate>,
}

/// Whom a fault blames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The client.
    Client,
    /// The credentials that the backend got.
    Credentials,
    /// The server.
    Server,
}

/// A declared fault that is made.
#[derive(Clone, Debug)]
pub struct FaultTemplate {
    /// The fault.
    pub fault: FaultPlan,
    /// The content of its detail.
    pub detail: DetailTemplate,
}

/// A failure as rows look at it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FaultFacts<'f> {
    /// The fault that the backend answered with, if it did.
    pub fault: Option<FaultParts<'f>>,
    /// The HTTP status of the backend's reply, where there is one.
    pub http: Option<u16>,
    /// The code that clients would be told.
    pub code: &'f str,
    /// The codes that the backend gave in a JSON of its own.
    pub native: &'f [&'f str],
}

/// The parts of a fault that rows look at.
#[derive(Clone, Copy, Debug)]
pub struct FaultParts<'f> {
    /// The name of the declared fault; empty for another one.
    pub name: &'f str,
    /// Its code.
    pub code: &'f FaultCode,
    /// Its subcodes.
    pub subcodes: &'f [FaultCode],
    /// Its reason, in one language or more.
    pub reasons: &'f [crate::soap::Reason],
}

impl FaultTable {
    /// The first row that is for a failure.
    pub fn find(&self, facts: FaultFacts<'_>, variables: &Variables<'_>) -> Option<&FaultRule> {
        self.rows.iter().find(|row| row.pattern.fits(facts, variables))
    }
}

impl FaultAnswer {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.code, &self.message, &self.pointer];
        self.blames.is_none()
            && !self.responds
            && self.http.is_none()
            && self.fault.is_none()
            && texts.into_iter().all(Option::is_none)
    }
}

impl FaultPattern {
    /// Whether it says nothing, so that it would fit everything.
    pub fn is_empty(&self) -> bool {
        !self.is_of_fault() && self.http.is_empty() && self.told.is_none() && self.when.is_none()
    }

    /// Whether it looks at a fault.
    fn is_of_fault(&self) -> bool {
        self.name.is_some() || self.code.is_some() || self.subcode.is_some() || self.reason.is_some()
    }

    fn fits(&self, facts: FaultFacts<'_>, variables: &Variables<'_>) -> bool {
        let http =
            |range: &HttpRange| facts.http.is_some_and(|http| (range.first..=range.last).contains(&http));
        (match facts.fault {
            Some(fault) => self.fits_fault(fault),
            None => !self.is_of_fault(),
        }) && (self.http.is_empty() || self.http.iter().any(http))
            && self.told.as_deref().is_none_or(|told| told == facts.code || facts.native.contains(&told))
            && self.when.as_ref().is_none_or(|when| when.holds(variables))
    }

    fn fits_fault(&self, fault: FaultParts<'_>) -> bool {
        self.name.as_deref().is_none_or(|name| name == fault.name)
            && self.code.as_ref().is_none_or(|code| is_such(code, fault.code))
            && self
                .subcode
                .as_ref()
                .is_none_or(|code| fault.subcodes.iter().any(|given| is_such(code, given)))
            && self
                .reason
                .as_ref()
                .is_none_or(|reason| fault.reasons.iter().any(|given| reason.is_in(&given.text)))
    }
}

/// Whether `given` is the code `wanted`, or a more specific one. A code without a namespace is one of SOAP, in either of its
/// versions, or the local name of any.
fn is_such(wanted: &FaultCode, given: &FaultCode) -> bool {
    let same_namespace = wanted.namespace.is_empty() || wanted.namespace == given.namespace;
    let (wanted, given) = (same_in_both(&wanted.local), same_in_both(&given.local));
    let more_specific =
        given.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    same_namespace && more_specific
}

/// The names of SOAP 1.1 for what SOAP 1.2 calls otherwise.
fn same_in_both(code: &str) -> &str {
    match code {
        "Sender" => "Client",
        "Receiver" => "Server",
        code => code,
    }
}

/// Pieces of a text that follow each other, with anything between them; letter case does not count.
#[derive(Clone, Debug)]
pub struct TextPattern {
    pieces: Vec<String>,
}

impl TextPattern {
    /// The pattern `text`, in which `*` stands for any text.
    pub fn new(text: &str) -> Self {
        Self { pieces: text.split('*').map(str::to_lowercase).collect() }
    }

    /// Whether `text` has all pieces in their order.
    fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let mut rest = text.as_str();
        self.pieces.iter().all(|piece| match rest.split_once(piece.as_str()) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => piece.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fit_in_both_versions_and_from_the_general_to_the_special() {
        for (wanted, given, expected) in [
            ("Client", "Client", true),
            ("Client", "{http://www.w3.org/2003/05/soap-envelope}Sender", true),
            ("Sender", "Client", true),
            ("Client", "Client.Authentication", true),
            ("Client.Authentication", "Client", false),
            ("Client", "ClientX", false),
            ("NoFunds", "{urn:x}NoFunds", true),
            ("{urn:x}NoFunds", "{urn:x}NoFunds", true),
            ("{urn:y}NoFunds", "{urn:x}NoFunds", false),
        ] {
            assert_eq!(
                is_such(&FaultCode::from(wanted), &FaultCode::from(given)),
                expected,
                "{wanted} {given}"
            );
        }
    }

    #[test]
    fn a_pattern_is_looked_for_anywhere_in_the_reason() {
        let text = "The security token could not be authenticated or authorized";
        for (pattern, expected) in [
            ("could not be authenticated*", true),
            ("Could Not", true),
            ("security*authorized", true),
            ("authorized*security", false),
            ("no such order", false),
        ] {
            assert_eq!(TextPattern::new(pattern).is_in(text), expected, "{pattern}");
        }
    }
}
