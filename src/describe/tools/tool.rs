//! One operation as a tool.

use super::super::json_schema::{Choices, Dialect, Schemas, Sent, Side, referred};
use super::super::openapi::{Common, native_schema, said_of};
use super::super::tree::{Object, Tree};
use super::hidden::Hidden;
use crate::plan::OperationPlan;
use crate::service::{Hints, Service, ServiceOperation, Tool};

/// The description of `tool` as `tools/list` has it. `hidden` are the members of its results that are masked.
pub fn tool(service: &Service, tool: &Tool, hidden: &Hidden) -> Tree {
    let (plan, rules) = service.operation(tool.operation).expect("tools are operations of the plan");
    let described = Described { service, plan, rules };
    Object::new()
        .with("name", &*tool.name)
        .with("description", described.description(tool))
        .with("inputSchema", described.arguments())
        .with_some("outputSchema", described.results(hidden))
        .with("annotations", annotations(tool.hints))
        .into()
}

fn annotations(hints: Hints) -> Object {
    Object::new()
        .with("readOnlyHint", hints.read_only)
        .with("destructiveHint", hints.destructive)
        .with("idempotentHint", hints.idempotent)
}

/// An operation that is described.
struct Described<'s> {
    service: &'s Service,
    plan: &'s OperationPlan,
    rules: &'s ServiceOperation,
}

impl<'s> Described<'s> {
    fn description(&self, tool: &Tool) -> String {
        let own = tool.description.as_ref().map(ToString::to_string);
        match own.or_else(|| said_of(self.plan, self.rules)) {
            Some(said) => said,
            None => format!("The operation {} of the service {}.", self.plan.name, self.service.name),
        }
    }

    fn schemas(&self, sent: &[Sent<'s>]) -> Schemas<'s> {
        let Service { plan, encode, open_replies, .. } = self.service;
        let choices = Choices { encode, open_replies: *open_replies };
        Schemas::new(plan, Dialect::JsonSchema, choices, sent)
    }

    /// The schema of the arguments: of the request without the credentials, which are nothing that a model has.
    fn arguments(&self) -> Object {
        let sent = Sent { message: &self.plan.input, side: Side::Request };
        let mut schemas = self.schemas(&[sent]);
        let body = schemas.body(sent, &format!("{}_request", self.plan.name));
        let mut root = rooted(body, schemas.finish());
        root.set("type", "object");
        if let Some(paths) = &self.rules.credentials {
            without(&mut root, &paths.object);
        }
        root
    }

    /// The schema of the results: of the response, or of what is told of a failure. Nothing where a result is no object, or
    /// where too much of it is `hidden`.
    fn results(&self, hidden: &Hidden) -> Option<Object> {
        let output = self.plan.output.as_ref();
        if output.is_some_and(|output| !self.service.plan.takes_object(output)) {
            return None;
        }
        let response = output.map(|message| Sent { message, side: Side::Response });
        let details =
            self.plan.faults.iter().map(|fault| Sent { message: &fault.message, side: Side::Response });
        let all: Vec<Sent<'s>> = response.into_iter().chain(details).collect();
        let mut schemas = self.schemas(&all);
        let common = Common::new(Dialect::JsonSchema, &mut schemas);
        let success = match response {
            None => Object::new().with("type", "object").with("additionalProperties", false),
            Some(sent) => self.response(sent, &mut schemas),
        };
        let details = self.details(&mut schemas);
        common.put(&mut schemas, &details);
        let either = vec![Tree::from(success), Tree::from(common.failure())];
        let mut root = Object::new().with("type", "object").with("anyOf", either);
        let components = schemas.finish_for(&[&Tree::from(root.clone())]);
        root.put("$defs", components);
        match output.is_some_and(|output| hidden.is_in(&self.service.plan, output)) {
            // What a table makes of the response has names of its own.
            true if !self.rules.native.is_identity() => None,
            true => hidden.loosened(root),
            false => Some(root),
        }
    }

    fn response(&self, sent: Sent<'s>, schemas: &mut Schemas<'s>) -> Object {
        let hint = format!("{}_response", self.plan.name);
        match self.rules.native.is_identity() {
            true => schemas.body(sent, &hint),
            false => {
                let members = schemas.members(sent, &hint);
                native_schema(&self.rules.native, &members)
            }
        }
    }

    fn details(&self, schemas: &mut Schemas<'s>) -> Vec<Object> {
        let faults = self.plan.faults.iter();
        let detail = faults.map(|fault| {
            let sent = Sent { message: &fault.message, side: Side::Response };
            schemas.body(sent, &format!("{}_{}", self.plan.name, fault.name))
        });
        detail.collect()
    }
}

/// `body` with its members at the root, where clients look for them, and the components that it needs.
fn rooted(body: Object, mut components: Object) -> Object {
    let name = match body.get("$ref") {
        Some(Tree::String(to)) => to.rsplit_once('/').map(|(_, name)| name.to_owned()),
        _ => None,
    };
    let Some(Tree::Object(own)) = name.as_deref().and_then(|name| components.get(name)).cloned() else {
        return with_components(body, components);
    };
    // One that nothing else refers to is not needed twice.
    let mut used = Vec::new();
    components.members().for_each(|(_, component)| referred(component, &mut used));
    if let Some(name) = name.filter(|name| !used.contains(name)) {
        components.take(&name);
    }
    let mut root = own;
    for (key, value) in body.members().filter(|(key, _)| *key != "$ref") {
        root.take(key);
        root.put(key.to_owned(), value.clone());
    }
    with_components(root, components)
}

fn with_components(root: Object, components: Object) -> Object {
    if components.is_empty() { root } else { root.with("$defs", components) }
}

/// Takes the member `key` out of the schema of an object.
fn without(schema: &mut Object, key: &str) {
    if let Some(Tree::Object(properties)) = schema.get_mut("properties") {
        properties.take(key);
    }
    if let Some(Tree::Array(required)) = schema.get_mut("required") {
        required.retain(|known| !matches!(known, Tree::String(known) if *known == *key));
    }
}
