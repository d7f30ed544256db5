//! Constants and defaults of fields that refer to a value outside of the file: `${env:NAME}` and `${file:PATH}`.

use super::checker::Checker;
use super::choices;
use crate::plan::{Placed, Rules};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::reference;

impl Checker<'_> {
    /// What the file says about the plan. A text that is a reference and nothing else is a secret: it is masked wherever a message shows.
    pub(super) fn rules(&mut self, file: &ServiceFile) -> Rules {
        let mut rules = choices::rules(file);
        for (name, operation) in &mut rules.operations {
            self.refer(&KeyPath::of("operations").key(name), &mut operation.fields);
        }
        for (name, placed) in &mut rules.types {
            self.refer(&KeyPath::of("types").key(name), placed);
        }
        rules.constants.retain_mut(|constant| {
            let at = KeyPath::of("const").key(&constant.field);
            self.referred(&at, &mut constant.text)
        });
        rules
    }

    /// A rule whose reference leads nowhere goes: what else is wrong with it is not known.
    fn refer(&mut self, at: &KeyPath, placed: &mut Vec<Placed>) {
        placed.retain_mut(|Placed { field, rule, .. }| {
            let at = at.key(rule.about().key).key(field);
            rule.text_mut().is_none_or(|text| self.referred(&at, text))
        });
    }

    /// Puts what `text` refers to into its place. False where that leads nowhere.
    fn referred(&mut self, at: &KeyPath, text: &mut String) -> bool {
        if !text.contains("${") {
            return true;
        }
        let referred = if reference::is(text) {
            self.secret_constant.get_or_insert_with(|| at.clone());
            self.secret(at, text).map(|secret| secret.expose().to_owned())
        } else {
            self.resolved(at, text)
        };
        referred.map(|referred| *text = referred).is_some()
    }
}
