//! `default`: a text where JSON has none.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::about::{About, Example, Mistake};
use super::field::Field;
use super::fill::fill;
use super::misfit::Misfit;
use super::rule::Rule;

/// The field has this text where JSON has none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DefaultText(pub String);

impl Rule for DefaultText {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "default",
        value: "map of fields to texts",
        example: "{ currency: USD }",
        meaning: "this when JSON has none",
        lost: "that JSON had none",
        deepest_first: false,
        examples: &[
            Example {
                rules: "{ default: { currency: USD } }",
                json: r#"{"custNo":"007","channel":"web"}"#,
                xml: "<custNo>007</custNo><channel>web</channel><currency>USD</currency>",
                back: r#"{"custNo":"007","channel":"web","currency":"USD"}"#,
                ..Example::EMPTY
            },
            Example {
                rules: "{ default: { currency: USD } }",
                json: r#"{"custNo":"007","channel":"web","currency":"EUR"}"#,
                xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency>",
                ..Example::EMPTY
            },
        ],
        mistakes: &[Mistake {
            rules: "{ default: { due: tomorrow } }",
            says: "default: the value does not fit",
        }],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        fill(field, &self.0)
    }
}
