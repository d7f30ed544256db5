//! The compiler: one operation after the other, and every type that they reach once.

use std::collections::{HashMap, HashSet};

use super::content;
use super::message;
use super::program::{ElementIx, ElementPlan, NodeKind, OperationPlan, Plan, Shape, TypeIx, TypePlan};
use super::rules::Rules;
use super::simple;
use crate::wsdl::{Contract, Operation, Port, Service};
use crate::xml::{Diagnostic, Namespaces, NsId, QName, Severity, ns};
use crate::xsd::{DeclId, Origin, TypeId, TypeKind};

/// What [`compile`] makes of a contract.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program for every operation that can be mapped.
    pub plan: Plan,
    /// The operations that cannot be mapped, by service and name, with the reason.
    pub refused: Vec<(String, String, Diagnostic)>,
}

/// Compiles every operation of `contract`. An operation that cannot be mapped does not stop the others.
///
/// Errors: rules that name what is not there.
pub fn compile(contract: &Contract, rules: &Rules) -> Result<Compiled, Vec<Diagnostic>> {
    let mut compiler = Compiler::new(contract, rules);
    let mut refused = Vec::new();
    let mut drafts = Vec::new();
    for (service, port, operation) in operations(contract) {
        match compiler.operation(service, port, operation) {
            Ok(draft) => drafts.push((draft, operation)),
            Err(reason) => refused.push((service.name.local.to_string(), operation.name.to_string(), reason)),
        }
    }
    compiler.finish_types();
    let mut plans = Vec::new();
    for (draft, operation) in drafts {
        match compiler.broken(&draft) {
            None => plans.push((draft, operation)),
            Some(reason) => refused.push((draft.service.to_string(), operation.name.to_string(), reason)),
        }
    }
    compiler
        .finish(plans.into_iter().map(|(draft, _)| draft).collect())
        .map(|plan| Compiled { plan, refused })
}

fn operations(contract: &Contract) -> impl Iterator<Item = (&Service, &Port, &Operation)> {
    contract.services.iter().flat_map(|service| {
        let ports = service.ports.iter();
        ports.flat_map(move |port| port.operations.iter().map(move |operation| (service, port, operation)))
    })
}

pub(super) struct Compiler<'c> {
    pub(super) contract: &'c Contract,
    pub(super) rules: &'c Rules,
    pub(super) namespaces: Namespaces,
    prefixes: HashMap<NsId, Box<str>>,
    types: Vec<Option<TypePlan>>,
    pub(super) elements: Vec<ElementPlan>,
    type_memo: HashMap<TypeId, TypeIx>,
    element_memo: HashMap<DeclId, ElementIx>,
    waiting: Vec<(TypeId, TypeIx)>,
    failed: HashMap<TypeIx, Diagnostic>,
    pub(super) problems: Vec<Diagnostic>,
}

