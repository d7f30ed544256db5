//! Objects: the members of complex types, of the branches of choices, and of the turns of repeated groups.

use super::components::Schemas;
use super::dialect::put_conditions;
use super::key::{Key, Part, Subject};
use super::presence::{self, Needs};
use super::shapes::{Made, array, put_items, string};
use super::simple::Place;
use super::told::Told;
use super::values::Spot;
use crate::describe::tree::{Object, Tree};
use crate::plan::{
    ComplexPlan, ElementIx, Node, NodeIx, NodeKind, Role, ScopeIx, Shape, Slot, SlotIx, TypeNotes,
};

/// An object that is made: which members of a type it has, and which of them it needs.
#[derive(Clone, Copy)]
pub(super) struct Shown<'p, 's> {
    pub(super) of: Subject<'p, 's>,
    pub(super) scope: ScopeIx,
    /// The slots of the content that it has; all where nothing is said.
    pub(super) slots: Option<&'s [(ScopeIx, SlotIx)]>,
    pub(super) needs: &'s Needs,
}

impl<'p> Shown<'p, '_> {
    /// The slots that are shown.
    fn members(&self) -> impl Iterator<Item = Placed<'p>> + use<'p, '_> {
        let Self { of, scope, slots, .. } = *self;
        let placed = of.complex.scope(scope).slots.iter().zip((0..).map(SlotIx));
        placed.map(|(slot, at)| Placed { slot, at }).filter(move |placed| {
            let of_content =
                !matches!(placed.slot.role, Role::Attribute(_) | Role::Bundle(_) | Role::Hidden | Role::Text);
            let here = !of_content || slots.is_none_or(|slots| slots.contains(&(scope, placed.at)));
            // The text of a null is none.
            let of_nil = of.key.part == Part::Nil && matches!(placed.slot.role, Role::Text);
            here && !of_nil && !placed.slot.hidden && placed.slot.bundle.is_none()
        })
    }
}

/// A slot and its place.
#[derive(Clone, Copy)]
struct Placed<'p> {
    slot: &'p Slot,
    at: SlotIx,
}

/// An object while its members are put.
#[derive(Default)]
struct Draft {
    properties: Object,
    required: Vec<Tree>,
    told: Told,
}

