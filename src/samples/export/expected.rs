//! What an answer has, whatever the service answers: its status, and names that the contract demands.

use crate::json::{Kind, Tape, Value};
use crate::limits::JsonLimits;

/// What the answer to a request certainly has where the service did what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The status of HTTP; any that begins with 2 where there is none.
    pub(super) status: Option<u16>,
    /// What is in its body.
    pub(super) content: Content,
}

/// What is in the body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nobody knows.
    Anything,
    /// The first child of the Body of an envelope, by its local name.
    Element(String),
    /// An object with these members; `status` is 1 where that is said.
    Members { names: Vec<String>, succeeded: bool },
}

impl Expected {
    /// A status without a body.
    pub(super) fn nothing(status: u16) -> Self {
        Self { status: Some(status), content: Content::Anything }
    }
}

/// The members that each object of these messages has, in the order of the first; nothing where the first is no object. A null in its place
/// says nothing of the service that gave it.
pub(super) fn members_of_all(messages: &[Vec<u8>]) -> Option<Vec<String>> {
    let mut common: Option<Vec<String>> = None;
    for message in messages {
        common = match (common, members(message)) {
            (None, first) => Some(first?),
            (Some(common), None) => Some(common),
            (Some(common), Some(names)) => {
                Some(common.into_iter().filter(|name| names.contains(name)).collect())
            }
        };
    }
    common
}

/// The names of the members of an object; nothing for any other message.
fn members(message: &[u8]) -> Option<Vec<String>> {
    let mut tape = Tape::new();
    let value: Value<'_> = match tape.parse(message, &JsonLimits::default()) {
        Ok(value) => value,
        // A message over the bounds of reading says nothing of others.
        Err(_) => return None,
    };
    let is_object = value.kind() == Kind::Object;
    is_object.then(|| value.members().map(|member| member.key().into_owned()).collect())
}
