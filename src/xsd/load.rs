//! What is known while schemas are loaded.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::documents::Documents;
use super::model::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, Derivation, NamespaceConstraint, Origin,
    Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
use super::problem::Problem;
use super::simple::{BuiltIn, SimpleType};
use super::source::{Context, Source, Symbol};
use crate::limits::{CONTRACT_PROBLEMS, GROUP_NESTING};
use crate::xml::{Diagnostic, ElementId, Place, QName, ns};

/// The schemas of a contract while they are loaded.
pub(crate) struct Loader<'l, 'f> {
    pub(crate) documents: &'l mut Documents<'f>,
    pub(super) contexts: Vec<Context>,
    pub(super) seen: HashSet<(usize, ElementId, Arc<str>)>,
    pub(super) symbols: HashMap<(Symbol, QName), Source>,
    /// Components that a redefinition replaced: references inside the redefinition mean them.
    pub(super) replaced: HashMap<Source, Source>,
    pub(super) schema: Schema,
    pub(super) types: Vec<Option<TypeDef>>,
    pub(super) type_sources: HashMap<Source, TypeId>,
    pub(super) sources_by_type: HashMap<TypeId, Source>,
    pub(super) pending: Vec<(Source, TypeId)>,
    pub(super) active: HashSet<Source>,
    pub(super) declarations: HashMap<Source, DeclId>,
    pub(super) heads: Vec<(DeclId, QName, Source)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Particles and attributes made so far.
    made: usize,
    /// Groups and declarations that are being made.
    pub(super) nested: usize,
}

impl<'l, 'f> Loader<'l, 'f> {
    pub(crate) fn new(documents: &'l mut Documents<'f>) -> Self {
        let mut loader = Self {
            documents,
            contexts: Vec::new(),
            seen: HashSet::new(),
            symbols: HashMap::new(),
            replaced: HashMap::new(),
            schema: Schema::default(),
            types: Vec::new(),
            type_sources: HashMap::new(),
            sources_by_type: HashMap::new(),
            pending: Vec::new(),
            active: HashSet::new(),
            declarations: HashMap::new(),
            heads: Vec::new(),
            diagnostics: Vec::new(),
            made: 0,
            nested: 0,
        };
        loader.add_built_ins();
        loader
    }

    fn add_built_ins(&mut self) {
        let any = self.push_type("anyType", None, TypeKind::Complex(any_content()));
        for built_in in BuiltIn::ALL {
            let kind = TypeKind::Simple(SimpleType::built_in(*built_in));
            let base = BuiltIn::ALL.iter().position(|base| base == &built_in.base() && base != built_in);
            let base = base.map_or(any, |at| TypeId(at as u32 + 1));
            self.push_type(built_in.name(), Some(base), kind);
        }
    }

    fn push_type(&mut self, name: &str, base: Option<TypeId>, kind: TypeKind) -> TypeId {
        let id = TypeId(self.types.len() as u32);
        let name = QName::new(ns::XSD_URI, name);
        self.schema.named_types.insert(name.clone(), id);
        let derivation = Derivation::Restriction;
        let def = TypeDef {
            name: Some(name),
            base,
            derivation,
            is_abstract: false,
            kind,
            origin: Origin::default(),
        };
        self.types.push(Some(def));
        id
    }

    /// Runs `work` one level deeper; nothing, and a report, when that is too deep.
    pub(super) fn deeper<T>(&mut self, at: Source, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.nested >= GROUP_NESTING {
            self.report(at, Problem::TooDeep);
            return None;
        }
        self.nested += 1;
        let made = work(self);
        self.nested -= 1;
        made
    }

    /// Accounts for `count` more particles or attributes, made for `at`; false when there are too many.
    pub(super) fn spend(&mut self, at: Source, count: usize) -> bool {
        let most = self.documents.limits().particles;
        let before = self.made;
        self.made = self.made.saturating_add(count);
        if before <= most && self.made > most {
            self.report(at, Problem::TooLarge(most));
        }
        self.made <= most
    }

    pub(super) fn unresolved(&mut self, at: Source, what: &'static str, name: &QName) {
        self.report(at, Problem::Unresolved { what, name: name.clone() });
    }

    /// Keeps `problem` of the component at `at`; not after the first so many.
    pub(super) fn report(&mut self, at: Source, problem: Problem) {
        if self.diagnostics.len() >= CONTRACT_PROBLEMS {
            return;
        }
        let Context { file, tree, .. } = self.context(at);
        let offset = tree.element(at.element).offset;
        let (code, severity, message) = (problem.code(), problem.severity(), problem.to_string());
        let diagnostic = Diagnostic::at(code, severity, Place { file, tree, offset }, message);
        self.diagnostics.push(diagnostic);
    }

    /// The schema that `source` is in.
    #[expect(
        clippy::indexing_slicing,
        reason = "a Source is made of a context that is there, and none is removed"
    )]
    pub(super) fn context(&self, source: Source) -> &Context {
        &self.contexts[source.context]
    }
}

/// What may be in the ur-type: anything.
pub(super) fn any_content() -> ComplexType {
    let wildcard = || Wildcard { namespaces: NamespaceConstraint::Any, process: ProcessContents::Lax };
    let any = Particle { min: 0, max: None, term: Term::Wildcard(wildcard()) };
    let content = Particle { min: 1, max: Some(1), term: Term::Group(Compositor::Sequence, vec![any]) };
    ComplexType {
        attributes: Vec::<AttributeUse>::new(),
        any_attribute: Some(wildcard()),
        content: Content::Mixed(Some(content)),
        array_type: None,
    }
}

/// The simple type of anything.
pub(super) fn any_simple() -> Arc<SimpleType> {
    SimpleType::built_in(BuiltIn::AnySimpleType)
}
