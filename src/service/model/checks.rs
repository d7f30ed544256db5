//! Rules about requests: conditions that need no backend, and how breaches of the contract are reported.

use crate::codec::{Breach, Violation, Violations};
use crate::json::Value;
use crate::service::expression::{Expression, Tables, Variables};
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
    /// Why it is refused.
    pub errors: Vec<Notice>,
    /// What is worth knowing.
    pub warnings: Vec<Notice>,
}

/// Asks all conditions, in order.
///
/// `now` gives the time, as RFC 3339 has it.
pub fn check(checks: &[Check], body: Value<'_>, tables: &Tables, now: fn() -> String) -> Checked {
    let mut checked = Checked::default();
    if checks.is_empty() {
        return checked;
    }
    let mut variables = Variables::of(body).with_tables(tables);
    variables.set_text("now", &now());
    for check in checks {
        let list = if check.warning { &mut checked.warnings } else { &mut checked.errors };
        match &check.each {
            None if check.when.holds(&variables) => list.push(check.notice.clone()),
            None => {}
            Some(each) => check_items(check, each, body, &mut variables, list),
        }
    }
    checked
}

fn check_items<'v>(
    check: &Check,
    each: &str,
    body: Value<'v>,
    variables: &mut Variables<'v>,
    list: &mut Vec<Notice>,
) {
    let items = body.at_pointer(each).into_iter().flat_map(|items| items.items());
    for (at, item) in items.enumerate().take(MOST_ITEMS) {
        variables.set_json("item", item);
        if check.when.holds(variables) {
            let pointer = format!("{each}/{at}{}", check.notice.pointer);
            list.push(Notice { pointer, ..check.notice.clone() });
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
            message: own.unwrap_or_else(|| message(violation)),
            pointer: violation.pointer.clone(),
            source: crate::service::outcome::shape::Source::Bridge,
        }
    };
    violations.0.iter().map(notice).collect()
}

/// The field and what was expected of it.
pub fn message(violation: &Violation) -> String {
    match violation.pointer.rsplit('/').next().unwrap_or_default() {
        "" => violation.expected.clone(),
        name => format!("{name}: {}", violation.expected),
    }
}

/// More items of a list are not asked about.
const MOST_ITEMS: usize = 10_000;
