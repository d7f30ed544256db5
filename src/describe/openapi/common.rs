//! What all operations share: the outward shape of failures, `application/problem+json`, and headers.

use super::super::json_schema::{Dialect, Schemas};
use super::super::tree::{Object, Tree};

/// The components that all operations refer to.
pub(in crate::describe) struct Common {
    dialect: Dialect,
    failure: String,
    problem: String,
    notice: String,
    fault: String,
}

impl Common {
    /// Takes names for them, before the types of a contract get theirs.
    pub(in crate::describe) fn new(dialect: Dialect, schemas: &mut Schemas<'_>) -> Self {
        Self {
            dialect,
            failure: schemas.reserve("BridgeFailure"),
            problem: schemas.reserve("BridgeProblem"),
            notice: schemas.reserve("BridgeNotice"),
            fault: schemas.reserve("BridgeFault"),
        }
    }

    /// The outward shape of a failure.
    pub(in crate::describe) fn failure(&self) -> Object {
        self.dialect.reference(&self.failure)
    }

    /// The same as RFC 9457 has it.
    pub(super) fn problem(&self) -> Object {
        self.dialect.reference(&self.problem)
    }

    /// Puts the schemas; `details` are those of the declared faults.
    pub(in crate::describe) fn put(&self, schemas: &mut Schemas<'_>, details: &[Object]) {
        let reference = |name: &str| self.dialect.reference(name);
        let notices = |description: &str| list(reference(&self.notice)).with("description", description);
        let id = integer("int64").with("description", "The number of the request, which is in the log.");
        let status = integer("int32").with("enum", vec![Tree::number("0")]);
        let failure = object(
            "A request that failed.",
            &[
                ("requestId", id.clone()),
                ("status", status.with("description", "0: it failed.")),
                ("warnings", notices("What is worth knowing.")),
                ("errors", notices("What went wrong.")),
            ],
            &["requestId", "status", "warnings", "errors"],
        );
        let http = integer("int32").with("description", "The HTTP status.");
        let problem = object(
            "The same as RFC 9457 has it, for clients whose Accept has application/problem+json.",
            &[
                ("type", text("A URI of the kind of problem; about:blank where the HTTP status says it.")),
                ("title", text("What is wrong, in a sentence.")),
                ("status", http),
                ("requestId", id),
                ("fault", reference(&self.fault)),
                ("errors", notices("What went wrong.")),
            ],
            &["type", "title", "status", "requestId", "errors"],
        );
        let notice = object(
            "A code and a sentence.",
            &[
                ("code", text("The code: BRG and digits for those of the bridge.")),
                ("message", text("What is wrong. It never repeats a value.")),
                ("pointer", text("The field, as a JSON Pointer.")),
                ("fault", reference(&self.fault)),
            ],
            &["code", "message"],
        );
        for (name, schema) in [
            (&self.failure, failure),
            (&self.problem, problem),
            (&self.notice, notice),
            (&self.fault, fault_schema(details)),
        ] {
            schemas.put_component(name, schema);
        }
    }
}

fn fault_schema(details: &[Object]) -> Object {
    let detail = || detail(details);
    let other = object("", &[("name", text("Its name.")), ("detail", detail())], &["name", "detail"]);
    object(
        "The fault that the backend answered with.",
        &[
            ("name", text("The name that the contract has for it.")),
            ("code", text("Its code, without the prefix of SOAP's own.")),
            ("subcodes", list(text("A subcode."))),
            ("reason", text("Why, in the language of the client where there are several.")),
            ("role", text("The role of whoever failed.")),
            ("detail", detail()),
            ("details", list(other)),
        ],
        &["code"],
    )
}

/// What stands in the detail of a fault: that of any which is declared.
fn detail(details: &[Object]) -> Object {
    let mut known: Vec<Tree> = Vec::new();
    for detail in details {
        let detail = Tree::from(detail.clone());
        if !known.contains(&detail) {
            known.push(detail);
        }
    }
    match known.as_slice() {
        [] => Object::new().with("description", DETAIL),
        [Tree::Object(only)] => only.clone(),
        _ => Object::new().with("description", DETAIL).with("anyOf", known),
    }
}

const DETAIL: &str = "What the contract has for the fault of this name; `x-saponify-faults` of the operation refers to its schema.";

fn object(description: &str, members: &[(&'static str, Object)], required: &[&str]) -> Object {
    let mut properties = Object::new();
    members.iter().for_each(|(key, schema)| properties.put(*key, schema.clone()));
    let object = Object::new().with("type", "object");
    let described = if description.is_empty() { object } else { object.with("description", description) };
    described
        .with("properties", properties)
        .with("required", Tree::texts(required.iter().copied()))
        .with("additionalProperties", false)
}

fn integer(format: &str) -> Object {
    Object::new().with("type", "integer").with("format", format)
}

fn text(description: &str) -> Object {
    Object::new().with("type", "string").with("description", description)
}

fn list(items: Object) -> Object {
    Object::new().with("type", "array").with("items", items)
}
