//! Samples that keep `xs:unique`, `xs:key` and `xs:keyref`: values that are alike where they may not be are changed, and what cannot be
//! mended is told.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::limits::{
    IDENTITY_ELEMENTS, IDENTITY_ROUNDS, SAMPLE_ATTEMPTS, SAMPLE_MOST, SAMPLE_NESTING, XmlLimits,
};
use crate::service::references::value_span;
use crate::xml::{ElementId, QName, Tree, ns, write};
use crate::xsd::simple::SimpleType;
use crate::xsd::{Content, ElementDecl, Identity, IdentityKind, NameTest, Path, Schema, TypeKind};

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
    // An envelope stands around a sample, and not all of its elements are counted.
    let (depth, elements) = (2 * SAMPLE_NESTING, 2 * SAMPLE_MOST);
    let limits = XmlLimits { depth, elements, children: elements, ..XmlLimits::default() };
    for _ in 0..IDENTITY_ROUNDS {
        let tree = match Tree::parse(text.as_bytes(), &limits) {
            Ok(tree) => tree,
            Err(error) => {
                out.broken = vec![format!("xs:unique and the like, perhaps: {error}")];
                return out;
            }
        };
        let (keys, breaches) = (HashMap::new(), Vec::new());
        let mut check = Check { schema, tree: &tree, keys, breaches, left: Cell::new(IDENTITY_ELEMENTS) };
        check.all();
        if check.left.get() == 0 {
            out.broken = vec!["xs:unique and the like, perhaps: there are too many to look at".to_owned()];
            return out;
        }
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
    /// Elements that may still be looked at.
    left: Cell<usize>,
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
            selected.extend(self.elements(scope, path));
        }
        selected.sort_unstable();
        selected.dedup();
        let mut seen: HashSet<Vec<String>> = HashSet::new();
        for element in selected {
            let values: Option<Vec<Value>> =
                identity.fields.iter().map(|field| self.value(element, field)).collect();
            let Some(values) = values else {
                if identity.kind == IdentityKind::Key {
                    self.breach(identity, "a part of it is missing", None);
                }
                continue;
            };
            let texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
            match &identity.kind {
                IdentityKind::KeyRef(key) => self.refer(identity, key, &values),
                _ if seen.insert(texts.clone()) => {}
                _ => {
                    let other = values.last().and_then(|value| self.other(value, &texts, &seen));
                    let change = other.and_then(|(texts, change)| {
                        seen.insert(texts);
                        change
                    });
                    self.breach(identity, "two values of it are alike", change);
                }
            }
        }
        self.keys.entry(identity.name.clone()).or_default().extend(seen);
    }

    /// The elements to which `path` leads from `from`.
    fn elements(&self, from: ElementId, path: &Path) -> Vec<ElementId> {
        // Whoever asks sees that none are left.
        if self.left.get() == 0 {
            return Vec::new();
        }
        let mut at = if path.anywhere { descendants(self.tree, from) } else { vec![from] };
        let mut looked = at.len();
        for step in &path.steps {
            at = at.iter().flat_map(|id| children(self.tree, *id, step)).collect();
            looked += at.len() + 1;
        }
        self.left.set(self.left.get().saturating_sub(looked));
        at
    }

    /// The value to which one of `paths` leads; nothing where none does.
    fn value(&self, from: ElementId, paths: &[Path]) -> Option<Value> {
        paths.iter().find_map(|path| {
            let id = self.elements(from, path).first().copied()?;
            let element = self.tree.element(id);
            // What is nil has no value.
            if self.tree.attribute_of(id, ns::XSI_URI, "nil").is_some_and(|nil| is_true(&nil.value)) {
                return None;
            }
            let Some(test) = &path.attribute else {
                return Some(Value { text: element.text.clone(), place: Place::Element(id) });
            };
            let attribute = element.attributes.iter().find(|attribute| test.takes(&attribute.name))?;
            Some(Value { text: attribute.value.clone(), place: Place::Attribute(id, attribute.name.clone()) })
        })
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

    /// The values `texts`, of which `value` is the last one, with another one in its place, so that they are not those that were `seen`.
    fn other(
        &self,
        value: &Value,
        texts: &[String],
        seen: &HashSet<Vec<String>>,
    ) -> Option<(Vec<String>, Option<Change>)> {
        let allowed = self.allowed(value);
        let with = |candidate: &String| {
            let kept = texts.iter().take(texts.len().saturating_sub(1));
            kept.chain([candidate]).cloned().collect::<Vec<String>>()
        };
        let fits = |candidate: &String| {
            let good = allowed.types.iter().all(|simple| simple.check(candidate).is_ok());
            !seen.contains(&with(candidate))
                && good
                && allowed.fixed.iter().all(|fixed| **fixed == **candidate)
        };
        let enumerated = allowed.types.iter().find_map(|simple| simple.facets().enumeration());
        let enumerated: Vec<String> = enumerated.map_or_else(Vec::new, |values| values.to_vec());
        // What was seen is counted, so that not all of it is tried again.
        let first = seen.len() as u64;
        let all = (first..first + SAMPLE_ATTEMPTS).chain(1..first.min(SAMPLE_ATTEMPTS));
        let made = all.flat_map(|nth| variants(&value.text, nth));
        let candidate = enumerated.into_iter().chain(made).find(fits)?;
        Some((with(&candidate), self.change(value, &candidate)))
    }

    /// What the elements of that name, or their attributes, may be.
    fn allowed(&self, value: &Value) -> Allowed<'_> {
        let (id, attribute) = match &value.place {
            Place::Attribute(id, name) => (*id, Some(name)),
            Place::Element(id) => (*id, None),
        };
        let name = &self.tree.element(id).name;
        let mut allowed = Allowed::default();
        for declaration in self.schema.declarations().filter(|declaration| declaration.name == *name) {
            let kind = &self.schema.type_def(declaration.type_id).kind;
            match attribute {
                Some(attribute) => allowed.attribute(kind, attribute),
                None => allowed.element(declaration, kind),
            }
        }
        allowed
    }

    fn change(&self, value: &Value, text: &str) -> Option<Change> {
        let mut out = Vec::new();
        // A text that XML cannot carry is none.
        write::attribute(&mut out, text).ok()?;
        let text = String::from_utf8(out).expect("XML is written as UTF-8").replace('\'', "&apos;");
        match &value.place {
            Place::Attribute(id, name) => {
                let attribute = self.tree.attribute_of(*id, &name.namespace, &name.local)?;
                let (start, end) = value_span(self.tree.text(), attribute.offset)?;
                Some(Change { start, end, text })
            }
            Place::Element(id) => inner(self.tree, *id, text),
        }
    }
}

