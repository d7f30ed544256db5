//! `unwrap`: the value of the only child stands for the field.

use super::super::index::ElementIx;
use super::super::program::{ComplexPlan, NodeKind, Shape, TypePlan};
use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;

/// The value of the field is that of its only child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unwrap;

impl Rule for Unwrap {
    type Typed = Vec<String>;

    const ABOUT: About = About {
        key: "unwrap",
        value: "in `types` a list of fields; in `operations` a map whose `fields` is that list",
        example: "{ fields: [box] }",
        meaning: "the value is that of the only child",
        lost: "nothing",
        deepest_first: false,
        examples: &[Example {
            rules: "{ unwrap: { fields: [box] } }",
            json: r#"{"custNo":"007","channel":"web","currency":"EUR","box":"x"}"#,
            xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency><box><value>x</value></box>",
            ..Example::EMPTY
        }],
        mistakes: &[
            Mistake {
                rules: "{ unwrap: { fields: [lines] } }",
                says: "unwrap: the field must have exactly one child, which is required, and no attributes",
            },
            Mistake {
                rules: "{ unwrap: { fields: [custNo] } }",
                says: "unwrap: the field must have exactly one child, which is required, and no attributes",
            },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let child = match &field.element_type()?.1.shape {
            Shape::Complex(inner) => only_child(inner),
            _ => None,
        };
        let misfit =
            Misfit::Unfit("the field must have exactly one child, which is required, and no attributes");
        field.set_type(TypePlan::anonymous(Shape::Unwrap(child.ok_or(misfit)?)))
    }
}

fn only_child(inner: &ComplexPlan) -> Option<ElementIx> {
    let ([node], [scope]) = (inner.nodes.as_slice(), inner.scopes.as_slice()) else { return None };
    let plain = scope.slots.len() == 1 && !inner.mixed && inner.text.is_none();
    match node.kind {
        NodeKind::Element(child) if plain && node.min == 1 && node.max == 1 => Some(child),
        _ => None,
    }
}
