//! The last step: what is known only when every type is there, namespace declarations above all.

use std::collections::{BTreeSet, HashMap};

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{
    Dispatch, ElementPlan, Global, Globals, MessagePlan, NamedTypes, OperationPlan, Plan, PortPlan, Shape,
    SimplePlan, Tables, TypePlan,
};
use super::attachment;
use super::compiler::Compiler;
use super::names::Keys;
use super::prefixes::Prefixes;
use super::reach::Reach;
use super::steps;
use super::types::XSI_TYPE;
use super::writing;
use crate::wsdl::{Encoding, SoapVersion};
use crate::xml::{NsId, ns};
use crate::xsd::simple::BuiltIn;
use crate::xsd::{DeclId, Schema, TypeKind};

/// The program of `operations`, and of the ports `beside` them.
pub(in crate::plan) fn plan(
    compiler: Compiler<'_>,
    mut operations: Vec<OperationPlan>,
    mut beside: Vec<PortPlan>,
) -> Plan {
    let schema = compiler.schema();
    let Compiler { prefixes, arena, keys, mut headers, globals, mut details, encodings, .. } = compiler;
    let (mut types, elements) = arena.finish();
    let reach = Reach::of(&types, &elements, prefixes.namespaces.len());
    let mut declarer =
        Declarer { prefixes, reach, elements: &elements, encoding: encodings.first().copied() };
    let refer = attachment::references(&types, &elements);
    let others = beside.iter_mut().flat_map(|port| &mut port.operations);
    for operation in operations.iter_mut().chain(others) {
        for message in std::iter::once(&mut operation.input).chain(operation.output.as_mut()) {
            message.refers = message
                .root
                .into_iter()
                .chain(message.headers)
                .any(|root| elements.get(root.index()).is_some_and(|root| refer.contains(&root.type_ix)));
        }
        declarer.declare_messages(operation);
    }
    for detail in &mut details {
        declarer.declare_message(&mut detail.message, SoapVersion::V11);
    }
    for ix in stand_ins(&types) {
        if let Some(plan) = types.get_mut(ix.index()) {
            declarer.set_wild(plan, ix);
        }
    }
    writing::set(&mut types, &elements);
    let globals = declarer.globals(schema, &keys, globals);
    steps::set(&mut types, &elements);
    let named = NamedTypes { octets: octets(schema, &mut declarer.prefixes), ..named_types(&types) };
    // A fault that another operation declares has the name that it has there.
    let declared = operations.iter().flat_map(|operation| &operation.faults).cloned();
    let details = declared.chain(details).collect();
    let (namespaces, prefixes) = declarer.prefixes.finish();
    headers.sort();
    headers.dedup();
    let tables = Tables { types: &types, elements: &elements };
    let dispatch = Dispatch::new(&operations, tables, namespaces.len());
    for port in &mut beside {
        port.dispatch = Dispatch::new(&port.operations, tables, namespaces.len());
    }
    Plan {
        looks_at_octets: looks_at_octets(&types, &elements),
        namespaces,
        types,
        elements,
        operations,
        beside,
        prefixes,
        headers,
        globals,
        named,
        dispatch,
        details,
    }
}

/// Whether something is said of the octets of a value in base64, beside how many there may be.
fn looks_at_octets(types: &[TypePlan], elements: &[ElementPlan]) -> bool {
    let looked_at = |simple: &SimplePlan| {
        let is_base64 = simple.simple.octets() == Some(BuiltIn::Base64Binary);
        let facets = simple.simple.facets();
        let looks = facets.enumeration().is_some() || facets.patterns().next().is_some();
        is_base64 && (looks || simple.map.is_some())
    };
    let of_type = |plan: &TypePlan| match &plan.shape {
        Shape::Complex(complex) => complex.text.as_ref().is_some_and(looked_at),
        Shape::Simple(simple) => looked_at(simple),
        Shape::Array(_) | Shape::Unwrap(_) => false,
    };
    let is_fixed = |element: &ElementPlan| {
        let plan = types.get(element.type_ix.index()).map(|plan| &plan.shape);
        let is_base64 = matches!(plan, Some(Shape::Simple(simple))
            if simple.simple.octets() == Some(BuiltIn::Base64Binary));
        element.fixed.is_some() && is_base64
    };
    types.iter().any(of_type) || elements.iter().any(is_fixed)
}

/// Writes namespace declarations.
struct Declarer<'d, 'c> {
    prefixes: Prefixes<'c>,
    reach: Reach,
    elements: &'d [ElementPlan],
    /// The encoding of a message of the contract, where there is one: what a wildcard takes may stand in it.
    encoding: Option<Encoding>,
}

impl Declarer<'_, '_> {
    fn declare_messages(&mut self, operation: &mut OperationPlan) {
        let version = operation.version;
        let faults = operation.faults.iter_mut().map(|fault| &mut fault.message);
        let messages = std::iter::once(&mut operation.input).chain(operation.output.as_mut());
        for message in messages.chain(faults) {
            self.declare_message(message, version);
        }
    }

