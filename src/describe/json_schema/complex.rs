//! Complex types: objects, arrays where a rule says so, one of several objects for a choice, and types that others stand in for.

use super::components::Schemas;
use super::key::{At, Extras, Key, Part, Subject};
use super::object::Shown;
use super::presence::{Formula, Member, Model, Needs};
use super::shapes::{array, one_member, string};
use super::told::Told;
use super::values::is_polymorphic;
use super::wild;
use crate::describe::tree::{Object, Tree};
use crate::limits::SCHEMA_BRANCHES;
use crate::plan::{
    ATTACHMENTS, ComplexPlan, ElementIx, HEADERS, NodeIx, NodeKind, Plan, ScopeIx, Shape, SlotIx, TypeIx,
};

impl<'p> Schemas<'p> {
    pub(super) fn complex_component(&mut self, of: Subject<'p, '_>) -> Object {
        let Subject { key, complex, .. } = of;
        match key.part {
            Part::Branch(ix) => self.branch(of, ix),
            Part::Headed(extras) => self.headed(of, extras),
            Part::Nil => self.nil_object(of),
            Part::Plain => self.named(of, false),
            Part::Turn(ix) => self.turn(of, ix),
            Part::Typed => self.named(of, true),
            Part::Whole if complex.any_type => wild::any_type(),
            Part::Whole if complex.flat => self.flat(of),
            Part::Whole if is_polymorphic(self.plan.type_plan(key.type_ix), complex) => {
                self.any_of_derived(of)
            }
            Part::Whole => match self.choice(of, complex.root()) {
                Some(choice) => self.with_notes(key, choice),
                None => self.own(of, Vec::new()),
            },
        }
    }

