//! Rules for single fields.

use std::sync::Arc;

use super::super::compile::Arena;
use super::super::index::{ElementIx, SlotIx};
use super::super::program::{
    Bundle, ComplexPlan, Form, KeyIndex, NodeKind, Role, Shape, SimplePlan, Slot, TypePlan, ValueMap,
    json_key,
};
use super::choices::{As, FieldRule};
use super::operation::{slot_at, unknown};
use super::types::may_be_absent;

/// Applies `rule` to the member `key` of `complex`. Errors: what is wrong with the rule.
pub(in crate::plan) fn apply(
    arena: &mut Arena,
    complex: &mut ComplexPlan,
    key: &str,
    rule: &FieldRule,
) -> Result<(), String> {
    match rule {
        FieldRule::Group(members) => return group(complex, key, members),
        FieldRule::Rename(to) => return rename(complex, key, to),
        _ => {}
    }
    let at = slot_at(complex, key)?;
    match rule {
        FieldRule::As(form) => simple(arena, complex, at, &|plan| reform(plan, *form)),
        FieldRule::Enum(pairs) => simple(arena, complex, at, &|plan| translate(plan, pairs)),
        FieldRule::Const(text) => fill(arena, complex, at, text, true),
        FieldRule::Default(text) => fill(arena, complex, at, text, false),
        FieldRule::Flatten => flatten(arena, complex, at),
        FieldRule::Hide => hide(complex, at),
        FieldRule::Unwrap => unwrap(arena, complex, at),
        FieldRule::Group(_) | FieldRule::Rename(_) => Ok(()),
    }
}

fn slot_mut(complex: &mut ComplexPlan, at: usize) -> Result<&mut Slot, String> {
    let scope = complex.scopes.first_mut();
    scope.and_then(|scope| scope.slots.get_mut(at)).ok_or_else(|| "there is no such member".to_owned())
}

fn reindex(complex: &mut ComplexPlan) {
    if let Some(scope) = complex.scopes.first_mut() {
        scope.index();
    }
}

fn rename(complex: &mut ComplexPlan, key: &str, to: &str) -> Result<(), String> {
    let at = slot_at(complex, key)?;
    if slot_at(complex, to).is_ok() {
        return Err(format!("rename: there is a member `{to}` already"));
    }
    let slot = slot_mut(complex, at)?;
    slot.rename(to);
    reindex(complex);
    Ok(())
}

fn hide(complex: &mut ComplexPlan, at: usize) -> Result<(), String> {
    let optional = match slot_mut(complex, at)?.role {
        Role::Attribute(attribute) => {
            complex.attributes.get(attribute as usize).is_some_and(|known| !known.required)
        }
        _ => may_be_absent(complex, SlotIx::at(at)),
    };
    let slot = slot_mut(complex, at)?;
    if !optional && slot.fill.is_none() {
        return Err("hide: the field is required, so it needs a `const`".to_owned());
    }
    slot.hidden = true;
    reindex(complex);
    Ok(())
}

/// The text that the field has when JSON says nothing; hidden when it is the only one.
fn fill(
    arena: &mut Arena,
    complex: &mut ComplexPlan,
    at: usize,
    text: &str,
    only: bool,
) -> Result<(), String> {
    let simple =
        simple_of(arena, complex, at).ok_or("only a simple field can have a constant or a default")?;
    simple.simple.check(text).map_err(|violation| format!("the value does not fit: {violation}"))?;
    let mut escaped = Vec::new();
    let attribute = matches!(slot_mut(complex, at)?.role, Role::Attribute(_));
    let write = if attribute { crate::xml::write::attribute } else { crate::xml::write::text };
    write(&mut escaped, text).map_err(|_| "a character that XML cannot carry")?;
    let slot = slot_mut(complex, at)?;
    if slot.list {
        return Err("a list cannot have a constant or a default".to_owned());
    }
    slot.fill = Some(String::from_utf8_lossy(&escaped).into());
    slot.hidden = only;
    reindex(complex);
    Ok(())
}

fn simple_of(arena: &Arena, complex: &ComplexPlan, at: usize) -> Option<SimplePlan> {
    let slot = complex.scopes.first()?.slots.get(at)?;
    match slot.role {
        Role::Attribute(attribute) => {
            complex.attributes.get(attribute as usize).map(|known| known.simple.clone())
        }
        Role::Text => complex.text.clone(),
        _ => {
            let element = elements_of(complex, at).next()?;
            let type_ix = arena.element(element).type_ix;
            match &arena.type_plan(type_ix)?.shape {
                Shape::Simple(simple) => Some(simple.clone()),
                _ => None,
            }
        }
    }
}

fn elements_of(complex: &ComplexPlan, at: usize) -> impl Iterator<Item = ElementIx> + '_ {
    let nodes = complex.nodes.iter().filter(move |node| node.scope.index() == 0 && node.slot.index() == at);
    nodes.filter_map(|node| match node.kind {
        NodeKind::Element(element) => Some(element),
        _ => None,
    })
}

type Simply<'r> = &'r dyn Fn(&SimplePlan) -> Result<SimplePlan, String>;

/// Changes the simple type of the field.
fn simple(arena: &mut Arena, complex: &mut ComplexPlan, at: usize, change: Simply<'_>) -> Result<(), String> {
    let plan = simple_of(arena, complex, at).ok_or("the field is not simple")?;
    let changed = change(&plan)?;
    match slot_mut(complex, at)?.role {
        Role::Attribute(attribute) => {
            if let Some(attribute) = complex.attributes.get_mut(attribute as usize) {
                attribute.simple = changed;
            }
        }
        Role::Text => complex.text = Some(changed),
        _ => {
            let type_ix = arena.add_type(TypePlan::anonymous(Shape::Simple(changed)));
            replace(arena, complex, at, |arena, element| arena.copy_element(element, type_ix));
        }
    }
    Ok(())
}

