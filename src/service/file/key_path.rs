//! The keys that lead to a value of a YAML file.

use std::fmt;

use crate::plan::FieldRule;

/// The keys and positions that lead to a value, or to a key itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::service) struct KeyPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Item(usize),
    Key(String),
    /// Not the value of the key before it, but the key.
    Name,
}

impl KeyPath {
    /// The path of keys joined by dots.
    pub(in crate::service) fn of(keys: &str) -> Self {
        Self(keys.split('.').map(|key| Step::Key(key.to_owned())).collect())
    }

    /// The value of `key` in the mapping that is here.
    pub(in crate::service) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// The item `at` of the list that is here.
    pub(in crate::service) fn item(&self, at: usize) -> Self {
        self.with(Step::Item(at))
    }

    /// The key whose value is here.
    pub(in crate::service) fn name(&self) -> Self {
        self.with(Step::Name)
    }

    /// What `inner`, seen from here, leads to.
    pub(in crate::service) fn join(&self, inner: &Self) -> Self {
        Self(self.0.iter().chain(&inner.0).cloned().collect())
    }

    /// The same in a list at the top named `key` that has `by` items fewer at its beginning; nothing for one of those.
    pub(in crate::service) fn shifted(&self, key: &str, by: usize) -> Option<Self> {
        let mut shifted = self.clone();
        if let [Step::Key(first), Step::Item(at), ..] = shifted.0.as_mut_slice()
            && first == key
        {
            *at = at.checked_sub(by)?;
        }
        Some(shifted)
    }

    /// Whether it leads to the whole file.
    pub(super) fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the two leads to the other, or to something in it.
    pub(in crate::service) fn touches(&self, other: &Self) -> bool {
        let plain =
            |path: &Self| path.0.iter().filter(|step| **step != Step::Name).cloned().collect::<Vec<_>>();
        let (own, other) = (plain(self), plain(other));
        own.starts_with(&other) || other.starts_with(&own)
    }

    /// The operation whose messages look otherwise with the rule that is here.
    pub(in crate::service) fn changes_operation(&self) -> Option<Self> {
        match self.0.as_slice() {
            [first @ Step::Key(top), name @ Step::Key(_), Step::Key(rule), ..]
                if top == "operations" && FieldRule::ALL.iter().any(|about| about.key == rule) =>
            {
                Some(Self(vec![first.clone(), name.clone()]))
            }
            _ => None,
        }
    }

    /// Whether it leads to something in the value of the key `name` at the top, or is that.
    pub(in crate::service) fn begins(&self, name: &str) -> bool {
        matches!(self.0.first(), Some(Step::Key(key)) if key == name)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl From<&[Step]> for KeyPath {
    fn from(steps: &[Step]) -> Self {
        Self(steps.to_vec())
    }
}

impl FromIterator<String> for KeyPath {
    fn from_iter<I: IntoIterator<Item = String>>(keys: I) -> Self {
        Self(keys.into_iter().map(Step::Key).collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(item) => write!(f, "[{item}]")?,
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Name => {}
            }
        }
        Ok(())
    }
}
