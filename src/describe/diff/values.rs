//! Simple values: which of their facets differ, and how they look in JSON.

use super::breach::{Breach, Effect, Ways};
use super::change::{At, Change, Pair};
use super::kinds::{self, Kind};
use super::place::{Anchor, Sought, Spot};
use super::simple;
use crate::limits::ENUMERATION_SHOWN;
use crate::plan::{Form, SimplePlan};
use crate::xsd::simple::{SimpleType, Variety};

/// The changes between two simple types of what is called `what`.
pub(super) fn changes<'c>(at: &At<'c>, of: Pair<&SimplePlan>, what: &str) -> Vec<Change<'c>> {
    let types = Pair { old: &*of.old.simple, new: &*of.new.simple };
    let ways = simple::ways(types.old, types.new);
    // Texts of a map are compared as such.
    let mapped = of.old.map.is_some() || of.new.map.is_some();
    let json = if mapped { Ways::NONE } else { ways };
    let values = Values { at, types, what, within: Effect { xml: ways, json } };
    let mut found = values.facets();
    let told = found.iter().fold(Effect::NONE, |told, change| Effect {
        xml: told.xml.or(change.effect.xml),
        json: told.json.or(change.effect.json),
    });
    let rest = ways.beyond(told.xml);
    if rest != Ways::NONE || (found.is_empty() && name(types.old) != name(types.new)) {
        let what = format!("{what} is {} and was {}", name(types.new), name(types.old));
        let effect = Effect { xml: rest, json: if mapped { Ways::NONE } else { rest } };
        found.push(Change::new(&kinds::VALUE_TYPE, what, at.here()).with(effect));
    }
    found.extend(form(at, of, what));
    found.extend(texts(at, of, what));
    found
}

struct Values<'a, 'c> {
    at: &'a At<'c>,
    types: Pair<&'a SimpleType>,
    what: &'a str,
    /// What the values of the two types say.
    within: Effect,
}

impl<'c> Values<'_, 'c> {
    fn facets(&self) -> Vec<Change<'c>> {
        let mut found = self.enumerations();
        let Pair { old, new } = self.types;
        let tests: [(&'static Kind, &'static str, Test); 4] = [
            (&kinds::LENGTH, "length", simple::lengths),
            (&kinds::RANGE, "range", simple::ranges),
            (&kinds::DIGITS, "number of digits", simple::digits),
            (&kinds::PATTERN, "pattern", simple::patterns),
        ];
        for (kind, name, is_within) in tests {
            let breach = if name == "pattern" { Breach::Perhaps } else { Breach::Value };
            let ways = Ways {
                narrows: (!is_within(old, new)).then_some(breach),
                widens: (!is_within(new, old)).then_some(breach),
            };
            if ways != Ways::NONE && self.is_comparable() {
                found.push(self.facet(kind, name, ways));
            }
        }
        if old.white_space() != new.white_space() && self.is_comparable() {
            found.push(self.facet(&kinds::WHITE_SPACE, "white space", Ways::both(Breach::Meaning)));
        }
        found
    }

    /// Whether facets of the two mean the same.
    fn is_comparable(&self) -> bool {
        match (self.types.old.variety(), self.types.new.variety()) {
            (Variety::Atomic(old), Variety::Atomic(new)) => old.primitive() == new.primitive(),
            (Variety::List(_), Variety::List(_)) | (Variety::Union(_), Variety::Union(_)) => true,
            _ => false,
        }
    }

    fn facet(&self, kind: &'static Kind, name: &str, ways: Ways) -> Change<'c> {
        let how = match (ways.narrows, ways.widens) {
            _ if matches!(name, "pattern" | "white space") => "another one",
            (Some(_), None) => "narrower",
            (None, _) => "wider",
            (Some(_), Some(_)) => "another one",
        };
        let what = format!("the {name} of {} is {how}", self.what);
        let effect = Effect::same(ways);
        let effect =
            Effect { xml: effect.xml.masked(self.within.xml), json: effect.json.masked(self.within.json) };
        Change::new(kind, what, self.at.here()).with(effect)
    }

    fn enumerations(&self) -> Vec<Change<'c>> {
        let values = |of: &SimpleType| of.facets().enumeration().map(<[String]>::to_vec);
        let (old, new) = (values(self.types.old), values(self.types.new));
        let masked = |change: Change<'c>| {
            let Effect { xml, json } = change.effect;
            change.with(Effect { xml: xml.masked(self.within.xml), json: json.masked(self.within.json) })
        };
        let what = self.what;
        let whole = |kind, how: &str| vec![Change::new(kind, format!("{what} {how}"), self.at.here())];
        let found = match (old, new) {
            (None, None) => Vec::new(),
            (None, Some(_)) => whole(&kinds::ENUMERATED, "has an enumeration of its values"),
            (Some(_), None) => whole(&kinds::NOT_ENUMERATED, "has no enumeration of its values any more"),
            (Some(old), Some(new)) => self.each(&old, &new),
        };
        found.into_iter().map(masked).collect()
    }

    /// The values that are in one of the two enumerations.
    fn each(&self, old: &[String], new: &[String]) -> Vec<Change<'c>> {
        let Pair { old: old_anchor, new: new_anchor } = self.at.anchors;
        let same = |a: &String, b: &String| a == b || self.types.old.same(a, b);
        let lacks = |all: &[String], value: &String| !all.iter().any(|known| same(known, value));
        let added = new.iter().filter(|value| lacks(old, value));
        let removed = old.iter().filter(|value| lacks(new, value));
        let told = |kind, value: &String, how: &str| {
            let spot = |anchor: Anchor<'c>| Spot::within(anchor, Sought::Value(value.clone()));
            let at = Pair { old: spot(old_anchor), new: spot(new_anchor) };
            Change::new(kind, format!("{} {how} the value `{value}`", self.what), at)
        };
        let added = added.map(|value| told(&kinds::VALUE_ADDED, value, "has"));
        let removed = removed.map(|value| told(&kinds::VALUE_REMOVED, value, "lacks"));
        removed.chain(added).collect()
    }
}

