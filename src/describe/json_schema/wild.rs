//! What wildcards allow, and content that is anything.

use super::components::Schemas;
use super::dialect::Dialect;
use super::key::{At, Subject};
use super::object::Shown;
use super::pattern::literal;
use super::shapes::{Made, array, one_member, put_items, string};
use super::told::Told;
use super::values::Spot;
use crate::describe::tree::{Object, Tree};
use crate::limits::SCHEMA_GLOBALS;
use crate::plan::{Allowed, NodeKind, Plan, Role, ScopeIx, SlotIx, WildcardPlan};
use crate::xml::NsId;

/// Any content.
pub(super) fn any_type() -> Object {
    let branches = vec![Tree::from(string()), Tree::from(Object::new().with("type", "object"))];
    let mut schema = Object::new().with("anyOf", branches);
    let mut told = Told::default();
    told.hint("Any content: a text as a string, else an object.");
    told.fact(
        "An object has `@type` with the name of a type of the contract, and is checked by it; or `$content`, a list of texts and of \
         elements as XML, and attributes as members that begin with `@`.",
    );
    told.put(&mut schema);
    schema
}

impl<'p> Schemas<'p> {
    /// `$any`: elements that a wildcard allows.
    pub(super) fn wild_list(&mut self, shown: Shown<'p, '_>, at: SlotIx, required: bool) -> Object {
        let complex = shown.of.complex;
        let mut nodes = complex.nodes.iter();
        let node = nodes.find(|node| node.scope == shown.scope && node.slot == at);
        let Some((node, wildcard)) = node.and_then(|node| Some((node, complex.wildcard(node)?))) else {
            return array(Object::new());
        };
        let item = self.refer_wildcard(wildcard, shown.of.key.at);
        let mut list = array(item);
        let least = if required { node.min as usize } else { 0 };
        let most = (node.max != u32::MAX).then_some(node.max as usize);
        put_items(&mut list, Some(least), most);
        list
    }

    /// An element that `wildcard` allows: as XML in a string, or one of the contract's as an object with its name.
    pub(super) fn any_element(&mut self, wildcard: &WildcardPlan, at: At, name: &str) -> Object {
        let plan = self.plan;
        let mut told = Told::default();
        told.hint(
            "An element: as XML in a string, or one that the contract declares as an object with its name.",
        );
        told.fact(namespaces(plan, wildcard));
        let xml = string().with("pattern", "<");
        let allowed = |element| wildcard.typed && wildcard.allows(plan.element(element).ns);
        let globals: Vec<_> = plan.globals().all().filter(|global| allowed(global.element)).collect();
        let mut members = Object::new();
        let named = if globals.len() <= SCHEMA_GLOBALS { globals.as_slice() } else { &[] };
        for global in named {
            let Made { schema, .. } = self.value(at, global.element, &format!("{name}_{}", global.key));
            let null = self.takes_null(at, plan.element(global.element));
            members.put(global.key.to_string(), if null { self.nullable(schema) } else { schema });
        }
        let mut branches = vec![Tree::from(xml)];
        match (globals.is_empty(), members.is_empty()) {
            (true, _) => {}
            (false, false) => branches.push(one_member(members).into()),
            (false, true) => {
                told.fact("The contract declares too many elements to name them here.");
                branches.push(Object::new().with("type", "object").with("maxProperties", 1_u64).into());
            }
        }
        let mut schema = match branches.len() {
            1 => string().with("pattern", "<"),
            _ => Object::new().with("anyOf", branches),
        };
        told.put(&mut schema);
        schema
    }

    /// Other attributes, which are strings. OpenAPI 3.0 cannot say what their keys are like.
    pub(super) fn put_any_attribute(&self, any: &WildcardPlan, schema: &mut Object) {
        if self.dialect != Dialect::OpenApi30 {
            let declared: Vec<Tree> = match schema.get("properties") {
                Some(Tree::Object(properties)) => {
                    properties.members().map(|(key, _)| Tree::from(key)).collect()
                }
                Some(_) | None => Vec::new(),
            };
            let other = Tree::from(attribute_keys(self.plan, any));
            let names = match declared.is_empty() {
                true => other,
                false => {
                    let declared = Object::new().with("enum", declared);
                    Object::new().with("anyOf", vec![Tree::from(declared), other]).into()
                }
            };
            schema.put("propertyNames", names);
        }
        schema.put("additionalProperties", string());
    }

    /// The child of mixed content in the slot `at`.
    pub(super) fn mixed_member(&mut self, of: Subject<'p, '_>, at: SlotIx) -> Option<Object> {
        let (complex, scope) = (of.complex, ScopeIx::at(1));
        let slot = complex.scope(scope).slots.get(at.index())?;
        let node = complex.nodes.iter().find(|node| node.scope == scope && node.slot == at)?;
        match node.kind {
            NodeKind::Element(element) => {
                let hint = &format!("{}_{}", of.name, slot.key);
                let spot = Spot { element, slot, optional: false, required: false, hint };
                Some(self.element(of.key.at, spot).schema)
            }
            _ if slot.role == Role::Any => Some(self.refer_wildcard(complex.wildcard(node)?, of.key.at)),
            _ => None,
        }
    }
}

/// The keys of the attributes that `any` allows: `@name`, and `@{namespace}name`.
fn attribute_keys(plan: &Plan, any: &WildcardPlan) -> Object {
    let name = |ns: NsId| literal(plan.namespaces().name(ns));
    match &any.namespaces {
        Allowed::Any => Object::new().with("pattern", "^@"),
        Allowed::Not(ns) => {
            let others = Object::new().with("pattern", "^@\\{[^}]");
            let own = (*ns != NsId::default()).then(|| format!("^@\\{{{}\\}}", name(*ns)));
            others.with_some("not", own.map(|own| Object::new().with("pattern", own)))
        }
        Allowed::OneOf(all) => {
            let forms = all.iter().map(|ns| match *ns == NsId::default() {
                true => "(?:\\{\\})?[^{]".to_owned(),
                false => format!("\\{{{}\\}}", name(*ns)),
            });
            Object::new().with("pattern", format!("^@(?:{})", forms.collect::<Vec<_>>().join("|")))
        }
    }
}

fn namespaces(plan: &Plan, wildcard: &WildcardPlan) -> String {
    let shown = |ns| match plan.namespaces().name(ns) {
        "" => "no namespace".to_owned(),
        name => format!("the namespace {name}"),
    };
    match &wildcard.namespaces {
        Allowed::Any => "The XML is one well-formed element.".to_owned(),
        Allowed::Not(ns) => {
            format!("The XML is one well-formed element of a namespace that is not {}.", shown(*ns))
        }
        Allowed::OneOf(all) => {
            let names: Vec<String> = all.iter().map(|ns| shown(*ns)).collect();
            format!("The XML is one well-formed element of {}.", names.join(" or "))
        }
    }
}
