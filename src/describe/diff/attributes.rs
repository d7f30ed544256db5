//! Attributes, and wildcards of elements and attributes.

use super::breach::{Breach, Effect, Ways};
use super::change::{At, Change, Pair, Side};
use super::kinds::{self, Kind};
use super::model;
use super::place::{Sought, Spot};
use super::values;
use crate::plan::{AttributePlan, ComplexPlan, WildcardPlan};

/// What differs between the attributes of two types.
pub(super) fn compare<'c>(at: &At<'c>, types: Pair<&ComplexPlan>) -> Vec<Change<'c>> {
    let mut found = Vec::new();
    Attributes { at, types }.compare(&mut found);
    let any = Pair { old: types.old.any_attribute.as_ref(), new: types.new.any_attribute.as_ref() };
    found.extend(wildcard(at, any, "attribute"));
    found
}

struct Attributes<'a, 'c> {
    at: &'a At<'c>,
    types: Pair<&'a ComplexPlan>,
}

impl<'c> Attributes<'_, 'c> {
    fn compare(&self, found: &mut Vec<Change<'c>>) {
        let Pair { old, new } = self.types;
        let sides = self.at.sides;
        let old_name = |of: &AttributePlan| sides.old.name(of.ns, &of.local);
        let new_name = |of: &AttributePlan| sides.new.name(of.ns, &of.local);
        let mut left: Vec<&AttributePlan> = new.attributes.iter().collect();
        let mut gone = Vec::new();
        for was in &old.attributes {
            let same = |is: &&AttributePlan| new_name(is) == old_name(was);
            let by_name = left.iter().position(same);
            match by_name.or_else(|| left.iter().position(|is| is.local == was.local)) {
                Some(at) => self.attribute(Pair { old: was, new: left.remove(at) }, found),
                None => gone.push(was),
            }
        }
        found.extend(gone.into_iter().map(|was| self.one_attribute(was, false)));
        found.extend(left.into_iter().map(|is| self.one_attribute(is, true)));
    }

    fn one_attribute(&self, of: &AttributePlan, added: bool) -> Change<'c> {
        let kind: &'static Kind = match (added, of.required) {
            (true, true) => &kinds::ATTRIBUTE_REQUIRED_ADDED,
            (true, false) => &kinds::ATTRIBUTE_ADDED,
            (false, true) => &kinds::ATTRIBUTE_REQUIRED_REMOVED,
            (false, false) => &kinds::ATTRIBUTE_REMOVED,
        };
        let how = if added { "is new" } else { "is gone" };
        let needed = if of.required { "required" } else { "optional" };
        let what = format!("the {needed} attribute {} {how}", of.local);
        Change::new(kind, what, self.attribute_at(&of.local))
    }

    fn attribute_at(&self, local: &str) -> Pair<Spot<'c>> {
        let spot = |anchor| Spot::within(anchor, Sought::Attribute(local.to_owned()));
        Pair { old: spot(self.at.anchors.old), new: spot(self.at.anchors.new) }
    }

    fn attribute(&self, of: Pair<&AttributePlan>, found: &mut Vec<Change<'c>>) {
        let Pair { old, new } = of;
        let what = format!("the attribute {}", new.local);
        let mut changes = Vec::new();
        let mut told = |kind: &'static Kind, how: &str| {
            changes.push(Change::new(kind, format!("{what} {how}"), self.attribute_at(&new.local)));
        };
        let sides = self.at.sides;
        if sides.old.name(old.ns, &old.local) != sides.new.name(new.ns, &new.local) {
            told(&kinds::NAMESPACE, "is in another namespace");
        }
        match (old.required, new.required) {
            (false, true) => told(&kinds::ATTRIBUTE_BECAME_REQUIRED, "must be there"),
            (true, false) => told(&kinds::ATTRIBUTE_BECAME_OPTIONAL, "may be left out"),
            _ => {}
        }
        let default = |side: Side<'c>, anchor, of: &AttributePlan| {
            side.finder.attribute_default(anchor, &side.name(of.ns, &of.local))
        };
        if default(sides.old, self.at.anchors.old, old) != default(sides.new, self.at.anchors.new, new) {
            told(&kinds::DEFAULT, "has another default");
        }
        match (&old.fixed, &new.fixed) {
            (None, Some(_)) => told(&kinds::FIXED_ADDED, "may have one value only"),
            (Some(_), None) => told(&kinds::FIXED_REMOVED, "may have other values than one"),
            (Some(was), Some(is)) if !old.simple.simple.same(was, is) => {
                told(&kinds::FIXED, "has another value")
            }
            _ => {}
        }
        let key = |complex: &ComplexPlan, of: &AttributePlan| {
            let slots = complex.scopes.first().map(|scope| &scope.slots);
            slots.and_then(|slots| slots.get(of.slot.index())).map(|slot| slot.key.clone())
        };
        if key(self.types.old, old) != key(self.types.new, new) {
            told(&kinds::KEY, "has another name in JSON");
        }
        let simple = values::changes(self.at, Pair { old: &old.simple, new: &new.simple }, &what);
        let at = self.attribute_at(&new.local);
        changes.extend(simple.into_iter().map(|change| Change { at: at.clone(), ..change }));
        found.extend(changes);
    }
}

/// What differs between wildcards for what is called `what`.
pub(super) fn wildcard<'c>(at: &At<'c>, of: Pair<Option<&WildcardPlan>>, what: &str) -> Option<Change<'c>> {
    let facet = if what == "attribute" { "anyAttribute" } else { "any" };
    let spot = |anchor| Spot::within(anchor, Sought::Facet(facet));
    let sides = at.sides;
    let at = Pair { old: spot(at.anchors.old), new: spot(at.anchors.new) };
    Some(match (of.old, of.new) {
        (None, None) => return None,
        (None, Some(_)) => Change::new(&kinds::ANY_ADDED, format!("any other {what} may be there"), at),
        (Some(_), None) => Change::new(&kinds::ANY_REMOVED, format!("no other {what} may be there"), at),
        (Some(old), Some(new)) => {
            // What is known is an object in JSON where it is checked, and a text of XML where it is not.
            let turned = Pair { old: sides.new, new: sides.old };
            let ways = Ways {
                narrows: wildcard_breach(model::is_wider(sides, old, new), rank(new) > rank(old)),
                widens: wildcard_breach(model::is_wider(turned, new, old), rank(old) > rank(new)),
            };
            let json = ways.or(Ways {
                narrows: (old.typed && !new.typed).then_some(Breach::Shape),
                widens: (old.typed != new.typed).then_some(Breach::Shape),
            });
            if json == Ways::NONE {
                return None;
            }
            let what = format!("the wildcard for {what}s allows something else");
            Change::new(&kinds::ANY_CHANGED, what, at).with(Effect { xml: ways, json })
        }
    })
}

fn wildcard_breach(wider: bool, stricter: bool) -> Option<Breach> {
    if wider { Some(Breach::Unknown) } else { stricter.then_some(Breach::Perhaps) }
}

/// How strictly what a wildcard allows is checked.
fn rank(wildcard: &WildcardPlan) -> u8 {
    u8::from(wildcard.typed) + u8::from(!wildcard.lax)
}
