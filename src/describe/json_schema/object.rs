//! Objects: the members of complex types, of the branches of choices, and of the turns of repeated groups.

use super::components::{At, Key, Part, Schemas};
use super::dialect::put_conditions;
use super::presence::{self, Needs};
use super::simple::{Made, Place, array, put_items, string};
use super::told::Told;
use super::values::Spot;
use crate::describe::tree::{Object, Tree};
use crate::plan::{ComplexPlan, ElementIx, Node, NodeIx, NodeKind, Role, ScopeIx, Slot, SlotIx, TypeNotes};

/// An object that is made: which members of a type it has.
#[derive(Clone, Copy)]
pub(super) struct Shown<'p, 's> {
    pub(super) key: Key,
    pub(super) complex: &'p ComplexPlan,
    pub(super) scope: ScopeIx,
    /// The slots of the content that it has; all where nothing is said.
    pub(super) slots: Option<&'s [(ScopeIx, SlotIx)]>,
    /// How it is called.
    pub(super) name: &'s str,
}

/// An object while its members are put.
#[derive(Default)]
struct Draft {
    properties: Object,
    required: Vec<Tree>,
    told: Told,
}

impl Draft {
    fn put(&mut self, key: &str, schema: Object, required: bool) {
        self.properties.put(key.to_owned(), schema);
        if required {
            self.required.push(key.into());
        }
    }

    fn schema(self) -> Object {
        let mut schema = Object::new().with("type", "object");
        if !self.properties.is_empty() {
            schema.put("properties", self.properties);
        }
        if !self.required.is_empty() {
            schema.put("required", self.required);
        }
        self.told.put(&mut schema);
        schema
    }
}

impl<'p> Schemas<'p> {
    /// An object with the members that `shown` says, of which `needs` are needed; `first` stand before them.
    pub(super) fn object(
        &mut self,
        shown: Shown<'p, '_>,
        needs: &Needs,
        first: Vec<(String, Object, bool)>,
    ) -> Object {
        let Shown { key, complex, scope, slots, .. } = shown;
        let mut draft = Draft::default();
        for (own, schema, required) in first {
            draft.put(&own, schema, required);
        }
        for (slot, at) in complex.scope(scope).slots.iter().zip((0..).map(SlotIx)) {
            let of_content =
                !matches!(slot.role, Role::Attribute(_) | Role::Bundle(_) | Role::Hidden | Role::Text);
            let here = !of_content || slots.is_none_or(|slots| slots.contains(&(scope, at)));
            if here && !slot.hidden && slot.bundle.is_none() {
                self.member(shown, slot, at, needs, &mut draft);
            }
        }
        let conditions = needs.conditions.iter();
        conditions.filter_map(presence::words).for_each(|words| draft.told.hint(words));
        self.put_notes(key, &mut draft);
        let mut schema = draft.schema();
        put_conditions(&mut schema, needs.conditions.iter().map(presence::schema).collect());
        self.close(key.at, shown, &mut schema);
        schema
    }

    fn put_notes(&self, key: Key, draft: &mut Draft) {
        let told = matches!(key.part, Part::Headed(_) | Part::Plain | Part::Typed | Part::Whole);
        let notes = self.plan.type_plan(key.type_ix).notes.as_deref().filter(|_| told);
        draft.told.add(Told::of(notes.and_then(|notes| notes.text.as_deref())));
    }

    /// What other members there may be.
    fn close(&mut self, at: At, shown: Shown<'p, '_>, schema: &mut Object) {
        let first = shown.scope == ScopeIx::FIRST;
        let open = self.view(at).open_objects || (first && shown.complex.extra.is_some());
        match &shown.complex.any_attribute {
            _ if open => {}
            Some(_) if first => self.put_any_attribute(schema),
            Some(_) | None => schema.put("additionalProperties", false),
        }
    }

