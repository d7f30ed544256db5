//! Types: how their values look in JSON and in XML.

use std::sync::Arc;

use super::complex::ComplexPlan;
use super::plan::{ElementIx, TypeIx};
use crate::xml::NsId;
use crate::xsd::simple::SimpleType;

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

/// An array of the SOAP encoding (SOAP 1.1 section 5.4.2).
#[derive(Clone, Debug)]
pub struct ArrayPlan {
    /// An item; its name is free when messages are read.
    pub item: ElementIx,
    /// How many dimensions it has.
    pub rank: u32,
    /// The attribute `soapenc:arrayType` up to its sizes, with the declarations of its prefixes.
    pub open: Box<str>,
}

/// A simple type and its JSON form.
#[derive(Clone, Debug)]
pub struct SimplePlan {
    /// The check of its lexical form and facets.
    pub simple: Arc<SimpleType>,
    /// How it looks in JSON.
    pub form: Form,
    /// Other texts that it has in JSON.
    pub map: Option<Arc<ValueMap>>,
}

/// Texts and what they are in JSON, one to one.
#[derive(Clone, Debug, Default)]
pub struct ValueMap {
    pairs: Vec<(Box<str>, Box<str>)>,
}

impl ValueMap {
    /// A map of pairs of XML and JSON. Errors: the text that is there twice.
    pub fn new(pairs: &[(String, String)]) -> Result<Self, String> {
        for (at, (xml, json)) in pairs.iter().enumerate() {
            let before = pairs.get(..at).unwrap_or_default();
            if before.iter().any(|(other, _)| other == xml) {
                return Err(format!("`{xml}` is there twice"));
            }
            if before.iter().any(|(_, other)| other == json) {
                return Err(format!("`{json}` is there twice, so there is no way back"));
            }
        }
        Ok(Self {
            pairs: pairs.iter().map(|(xml, json)| (xml.as_str().into(), json.as_str().into())).collect(),
        })
    }

    /// What `xml` is in JSON.
    pub fn json<'m>(&'m self, xml: &str) -> Option<&'m str> {
        self.pairs.iter().find(|(known, _)| **known == *xml).map(|(_, json)| &**json)
    }

    /// What `json` is in XML.
    pub fn xml<'m>(&'m self, json: &str) -> Option<&'m str> {
        self.pairs.iter().find(|(_, known)| **known == *json).map(|(xml, _)| &**xml)
    }

    /// The JSON texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(_, json)| &**json)
    }
}

/// How a simple value looks in JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// `true` or `false`.
    Boolean,
    /// `"true"` or `"false"`.
    BooleanText,
    /// A date without a zone.
    Day,
    /// `1` or `0` for a boolean.
    Flag,
    /// A number; `"NaN"`, `"INF"` and `"-INF"` as strings.
    Float,
    /// A date as midnight of that day: `1976-07-04T00:00:00.000+00:00`.
    Instant,
    /// An array of items.
    List(Box<Form>),
    /// A number with the exact digits.
    Number,
    /// A QName: its prefix means something.
    Name,
    /// A string with the digits of a number.
    NumberText,
    /// A string.
    String,
    /// Whatever the first member type is that takes the value.
    Union(Vec<Form>),
}
