//! The bridge's own warnings, among those that a contract has a place for in its response.

use super::super::tree::{Object, Tree};

/// The components that the response of `operation` refers to.
pub(super) fn responses(operation: &Object) -> Vec<String> {
    let path = ["responses", "200", "content", "application/json", "schema"];
    let schema = path.iter().try_fold(operation, |object, key| member(object, key));
    schema.into_iter().flat_map(referred).collect()
}

/// Lets what `responses` have under `warnings` say a place as well, as the bridge's own do.
pub(super) fn put_places(schemas: &mut Object, responses: &[String]) {
    for response in responses {
        for name in items(schemas, response) {
            put_place(schemas, &name);
        }
    }
}

/// The components that items of `warnings` in `response` are of.
fn items(schemas: &Object, response: &str) -> Vec<String> {
    let path = [response, "properties", "warnings", "items"];
    let items = path.iter().try_fold(schemas, |object, key| member(object, key));
    items.into_iter().flat_map(referred).collect()
}

fn put_place(schemas: &mut Object, name: &str) {
    let Some(Tree::Object(notice)) = schemas.get_mut(name) else { return };
    let Some(Tree::Object(members)) = notice.get_mut("properties") else { return };
    if members.get("pointer").is_none() {
        let place = "The field, as a JSON Pointer, where the bridge says it.";
        members.put("pointer", Object::new().with("type", "string").with("description", place));
    }
}

/// The components that `schema` is, or is one of.
fn referred(schema: &Object) -> Vec<String> {
    let own = match schema.get("$ref") {
        Some(Tree::String(name)) => name.strip_prefix("#/components/schemas/").map(str::to_owned),
        _ => None,
    };
    let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| match schema.get(key) {
        Some(Tree::Array(branches)) => Some(branches),
        _ => None,
    });
    let branches = branches.flatten().filter_map(|branch| match branch {
        Tree::Object(branch) => Some(branch),
        _ => None,
    });
    own.into_iter().chain(branches.flat_map(referred)).collect()
}

fn member<'o>(object: &'o Object, key: &str) -> Option<&'o Object> {
    match object.get(key) {
        Some(Tree::Object(member)) => Some(member),
        _ => None,
    }
}
