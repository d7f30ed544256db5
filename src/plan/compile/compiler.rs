//! The compiler: one operation after the other, and every type that they reach once.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::program::{
    Dispatch, ElementIx, ElementPlan, Form, Global, Globals, NamedTypes, OperationPlan, Plan, Shape,
    SimplePlan, TypeIx, TypePlan, WildcardPlan,
};
use super::super::rules::{Rules, operation, types};
use super::content;
use super::encoding;
use super::message;
use super::names::Keys;
use super::reach;
use super::simple;

use crate::wsdl::{Contract, Operation, Port, Service, SoapVersion};
use crate::xml::{Diagnostic, Namespaces, NsId, QName, Severity, ns};
use crate::xsd::{DeclId, TypeDef, TypeId, TypeKind};

/// What [`compile`] makes of a contract.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program for every operation that can be mapped.
    pub plan: Plan,
    /// The operations that cannot be mapped.
    pub refused: Vec<Refused>,
}

/// An operation that cannot be mapped.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The service that it belongs to, by local name.
    pub service: String,
    /// The port that it belongs to.
    pub port: String,
    /// Its name.
    pub operation: String,
    /// Why.
    pub reason: Diagnostic,
}

/// Compiles every operation of `contract`. An operation that cannot be mapped does not stop the others.
///
/// Errors: rules that name what is not there.
pub fn compile(contract: &Contract, rules: &Rules) -> Result<Compiled, Vec<Diagnostic>> {
    let mut compiler = Compiler::new(contract, rules);
    let mut refused = Vec::new();
    let mut drafts = Vec::new();
    for (service, port, operation) in operations(contract) {
        match &operation.refused {
            None => drafts.push(message::operation(&mut compiler, service, port, operation)),
            Some(reason) => refused.push(Refused {
                service: service.name.local.to_string(),
                port: port.name.to_string(),
                operation: operation.name.to_string(),
                reason: reason.clone(),
            }),
        }
    }
    compiler.finish_types();
    compiler.finish(drafts).map(|plan| Compiled { plan, refused })
}

fn operations(contract: &Contract) -> impl Iterator<Item = (&Service, &Port, &Operation)> {
    contract.services.iter().flat_map(|service| {
        let ports = service.ports.iter();
        ports.flat_map(move |port| port.operations.iter().map(move |operation| (service, port, operation)))
    })
}

pub(in crate::plan) struct Compiler<'c> {
    pub(in crate::plan) contract: &'c Contract,
    pub(in crate::plan) rules: &'c Rules,
    pub(in crate::plan) namespaces: Namespaces,
    prefixes: HashMap<NsId, Box<str>>,
    pub(in crate::plan) types: Vec<Option<TypePlan>>,
    pub(in crate::plan) elements: Vec<ElementPlan>,
    type_memo: HashMap<TypeId, TypeIx>,
    element_memo: HashMap<DeclId, ElementIx>,
    waiting: Vec<(TypeId, TypeIx)>,
    pub(in crate::plan) headers: Vec<ElementIx>,
    met: Vec<WildcardPlan>,
    globals: Vec<(DeclId, ElementIx)>,
    is_global: HashSet<DeclId>,
    keys: Keys,
    pub(in crate::plan) problems: Vec<Diagnostic>,
    /// Nodes made so far.
    pub(in crate::plan) nodes: usize,
}

impl<'c> Compiler<'c> {
    fn new(contract: &'c Contract, rules: &'c Rules) -> Self {
        Self {
            contract,
            rules,
            namespaces: Namespaces::default(),
            prefixes: HashMap::from([(ns::XML, "xml".into()), (ns::XSI, "xsi".into())]),
            types: Vec::new(),
            elements: Vec::new(),
            type_memo: HashMap::new(),
            element_memo: HashMap::new(),
            waiting: Vec::new(),
            headers: Vec::new(),
            met: Vec::new(),
            globals: Vec::new(),
            is_global: HashSet::new(),
            keys: Keys::new(&contract.schema),
            problems: Vec::new(),
            nodes: 0,
        }
    }

    fn finish_types(&mut self) {
        while let Some((id, ix)) = self.waiting.pop() {
            if self.is_too_large() {
                return;
            }
            let plan = self.type_plan(id, ix);
            self.set_type(ix, plan);
        }
    }

