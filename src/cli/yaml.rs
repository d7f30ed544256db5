//! A YAML document without types: whatever was typed, in its order.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::redact::{MARK, is_secret, url};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Bool(bool),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    Null,
    Number(i64),
    Text(String),
}

impl Tree {
    /// A number, or its digits where it is greater than numbers are here.
    pub(super) fn of(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Number)
    }

    /// The text; empty for what is none.
    pub(super) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// The member `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Takes the member `key` out.
    pub(super) fn remove(&mut self, key: &str) -> Option<Self> {
        let Self::Map(members) = self else { return None };
        let at = members.iter().position(|(known, _)| known == key)?;
        Some(members.remove(at).1)
    }

    /// The member `key`, which is a map from now on if there was none. In what is not a map, that itself.
    pub(super) fn map(&mut self, key: &str) -> &mut Self {
        self.set(key, Self::Map(Vec::new()));
        let at = match self {
            Self::Map(members) => members.iter().position(|(known, _)| known == key),
            _ => None,
        };
        match (self, at) {
            (Self::Map(members), Some(at)) => &mut members[at].1,
            (other, _) => other,
        }
    }

    /// Takes the member `key` out of everything that stands in the member `around`.
    pub(super) fn remove_below(&mut self, around: &str, key: &str) {
        let Self::Map(members) = self else { return };
        for (_, below) in members.iter_mut().filter(|(name, _)| name == around) {
            let Self::Map(members) = below else { continue };
            members.iter_mut().for_each(|(_, member)| drop(member.remove(key)));
        }
    }

    /// Sets the member `key` where it is not there.
    pub(super) fn set(&mut self, key: &str, value: Self) {
        if let Self::Map(members) = self
            && members.iter().all(|(known, _)| known != key)
        {
            members.push((key.to_owned(), value));
        }
    }

    /// Puts everything of `other` in that is not there; lists are joined.
    pub(super) fn complete(&mut self, other: Self) {
        match (self, other) {
            (Self::Map(own), Self::Map(members)) => {
                for (key, value) in members {
                    match own.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, found)) => found.complete(value),
                        None => own.push((key, value)),
                    }
                }
            }
            (Self::List(own), Self::List(items)) => own.extend(items),
            _ => {}
        }
    }

    /// Masks what is secret in the parts of a service file that hold secrets. References stay.
    pub(super) fn mask(&mut self) {
        let Self::Map(members) = self else { return };
        for (key, value) in members.iter_mut().filter(|(key, _)| HOLD.contains(&key.as_str())) {
            value.mask_below(key);
        }
    }

    fn mask_below(&mut self, around: &str) {
        match self {
            Self::List(items) => items.iter_mut().for_each(|item| item.mask_below(around)),
            Self::Map(members) => members.iter_mut().for_each(|(key, value)| value.mask_below(key)),
            Self::Text(text) => *text = masked(around, text),
            Self::Number(_) if is_key(around) => *self = Self::Text(MARK.to_owned()),
            Self::Bool(_) | Self::Null | Self::Number(_) => {}
        }
    }
}

/// The parts of a service file that hold secrets.
const HOLD: [&str; 4] = ["backend", "fronts", "listen", "store"];

fn masked(key: &str, text: &str) -> String {
    let reference = text.starts_with("${") && text.find('}') == Some(text.len() - 1);
    // What a kind of password is called is none.
    let kind = matches!(text, "text" | "digest");
    match text {
        _ if reference || kind => text.to_owned(),
        _ if is_key(key) || text.contains("PRIVATE KEY-----") => MARK.to_owned(),
        _ => url(text),
    }
}

fn is_key(key: &str) -> bool {
    is_secret(key) || matches!(key, "bearer" | "hash" | "token" | "value")
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::Null => serializer.serialize_unit(),
            Self::Number(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}
