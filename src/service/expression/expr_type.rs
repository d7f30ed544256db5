//! What is known of a value when the service file is loaded.

use crate::plan::{ComplexPlan, ElementIx, Form, NodeKind, Plan, Role, Shape, Slot};
use crate::service::problem::Near;

/// What is known about a value when the service file is loaded.
#[derive(Clone, Copy, Debug)]
pub enum ExprType<'p> {
    /// Nothing.
    Anything,
    /// `true` or `false`.
    Boolean,
    /// A fault, and the element that its detail is, where that is known.
    Fault(&'p Plan, Option<ElementIx>),
    /// A list of such elements.
    List(&'p Plan, ElementIx),
    /// A number.
    Number,
    /// An object.
    Object(&'p Plan, &'p ComplexPlan),
    /// A string.
    Text,
}

impl<'p> ExprType<'p> {
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
            Self::Fault(plan, detail) => return fault_member(plan, detail, key),
            _ => return Err(Near::default()),
        };
        let Some(scope) = complex.scopes.first() else { return Err(Near::default()) };
        match scope.keys.find(key).and_then(|at| scope.slots.get(at.index()).map(|slot| (at, slot))) {
            Some((at, slot)) => Ok(slot_value(plan, complex, at.index(), slot)),
            None => Err(Near(scope.keys.nearest(key).map(str::to_owned))),
        }
    }

    /// What the members of an object are.
    pub fn members(self) -> impl Iterator<Item = Self> {
        let object = if let Self::Object(plan, complex) = self { Some((plan, complex)) } else { None };
        object.into_iter().flat_map(|(plan, complex)| {
            let slots = complex.scopes.first().into_iter().flat_map(|scope| scope.slots.iter().enumerate());
            slots.map(move |(at, slot)| slot_value(plan, complex, at, slot))
        })
    }

    /// The members that an object must have.
    pub fn required(self) -> impl Iterator<Item = &'p str> {
        let complex = if let Self::Object(_, complex) = self { Some(complex) } else { None };
        complex
            .into_iter()
            .flat_map(|complex| {
                let needed = complex.nodes.iter().filter(|node| {
                    node.scope.index() == 0
                        && matches!(node.kind, NodeKind::Element(_))
                        && complex.always_needed(node)
                });
                let slots = needed.map(|node| complex.slot(node));
                slots.filter(|slot| !slot.hidden && slot.fill.is_none() && slot.bundle.is_none())
            })
            .map(|slot| &*slot.key)
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anything => "any value",
            Self::Boolean => "a boolean",
            Self::Fault(..) => "a fault",
            Self::List(..) => "a list",
            Self::Number => "a number",
            Self::Object(..) => "an object",
            Self::Text => "a string",
        }
    }
}

/// The members of a fault.
fn fault_member<'p>(plan: &'p Plan, detail: Option<ElementIx>, key: &str) -> Result<ExprType<'p>, Near> {
    match key {
        "code" | "name" | "reason" | "role" => Ok(ExprType::Text),
        "detail" => Ok(detail.map_or(ExprType::Anything, |root| ExprType::element(plan, root))),
        "details" | "subcodes" => Ok(ExprType::Anything),
        _ => Err(Near::of(key, FAULT_MEMBERS.iter().copied())),
    }
}

const FAULT_MEMBERS: &[&str] = &["code", "detail", "details", "name", "reason", "role", "subcodes"];

fn slot_value<'p>(plan: &'p Plan, complex: &'p ComplexPlan, at: usize, slot: &Slot) -> ExprType<'p> {
    if let Role::Attribute(attribute) = slot.role {
        let attribute = complex.attributes.get(attribute as usize);
        return attribute.map_or(ExprType::Anything, |attribute| ExprType::form(&attribute.simple.form));
    }
    let node = complex.nodes.iter().find(|node| node.scope.index() == 0 && node.slot.index() == at);
    match node.map(|node| node.kind) {
        Some(NodeKind::Element(element)) if slot.list => ExprType::List(plan, element),
        Some(NodeKind::Element(element)) => ExprType::element(plan, element),
        _ => ExprType::Anything,
    }
}