    pub(in crate::plan) fn is_too_large(&mut self) -> bool {
        let most = match self.rules.nodes {
            0 => crate::limits::ContractLimits::default().particles,
            most => most,
        };
        let large = self.nodes > most;
        if large && self.problems.is_empty() {
            let message = format!("the content models have more than {most} nodes");
            self.problems.push(Diagnostic::of_file("PLAN0104", Severity::Error, "", message));
        }
        large
    }

    fn type_plan(&mut self, id: TypeId, ix: TypeIx) -> TypePlan {
        let contract = self.contract;
        let def = contract.schema.type_def(id);
        let shape = self.shape(id, def);
        let mut derived: Vec<TypeIx> =
            contract.schema.derived(id).iter().map(|derived| self.type_ix(*derived)).collect();
        derived.retain(|derived| *derived != ix);
        derived.sort();
        let plan = TypePlan { derived, is_abstract: def.is_abstract, ..TypePlan::anonymous(shape) };
        match &def.name {
            None => plan,
            Some(name) => self.named(plan, name),
        }
    }

    fn shape(&mut self, id: TypeId, def: &TypeDef) -> Shape {
        if let Some(array) = encoding::array(self, id) {
            return Shape::Array(array);
        }
        match &def.kind {
            TypeKind::Simple(simple) => {
                let plan = simple::plan(simple, self.rules.numbers);
                self.meet_names(&plan);
                Shape::Simple(plan)
            }
            TypeKind::Complex(complex) => {
                let mut plan = content::plan(self, complex);
                plan.any_type = id == TypeId::ANY;
                self.nodes += plan.nodes.len();
                Shape::Complex(Box::new(plan))
            }
        }
    }

    /// The prefixes of enumerated QNames are those that messages use.
    fn meet_names(&mut self, plan: &SimplePlan) {
        let names = plan.simple.facets().enumeration().filter(|_| plan.form == Form::Name);
        let prefixes = names.into_iter().flatten().filter_map(|name| Some(name.trim().split_once(':')?.0));
        for prefix in prefixes {
            let bound = self.contract.documents.iter().find_map(|document| {
                let tree = &document.tree;
                let mut declared = tree.declared(tree.root());
                declared.find(|(known, _)| *known == prefix).map(|(_, name)| name.to_owned())
            });
            if let Some(name) = bound {
                let ns = self.intern(&name);
                self.prefix(ns);
            }
        }
    }

    fn named(&mut self, plan: TypePlan, name: &QName) -> TypePlan {
        let ns = self.intern(&name.namespace);
        let tag = self.tag(ns, &name.local);
        let declared = self.declared(ns);
        let prefix = self.prefix(ns);
        let key = self.keys.of_type(name, &prefix);
        TypePlan {
            name: Some((ns, Box::from(&*name.local))),
            key: key.into(),
            instance: format!("{declared} {XSI_TYPE}{tag}\"").into(),
            tag: format!(" xsi:type=\"{tag}\"").into(),
            ..plan
        }
    }

    fn set_type(&mut self, ix: TypeIx, plan: TypePlan) {
        if let Some(place) = self.types.get_mut(ix.index()) {
            *place = Some(plan);
        }
    }

    /// The number of a schema type, which is compiled later.
    pub(in crate::plan) fn type_ix(&mut self, id: TypeId) -> TypeIx {
        if let Some(ix) = self.type_memo.get(&id) {
            return *ix;
        }
        let ix = self.reserve_type();
        self.type_memo.insert(id, ix);
        self.waiting.push((id, ix));
        ix
    }

    fn reserve_type(&mut self) -> TypeIx {
        self.types.push(None);
        TypeIx(self.types.len() as u32 - 1)
    }

    /// A type that the schema does not have, such as the wrapper of an rpc message.
    pub(in crate::plan) fn add_type(&mut self, plan: TypePlan) -> TypeIx {
        let ix = self.reserve_type();
        self.set_type(ix, plan);
        ix
    }

    /// A compiled type; nothing for one that waits.
    pub(in crate::plan) fn compiled(&self, ix: TypeIx) -> Option<&TypePlan> {
        self.types.get(ix.index())?.as_ref()
    }

    /// The number of an element declaration.
    pub(in crate::plan) fn element_ix(&mut self, id: DeclId) -> ElementIx {
        if let Some(ix) = self.element_memo.get(&id) {
            return *ix;
        }
        let declaration = self.contract.schema.declaration(id);
        let type_ix = self.type_ix(declaration.type_id);
        let mut element = self.element(&declaration.name, type_ix);
        element.nillable = declaration.nillable;
        element.default = declaration.default.clone();
        element.fixed = declaration.fixed.clone();
        let ix = self.add_element(element);
        self.element_memo.insert(id, ix);
        ix
    }

