//! `flatten`: a wrapper around one repeated child is the array of its children.

use super::super::program::{ComplexPlan, Role, Shape};
use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;

/// The field is the array of its only child, which is repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flatten;

impl Rule for Flatten {
    type Typed = Vec<String>;

    const ABOUT: About = About {
        key: "flatten",
        value: "list of fields",
        example: "[lines]",
        meaning: "a wrapper around one repeated child is an array",
        lost: "nothing",
        deepest_first: false,
        examples: &[
            Example {
                rules: "{ flatten: [lines] }",
                json: r#"{"custNo":"007","channel":"web","currency":"EUR","lines":[{"sku":"a","count":1},{"sku":"b","count":2}]}"#,
                xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency><lines><line><sku>a</sku><count>1</count></line><line><sku>b</sku><count>2</count></line></lines>",
                ..Example::EMPTY
            },
            Example {
                rules: r#"{ flatten: [lines], rename: { "/lines/*/sku": article } }"#,
                json: r#"{"custNo":"007","channel":"web","currency":"EUR","lines":[{"article":"a","count":1}]}"#,
                xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency><lines><line><sku>a</sku><count>1</count></line></lines>",
                ..Example::EMPTY
            },
        ],
        mistakes: &[Mistake {
            rules: "{ flatten: [ShipTo] }",
            says: "flatten: the field must have nothing but one repeated child",
        }],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let (_, plan) = field.element_type()?;
        let mut plan = plan.clone();
        match &mut plan.shape {
            Shape::Complex(inner) if is_list(inner) && plan.derived.is_empty() => inner.flat = true,
            _ => return Err(Misfit::Unfit("the field must have nothing but one repeated child")),
        }
        field.set_type(plan)
    }
}

/// Whether the type is nothing but a list of elements.
pub(super) fn is_list(complex: &ComplexPlan) -> bool {
    let only = match complex.scopes.as_slice() {
        [scope] => matches!(scope.slots.as_slice(), [slot] if slot.list && slot.role == Role::Element),
        _ => false,
    };
    only && !complex.mixed && complex.any_attribute.is_none() && complex.nodes.len() == 1
}
