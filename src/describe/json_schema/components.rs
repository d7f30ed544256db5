//! The components of a document: which there are, how they are called, and which are still to be made.
//!
//! A type that is met gets a name and waits; what refers to it has the name already, so recursion ends.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::dialect::Dialect;
use super::names::Names;
use super::reach::Reached;
use super::view::{Side, View, Views};
use crate::codec::EncodeOptions;
use crate::describe::tree::{Object, Tree};
use crate::limits::SCHEMA_COMPONENTS;
use crate::plan::{ElementIx, MessagePlan, NodeIx, Plan, Shape, TypeIx, WildcardPlan};
use crate::service::CredentialPaths;

/// Makes the schemas of messages, and the components that they refer to.
pub struct Schemas<'p> {
    pub(super) plan: &'p Plan,
    pub(super) dialect: Dialect,
    /// The members of requests that are credentials.
    pub(super) credentials: Vec<CredentialPaths>,
    views: Views,
    reached: Reached,
    names: Names,
    known: HashMap<Key, String>,
    waiting: VecDeque<(Key, String)>,
    /// The wildcards that were met, each with the side on which that was.
    wildcards: Vec<(WildcardPlan, At, String)>,
    made: BTreeMap<String, Tree>,
}

/// What the messages of a service are like.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'c> {
    /// How its requests are read.
    pub encode: &'c EncodeOptions,
    /// Whether replies may have values that their enumerations do not have.
    pub open_replies: bool,
}

/// A message, and who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'p> {
    /// Its plan.
    pub message: &'p MessagePlan,
    /// Who sends it.
    pub side: Side,
}

/// A component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) type_ix: TypeIx,
    pub(super) part: Part,
    pub(super) at: At,
}

/// In which messages a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) side: Side,
    /// Whether they have the SOAP encoding, in which everything may be null.
    pub(super) encoded: bool,
}

/// Which part of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// A branch of the choice that the type is.
    Branch(NodeIx),
    /// The type of a body, with header blocks beside its members.
    Headed(ElementIx),
    /// A null that has attributes.
    Nil,
    /// The type itself, where others may stand in.
    Plain,
    /// A turn of a repeated group.
    Turn(NodeIx),
    /// The type where it says its name.
    Typed,
    /// All that may stand where the type is declared.
    Whole,
}

impl<'p> Schemas<'p> {
    /// Of the messages of `plan`; `sent` are those that the document has.
    pub fn new(plan: &'p Plan, dialect: Dialect, choices: Choices<'_>, sent: &[Sent<'p>]) -> Self {
        let views = Views::new(choices.encode, choices.open_replies);
        Self {
            plan,
            dialect,
            credentials: Vec::new(),
            views,
            reached: Reached::of(plan, sent, views.are_alike()),
            names: Names::default(),
            known: HashMap::new(),
            waiting: VecDeque::new(),
            wildcards: Vec::new(),
            made: BTreeMap::new(),
        }
    }

    /// The same where members of requests are credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Vec<CredentialPaths>) -> Self {
        self.credentials = credentials;
        self
    }

    /// Takes the name `name` for a component that is made elsewhere.
    pub fn reserve(&mut self, name: &str) -> String {
        self.names.give(name)
    }

    /// Makes `schema` the component `name`, which was reserved.
    pub fn put_component(&mut self, name: &str, schema: Object) {
        self.put_made(name.to_owned(), schema);
    }

    fn put_made(&mut self, name: String, schema: Object) {
        self.made.insert(name, schema.into());
    }

    pub(super) fn view(&self, at: At) -> View {
        self.views.of(at.side)
    }

    /// Where the messages of `sent` are: of both sides in one place where both are alike.
    pub(super) fn at(&self, sent: Sent<'_>) -> At {
        let side = if self.views.are_alike() && !self.reached.fills { Side::Request } else { sent.side };
        At { side, encoded: sent.message.encoding.is_some() }
    }

    /// A reference to the component `key`, which is called like `hint` where its type has no name.
    pub(super) fn refer(&mut self, key: Key, hint: &str) -> Object {
        if let Some(name) = self.known.get(&key) {
            return self.dialect.reference(name);
        }
        let name = self.names.give(&self.wanted(key, hint));
        self.known.insert(key, name.clone());
        self.waiting.push_back((key, name.clone()));
        self.dialect.reference(&name)
    }

    fn wanted(&self, key: Key, hint: &str) -> String {
        let plan = self.plan.type_plan(key.type_ix);
        let own = !plan.key.is_empty() && self.reached.owns_name(self.plan, key.type_ix);
        let name = if own { plan.key.to_string() } else { hint.to_owned() };
        let sides = own && self.reached.has_both_sides(key.type_ix) && key.at.side == Side::Response;
        let side = if sides { "_response" } else { "" };
        match key.part {
            Part::Branch(_) | Part::Turn(_) => hint.to_owned(),
            Part::Headed(_) | Part::Whole => format!("{name}{side}"),
            Part::Nil => format!("{name}{side}_nil"),
            Part::Plain => format!("{name}{side}_plain"),
            Part::Typed => format!("{name}{side}_typed"),
        }
    }

    /// The component of what `wildcard` allows.
    pub(super) fn refer_wildcard(&mut self, wildcard: &WildcardPlan, at: At) -> Object {
        let known = self.wildcards.iter().find(|(known, place, _)| known == wildcard && *place == at);
        if let Some((_, _, name)) = known {
            return self.dialect.reference(name);
        }
        let name = self.names.give("any_element");
        self.wildcards.push((wildcard.clone(), at, name.clone()));
        let schema = self.any_element(wildcard, at, &name);
        self.made.insert(name.clone(), schema.into());
        self.dialect.reference(&name)
    }

    /// All components, in the order of their names. What was not made, as there are too many, takes anything and says so.
    pub fn finish(mut self) -> Object {
        while let Some((key, name)) = self.waiting.pop_front() {
            let schema = if self.made.len() < SCHEMA_COMPONENTS {
                self.component(key, &name)
            } else {
                Object::new().with("description", "Not described: the document has too many components.")
            };
            self.made.insert(name, schema.into());
        }
        let mut out = Object::new();
        self.made.into_iter().for_each(|(name, schema)| out.put(name, schema));
        out
    }

    fn component(&mut self, key: Key, name: &str) -> Object {
        let plan = self.plan.type_plan(key.type_ix);
        match &plan.shape {
            Shape::Array(array) => self.array_component(key, array, name),
            Shape::Complex(complex) => self.complex_component(key, complex, name),
            Shape::Simple(simple) => self.simple_component(key, simple),
            Shape::Unwrap(inner) => self.value(key.at, *inner, name).schema,
        }
    }
}
