//! `group`: a sub-object that only JSON has.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::index::SlotIx;
use super::super::program::{Bundle, KeyIndex, Role, Slot, json_key};
use super::about::{About, Example, Mistake};
use super::field::{Field, slot_at};
use super::misfit::Misfit;
use super::rule::Rule;

/// A sub-object of the members with these keys, under the key of the field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Group(pub Vec<String>);

impl Rule for Group {
    type Typed = BTreeMap<String, Self>;

    const ABOUT: About = About {
        key: "group",
        value: "map of new keys to lists of keys",
        example: "{ address: [street, zip, city] }",
        meaning: "a sub-object that only JSON has, of fields by their JSON names",
        lost: "an empty sub-object",
        deepest_first: false,
        examples: &[
            Example {
                rules: "{ group: { address: [street, zip, city] } }",
                json: r#"{"custNo":"007","channel":"web","priority":true,"currency":"EUR","address":{"street":"1 A St","zip":"12345","city":"B"}}"#,
                xml: "<custNo>007</custNo><channel>web</channel><street>1 A St</street><zip>12345</zip><priority>true</priority><city>B</city><currency>EUR</currency>",
                ..Example::EMPTY
            },
            Example {
                rules: "{ group: { address: [street, zip, city] } }",
                json: r#"{"custNo":"007","channel":"web","currency":"EUR"}"#,
                xml: "<custNo>007</custNo><channel>web</channel><currency>EUR</currency>",
                ..Example::EMPTY
            },
        ],
        mistakes: &[
            Mistake {
                rules: "{ group: { channel: [street] } }",
                says: "group: there is a member `channel` already",
            },
            Mistake {
                rules: "{ group: { address: [stret] } }",
                says: "group: there is no `stret`; did you mean `street`?",
            },
            Mistake { rules: "{ group: { address: [] } }", says: "group: a sub-object needs a member" },
        ],
    };

    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit> {
        let object = &*field.object;
        if object.scopes.len() != 1 || object.mixed || object.flat {
            return Err(Misfit::Unfit(
                "a type with repeated groups or mixed content cannot have sub-objects",
            ));
        }
        if slot_at(object, field.key).is_ok() && !self.0.iter().any(|member| member == field.key) {
            return Err(Misfit::Taken(field.key.to_owned()));
        }
        let slots = self.0.iter().map(|member| slot_at(object, member)).collect::<Result<Vec<_>, _>>()?;
        if slots.is_empty() {
            return Err(Misfit::Unfit("a sub-object needs a member"));
        }
        self.bundle(field, &slots);
        Ok(())
    }
}

impl Group {
    fn bundle(&self, field: &mut Field<'_>, slots: &[SlotIx]) {
        let bundle = field.object.bundles.len() as u32;
        let keys = KeyIndex::of(self.0.iter().map(String::as_str).zip(slots.iter().copied()));
        field.object.bundles.push(Bundle { key: field.key.into(), json: json_key(field.key), keys });
        if let Some(scope) = field.object.scopes.first_mut() {
            for at in slots {
                if let Some(slot) = scope.slots.get_mut(at.index()) {
                    slot.bundle = Some(bundle);
                }
            }
            scope.slots.push(Slot::new(field.key, Role::Bundle(bundle)));
            scope.index();
        }
    }
}