    pub(in crate::plan) fn add_element(&mut self, element: ElementPlan) -> ElementIx {
        self.elements.push(element);
        ElementIx(self.elements.len() as u32 - 1)
    }

    /// An element `name` of type `type_ix`, with its tags.
    pub(in crate::plan) fn element(&mut self, name: &QName, type_ix: TypeIx) -> ElementPlan {
        let ns = self.intern(&name.namespace);
        let tag = self.tag(ns, &name.local);
        ElementPlan {
            ns,
            local: Box::from(&*name.local),
            also: Vec::new(),
            open: format!("<{tag}").into(),
            close: format!("</{tag}>").into(),
            type_ix,
            nillable: false,
            default: None,
            fixed: None,
        }
    }

    /// Brings the global elements that `wildcard` allows into the plan.
    pub(in crate::plan) fn meet_globals(&mut self, wildcard: &WildcardPlan) {
        if !wildcard.typed || self.met.contains(wildcard) {
            return;
        }
        self.met.push(wildcard.clone());
        let contract = self.contract;
        for (name, id) in contract.schema.global_elements() {
            let ns = self.intern(&name.namespace);
            let concrete = !contract.schema.declaration(id).is_abstract;
            if wildcard.allows(ns) && concrete && self.is_global.insert(id) {
                let ix = self.element_ix(id);
                self.globals.push((id, ix));
            }
        }
    }

    /// `local` with the prefix of its namespace.
    pub(in crate::plan) fn tag(&mut self, ns: NsId, local: &str) -> String {
        if ns == ns::NONE { local.to_owned() } else { format!("{}:{local}", self.prefix(ns)) }
    }

    /// The declaration of the prefix of `ns`, as an attribute.
    pub(in crate::plan) fn declared(&mut self, ns: NsId) -> String {
        if matches!(ns, ns::NONE | ns::XML) {
            return String::new();
        }
        let prefix = self.prefix(ns);
        format!(" xmlns:{prefix}=\"{}\"", escaped(self.namespaces.name(ns)))
    }

    pub(in crate::plan) fn intern(&mut self, name: &str) -> NsId {
        self.namespaces.intern(name)
    }

    /// The prefix that messages use for `ns`: the one that the contract's documents use, where it is free.
    pub(in crate::plan) fn prefix(&mut self, ns: NsId) -> Box<str> {
        if let Some(prefix) = self.prefixes.get(&ns) {
            return prefix.clone();
        }
        let fresh = (1..).map(|n| format!("ns{n}"));
        let candidates = self.preferred(ns).into_iter().chain(fresh);
        let mut free = candidates.filter(|prefix| !self.is_taken(prefix));
        let prefix: Box<str> = free.next().unwrap_or_default().into();
        self.prefixes.insert(ns, prefix.clone());
        prefix
    }

    fn is_taken(&self, prefix: &str) -> bool {
        RESERVED.contains(&prefix)
            || prefix.is_empty()
            || self.prefixes.values().any(|taken| **taken == *prefix)
    }

    fn preferred(&self, ns: NsId) -> Option<String> {
        let name = self.namespaces.name(ns);
        let mut declared = self.contract.documents.iter().flat_map(|document| {
            let tree = &document.tree;
            tree.declared(tree.root()).filter(|(prefix, bound)| *bound == name && !prefix.is_empty())
        });
        declared.next().map(|(prefix, _)| prefix.to_owned())
    }

