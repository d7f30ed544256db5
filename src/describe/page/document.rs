//! The operations of a service, for the page about it.

use super::super::json_schema::{Choices, Dialect, Schemas, Sent, Side};
use super::super::openapi::{Examples, messages, native_schema, said_of};
use super::super::selection::{Candidate, Direction};
use super::super::tree::{Object, Tree, to_compact_json};
use crate::plan::{Credential, CredentialPath, OperationPlan};
use crate::service::{
    FrontAddressing, FrontAuth, OtherPort, PortPlace, Service, ServiceOperation, operation_path,
};
use crate::wsdl::SoapVersion;

/// The front that a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOf {
    /// The JSON front.
    Json,
    /// The SOAP front.
    Soap,
}

/// What the page about a front of `service` shows; nothing for a front that it does not have.
pub fn page(service: &Service, of: PageOf) -> Option<Tree> {
    let (path, auth) = match of {
        PageOf::Json => service.json_front.as_ref().map(|front| (&front.path, &front.auth))?,
        PageOf::Soap => service.soap_front.as_ref().map(|front| (&front.path, &front.auth))?,
    };
    let choices = Choices { encode: &service.encode, open_replies: service.open_replies };
    let sent = messages(&service.plan);
    let credentials = service.operations.iter().filter_map(|rules| rules.credentials.clone()).collect();
    let schemas = Schemas::new(&service.plan, Dialect::JsonSchema, choices, &sent);
    let mut writer = Writer {
        schemas: schemas.with_credentials(credentials),
        examples: Examples::new(&service.plan, &service.encode),
        of,
        auth,
    };
    let operations = service.plan.operations().iter().zip(&service.operations);
    let operations: Vec<Tree> =
        operations.map(|(plan, rules)| writer.operation(plan, rules).into()).collect();
    let operations = Tree::from(operations);
    let definitions = writer.schemas.finish_for(&[&operations]);
    let unserved = service.unserved.iter().map(|unserved| {
        Object::new().with("name", &*unserved.name).with("reason", unserved.reason.as_str()).into()
    });
    let document = Object::new()
        .with("service", &*service.name)
        .with("front", if of == PageOf::Json { "json" } else { "soap" })
        .with("path", &**path)
        .with("auth", way(service, auth, of))
        .with("addressed", of == PageOf::Soap && must_be_addressed(service))
        .with("port", service.ports.served.as_str())
        .with("ports", if of == PageOf::Soap { ports(service) } else { Vec::new() })
        .with("others", if of == PageOf::Soap { others(service) } else { Vec::new() })
        .with("openapi", of == PageOf::Json && service.json_front.as_ref().is_some_and(|front| front.openapi))
        .with("operations", operations)
        .with("unserved", unserved.collect::<Vec<Tree>>())
        .with("$defs", definitions);
    Some(document.into())
}

/// Where clients of each port are served, and in which versions of SOAP.
fn ports(service: &Service) -> Vec<Tree> {
    let Some(front) = &service.soap_front else { return Vec::new() };
    let places = service.ports.places(front).map(|PortPlace { port, path, versions }| {
        let versions: Vec<Tree> = versions.each().map(|version| Tree::from(version.to_string())).collect();
        Object::new().with("name", port).with("path", path).with("versions", versions).into()
    });
    places.collect()
}

/// The ports that are not served, each with the reason.
fn others(service: &Service) -> Vec<Tree> {
    let other = |other: &OtherPort| {
        Object::new().with("name", other.name.as_str()).with("reason", other.reason.as_str()).into()
    };
    service.ports.others.iter().map(other).collect()
}

