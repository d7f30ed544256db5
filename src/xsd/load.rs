//! Loading: schema documents are gathered, their components indexed, and every reference resolved.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::bundled;
use super::documents::Documents;
use super::model::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, Derivation, NamespaceConstraint, Origin,
    Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
use super::simple::{BuiltIn, SimpleType};
use crate::xml::{Diagnostic, ElementId, Place, QName, Severity, Tree, ns};

/// The schemas of a contract while they are loaded.
pub(crate) struct Loader<'l, 'f> {
    pub(crate) documents: &'l mut Documents<'f>,
    pub(super) contexts: Vec<Context>,
    seen: HashSet<(usize, ElementId, Arc<str>)>,
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

/// Where a schema stands and what its components inherit from it.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) document: usize,
    pub(super) tree: Arc<Tree>,
    pub(super) file: Arc<str>,
    pub(super) root: ElementId,
    pub(super) target: Arc<str>,
    pub(super) chameleon: bool,
    pub(super) qualified_elements: bool,
    pub(super) qualified_attributes: bool,
}

/// A component as it was written: an element of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Source {
    pub(super) context: usize,
    pub(super) element: ElementId,
}

/// The symbol spaces (Part 1, section 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Symbol {
    Attribute,
    AttributeGroup,
    Element,
    Group,
    Type,
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
        let any = self.push_type("anyType", None, any_type());
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

    /// Adds the schema element `root` of document `document`, and what it brings with it.
    pub(crate) fn add(&mut self, document: usize, root: ElementId, adopted: Option<Arc<str>>) {
        self.add_at(document, root, adopted, 0);
    }

    fn add_at(&mut self, document: usize, root: ElementId, adopted: Option<Arc<str>>, depth: usize) {
        let Some(of) = self.documents.list.get(document) else { return };
        let (tree, file) = (of.tree.clone(), of.file.clone());
        let own: Option<Arc<str>> = tree.attribute(root, "targetNamespace").map(Into::into);
        let chameleon = own.is_none() && adopted.is_some();
        let target = own.or(adopted).unwrap_or_default();
        if !self.seen.insert((document, root, target.clone())) {
            return;
        }
        let qualified = |name: &str| tree.attribute(root, name) == Some("qualified");
        let context = Context {
            document,
            root,
            target,
            chameleon,
            qualified_elements: qualified("elementFormDefault"),
            qualified_attributes: qualified("attributeFormDefault"),
            tree: tree.clone(),
            file,
        };
        self.contexts.push(context);
        let number = self.contexts.len() - 1;
        self.bring(number, depth);
        self.index(number);
    }

    /// Imports, includes and redefinitions.
    fn bring(&mut self, number: usize, depth: usize) {
        let Some(context) = self.contexts.get(number).cloned() else { return };
        let tree = context.tree.clone();
        for child in tree.children(context.root, ns::XSD_URI) {
            let name = tree.element(child).name.local.clone();
            let adopted = match &*name {
                "import" => None,
                "include" | "redefine" => Some(context.target.clone()),
                _ => continue,
            };
            let Some(location) = tree.attribute(child, "schemaLocation") else { continue };
            if depth >= self.documents.limits().depth {
                self.report(
                    number,
                    child,
                    "XSD0002",
                    Severity::Error,
                    "too long a chain of imports".to_owned(),
                );
                continue;
            }
            self.bring_one(number, child, location, adopted, depth);
        }
    }

    fn bring_one(
        &mut self,
        number: usize,
        at: ElementId,
        location: &str,
        adopted: Option<Arc<str>>,
        depth: usize,
    ) {
        let file = self.contexts.get(number).map(|context| context.file.clone()).unwrap_or_default();
        match self.documents.read(&file, location) {
            Ok(document) => {
                let root = self.documents.list.get(document).map(|document| document.tree.clone());
                let Some(tree) = root else { return };
                match &*tree.element(tree.root()).name.local {
                    "schema" => self.add_at(document, tree.root(), adopted, depth + 1),
                    // A WSDL brings its inline schemas.
                    _ => self.add_inline(document, &tree, depth + 1),
                }
            }
            Err(problem) if problem.code == "DOC0001" && self.is_bundled(number, at) => {}
            Err(problem) if problem.code == "DOC0001" => {
                let message = format!("{location} cannot be read: {}", problem.message);
                self.report(number, at, "XSD0001", Severity::Warning, message);
            }
            Err(problem) => self.diagnostics.push(problem),
        }
    }

    /// Whether the import at `at` is of a schema that is bundled.
    fn is_bundled(&self, number: usize, at: ElementId) -> bool {
        let namespace = self.contexts.get(number).and_then(|context| context.tree.attribute(at, "namespace"));
        namespace.is_some_and(bundled::has)
    }

    /// Brings the bundled schemas of namespaces that the documents mention and do not define.
    fn add_bundled(&mut self) {
        loop {
            let missing = bundled::namespaces().find(|namespace| {
                self.contexts.iter().all(|context| *context.target != **namespace) && self.mentions(namespace)
            });
            let Some(document) = missing.and_then(|namespace| self.documents.bundled(namespace)) else {
                return;
            };
            let Some(tree) = self.documents.list.get(document).map(|of| of.tree.clone()) else { return };
            self.add(document, tree.root(), None);
        }
    }

    fn mentions(&self, namespace: &str) -> bool {
        let declares = |context: &Context| {
            let roots = [context.tree.root(), context.root];
            roots.into_iter().any(|root| context.tree.declared(root).any(|(_, name)| name == namespace))
        };
        // Nobody declares the prefix xml.
        let xml = |context: &Context| namespace == ns::XML_URI && context.tree.text().contains("\"xml:");
        self.contexts.iter().any(|context| declares(context) || xml(context))
    }

    fn add_inline(&mut self, document: usize, tree: &Tree, depth: usize) {
        let types =
            tree.children(tree.root(), ns::WSDL_URI).filter(|id| &*tree.element(*id).name.local == "types");
        let schemas: Vec<_> = types.flat_map(|types| tree.children(types, ns::XSD_URI)).collect();
        for schema in schemas {
            self.add_at(document, schema, None, depth);
        }
    }

    fn index(&mut self, number: usize) {
        let Some(context) = self.contexts.get(number).cloned() else { return };
        for child in context.tree.children(context.root, ns::XSD_URI) {
            if &*context.tree.element(child).name.local == "redefine" {
                for redefined in context.tree.children(child, ns::XSD_URI) {
                    self.index_component(number, &context, redefined, true);
                }
            } else {
                self.index_component(number, &context, child, false);
            }
        }
    }

    fn index_component(&mut self, number: usize, context: &Context, element: ElementId, redefines: bool) {
        let symbol = match &*context.tree.element(element).name.local {
            "attribute" => Symbol::Attribute,
            "attributeGroup" => Symbol::AttributeGroup,
            "complexType" | "simpleType" => Symbol::Type,
            "element" => Symbol::Element,
            "group" => Symbol::Group,
            _ => return,
        };
        let Some(name) = context.tree.attribute(element, "name") else { return };
        let key = (symbol, QName { namespace: context.target.clone(), local: name.trim().into() });
        let source = Source { context: number, element };
        match self.symbols.get(&key).copied() {
            Some(old) if redefines => {
                self.replaced.insert(source, old);
                self.symbols.insert(key, source);
            }
            Some(_) => {}
            None => {
                self.symbols.insert(key, source);
            }
        }
    }

    /// Resolves everything that was added.
    pub(crate) fn finish(mut self) -> (Schema, Vec<Diagnostic>) {
        self.schema.bundled_from = self.documents.list.len() as u32;
        self.add_bundled();
        let mut names: Vec<_> =
            self.symbols.iter().map(|((symbol, name), source)| (*source, *symbol, name.clone())).collect();
        names.sort_by_key(|(source, _, _)| (source.context, source.element));
        for (source, symbol, name) in names {
            match symbol {
                Symbol::Element => drop(self.global_element(source, &name)),
                Symbol::Type => {
                    let id = self.type_of(source);
                    self.schema.named_types.insert(name, id);
                }
                Symbol::Attribute => self.global_attribute(source, name),
                Symbol::AttributeGroup | Symbol::Group => {}
            }
        }
        self.complete_types();
        self.substitution_groups();
        self.schema.types = self.types.iter().map(|def| def.clone().unwrap_or_else(broken_type)).collect();
        derivations(&mut self.schema);
        (self.schema, self.diagnostics)
    }

    fn global_attribute(&mut self, source: Source, name: QName) {
        if let Some(attribute) = self.attribute_declaration(source, name.clone()) {
            self.schema.attributes.insert(name, attribute);
        }
    }

    /// Members by head, transitively.
    fn substitution_groups(&mut self) {
        let mut direct: HashMap<DeclId, Vec<DeclId>> = HashMap::new();
        for (member, head, source) in std::mem::take(&mut self.heads) {
            match self.schema.elements.get(&head) {
                Some(head) => direct.entry(*head).or_default().push(member),
                None => self.unresolved(source, "substitution group head", &head),
            }
        }
        for head in direct.keys() {
            let (mut all, mut waiting) = (Vec::new(), vec![*head]);
            while let Some(next) = waiting.pop() {
                for member in direct.get(&next).into_iter().flatten() {
                    if member != head && !all.contains(member) {
                        all.push(*member);
                        waiting.push(*member);
                    }
                }
            }
            all.sort();
            self.schema.substitutions.insert(*head, all);
        }
    }

    /// Runs `work` one level deeper; nothing, and a report, when that is too deep.
    pub(super) fn deeper<T>(&mut self, at: Source, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.nested >= DEEPEST {
            let message = format!("groups or substitution groups more than {DEEPEST} levels deep");
            self.report(at.context, at.element, "XSD0107", Severity::Error, message);
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
            let message = format!("the content models have more than {most} particles");
            self.report(at.context, at.element, "XSD0106", Severity::Error, message);
        }
        self.made <= most
    }

    pub(super) fn unresolved(&mut self, source: Source, what: &str, name: &QName) {
        let message = format!("there is no {what} {name}");
        self.report(source.context, source.element, "XSD0100", Severity::Error, message);
    }

    pub(super) fn report(
        &mut self,
        context: usize,
        element: ElementId,
        code: &'static str,
        severity: Severity,
        message: String,
    ) {
        if self.diagnostics.len() < MOST
            && let Some(context) = self.contexts.get(context)
        {
            let offset = context.tree.element(element).offset;
            let place = Place { file: &context.file, tree: &context.tree, offset };
            self.diagnostics.push(Diagnostic::at(code, severity, place, message));
        }
    }
}

