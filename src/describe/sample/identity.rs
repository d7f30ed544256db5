//! Samples that keep `xs:unique`, `xs:key` and `xs:keyref`: values that are alike where they may not be are changed, and what cannot be
//! mended is told.

use std::collections::{HashMap, HashSet};

use crate::limits::{IDENTITY_ROUNDS, SAMPLE_ATTEMPTS, XmlLimits};
use crate::service::references::value_span;
use crate::xml::{ElementId, QName, Tree, write};
use crate::xsd::simple::SimpleType;
use crate::xsd::{Content, Identity, IdentityKind, NameTest, Path, Schema, TypeKind};

/// A sample after its values were changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    /// The message, where something was changed in it.
    pub changed: Option<String>,
    /// The constraints that it breaks all the same, each in one sentence.
    pub broken: Vec<String>,
}

/// Changes the values of the message `xml` until it keeps the identity constraints of `schema`, as far as that can be.
pub fn identified(schema: &Schema, xml: &str) -> Identified {
    let mut out = Identified::default();
    if schema.identities().next().is_none() {
        return out;
    }
    let mut text = xml.to_owned();
    for _ in 0..IDENTITY_ROUNDS {
        // What was made here is well-formed; what is not shows no constraint.
        let Ok(tree) = Tree::parse(text.as_bytes(), &XmlLimits::default()) else { return out };
        let mut check = Check { schema, tree: &tree, keys: HashMap::new(), breaches: Vec::new() };
        check.all();
        let changes: Vec<Change> = check.breaches.iter().filter_map(|breach| breach.change.clone()).collect();
        out.broken = check.breaches.into_iter().map(|breach| breach.told).collect();
        out.broken.dedup();
        if changes.is_empty() {
            break;
        }
        text = changed(tree.text(), changes);
        out.changed = Some(text.clone());
    }
    out
}

/// A value that breaks a constraint.
struct Breach {
    told: String,
    change: Option<Change>,
}

/// A text in the place of another one.
#[derive(Clone)]
struct Change {
    start: usize,
    end: usize,
    text: String,
}

/// A value that identifies an element, and where it stands.
#[derive(Clone)]
struct Value {
    text: String,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Attribute(ElementId, QName),
    Element(ElementId),
}

struct Check<'c> {
    schema: &'c Schema,
    tree: &'c Tree,
    /// The values of keys and uniques by name.
    keys: HashMap<QName, HashSet<Vec<String>>>,
    breaches: Vec<Breach>,
}

impl Check<'_> {
    /// Keys first, for others refer to them.
    fn all(&mut self) {
        let elements: Vec<ElementId> = descendants(self.tree, self.tree.root());
        let refers = |identity: &Identity| matches!(identity.kind, IdentityKind::KeyRef(_));
        let (references, keys): (Vec<_>, Vec<_>) =
            self.schema.identities().partition(|(_, identity)| refers(identity));
        for (owner, identity) in keys.into_iter().chain(references) {
            let own = elements.iter().filter(|element| self.tree.element(**element).name == *owner);
            for element in own.copied().collect::<Vec<_>>() {
                self.one(identity, element);
            }
        }
    }

    /// `identity` in the element `scope`.
    fn one(&mut self, identity: &Identity, scope: ElementId) {
        let mut selected: Vec<ElementId> = Vec::new();
        for path in &identity.selector {
            selected.extend(elements(self.tree, scope, path));
        }
        selected.sort_unstable();
        selected.dedup();
        let mut seen: HashSet<Vec<String>> = HashSet::new();
        for element in selected {
            let values: Option<Vec<Value>> =
                identity.fields.iter().map(|field| value(self.tree, element, field)).collect();
            let Some(values) = values else {
                if identity.kind == IdentityKind::Key {
                    self.breach(identity, "a part of it is missing", None);
                }
                continue;
            };
            let texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
            match &identity.kind {
                IdentityKind::KeyRef(key) => self.refer(identity, key, &values),
                _ if seen.insert(texts) => {}
                _ => {
                    let change = values.last().and_then(|value| self.other(value, &values, &seen));
                    self.breach(identity, "two values of it are alike", change);
                }
            }
        }
        self.keys.entry(identity.name.clone()).or_default().extend(seen);
    }

    /// The reference `values` to the constraint `key`.
    fn refer(&mut self, identity: &Identity, key: &QName, values: &[Value]) {
        let texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
        let Some(known) = self.keys.get(key).filter(|known| !known.contains(&texts)) else { return };
        let mut known: Vec<&Vec<String>> = known.iter().collect();
        known.sort();
        let change = known.first().and_then(|first| {
            // One value after the other.
            let differs = values.iter().zip(first.iter()).find(|(value, wanted)| value.text != **wanted);
            differs.and_then(|(value, wanted)| self.change(value, wanted))
        });
        self.breach(identity, "it refers to no value that is there", change);
    }

    fn breach(&mut self, identity: &Identity, what: &str, change: Option<Change>) {
        let kind = match identity.kind {
            IdentityKind::Key => "xs:key",
            IdentityKind::KeyRef(_) => "xs:keyref",
            IdentityKind::Unique => "xs:unique",
        };
        self.breaches.push(Breach { told: format!("{kind} {}: {what}", identity.name.local), change });
    }

    /// A value in the place of `value` that makes `values` differ from all that were `seen`.
    fn other(&self, value: &Value, values: &[Value], seen: &HashSet<Vec<String>>) -> Option<Change> {
        let types = self.types(value);
        let mut texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
        texts.pop();
        let fits = |candidate: &String| {
            let mut all = texts.clone();
            all.push(candidate.clone());
            !seen.contains(&all) && types.iter().all(|simple| simple.check(candidate).is_ok())
        };
        let enumerated = types.iter().find_map(|simple| simple.facets().enumeration());
        let enumerated: Vec<String> = enumerated.map_or_else(Vec::new, |values| values.to_vec());
        let made = (1..=SAMPLE_ATTEMPTS).flat_map(|nth| variants(&value.text, nth));
        let candidate = enumerated.into_iter().chain(made).find(fits)?;
        self.change(value, &candidate)
    }

    /// The types that an element of that name has; those of attributes are seen when the message is read again.
    fn types(&self, value: &Value) -> Vec<&SimpleType> {
        let Place::Element(id) = &value.place else { return Vec::new() };
        simple_types(self.schema, &self.tree.element(*id).name)
    }

    fn change(&self, value: &Value, text: &str) -> Option<Change> {
        let mut out = Vec::new();
        // A text that XML cannot carry is none.
        write::attribute(&mut out, text).ok()?;
        let text = String::from_utf8(out).expect("XML is written as UTF-8").replace('\'', "&apos;");
        let (start, end) = match &value.place {
            Place::Attribute(id, name) => {
                let attribute = self.tree.attribute_of(*id, &name.namespace, &name.local)?;
                value_span(self.tree.text(), attribute.offset)?
            }
            Place::Element(id) => inner(self.tree, *id)?,
        };
        Some(Change { start, end, text })
    }
}

