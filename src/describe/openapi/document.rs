//! The whole document.

use super::super::json_schema::{Choices, Names, Schemas, Sent, Side};
use super::super::tree::{Object, Tree};
use super::answers::header_components;
use super::common::Common;
use super::examples::Examples;
use super::operation::Describer;
use super::parameters::idempotency_key;
use super::security::Security;
use super::version::Version;
use super::warnings;
use crate::plan::{OperationPlan, Plan};
use crate::service::Service;

/// What a document is made of.
#[derive(Clone, Copy, Debug)]
pub struct OpenApi<'s> {
    /// The service, which has a JSON front.
    pub service: &'s Service,
    /// The version of OpenAPI.
    pub version: Version,
    /// Where clients find the path of the front: a URL, or nothing for wherever the document is from.
    pub base: &'s str,
}

/// The OpenAPI document of a service; nothing for one without a JSON front.
pub fn openapi(of: OpenApi<'_>) -> Option<Tree> {
    let OpenApi { service, version, base } = of;
    let front = service.json_front.as_ref()?;
    let dialect = version.dialect();
    let choices = Choices { encode: &service.encode, open_replies: service.open_replies };
    let sent = messages(&service.plan);
    let credentials = service.operations.iter().filter_map(|rules| rules.credentials.clone()).collect();
    let mut schemas = Schemas::new(&service.plan, dialect, choices, &sent).with_credentials(credentials);
    let common = Common::new(dialect, &mut schemas);
    let security = Security::of(&front.auth, version);
    let examples = Examples::new(&service.plan, &service.encode);
    let mut describer = Describer {
        plan: &service.plan,
        dialect,
        schemas: &mut schemas,
        common: &common,
        examples: &examples,
        security: &security,
        tag: &service.name,
        always_200: front.always_200,
        ids: Names::default(),
    };
    let (mut paths, mut details, mut warned) = (Paths::default(), Vec::new(), Vec::new());
    for (plan, rules) in service.plan.operations().iter().zip(&service.operations) {
        let method = rules.http.method.to_ascii_lowercase();
        let faults = describer.faults(plan);
        details.extend(faults.iter().map(|fault| fault.detail.clone()));
        for (path, operation) in describer.paths(plan, rules, &faults) {
            if rules.common {
                warned.extend(warnings::responses(&operation));
            }
            paths.put(&path.path, &method, operation);
        }
    }
    common.put(&mut schemas, &details);
    let paths = Tree::from(paths.0);
    let mut schemas = schemas.finish_for(&[&paths]);
    warnings::put_places(&mut schemas, &warned);
    let components = Object::new()
        .with("schemas", schemas)
        .with("parameters", Object::new().with("IdempotencyKey", idempotency_key()))
        .with("headers", header_components())
        .with_some("securitySchemes", security.schemes(&service.operations));
    let server = Object::new().with("url", format!("{base}{}", front.path));
    let mut document = Object::new()
        .with("openapi", version.text())
        .with("info", info(service))
        .with("servers", vec![Tree::from(server)])
        .with(
            "tags",
            vec![Tree::from(Object::new().with("name", &*service.name).with("description", tag(service)))],
        )
        .with("paths", paths)
        .with("components", components);
    put_unserved(&mut document, service);
    Some(document.into())
}

/// The paths in the order of the operations; a path may have several methods.
#[derive(Default)]
struct Paths(Object);

impl Paths {
    fn put(&mut self, path: &str, method: &str, operation: Object) {
        let mut item = match self.0.take(path) {
            Some(Tree::Object(item)) => item,
            Some(_) | None => Object::new(),
        };
        item.put(method.to_owned(), operation);
        self.0.put(path.to_owned(), item);
    }
}

/// All messages of a plan.
pub(in crate::describe) fn messages(plan: &Plan) -> Vec<Sent<'_>> {
    plan.operations().iter().flat_map(of_operation).collect()
}

fn of_operation(operation: &OperationPlan) -> impl Iterator<Item = Sent<'_>> {
    let request = Sent { message: &operation.input, side: Side::Request };
    let responses = operation.output.iter().chain(operation.faults.iter().map(|fault| &fault.message));
    std::iter::once(request).chain(responses.map(|message| Sent { message, side: Side::Response }))
}

fn info(service: &Service) -> Object {
    Object::new().with("title", &*service.name).with("version", "1").with("description", ABOUT)
}

fn tag(service: &Service) -> String {
    match service.ports.served.as_str() {
        "" => "The operations of the contract.".to_owned(),
        port => format!("The operations of the port {port} of the contract."),
    }
}

/// Operations that are not served are told with their reason.
fn put_unserved(document: &mut Object, service: &Service) {
    if service.unserved.is_empty() {
        return;
    }
    let unserved = service.unserved.iter().map(|unserved| {
        let own = Object::new().with("operation", &*unserved.name).with("reason", unserved.reason.as_str());
        Tree::from(own.with("place", unserved.place.as_str()))
    });
    document.put("x-saponify-unserved", unserved.collect::<Vec<_>>());
}

const ABOUT: &str = "Made of the contract and the rules by which the bridge reads and writes messages. A list that may be absent may be \
                     empty too: both mean the same. null is possible only where a schema says so. Numbers keep all their digits. What the \
                     bridge checks and a schema cannot say stands in its description and in `x-saponify-unexpressed`.";
