//! The bridge's own warnings, among those that a contract has a place for in its response.

use super::super::json_schema::referred;
use super::super::tree::{Object, Tree};

/// The components that the response of `operation` refers to.
pub(super) fn responses(operation: &Object) -> Vec<String> {
    components(operation, &["responses", "200", "content", "application/json", "schema"])
}

/// Lets what `responses` have under `warnings` say a place as well, as the bridge's own do.
pub(super) fn put_places(schemas: &mut Object, responses: &[String]) {
    for response in responses {
        for name in components(schemas, &[response, "properties", "warnings", "items"]) {
            put_place(schemas, &name);
        }
    }
}

fn put_place(schemas: &mut Object, name: &str) {
    let Some(Tree::Object(notice)) = schemas.get_mut(name) else { return };
    let Some(Tree::Object(members)) = notice.get_mut("properties") else { return };
    if members.get("pointer").is_none() {
        let place = "The field, as a JSON Pointer, where the bridge says it.";
        members.put("pointer", Object::new().with("type", "string").with("description", place));
    }
}

/// The components that what stands at `path` refers to.
fn components(object: &Object, path: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let found = path.split_first().and_then(|(first, rest)| {
        rest.iter().try_fold(object.get(first)?, |tree, key| match tree {
            Tree::Object(object) => object.get(key),
            _ => None,
        })
    });
    found.into_iter().for_each(|tree| referred(tree, &mut names));
    names
}