    fn finish(mut self, mut operations: Vec<OperationPlan>) -> Result<Plan, Vec<Diagnostic>> {
        types::apply(&mut self);
        for operation in &mut operations {
            operation::apply_rules(&mut self, operation);
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let types: Vec<Option<TypePlan>> = std::mem::take(&mut self.types);
        let mut types: Vec<TypePlan> =
            types.into_iter().map(|plan| plan.unwrap_or_else(TypePlan::nothing)).collect();
        let reach = reach::Reach::of(&types, &self.elements, self.namespaces.len());
        for operation in &mut operations {
            let faults = operation.faults.iter_mut().map(|fault| &mut fault.message);
            let messages = std::iter::once(&mut operation.input).chain(operation.output.as_mut());
            for message in messages.chain(faults) {
                let declared = self.declare(&reach, message.root, message.encoded);
                let style = if message.encoded { encoding_style(operation.version) } else { String::new() };
                message.declarations = format!("{declared}{style}").into();
                message.header_declarations = self.declare(&reach, message.headers, false);
            }
        }
        for ix in stand_ins(&types) {
            if let Some(plan) = types.get_mut(ix.index()) {
                self.set_wild(plan, reach.of_type(ix, false));
            }
        }
        let globals = self.globals(&reach);
        let named = named_types(&types);
        let prefixes = self.prefixes.iter().map(|(ns, prefix)| (prefix.clone(), *ns)).collect();
        let Self { namespaces, elements, mut headers, .. } = self;
        headers.sort();
        headers.dedup();
        let dispatch = Dispatch::default();
        let plan =
            Plan { namespaces, types, elements, operations, prefixes, headers, globals, named, dispatch };
        Ok(Plan { dispatch: Dispatch::new(&plan), ..plan })
    }

    /// `xsi:type` where the message does not declare the namespaces of the type's content.
    fn set_wild(&mut self, plan: &mut TypePlan, mut used: Vec<NsId>) {
        let Some((ns, local)) = plan.name.clone() else { return };
        used.push(ns);
        let tag = self.tag(ns, &local);
        plan.wild = format!("{} {XSI_TYPE}{tag}\"", self.declarations(used)).into();
    }

    fn declare(&mut self, reach: &reach::Reach, root: Option<ElementIx>, encoded: bool) -> Box<str> {
        let element = root.and_then(|root| self.elements.get(root.index()));
        let Some((ns, type_ix)) = element.map(|element| (element.ns, element.type_ix)) else {
            return Box::default();
        };
        let mut used = reach.of_type(type_ix, encoded);
        used.push(ns);
        if encoded {
            used.extend([ns::XSI, ns::XSD, ns::SOAPENC]);
        }
        self.declarations(used)
    }

    fn declarations(&mut self, mut used: Vec<NsId>) -> Box<str> {
        used.sort();
        used.dedup();
        used.into_iter().map(|ns| self.declared(ns)).collect::<String>().into()
    }

    fn globals(&mut self, reach: &reach::Reach) -> Globals {
        let mut out = Globals::default();
        for (id, element) in std::mem::take(&mut self.globals) {
            let name = &self.contract.schema.declaration(id).name;
            let ns = self.intern(&name.namespace);
            let prefix = self.prefix(ns);
            let key: Box<str> = self.keys.of_element(name, &prefix).into();
            let at = out.list.len() as u32;
            out.by_name.entry(ns).or_default().insert(Box::from(&*name.local), at);
            out.by_key.insert(key.clone(), at);
            let declarations = self.declare(reach, Some(element), false);
            out.list.push(Global { element, key, declarations });
        }
        out
    }
}

/// `encodingStyle`, with the declaration of its prefix: a Body without its envelope has it too.
fn encoding_style(version: SoapVersion) -> String {
    let envelope = match version {
        SoapVersion::V11 => ns::SOAP11_URI,
        SoapVersion::V12 => ns::SOAP12_URI,
    };
    format!(" xmlns:soapenv=\"{envelope}\" soapenv:encodingStyle=\"{}\"", ns::SOAPENC_URI)
}

/// The types that may stand in for one whose descendants messages do not declare.
fn stand_ins(types: &[TypePlan]) -> BTreeSet<TypeIx> {
    types.iter().filter(|plan| plan.is_open()).flat_map(|plan| &plan.derived).copied().collect()
}

fn named_types(types: &[TypePlan]) -> NamedTypes {
    let mut out = NamedTypes::default();
    for (at, plan) in types.iter().enumerate() {
        let Some((ns, local)) = &plan.name else { continue };
        let ix = TypeIx(at as u32);
        out.by_name.entry(*ns).or_default().entry(local.clone()).or_insert(ix);
        out.by_key.entry(plan.key.clone()).or_insert(ix);
    }
    out
}

fn escaped(name: &str) -> String {
    let mut out = Vec::new();
    let written = crate::xml::write::attribute(&mut out, name);
    written.map(|()| String::from_utf8_lossy(&out).into_owned()).unwrap_or_default()
}

/// Prefixes that the envelope and the security header use.
const RESERVED: &[&str] = &["soapenv", "wsse", "wsu", "xml", "xmlns"];

const XSI_TYPE: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"";
