//! Complex types: elements and attributes that came, went, or may be there more or less often.

use std::collections::HashSet;

use super::attributes;
use super::breach::{Breach, Effect, Ways};
use super::change::{At, Change, Pair};
use super::kinds::{self, Kind};
use super::members::{Member, Pairs, members};
use super::model;
use super::place::{Anchor, Spot};
use super::values;
use crate::plan::{ComplexPlan, NodeKind};
use crate::xml::QName;

/// The elements of the two types that are one, and where they are.
pub(super) struct Matched<'c> {
    pub(super) members: Pair<Member>,
    pub(super) anchors: Pair<Anchor<'c>>,
}

/// What differs between two complex types, and the elements of both that are compared next.
pub(super) fn compare<'c>(at: &At<'c>, types: Pair<&ComplexPlan>) -> (Vec<Change<'c>>, Vec<Matched<'c>>) {
    let comparison = Comparison { at, types };
    let mut found = comparison.kinds();
    // What is anything has no elements of its own that could be told.
    if types.old.any_type != types.new.any_type {
        return (found, Vec::new());
    }
    let matched = comparison.elements(&mut found);
    found.extend(attributes::compare(at, types));
    (found, matched)
}

struct Comparison<'a, 'c> {
    at: &'a At<'c>,
    types: Pair<&'a ComplexPlan>,
}

