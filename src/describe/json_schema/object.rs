//! Objects: the members of complex types, of the branches of choices, and of the turns of repeated groups.

use std::collections::{HashMap, HashSet};

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
        let Self { of, scope, .. } = *self;
        let content = Content::of(self);
        let placed = of.complex.scope(scope).slots.iter().zip((0..).map(SlotIx));
        placed.filter_map(move |(slot, at)| {
            let of_content =
                !matches!(slot.role, Role::Attribute(_) | Role::Bundle(_) | Role::Hidden | Role::Text);
            let here = !of_content || content.has(at);
            // The text of a null is none.
            let of_nil = of.key.part == Part::Nil && matches!(slot.role, Role::Text);
            let shown = here && !of_nil && !slot.hidden && slot.bundle.is_none();
            shown.then(|| content.place(slot, at))
        })
    }
}

/// A slot, its place, and what the content has for it.
#[derive(Clone, Copy)]
struct Placed<'p> {
    slot: &'p Slot,
    at: SlotIx,
    /// The first element whose values are in it.
    element: Option<(&'p Node, ElementIx)>,
    count: Count,
}

/// What the content of an object has for its slots: found in one walk, for a type may have very many.
struct Content<'p> {
    /// The slots that it has; all where nothing is said.
    slots: Option<HashSet<SlotIx>>,
    elements: HashMap<SlotIx, (&'p Node, ElementIx)>,
    counts: HashMap<SlotIx, Count>,
}

impl<'p> Content<'p> {
    fn of(shown: &Shown<'p, '_>) -> Self {
        let (complex, scope) = (shown.of.complex, shown.scope);
        let slots =
            shown.slots.map(|slots| slots.iter().filter(|slot| slot.0 == scope).map(|slot| slot.1).collect());
        let mut content = Self { slots, elements: HashMap::new(), counts: HashMap::new() };
        for node in complex.nodes.iter().filter(|node| node.scope == scope) {
            if let NodeKind::Element(element) = node.kind
                && content.has(node.slot)
            {
                content.elements.entry(node.slot).or_insert((node, element));
            }
        }
        let root = match shown.of.key.part {
            Part::Branch(ix) | Part::Turn(ix) => Some(ix),
            _ => complex.root(),
        };
        if let Some(root) = root {
            content.counts = Counting { complex, scope }.below(root, true);
        }
        content
    }

    fn has(&self, slot: SlotIx) -> bool {
        self.slots.as_ref().is_none_or(|slots| slots.contains(&slot))
    }

    fn place(&self, slot: &'p Slot, at: SlotIx) -> Placed<'p> {
        let count = self.counts.get(&at).map_or(Count::default(), |count| *count);
        Placed { slot, at, element: self.elements.get(&at).copied(), count }
    }
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
        let Placed { slot, at, .. } = placed;
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
        let content = Content::of(&shown);
        let slots = shown.of.complex.scope(ScopeIx::FIRST).slots.iter().zip((0..).map(SlotIx));
        for (member, at) in slots.filter(|(member, _)| member.bundle == Some(bundle) && !member.hidden) {
            let required = shown.needs.requires(&member.key, Some(&slot.key));
            let made = match member.role {
                Role::Attribute(number) => self.attribute(shown.of, member, number),
                _ => Some((self.element_member(shown, content.place(member, at), required), required)),
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
        let Placed { slot, element, count, .. } = placed;
        let Subject { key, name, .. } = shown.of;
        let Some((node, element)) = element else { return Object::new() };
        let hint = format!("{name}_{}", slot.key);
        let required = required && !slot.list;
        let spot = Spot { element, slot, optional: node.min == 0, required, hint: &hint };
        let made = self.element(key.at, spot);
        let mut schema = if slot.list { list(made, count) } else { self.described(made) };
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
fn list(made: Made, count: Count) -> Object {
    let Made { schema: mut items, told } = made;
    let is_reference = items.get("$ref").is_some();
    let description = told.description().filter(|_| is_reference);
    told.put_beside(&mut items);
    let mut list = array(items);
    put_items(&mut list, Some(count.least as usize), most(count.most));
    match description {
        Some(description) => list.with("description", description),
        None => list,
    }
}

fn most(count: u32) -> Option<usize> {
    (count != u32::MAX).then_some(count as usize)
}

/// How many items a list has: the least, where there is a list at all, and the most.
#[derive(Clone, Copy, Default)]
struct Count {
    least: u32,
    most: u32,
}

impl Count {
    /// That of a list whose items come from two places.
    fn and(self, other: Self) -> Self {
        let (least, most) = (self.least.saturating_add(other.least), self.most.saturating_add(other.most));
        Self { least, most }
    }

    /// That of a list whose items come from one of two places.
    fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// Counts the items of the lists of an object.
#[derive(Clone, Copy)]
struct Counting<'p> {
    complex: &'p ComplexPlan,
    scope: ScopeIx,
}

impl Counting<'_> {
    /// Those of the lists that have any at and below the node.
    fn below(self, ix: NodeIx, top: bool) -> HashMap<SlotIx, Count> {
        let node = self.complex.node(ix);
        if presence::has_slot(self.complex, node) && !(top && node.kind.first().is_some()) {
            let own = (node.scope == self.scope && node.max > 0).then_some(node.slot);
            return own.into_iter().map(|slot| (slot, Count { least: node.min, most: node.max })).collect();
        }
        let choice = matches!(node.kind, NodeKind::Choice(_));
        let join = if choice { Count::or } else { Count::and };
        let mut counts: HashMap<SlotIx, Count> = HashMap::new();
        for (slot, count) in self.complex.children(ix).flat_map(|child| self.below(child, false)) {
            counts.entry(slot).and_modify(|known| *known = join(*known, count)).or_insert(count);
        }
        counts
    }
}
