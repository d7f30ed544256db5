//! What the bridge checks, and no schema of an OpenAPI document says.

use std::collections::{HashMap, HashSet};

use super::survey::{Node, Survey, Trap};
use crate::describe::json_schema::Unexpressed;
use crate::describe::schema::unexpressed;
use crate::plan::Plan;
use crate::xml::ns;

const UNEXPRESSED: Trap = Trap {
    code: "INTEROP0501",
    trips: "OpenAPI 3.1 and JSON Schema 2020-12 cannot say it, so that no validator and no client made of a document checks it",
    mend: "nothing, where clients read the description; else take a type that a schema can say",
};

/// Conditions that stand in descriptions alone, once for each type.
pub(super) fn look(survey: &mut Survey<'_>, plan: &Plan) {
    let Some(places) = Places::of(survey) else { return };
    let mut told = HashSet::new();
    for one in unexpressed(plan) {
        let Some((subject, node)) = places.find(plan, &one) else { continue };
        for fact in one.facts {
            let what = format!("{subject} has in words \"{fact}\"");
            if told.insert(what.clone()) {
                survey.note(&UNEXPRESSED, node, what);
            }
        }
    }
}

/// Where a contract has what components are made of.
struct Places<'c> {
    /// Its global types, by namespace and name.
    types: HashMap<(&'c str, &'c str), Node<'c>>,
    /// Its global elements by name: a type that stands in one has no name of its own.
    elements: HashMap<&'c str, Node<'c>>,
    /// The first element of each built-in type.
    built_in: HashMap<String, Node<'c>>,
    wildcard: Option<Node<'c>>,
    namespaces: HashSet<&'c str>,
    whole: Node<'c>,
}

impl<'c> Places<'c> {
    fn of(survey: &Survey<'c>) -> Option<Self> {
        let whole = survey.wsdl("definitions").first().copied()?;
        let named = [survey.xsd("complexType"), survey.xsd("simpleType")].concat().into_iter();
        let types = named.filter(|node| node.is_global());
        let (mut elements, mut built_in) = (HashMap::new(), HashMap::new());
        for node in survey.xsd("element") {
            if node.is_global() {
                elements.entry(node.value("name")).or_insert(node);
            }
            if let Some(of) = built_in_type(node) {
                built_in.entry(of).or_insert(node);
            }
        }
        Some(Self {
            types: types.map(|node| ((node.target(), node.value("name")), node)).collect(),
            elements,
            built_in,
            wildcard: survey.xsd("any").first().copied(),
            namespaces: survey.xsd("schema").into_iter().map(Node::target).collect(),
            whole,
        })
    }

    /// What `one` is about, and its place: that of the contract where its type has no name, and none for a type of a bundled schema.
    fn find(&self, plan: &Plan, one: &Unexpressed) -> Option<(String, Node<'c>)> {
        let name = one.type_ix.and_then(|ix| plan.type_plan(ix).name.as_ref());
        Some(match name {
            Some((namespace, local)) => {
                let namespace = plan.namespaces().name(*namespace);
                let own = self.types.get(&(namespace, &**local));
                let node = match namespace {
                    ns::XSD_URI => self.built_in.get(&**local)?,
                    // A redefined type, or one of a schema without a namespace that another includes, has no place of that name.
                    _ if self.namespaces.contains(namespace) => own.unwrap_or(&self.whole),
                    _ => own?,
                };
                (format!("the type {local}"), *node)
            }
            None if one.name.starts_with("any_element") => {
                // The content of an untyped element is a wildcard that is written nowhere.
                ("an element that a wildcard allows".to_owned(), self.wildcard.unwrap_or(self.whole))
            }
            None => {
                // A type deep inside of others is found by nothing but the name that the document gives it.
                let node = self.elements.get(&*one.name).copied().unwrap_or(self.whole);
                (format!("the schema {}", one.name), node)
            }
        })
    }
}

/// The built-in type of an element: an element without a type has xs:anyType.
fn built_in_type(node: Node<'_>) -> Option<String> {
    let inside = || node.children().any(|child| child.is_xsd("complexType") || child.is_xsd("simpleType"));
    match node.reference("type") {
        Some(of) => (&*of.namespace == ns::XSD_URI).then(|| of.local.to_string()),
        None if node.attribute("ref").is_some() || node.attribute("substitutionGroup").is_some() => None,
        None => (!inside()).then(|| "anyType".to_owned()),
    }
}
