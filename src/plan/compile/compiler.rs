//! What is known while a contract is compiled: the numbers that its types and elements have, and those that are to come.

use std::collections::{HashMap, HashSet};

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ElementPlan, FaultPlan, MessagePlan, WildcardPlan};
use super::arena::Arena;
use super::names::Keys;
use super::options::Options;
use super::prefixes::Prefixes;
use super::{documentation, media};
use crate::wsdl::{Contract, Encoding, FaultAction};
use crate::xml::{Diagnostic, NsId, QName, Severity};
use crate::xsd::{DeclId, Schema, TypeId};

/// A program in the making.
pub(in crate::plan) struct Compiler<'c> {
    pub(super) contract: &'c Contract,
    pub(super) options: Options,
    pub(super) prefixes: Prefixes<'c>,
    pub(in crate::plan) arena: Arena,
    pub(super) keys: Keys,
    /// Elements of header blocks.
    pub(super) headers: Vec<ElementIx>,
    /// The SOAP encodings that messages have.
    pub(super) encodings: Vec<Encoding>,
    /// The global elements that wildcards may meet.
    pub(super) globals: Vec<(DeclId, ElementIx)>,
    /// What a detail may hold besides the faults of its own operation.
    pub(super) details: Vec<FaultPlan>,
    pub(in crate::plan) problems: Vec<Diagnostic>,
    type_memo: HashMap<TypeId, TypeIx>,
    element_memo: HashMap<DeclId, ElementIx>,
    waiting: Vec<(TypeId, TypeIx)>,
    met: Vec<WildcardPlan>,
    is_global: HashSet<DeclId>,
    nodes: usize,
}

impl<'c> Compiler<'c> {
    pub(in crate::plan) fn new(contract: &'c Contract, options: Options) -> Self {
        Self {
            contract,
            options,
            prefixes: Prefixes::new(contract),
            arena: Arena::default(),
            keys: Keys::new(&contract.schema),
            headers: Vec::new(),
            encodings: Vec::new(),
            globals: Vec::new(),
            details: Vec::new(),
            problems: Vec::new(),
            type_memo: HashMap::new(),
            element_memo: HashMap::new(),
            waiting: Vec::new(),
            met: Vec::new(),
            is_global: HashSet::new(),
            nodes: 0,
        }
    }

    pub(super) fn schema(&self) -> &'c Schema {
        &self.contract.schema
    }

    /// Counts `nodes` of content models. False when there are too many now, which is a problem of the contract.
    pub(super) fn count(&mut self, nodes: usize) -> bool {
        self.nodes += nodes;
        let most = self.options.nodes;
        let fits = self.nodes <= most;
        if !fits && self.problems.is_empty() {
            let message = format!("the content models have more than {most} nodes");
            let problem = Diagnostic::of_file("PLAN0104", Severity::Error, "", message);
            let keys = ["limits", "contract", "particles"].map(str::to_owned).to_vec();
            let help = "raise `limits.contract.particles` if the contract is really that large";
            self.problems.push(Diagnostic { keys, ..problem.help(help) });
        }
        fits
    }

    /// A type that has a number and no plan yet.
    pub(super) fn next_type(&mut self) -> Option<(TypeId, TypeIx)> {
        self.waiting.pop()
    }

    /// The number of a schema type, which is compiled later.
    pub(super) fn type_ix(&mut self, id: TypeId) -> TypeIx {
        if let Some(ix) = self.type_memo.get(&id) {
            return *ix;
        }
        let ix = self.arena.reserve_type();
        self.type_memo.insert(id, ix);
        self.waiting.push((id, ix));
        ix
    }

    /// The number of an element declaration.
    pub(super) fn element_ix(&mut self, id: DeclId) -> ElementIx {
        if let Some(ix) = self.element_memo.get(&id) {
            return *ix;
        }
        let declaration = self.schema().declaration(id);
        let type_ix = self.type_ix(declaration.type_id);
        let mut element = self.element(&declaration.name, type_ix);
        element.nillable = declaration.nillable;
        element.default = declaration.default.clone();
        element.fixed = declaration.fixed.clone();
        element.media = media::of_element(self.contract, declaration);
        element.notes = documentation::of_element(self.contract, declaration.origin);
        let ix = self.arena.add_element(element);
        self.element_memo.insert(id, ix);
        ix
    }

    /// An element `name` of type `type_ix`, with its tags.
    pub(super) fn element(&mut self, name: &QName, type_ix: TypeIx) -> ElementPlan {
        let ns = self.intern(&name.namespace);
        let tag = self.prefixes.tag(ns, &name.local);
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
            media: None,
            notes: None,
        }
    }

    /// Brings the global elements that `wildcard` allows into the plan.
    pub(super) fn meet_globals(&mut self, wildcard: &WildcardPlan) {
        if !wildcard.typed || self.met.contains(wildcard) {
            return;
        }
        self.met.push(wildcard.clone());
        let schema = self.schema();
        for (name, id) in schema.global_elements() {
            let ns = self.intern(&name.namespace);
            let concrete = !schema.declaration(id).is_abstract;
            if wildcard.allows(ns) && concrete && self.is_global.insert(id) {
                let ix = self.element_ix(id);
                self.globals.push((id, ix));
            }
        }
    }

    /// Brings every global element into the plan, for a fault may hold one that no operation declares.
    pub(in crate::plan) fn meet_details(&mut self) {
        let schema = self.schema();
        for (name, id) in schema.global_elements() {
            if !schema.declaration(id).is_abstract {
                let message = MessagePlan { root: Some(self.element_ix(id)), ..MessagePlan::default() };
                self.details.push(FaultPlan {
                    name: name.local.clone(),
                    action: FaultAction::default(),
                    message,
                });
            }
        }
    }

    pub(super) fn intern(&mut self, name: &str) -> NsId {
        self.prefixes.intern(name)
    }
}
