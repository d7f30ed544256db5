//! What a JSON backend's reply means: a table, of which the first row that fits decides.

use super::shape::{Notice, Source};
use crate::json::Value;
use crate::service::expression::{Expression, Template, Variables};

/// A row of the table.
#[derive(Clone, Debug)]
pub struct OutcomeRule {
    /// HTTP statuses; all when there are none.
    pub http: Vec<HttpRange>,
    /// A condition on the reply.
    pub when: Option<Expression>,
    /// What it means; a row without a verdict only adds its warning.
    pub verdict: Option<Verdict>,
    /// What is worth knowing.
    pub warning: Option<NoticeTemplate>,
    /// What went wrong; of each item of the list at `each`.
    pub error: Option<NoticeTemplate>,
    /// A JSON Pointer to a list of the reply.
    pub each: Option<String>,
}

/// HTTP statuses from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpRange {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

/// What a reply means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `status` 0.
    Failure,
    /// A fault for SOAP clients, of the client or of the server.
    Fault {
        /// Whether the client is to blame.
        client: bool,
    },
    /// `status` 1.
    Success,
}

/// A notice with expressions in it.
#[derive(Clone, Debug)]
pub struct NoticeTemplate {
    /// The code.
    pub code: Template,
    /// The message.
    pub message: Template,
    /// The field, as a JSON Pointer.
    pub pointer: Template,
    /// Whether the code is one of the bridge's own.
    pub source: Source,
}

impl NoticeTemplate {
    fn notice(&self, variables: &Variables<'_>) -> Notice {
        let text = |template: &Template| match template.value(variables) {
            Some(value) => value.text(),
            // A text that reads what is absent is empty.
            None => String::new(),
        };
        Notice {
            code: text(&self.code),
            message: text(&self.message),
            pointer: text(&self.pointer),
            source: self.source,
            fault: None,
        }
    }
}

/// What a reply was found to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The verdict; nothing when no row fits.
    pub verdict: Option<Verdict>,
    /// Warnings of the rows that were passed.
    pub warnings: Vec<Notice>,
    /// What went wrong.
    pub errors: Vec<Notice>,
    /// The list whose items the errors are of.
    pub items: Option<String>,
}

/// Evaluates a reply with the HTTP status `http` and the body `body`. `variables` must hold the members of the body and `http`.
pub fn evaluate<'v>(
    rows: &[OutcomeRule],
    http: u16,
    body: Value<'v>,
    variables: &mut Variables<'v>,
) -> Evaluation {
    let mut evaluation = Evaluation { verdict: None, warnings: Vec::new(), errors: Vec::new(), items: None };
    for row in rows.iter().filter(|row| row.is_for(http)) {
        if row.when.as_ref().is_some_and(|when| !when.holds(variables)) {
            continue;
        }
        evaluation.warnings.extend(row.warning.as_ref().map(|warning| warning.notice(variables)));
        if row.verdict.is_some() {
            evaluation.verdict = row.verdict;
            row.errors(body, variables, &mut evaluation);
            break;
        }
    }
    evaluation
}

impl OutcomeRule {
    fn is_for(&self, http: u16) -> bool {
        self.http.is_empty() || self.http.iter().any(|range| (range.first..=range.last).contains(&http))
    }

    fn errors<'v>(&self, body: Value<'v>, variables: &mut Variables<'v>, evaluation: &mut Evaluation) {
        let Some(error) = &self.error else { return };
        let Some(each) = &self.each else { return evaluation.errors.push(error.notice(variables)) };
        for item in body.at_pointer(each).into_iter().flat_map(|items| items.items()).take(MOST_ITEMS) {
            variables.set_item(item);
            evaluation.errors.push(error.notice(variables));
        }
        evaluation.items = Some(each.clone());
    }
}

/// More items of a list are not looked at.
const MOST_ITEMS: usize = 1000;
