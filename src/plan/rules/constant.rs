//! `const`: always the same, and not in JSON.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::about::{About, Example, Mistake};
use super::field::Field;
use super::fill::fill;
use super::misfit::Misfit;
use super::rule::Rule;

/// The field always has this text, and is not in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Constant(pub String);

impl Rule for Constant {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "const",
        value: "map of fields to texts",
        example: "{ channel: API }",
        meaning: "always this, and not in JSON",
        lost: "in responses, what stands there",
        deepest_first: false,
        examples: &[Example {
            rules: "{ const: { channel: API } }",
            json: r#"{"custNo":"007","currency":"EUR"}"#,
            xml: "<custNo>007</custNo><channel>API</channel><currency>EUR</currency>",
            ..Example::EMPTY
        }],
        mistakes: &[
            Mistake { rules: "{ const: { amount: much } }", says: "const: the value does not fit" },
            Mistake {
                rules: "{ const: { lines: x } }",
                says: "const: only a simple field can have a constant or a default",
            },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        fill(field, &self.0)?;
        field.slot_mut()?.hidden = true;
        field.reindex();
        Ok(())
    }
}
