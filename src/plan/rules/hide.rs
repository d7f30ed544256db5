//! `hide`: not in JSON.

use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;

/// The field is not in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hide;

impl Rule for Hide {
    type Typed = Vec<String>;

    const ABOUT: About = About {
        key: "hide",
        value: "list of fields",
        example: "[internal]",
        meaning: "not in JSON; the field must be optional",
        lost: "in responses, the field",
        deepest_first: false,
        examples: &[Example {
            rules: "{ hide: [internal] }",
            json: r#"{"custNo":"007","channel":"web","currency":"EUR"}"#,
            xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency>",
            ..Example::EMPTY
        }],
        mistakes: &[Mistake {
            rules: "{ hide: [custNo] }",
            says: "hide: the field is required, so it needs a `const`",
        }],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let optional = field.may_be_absent()?;
        let slot = field.slot_mut()?;
        if !optional && slot.fill.is_none() {
            return Err(Misfit::Unfit("the field is required, so it needs a `const`"));
        }
        slot.hidden = true;
        field.reindex();
        Ok(())
    }
}
