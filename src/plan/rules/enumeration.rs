//! `enum`: other texts in JSON, one to one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::super::program::{Form, SimplePlan, ValueMap};
use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;

/// The texts of the field are others in JSON: texts of XML and what they are there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Enumeration(pub BTreeMap<String, String>);

impl Rule for Enumeration {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "enum",
        value: "map of fields to maps of XML's texts to JSON's texts",
        example: "{ state: { N: new, S: shipped } }",
        meaning: "other texts in JSON, one to one, for every value of the type",
        lost: "nothing",
        deepest_first: false,
        examples: &[Example {
            rules: "{ enum: { state: { N: new, S: shipped } } }",
            json: r#"{"custNo":"007","channel":"web","state":"shipped","currency":"EUR"}"#,
            xml: "<custNo>007</custNo><channel>web</channel><state>S</state><currency>EUR</currency>",
            ..Example::EMPTY
        }],
        mistakes: &[
            Mistake { rules: "{ enum: { state: { N: new } } }", says: "enum: `S` has no text in JSON" },
            Mistake {
                rules: "{ enum: { state: { N: same, S: same } } }",
                says: "enum: `same` is there twice, so there is no way back",
            },
            Mistake {
                rules: "{ enum: { state: { N: new, S: shipped, X: none } } }",
                says: "enum: `X` does not fit",
            },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let plan = field.simple()?;
        let map = self.map(&plan)?;
        field.set_simple(SimplePlan { map: Some(Arc::new(map)), form: Form::String, ..plan })
    }
}

impl Enumeration {
    /// Every value of the type must have a text.
    fn map(&self, plan: &SimplePlan) -> Result<ValueMap, Misfit> {
        let map = ValueMap::new(self.0.iter().map(|(xml, json)| (xml.as_str(), json.as_str())))?;
        for xml in self.0.keys() {
            let misfit = |violation| Misfit::Value { value: format!("`{xml}`"), violation };
            plan.simple.check(xml).map_err(misfit)?;
        }
        let mut values = plan.simple.facets().enumeration().into_iter().flatten();
        match values.find(|value| map.json(value).is_none()) {
            Some(lost) => Err(Misfit::Unmapped(lost.to_string())),
            None => Ok(map),
        }
    }
}