/// Between the tags of an element that has only text.
fn inner(tree: &Tree, id: ElementId) -> Option<(usize, usize)> {
    let element = tree.element(id);
    let whole = tree.text().get(element.offset..element.end)?;
    let start = whole.find('>').filter(|_| element.children.is_empty() && !whole.ends_with("/>"))? + 1;
    Some((element.offset + start, element.offset + whole.rfind("</")?))
}

/// Texts that are like `text`, and differ by `nth`: the type says which of them it takes.
fn variants(text: &str, nth: u64) -> Vec<String> {
    let mut all = Vec::new();
    // What is no number has no neighbours.
    let number = |text: &str| text.parse::<i64>().ok();
    let shifted = |number: i64| [number.checked_add_unsigned(nth), number.checked_sub_unsigned(nth)];
    all.extend(number(text).map(shifted).into_iter().flatten().flatten().map(|number| number.to_string()));
    // Of a date and the like another year, of a fraction another whole.
    if let Some((year, rest)) = text.split_once('-').filter(|(year, _)| year.len() == 4) {
        let other = number(year).and_then(|year| year.checked_add_unsigned(nth));
        all.extend(other.map(|year| format!("{:04}-{rest}", year.rem_euclid(10_000))));
    }
    if let Some((whole, rest)) = text.split_once('.') {
        let other = number(whole).and_then(|whole| whole.checked_add_unsigned(nth));
        all.extend(other.map(|whole| format!("{whole}.{rest}")));
    }
    all.push(format!("{text}{nth}"));
    let digits = nth.to_string();
    let kept: String = text.chars().take(text.chars().count().saturating_sub(digits.len())).collect();
    all.push(format!("{kept}{digits}"));
    // Where only letters are allowed.
    let letter = char::from(b'a' + (nth % 26) as u8);
    let mut letters: String = text.chars().take(text.chars().count().saturating_sub(1)).collect();
    letters.push(letter);
    all.push(letters.to_uppercase());
    all.push(letters);
    all
}

fn changed(text: &str, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|change| change.start);
    changes.dedup_by_key(|change| change.start);
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for change in changes {
        out.push_str(text.get(from..change.start).expect("changes are in the text, and in its order"));
        out.push_str(&change.text);
        from = change.end;
    }
    out.push_str(text.get(from..).expect("a change ends in the text"));
    out
}

/// The element and all that are in it, in document order.
fn descendants(tree: &Tree, id: ElementId) -> Vec<ElementId> {
    let (mut all, mut waiting) = (Vec::new(), vec![id]);
    while let Some(next) = waiting.pop() {
        all.push(next);
        waiting.extend(tree.element(next).children.iter().rev());
    }
    all
}

/// The elements to which `path` leads from `from`.
fn elements(tree: &Tree, from: ElementId, path: &Path) -> Vec<ElementId> {
    let mut at = if path.anywhere { descendants(tree, from) } else { vec![from] };
    for step in &path.steps {
        at = at.iter().flat_map(|id| children(tree, *id, step)).collect();
    }
    at
}

fn children(tree: &Tree, id: ElementId, step: &NameTest) -> Vec<ElementId> {
    let all = tree.element(id).children.iter().copied();
    all.filter(|child| step.takes(&tree.element(*child).name)).collect()
}

/// The value to which one of `paths` leads; nothing where none does.
fn value(tree: &Tree, from: ElementId, paths: &[Path]) -> Option<Value> {
    paths.iter().find_map(|path| {
        let id = elements(tree, from, path).first().copied()?;
        let element = tree.element(id);
        let Some(test) = &path.attribute else {
            return Some(Value { text: element.text.clone(), place: Place::Element(id) });
        };
        let attribute = element.attributes.iter().find(|attribute| test.takes(&attribute.name))?;
        Some(Value { text: attribute.value.clone(), place: Place::Attribute(id, attribute.name.clone()) })
    })
}

/// The simple types of the elements named `name`.
fn simple_types<'s>(schema: &'s Schema, name: &QName) -> Vec<&'s SimpleType> {
    let same = schema.declarations().filter(|declaration| declaration.name == *name);
    let types = same.filter_map(|declaration| match &schema.type_def(declaration.type_id).kind {
        TypeKind::Simple(simple) => Some(&**simple),
        TypeKind::Complex(complex) => match &complex.content {
            Content::Simple(simple) => Some(&**simple),
            _ => None,
        },
    });
    types.collect()
}