/// How callers say who they are.
fn way(service: &Service, auth: &FrontAuth, of: PageOf) -> Object {
    let soap = service.soap_front.as_ref().filter(|_| of == PageOf::Soap);
    let parts = soap.map_or(&[][..], |front| &front.credentials);
    let kind = match (auth, of) {
        _ if !parts.is_empty() => "parts",
        (FrontAuth::Certificate(_), _) => "certificate",
        (FrontAuth::Jwt(_) | FrontAuth::PassBearer | FrontAuth::Tokens(_), _) => "bearer",
        (FrontAuth::Keys(..), _) => "key",
        (FrontAuth::Names(_), _) => "name",
        (FrontAuth::None, _) => "none",
        (FrontAuth::PassThrough | FrontAuth::Users(_), PageOf::Json) => "basic",
        (FrontAuth::PassThrough | FrontAuth::Users(_), PageOf::Soap) => "token",
    };
    let header = match auth {
        FrontAuth::Keys(header, _) => Some(&**header),
        _ => None,
    };
    // A front that takes texts gets one: to make a digest a browser wants TLS.
    let digest = service.soap_front.as_ref().is_some_and(|front| !front.accept_text);
    let parts: Vec<Tree> = parts.iter().map(part).collect();
    Object::new().with("kind", kind).with_some("header", header).with("digest", digest).with("parts", parts)
}

/// Whether messages of SOAP clients must have the properties of WS-Addressing.
fn must_be_addressed(service: &Service) -> bool {
    service.soap_front.as_ref().is_some_and(|front| front.addressing == FrontAddressing::Require)
}

/// The names of the elements that lead to a credential in the Header, and whether that is the user name.
fn part(path: &CredentialPath) -> Tree {
    let names: Vec<Tree> = path.names.iter().map(|(_, local)| Tree::from(&**local)).collect();
    Object::new().with("names", names).with("named", path.holds == Credential::Username).into()
}

/// A message as text, for what reads it must keep all digits of its numbers.
fn text(message: &Tree) -> String {
    String::from_utf8(to_compact_json(message)).expect("JSON is UTF-8")
}

/// Writes operations, and gathers the components of their schemas.
struct Writer<'p> {
    schemas: Schemas<'p>,
    examples: Examples<'p>,
    of: PageOf,
    auth: &'p FrontAuth,
}

impl<'p> Writer<'p> {
    fn operation(&mut self, plan: &'p OperationPlan, rules: &ServiceOperation) -> Object {
        let request = Sent { message: &plan.input, side: Side::Request };
        let example = Candidate { operation: plan, direction: Direction::Request, message: &plan.input };
        let native = format!("{} {}", rules.http.method, rules.http.shown());
        Object::new()
            .with("name", &*plan.name)
            .with_some("text", said_of(plan, rules))
            .with("path", operation_path(&plan.name))
            .with_some("native", Some(native).filter(|_| !rules.http.is_by_name(&plan.name)))
            .with("soap", if plan.version == SoapVersion::V11 { "1.1" } else { "1.2" })
            .with("action", &*plan.action)
            .with("addressing", &*plan.addressing)
            .with("idempotent", rules.idempotent)
            .with_some("credentials", self.credentials(rules))
            .with("request", self.schemas.body(request, &format!("{}_request", plan.name)))
            .with_some("example", self.examples.of(&example).map(|example| text(&example)))
            .with_some("response", self.response(plan, rules))
            .with("faults", self.faults(plan))
    }

    /// The members of requests that say who calls, where callers say it there.
    fn credentials(&self, rules: &ServiceOperation) -> Option<Object> {
        let paths = rules.credentials.as_ref()?;
        let used =
            self.of == PageOf::Json && matches!(self.auth, FrontAuth::PassThrough | FrontAuth::Users(_));
        let hidden = Object::new().with("object", &*paths.object).with("used", used);
        Some(hidden.with("username", &*paths.username).with("password", &*paths.password))
    }

    fn response(&mut self, plan: &'p OperationPlan, rules: &ServiceOperation) -> Option<Object> {
        let sent = Sent { message: plan.output.as_ref()?, side: Side::Response };
        let hint = format!("{}_response", plan.name);
        if self.of == PageOf::Soap || rules.native.is_identity() {
            return Some(self.schemas.body(sent, &hint));
        }
        let members = self.schemas.members(sent, &hint);
        Some(native_schema(&rules.native, &members))
    }

    fn faults(&mut self, plan: &'p OperationPlan) -> Vec<Tree> {
        let mut faults = Vec::new();
        for fault in &plan.faults {
            let sent = Sent { message: &fault.message, side: Side::Response };
            let detail = self.schemas.body(sent, &format!("{}_{}", plan.name, fault.name));
            faults.push(Object::new().with("name", &*fault.name).with("detail", detail).into());
        }
        faults
    }
}
