//! What the service file says about a field: the rules that made its JSON other than its element.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::tree::{Object, Tree};
use crate::plan::{Names, Placed, Rules};

/// The rules for the messages of one operation, by the last names of their fields: most elements have none.
pub(super) struct RuleBook<'r> {
    names: Names,
    operation: &'r str,
    own: ByName<'r>,
    /// Those of types, by the names of the types.
    types: HashMap<&'r str, ByName<'r>>,
}

/// Rules by what their pointers end with.
type ByName<'r> = HashMap<String, Vec<&'r Placed>>;

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

impl<'r> RuleBook<'r> {
    /// What `rules` say of the messages of `operation`.
    pub(super) fn new(rules: &'r Rules, operation: &'r str) -> Self {
        let own = rules.operations.get(operation).map_or(&[][..], |rules| &rules.fields);
        let types = rules.types.iter().map(|(key, placed)| (key.as_str(), by_name(placed)));
        Self { names: rules.names, operation, own: by_name(own), types: types.collect() }
    }

    /// The rules for what is at `way` in an object of the type `type_key`, and which has the key `key`.
    pub(super) fn found(&self, way: &Way, type_key: &str, key: &str) -> Vec<Tree> {
        let Some(Step { local, .. }) = way.0.as_deref() else { return Vec::new() };
        let name = plain(local);
        let of = |rules: Option<&ByName<'r>>| {
            rules.and_then(|rules| rules.get(&name)).map_or(&[][..], Vec::as_slice).to_vec()
        };
        let here = |placed: &&Placed| {
            let shown = way.steps().filter(|step| !step.is_hidden);
            is(&placed.pointer, way.steps()) || is(&placed.pointer, shown)
        };
        let member = |placed: &&Placed| is(&placed.pointer, way.steps().take(1));
        let own = of(Some(&self.own)).into_iter().filter(here);
        let of_type = of(self.types.get(type_key)).into_iter().filter(member);
        let of_type = of_type.map(|placed| told("types", type_key, placed));
        let mut found: Vec<Tree> =
            of_type.chain(own.map(|placed| told("operations", self.operation, placed))).collect();
        if found.is_empty() && self.names != Names::AsIs && key != local {
            let rule = Object::new().with("key", "names").with("place", "defaults.names");
            found.push(rule.with("meaning", "how keys are spelled").into());
        }
        found
    }
}

fn by_name(rules: &[Placed]) -> ByName<'_> {
    let mut found = ByName::new();
    for placed in rules {
        let last = segments(&placed.pointer).next();
        last.into_iter().for_each(|last| found.entry(last).or_default().push(placed));
    }
    found
}

fn told(kind: &str, name: &str, placed: &Placed) -> Tree {
    let about = placed.rule.about();
    let place = format!("{kind}.{name}.{}: {}", about.key, placed.field);
    Object::new().with("key", about.key).with("place", place).with("meaning", about.meaning).into()
}

/// Whether `pointer` of a rule leads along `steps`, the last one first.
fn is<'s>(pointer: &str, steps: impl Iterator<Item = &'s Step>) -> bool {
    segments(pointer).eq(steps.map(|step| plain(&step.local)))
}

/// The names in `pointer`, the last one first.
fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.rsplit('/').filter(|segment| !matches!(*segment, "" | "*")).map(plain)
}

/// A name however it is spelled: keys are spelled anew before rules apply.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '@').flat_map(char::to_lowercase).collect()
}