/// What a value may be.
#[derive(Default)]
struct Allowed<'s> {
    types: Vec<&'s SimpleType>,
    fixed: Vec<&'s str>,
}

impl<'s> Allowed<'s> {
    fn element(&mut self, declaration: &'s ElementDecl, kind: &'s TypeKind) {
        self.fixed.extend(declaration.fixed.as_deref());
        match kind {
            TypeKind::Simple(simple) => self.types.push(simple),
            TypeKind::Complex(complex) => {
                if let Content::Simple(simple) = &complex.content {
                    self.types.push(simple);
                }
            }
        }
    }

    fn attribute(&mut self, kind: &'s TypeKind, name: &QName) {
        let TypeKind::Complex(complex) = kind else { return };
        for attribute in complex.attributes.iter().filter(|attribute| attribute.name == *name) {
            self.types.push(&attribute.simple);
            self.fixed.extend(attribute.fixed.as_deref());
        }
    }
}

/// `text` in an element that has only text.
fn inner(tree: &Tree, id: ElementId, text: String) -> Option<Change> {
    let element = tree.element(id);
    let whole = tree.text().get(element.offset..element.end).filter(|_| element.children.is_empty())?;
    let at = |within: usize| element.offset + within;
    if let Some(tag) = whole.strip_suffix("/>") {
        let name = tag.strip_prefix('<')?.split_ascii_whitespace().next()?;
        let text = format!(">{text}</{name}>");
        return Some(Change { start: at(tag.len()), end: element.end, text });
    }
    Some(Change { start: at(whole.find('>')? + 1), end: at(whole.rfind("</")?), text })
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
    match text {
        "true" => all.push("false".to_owned()),
        "false" => all.push("true".to_owned()),
        _ if text.starts_with('P') => all.push(format!("P{nth}D")),
        _ => {}
    }
    let digits = nth.to_string();
    let kept: String = text.chars().take(text.chars().count().saturating_sub(digits.len())).collect();
    all.push(format!("{kept}{digits}"));
    // Where only letters are allowed.
    let letters = lettered(text, nth);
    all.push(letters.to_uppercase());
    all.push(letters);
    // Octets, as hexadecimal digits and as four characters of base64; a number with zeros before it is the same one.
    if number(text).is_none() {
        all.extend([format!("{nth:04X}"), lettered("AAAA", nth).to_uppercase()]);
    }
    all
}

/// `text` with the letters that count to `nth` at its end.
fn lettered(text: &str, nth: u64) -> String {
    let (mut letters, mut rest) = (Vec::new(), nth);
    while letters.is_empty() || rest > 0 {
        letters.insert(0, char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    let kept = text.chars().take(text.chars().count().saturating_sub(letters.len()));
    kept.chain(letters.iter().copied()).collect()
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

fn children(tree: &Tree, id: ElementId, step: &NameTest) -> Vec<ElementId> {
    let all = tree.element(id).children.iter().copied();
    all.filter(|child| step.takes(&tree.element(*child).name)).collect()
}

fn is_true(value: &str) -> bool {
    matches!(value.trim(), "true" | "1")
}