impl<'a, 'c> Comparison<'a, 'c> {
    /// What kind of content it is.
    fn kinds(&self) -> Vec<Change<'c>> {
        let Pair { old, new } = self.types;
        let mut found = Vec::new();
        let mut told = |kind: &'static Kind, what: &str, effect: Effect| {
            found.push(Change::new(kind, what.to_owned(), self.at.here()).with(effect));
        };
        match (&old.text, &new.text) {
            (None, None) if old.any_type != new.any_type => {
                let xml =
                    if new.any_type { Ways::widens(Breach::Value) } else { Ways::narrows(Breach::Value) };
                told(&kinds::SHAPE, "the content is anything, or was", Effect { xml, ..kinds::SHAPE.effect });
            }
            (None, None) | (Some(_), Some(_)) => {}
            _ => told(&kinds::SHAPE, "the content is text, or was", kinds::SHAPE.effect),
        }
        if old.mixed != new.mixed && old.any_type == new.any_type {
            let xml = if new.mixed { Ways::widens(Breach::Value) } else { Ways::narrows(Breach::Value) };
            let how = if new.mixed { "may" } else { "may not" };
            let what = format!("text {how} stand between the elements");
            told(&kinds::MIXED, &what, Effect { xml, ..kinds::MIXED.effect });
        }
        if old.flat != new.flat {
            told(&kinds::GROUPED, "the array has an object around it, or had", kinds::GROUPED.effect);
        }
        if let (Some(old), Some(new)) = (&old.text, &new.text) {
            found.extend(values::changes(self.at, Pair { old, new }, "the text"));
        }
        found
    }

    /// The elements that are in both, after telling of the others.
    fn elements(&self, found: &mut Vec<Change<'c>>) -> Vec<Matched<'c>> {
        let sides = self.at.sides;
        let old = members(sides.old, self.types.old);
        let new = members(sides.new, self.types.new);
        let pairs = Pairs::of(old, new);
        let whole = model::compare(sides, self.types);
        let mut changes: Vec<Change<'c>> = Vec::new();
        changes.extend(pairs.removed.iter().map(|member| self.one_sided(member, false)));
        changes.extend(pairs.added.iter().map(|member| self.one_sided(member, true)));
        let matched: Vec<Matched<'c>> = pairs.both.into_iter().map(|members| self.matched(members)).collect();
        matched.iter().for_each(|matched| self.counts(matched, &mut changes));
        changes.extend(self.wildcards());
        // Names and namespaces of what a wildcard takes are no matter of the model.
        let kept = |change: &Change<'_>| !["DIFF0216", "DIFF0233"].contains(&change.kind.code);
        for change in changes.iter_mut().filter(|change| kept(change) && !whole.undecided) {
            let json = if is_of_form(change) {
                change.effect.json
            } else {
                change.effect.json.masked(whole.effect.json)
            };
            change.effect = Effect { xml: change.effect.xml.masked(whole.effect.xml), json };
        }
        changes.extend(self.rest(&matched, &changes, whole));
        found.extend(changes);
        matched
    }

    fn matched(&self, members: Pair<Member>) -> Matched<'c> {
        let Pair { old, new } = self.at.sides;
        let anchors = Pair {
            old: old.finder.child(self.at.anchors.old, &members.old.name),
            new: new.finder.child(self.at.anchors.new, &members.new.name),
        };
        Matched { members, anchors }
    }

    /// An element that only one of the two has.
    fn one_sided(&self, member: &Member, added: bool) -> Change<'c> {
        let required = member.times.least > 0;
        let kind: &'static Kind = match (added, required) {
            (true, true) => &kinds::REQUIRED_ADDED,
            (true, false) => &kinds::OPTIONAL_ADDED,
            (false, true) => &kinds::REQUIRED_REMOVED,
            (false, false) => &kinds::OPTIONAL_REMOVED,
        };
        let Pair { old, new } = self.at.anchors;
        let local = &member.name.local;
        let at = if added {
            let child = self.at.sides.new.finder.child(new, &member.name);
            Pair { old: Spot::new(old), new: Spot::of_child(new, local, child) }
        } else {
            let child = self.at.sides.old.finder.child(old, &member.name);
            Pair { old: Spot::of_child(old, local, child), new: Spot::new(new) }
        };
        let how = if added { "is new" } else { "is gone" };
        let needed = if required { "required" } else { "optional" };
        let change = Change::new(kind, format!("the {needed} element {local} {how}"), at);
        let Effect { xml, json } = change.effect;
        let json = match (member.hidden, member.filled) {
            (true, _) => Ways::NONE,
            (false, true) => {
                Ways { narrows: json.narrows.filter(|breach| *breach != Breach::Missing), ..json }
            }
            (false, false) => json,
        };
        change.with(Effect { xml, json })
    }

    /// Of an element that both have: how often it may be there, and its name and place.
    fn counts(&self, matched: &Matched<'c>, found: &mut Vec<Change<'c>>) {
        let Pair { old, new } = &matched.members;
        let local = &new.name.local;
        let at = || Pair {
            old: Spot::of_child(self.at.anchors.old, &old.name.local, matched.anchors.old),
            new: Spot::of_child(self.at.anchors.new, local, matched.anchors.new),
        };
        let mut told = |kind: &'static Kind, what: String| {
            let change = Change::new(kind, what, at());
            let json = if old.hidden && new.hidden { Ways::NONE } else { change.effect.json };
            let effect = Effect { json, ..change.effect };
            found.push(change.with(effect));
        };
        if old.name.namespace != new.name.namespace {
            let (was, is) = (shown(&old.name), shown(&new.name));
            told(&kinds::NAMESPACE, format!("the element {local} is in {is} and was in {was}"));
        }
        match (old.times.least, new.times.least) {
            (0, 1..) => told(&kinds::BECAME_REQUIRED, format!("the element {local} must be there")),
            (1.., 0) => told(&kinds::BECAME_OPTIONAL, format!("the element {local} may be left out")),
            (was, is) if was < is => told(
                &kinds::LEAST_RAISED,
                format!("the element {local} must be there {is} times, and was {was}"),
            ),
            (was, is) if was > is => told(
                &kinds::LEAST_LOWERED,
                format!("the element {local} must be there {is} times, and was {was}"),
            ),
            _ => {}
        }
        match (old.times.most, new.times.most) {
            (1, 2..) => told(
                &kinds::BECAME_LIST,
                format!("the element {local} may be there {}", times(new.times.most)),
            ),
            (2.., 1) => told(&kinds::BECAME_SINGLE, format!("the element {local} may be there once")),
            (was, is) if was < is => told(
                &kinds::MORE,
                format!("the element {local} may be there {}, and was {}", times(is), times(was)),
            ),
            (was, is) if was > is => told(
                &kinds::LESS,
                format!("the element {local} may be there {}, and was {}", times(is), times(was)),
            ),
            _ => {}
        }
        self.in_json(matched, &at(), found);
    }

    /// Of an element that both have: where it is in JSON.
    fn in_json(&self, matched: &Matched<'c>, at: &Pair<Spot<'c>>, found: &mut Vec<Change<'c>>) {
        let Pair { old, new } = &matched.members;
        let local = &new.name.local;
        let shown: Option<(&'static Kind, _)> = match (old.hidden, new.hidden) {
            (true, true) => return,
            (false, true) => Some((&kinds::HIDDEN, "does not show in JSON")),
            (true, false) => Some((&kinds::SHOWN, "shows in JSON")),
            (false, false) => None,
        };
        if let Some((kind, how)) = shown {
            found.push(Change::new(kind, format!("the element {local} {how}"), at.clone()));
            return;
        }
        if old.filled != new.filled && old.times.least > 0 && new.times.least > 0 {
            let (kind, how, ways): (&'static Kind, _, _) = match new.filled {
                true => (&kinds::BECAME_OPTIONAL, "may be left out", Ways::widens(Breach::Missing)),
                false => (&kinds::BECAME_REQUIRED, "must be there", Ways::narrows(Breach::Missing)),
            };
            let what = format!("in JSON the element {local} {how}");
            found.push(Change::new(kind, what, at.clone()).with(Effect::json(ways)));
        }
        let mut told = |kind: &'static Kind, what: String| found.push(Change::new(kind, what, at.clone()));
        if old.group != new.group {
            let (was, is) = (place(&old.group), place(&new.group));
            told(&kinds::GROUPED, format!("in JSON the element {local} is in {is} and was in {was}"));
        } else if old.list != new.list && (old.times.most == 1) == (new.times.most == 1) {
            told(&kinds::GROUPED, format!("in JSON the element {local} is an array, or was"));
        }
        if old.key != new.key {
            told(&kinds::KEY, format!("in JSON the element {local} is `{}` and was `{}`", new.key, old.key));
        }
        if old.always != new.always && old.list && new.list {
            let how = if new.always { "is `[]`" } else { "is left out" };
            let json = if new.always { Ways::NONE } else { kinds::EMPTY_LIST.effect.json };
            let what = format!("in JSON the element {local} {how} where there is none");
            found.push(Change::new(&kinds::EMPTY_LIST, what, at.clone()).with(Effect::json(json)));
        }
    }

    /// What the models as a whole say and no element does.
    fn rest(&self, matched: &[Matched<'c>], told: &[Change<'c>], whole: model::Verdicts) -> Vec<Change<'c>> {
        let change = |kind, what: &str| Change::new(kind, what.to_owned(), self.at.here());
        if whole.undecided {
            return vec![change(&kinds::UNDECIDED, "the content model differs")];
        }
        let mut found = Vec::new();
        let mut left = told.iter().fold(whole.effect, |left, change| Effect {
            xml: left.xml.beyond(change.effect.xml),
            json: left.json.beyond(change.effect.json),
        });
        if self.is_reordered(matched) {
            let rpc = "the parts have another order, which servers may insist on";
            let perhaps = Effect::xml(Ways::both(Breach::Terms));
            let ordered = Effect::xml(Ways::both(Breach::Order).masked(whole.effect.xml));
            match self.is_rpc() {
                true => found.push(change(&kinds::ORDER, rpc).with(perhaps)),
                false if ordered == Effect::NONE => {}
                false => found.push(change(&kinds::ORDER, "the elements have another order").with(ordered)),
            }
            left.xml = left.xml.beyond(ordered.xml);
        }
        let other = told.iter().any(|change| change.effect.xml != Ways::NONE);
        if left.json == Ways::NONE && left.xml != Ways::NONE && !other && found.is_empty() {
            let ordered = Effect::xml(Ways::both(Breach::Order).masked(left.xml));
            found.push(change(&kinds::ORDER, "the order of the elements is free, or was").with(ordered));
        } else if left != Effect::NONE {
            found.push(change(&kinds::MODEL, "other elements may stand together").with(left));
        }
        found
    }

    /// Whether elements that both have are in another order.
    fn is_reordered(&self, matched: &[Matched<'c>]) -> bool {
        let order: Vec<&QName> = matched.iter().map(|matched| &matched.members.new.name).collect();
        let known: HashSet<&QName> = order.iter().copied().collect();
        let new = members(self.at.sides.new, self.types.new);
        !new.iter().map(|member| &member.name).filter(|name| known.contains(name)).eq(order)
    }

    fn is_rpc(&self) -> bool {
        let accessors = |complex: &ComplexPlan| {
            complex.nodes.first().is_some_and(|node| matches!(node.kind, NodeKind::Accessors(_)))
        };
        accessors(self.types.old) && accessors(self.types.new)
    }

    /// The wildcards among the elements, in their order.
    fn wildcards(&self) -> Vec<Change<'c>> {
        let Pair { old, new } = self.types;
        let pairs = 0..old.wildcards.len().max(new.wildcards.len());
        let of = |at| Pair { old: old.wildcards.get(at), new: new.wildcards.get(at) };
        pairs.filter_map(|at| attributes::wildcard(self.at, of(at), "element")).collect()
    }
}

/// Whether a change is about the form of a member in JSON, whichever objects there may be.
fn is_of_form(change: &Change<'_>) -> bool {
    let form =
        |breach: Option<Breach>| breach.is_none_or(|breach| matches!(breach, Breach::Shape | Breach::Name));
    form(change.effect.json.narrows) && form(change.effect.json.widens)
        || ["DIFF0507"].contains(&change.kind.code)
}

fn times(most: u32) -> String {
    if most == u32::MAX { "any number of times".to_owned() } else { format!("{most} times") }
}

fn shown(name: &QName) -> String {
    if name.namespace.is_empty() { "no namespace".to_owned() } else { name.namespace.to_string() }
}

fn place(group: &str) -> String {
    if group.is_empty() { "the object itself".to_owned() } else { group.trim_start_matches('/').to_owned() }
}