impl<'c> Compiler<'c> {
    fn new(contract: &'c Contract, rules: &'c Rules) -> Self {
        Self {
            contract,
            rules,
            namespaces: Namespaces::default(),
            prefixes: HashMap::new(),
            types: Vec::new(),
            elements: Vec::new(),
            type_memo: HashMap::new(),
            element_memo: HashMap::new(),
            waiting: Vec::new(),
            failed: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn operation(
        &mut self,
        service: &Service,
        port: &Port,
        operation: &Operation,
    ) -> Result<OperationPlan, Diagnostic> {
        if let Some(reason) = &operation.refused {
            return Err(reason.clone());
        }
        message::operation(self, service, port, operation)
    }

    fn finish_types(&mut self) {
        while let Some((id, ix)) = self.waiting.pop() {
            match self.type_plan(id) {
                Ok(plan) => self.set_type(ix, plan),
                Err(problem) => {
                    self.failed.insert(ix, problem);
                }
            }
        }
    }

    fn type_plan(&mut self, id: TypeId) -> Result<TypePlan, Diagnostic> {
        let contract = self.contract;
        let def = contract.schema.type_def(id);
        let shape = match &def.kind {
            TypeKind::Simple(simple) => Shape::Simple(simple::plan(simple, self.rules.numbers)),
            TypeKind::Complex(complex) => Shape::Complex(Box::new(content::plan(self, complex, def.origin)?)),
        };
        let name: Option<(NsId, Box<str>)> =
            def.name.as_ref().map(|name| (self.intern(&name.namespace), Box::from(&*name.local)));
        let tag = name.as_ref().map(|(ns, local)| self.tag(*ns, local)).unwrap_or_default().into();
        let derived = contract.schema.derived(id).iter().map(|derived| self.type_ix(*derived)).collect();
        Ok(TypePlan { name, tag, shape, derived, is_abstract: def.is_abstract })
    }

    fn set_type(&mut self, ix: TypeIx, plan: TypePlan) {
        if let Some(place) = self.types.get_mut(ix.index()) {
            *place = Some(plan);
        }
    }

    /// The number of a schema type, which is compiled later.
    pub(super) fn type_ix(&mut self, id: TypeId) -> TypeIx {
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
    pub(super) fn add_type(&mut self, plan: TypePlan) -> TypeIx {
        let ix = self.reserve_type();
        self.set_type(ix, plan);
        ix
    }

    /// A compiled type; nothing for one that failed or waits.
    pub(super) fn compiled(&self, ix: TypeIx) -> Option<&TypePlan> {
        self.types.get(ix.index())?.as_ref()
    }

    /// The number of an element declaration.
    pub(super) fn element_ix(&mut self, id: DeclId) -> ElementIx {
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

    pub(super) fn add_element(&mut self, element: ElementPlan) -> ElementIx {
        self.elements.push(element);
        ElementIx(self.elements.len() as u32 - 1)
    }

    /// An element `name` of type `type_ix`, with its tags.
    pub(super) fn element(&mut self, name: &QName, type_ix: TypeIx) -> ElementPlan {
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

    /// `local` with the prefix of its namespace.
    pub(super) fn tag(&mut self, ns: NsId, local: &str) -> String {
        if ns == ns::NONE { local.to_owned() } else { format!("{}:{local}", self.prefix(ns)) }
    }

    pub(super) fn intern(&mut self, name: &str) -> NsId {
        self.namespaces.intern(name)
    }

    /// The prefix that messages use for `ns`: the one that the contract's documents use, where it is free.
    pub(super) fn prefix(&mut self, ns: NsId) -> Box<str> {
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
        if ns == ns::XML {
            return Some("xml".to_owned());
        }
        let name = self.namespaces.name(ns);
        let mut declared = self.contract.documents.iter().flat_map(|document| {
            let tree = &document.tree;
            tree.declared(tree.root()).filter(|(prefix, bound)| *bound == name && !prefix.is_empty())
        });
        declared.next().map(|(prefix, _)| prefix.to_owned())
    }

    /// The first type within reach of an operation that cannot be mapped.
    fn broken(&self, operation: &OperationPlan) -> Option<Diagnostic> {
        let messages = [Some(&operation.input), operation.output.as_ref()];
        let roots = messages.into_iter().flatten().filter_map(|message| message.root);
        let faults = operation.faults.iter().map(|(_, element)| *element);
        let reach = self.reach(roots.chain(faults));
        reach.types.iter().filter_map(|ix| self.failed.get(ix)).min_by_key(|d| d.position).cloned()
    }

    /// Everything that can be met below `roots`.
    pub(super) fn reach(&self, roots: impl Iterator<Item = ElementIx>) -> Reach {
        let mut reach = Reach::default();
        let mut elements: Vec<ElementIx> = roots.collect();
        let mut types: Vec<TypeIx> = Vec::new();
        loop {
            if let Some(ix) = elements.pop() {
                let Some(element) = self.elements.get(ix.index()) else { continue };
                reach.namespaces.insert(element.ns);
                types.push(element.type_ix);
            } else if let Some(ix) = types.pop() {
                if reach.types.insert(ix) {
                    self.reach_type(ix, &mut reach, &mut elements, &mut types);
                }
            } else {
                return reach;
            }
        }
    }

    fn reach_type(
        &self,
        ix: TypeIx,
        reach: &mut Reach,
        elements: &mut Vec<ElementIx>,
        types: &mut Vec<TypeIx>,
    ) {
        let Some(plan) = self.compiled(ix) else { return };
        types.extend(&plan.derived);
        if !plan.derived.is_empty() {
            reach
                .namespaces
                .extend(plan.derived.iter().filter_map(|ix| self.compiled(*ix)?.name.as_ref()).map(|n| n.0));
        }
        match &plan.shape {
            Shape::Simple(_) => {}
            Shape::Unwrap(element) => elements.push(*element),
            Shape::Complex(complex) => {
                reach.namespaces.extend(complex.attributes.iter().map(|attribute| attribute.ns));
                elements.extend(complex.nodes.iter().filter_map(|node| match node.kind {
                    NodeKind::Element(element) => Some(element),
                    _ => None,
                }));
            }
        }
    }

    fn finish(mut self, mut operations: Vec<OperationPlan>) -> Result<Plan, Vec<Diagnostic>> {
        for operation in &mut operations {
            message::apply_rules(&mut self, operation);
            message::open_roots(&mut self, operation);
        }
        if self.problems.is_empty() { Ok(self.into_plan(operations)) } else { Err(self.problems) }
    }

    /// Types that failed are out of reach, and stand as types without values.
    fn into_plan(self, operations: Vec<OperationPlan>) -> Plan {
        let types = self.types.into_iter().map(|plan| plan.unwrap_or_else(unreachable_type)).collect();
        Plan { namespaces: self.namespaces, types, elements: self.elements, operations }
    }

    /// An error at a place in the contract.
    pub(super) fn error(&self, code: &'static str, origin: Origin, message: String) -> Diagnostic {
        match self.contract.documents.get(origin.document as usize) {
            Some(document) => {
                let offset = origin.offset as usize;
                Diagnostic::at(code, Severity::Error, &document.file, &document.tree, offset, message)
            }
            None => Diagnostic::of_file(code, Severity::Error, "", message),
        }
    }
}

/// What [`Compiler::reach`] found.
#[derive(Default)]
pub(super) struct Reach {
    pub(super) namespaces: HashSet<NsId>,
    pub(super) types: HashSet<TypeIx>,
}

fn unreachable_type() -> TypePlan {
    TypePlan::anonymous(Shape::Complex(Box::default()))
}

/// Prefixes that the envelope and the security header use.
const RESERVED: &[&str] = &["soapenv", "wsse", "wsu", "xml", "xmlns", "xsi"];
