//! Arrays of the SOAP encoding: SOAP 1.1 section 5.4.2, WSDL 1.1 section 2.2.

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ArrayPlan, ArrayStart, Shape, TypePlan};
use super::compiler::Compiler;
use super::names::unqualified;
use crate::limits::DERIVATION;
use crate::wsdl::Encoding;
use crate::xml::{NsId, QName, ns};
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
    std::iter::successors(Some(id), |id| schema.type_def(*id).base).take(DERIVATION).collect()
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
    // Without an arrayType the only element says what the items are (WS-I Basic Profile, R2112), else they are anything.
    let (id, dimensions) = declared.unwrap_or_else(|| {
        let schema = &compiler.schema();
        let id = element.map_or(TypeId::ANY, |element| schema.declaration(element).type_id);
        (id, "[]".into())
    });
    let name = element.map(|element| compiler.schema().declaration(element).name.clone());
    // The name of an item is free (SOAP 1.1 section 5.4.2).
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
    // An anonymous type has no name that an arrayType could give.
    let of = of.unwrap_or_else(|| QName::new(ns::XSD_URI, "anyType"));
    let item_type = ItemType { of, inner };
    let soap12 = compiler.encodings.contains(&Encoding::Soap12);
    ArrayPlan {
        item,
        rank: own.matches(',').count() as u32 + 1,
        soap11: item_type.soap11(compiler),
        soap12: soap12.then(|| item_type.soap12(compiler)),
    }
}

/// What the items of an array are: a type, and the dimensions of the arrays of it that they are.
struct ItemType<'d> {
    of: QName,
    inner: &'d str,
}

impl ItemType<'_> {
    fn soap11(&self, compiler: &mut Compiler<'_>) -> ArrayStart {
        let (ns, inner) = (compiler.intern(&self.of.namespace), self.inner);
        let prefixes = &mut compiler.prefixes;
        let (tag, soapenc) = (prefixes.tag(ns, &self.of.local), prefixes.prefix(ns::SOAPENC));
        let open = format!(" {soapenc}:arrayType=\"{tag}{inner}[").into();
        ArrayStart { declarations: declared(compiler, [ns, ns::SOAPENC]), open }
    }

    /// The type of arrays has no dimensions there: arrays of arrays do not say what they are of (SOAP 1.2 Part 2, section 3.1.4).
    fn soap12(&self, compiler: &mut Compiler<'_>) -> ArrayStart {
        let ns = compiler.intern(&self.of.namespace);
        let prefixes = &mut compiler.prefixes;
        let (tag, enc) = (prefixes.tag(ns, &self.of.local), prefixes.prefix(ns::SOAPENC12));
        let item = if self.inner.is_empty() { format!(" {enc}:itemType=\"{tag}\"") } else { String::new() };
        let open = format!("{item} {enc}:arraySize=\"").into();
        ArrayStart { declarations: declared(compiler, [ns, ns::SOAPENC12]), open }
    }
}

/// The declarations of both namespaces, each once.
fn declared(compiler: &mut Compiler<'_>, [first, second]: [NsId; 2]) -> Vec<Box<str>> {
    let second = (first != second).then_some(second);
    let declared = [first].into_iter().chain(second).map(|ns| compiler.prefixes.declared(ns));
    declared.filter(|declared| !declared.is_empty()).map(Box::from).collect()
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::super::{Rules, compile};
    use crate::limits::ContractLimits;

    /// The type of an array whose items are arrays, and so on.
    fn contract(dimensions: usize) -> HashMap<String, Vec<u8>> {
        let wsdl = format!(
            "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' \
             xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:xs='http://www.w3.org/2001/XMLSchema' \
             xmlns:e='http://schemas.xmlsoap.org/soap/encoding/' xmlns:t='urn:t' targetNamespace='urn:t'>\
             <types><xs:schema targetNamespace='urn:t'><xs:import namespace='http://schemas.xmlsoap.org/soap/encoding/'/>\
             <xs:complexType name='A'><xs:complexContent><xs:restriction base='e:Array'>\
             <xs:attribute ref='e:arrayType' wsdl:arrayType='xs:int{}'/></xs:restriction></xs:complexContent></xs:complexType>\
             </xs:schema></types><message name='m'><part name='p' type='t:A'/></message>\
             <portType name='P'><operation name='o'><input message='t:m'/></operation></portType>\
             <binding name='B' type='t:P'><s:binding style='rpc' transport='http://schemas.xmlsoap.org/soap/http'/>\
             <operation name='o'><s:operation soapAction=''/><input><s:body use='encoded' namespace='urn:t'/></input>\
             </operation></binding></definitions>",
            "[]".repeat(dimensions)
        );
        HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())])
    }

    #[test]
    fn an_array_of_thousands_of_arrays_is_refused_and_not_compiled_by_recursion() {
        let load = |dimensions| {
            let limits = ContractLimits::default();
            crate::wsdl::load("a.wsdl", &mut contract(dimensions), &limits).expect("a contract")
        };
        let codes = |contract: &crate::wsdl::Contract| {
            contract.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>()
        };
        let (few, many) = (load(2), load(20_000));
        assert_eq!((codes(&few), codes(&many)), (vec![], vec!["XSD0107"]));
        assert!(compile(&few, &Rules::default()).is_ok() && compile(&many, &Rules::default()).is_ok());
    }
}
