//! Arrays of the SOAP encoding: SOAP 1.1 section 5.4.2, WSDL 1.1 section 2.2.

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ArrayPlan, Shape, TypePlan};
use super::compiler::Compiler;
use super::names::unqualified;
use crate::xml::{QName, ns};
use crate::xsd::{ComplexType, Content, DeclId, Particle, Term, TypeId, TypeKind};

/// The plan of an array type; nothing for other types.
pub(in crate::plan) fn array(compiler: &mut Compiler<'_>, id: TypeId) -> Option<ArrayPlan> {
    is_array(compiler, id).then(|| {
        let ancestry = ancestry(compiler, id);
        plan(compiler, &ancestry)
    })
}

/// Whether `id` is derived from `soapenc:Array`.
pub(in crate::plan) fn is_array(compiler: &Compiler<'_>, id: TypeId) -> bool {
    ancestry(compiler, id).iter().any(|id| is_soap_array(compiler, *id))
}

/// The type and those that it is derived from, itself first.
fn ancestry(compiler: &Compiler<'_>, id: TypeId) -> Vec<TypeId> {
    let schema = &compiler.schema();
    std::iter::successors(Some(id), |id| schema.type_def(*id).base).take(DEEPEST).collect()
}

fn is_soap_array(compiler: &Compiler<'_>, id: TypeId) -> bool {
    let name = compiler.schema().type_def(id).name.as_ref();
    let soap = |name: &QName| matches!(&*name.namespace, ns::SOAPENC_URI | ns::SOAPENC12_URI);
    name.is_some_and(|name| soap(name) && &*name.local == "Array")
}

fn plan(compiler: &mut Compiler<'_>, ancestry: &[TypeId]) -> ArrayPlan {
    let complex = ancestry.iter().filter_map(|id| complex(compiler, *id)).collect::<Vec<_>>();
    let declared = complex.iter().find_map(|complex| complex.array_type.clone());
    let element = complex.iter().find_map(|complex| only_element(&complex.content));
    let (id, dimensions) = declared.unwrap_or_else(|| {
        let schema = &compiler.schema();
        let id = element.map_or(TypeId::ANY, |element| schema.declaration(element).type_id);
        (id, "[]".into())
    });
    let name = element.map(|element| compiler.schema().declaration(element).name.clone());
    let name = name.unwrap_or_else(|| unqualified("item"));
    dimensioned(compiler, id, &dimensions, &name)
}

fn complex<'c>(compiler: &Compiler<'c>, id: TypeId) -> Option<&'c ComplexType> {
    match &compiler.schema().type_def(id).kind {
        TypeKind::Complex(complex) => Some(complex),
        TypeKind::Simple(_) => None,
    }
}

/// The element of `<sequence><element name="item" maxOccurs="unbounded"/></sequence>`.
fn only_element(content: &Content) -> Option<DeclId> {
    fn of(particle: &Particle) -> Option<DeclId> {
        match &particle.term {
            Term::Element(id) => Some(*id),
            Term::Group(_, particles) => match &**particles {
                [only] => of(only),
                _ => None,
            },
            Term::Wildcard(_) => None,
        }
    }
    match content {
        Content::Elements(particle) => of(particle),
        _ => None,
    }
}

/// `[][,]`: a matrix of arrays. The last brackets are those of the array itself.
fn dimensioned(compiler: &mut Compiler<'_>, id: TypeId, dimensions: &str, name: &QName) -> ArrayPlan {
    let (inner, own) = dimensions.rfind('[').map_or(("", "[]"), |at| dimensions.split_at(at));
    let item = item(compiler, id, inner, name);
    let of = compiler.schema().type_def(id).name.clone();
    let of = of.unwrap_or_else(|| QName::new(ns::XSD_URI, "anyType"));
    let (type_ns, soapenc) = (compiler.intern(&of.namespace), compiler.prefixes.prefix(ns::SOAPENC));
    let tag = compiler.prefixes.tag(type_ns, &of.local);
    let declared =
        format!("{}{}", compiler.prefixes.declared(type_ns), compiler.prefixes.declared(ns::SOAPENC));
    ArrayPlan {
        item,
        rank: own.matches(',').count() as u32 + 1,
        open: format!("{declared} {soapenc}:arrayType=\"{tag}{inner}[").into(),
    }
}

fn item(compiler: &mut Compiler<'_>, id: TypeId, dimensions: &str, name: &QName) -> ElementIx {
    let type_ix =
        if dimensions.contains('[') { inner_array(compiler, id, dimensions) } else { compiler.type_ix(id) };
    let mut element = compiler.element(name, type_ix);
    element.nillable = true;
    compiler.arena.add_element(element)
}

fn inner_array(compiler: &mut Compiler<'_>, id: TypeId, dimensions: &str) -> TypeIx {
    let array = dimensioned(compiler, id, dimensions, &unqualified("item"));
    compiler.arena.add_type(TypePlan::anonymous(Shape::Array(array)))
}

/// The longest chain of derivation, and the deepest array of arrays.
const DEEPEST: usize = 64;
