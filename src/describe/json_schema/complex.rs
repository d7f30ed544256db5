//! Complex types: objects, arrays where a rule says so, one of several objects for a choice, and types that others stand in for.

use super::components::{Key, Part, Schemas};
use super::object::Shown;
use super::presence::{Formula, Member, Model, Needs};
use super::simple::{array, string};
use super::told::Told;
use super::values::is_polymorphic;
use super::wild;
use crate::describe::tree::{Object, Tree};
use crate::limits::SCHEMA_BRANCHES;
use crate::plan::{ComplexPlan, ElementIx, NodeIx, NodeKind, Plan, Role, ScopeIx, Shape, TypeIx};

impl<'p> Schemas<'p> {
    pub(super) fn complex_component(&mut self, key: Key, complex: &'p ComplexPlan, name: &str) -> Object {
        match key.part {
            Part::Branch(ix) => self.branch(key, complex, ix, name),
            Part::Headed(headers) => self.headed(key, complex, headers, name),
            Part::Nil => self.nil_object(key, complex, name),
            Part::Plain => self.named(key, complex, false, name),
            Part::Turn(ix) => self.turn(key, complex, ix, name),
            Part::Typed => self.named(key, complex, true, name),
            Part::Whole if complex.any_type => wild::any_type(),
            Part::Whole if complex.flat => self.flat(key, complex, name),
            Part::Whole if is_polymorphic(self.plan.type_plan(key.type_ix), complex) => {
                self.any_of_derived(key, complex, name)
            }
            Part::Whole => match self.choice(key, complex, complex.root(), name) {
                Some(choice) => self.with_notes(key, choice),
                None => self.own(key, complex, name, Vec::new()),
            },
        }
    }

