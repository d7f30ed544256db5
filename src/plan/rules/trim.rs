//! `trim`: no white space at the ends of a text.

use super::super::program::{Form, SimplePlan};
use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;

/// The field has no white space at its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trim;

impl Rule for Trim {
    type Typed = Vec<String>;

    const ABOUT: About = About {
        key: "trim",
        value: "list of fields",
        example: "[channel]",
        meaning: "a text without the spaces, tabs and line ends at both of its ends, both ways, before its facets are checked; \
                  a text of nothing else is empty. Where the field has an `enum` too, its JSON texts are taken as they are",
        lost: "that white space",
        deepest_first: false,
        examples: &[
            Example {
                rules: "{ trim: [channel] }",
                json: r#"{"custNo":"007","channel":"\t the web \n","currency":"EUR"}"#,
                xml: "<custNo>007</custNo><channel>the web</channel><currency>EUR</currency>",
                received: "<custNo>007</custNo><channel>\n  the web </channel><currency>EUR</currency>",
                back: r#"{"custNo":"007","channel":"the web","currency":"EUR"}"#,
            },
            Example {
                rules: "{ trim: [/ShipTo/Street], rename: { /ShipTo/Street: line } }",
                json: r#"{"custNo":" 007","channel":"web","currency":"EUR","ShipTo":{"line":" 1 A St","City":"B"}}"#,
                xml: "<custNo> 007</custNo><channel>web</channel><currency>EUR</currency><ShipTo><Street>1 A St</Street><City>B</City></ShipTo>",
                back: r#"{"custNo":" 007","channel":"web","currency":"EUR","ShipTo":{"line":"1 A St","City":"B"}}"#,
                ..Example::EMPTY
            },
        ],
        mistakes: &[
            Mistake { rules: "{ trim: [amount] }", says: "trim: only a text has white space at its ends" },
            Mistake { rules: "{ trim: [lines] }", says: "trim: the field is not simple" },
            Mistake {
                rules: "{ trim: [chanel] }",
                says: "trim: there is no `chanel`; did you mean `channel`?",
            },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let plan = field.simple()?;
        if plan.form != Form::String {
            return Err(Misfit::Unfit("only a text has white space at its ends"));
        }
        let simple =
            plan.simple.trimmed().ok_or(Misfit::Unfit("a value of the type has white space at its ends"))?;
        field.set_simple(SimplePlan { simple: simple.into(), ..plan })
    }
}
