//! Types: how their values look in JSON and in XML.

use std::sync::Arc;

use super::super::index::{ElementIx, TypeIx};
use super::complex::ComplexPlan;
use super::simple::SimplePlan;
use crate::xml::NsId;

/// A type: how its values look in JSON and in XML.
#[derive(Clone, Debug)]
pub struct TypePlan {
    /// The name that `xsi:type` would give.
    pub name: Option<(NsId, Box<str>)>,
    /// The name that `@type` gives; empty for an anonymous type.
    pub key: Box<str>,
    /// `xsi:type` as an attribute, with the declaration of its prefix; empty for an anonymous type.
    pub instance: Box<str>,
    /// `xsi:type` as an attribute, for messages that declare its prefixes.
    pub tag: Box<str>,
    /// The same with the declarations of everything in its content, for places where the message does not declare it.
    pub wild: Box<str>,
    /// What its values are.
    pub shape: Shape,
    /// Types that `xsi:type` and `@type` may name instead, sorted.
    pub derived: Vec<TypeIx>,
    /// Whether one of `derived` must be named.
    pub is_abstract: bool,
    /// What the contract says about it.
    pub notes: Option<Arc<TypeNotes>>,
}

/// What the contract says about a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeNotes {
    /// About the type.
    pub text: Option<Arc<str>>,
    /// About its attributes, by their local names.
    pub attributes: Vec<(Arc<str>, Arc<str>)>,
    /// About the values of its enumeration.
    pub values: Vec<(Arc<str>, Arc<str>)>,
}

impl TypeNotes {
    /// About the attribute `local`.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| **known == *local).map(|(_, text)| &**text)
    }

    /// About the value `value`.
    pub fn value(&self, value: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| **known == *value).map(|(_, text)| &**text)
    }
}

impl TypePlan {
    /// A type without a name and without derived types.
    pub(crate) fn anonymous(shape: Shape) -> Self {
        Self {
            name: None,
            key: Box::default(),
            instance: Box::default(),
            tag: Box::default(),
            wild: Box::default(),
            shape,
            derived: Vec::new(),
            is_abstract: false,
            notes: None,
        }
    }

    /// Whether so much is derived from it that messages do not declare the namespaces of all of that: the ur-type and
    /// the built-in types.
    pub fn is_open(&self) -> bool {
        self.name.as_ref().is_some_and(|(ns, _)| *ns == crate::xml::ns::XSD)
    }

    /// A type that no message reaches.
    pub(crate) fn nothing() -> Self {
        Self::anonymous(Shape::Complex(Box::default()))
    }
}

/// What the values of a type are.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A JSON array: an array of the SOAP encoding.
    Array(ArrayPlan),
    /// A JSON object.
    Complex(Box<ComplexPlan>),
    /// A JSON string, number, boolean or array of them.
    Simple(SimplePlan),
    /// The value of the only child; the wrapper around it does not show in JSON.
    Unwrap(ElementIx),
}

impl Shape {
    /// The complex type that it is.
    pub(in crate::plan) fn complex(&self) -> Option<&ComplexPlan> {
        match self {
            Self::Complex(complex) => Some(complex),
            Self::Array(_) | Self::Simple(_) | Self::Unwrap(_) => None,
        }
    }
}

/// An array of the SOAP encoding (SOAP 1.1 section 5.4.2).
#[derive(Clone, Debug)]
pub struct ArrayPlan {
    /// An item; its name is free when messages are read.
    pub item: ElementIx,
    /// How many dimensions it has.
    pub rank: u32,
    /// How it begins in the encoding of SOAP 1.1.
    pub soap11: ArrayStart,
    /// How it begins in that of SOAP 1.2; nothing where no message has that encoding.
    pub soap12: Option<ArrayStart>,
}

/// The attributes of an array.
#[derive(Clone, Debug)]
pub struct ArrayStart {
    /// The declarations of their prefixes.
    pub declarations: Vec<Box<str>>,
    /// What they are up to the sizes: `soapenc:arrayType`, or `enc:itemType` and `enc:arraySize`.
    pub open: Box<str>,
}