    fn member(&mut self, shown: Shown<'p, '_>, slot: &'p Slot, at: SlotIx, needs: &Needs, draft: &mut Draft) {
        let Shown { key, complex, .. } = shown;
        let required = needs.requires(&slot.key, None);
        match slot.role {
            Role::Any => {
                let schema = self.wild_list(shown, at, needs.requires(&slot.key, None));
                draft.put(&slot.key, schema, required);
            }
            Role::Attribute(number) => self.attribute(key, complex, slot, number, draft),
            Role::Bundle(bundle) => self.bundle(shown, slot, bundle, needs, draft),
            Role::Content => {
                let needed = complex.root().is_some_and(|root| !complex.node(root).emptiable);
                let schema = self.mixed(key.at, complex, shown.name);
                draft.put(&slot.key, schema, needed);
            }
            Role::Element => {
                let schema = self.element_member(shown, slot, at, required);
                draft.put(&slot.key, schema, required);
            }
            Role::Group(inner) => {
                let schema = self.turns(shown, slot, at, inner);
                draft.put(&slot.key, schema, required);
            }
            Role::Hidden => {
                let schema = self.credentials_of(&slot.key);
                draft.put(&slot.key, schema, true);
            }
            Role::Text => {
                let simple = complex.text.as_ref().expect("a type with a slot for its text has a text");
                let made = self.simples(key.at).of(simple, Place::default());
                let schema = self.described(made);
                draft.put(&slot.key, schema, true);
            }
        }
    }

    fn described(&self, made: Made) -> Object {
        let Made { mut schema, told } = made;
        if schema.get("$ref").is_some() {
            return self.dialect.described(schema, told.description());
        }
        told.put(&mut schema);
        schema
    }

    fn attribute(&mut self, key: Key, complex: &ComplexPlan, slot: &Slot, number: u32, draft: &mut Draft) {
        let Some(attribute) = complex.attributes.get(number as usize) else { return };
        let place = Place { fixed: attribute.fixed.as_deref(), ..Place::default() };
        let made = self.simples(key.at).of(&attribute.simple, place);
        let notes: Option<&TypeNotes> = self.plan.type_plan(key.type_ix).notes.as_deref();
        let mut told = Told::of(notes.and_then(|notes| notes.attribute(&attribute.local)));
        told.add(made.told);
        let schema = self.described(Made { schema: made.schema, told });
        let filled = slot.fill.is_some() && self.view(key.at).fills;
        draft.put(&slot.key, schema, attribute.required && !filled);
    }

    /// A sub-object that only JSON has.
    fn bundle(&mut self, shown: Shown<'p, '_>, slot: &Slot, bundle: u32, needs: &Needs, draft: &mut Draft) {
        let mut inner = Draft::default();
        for (member, at) in shown.complex.scope(ScopeIx::FIRST).slots.iter().zip((0..).map(SlotIx)) {
            if member.bundle != Some(bundle) || member.hidden {
                continue;
            }
            let required = needs.requires(&member.key, Some(&slot.key));
            match member.role {
                Role::Attribute(number) => {
                    self.attribute(shown.key, shown.complex, member, number, &mut inner)
                }
                _ => {
                    let schema = self.element_member(shown, member, at, required);
                    inner.put(&member.key, schema, required);
                }
            }
        }
        let required = !inner.required.is_empty();
        let mut schema = inner.schema();
        if !self.view(shown.key.at).open_objects {
            schema.put("additionalProperties", false);
        }
        draft.put(&slot.key, schema, required);
    }

    fn element_member(&mut self, shown: Shown<'p, '_>, slot: &'p Slot, at: SlotIx, required: bool) -> Object {
        let Some((node, element)) = element_at(shown.complex, shown.scope, at) else { return Object::new() };
        let hint = format!("{}_{}", shown.name, slot.key);
        let optional = node.min == 0;
        let spot = Spot { element, slot, optional, required: required && !slot.list, hint: &hint };
        let made = self.element(shown.key.at, spot);
        let mut schema = if slot.list { self.list(shown, at, made) } else { self.described(made) };
        if let Some(filled) = slot.fill.as_deref().filter(|_| self.view(shown.key.at).fills) {
            self.put_default(element, filled, &mut schema);
        }
        schema
    }

    /// What stands in the message where the member is absent.
    fn put_default(&self, element: ElementIx, escaped: &str, schema: &mut Object) {
        let plan = self.plan.type_plan(self.plan.element(element).type_ix);
        let crate::plan::Shape::Simple(simple) = &plan.shape else { return };
        // One with a reference is none that anybody types.
        let plain = !escaped.contains('&');
        let mut json = Vec::new();
        let written = crate::codec::write_simple(&mut json, simple, escaped);
        let value = Tree::of_json(&json).filter(|_| plain && written.is_ok() && schema.get("$ref").is_none());
        if let Some(value) = value {
            schema.set("default", value);
        }
    }