    fn model(&self, of: Subject<'p, '_>) -> Model<'p> {
        Model { complex: of.complex, view: self.view(of.key.at) }
    }

    /// The object of a type with all its members; `first` stand before them.
    pub(super) fn own(&mut self, of: Subject<'p, '_>, first: Vec<(String, Object, bool)>) -> Object {
        // What mixed content needs is not said of members.
        let needs = if of.complex.mixed { Needs::default() } else { Needs::of(self.model(of).whole()) };
        self.object(Shown { of, scope: ScopeIx::FIRST, slots: None, needs: &needs }, first)
    }

    fn with_notes(&self, key: Key, mut schema: Object) -> Object {
        let notes = self.plan.type_plan(key.type_ix).notes.as_deref();
        Told::of(notes.and_then(|notes| notes.text.as_deref())).put(&mut schema);
        schema
    }

    /// The array of the only member.
    fn flat(&mut self, of: Subject<'p, '_>) -> Object {
        let mut whole = self.own(of, Vec::new());
        let list = match whole.take("properties") {
            Some(Tree::Object(mut properties)) => {
                let keys: Vec<String> = properties.members().map(|(key, _)| key.to_owned()).collect();
                keys.first().and_then(|key| properties.take(key))
            }
            _ => None,
        };
        match list {
            Some(Tree::Object(list)) => self.with_notes(of.key, list),
            _ => array(Object::new()),
        }
    }

    /// One of several closed objects, where the content is nothing but a choice whose branches each need a member.
    fn choice(&mut self, of: Subject<'p, '_>, root: Option<NodeIx>) -> Option<Object> {
        let Subject { key, complex, name } = of;
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
        let model = self.model(of);
        let slots: Vec<_> = branches.iter().flat_map(|branch| model.slots(*branch)).collect();
        let shared =
            slots.iter().enumerate().any(|(at, slot)| slots.iter().take(at).any(|other| other == slot));
        let firsts: Option<Vec<Member>> =
            branches.iter().map(|branch| first_needed(model.branch(*branch))).collect();
        let firsts = firsts.filter(|_| !shared)?;
        let schemas = branches.iter().zip(firsts).map(|(branch, first)| {
            let branch = Key { part: Part::Branch(*branch), ..key };
            Tree::from(self.refer(branch, &format!("{name}_{}", first.key)))
        });
        Some(Object::new().with("oneOf", schemas.collect::<Vec<_>>()))
    }

    fn branch(&mut self, of: Subject<'p, '_>, ix: NodeIx) -> Object {
        let model = self.model(of);
        let (slots, needs) = (model.slots(ix), Needs::of(model.branch(ix)));
        let scope = slots.first().map_or(ScopeIx::FIRST, |(scope, _)| *scope);
        self.object(Shown { of, scope, slots: Some(&slots), needs: &needs }, Vec::new())
    }

    /// A turn of a repeated group.
    fn turn(&mut self, of: Subject<'p, '_>, ix: NodeIx) -> Object {
        if let Some(choice) = self.choice(of, Some(ix)) {
            return choice;
        }
        let Some(scope) = of.complex.turns(of.complex.node(ix)) else { return Object::new() };
        let needs = Needs::of(self.model(of).turn(ix));
        self.object(Shown { of, scope, slots: None, needs: &needs }, Vec::new())
    }

    /// A null that has attributes.
    fn nil_object(&mut self, of: Subject<'p, '_>) -> Object {
        let nil = Object::new().with("type", "boolean").with("enum", vec![Tree::from(true)]);
        let shown = Shown { of, scope: ScopeIx::FIRST, slots: Some(&[]), needs: &Needs::default() };
        self.object(shown, vec![("$nil".to_owned(), nil, true)])
    }

    /// The type itself, or one that is derived from it, which says its name.
    fn any_of_derived(&mut self, of: Subject<'p, '_>) -> Object {
        let Subject { key, complex, name } = of;
        let plan = self.plan;
        let type_plan = plan.type_plan(key.type_ix);
        let mut branches = Vec::new();
        if !type_plan.is_abstract {
            let own = Key { part: Part::Plain, ..key };
            branches.push(Tree::from(self.refer(own, name)));
        }
        let (mut mapping, mut same_key) = (Object::new(), true);
        for ix in type_plan.derived.iter().filter(|ix| may_stand_in(plan, **ix)) {
            let derived = Key { type_ix: *ix, part: Part::Typed, at: key.at };
            let reference = self.refer(derived, name);
            if let Some(Tree::String(to)) = reference.get("$ref") {
                mapping.put(plan.type_plan(*ix).key.to_string(), to.to_string());
            }
            same_key &= type_key_of(plan, *ix) == type_key(complex);
            branches.push(reference.into());
        }
        let mut schema = match branches.len() {
            0 => Object::new().with("not", Object::new()),
            _ => Object::new().with("oneOf", branches),
        };
        let discriminated = type_plan.is_abstract && same_key && !mapping.is_empty();
        if discriminated && self.dialect.is_generated_from() {
            let property = type_key(complex);
            let discriminator = Object::new().with("propertyName", property).with("mapping", mapping);
            schema.put("discriminator", discriminator);
        }
        self.with_notes(key, schema)
    }

    /// An object that says, or may say, the name of its type.
    fn named(&mut self, of: Subject<'p, '_>, required: bool) -> Object {
        let member = self.type_member(of, required);
        self.own(of, vec![member])
    }

    fn type_member(&self, of: Subject<'p, '_>, required: bool) -> (String, Object, bool) {
        let own = string().with("enum", Tree::texts([&*self.plan.type_plan(of.key.type_ix).key]));
        (type_key(of.complex).to_owned(), own, required)
    }

    /// A body that others may stand in for, with what stands beside its members.
    pub(super) fn headed_any(&mut self, of: Subject<'p, '_>, extras: Extras) -> Object {
        let plan = self.plan;
        let base = plan.type_plan(of.key.type_ix);
        let derived = base.derived.iter().filter(|ix| may_stand_in(plan, **ix)).map(|ix| (*ix, true));
        let own = (!base.is_abstract).then_some((of.key.type_ix, false));
        let mut branches = Vec::new();
        for (type_ix, required) in own.into_iter().chain(derived) {
            let Shape::Complex(complex) = &plan.type_plan(type_ix).shape else { continue };
            let key = Key { type_ix, part: Part::Typed, at: of.key.at };
            let branch = Subject { key, complex, name: of.name };
            let mut first = vec![self.type_member(branch, required)];
            first.extend(self.extras(of.key.at, extras, of.name));
            let schema = self.own(branch, first);
            branches.push(Tree::from(self.put(&format!("{}_headed", plan.type_plan(type_ix).key), schema)));
        }
        Object::new().with("oneOf", branches)
    }

    /// A body with what stands beside its members.
    pub(super) fn headed(&mut self, of: Subject<'p, '_>, extras: Extras) -> Object {
        let first = self.extras(of.key.at, extras, of.name);
        self.own(of, first)
    }

    /// What stands beside the members of a body; `hint` is what its components are called.
    pub(super) fn extras(&mut self, at: At, extras: Extras, hint: &str) -> Vec<(String, Object, bool)> {
        let Extras { headers, attachments } = extras;
        let members = [(HEADERS, headers, "headers", false), (ATTACHMENTS, attachments, "attachments", true)];
        let of = |(key, element, name, needed): (&str, Option<ElementIx>, &str, bool)| {
            let schema = self.value(at, element?, &format!("{hint}_{name}")).schema;
            Some((key.to_owned(), schema, needed))
        };
        members.into_iter().filter_map(of).collect()
    }

    /// The texts and children of mixed content.
    pub(super) fn mixed(&mut self, of: Subject<'p, '_>) -> Object {
        let mut members = Object::new();
        if let Some(scope) = of.complex.scopes.get(1) {
            for (slot, at) in scope.slots.iter().zip((0..).map(SlotIx)) {
                if let Some(schema) = self.mixed_member(of, at) {
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
        if of.complex.root().is_some() {
            told.fact("The children stand in the order of the contract, and those that it needs are there.");
        }
        told.put(&mut list);
        list
    }
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
    match formula {
        Formula::All(parts) => parts.into_iter().find_map(first_needed),
        Formula::Has(member) => Some(member),
        Formula::Any(_) | Formula::Never | Formula::Not(_) | Formula::One(_) => None,
    }
}

/// The key of the member that names the type of an object.
fn type_key(complex: &ComplexPlan) -> &'static str {
    if complex.has_type_attribute() { "@xsi_type" } else { "@type" }
}

fn type_key_of(plan: &Plan, ix: TypeIx) -> &'static str {
    match &plan.type_plan(ix).shape {
        Shape::Complex(complex) => type_key(complex),
        Shape::Array(_) | Shape::Simple(_) | Shape::Unwrap(_) => "@type",
    }
}

/// Whether `@type` may name the type: it is not abstract, and its values are objects, or stand beside its name.
fn may_stand_in(plan: &Plan, ix: TypeIx) -> bool {
    let derived = plan.type_plan(ix);
    let flat = matches!(&derived.shape, Shape::Complex(complex) if complex.flat);
    !derived.is_abstract && !flat && !matches!(derived.shape, Shape::Simple(_))
}