    fn declare_message(&mut self, message: &mut MessagePlan, version: SoapVersion) {
        message.declarations = self.declare_encoded(message.root, message.encoding, version);
        message.header_declarations = self.declare_encoded(message.headers, message.header_encoding, version);
    }

    /// The same with the `encodingStyle` of what is encoded.
    fn declare_encoded(
        &mut self,
        root: Option<ElementIx>,
        encoding: Option<Encoding>,
        version: SoapVersion,
    ) -> Box<str> {
        let declared = self.declare(root, encoding);
        let (Some(encoding), Some(_)) = (encoding, root) else { return declared };
        format!("{declared}{}", encoding_style(encoding, version)).into()
    }

    /// The declarations of every namespace below `root`; none for an empty message.
    fn declare(&mut self, root: Option<ElementIx>, encoding: Option<Encoding>) -> Box<str> {
        let Some(element) = root.and_then(|root| self.elements.get(root.index())) else {
            return Box::default();
        };
        let mut used = self.reach.of_type(element.type_ix, encoding.is_some());
        used.push(element.ns);
        if let Some(encoding) = encoding {
            used.extend([ns::XSI, ns::XSD, namespace(encoding)]);
        }
        self.prefixes.declarations(used)
    }

    /// `xsi:type` where the message does not declare the namespaces of the type's content.
    fn set_wild(&mut self, plan: &mut TypePlan, ix: TypeIx) {
        let Some((ns, local)) = plan.name.clone() else { return };
        // In an encoded message all that is in it says its type.
        let mut used = self.reach.of_type(ix, self.encoding.is_some());
        used.push(ns);
        used.retain(|ns| *ns != ns::XSI);
        let tag = self.prefixes.tag(ns, &local);
        plan.wild = format!("{} {XSI_TYPE}{tag}\"", self.prefixes.declarations(used)).into();
    }

    fn globals(&mut self, schema: &Schema, keys: &Keys, met: Vec<(DeclId, ElementIx)>) -> Globals {
        let mut out = Globals::default();
        for (id, element) in met {
            let name = &schema.declaration(id).name;
            let ns = self.prefixes.intern(&name.namespace);
            let prefix = self.prefixes.prefix(ns);
            let key: Box<str> = keys.of_element(name, &prefix).into();
            let at = out.list.len() as u32;
            out.by_name.entry(ns).or_default().insert(Box::from(&*name.local), at);
            out.by_key.insert(key.clone(), at);
            let declarations = self.declare(Some(element), self.encoding);
            out.list.push(Global { element, key, declarations });
        }
        out
    }
}

/// `encodingStyle`, with the declaration of its prefix: a Body without its envelope has it too.
fn encoding_style(encoding: Encoding, version: SoapVersion) -> String {
    let envelope = match version {
        SoapVersion::V11 => ns::SOAP11_URI,
        SoapVersion::V12 => ns::SOAP12_URI,
    };
    format!(" xmlns:soapenv=\"{envelope}\" soapenv:encodingStyle=\"{}\"", style(encoding))
}

/// The name of an encoding, which is that of the namespace of its attributes.
fn style(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Soap11 => ns::SOAPENC_URI,
        Encoding::Soap12 => ns::SOAPENC12_URI,
    }
}

fn namespace(encoding: Encoding) -> NsId {
    match encoding {
        Encoding::Soap11 => ns::SOAPENC,
        Encoding::Soap12 => ns::SOAPENC12,
    }
}

/// The types that may stand in for one whose descendants messages do not declare.
fn stand_ins(types: &[TypePlan]) -> BTreeSet<TypeIx> {
    types.iter().filter(|plan| plan.is_open()).flat_map(|plan| &plan.derived).copied().collect()
}

/// The types of octets that a peer may name, by name: in their order, so that each load numbers namespaces alike.
fn octets(schema: &Schema, prefixes: &mut Prefixes<'_>) -> HashMap<NsId, HashMap<Box<str>, BuiltIn>> {
    let mut found: Vec<_> = schema
        .global_types()
        .filter_map(|(name, id)| match &schema.type_def(id).kind {
            TypeKind::Simple(simple) => Some((&name.namespace, &name.local, simple.octets()?)),
            TypeKind::Complex(_) => None,
        })
        .collect();
    found.sort();
    let mut out = HashMap::<_, HashMap<_, _>>::new();
    for (namespace, local, octets) in found {
        out.entry(prefixes.intern(namespace)).or_default().insert(Box::from(&**local), octets);
    }
    out
}

fn named_types(types: &[TypePlan]) -> NamedTypes {
    let mut out = NamedTypes::default();
    for (at, plan) in types.iter().enumerate() {
        let Some((ns, local)) = &plan.name else { continue };
        let ix = TypeIx::at(at);
        out.by_name.entry(*ns).or_default().entry(local.clone()).or_insert(ix);
        out.by_key.entry(plan.key.clone()).or_insert(ix);
    }
    out
}
