//! The content of a detail that is made: JSON with expressions in it.

use crate::json::write::{write_key, write_string};
use crate::service::expression::{Computed, Template, Variables};

/// The content of a detail.
#[derive(Clone, Debug)]
pub enum DetailTemplate {
    /// A list.
    Items(Vec<DetailTemplate>),
    /// An object.
    Members(Vec<(String, DetailTemplate)>),
    /// A value.
    Value(Template, Wanted),
}

/// Of which JSON type a value must be, whatever the text is that gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one that it has.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
}

impl DetailTemplate {
    /// Appends the JSON; false, and nothing, for a value that reads what is absent.
    pub fn write(&self, variables: &Variables<'_>, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Items(items) => {
                out.push(b'[');
                for item in items {
                    let before = out.len();
                    if out.last() != Some(&b'[') {
                        out.push(b',');
                    }
                    if !item.write(variables, out) {
                        out.truncate(before);
                    }
                }
                out.push(b']');
                true
            }
            Self::Members(members) => {
                out.push(b'{');
                for (key, member) in members {
                    let before = out.len();
                    if out.last() != Some(&b'{') {
                        out.push(b',');
                    }
                    write_key(out, key);
                    if !member.write(variables, out) {
                        out.truncate(before);
                    }
                }
                out.push(b'}');
                true
            }
            Self::Value(template, wanted) => match template.value(variables) {
                None => false,
                Some(value) => {
                    wanted.write(&value, out);
                    true
                }
            },
        }
    }
}

impl Wanted {
    fn write(self, value: &Computed, out: &mut Vec<u8>) {
        match (self, value) {
            (Self::Text, Computed::Boolean(_) | Computed::Integer(_) | Computed::Number(_)) => {
                write_string(out, &value.text());
            }
            // What is no number or boolean stays a string, which the contract then refuses.
            (Self::Number, Computed::Text(text)) if is_number(text) => out.extend_from_slice(text.as_bytes()),
            (Self::Boolean, Computed::Text(text)) if matches!(text.as_str(), "true" | "false") => {
                out.extend_from_slice(text.as_bytes());
            }
            _ => value.write(out),
        }
    }
}

fn is_number(text: &str) -> bool {
    let mut tape = crate::json::Tape::new();
    let value = tape.parse(text.as_bytes(), &crate::limits::JsonLimits::default());
    value.is_ok_and(|value| value.kind() == crate::json::Kind::Number)
}
