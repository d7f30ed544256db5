//! Messages: the body of a request or a response, in whole and in parts.

use super::complex::take_member;
use super::components::Schemas;
use super::key::{At, Extras, Key, Part, Sent, Subject};
use super::told::UNEXPRESSED;
use super::values::is_polymorphic;
use crate::describe::tree::{Object, Tree};
use crate::plan::{ComplexPlan, ElementIx, Shape, TypeIx};

/// A message of which some members stand outside of the body.
#[derive(Clone, Debug)]
pub struct Divided {
    /// What stands in the body.
    pub body: Object,
    /// The members that do not.
    pub outside: Vec<Outside>,
}

/// A member that stands in the path, the query or a header.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Its key.
    pub key: String,
    /// What it is.
    pub schema: Object,
    /// Whether it must be there.
    pub required: bool,
}

impl Divided {
    /// The member `key`.
    pub fn member(&self, key: &str) -> Option<&Outside> {
        self.outside.iter().find(|member| member.key == key)
    }

    /// Whether anything is left for the body.
    pub fn has_body(&self) -> bool {
        let closed = self.body.get("additionalProperties") == Some(&Tree::from(false));
        !(closed && self.body.get("properties").is_none())
    }
}

impl<'p> Schemas<'p> {
    /// The body of `sent`; `hint` is what its components are called where the contract has no name for them.
    pub fn body(&mut self, sent: Sent<'p>, hint: &str) -> Object {
        let (plan, message) = (self.plan, sent.message);
        let at = self.at(sent);
        let Some(root) = message.root else {
            let extras = Extras::of(message).map(|extras| self.extras(at, extras, hint));
            return closed(extras.into_iter().flatten());
        };
        let element = plan.element(root);
        let hint = if element.local.is_empty() { hint } else { &*element.local };
        let null = element.nillable && !message.bare;
        let schema = match Extras::of(message) {
            None => self.root(at, root, hint),
            Some(extras) => {
                let beside = Beside { extras, hint };
                let schema = self.with_extras(at, root, beside);
                if null { self.or_null(at, schema, beside) } else { schema }
            }
        };
        if null { self.nullable(schema) } else { schema }
    }

    /// The same with the members `outside` apart.
    pub fn divided(&mut self, sent: Sent<'p>, hint: &str, outside: &[&str]) -> Divided {
        let at = self.at(sent);
        let object = sent.message.root.and_then(|root| self.root_object(root));
        let Some((type_ix, complex)) = object.filter(|_| !outside.is_empty()) else {
            return Divided { body: self.body(sent, hint), outside: Vec::new() };
        };
        let extras = Extras::of(sent.message);
        let part = extras.map_or(Part::Whole, Part::Headed);
        let of = Subject { key: Key { type_ix, part, at }, complex, name: hint };
        let mut body = match extras {
            Some(extras) => self.headed(of, extras),
            None => self.own(of, Vec::new()),
        };
        let outside: Vec<Outside> = outside.iter().filter_map(|key| taken(&mut body, key)).collect();
        if body.take("allOf").is_some() {
            // They may be about members that stand elsewhere now.
            let fact = "Which members go together is as the description says.";
            body.set(UNEXPRESSED, Tree::texts([fact]));
        }
        Divided { body, outside }
    }

    /// The members of a message that is an object, and whether each is needed.
    pub fn members(&mut self, sent: Sent<'p>, hint: &str) -> Vec<Outside> {
        let object = sent.message.root.and_then(|root| self.root_object(root));
        let Some((type_ix, complex)) = object else { return Vec::new() };
        let key = Key { type_ix, part: Part::Whole, at: self.at(sent) };
        let mut body = self.own(Subject { key, complex, name: hint }, Vec::new());
        let keys: Vec<String> = match body.get("properties") {
            Some(Tree::Object(properties)) => properties.members().map(|(key, _)| key.to_owned()).collect(),
            _ => Vec::new(),
        };
        keys.iter().filter_map(|key| taken(&mut body, key)).collect()
    }

