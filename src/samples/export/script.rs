//! What tools have in JavaScript: literals, and what is asked of an answer.

use super::expected::{Content, Expected};
use crate::json::write::write_string;

/// `text` as a literal, which is that of JSON.
pub(super) fn literal(text: &str) -> String {
    let mut out = Vec::new();
    write_string(&mut out, text);
    String::from_utf8(out).expect("JSON is written as UTF-8")
}

/// A condition on an answer, and what it says.
pub(super) struct Condition {
    pub(super) says: String,
    pub(super) holds: String,
}

/// Where a tool has an answer: expressions.
pub(super) struct Answer {
    pub(super) status: &'static str,
    /// Its text.
    pub(super) text: &'static str,
    /// Its JSON.
    pub(super) json: &'static str,
}

impl Answer {
    /// What is asked of it.
    pub(super) fn conditions(&self, expected: &Expected) -> Vec<Condition> {
        let Self { status, text, json } = self;
        let mut found = vec![match expected.status {
            Some(wanted) => {
                Condition { says: format!("HTTP status {wanted}"), holds: format!("{status} === {wanted}") }
            }
            None => Condition {
                says: "HTTP status 2xx".to_owned(),
                holds: format!("{status} >= 200 && {status} < 300"),
            },
        }];
        match &expected.content {
            Content::Anything => {}
            Content::Element(name) => found.push(Condition {
                says: format!("Body has {name}"),
                holds: format!("{}.test({text})", first_child(name)),
            }),
            Content::Members { names, succeeded } => {
                found.extend(names.iter().map(|name| match *succeeded && name == "status" {
                    true => {
                        Condition { says: "status is 1".to_owned(), holds: format!("{json}.status === 1") }
                    }
                    false => Condition {
                        says: format!("has {name}"),
                        holds: format!("{} in {json}", literal(name)),
                    },
                }))
            }
        }
        found
    }
}

/// A regular expression for an envelope whose Body begins with an element of this local name.
fn first_child(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c == '.' { "\\.".to_owned() } else { c.to_string() }).collect();
    format!(r"/<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?{name}[\s\/>]/")
}

/// A function that escapes text for character data.
pub(super) const XML: &str =
    "(text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')";

/// A function that escapes text for a string of JSON.
pub(super) const JSON: &str = "(text) => JSON.stringify(text).slice(1, -1)";
