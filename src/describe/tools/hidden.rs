//! Members that are masked before a model sees them, by their keys: a rule that names a place is taken for all places with its last key,
//! so that a schema says too little rather than something wrong.

use std::collections::HashSet;

use super::super::tree::{Object, Tree};
use crate::plan::{ComplexPlan, ElementIx, MessagePlan, Plan, Shape, TypeIx};
use crate::redact::{Masks, is_secret};
use crate::service::Service;

/// The keys of members that are masked.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    /// Whether a rule ends with a wildcard, so that any may be.
    all: bool,
    keys: HashSet<String>,
}

impl Hidden {
    /// Those of `service`.
    pub fn of(service: &Service) -> Self {
        let mut hidden = Self::default();
        for pointer in Masks::of(service).written(|_| true) {
            let is_index = |segment: &&str| segment.bytes().all(|byte| byte.is_ascii_digit());
            match pointer.split('/').skip(1).filter(|segment| !is_index(segment)).last() {
                None | Some("*" | "**") => hidden.all = true,
                Some(key) => drop(hidden.keys.insert(crate::json::unescape(key))),
            }
        }
        hidden
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || is_secret(key)
    }

    /// Whether something in `message` may be masked: a member with such a key, or one whose key no contract says.
    pub fn is_in(&self, plan: &Plan, message: &MessagePlan) -> bool {
        let roots = message.root.into_iter().chain(message.headers).chain(message.attachments);
        let mut waiting: Vec<TypeIx> = roots.map(|root| plan.element(root).type_ix).collect();
        let mut seen = HashSet::new();
        while let Some(ix) = waiting.pop() {
            if !seen.insert(ix) {
                continue;
            }
            let mut add = |ix: ElementIx| waiting.push(plan.element(ix).type_ix);
            match &plan.type_plan(ix).shape {
                Shape::Array(array) => add(array.item),
                Shape::Complex(complex) if self.is_at(complex) => return true,
                Shape::Complex(complex) => complex.elements().for_each(&mut add),
                Shape::Simple(_) => {}
                Shape::Unwrap(inner) => add(*inner),
            }
            waiting.extend(&plan.type_plan(ix).derived);
        }
        false
    }

    fn is_at(&self, complex: &ComplexPlan) -> bool {
        let open = complex.any_type
            || complex.extra.is_some()
            || complex.any_attribute.is_some()
            || !complex.wildcards.is_empty();
        let slots = complex.scopes.iter().flat_map(|scope| &scope.slots).map(|slot| &*slot.key);
        let mut keys = slots.chain(complex.bundles.iter().map(|bundle| &*bundle.key));
        self.all || open || keys.any(|key| self.has(key))
    }

    /// `schema`, a result of a message in which something may be masked, as far as that is still what it says: a masked member may have
    /// another value, or none. Nothing where conditions between members would have to be told anew.
    pub(super) fn loosened(&self, mut schema: Object) -> Option<Object> {
        if self.all {
            return None;
        }
        self.loosen(&mut schema).then(|| is_plain(&schema)).is_none_or(|plain| plain).then_some(schema)
    }

    /// Whether there was something to loosen.
    fn loosen(&self, schema: &mut Object) -> bool {
        let mut found = false;
        if let Some(Tree::Object(properties)) = schema.get_mut("properties") {
            let keys: Vec<String> = properties.members().map(|(key, _)| key.to_owned()).collect();
            for key in keys.iter().filter(|key| self.has(key)) {
                if let Some(member) = properties.get_mut(key) {
                    *member = Object::new().with("description", "Masked, or left out.").into();
                    found = true;
                }
            }
        }
        if let Some(Tree::Array(required)) = schema.get_mut("required") {
            required.retain(|key| !matches!(key, Tree::String(key) if self.has(key)));
        }
        schema.values_mut().for_each(|value| found |= self.loosen_in(value));
        found
    }

    fn loosen_in(&self, tree: &mut Tree) -> bool {
        match tree {
            // All of them, whatever was in the first one.
            Tree::Array(items) => {
                items.iter_mut().filter_map(|item| self.loosen_in(item).then_some(())).count() > 0
            }
            Tree::Object(object) => self.loosen(object),
            Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => false,
        }
    }
}

/// Whether nothing in `schema` depends on which members there are.
fn is_plain(schema: &Object) -> bool {
    schema.members().all(|(key, value)| !CONDITIONS.contains(&key) && is_plain_tree(value))
}

fn is_plain_tree(tree: &Tree) -> bool {
    match tree {
        Tree::Array(items) => items.iter().all(is_plain_tree),
        Tree::Object(object) => is_plain(object),
        Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => true,
    }
}

/// Keywords that say something of members together.
const CONDITIONS: [&str; 6] =
    ["dependentRequired", "dependentSchemas", "if", "minProperties", "not", "oneOf"];

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(keys: &[&str]) -> Hidden {
        Hidden { all: false, keys: keys.iter().map(|key| (*key).to_owned()).collect() }
    }

    fn object(json: &str) -> Object {
        match Tree::of_json(json.as_bytes()) {
            Some(Tree::Object(object)) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_masked_member_may_be_anything_or_absent() {
        let schema = object(
            r#"{"type":"object","properties":{"ssn":{"type":"string","minLength":9},"id":{"type":"string"}},"required":["ssn","id"]}"#,
        );
        let expected = object(
            r#"{"type":"object","properties":{"ssn":{"description":"Masked, or left out."},"id":{"type":"string"}},"required":["id"]}"#,
        );
        assert_eq!(hidden(&["ssn"]).loosened(schema.clone()), Some(expected));
        assert_eq!(hidden(&["name"]).loosened(schema.clone()), Some(schema.clone()));
        assert_eq!(Hidden { all: true, ..Hidden::default() }.loosened(schema), None);
    }

    #[test]
    fn a_schema_with_conditions_between_members_is_not_told() {
        let schema = object(
            r#"{"oneOf":[{"required":["ssn"]},{"required":["id"]}],"properties":{"ssn":{"type":"string"}}}"#,
        );
        assert_eq!(hidden(&["ssn"]).loosened(schema.clone()), None);
        assert_eq!(hidden(&["name"]).loosened(schema.clone()), Some(schema));
    }
}
