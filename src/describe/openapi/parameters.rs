//! Request fields in the path, the query and headers, and the key of a request that may be sent again.

use super::super::json_schema::{Divided, Outside};
use super::super::tree::{Object, Tree};
use crate::service::{RoutePath, ServiceOperation};

/// The parameters of an operation at `path`.
pub(super) fn of(rules: &ServiceOperation, path: &RoutePath, divided: &Divided) -> Vec<Tree> {
    let mut parameters = Vec::new();
    for member in &path.members {
        let field = divided.member(member);
        parameters.push(parameter(member, "path", field, true));
    }
    for (name, member, list) in rules.http.parameters() {
        let field = divided.member(member);
        let required = field.is_some_and(|field| field.required);
        let parameter = parameter(name, "query", field, required);
        parameters.push(if list { parameter.with("style", "form").with("explode", true) } else { parameter });
    }
    for (name, member) in &rules.headers {
        let field = divided.member(member);
        parameters.push(parameter(name, "header", field, field.is_some_and(|field| field.required)));
    }
    for field in rules.block_fields.iter() {
        let said = format!("The field `{}` of the request, which is not in the body then.", field.pointer());
        parameters.push(parameter(&field.header, "header", None, false).with("description", said));
    }
    let mut parameters: Vec<Tree> = parameters.into_iter().map(Tree::from).collect();
    parameters.push(Object::new().with("$ref", "#/components/parameters/IdempotencyKey").into());
    parameters
}

fn parameter(name: &str, place: &str, field: Option<&Outside>, required: bool) -> Object {
    // A field of the contract; of one that it does not have nothing is known.
    let mut schema = field.map_or_else(|| Object::new().with("type", "string"), |field| field.schema.clone());
    let description = schema.take("description");
    let parameter = Object::new().with("name", name.to_owned()).with("in", place.to_owned());
    let parameter = parameter.with_some("description", description);
    let parameter = if required { parameter.with("required", true) } else { parameter };
    parameter.with("schema", schema)
}

/// The parameter that all operations have.
pub(super) fn idempotency_key() -> Object {
    let schema = Object::new().with("type", "string").with("minLength", 1_u64).with("maxLength", 255_u64);
    Object::new()
        .with("name", "Idempotency-Key")
        .with("in", "header")
        .with(
            "description",
            "A text that no other request of this caller has. A request that is sent again with it gets the answer of the first one, and \
             is not done again.",
        )
        .with("schema", schema)
}
