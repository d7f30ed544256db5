//! What is known while schemas are loaded.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::documents::Documents;
use super::missing::Missing;
use super::model::{
    AttributeUse, Broken, ComplexType, Compositor, Content, DeclId, Derivation, NamespaceConstraint, Origin,
    Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
use super::problem::Problem;
use super::simple::{BuiltIn, Patterns, SimpleType};
use super::source::{Context, Source, Symbol};
use crate::limits::{CONTRACT_PROBLEMS, GROUP_NESTING};
use crate::xml::{Diagnostic, ElementId, Place, QName, Severity, ns};

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
    /// What is referred to and not there.
    pub(crate) missing: Missing,
    /// References that were counted: a group is read wherever it is used.
    counted: HashSet<Source>,
    /// What was told of a component, for the same reason.
    told: HashSet<(Source, String)>,
    /// Components that are declared again with other content.
    pub(super) disputed: HashMap<Source, Arc<str>>,
    /// Components that are declared again with the same content: the first one, and how many others.
    pub(super) repeated: Option<(Source, QName, usize)>,
    /// The types and elements that are being made, the innermost last.
    making: Vec<Broken>,
    /// The patterns of simple types.
    pub(super) patterns: Patterns,
    /// Particles, attributes, facets and member types made so far.
    made: usize,
    /// Groups and declarations that are being made.
    pub(super) nested: usize,
}

impl<'l, 'f> Loader<'l, 'f> {
    pub(crate) fn new(documents: &'l mut Documents<'f>) -> Self {
        let patterns = Patterns::new(documents.limits().pattern);
        let mut loader = Self {
            documents,
            patterns,
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
            missing: Missing::default(),
            counted: HashSet::new(),
            told: HashSet::new(),
            disputed: HashMap::new(),
            repeated: None,
            making: Vec::new(),
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
        } else if self.made > most {
            self.taint(&Problem::TooLarge(most).to_string().into());
        }
        self.made <= most
    }

    pub(super) fn unresolved(&mut self, at: Source, what: &'static str, name: &QName) {
        let problem = Problem::Unresolved { what, name: name.clone() };
        let found = self.diagnostic(at, &problem);
        self.taint(&reason(&found));
        if self.counted.insert(at) {
            self.missing.reference(name, || found);
        }
    }

    /// Makes the component `made` with `work`: what is found to be missing there, is missing in it.
    pub(super) fn making<T>(&mut self, made: Broken, at: Source, work: impl FnOnce(&mut Self) -> T) -> T {
        self.making.push(made);
        self.use_of(at);
        let done = work(self);
        self.making.pop();
        done
    }

    /// Notes that what is being made uses the component at `at`, which other documents may declare otherwise.
    pub(super) fn use_of(&mut self, at: Source) {
        if let Some(reason) = self.disputed.get(&at).cloned() {
            self.taint(&reason);
        }
    }

    /// What is being made is not what its author meant, for `reason`.
    pub(super) fn taint(&mut self, reason: &Arc<str>) {
        if let Some(made) = self.making.last() {
            self.schema.unchecked.add(*made, reason);
        }
    }

    /// What is being made is made of `part`, which may be broken.
    pub(super) fn taint_by(&mut self, part: Broken) {
        if let Some(reason) = self.schema.unchecked.reason(part).cloned() {
            self.taint(&reason);
        }
    }

    /// Keeps `problem` of the component at `at`; not after the first so many.
    pub(super) fn report(&mut self, at: Source, problem: Problem) {
        let full = self.diagnostics.len() >= CONTRACT_PROBLEMS;
        if full && problem.severity() != Severity::Error {
            return;
        }
        let found = self.diagnostic(at, &problem);
        if found.severity == Severity::Error {
            self.taint(&reason(&found));
        }
        if !full && self.told.insert((at, found.message.clone())) {
            self.diagnostics.push(found);
        }
    }

    /// `problem` of the component at `at`.
    pub(super) fn diagnostic(&self, at: Source, problem: &Problem) -> Diagnostic {
        let Context { file, tree, .. } = self.context(at);
        let offset = tree.element(at.element).offset;
        Diagnostic::at(problem.code(), problem.severity(), Place { file, tree, offset }, problem.to_string())
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

/// `found` in one line.
fn reason(found: &Diagnostic) -> Arc<str> {
    format!("{} ({}:{})", found.message, found.file, found.position).into()
}

/// What becomes of the schemas of a contract.
pub(crate) struct Loaded {
    pub(crate) schema: Schema,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) missing: Missing,
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
