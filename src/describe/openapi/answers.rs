//! What an operation answers: its response, and failures.

use super::super::json_schema::{Schemas, Sent, Side};
use super::super::tree::{Object, Tree};
use super::common::Common;
use super::described::Described;
use crate::plan::{Plan, Shape};
use crate::service::ServiceOperation;

/// The responses of `of`, by their HTTP statuses.
pub(super) fn of<'p>(of: &Described<'p>, common: &Common, schemas: &mut Schemas<'p>) -> Object {
    let mut responses = Object::new();
    let success = success(of, common, schemas);
    let failure = Failure { of, common };
    if of.always_200 {
        return responses.with("200", success);
    }
    let says_status = says_status(of, schemas.plan());
    responses.put(if of.plan.output.is_some() { "200" } else { "202" }, success.clone());
    for (status, description) in failure.statuses() {
        responses.put(status.to_string(), failure.response(&description));
    }
    if says_status {
        for range in ["2XX", "3XX"] {
            responses.put(range, success.clone());
        }
    }
    // Not `default`, which is a success too for some generators.
    responses
        .with("4XX", failure.response("Any other failure that the client can mend."))
        .with("5XX", failure.response("Any other failure."))
}

/// Whether the response may say its HTTP status itself.
fn says_status(of: &Described<'_>, plan: &Plan) -> bool {
    let root = of.plan.output.as_ref().and_then(|output| output.root).filter(|_| of.rules.common);
    let shape = |element| &plan.type_plan(plan.element(element).type_ix).shape;
    let inner = match root.map(shape) {
        Some(Shape::Unwrap(inner)) => Some(shape(*inner)),
        other => other,
    };
    let Some(Shape::Complex(complex)) = inner else { return false };
    complex.scopes.first().is_some_and(|scope| scope.keys.find("httpStatus").is_some())
}

fn success<'p>(of: &Described<'p>, common: &Common, schemas: &mut Schemas<'p>) -> Object {
    let Some(output) = &of.plan.output else {
        let taken = Object::new()
            .with("description", "It was taken; there is no response.")
            .with("headers", headers());
        return if of.always_200 { taken.with("content", content(common.failure(), None)) } else { taken };
    };
    let sent = Sent { message: output, side: Side::Response };
    let hint = format!("{}_response", of.plan.name);
    let schema = match &of.native {
        None => schemas.body(sent, &hint),
        Some(native) => native.clone(),
    };
    // A failure of this status is told by its status 0.
    let fails = of.always_200 || (of.rules.common && of.rules.failure_http == 200);
    let schema = match fails {
        true => Object::new().with("anyOf", vec![Tree::from(schema), Tree::from(common.failure())]),
        false => schema,
    };
    let description = match of.always_200 {
        true => "The response, or a failure: every answer has this status.",
        false => "The response.",
    };
    Object::new()
        .with("description", description)
        .with("headers", headers())
        .with("content", content(schema, of.response_example.clone()))
}

/// A body of JSON.
fn content(schema: Object, example: Option<Tree>) -> Object {
    let media = Object::new().with("schema", schema).with_some("example", example);
    Object::new().with("application/json", media)
}

fn headers() -> Object {
    let header = |name: &str| Object::new().with("$ref", format!("#/components/headers/{name}"));
    Object::new().with("X-Request-Id", header("RequestId")).with("X-Bridge-Warnings", header("Warnings"))
}

/// The headers among the components.
pub(super) fn header_components() -> Object {
    let text = || Object::new().with("type", "string");
    let id = "The number of the request, or the name that the client gave it.";
    let warnings = "Warnings that have no place in the body, as a JSON array in ASCII.";
    Object::new()
        .with("RequestId", Object::new().with("description", id).with("schema", text()))
        .with("Warnings", Object::new().with("description", warnings).with("schema", text()))
}

/// How an operation fails.
struct Failure<'f, 'p> {
    of: &'f Described<'p>,
    common: &'f Common,
}

impl Failure<'_, '_> {
    /// The statuses that are told apart, in their order, each with what it means.
    fn statuses(&self) -> Vec<(u16, String)> {
        let rules = self.of.rules;
        let mut statuses: Vec<(u16, String)> = vec![
            (400, "The request cannot be read, or a fault blames the client.".to_owned()),
            (rules.breach_http, "The request breaks the contract, or a condition of the service.".to_owned()),
            (502, "The backend failed, or cannot be reached.".to_owned()),
            (503, "Too many requests; try again later.".to_owned()),
            (
                504,
                "The backend did not answer in time; whether it has done what was asked is unknown."
                    .to_owned(),
            ),
        ];
        if self.of.refuses_callers {
            statuses.push((401, "The caller is not known.".to_owned()));
            statuses.push((403, "The caller may not do this.".to_owned()));
        }
        if rules.common && rules.failure_http != 200 {
            statuses.push((rules.failure_http, "The response says that it failed.".to_owned()));
        }
        for (status, name) in mapped(rules) {
            statuses.push((
                status,
                name.map_or_else(
                    || "A failure of the backend.".to_owned(),
                    |name| format!("The fault {name}."),
                ),
            ));
        }
        for fault in &self.of.plan.faults {
            let is_mapped = mapped(rules).iter().any(|(_, name)| name.as_deref() == Some(&*fault.name));
            for status in [400, 502].into_iter().filter(|_| !is_mapped) {
                statuses.push((status, format!("The fault {}.", fault.name)));
            }
        }
        merged(statuses)
    }

    fn response(&self, description: &str) -> Object {
        // In the JSON of the system's own clients, or in the outward shape where that has no room for it.
        let failure = match &self.of.native {
            None => self.common.failure(),
            Some(native) => Object::new()
                .with("anyOf", vec![Tree::from(native.clone()), Tree::from(self.common.failure())]),
        };
        let body = content(failure, None);
        let problem = Object::new().with("schema", self.common.problem());
        Object::new()
            .with("description", description)
            .with("headers", headers())
            .with("content", body.with("application/problem+json", problem))
    }
}

/// The statuses that rows of the service file give, and the faults that they are for.
fn mapped(rules: &ServiceOperation) -> Vec<(u16, Option<String>)> {
    let rows = rules.faults.rows.iter();
    rows.filter_map(|row| Some((row.answer.http?, row.pattern.name.as_deref().map(str::to_owned)))).collect()
}

/// Each status once, with all that it means.
fn merged(statuses: Vec<(u16, String)>) -> Vec<(u16, String)> {
    let mut out: Vec<(u16, String)> = Vec::new();
    for (status, meaning) in statuses {
        match out.iter_mut().find(|(known, _)| *known == status) {
            Some((_, known)) if !known.contains(&meaning) => known.push_str(&format!(" {meaning}")),
            Some(_) => {}
            None if (200..=299).contains(&status) => {}
            None => out.push((status, meaning)),
        }
    }
    out.sort_by_key(|(status, _)| *status);
    out
}
