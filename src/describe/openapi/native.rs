//! The JSON of a system's own clients, where a table makes it of the contract's response.

use super::super::json_schema::Outside;
use super::super::tree::{Object, Tree};
use crate::service::native::{NativeFrom, NativePlan};

/// The schema of what `plan` makes of a response with `members`.
pub(in crate::describe) fn schema(plan: &NativePlan, members: &[Outside]) -> Object {
    let mut properties = Object::new();
    for member in &plan.members {
        let schema = match &member.from {
            // What stands in for it may be anything.
            NativeFrom::Member { member: Some(name), otherwise: None, .. } => {
                members.iter().find(|known| known.key == *name).map(|known| known.schema.clone())
            }
            NativeFrom::Member { .. } => None,
            NativeFrom::Notices { item, .. } => {
                let mut notice = Object::new();
                item.iter().for_each(|(key, _)| notice.put(key.clone(), Object::new()));
                let item = Object::new().with("type", "object").with("properties", notice);
                Some(Object::new().with("type", "array").with("items", item))
            }
        };
        properties.put(member.key.clone(), schema.map_or_else(|| Tree::from(Object::new()), Tree::from));
    }
    Object::new()
        .with("type", "object")
        .with(
            "description",
            "The JSON of the system's own clients. Members that the contract does not know are passed on.",
        )
        .with("properties", properties)
}
