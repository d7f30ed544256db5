//! Rules about requests: conditions that need no backend, and how breaches of the contract are reported.

use crate::codec::{Breach, Violation, Violations};
use crate::json::{Kind, Value};
use crate::service::expression::{Decision, Expression, Tables, Variables};
use crate::service::outcome::code::Code;
use crate::service::outcome::shape::Notice;
use crate::service::selector::Selector;

/// A condition on requests.
#[derive(Clone, Debug)]
pub struct Check {
    /// When it is broken.
    pub when: Expression,
    /// A JSON Pointer to a list: the condition is asked of each item.
    pub each: Option<String>,
    /// What is reported.
    pub notice: Notice,
    /// Whether the message goes on all the same.
    pub warning: bool,
}

/// What conditions say about a request.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    broken: Vec<Broken>,
    /// What is worth knowing.
    pub warnings: Vec<Notice>,
}

/// A condition that does not let a message through.
#[derive(Clone, Debug)]
struct Broken {
    notice: Notice,
    /// Whether it is broken, and not only impossible to compute.
    decided: bool,
}

impl Checked {
    /// Whether the request is refused.
    pub fn is_refused(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Why it is refused.
    pub fn into_errors(self) -> Vec<Notice> {
        self.broken.into_iter().map(|broken| broken.notice).collect()
    }

    /// The same of a request that breaks its contract: what cannot be computed there is told as a breach already.
    pub fn into_decided(self) -> Vec<Notice> {
        self.broken.into_iter().filter(|broken| broken.decided).map(|broken| broken.notice).collect()
    }
}

/// Asks all conditions, in order.
///
/// `now` gives the time, as RFC 3339 has it.
pub fn check(checks: &[Check], body: Value<'_>, tables: &Tables, now: fn() -> String) -> Checked {
    let mut checked = Checked::default();
    if checks.is_empty() {
        return checked;
    }
    let mut variables = Variables::of(body).with_tables(tables).with_now(now);
    for check in checks {
        let found = check.broken(body, &mut variables);
        if check.warning {
            checked
                .warnings
                .extend(found.into_iter().filter(|broken| broken.decided).map(|broken| broken.notice));
        } else {
            checked.broken.extend(found);
        }
    }
    checked
}

impl Check {
    fn broken<'v>(&self, body: Value<'v>, variables: &mut Variables<'v>) -> Vec<Broken> {
        match &self.each {
            None => Vec::from_iter(self.asked(variables)),
            Some(each) => match body.at_pointer(each) {
                Some(items) => self.broken_items(each, items, variables),
                None => Vec::new(),
            },
        }
    }

    fn broken_items<'v>(&self, each: &str, items: Value<'v>, variables: &mut Variables<'v>) -> Vec<Broken> {
        if items.len() > MOST_ITEMS && items.kind() == Kind::Array {
            // What is not looked at is not let through.
            let notice = Notice::new(Code::Length, TOO_MANY).at(each);
            return vec![Broken { notice, decided: true }];
        }
        let mut found = Vec::new();
        for (at, item) in items.items().enumerate() {
            variables.set_item(item);
            found.extend(self.asked(variables).map(|mut broken| {
                broken.notice.pointer = format!("{each}/{at}{}", broken.notice.pointer);
                broken
            }));
        }
        found
    }

    fn asked(&self, variables: &Variables<'_>) -> Option<Broken> {
        match self.when.decide(variables) {
            Decision::HoldsNot => None,
            decision => Some(Broken { notice: self.notice.clone(), decided: decision == Decision::Holds }),
        }
    }
}

/// How a breach of the contract is reported.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where; everywhere when there are none.
    pub at: Vec<Selector>,
    /// Kinds of breaches; all when there are none.
    pub kinds: Vec<Breach>,
    /// The code.
    pub code: String,
    /// What to say instead of what the contract expects.
    pub message: Option<String>,
}

impl Report {
    fn is_for(&self, violation: &Violation) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&violation.breach))
            && (self.at.is_empty() || self.at.iter().any(|at| at.selects(&violation.pointer)))
    }
}

/// The notices of a message that breaks its contract, by the first of `reports` that is for each breach.
pub fn notices(violations: &Violations, reports: &[Report]) -> Vec<Notice> {
    let notice = |violation: &Violation| {
        let report = reports.iter().find(|report| report.is_for(violation));
        let code = report.map_or(Code::from(violation.breach).text(), |report| &report.code);
        let own = report.and_then(|report| report.message.clone());
        Notice {
            code: code.to_owned(),
            // A rule without a message says what the contract expects.
            message: own.unwrap_or_else(|| message(violation)),
            pointer: violation.pointer.clone(),
            source: crate::service::outcome::shape::Source::Bridge,
            fault: None,
        }
    };
    violations.0.iter().map(notice).collect()
}

/// The field and what was expected of it.
pub fn message(violation: &Violation) -> String {
    match violation.pointer.rsplit_once('/') {
        None | Some((_, "")) => violation.expected.clone(),
        Some((_, name)) => format!("{name}: {}", violation.expected),
    }
}

/// Items of a list that a condition is asked of: each costs some microseconds.
const MOST_ITEMS: usize = 10_000;

const TOO_MANY: &str = "more than 10000 items, which is more than conditions are asked of";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Tape;
    use crate::limits::JsonLimits;
    use crate::service::expression::{ExprType, Names};

    /// Items behind the ten thousandth were not asked about, and went on.
    #[test]
    fn a_list_that_is_too_long_to_check_is_refused() {
        let names = Names::new(ExprType::Anything).with("item", ExprType::Anything);
        let check = Check {
            when: Expression::compile("item == 1", &names).expect("an expression"),
            each: Some("/a".to_owned()),
            notice: Notice { code: "X".to_owned(), ..Notice::default() },
            warning: false,
        };
        for (zeros, ones, expected) in [(9_999, 1, "X /a/9999"), (10_000, 1, "BRG00106 /a"), (3, 0, "")] {
            let body = format!("{{\"a\":[{}]}}", ["0"].repeat(zeros).join(",") + &",1".repeat(ones));
            let mut tape = Tape::new();
            let body = tape.parse(body.as_bytes(), &JsonLimits::default()).expect("JSON");
            let checked = check_one(&check, body);
            let told: Vec<String> =
                checked.iter().map(|found| format!("{} {}", found.code, found.pointer)).collect();
            assert_eq!(told.join(" "), expected, "{zeros}");
        }
    }

    fn check_one(one: &Check, body: Value<'_>) -> Vec<Notice> {
        super::check(std::slice::from_ref(one), body, &Tables::default(), String::new).into_errors()
    }
}
