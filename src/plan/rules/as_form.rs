//! `as`: another form in JSON, where nothing is lost by it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::program::{Form, SimplePlan};
use super::about::{About, Example, Mistake};
use super::field::Field;
use super::misfit::Misfit;
use super::rule::Rule;
use crate::xsd::simple::{BuiltIn, Variety};

/// The field has another form in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// A date without its zone, which says nothing about the day.
    Day,
    /// A date as midnight of that day, UTC.
    Instant,
    /// A boolean as 0 or 1.
    Number,
    /// A number or a boolean as a string.
    String,
}

impl Rule for As {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "as",
        value: "map of fields to `day`, `instant`, `number` or `string`",
        example: "{ amount: string, flag: number, born: instant }",
        meaning: "another JSON form: `string` for a number or a boolean, `number` (0 and 1) for a boolean, `instant` (midnight \
                  UTC) and `day` (without its zone) for a date",
        lost: "the zone of a date; from numbers and booleans nothing",
        deepest_first: false,
        examples: &[
            Example {
                rules: "{ as: { amount: string, priority: number, due: instant } }",
                json: r#"{"custNo":"007","channel":"web","priority":1,"amount":"1.10","due":"2024-02-29T00:00:00.000+00:00","currency":"EUR"}"#,
                xml: "<custNo>007</custNo><channel>web</channel><priority>true</priority><amount>1.10</amount><due>2024-02-29</due><currency>EUR</currency>",
                ..Example::EMPTY
            },
            Example {
                rules: "{ as: { priority: string } }",
                json: r#"{"custNo":"007","channel":"web","priority":"false","currency":"EUR"}"#,
                xml: "<custNo>007</custNo><channel>web</channel><priority>false</priority><currency>EUR</currency>",
                ..Example::EMPTY
            },
        ],
        mistakes: &[
            Mistake {
                rules: "{ as: { custNo: number } }",
                says: "as: only a boolean or a number can be a number: a text would lose its zeros",
            },
            Mistake { rules: "{ as: { amount: instant } }", says: "as: only a date can be an instant" },
            Mistake { rules: "{ as: { lines: string } }", says: "as: the field is not simple" },
            Mistake { rules: "{ as: { amount: text } }", says: "not possible here" },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let plan = field.simple()?;
        let form = self.form(&plan)?;
        field.set_simple(SimplePlan { form, ..plan })
    }
}

impl As {
    fn form(self, plan: &SimplePlan) -> Result<Form, Misfit> {
        let date = matches!(plan.simple.variety(), Variety::Atomic(built_in) if built_in.primitive() == BuiltIn::Date);
        match (self, &plan.form) {
            (Self::String, Form::Number | Form::NumberText) => Ok(Form::NumberText),
            (Self::String, Form::Boolean) => Ok(Form::BooleanText),
            (Self::String, Form::String) => Ok(Form::String),
            (Self::Number, Form::Boolean) => Ok(Form::Flag),
            (Self::Number, Form::Number | Form::NumberText) => Ok(Form::Number),
            (Self::Day, Form::String) if date => Ok(Form::Day),
            (Self::Instant, Form::String) if date => Ok(Form::Instant),
            (Self::Number, _) => {
                Err(Misfit::Unfit("only a boolean or a number can be a number: a text would lose its zeros"))
            }
            (Self::Day, _) => Err(Misfit::Unfit("only a date can be a day")),
            (Self::Instant, _) => Err(Misfit::Unfit("only a date can be an instant")),
            (Self::String, _) => Err(Misfit::Unfit("only a number or a boolean can be a string")),
        }
    }
}