impl Draft {
    fn put(&mut self, key: &str, member: Member) {
        let (schema, required) = member;
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

/// The schema of a member, and whether it must be there.
type Member = (Object, bool);

impl<'p> Schemas<'p> {
    /// An object with the members that `shown` says; `first` stand before them.
    pub(super) fn object(&mut self, shown: Shown<'p, '_>, first: Vec<(String, Object, bool)>) -> Object {
        let mut draft = Draft::default();
        for (own, schema, required) in first {
            draft.put(&own, (schema, required));
        }
        for placed in shown.members() {
            if let Some(member) = self.member(shown, placed) {
                draft.put(&placed.slot.key, member);
            }
        }
        let conditions = &shown.needs.conditions;
        conditions.iter().filter_map(presence::words).for_each(|words| draft.told.hint(words));
        self.put_notes(shown.of.key, &mut draft);
        let mut schema = draft.schema();
        put_conditions(&mut schema, conditions.iter().map(presence::schema).collect());
        self.close(shown, &mut schema);
        schema
    }

    fn put_notes(&self, key: Key, draft: &mut Draft) {
        let told = matches!(key.part, Part::Headed(_) | Part::Plain | Part::Typed | Part::Whole);
        let notes = self.plan.type_plan(key.type_ix).notes.as_deref().filter(|_| told);
        draft.told.add(Told::of(notes.and_then(|notes| notes.text.as_deref())));
    }

    /// What other members there may be.
    fn close(&mut self, shown: Shown<'p, '_>, schema: &mut Object) {
        let Subject { key, complex, .. } = shown.of;
        let first = shown.scope == ScopeIx::FIRST;
        let open = self.view(key.at).open_objects || (first && complex.extra.is_some());
        match &complex.any_attribute {
            _ if open => {}
            Some(any) if first => self.put_any_attribute(any, schema),
            Some(_) | None => schema.put("additionalProperties", false),
        }
    }

    fn member(&mut self, shown: Shown<'p, '_>, placed: Placed<'p>) -> Option<Member> {
        let Subject { key, complex, .. } = shown.of;
        let Placed { slot, at } = placed;
        let required = shown.needs.requires(&slot.key, None);
        Some(match slot.role {
            Role::Any => (self.wild_list(shown, at, required), required),
            Role::Attribute(number) => return self.attribute(shown.of, slot, number),
            Role::Bundle(bundle) => self.bundle(shown, slot, bundle),
            Role::Content => {
                let needed = complex.root().is_some_and(|root| !complex.node(root).emptiable);
                let mut list = self.mixed(shown.of);
                put_items(&mut list, Some(usize::from(needed)), None);
                (list, needed)
            }
            Role::Element => (self.element_member(shown, placed, required), required),
            Role::Group(_) => (self.turns(shown, placed), required),
            Role::Hidden => (self.credentials_of(&slot.key), true),
            Role::Text => {
                let simple = complex.text.as_ref().expect("a type with a slot for its text has a text");
                let made = self.simples(key.at).of(simple, Place::default());
                (self.described(made), true)
            }
        })
    }

    fn described(&self, made: Made) -> Object {
        let Made { mut schema, told } = made;
        if schema.get("$ref").is_some() {
            return self.dialect.described(schema, told.description());
        }
        told.put(&mut schema);
        schema
    }

    fn attribute(&mut self, of: Subject<'p, '_>, slot: &Slot, number: u32) -> Option<Member> {
        let attribute = of.complex.attributes.get(number as usize)?;
        let place = Place { fixed: attribute.fixed.as_deref(), ..Place::default() };
        let made = self.simples(of.key.at).of(&attribute.simple, place);
        let notes: Option<&TypeNotes> = self.plan.type_plan(of.key.type_ix).notes.as_deref();
        let mut told = Told::of(notes.and_then(|notes| notes.attribute(&attribute.local)));
        told.add(made.told);
        let schema = self.described(Made { schema: made.schema, told });
        let filled = slot.fill.is_some() && self.view(of.key.at).fills;
        Some((schema, attribute.required && !filled))
    }

    /// A sub-object that only JSON has.
    fn bundle(&mut self, shown: Shown<'p, '_>, slot: &Slot, bundle: u32) -> Member {
        let mut inner = Draft::default();
        let slots = shown.of.complex.scope(ScopeIx::FIRST).slots.iter().zip((0..).map(SlotIx));
        for (member, at) in slots.filter(|(member, _)| member.bundle == Some(bundle) && !member.hidden) {
            let required = shown.needs.requires(&member.key, Some(&slot.key));
            let made = match member.role {
                Role::Attribute(number) => self.attribute(shown.of, member, number),
                _ => Some((self.element_member(shown, Placed { slot: member, at }, required), required)),
            };
            made.into_iter().for_each(|made| inner.put(&member.key, made));
        }
        let required = !inner.required.is_empty();
        let mut schema = inner.schema();
        if !self.view(shown.of.key.at).open_objects {
            schema.put("additionalProperties", false);
        }
        (schema, required)
    }

    fn element_member(&mut self, shown: Shown<'p, '_>, placed: Placed<'p>, required: bool) -> Object {
        let Placed { slot, at } = placed;
        let Subject { key, complex, name } = shown.of;
        let Some((node, element)) = element_at(complex, shown.scope, at) else { return Object::new() };
        let hint = format!("{name}_{}", slot.key);
        let required = required && !slot.list;
        let spot = Spot { element, slot, optional: node.min == 0, required, hint: &hint };
        let made = self.element(key.at, spot);
        let mut schema = if slot.list { list(made, counts(shown, at)) } else { self.described(made) };
        if let Some(filled) = slot.fill.as_deref().filter(|_| self.view(key.at).fills) {
            self.put_default(element, filled, &mut schema);
        }
        schema
    }

    /// What stands in the message where the member is absent.
    fn put_default(&self, element: ElementIx, escaped: &str, schema: &mut Object) {
        let plan = self.plan.type_plan(self.plan.element(element).type_ix);
        let Shape::Simple(simple) = &plan.shape else { return };
        // One with a reference is none that anybody types.
        let plain = !escaped.contains('&') && schema.get("$ref").is_none();
        let mut json = Vec::new();
        if plain && crate::codec::write_simple(&mut json, simple, escaped).is_ok() {
            schema.set("default", Tree::of_json(&json).expect("the JSON of a value is JSON"));
        }
    }

    /// The turns of a repeated group.
    fn turns(&mut self, shown: Shown<'p, '_>, placed: Placed<'p>) -> Object {
        let Subject { key, complex, name } = shown.of;
        let mut nodes = complex.nodes.iter().zip((0..).map(NodeIx));
        let found = nodes.find(|(node, _)| node.scope == shown.scope && node.slot == placed.at);
        let Some((node, ix)) = found else { return array(Object::new()) };
        let key = Key { part: Part::Turn(ix), ..key };
        let mut list = array(self.refer(key, &format!("{name}_{}", placed.slot.key)));
        let least = if node.emptiable { 0 } else { node.min as usize };
        put_items(&mut list, Some(least), most(node.max));
        list
    }

    fn credentials_of(&self, object: &str) -> Object {
        let known = self.credentials.iter().find(|paths| *paths.object == *object);
        let Some(paths) = known else { return Object::new().with("type", "object") };
        let properties = Object::new()
            .with(paths.username.to_string(), string())
            .with(paths.password.to_string(), string().with("format", "password"));
        Object::new()
            .with("type", "object")
            .with("description", "The credentials of the caller.")
            .with("properties", properties)
            .with("required", Tree::texts([&*paths.username, &*paths.password]))
    }
}

/// A list of what was made.
fn list(made: Made, counts: (usize, Option<usize>)) -> Object {
    let Made { schema: mut items, told } = made;
    let is_reference = items.get("$ref").is_some();
    let description = told.description().filter(|_| is_reference);
    told.put_beside(&mut items);
    let mut list = array(items);
    let (least, most) = counts;
    put_items(&mut list, Some(least), most);
    match description {
        Some(description) => list.with("description", description),
        None => list,
    }
}

/// How many items the list in a slot has.
fn counts(shown: Shown<'_, '_>, at: SlotIx) -> (usize, Option<usize>) {
    let count = Count { complex: shown.of.complex, scope: shown.scope, slot: at };
    let roots = match shown.of.key.part {
        Part::Branch(ix) => Some(ix),
        Part::Turn(ix) => Some(ix),
        _ => shown.of.complex.root(),
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
