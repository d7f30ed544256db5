//! What a schema says in words: what the contract says, and what JSON Schema has no word for.

use crate::describe::tree::{Object, Tree};

/// The member with what JSON Schema cannot say.
pub(super) const UNEXPRESSED: &str = "x-saponify-unexpressed";

/// What is said about a schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// What the contract says.
    text: Option<String>,
    /// What JSON Schema cannot say, in sentences.
    facts: Vec<String>,
    /// What is worth knowing besides.
    hints: Vec<String>,
}

impl Told {
    pub(super) fn of(text: Option<&str>) -> Self {
        Self { text: text.map(str::to_owned), ..Self::default() }
    }

    /// Something that the bridge checks and the schema does not.
    pub(super) fn fact(&mut self, fact: impl Into<String>) {
        self.facts.push(fact.into());
    }

    /// Something that the schema says too, or that is no condition.
    pub(super) fn hint(&mut self, hint: impl Into<String>) {
        self.hints.push(hint.into());
    }

    pub(super) fn add(&mut self, other: Self) {
        self.text = self.text.take().or(other.text);
        self.facts.extend(other.facts);
        self.hints.extend(other.hints);
    }

    /// Everything as one text.
    pub(super) fn description(&self) -> Option<String> {
        let sentences: Vec<&str> = self.hints.iter().chain(&self.facts).map(String::as_str).collect();
        let sentences = Some(sentences.join(" ")).filter(|sentences| !sentences.is_empty());
        let parts: Vec<String> = self.text.clone().into_iter().chain(sentences).collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }

    /// Puts it into `schema`, which is no reference.
    pub(super) fn put(self, schema: &mut Object) {
        if let Some(description) = self.description() {
            schema.set("description", description);
        }
        if !self.facts.is_empty() {
            schema.set(UNEXPRESSED, Tree::texts(self.facts.iter().map(String::as_str)));
        }
    }
}

impl Told {
    /// Puts it into `schema`, unless that is a reference, whose component says it itself.
    pub(super) fn put_beside(self, schema: &mut Object) {
        if schema.get("$ref").is_none() {
            self.put(schema);
        }
    }
}
