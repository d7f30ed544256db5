//! What goes beside a message: parts that a binding puts there (WSDL 1.1 section 5), and what elements refer to there by `ref:swaRef`
//! (WS-I Attachments Profile 1.0, section 4.4). Both are the same object in JSON: `{"type", "content"}`.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ElementPlan, Form, NodeKind, Shape, SimplePlan, TypePlan};
use super::compiler::Compiler;
use super::content::wrapper;
use super::names::unqualified;
use crate::wsdl::BoundPart;
use crate::xml::ns;
use crate::xsd::simple::{BuiltIn, Facet, FacetKind, Patterns, SimpleType};
use crate::xsd::{Compositor, Schema, TypeId};

/// Whether a value of the type `id` refers to a part: `ref:swaRef`, or a type that narrows it.
pub(super) fn is_reference(schema: &Schema, id: TypeId) -> bool {
    let bases = std::iter::successors(Some(id), |id| schema.type_def(*id).base);
    bases.take(schema.type_count()).any(|id| {
        let name = schema.type_def(id).name.as_ref();
        name.is_some_and(|name| &*name.local == "swaRef" && &*name.namespace == ns::SWA_REF_URI)
    })
}

/// The element that stands for `part`, which is there once; it is written nowhere.
pub(super) fn element(compiler: &mut Compiler<'_>, part: &BoundPart) -> ElementIx {
    let ranges: Vec<&str> = part.media_types.iter().map(|range| &**range).collect();
    let shape = shape(compiler, &ranges);
    let type_ix = compiler.arena.add_type(TypePlan::anonymous(shape));
    let element = compiler.element(&unqualified(&part.name), type_ix);
    compiler.arena.add_element(element)
}

/// The JSON of a part that has one of these media types. Where that can be only one, JSON need not say it.
pub(super) fn shape(compiler: &mut Compiler<'_>, ranges: &[&str]) -> Shape {
    let members =
        [("type", Arc::new(media_type(ranges))), ("content", SimpleType::built_in(BuiltIn::Base64Binary))];
    let members = members.map(|(name, simple)| {
        let plan = SimplePlan { simple, form: Form::String, map: None };
        let type_ix = compiler.arena.add_type(TypePlan::anonymous(Shape::Simple(plan)));
        let element = compiler.element(&unqualified(name), type_ix);
        compiler.arena.add_element(element)
    });
    let mut plan = wrapper(&compiler.arena, &members, Compositor::Sequence, 1);
    if matches!(ranges, [one] if !one.ends_with('*')) {
        for node in plan.nodes.iter_mut().filter(|node| node.kind == NodeKind::Element(members[0])) {
            (node.min, node.emptiable) = (0, true);
        }
    }
    plan.attachment = Some(ranges.iter().map(|range| Box::from(*range)).collect());
    Shape::Complex(Box::new(plan))
}

/// The type of media types in `ranges`, with their parameters: characters that can stand in the head of a part.
fn media_type(ranges: &[&str]) -> SimpleType {
    let escaped = |range: &&str| -> String {
        let (kind, sub) = range.split_once('/').map_or((*range, "*"), |parts| parts);
        let literal = |name: &str| {
            name.chars()
                .flat_map(|character| match character {
                    '.' | '+' | '-' | '^' | '$' => vec!['\\', character],
                    _ => vec![character],
                })
                .collect::<String>()
        };
        let sub = if sub == "*" { TOKEN.to_owned() } else { literal(sub) };
        format!("{}/{sub}", literal(kind))
    };
    let alternatives = match ranges {
        [] => format!("{TOKEN}/{TOKEN}"),
        ranges => ranges.iter().map(escaped).collect::<Vec<_>>().join("|"),
    };
    let facet =
        Facet { kind: FacetKind::Pattern, value: format!("({alternatives})( *;[ !-~]*)?"), fixed: false };
    let (simple, errors) =
        SimpleType::restrict(&SimpleType::built_in(BuiltIn::String), &[facet], &mut Patterns::default());
    assert!(errors.is_empty(), "every name in the pattern is escaped: {errors:?}");
    simple
}

/// The types whose values may refer to parts, at whatever depth.
pub(super) fn references(types: &[TypePlan], elements: &[ElementPlan]) -> HashSet<TypeIx> {
    let is = |plan: &TypePlan| plan.shape.complex().is_some_and(|complex| complex.attachment.is_some());
    let mut found: HashSet<TypeIx> =
        types.iter().enumerate().filter(|(_, plan)| is(plan)).map(|(at, _)| TypeIx::at(at)).collect();
    if found.is_empty() {
        return found;
    }
    let mut users: Vec<Vec<TypeIx>> = vec![Vec::new(); types.len()];
    for (at, plan) in types.iter().enumerate() {
        for below in below(plan, elements) {
            users.get_mut(below.index()).into_iter().for_each(|users| users.push(TypeIx::at(at)));
        }
    }
    let mut waiting: Vec<TypeIx> = found.iter().copied().collect();
    while let Some(ix) = waiting.pop() {
        for user in users.get(ix.index()).into_iter().flatten() {
            if found.insert(*user) {
                waiting.push(*user);
            }
        }
    }
    found
}

fn below(plan: &TypePlan, elements: &[ElementPlan]) -> Vec<TypeIx> {
    let type_of = |ix: ElementIx| elements.get(ix.index()).map(|element| element.type_ix);
    let own: Vec<ElementIx> = match &plan.shape {
        Shape::Array(array) => vec![array.item],
        Shape::Complex(complex) => complex.elements().collect(),
        Shape::Simple(_) => Vec::new(),
        Shape::Unwrap(element) => vec![*element],
    };
    let derived = plan.derived.iter().copied().filter(|_| !plan.is_open());
    own.into_iter().filter_map(type_of).chain(derived).collect()
}

/// The name of a type or subtype (RFC 6838 section 4.2), as a pattern of XML Schema.
const TOKEN: &str = "[A-Za-z0-9!#$&\\^_.+\\-]+";
