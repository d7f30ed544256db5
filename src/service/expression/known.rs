//! What an expression may name.

use crate::plan::{ComplexPlan, ElementIx, Form, NodeKind, Plan, Role, Shape, Slot};
use crate::service::problem::Near;

/// What is known about a value when the service file is loaded.
#[derive(Clone, Copy, Debug)]
pub enum Known<'p> {
    /// Nothing.
    Anything,
    /// `true` or `false`.
    Boolean,
    /// A list of such elements.
    List(&'p Plan, ElementIx),
    /// A number.
    Number,
    /// An object.
    Object(&'p Plan, &'p ComplexPlan),
    /// A string.
    Text,
}

impl<'p> Known<'p> {
    /// The JSON value of an element.
    pub fn element(plan: &'p Plan, element: ElementIx) -> Self {
        match &plan.type_plan(plan.element(element).type_ix).shape {
            Shape::Array(array) => Self::List(plan, array.item),
            Shape::Complex(complex) if complex.any_type || complex.mixed => Self::Anything,
            Shape::Complex(complex) if complex.flat => {
                complex.elements().next().map_or(Self::Anything, |item| Self::List(plan, item))
            }
            Shape::Complex(complex) => Self::Object(plan, complex),
            Shape::Simple(simple) => Self::form(&simple.form),
            Shape::Unwrap(inner) => Self::element(plan, *inner),
        }
    }

    fn form(form: &Form) -> Self {
        match form {
            Form::Boolean => Self::Boolean,
            Form::Flag | Form::Float | Form::Number => Self::Number,
            Form::BooleanText | Form::Day | Form::Instant | Form::Name | Form::NumberText | Form::String => {
                Self::Text
            }
            Form::List(_) | Form::Union(_) => Self::Anything,
        }
    }

    /// An item of a list; nothing where there are no items.
    pub fn item(self) -> Option<Self> {
        match self {
            Self::Anything => Some(Self::Anything),
            Self::List(plan, item) => Some(Self::element(plan, item)),
            _ => None,
        }
    }

    /// The member `key`. Errors: what it was probably meant to be.
    pub fn member(self, key: &str) -> Result<Self, Near> {
        let (plan, complex) = match self {
            Self::Anything => return Ok(Self::Anything),
            Self::Object(plan, complex) => (plan, complex),
            _ => return Err(Near::default()),
        };
        let Some(scope) = complex.scopes.first() else { return Err(Near::default()) };
        match scope.keys.find(key).and_then(|at| scope.slots.get(at.index()).map(|slot| (at, slot))) {
            Some((at, slot)) => Ok(slot_value(plan, complex, at.index(), slot)),
            None => Err(Near(scope.keys.nearest(key).map(str::to_owned))),
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anything => "any value",
            Self::Boolean => "a boolean",
            Self::List(..) => "a list",
            Self::Number => "a number",
            Self::Object(..) => "an object",
            Self::Text => "a string",
        }
    }
}

fn slot_value<'p>(plan: &'p Plan, complex: &'p ComplexPlan, at: usize, slot: &Slot) -> Known<'p> {
    if let Role::Attribute(attribute) = slot.role {
        let attribute = complex.attributes.get(attribute as usize);
        return attribute.map_or(Known::Anything, |attribute| Known::form(&attribute.simple.form));
    }
    let node = complex.nodes.iter().find(|node| node.scope.index() == 0 && node.slot.index() == at);
    match node.map(|node| node.kind) {
        Some(NodeKind::Element(element)) if slot.list => Known::List(plan, element),
        Some(NodeKind::Element(element)) => Known::element(plan, element),
        _ => Known::Anything,
    }
}

/// The names at the top of an expression.
#[derive(Clone, Debug)]
pub struct Names<'p> {
    root: Option<Known<'p>>,
    more: Vec<(String, Known<'p>)>,
}

impl<'p> Names<'p> {
    /// The members of `root`, and `root` as `body`.
    pub fn new(root: Known<'p>) -> Self {
        Self { root: Some(root), more: vec![("body".to_owned(), root)] }
    }

    /// These names, and a `body` of which nothing is known.
    pub fn closed<'n>(names: impl Iterator<Item = (&'n str, Known<'p>)>) -> Self {
        let more = names.map(|(name, known)| (name.to_owned(), known));
        Self { root: None, more: more.chain([("body".to_owned(), Known::Anything)]).collect() }
    }

    /// The same with another name.
    pub fn with(mut self, name: &str, known: Known<'p>) -> Self {
        self.more.push((name.to_owned(), known));
        self
    }

    /// The value that `name` stands for. Errors: what it was probably meant to be.
    pub fn find(&self, name: &str) -> Result<Known<'p>, Near> {
        if let Some(asked) = name.strip_prefix(super::presence::PREFIX) {
            return self.find(asked).map(|_| Known::Boolean);
        }
        if let Some((_, known)) = self.more.iter().rev().find(|(known, _)| known == name) {
            return Ok(*known);
        }
        let nearest = || Near::of(name, self.more.iter().map(|(name, _)| name.as_str()));
        match self.root {
            Some(root) => root.member(name).map_err(|near| if near.0.is_some() { near } else { nearest() }),
            None => Err(nearest()),
        }
    }
}
