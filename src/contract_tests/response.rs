//! What a side answered, and how it differs from what it must answer.

use super::expected::Expected;
use crate::bridge::Reply;
use crate::describe::Direction;
use crate::json::{Tape, Value};
use crate::samples::{Case, ContractContext, Pointers, Problem, Rules, Side, compare, fault_json};

/// An answer that was read.
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
    pub(super) fn read(
        reply: Reply,
        side: Side,
        operation: &str,
        context: &ContractContext,
    ) -> Result<Self, Problem> {
        let one_way = context.operation(operation, None).is_some_and(|operation| operation.output.is_none());
        if reply.body.is_empty() && one_way {
            let failed = !reply.status.is_success();
            return Ok(Self { reply, json: b"{}".to_vec(), fault: false, failed, numbered: false });
        }
        match side {
            Side::Json => Self::of_json(reply, context),
            Side::Soap => Self::of_soap(reply, operation, context),
        }
    }

    fn of_json(reply: Reply, context: &ContractContext) -> Result<Self, Problem> {
        let mut tape = Tape::new();
        let value = tape.parse(&reply.body, &context.limits.json);
        let value = value.map_err(|error| Problem::new(format!("the answer is no JSON: {error}")))?;
        let says_so =
            |value: Value<'_>| value.get("status").and_then(|status| status.as_number()) == Some("0");
        let failed = reply.status.as_u16() >= 400 || (says_so(value) && value.get("errors").is_some());
        Ok(Self { json: reply.body.to_vec(), reply, fault: false, failed, numbered: false })
    }

    fn of_soap(reply: Reply, operation: &str, context: &ContractContext) -> Result<Self, Problem> {
        let wrong = |reason: String| Problem::new(format!("the answer: {reason}"));
        if let Some(json) = fault_json(&reply.body, &context.limits.xml).map_err(wrong)? {
            return Ok(Self { reply, json, fault: true, failed: true, numbered: false });
        }
        let json = context.json_of(operation, Direction::Response, &reply.body);
        let json = json.map_err(|problem| wrong(problem.message))?;
        let numbered = context.is_numbered(operation);
        Ok(Self { reply, json, fault: false, failed: false, numbered })
    }

    /// Where it differs from `expected`.
    pub(super) fn problems(
        &self,
        expected: &Expected,
        case: &Case,
        context: &ContractContext,
    ) -> Vec<Problem> {
        match expected {
            Expected::Same(_) if self.fault => vec![kinds("a response", &self.summary(context))],
            Expected::Same(json) => self.differences(json, case, context),
            Expected::Fault(json) if self.fault => self.differences(json, case, context),
            Expected::Fault(_) => vec![kinds("a fault", "a response")],
            Expected::Failure if self.failed => Vec::new(),
            Expected::Failure => vec![kinds("a failure", "a response")],
            Expected::Response if !self.failed => Vec::new(),
            Expected::Response => vec![kinds("a response", &self.summary(context))],
        }
    }

    fn differences(&self, expected: &[u8], case: &Case, context: &ContractContext) -> Vec<Problem> {
        let rules = self.rules(expected, &case.settings.rules, context);
        let found = match compare(expected, &self.json, &rules, &context.limits.json, false) {
            Ok(found) => found.differences,
            Err(error) => return vec![Problem::new(error.to_string())],
        };
        let problem = |found: crate::samples::Difference| Problem {
            pointer: found.pointer,
            expected: found.expected,
            got: found.got,
            message: found.message.to_owned(),
        };
        found.into_iter().map(problem).collect()
    }

    /// The number of a request is another one each time, and a sample that has no detail asks for none of the bridge's.
    fn rules(&self, expected: &[u8], rules: &Rules, context: &ContractContext) -> Rules {
        let has = |json: &[u8], pointer| {
            let mut tape = Tape::new();
            let value = tape.parse(json, &context.limits.json).ok();
            value.is_some_and(|value| value.at_pointer(pointer).is_some())
        };
        let bridges = has(&self.json, "/fault/detail/bridgeFault") && !has(expected, "/fault/detail");
        let pointer = if bridges { "/fault/detail" } else { "/fault/detail/bridgeFault/requestId" };
        let number = if self.numbered { "/requestId" } else { pointer };
        let more = Pointers::parse(&[pointer.to_owned(), number.to_owned()]).unwrap_or_default();
        Rules { ignore: more.and(&rules.ignore), mask: rules.mask.clone() }
    }

    /// The code of a failure: not its words, which may repeat what was sent.
    fn summary(&self, context: &ContractContext) -> String {
        let mut tape = Tape::new();
        let value = tape.parse(&self.json, &context.limits.json).ok();
        let code =
            value.and_then(|value| value.at_pointer("/fault/code").or(value.at_pointer("/errors/0/code")));
        let code = code.and_then(|code| code.as_str().map(|code| format!(": {code}"))).unwrap_or_default();
        format!("a failure with HTTP status {}{code}", self.reply.status.as_u16())
    }
}

fn kinds(expected: &str, got: &str) -> Problem {
    let (expected, got) = (expected.to_owned(), got.to_owned());
    Problem { expected, got, ..Problem::new("the answers are of different kinds") }
}
