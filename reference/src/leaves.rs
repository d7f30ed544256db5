//! Walking through a request.

use serde_json::Value;

/// The simple values below `value`, each with its path, as in `owner.phones[0].number`.
pub(super) fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    walk(String::new(), value, &mut found);
    found
}

fn walk<'a>(path: String, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if path.is_empty() { "" } else { "." };
                walk(format!("{path}{dot}{name}"), member, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(format!("{path}[{index}]"), item, found);
            }
        }
        _ => found.push((path, value)),
    }
}
