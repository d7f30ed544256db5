//! Types: every one that the messages reach, once.

use super::super::index::TypeIx;
use super::super::program::{Form, Shape, SimplePlan, TypePlan};
use super::compiler::Compiler;
use super::{attachment, content, documentation, encoding, simple};
use crate::xml::QName;
use crate::xsd::{TypeDef, TypeId, TypeKind};

/// Makes the plans of all types that have a number, and of those that they reach.
pub(in crate::plan) fn all(compiler: &mut Compiler<'_>) {
    while let Some((id, ix)) = compiler.next_type() {
        if !compiler.count(0) {
            return;
        }
        let plan = type_plan(compiler, id, ix);
        compiler.arena.set_type(ix, plan);
    }
}

fn type_plan(compiler: &mut Compiler<'_>, id: TypeId, ix: TypeIx) -> TypePlan {
    let schema = compiler.schema();
    let def = schema.type_def(id);
    let shape = shape(compiler, id, def);
    let mut derived: Vec<TypeIx> =
        schema.derived(id).iter().map(|derived| compiler.type_ix(*derived)).collect();
    derived.retain(|derived| *derived != ix);
    derived.sort();
    let notes = documentation::of_type(compiler.contract, def.origin);
    let plan = TypePlan { derived, is_abstract: def.is_abstract, notes, ..TypePlan::anonymous(shape) };
    match &def.name {
        None => plan,
        Some(name) => named(compiler, plan, name),
    }
}

fn shape(compiler: &mut Compiler<'_>, id: TypeId, def: &TypeDef) -> Shape {
    if let Some(array) = encoding::array(compiler, id) {
        return Shape::Array(array);
    }
    match &def.kind {
        TypeKind::Simple(_) if attachment::is_reference(compiler.schema(), id) => {
            attachment::shape(compiler, &[])
        }
        TypeKind::Simple(simple) => {
            let plan = simple::plan(simple, compiler.options.numbers);
            meet_names(compiler, &plan);
            Shape::Simple(plan)
        }
        TypeKind::Complex(complex) => {
            let mut plan = content::plan(compiler, complex);
            plan.any_type = id == TypeId::ANY;
            compiler.count(plan.nodes.len());
            Shape::Complex(Box::new(plan))
        }
    }
}

/// The prefixes of enumerated QNames are those that messages use.
fn meet_names(compiler: &mut Compiler<'_>, plan: &SimplePlan) {
    let names = plan.simple.facets().enumeration().filter(|_| plan.form == Form::Name);
    for name in names.into_iter().flatten() {
        let prefix = name.trim().split_once(':').map(|(prefix, _)| prefix);
        if let Some(name) = prefix.and_then(|prefix| compiler.prefixes.bound(prefix)) {
            let ns = compiler.intern(name);
            compiler.prefixes.prefix(ns);
        }
    }
}

fn named(compiler: &mut Compiler<'_>, plan: TypePlan, name: &QName) -> TypePlan {
    let ns = compiler.intern(&name.namespace);
    let prefixes = &mut compiler.prefixes;
    let (tag, declared, prefix) = (prefixes.tag(ns, &name.local), prefixes.declared(ns), prefixes.prefix(ns));
    TypePlan {
        name: Some((ns, Box::from(&*name.local))),
        key: compiler.keys.of_type(name, &prefix).into(),
        instance: format!("{declared} {XSI_TYPE}{tag}\"").into(),
        tag: format!(" xsi:type=\"{tag}\"").into(),
        ..plan
    }
}

/// `xsi:type` with the declaration of its prefix, up to the type's name.
pub(super) const XSI_TYPE: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"";