/// Whether what the first type allows is allowed by the second.
type Test = fn(&SimpleType, &SimpleType) -> bool;

/// What a type is called.
fn name(simple: &SimpleType) -> String {
    match simple.variety() {
        Variety::Atomic(built_in) => format!("xs:{}", built_in.name()),
        Variety::List(item) => format!("a list of {}", name(item)),
        Variety::Union(members) => {
            let names = members.iter().take(ENUMERATION_SHOWN).map(|member| name(member));
            format!("a union of {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

fn form<'c>(at: &At<'c>, of: Pair<&SimplePlan>, what: &str) -> Option<Change<'c>> {
    let Pair { old, new } = Pair { old: &of.old.form, new: &of.new.form };
    let ways = Ways {
        narrows: (!taken(old).fits(taken(new)) || !is_same_text(old, new)).then_some(Breach::Shape),
        widens: (!written(new).fits(written(old)) || !is_same_text(old, new)).then_some(Breach::Shape),
    };
    let what = format!("{what} is {} in JSON and was {}", spelled(new), spelled(old));
    (ways != Ways::NONE).then(|| Change::new(&kinds::FORM, what, at.here()).with(Effect::json(ways)))
}

/// Which kinds of JSON values a form has.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    array: bool,
    boolean: bool,
    number: bool,
    string: bool,
}

impl Kinds {
    fn fits(self, other: Self) -> bool {
        let fits = |own: bool, other: bool| !own || other;
        fits(self.array, other.array)
            && fits(self.boolean, other.boolean)
            && fits(self.number, other.number)
            && fits(self.string, other.string)
    }

    fn or(self, other: Self) -> Self {
        Self {
            array: self.array || other.array,
            boolean: self.boolean || other.boolean,
            number: self.number || other.number,
            string: self.string || other.string,
        }
    }
}

/// What the bridge takes.
fn taken(form: &Form) -> Kinds {
    match form {
        Form::Number | Form::NumberText | Form::Float => {
            Kinds { number: true, string: true, ..Kinds::default() }
        }
        Form::Union(members) => members.iter().map(taken).fold(Kinds::default(), Kinds::or),
        other => written(other),
    }
}

/// What the bridge writes.
fn written(form: &Form) -> Kinds {
    let none = Kinds::default();
    match form {
        Form::Boolean => Kinds { boolean: true, ..none },
        Form::Flag | Form::Number | Form::Float => Kinds { number: true, ..none },
        Form::BooleanText | Form::Day | Form::Instant | Form::Name | Form::NumberText | Form::String => {
            Kinds { string: true, ..none }
        }
        Form::List(_) => Kinds { array: true, ..none },
        Form::Union(members) => members.iter().map(written).fold(none, Kinds::or),
    }
}

/// Whether texts of the two forms mean the same.
fn is_same_text(old: &Form, new: &Form) -> bool {
    let special = |form: &Form| matches!(form, Form::BooleanText | Form::Day | Form::Instant | Form::Flag);
    match (old, new) {
        (Form::List(old), Form::List(new)) => taken(old).fits(taken(new)) && written(new).fits(written(old)),
        _ => old == new || !(special(old) || special(new)),
    }
}

fn spelled(form: &Form) -> &'static str {
    match form {
        Form::Boolean => "a boolean",
        Form::BooleanText => "a boolean in a string",
        Form::Day => "a day without a zone",
        Form::Flag => "0 or 1",
        Form::Float | Form::Number => "a number",
        Form::Instant => "a date with a time",
        Form::List(_) => "an array",
        Form::Name | Form::String => "a string",
        Form::NumberText => "a number in a string",
        Form::Union(_) => "one of several forms",
    }
}

/// The texts of an `enum` rule.
fn texts<'c>(at: &At<'c>, of: Pair<&SimplePlan>, what: &str) -> Option<Change<'c>> {
    if of.old.map.is_none() && of.new.map.is_none() {
        return None;
    }
    let texts = |plan: &SimplePlan| -> Vec<String> {
        match &plan.map {
            Some(map) => map.texts().map(str::to_owned).collect(),
            // Without an enumeration there are no texts to compare.
            None => plan.simple.facets().enumeration().map(<[String]>::to_vec).unwrap_or_default(),
        }
    };
    let (old, new) = (texts(of.old), texts(of.new));
    let lacks =
        |all: &[String], of: &[String]| of.iter().any(|text| !all.contains(text)).then_some(Breach::Value);
    let moved =
        old.iter().filter(|text| new.contains(text)).any(|text| xml(of.old, text) != xml(of.new, text));
    let meaning = moved.then_some(Breach::Meaning);
    let ways = Ways { narrows: lacks(&new, &old).or(meaning), widens: lacks(&old, &new).or(meaning) };
    let what = format!("{what} has other texts in JSON");
    (ways != Ways::NONE).then(|| Change::new(&kinds::TEXTS, what, at.here()).with(Effect::json(ways)))
}

fn xml<'t>(plan: &'t SimplePlan, text: &'t str) -> Option<&'t str> {
    match &plan.map {
        Some(map) => map.xml(text),
        None => Some(text),
    }
}
