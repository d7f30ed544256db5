//! The components of a document: which there are, how they are called, and which are still to be made.
//!
//! A type that is met gets a name and waits; what refers to it has the name already, so recursion ends.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::dialect::Dialect;
use super::key::{At, Key, Part, Sent, Subject};
use super::names::Names;
use super::reach::Reached;
use super::told::UNEXPRESSED;
use super::view::{Side, View, Views};
use crate::codec::EncodeOptions;
use crate::describe::tree::{Object, Tree};
use crate::limits::SCHEMA_COMPONENTS;
use crate::plan::{Form, Plan, Shape, TypeIx, WildcardPlan};
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
    /// The JSON types of components, where they have one.
    kinds: HashMap<String, &'static str>,
    /// The wildcards that were met, each with the side on which that was.
    wildcards: Vec<(WildcardPlan, At, String)>,
    made: BTreeMap<String, Tree>,
}

fn names(plan: &Plan, dialect: Dialect) -> Names {
    let mut names = Names::default();
    if dialect.is_generated_from() {
        plan.operations().iter().for_each(|operation| names.leave_to(&operation.name));
    }
    names
}

/// What the messages of a service are like.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'c> {
    /// How its requests are read.
    pub encode: &'c EncodeOptions,
    /// Whether replies may have values that their enumerations do not have.
    pub open_replies: bool,
}

/// What the schema of a message or a component does not say, though the bridge checks it.
pub(in crate::describe) struct Unexpressed {
    /// What the message or the component is called.
    pub(in crate::describe) name: String,
    /// The type that the component is of.
    pub(in crate::describe) type_ix: Option<TypeIx>,
    /// Each in a sentence.
    pub(in crate::describe) facts: Vec<String>,
}

impl<'p> Schemas<'p> {
    /// The contract.
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// Of the messages of `plan`; `sent` are those that the document has.
    pub fn new(plan: &'p Plan, dialect: Dialect, choices: Choices<'_>, sent: &[Sent<'p>]) -> Self {
        let views = Views::new(choices.encode, choices.open_replies);
        Self {
            plan,
            dialect,
            credentials: Vec::new(),
            views,
            reached: Reached::of(plan, sent, views.are_alike()),
            names: names(plan, dialect),
            known: HashMap::new(),
            waiting: VecDeque::new(),
            kinds: HashMap::new(),
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
        if let Some(kind) = self.kind(key) {
            self.kinds.insert(name.clone(), kind);
        }
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

    fn kind(&self, key: Key) -> Option<&'static str> {
        match &self.plan.type_plan(key.type_ix).shape {
            Shape::Array(_) => Some("array"),
            Shape::Complex(complex) if complex.any_type => None,
            Shape::Complex(complex) if complex.flat => Some("array"),
            Shape::Complex(_) => Some("object"),
            Shape::Simple(simple) => match simple.form {
                Form::Boolean => Some("boolean"),
                Form::List(_) => Some("array"),
                Form::BooleanText | Form::Name | Form::NumberText | Form::String => Some("string"),
                // What the values of the enumeration are is seen when they are.
                Form::Day | Form::Flag | Form::Float | Form::Instant | Form::Number | Form::Union(_) => None,
            },
            Shape::Unwrap(_) => None,
        }
    }

    /// What `schema` takes, and null.
    pub(super) fn nullable(&self, schema: Object) -> Object {
        let kind = match schema.get("$ref") {
            Some(Tree::String(to)) => to.rsplit_once('/').and_then(|(_, name)| self.kinds.get(name)).copied(),
            Some(_) | None => None,
        };
        self.dialect.nullable(schema, kind)
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

    /// The components that `used` refer to, and those that these refer to.
    pub fn finish_for(self, used: &[&Tree]) -> Object {
        let mut all = self.finish();
        let (mut waiting, mut kept) = (Vec::new(), HashSet::new());
        used.iter().for_each(|tree| referred(tree, &mut waiting));
        while let Some(name) = waiting.pop() {
            if let Some(schema) = all.get(&name).filter(|_| !kept.contains(&name)) {
                referred(schema, &mut waiting);
                kept.insert(name);
            }
        }
        all.retain(|key| kept.contains(key));
        all
    }

    /// All components, in the order of their names. What was not made, as there are too many, takes anything and says so.
    pub fn finish(mut self) -> Object {
        self.make();
        let mut out = Object::new();
        self.made.into_iter().for_each(|(name, schema)| out.put(name, schema));
        out
    }

    /// What the schemas of `messages`, and the components that they refer to, do not say.
    pub(in crate::describe) fn unexpressed(mut self, messages: &Object) -> Vec<Unexpressed> {
        self.make();
        let types: HashMap<&str, TypeIx> =
            self.known.iter().map(|(key, name)| (&**name, key.type_ix)).collect();
        let messages = messages.members().map(|(name, schema)| (name, schema, None));
        let made = self.made.iter().map(|(name, schema)| (&**name, schema, types.get(&**name).copied()));
        let found = messages.chain(made).map(|(name, schema, type_ix)| {
            let mut facts = Vec::new();
            put_unexpressed(schema, &mut facts);
            Unexpressed { name: name.to_owned(), type_ix, facts }
        });
        found.filter(|found| !found.facts.is_empty()).collect()
    }

    fn make(&mut self) {
        while let Some((key, name)) = self.waiting.pop_front() {
            let schema = if self.made.len() < SCHEMA_COMPONENTS {
                self.component(key, &name)
            } else {
                Object::new().with("description", "Not described: the document has too many components.")
            };
            self.made.insert(name, schema.into());
        }
    }

    fn component(&mut self, key: Key, name: &str) -> Object {
        let plan = self.plan.type_plan(key.type_ix);
        match &plan.shape {
            Shape::Array(array) => self.array_component(key, array, name),
            Shape::Complex(complex) => self.complex_component(Subject { key, complex, name }),
            Shape::Simple(simple) => self.simple_component(key, simple),
            Shape::Unwrap(inner) => self.value(key.at, *inner, name).schema,
        }
    }
}

/// What is said in `tree` to be in no schema.
fn put_unexpressed(tree: &Tree, facts: &mut Vec<String>) {
    match tree {
        Tree::Array(items) => items.iter().for_each(|item| put_unexpressed(item, facts)),
        Tree::Object(object) => {
            for (key, value) in object.members() {
                match value {
                    Tree::Array(said) if key == UNEXPRESSED => {
                        facts.extend(said.iter().filter_map(|fact| match fact {
                            Tree::String(fact) => Some(fact.to_string()),
                            _ => None,
                        }));
                    }
                    value => put_unexpressed(value, facts),
                }
            }
        }
        Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => {}
    }
}

/// The names of the components that `tree` refers to; what an extension refers to may be missing.
pub(in crate::describe) fn referred(tree: &Tree, names: &mut Vec<String>) {
    match tree {
        Tree::Array(items) => items.iter().for_each(|item| referred(item, names)),
        Tree::Object(object) => {
            for (key, value) in object.members() {
                match value {
                    Tree::String(to) if key == "$ref" => {
                        names.extend(to.rsplit_once('/').map(|(_, name)| name.to_owned()));
                    }
                    value => referred(value, names),
                }
            }
        }
        Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => {}
    }
}