    fn model(&self, key: Key, complex: &'p ComplexPlan) -> Model<'p> {
        Model { complex, view: self.view(key.at) }
    }

    /// What the whole content of a type needs; that of mixed content is not one of members.
    fn needs(&self, key: Key, complex: &'p ComplexPlan) -> Needs {
        if complex.mixed { Needs::default() } else { Needs::of(self.model(key, complex).whole()) }
    }

    /// The object of a type with all its members.
    pub(super) fn own(
        &mut self,
        key: Key,
        complex: &'p ComplexPlan,
        name: &str,
        first: Vec<(String, Object, bool)>,
    ) -> Object {
        let needs = self.needs(key, complex);
        self.object(Shown { key, complex, scope: ScopeIx::FIRST, slots: None, name }, &needs, first)
    }

    fn with_notes(&self, key: Key, mut schema: Object) -> Object {
        let notes = self.plan.type_plan(key.type_ix).notes.as_deref();
        Told::of(notes.and_then(|notes| notes.text.as_deref())).put(&mut schema);
        schema
    }

    /// The array of the only member.
    fn flat(&mut self, key: Key, complex: &'p ComplexPlan, name: &str) -> Object {
        let mut whole = self.own(key, complex, name, Vec::new());
        let list = match whole.take("properties") {
            Some(Tree::Object(mut properties)) => {
                let keys: Vec<String> = properties.members().map(|(key, _)| key.to_owned()).collect();
                keys.first().and_then(|key| properties.take(key))
            }
            _ => None,
        };
        match list {
            Some(Tree::Object(list)) => self.with_notes(key, list),
            _ => array(Object::new()),
        }
    }

    /// One of several closed objects, where the content is nothing but a choice whose branches each need a member.
    fn choice(
        &mut self,
        key: Key,
        complex: &'p ComplexPlan,
        root: Option<NodeIx>,
        name: &str,
    ) -> Option<Object> {
        let root =
            root.filter(|_| !complex.mixed && complex.extra.is_none() && complex.bundles.is_empty())?;
        let node = complex.node(root);
        let once = matches!(key.part, Part::Turn(_)) || (node.min == 1 && node.max == 1);
        let branches: Vec<NodeIx> = complex.children(root).collect();
        let several = (2..=SCHEMA_BRANCHES).contains(&branches.len());
        let open = self.view(key.at).open_objects || complex.any_attribute.is_some();
        if !matches!(node.kind, NodeKind::Choice(_)) || node.emptiable || !once || !several || open {
            return None;
        }
        let model = self.model(key, complex);
        let slots: Vec<_> = branches.iter().map(|branch| model.slots(*branch)).collect();
        let total: usize = slots.iter().map(Vec::len).sum();
        let shared = model.slots(root).len() < total;
        let firsts: Option<Vec<Member>> =
            branches.iter().map(|branch| first_needed(model.branch(*branch))).collect();
        let firsts = firsts.filter(|_| !shared)?;
        let schemas = branches.iter().zip(firsts).map(|(branch, first)| {
            let branch = Key { part: Part::Branch(*branch), ..key };
            Tree::from(self.refer(branch, &format!("{name}_{}", first.key)))
        });
        Some(Object::new().with("oneOf", schemas.collect::<Vec<_>>()))
    }

    fn branch(&mut self, key: Key, complex: &'p ComplexPlan, ix: NodeIx, name: &str) -> Object {
        let model = self.model(key, complex);
        let slots = model.slots(ix);
        let needs = Needs::of(model.branch(ix));
        let scope = slots.first().map_or(ScopeIx::FIRST, |(scope, _)| *scope);
        self.object(Shown { key, complex, scope, slots: Some(&slots), name }, &needs, Vec::new())
    }

    /// A turn of a repeated group.
    fn turn(&mut self, key: Key, complex: &'p ComplexPlan, ix: NodeIx, name: &str) -> Object {
        if let Some(choice) = self.choice(key, complex, Some(ix), name) {
            return choice;
        }
        let Some(scope) = complex.turns(complex.node(ix)) else { return Object::new() };
        let needs = Needs::of(self.model(key, complex).turn(ix));
        self.object(Shown { key, complex, scope, slots: None, name }, &needs, Vec::new())
    }

    /// A null that has attributes.
    fn nil_object(&mut self, key: Key, complex: &'p ComplexPlan, name: &str) -> Object {
        let nil = (
            "$nil".to_owned(),
            Object::new().with("type", "boolean").with("enum", vec![Tree::from(true)]),
            true,
        );
        let shown = Shown { key, complex, scope: ScopeIx::FIRST, slots: Some(&[]), name };
        let mut schema = self.object(shown, &Needs::default(), vec![nil]);
        if complex.text.is_some() {
            // The text of a null is none.
            let _text = take_member(&mut schema, "$value");
        }
        schema
    }

    /// The type itself, or one that is derived from it, which says its name.
    fn any_of_derived(&mut self, key: Key, complex: &'p ComplexPlan, name: &str) -> Object {
        let plan = self.plan;
        let type_plan = plan.type_plan(key.type_ix);
        let mut branches = Vec::new();
        if !type_plan.is_abstract {
            let own = Key { part: Part::Plain, ..key };
            branches.push(Tree::from(self.refer(own, &format!("{name}_plain"))));
        }
        let mut mapping = Object::new();
        for ix in type_plan.derived.iter().filter(|ix| may_stand_in(plan, **ix)) {
            let derived = Key { type_ix: *ix, part: Part::Typed, at: key.at };
            let reference = self.refer(derived, &format!("{name}_typed"));
            if let Some(Tree::String(to)) = reference.get("$ref") {
                mapping.put(plan.type_plan(*ix).key.to_string(), to.to_string());
            }
            branches.push(reference.into());
        }
        let mut schema = match branches.len() {
            0 => Object::new().with("not", Object::new()),
            _ => Object::new().with("oneOf", branches),
        };
        if type_plan.is_abstract && self.dialect.is_generated_from() && !mapping.is_empty() {
            let property = if complex.has_type_attribute() { "@xsi_type" } else { "@type" };
            let discriminator = Object::new().with("propertyName", property).with("mapping", mapping);
            schema.put("discriminator", discriminator);
        }
        self.with_notes(key, schema)
    }

    /// An object that says, or may say, the name of its type.
    fn named(&mut self, key: Key, complex: &'p ComplexPlan, required: bool, name: &str) -> Object {
        let own = string().with("enum", Tree::texts([&*self.plan.type_plan(key.type_ix).key]));
        let member = if complex.has_type_attribute() { "@xsi_type" } else { "@type" };
        self.own(key, complex, name, vec![(member.to_owned(), own, required)])
    }

    /// A body with header blocks beside its members.
    pub(super) fn headed(
        &mut self,
        key: Key,
        complex: &'p ComplexPlan,
        headers: ElementIx,
        name: &str,
    ) -> Object {
        let blocks = self.value(key.at, headers, &format!("{name}_headers")).schema;
        self.own(key, complex, name, vec![("$headers".to_owned(), blocks, false)])
    }

    pub(super) fn mixed(
        &mut self,
        at: super::components::At,
        complex: &'p ComplexPlan,
        name: &str,
    ) -> Object {
        let mut members = Object::new();
        if let Some(scope) = complex.scopes.get(1) {
            for (slot, number) in scope.slots.iter().zip(0..) {
                let schema = self.mixed_member(at, complex, number, &format!("{name}_{}", slot.key));
                if let Some(schema) = schema {
                    members.put(slot.key.to_string(), schema);
                }
            }
        }
        let mut branches = vec![Tree::from(string())];
        if !members.is_empty() {
            branches.push(one_member(members).into());
        }
        let items = if branches.len() == 1 { string() } else { Object::new().with("anyOf", branches) };
        let mut list = array(items);
        let mut told = Told::default();
        told.hint("Texts and children in their order.");
        if complex.root().is_some() {
            told.fact("The children stand in the order of the contract, and those that it needs are there.");
        }
        told.put(&mut list);
        list
    }
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

/// Takes a member out of the schema of an object: its own schema, and whether it is required.
pub(super) fn take_member(schema: &mut Object, key: &str) -> Option<(Object, bool)> {
    let Some(Tree::Object(mut properties)) = schema.take("properties") else { return None };
    let taken = properties.take(key);
    if !properties.is_empty() {
        schema.put("properties", properties);
    }
    let mut is_required = false;
    if let Some(Tree::Array(mut required)) = schema.take("required") {
        let before = required.len();
        required.retain(|known| *known != Tree::from(key));
        is_required = required.len() < before;
        if !required.is_empty() {
            schema.put("required", required);
        }
    }
    match taken {
        Some(Tree::Object(taken)) => Some((taken, is_required)),
        Some(_) | None => None,
    }
}

/// A member that a branch always has.
fn first_needed(formula: Formula) -> Option<Member> {
    Needs::of(formula).required.into_iter().next()
}

/// Whether `@type` may name the type: it is not abstract, and its values are objects, or stand beside its name.
fn may_stand_in(plan: &Plan, ix: TypeIx) -> bool {
    let derived = plan.type_plan(ix);
    let flat = matches!(&derived.shape, Shape::Complex(complex) if complex.flat);
    !derived.is_abstract && !flat && !matches!(derived.shape, Shape::Simple(_))
}

/// Whether a slot of the second scope is one of mixed content.
pub(super) fn is_wild(role: Role) -> bool {
    role == Role::Any
}
