//! What the service file says about a field: the rules that made its JSON other than its element.

use std::rc::Rc;

use super::super::tree::{Object, Tree};
use crate::plan::{Names, Placed, Rules};

/// The rules for the messages of one operation.
#[derive(Clone, Copy)]
pub(super) struct RuleBook<'r> {
    pub(super) rules: &'r Rules,
    pub(super) operation: &'r str,
}

/// The way to an element, or an attribute, of a message: the names of the elements to it, without the root's.
#[derive(Clone, Default)]
pub(super) struct Way(Option<Rc<Step>>);

/// A name on a way. What is deeper shares it.
struct Step {
    before: Way,
    local: String,
    /// Whether it is that of a wrapper that does not show.
    is_hidden: bool,
}

impl Way {
    /// The way to the child `local`, which does not show where `is_hidden`.
    pub(super) fn to(&self, local: &str, is_hidden: bool) -> Self {
        Self(Some(Rc::new(Step { before: self.clone(), local: local.to_owned(), is_hidden })))
    }

    /// Whether it leads nowhere yet.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Its steps, the last one first.
    fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |step| step.before.0.as_deref())
    }
}

impl RuleBook<'_> {
    /// The rules for what is at `way` in an object of the type `type_key`, and which has the key `key`.
    pub(super) fn found(&self, way: &Way, type_key: &str, key: &str) -> Vec<Tree> {
        let own = self.rules.operations.get(self.operation).map_or(&[][..], |rules| &rules.fields);
        let of_type = self.rules.types.get(type_key).map_or(&[][..], Vec::as_slice);
        let Some(Step { local, .. }) = way.0.as_deref() else { return Vec::new() };
        let here = |placed: &&Placed| {
            let shown = way.steps().filter(|step| !step.is_hidden);
            is(&placed.pointer, way.steps()) || is(&placed.pointer, shown)
        };
        let member = |placed: &&Placed| is(&placed.pointer, way.steps().take(1));
        let own = own.iter().filter(here).map(|placed| told("operations", self.operation, placed));
        let of_type = of_type.iter().filter(member).map(|placed| told("types", type_key, placed));
        let mut found: Vec<Tree> = of_type.chain(own).collect();
        if found.is_empty() && self.rules.names != Names::AsIs && key != local {
            let rule = Object::new().with("key", "names").with("place", "defaults.names");
            found.push(rule.with("meaning", "how keys are spelled").into());
        }
        found
    }
}

fn told(kind: &str, name: &str, placed: &Placed) -> Tree {
    let about = placed.rule.about();
    let place = format!("{kind}.{name}.{}: {}", about.key, placed.field);
    Object::new().with("key", about.key).with("place", place).with("meaning", about.meaning).into()
}

/// Whether `pointer` of a rule leads along `steps`, the last one first. Keys are spelled anew before rules apply.
fn is<'s>(pointer: &str, steps: impl Iterator<Item = &'s Step>) -> bool {
    let segments = pointer.rsplit('/').filter(|segment| !matches!(*segment, "" | "*"));
    segments.map(plain).eq(steps.map(|step| plain(&step.local)))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '@').flat_map(char::to_lowercase).collect()
}