fn replace(
    arena: &mut Arena,
    complex: &mut ComplexPlan,
    at: usize,
    other: impl Fn(&mut Arena, ElementIx) -> ElementIx,
) {
    for node in complex.nodes.iter_mut().filter(|node| node.scope.index() == 0 && node.slot.index() == at) {
        if let NodeKind::Element(element) = &mut node.kind {
            *element = other(arena, *element);
        }
    }
}

/// Another JSON form, where nothing is lost by it.
fn reform(plan: &SimplePlan, form: As) -> Result<SimplePlan, String> {
    use crate::xsd::simple::{BuiltIn, Variety};
    let date =
        matches!(plan.simple.variety(), Variety::Atomic(built_in) if built_in.primitive() == BuiltIn::Date);
    let form = match (form, &plan.form) {
        (As::String, Form::Number | Form::NumberText) => Form::NumberText,
        (As::String, Form::Boolean) => Form::BooleanText,
        (As::String, Form::String) => Form::String,
        (As::Number, Form::Boolean) => Form::Flag,
        (As::Number, Form::Number | Form::NumberText) => Form::Number,
        (As::Day, Form::String) if date => Form::Day,
        (As::Instant, Form::String) if date => Form::Instant,
        (As::Number, _) => {
            return Err(
                "as: only a boolean or a number can be a number: a text would lose its zeros".to_owned()
            );
        }
        (As::Day, _) => return Err("as: only a date can be a day".to_owned()),
        (As::Instant, _) => return Err("as: only a date can be an instant".to_owned()),
        (As::String, _) => return Err("as: only a number or a boolean can be a string".to_owned()),
    };
    Ok(SimplePlan { form, ..plan.clone() })
}

/// Texts that are others in JSON. Every value of the type must have one.
fn translate(plan: &SimplePlan, pairs: &[(String, String)]) -> Result<SimplePlan, String> {
    let map = ValueMap::new(pairs).map_err(|problem| format!("enum: {problem}"))?;
    for (xml, _) in pairs {
        plan.simple.check(xml).map_err(|violation| format!("enum: `{xml}` does not fit: {violation}"))?;
    }
    let lost =
        plan.simple.facets().enumeration().into_iter().flatten().find(|value| map.json(value).is_none());
    if let Some(value) = lost {
        return Err(format!("enum: `{value}` has no text in JSON"));
    }
    Ok(SimplePlan { map: Some(Arc::new(map)), form: Form::String, ..plan.clone() })
}

/// The value of the field's only child stands for the field.
fn unwrap(arena: &mut Arena, complex: &mut ComplexPlan, at: usize) -> Result<(), String> {
    let element = elements_of(complex, at).next().ok_or("unwrap: the field is no element")?;
    let type_ix = arena.element(element).type_ix;
    let child = match arena.type_plan(type_ix).map(|plan| &plan.shape) {
        Some(Shape::Complex(inner)) => only_child(inner),
        _ => None,
    };
    let child =
        child.ok_or("unwrap: the field must have exactly one child, which is required, and no attributes")?;
    let type_ix = arena.add_type(TypePlan::anonymous(Shape::Unwrap(child)));
    replace(arena, complex, at, |arena, element| arena.copy_element(element, type_ix));
    Ok(())
}

/// The field is the array of its only child.
fn flatten(arena: &mut Arena, complex: &mut ComplexPlan, at: usize) -> Result<(), String> {
    let element = elements_of(complex, at).next().ok_or("flatten: the field is no element")?;
    let type_ix = arena.element(element).type_ix;
    let mut plan = arena.type_plan(type_ix).cloned().ok_or("no such type")?;
    match &mut plan.shape {
        Shape::Complex(inner) if super::types::is_list(inner) && plan.derived.is_empty() => inner.flat = true,
        _ => return Err("flatten: the field must have nothing but one repeated child".to_owned()),
    }
    let type_ix = arena.add_type(plan);
    replace(arena, complex, at, |arena, element| arena.copy_element(element, type_ix));
    Ok(())
}

fn only_child(inner: &ComplexPlan) -> Option<ElementIx> {
    let ([node], [scope]) = (inner.nodes.as_slice(), inner.scopes.as_slice()) else { return None };
    let plain = scope.slots.len() == 1 && !inner.mixed && inner.text.is_none();
    match node.kind {
        NodeKind::Element(child) if plain && node.min == 1 && node.max == 1 => Some(child),
        _ => None,
    }
}

fn group(complex: &mut ComplexPlan, key: &str, members: &[String]) -> Result<(), String> {
    if complex.scopes.len() != 1 || complex.mixed || complex.flat {
        return Err("group: a type with repeated groups or mixed content cannot have sub-objects".to_owned());
    }
    if slot_at(complex, key).is_ok() && !members.iter().any(|member| member == key) {
        return Err(format!("group: there is a member `{key}` already"));
    }
    let slots = members.iter().map(|member| slot_at(complex, member)).collect::<Result<Vec<_>, _>>()?;
    if slots.is_empty() {
        return Err(unknown("group", key, std::iter::empty()));
    }
    let bundle = complex.bundles.len() as u32;
    let keys = KeyIndex::of(members.iter().zip(&slots).map(|(key, at)| (key.as_str(), SlotIx::at(*at))));
    complex.bundles.push(Bundle { key: key.into(), json: json_key(key), keys });
    for at in slots {
        slot_mut(complex, at)?.bundle = Some(bundle);
    }
    if let Some(scope) = complex.scopes.first_mut() {
        scope.slots.push(Slot::new(key, Role::Bundle(bundle)));
    }
    reindex(complex);
    Ok(())
}
