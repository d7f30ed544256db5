//! What a side answered, and how it differs from what it must answer.

use super::case_run::CaseRun;
use super::expected::Expected;
use crate::bridge::Reply;
use crate::json::{Error, Tape, Value};
use crate::limits::JsonLimits;
use crate::samples::{Comparing, Pointers, Problem, Rules, Side};
use crate::soap::Entity;
use http::header::CONTENT_TYPE;

/// An answer that was read.
#[derive(Clone)]
pub(super) struct Response {
    pub(super) reply: Reply,
    /// The answer as JSON; that of a SOAP message is its conversion.
    json: Vec<u8>,
    /// Whether it is a SOAP fault.
    fault: bool,
    /// Whether it says that the exchange failed.
    pub(super) failed: bool,
    /// Whether the bridge numbered it.
    numbered: bool,
}

impl Response {
    /// Reads `reply`. Errors: an answer that breaks the contract.
    pub(super) fn read(mut reply: Reply, run: &CaseRun<'_>) -> Result<Self, Problem> {
        let kind = reply.headers.get(CONTENT_TYPE).map_or(&[][..], |kind| kind.as_bytes());
        if kind.starts_with(b"multipart/related") {
            let kind = String::from_utf8_lossy(kind);
            reply.body = Entity::write(&kind, &reply.body).into();
        }
        let operation = run.context.operation(run.operation, None);
        let one_way = operation.is_some_and(|operation| operation.output.is_none());
        if reply.body.is_empty() && one_way {
            let failed = !reply.status.is_success();
            return Ok(Self { reply, json: b"{}".to_vec(), fault: false, failed, numbered: false });
        }
        match run.side {
            Side::Json => Self::of_json(reply, run),
            Side::Soap => Self::of_soap(reply, run),
        }
    }

    fn of_json(reply: Reply, run: &CaseRun<'_>) -> Result<Self, Problem> {
        let mut tape = Tape::new();
        let value = tape.parse(&reply.body, &run.context.limits.json);
        let value = value.map_err(|error| Problem::new(format!("the answer is not JSON: {error}")))?;
        let says_so =
            |value: Value<'_>| value.get("status").and_then(|status| status.as_number()) == Some("0");
        let told = value.get("errors").is_some();
        let failed = reply.status.as_u16() >= 400 || (says_so(value) && told);
        // A failure in the outward shape has the number of this request, whichever one its sample has.
        let numbered = failed && told;
        Ok(Self { json: reply.body.to_vec(), reply, fault: false, failed, numbered })
    }

    fn of_soap(reply: Reply, run: &CaseRun<'_>) -> Result<Self, Problem> {
        let fault = run.context.fault_json(run.operation, &reply.body);
        if let Some(json) = fault.map_err(|error| Problem::new(format!("the answer: {error}")))? {
            return Ok(Self { reply, json, fault: true, failed: true, numbered: false });
        }
        let json = run.context.json_of(run.response(), &reply.body);
        let json = json.map_err(|problem| Problem::new(format!("the answer: {}", problem.message)))?;
        let numbered = run.context.is_numbered(run.operation);
        Ok(Self { reply, json, fault: false, failed: false, numbered })
    }

    /// Where it differs from `expected`.
    pub(super) fn problems(&self, expected: &Expected, run: &CaseRun<'_>) -> Vec<Problem> {
        match expected {
            Expected::Same(_) if self.fault => vec![kinds("a response", &self.summary(run))],
            Expected::Same(json) => self.differences(json, run),
            Expected::Fault(json) if self.fault => self.differences(json, run),
            Expected::Fault(_) => vec![kinds("a fault", "a response")],
            Expected::Told(_) if !self.failed => vec![kinds("a failure", "a response")],
            Expected::Told(fault) => match run.context.fault_of(&self.json) {
                Some(told) => Self { json: told, ..self.clone() }.differences(fault, run),
                None => vec![kinds("a fault of the contract", &self.summary(run))],
            },
            Expected::Failure if self.failed => Vec::new(),
            Expected::Failure => vec![kinds("a failure", "a response")],
            Expected::Response if !self.failed => Vec::new(),
            Expected::Response => vec![kinds("a response", &self.summary(run))],
        }
    }

    fn differences(&self, expected: &[u8], run: &CaseRun<'_>) -> Vec<Problem> {
        match self.compared(expected, run) {
            Ok(differences) => differences,
            Err(error) => vec![Problem::new(error.to_string())],
        }
    }

    fn compared(&self, expected: &[u8], run: &CaseRun<'_>) -> Result<Vec<Problem>, Error> {
        let limits = &run.context.limits.json;
        let rules = self.rules(expected, &run.case.settings.rules, limits)?;
        let how = Comparing { rules: &rules, limits, subset: false };
        let found = how.compare(expected, &self.json)?;
        Ok(found.differences.into_iter().map(Problem::from).collect())
    }

    /// The number of a request is another one each time, and a sample that has no detail asks for none of the bridge's.
    fn rules(&self, expected: &[u8], rules: &Rules, limits: &JsonLimits) -> Result<Rules, Error> {
        let has = |json: &[u8], pointer| {
            let mut tape = Tape::new();
            tape.parse(json, limits).map(|value| value.at_pointer(pointer).is_some())
        };
        let bridges = has(&self.json, "/fault/detail/bridgeFault")? && !has(expected, "/fault/detail")?;
        let pointer = if bridges { "/fault/detail" } else { "/fault/detail/bridgeFault/requestId" };
        let number = if self.numbered { "/requestId" } else { pointer };
        let more = Pointers::parse(&[pointer.to_owned(), number.to_owned()]).expect("pointers");
        Ok(Rules { ignore: more.and(&rules.ignore), mask: rules.mask.clone() })
    }

    /// The code of a failure: not its words, which may repeat what was sent.
    fn summary(&self, run: &CaseRun<'_>) -> String {
        let mut tape = Tape::new();
        let status = self.reply.status.as_u16();
        let code = tape.parse(&self.json, &run.context.limits.json).map(|value| {
            let code = value.at_pointer("/fault/code").or(value.at_pointer("/errors/0/code"));
            code.and_then(|code| code.as_str().map(std::borrow::Cow::into_owned))
        });
        match code {
            Ok(Some(code)) => format!("a failure with HTTP status {status}: {code}"),
            Ok(None) => format!("a failure with HTTP status {status}"),
            Err(error) => format!("a failure with HTTP status {status} that cannot be read: {error}"),
        }
    }
}

fn kinds(expected: &str, got: &str) -> Problem {
    let (expected, got) = (expected.to_owned(), got.to_owned());
    Problem { expected, got, ..Problem::new("the answers are of different kinds") }
}