pub(super) fn any_type() -> TypeKind {
    let wildcard = || Wildcard { namespaces: NamespaceConstraint::Any, process: ProcessContents::Lax };
    let any = Particle { min: 0, max: None, term: Term::Wildcard(wildcard()) };
    let content = Particle { min: 1, max: Some(1), term: Term::Group(Compositor::Sequence, vec![any]) };
    TypeKind::Complex(ComplexType {
        attributes: Vec::<AttributeUse>::new(),
        any_attribute: Some(wildcard()),
        content: Content::Mixed(Some(content)),
        array_type: None,
    })
}

/// A type that could not be resolved has the content of `anyType`, which maps to nothing in particular.
fn broken_type() -> TypeDef {
    TypeDef {
        name: None,
        base: None,
        derivation: Derivation::Restriction,
        is_abstract: false,
        kind: any_type(),
        origin: Origin::default(),
    }
}

/// The descendants of each type. Everything descends from the ur-type and everything simple from `anySimpleType`.
fn derivations(schema: &mut Schema) {
    let named: Vec<TypeId> = schema.global_types().map(|(_, id)| id).collect();
    for id in named {
        let mut base = schema.types.get(id.0 as usize).and_then(|def| def.base);
        let mut steps = 0;
        while let Some(above) = base.filter(|above| *above != TypeId::ANY && steps < LONGEST) {
            schema.derived.entry(above).or_default().push(id);
            base = schema.types.get(above.0 as usize).and_then(|def| def.base);
            steps += 1;
        }
        if id != TypeId::ANY {
            schema.derived.entry(TypeId::ANY).or_default().push(id);
        }
    }
}

/// Longer chains of derivation are not followed.
const LONGEST: usize = 64;

/// Model groups in model groups, references followed; the codec walks them by recursion.
const DEEPEST: usize = 32;

/// Problems after the first so many are not collected.
const MOST: usize = 1000;
