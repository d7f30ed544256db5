//! Names that the contract has in another namespace, or in another form: qualified where it says unqualified, or the reverse.
//!
//! Such a name is never passed over, for what it holds would be lost in silence. It is read as what the contract has, with a
//! note, where that is allowed and nothing else fits it; else it is refused.

use super::run::Run;
use crate::codec::order::Walk;
use crate::codec::violation::{Breach, Violation};
use crate::limits::BREACHES;
use crate::plan::{AttributePlan, ComplexPlan, ElementPlan, Node, NodeKind, ScopeIx};
use crate::xml::{self, Name, NsId, Reader};

impl<'p> Run<'_, 'p> {
    /// The name that the contract has for the child `name` of a type that has no such child, after a note. Nothing when the
    /// contract has none, more than one, or one that may not be read: the latter two are reported.
    pub(super) fn own_name(&mut self, walk: &Walk<'p>, name: Name<'_>, reader: &Reader<'_>) -> Elsewhere<'p> {
        let (plan, complex) = (self.plan, walk.complex);
        let named = |node: &'p Node| match node.kind {
            NodeKind::Element(ix) => {
                Some((plan.element(ix), node)).filter(|(element, _)| element.is_called(name.local))
            }
            _ => None,
        };
        let mut found = complex.nodes.iter().filter_map(named);
        let Some((element, node)) = found.next() else { return Elsewhere::Unknown };
        let other = found.find(|(other, _)| other.ns != element.ns);
        if let Some((other, _)) = other {
            let (first, second) =
                (said(plan.namespaces().name(element.ns)), said(plan.namespaces().name(other.ns)));
            let expected =
                format!("expected in {first} or {second}, found in {}", said(reader.namespace(name.ns)));
            self.refuse_at(&element.local, Breach::Unknown, &expected);
            return Elsewhere::Refused;
        }
        let key = if complex.flat { &element.local } else { &complex.slot(node).key };
        if self.is_moved(Moved { key, expected: element.ns, found: Some(name.ns) }, reader) {
            Elsewhere::Read(Name { ns: element.ns, local: &element.local })
        } else {
            Elsewhere::Refused
        }
    }

    /// Whether `name`, which is that of `element` but for its namespace, is read as that element, after a note or a report.
    pub(super) fn is_element(
        &mut self,
        element: &'p ElementPlan,
        name: Name<'_>,
        reader: &Reader<'_>,
    ) -> bool {
        element.is_called(name.local)
            && self
                .is_moved(Moved { key: &element.local, expected: element.ns, found: Some(name.ns) }, reader)
    }

    /// The text of an attribute that stands in another namespace than its own, after a note or a report.
    pub(super) fn moved_attribute<'r>(
        &mut self,
        complex: &'p ComplexPlan,
        attribute: &'p AttributePlan,
        reader: &'r Reader<'_>,
    ) -> Option<&'r str> {
        let found = self.astray(complex, attribute, reader)?;
        let key = &complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index())?.key;
        self.is_moved(Moved { key, expected: attribute.ns, found: Some(found.name.ns) }, reader)
            .then_some(&*found.value)
    }

    /// Whether `name` is read, or reported, as an attribute of `complex` in another namespace.
    pub(super) fn is_astray(&self, complex: &ComplexPlan, name: Name<'_>, reader: &Reader<'_>) -> bool {
        let mut called = complex.attributes.iter().filter(|known| *known.local == *name.local);
        called.any(|known| self.astray(complex, known, reader).is_some_and(|found| found.name == name))
    }

    /// The attribute with the local name of `attribute`, which is not there, that nothing else takes.
    fn astray<'r, 'i>(
        &self,
        complex: &ComplexPlan,
        attribute: &AttributePlan,
        reader: &'r Reader<'i>,
    ) -> Option<&'r xml::Attribute<'i>> {
        if reader.attribute(attribute.ns, &attribute.local).is_some() {
            return None;
        }
        let taken = |name: Name<'_>| {
            self.is_neutral(name.ns, name.local)
                || complex.any_attribute.as_ref().is_some_and(|any| any.allows(name.ns))
                || complex.attributes.iter().any(|known| known.ns == name.ns && *known.local == *name.local)
        };
        let mut found = reader.attributes().iter();
        found.find(|found| found.name.local == &*attribute.local && !taken(found.name))
    }

    /// Notes or reports it; says whether it is read all the same.
    pub(super) fn is_moved(&mut self, moved: Moved<'_>, reader: &Reader<'_>) -> bool {
        let Moved { key, expected, found } = moved;
        let own = said(self.plan.namespaces().name(expected));
        let other = match found {
            Some(found) => said(reader.namespace(found)),
            None => "a namespace that is not declared".to_owned(),
        };
        let expected = format!("expected in {own}, found in {other}");
        if self.is_strict() && !self.options.leeway.namespaces {
            self.report_at(key, Breach::Unknown, &expected);
            return false;
        }
        self.note_at(key, expected);
        true
    }

    /// A note for each field, not for each of its values in a list.
    pub(super) fn note_at(&mut self, key: &str, expected: String) {
        let path = format!("{}/{key}", self.path.names());
        let notes = &mut self.decoded.notes;
        if notes.len() < BREACHES && !notes.iter().any(|note| note.path == path && note.expected == expected)
        {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            notes.push(Violation { breach: Breach::Unknown, pointer, path, expected });
        }
    }
}

/// What becomes of an element whose name no part of the contract has at this place.
pub(super) enum Elsewhere<'p> {
    /// It is read as the element of this name.
    Read(Name<'p>),
    /// It is reported.
    Refused,
    /// The contract has nothing of that local name here.
    Unknown,
}

/// A field that stands in another namespace than its own.
pub(super) struct Moved<'m> {
    pub(super) key: &'m str,
    pub(super) expected: NsId,
    /// Nothing where its prefix is not declared.
    pub(super) found: Option<NsId>,
}

/// A namespace in a sentence. What stands in a message may be of any length.
pub(super) fn said(namespace: &str) -> String {
    if namespace.is_empty() {
        return "no namespace".to_owned();
    }
    let short: String = namespace.chars().take(LONGEST).collect();
    let more = if short.len() < namespace.len() { "…" } else { "" };
    format!("`{short}{more}`")
}

/// Namespace names of contracts are shorter.
const LONGEST: usize = 120;