    /// Puts a component that is made elsewhere; gives the reference to it.
    pub fn put(&mut self, name: &str, schema: Object) -> Object {
        let name = self.reserve(name);
        let reference = self.dialect.reference(&name);
        self.put_component(&name, schema);
        reference
    }

    /// The object of a root, whose wrapper may not show.
    fn root_object(&self, root: ElementIx) -> Option<(TypeIx, &'p ComplexPlan)> {
        let plan = self.plan;
        let type_ix = plan.element(root).type_ix;
        let type_plan = plan.type_plan(type_ix);
        match &type_plan.shape {
            Shape::Complex(complex) => {
                let plain = !complex.any_type && !complex.flat && !is_polymorphic(type_plan, complex);
                plain.then_some((type_ix, &**complex))
            }
            Shape::Unwrap(inner) => self.root_object(*inner),
            Shape::Array(_) | Shape::Simple(_) => None,
        }
    }

    fn root(&mut self, at: At, root: ElementIx, hint: &str) -> Object {
        let made = self.value(at, root, hint);
        let mut schema = made.schema;
        made.told.put_beside(&mut schema);
        schema
    }

    fn with_extras(&mut self, at: At, root: ElementIx, beside: Beside<'_>) -> Object {
        let Beside { extras, hint } = beside;
        if let Some((type_ix, _)) = self.root_object(root) {
            return self.refer(Key { type_ix, part: Part::Headed(extras), at }, hint);
        }
        let type_ix = self.plan.element(root).type_ix;
        let plan = self.plan;
        if let Shape::Complex(complex) = &plan.type_plan(type_ix).shape
            && is_polymorphic(plan.type_plan(type_ix), complex)
        {
            let key = Key { type_ix, part: Part::Typed, at };
            return self.headed_any(Subject { key, complex, name: hint }, extras);
        }
        let body = self.root(at, root, hint);
        let both = self.beside(at, body.clone(), beside);
        // What must stand beside it is there.
        if extras.attachments.is_some() {
            return both;
        }
        Object::new().with("anyOf", vec![Tree::from(body), Tree::from(both)])
    }

    /// What `schema` takes, and what stands beside null.
    fn or_null(&mut self, at: At, mut schema: Object, beside: Beside<'_>) -> Object {
        let both = Tree::from(self.beside(at, self.dialect.null(), beside));
        match schema.take("anyOf") {
            Some(Tree::Array(mut branches)) => {
                branches.push(both);
                schema.with("anyOf", branches)
            }
            Some(_) | None => Object::new().with("anyOf", vec![Tree::from(schema), both]),
        }
    }

    /// A body that is no object, and what stands beside it.
    fn beside(&mut self, at: At, body: Object, beside: Beside<'_>) -> Object {
        let mut members = self.extras(at, beside.extras, beside.hint);
        if beside.extras.attachments.is_none() {
            members.iter_mut().for_each(|(_, _, needed)| *needed = true);
        }
        members.push(("$value".to_owned(), body, true));
        closed(members.into_iter())
    }
}

/// An object with these members, and whether each is needed.
fn closed(members: impl Iterator<Item = (String, Object, bool)>) -> Object {
    let (mut properties, mut required) = (Object::new(), Vec::new());
    for (key, schema, needed) in members {
        if needed {
            required.push(key.clone());
        }
        properties.put(key, schema);
    }
    let object = Object::new().with("type", "object");
    let object = object.with_some("properties", Some(properties).filter(|properties| !properties.is_empty()));
    let required = Some(required)
        .filter(|required| !required.is_empty())
        .map(|required| Tree::texts(required.iter().map(String::as_str)));
    object.with_some("required", required).with("additionalProperties", false)
}

/// What stands beside a body, and what its components are called.
#[derive(Clone, Copy)]
struct Beside<'h> {
    extras: Extras,
    hint: &'h str,
}

/// Takes the member `key` out of the schema of an object.
fn taken(body: &mut Object, key: &str) -> Option<Outside> {
    let (schema, required) = take_member(body, key)?;
    Some(Outside { key: key.to_owned(), schema, required })
}
