//! `rename`: another key.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::about::{About, Example, Mistake};
use super::field::{Field, slot_at};
use super::misfit::Misfit;
use super::rule::Rule;

/// The field has this key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Rename(pub String);

impl Rule for Rename {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "rename",
        value: "map of fields to keys",
        example: "{ custNo: customerNumber }",
        meaning: "another key",
        lost: "nothing",
        deepest_first: true,
        examples: &[Example {
            rules: r#"{ rename: { custNo: customerNumber, "/ShipTo/Street": line } }"#,
            json: r#"{"customerNumber":"007","channel":"web","currency":"EUR","ShipTo":{"line":"1 A St","City":"B"}}"#,
            xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency><ShipTo><Street>1 A St</Street><City>B</City></ShipTo>",
            ..Example::EMPTY
        }],
        mistakes: &[
            Mistake {
                rules: "{ rename: { cstNo: customerNumber } }",
                says: "rename: there is no `cstNo`; did you mean `custNo`?",
            },
            Mistake {
                rules: "{ rename: { custNo: channel } }",
                says: "rename: there is a member `channel` already",
            },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        field.at()?;
        if slot_at(field.object, &self.0).is_ok() {
            return Err(Misfit::Taken(self.0.clone()));
        }
        field.slot_mut()?.rename(&self.0);
        field.reindex();
        Ok(())
    }
}
