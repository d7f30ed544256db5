//! The plainest schemas.

use super::told::Told;
use crate::describe::tree::{Object, Tree};

/// A schema without what is said about it.
pub(super) struct Made {
    pub(super) schema: Object,
    pub(super) told: Told,
}

impl Made {
    pub(super) fn new(schema: Object) -> Self {
        Self { schema, told: Told::default() }
    }
}

pub(super) fn string() -> Object {
    Object::new().with("type", "string")
}

pub(super) fn array(items: Object) -> Object {
    Object::new().with("type", "array").with("items", items)
}

/// How many items an array has.
pub(super) fn put_items(schema: &mut Object, least: Option<usize>, most: Option<usize>) {
    if let Some(least) = least.filter(|least| *least > 0) {
        schema.put("minItems", least as u64);
    }
    if let Some(most) = most {
        schema.put("maxItems", most as u64);
    }
}

pub(super) fn is_string(schema: &Object) -> bool {
    schema.get("type") == Some(&Tree::from("string"))
}

/// An object with exactly one of `members`.
pub(super) fn one_member(members: Object) -> Object {
    Object::new()
        .with("type", "object")
        .with("properties", members)
        .with("minProperties", 1_u64)
        .with("maxProperties", 1_u64)
        .with("additionalProperties", false)
}