    fn list(&mut self, shown: Shown<'p, '_>, at: SlotIx, made: Made) -> Object {
        let description = made.told.description();
        let Made { schema, told } = made;
        let mut items = schema;
        let is_reference = items.get("$ref").is_some();
        told.put_beside(&mut items);
        let mut list = array(items);
        let (least, most) = counts(shown, at);
        put_items(&mut list, Some(least), most);
        match description.filter(|_| is_reference) {
            Some(description) => list.with("description", description),
            None => list,
        }
    }

    /// The turns of a repeated group.
    fn turns(&mut self, shown: Shown<'p, '_>, slot: &Slot, at: SlotIx, _inner: ScopeIx) -> Object {
        let mut nodes = shown.complex.nodes.iter().zip((0..).map(NodeIx));
        let found = nodes.find(|(node, _)| node.scope == shown.scope && node.slot == at);
        let Some((node, ix)) = found else { return array(Object::new()) };
        let key = Key { part: Part::Turn(ix), ..shown.key };
        let turn = self.refer(key, &format!("{}_{}", shown.name, slot.key));
        let mut list = array(turn);
        let least = if node.emptiable { 0 } else { node.min as usize };
        put_items(&mut list, Some(least), most(node.max));
        list
    }

    fn credentials_of(&self, object: &str) -> Object {
        let known = self.credentials.iter().find(|paths| *paths.object == *object);
        let Some(paths) = known else { return Object::new().with("type", "object") };
        let text = || Tree::from(string());
        Object::new()
            .with("type", "object")
            .with("description", "The credentials of the caller.")
            .with(
                "properties",
                Object::new()
                    .with(paths.username.to_string(), text())
                    .with(paths.password.to_string(), string().with("format", "password")),
            )
            .with("required", Tree::texts([&*paths.username, &*paths.password]))
    }
}

/// How many items the list in a slot has.
fn counts(shown: Shown<'_, '_>, at: SlotIx) -> (usize, Option<usize>) {
    let count = Count { complex: shown.complex, scope: shown.scope, slot: at };
    let roots = match shown.key.part {
        Part::Branch(ix) => Some(ix),
        Part::Turn(ix) => Some(ix),
        _ => shown.complex.root(),
    };
    let (least, largest) = roots.map_or((0, 0), |root| count.below(root, true));
    (least as usize, most(largest))
}

fn most(count: u32) -> Option<usize> {
    (count != u32::MAX).then_some(count as usize)
}

/// Counts the items of a list.
#[derive(Clone, Copy)]
struct Count<'p> {
    complex: &'p ComplexPlan,
    scope: ScopeIx,
    slot: SlotIx,
}

impl Count<'_> {
    /// The least, where there is a list at all, and the most at and below the node.
    fn below(self, ix: NodeIx, top: bool) -> (u32, u32) {
        let node = self.complex.node(ix);
        if presence::has_slot(self.complex, node) && !(top && self.is_turn(node)) {
            let own = node.scope == self.scope && node.slot == self.slot;
            return if own { (node.min, node.max) } else { (0, 0) };
        }
        let choice = matches!(node.kind, NodeKind::Choice(_));
        let found: Vec<(u32, u32)> = self
            .complex
            .children(ix)
            .map(|child| self.below(child, false))
            .filter(|count| count.1 > 0)
            .collect();
        let most = found.iter().map(|count| count.1);
        if choice {
            let least = found.iter().map(|count| count.0).min();
            return (least.map_or(0, |least| least), most.max().map_or(0, |most| most));
        }
        let least = found.iter().map(|count| count.0).fold(0, u32::saturating_add);
        (least, most.fold(0, u32::saturating_add))
    }

    fn is_turn(self, node: &Node) -> bool {
        node.kind.first().is_some()
    }
}

/// The first element whose values are in a slot.
fn element_at(complex: &ComplexPlan, scope: ScopeIx, at: SlotIx) -> Option<(&Node, ElementIx)> {
    complex.nodes.iter().filter(|node| node.scope == scope && node.slot == at).find_map(|node| {
        match node.kind {
            NodeKind::Element(element) => Some((node, element)),
            _ => None,
        }
    })
}
