//! Simple values: their check and their JSON form.

use std::sync::Arc;

use crate::xsd::simple::SimpleType;

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
    pub fn new<'t>(pairs: impl Iterator<Item = (&'t str, &'t str)>) -> Result<Self, MapError> {
        let mut map = Self::default();
        for (xml, json) in pairs {
            if map.json(xml).is_some() {
                return Err(MapError::Repeated(xml.to_owned()));
            }
            if map.xml(json).is_some() {
                return Err(MapError::NoWayBack(json.to_owned()));
            }
            map.pairs.push((xml.into(), json.into()));
        }
        Ok(map)
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

/// Texts that are not one to one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// Two texts of XML are this one in JSON.
    #[error("`{0}` is there twice, so there is no way back")]
    NoWayBack(String),
    /// A text of XML has two in JSON.
    #[error("`{0}` is there twice")]
    Repeated(String),
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
