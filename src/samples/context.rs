//! The context of a contract: its plan, and the choices that a service file makes about it.

use std::collections::HashSet;
use std::sync::Arc;

use super::envelope::version_of;
use super::problem::Problem;
use crate::codec::{EncodeOptions, Violations, fill_headers};
use crate::describe::{Candidate, Converter, Direction, Reading, Selection};
use crate::json::Tape;
use crate::limits::Limits;
use crate::plan::{OperationPlan, Plan, Rules, compile};
use crate::redact::{MARK, Masks};
use crate::service::expression::Tables;
use crate::service::{
    Backend, BackendAuth, HttpRoute, JsonBackend, Published, Service, ServiceOperation, operation_path,
};
use crate::soap::{self, Block, Entity, Said, Unclear, Version};
use crate::wsdl::{self, Fetch};
use crate::wss::Secret;
use crate::xml::write::{self, Forbidden};
use crate::xml::{Diagnostic, Name, Reader};

/// Which message of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageKey<'m> {
    /// The name of its operation.
    pub operation: &'m str,
    /// The version of SOAP; without one that of the first port which has the operation.
    pub version: Option<Version>,
    /// Request or response.
    pub direction: Direction,
}

impl<'m> MessageKey<'m> {
    /// The message of `operation` in this direction.
    pub fn new(operation: &'m str, direction: Direction) -> Self {
        Self { operation, version: None, direction }
    }

    /// The request of `operation`.
    pub fn request(operation: &'m str) -> Self {
        Self::new(operation, Direction::Request)
    }

    /// The response of `operation`.
    pub fn response(operation: &'m str) -> Self {
        Self::new(operation, Direction::Response)
    }
}

/// Method and path of an operation of a JSON backend.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Route {
    fn of(route: &HttpRoute) -> Self {
        Self { method: route.method.to_string(), path: route.shown() }
    }
}

/// A contract as messages are read and written with it.
#[derive(Clone, Debug)]
pub struct ContractContext {
    /// The compiled contract.
    pub plan: Plan,
    /// Bounds.
    pub limits: Limits,
    pub(super) encode: EncodeOptions,
    reading: Reading,
    routes: Vec<Route>,
    /// The rules of the operations; none without a service file.
    pub(super) operations: Vec<ServiceOperation>,
    pub(super) tables: Tables,
    /// Where the JSON front is.
    pub(super) json_front: Arc<str>,
    /// The contract's documents, as a front or a mock gives them.
    pub(crate) published: Arc<Published>,
    /// What never shows.
    pub mask: Masks,
    /// Where the backend's host gives OAuth 2.0 tokens.
    pub(crate) token_path: Option<String>,
}

impl ContractContext {
    /// Those of a service.
    pub fn of_service(service: &Service) -> Self {
        let routes = service.operations.iter().map(|operation| Route::of(&operation.http)).collect();
        Self {
            plan: service.plan.clone(),
            limits: service.limits,
            encode: service.encode,
            reading: Reading::of(service),
            routes,
            operations: service.operations.clone(),
            tables: service.tables.clone(),
            // Without a JSON front there is no path before those of the operations.
            json_front: service.json_front.as_ref().map_or_else(Arc::default, |front| front.path.clone()),
            published: service.published.clone(),
            mask: Masks::of(service),
            token_path: token_path(service),
        }
    }

    /// Those of a service for whoever shows its messages: what rules fill in and its file has from outside of it is a mark.
    pub fn shown(service: &Service) -> Self {
        let context = Self::of_service(service);
        Self { plan: masked(context.plan, service), ..context }
    }

    /// Those of all services of a WSDL.
    ///
    /// Errors: what is wrong with it.
    pub fn of_wsdl(file: &str, fetch: &mut dyn Fetch) -> Result<Self, Vec<Diagnostic>> {
        let limits = Limits::default();
        let contract = wsdl::load(file, fetch, &limits.contract)?;
        let plan = compile(&contract, &Rules::default())?.plan;
        let route = |operation: &OperationPlan| Route {
            method: "POST".to_owned(),
            path: operation_path(&operation.name),
        };
        let routes = plan.operations().iter().map(route).collect();
        Ok(Self {
            plan,
            limits,
            encode: EncodeOptions::default(),
            reading: Reading::default(),
            routes,
            operations: Vec::new(),
            tables: Tables::default(),
            json_front: Arc::default(),
            published: Arc::new(Published::new(&contract)),
            mask: Masks::default(),
            token_path: None,
        })
    }

    /// The operation `name`; of several ports the one that speaks `version`, if there is one.
    pub fn operation(&self, name: &str, version: Option<Version>) -> Option<&OperationPlan> {
        let named = || self.plan.operations().iter().filter(|operation| *operation.name == *name);
        let speaks =
            |operation: &&OperationPlan| version.is_none_or(|wanted| wanted == operation.version.into());
        named().find(speaks).or_else(|| named().next())
    }

    /// The names of the operations, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self.plan.operations().iter().map(|operation| &*operation.name);
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// Where a JSON backend has the operation `name`.
    pub(crate) fn route(&self, name: &str) -> Option<&Route> {
        let at = self.plan.operations().iter().position(|operation| *operation.name == *name)?;
        self.routes.get(at)
    }

    /// The fields in the path of the operation `name`, where there is a service file that says so.
    pub(crate) fn http(&self, name: &str) -> Option<&HttpRoute> {
        let at = self.plan.operations().iter().position(|operation| *operation.name == *name)?;
        self.operations.get(at).map(|operation| &operation.http)
    }

    /// The JSON of a SOAP message. Errors: what breaks the contract.
    pub fn json_of(&self, key: MessageKey<'_>, xml: &[u8]) -> Result<Vec<u8>, Problem> {
        let converter = self.converter(key);
        let converted = converter.json_of(xml).map_err(|error| Problem::new(error.to_string()))?;
        Ok(converted.message)
    }

    /// The SOAP message with the content `json`.
    ///
    /// Errors: every breach of the contract.
    pub fn soap_of(&self, key: MessageKey<'_>, json: &[u8]) -> Result<Vec<u8>, Vec<Problem>> {
        let converter = self.converter(key);
        let candidate = self.candidate(key);
        let candidate = candidate.ok_or_else(|| vec![Problem::new("the operation has no such message")])?;
        let mut tape = Tape::new();
        let value = tape.parse(json, &self.limits.json);
        let value = value.map_err(|error| vec![Problem::new(error.to_string())])?;
        converter.encode(&candidate, value).map_err(|violations| problems(&violations))
    }

    /// `json` as the bridge would write it: without credentials, in the order and form of the contract.
    pub(crate) fn canonical(&self, key: MessageKey<'_>, json: &[u8]) -> Result<Vec<u8>, Vec<Problem>> {
        let soap = self.soap_of(key, json)?;
        self.json_of(key, &soap).map_err(|problem| vec![problem])
    }

    /// The operation of the SOAP request `xml`, where HTTP says that its action is `transport`.
    pub(crate) fn operation_of(
        &self,
        xml: &[u8],
        transport: Option<&str>,
    ) -> Result<&OperationPlan, Unclear> {
        let text = Entity::unpacked(xml, &self.limits.xml).map_err(soap::Error::from)?.text;
        let mut action = None;
        let first = self.first(&text, |name, reader| {
            if soap::is_action(name) && action.is_none() {
                action = Some(soap::read_action(reader)?);
                return Ok(Block::Understood);
            }
            skip(reader)
        })?;
        // Whoever looks at a message alone does not know who may write an action of their own.
        let said = Said {
            text: &text,
            first,
            addressing: action.as_deref(),
            transport: transport.map_or("", str::trim),
            foreign_action: true,
        };
        let index = said.operation(&self.plan, &self.limits.xml)?;
        Ok(self.plan.operations().get(index).expect("it is one of the plan's"))
    }

    /// The operations whose response begins as the SOAP message `xml` does.
    pub(crate) fn responders(&self, xml: &[u8]) -> Result<Vec<&OperationPlan>, soap::Error> {
        let text = Entity::unpacked(xml, &self.limits.xml)?.text;
        let first = self.first(&text, |_, reader| skip(reader))?;
        let begins = |operation: &&OperationPlan| {
            operation.output.as_ref().is_some_and(|output| self.plan.begins(output, first))
        };
        Ok(self.plan.operations().iter().filter(begins).collect())
    }

    /// The names of the operations at `indices`, each once.
    pub(crate) fn names_at(&self, indices: &[usize]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for operation in indices.iter().filter_map(|index| self.plan.operations().get(*index)) {
            if !names.iter().any(|name| **name == *operation.name) {
                names.push(operation.name.to_string());
            }
        }
        names
    }

    /// The first child of the Body of `text`; header blocks are offered to `take`.
    fn first<'t>(
        &'t self,
        text: &'t str,
        take: impl FnMut(Name<'t>, &mut Reader<'t>) -> Result<Block, soap::Error>,
    ) -> Result<Option<Name<'t>>, soap::Error> {
        let mut reader = Reader::new(text, self.plan.namespaces(), &self.limits.xml);
        Ok(soap::open(&mut reader, take)?.first)
    }

    /// The version of the envelope `xml`, and whether it holds a fault. Errors: no envelope.
    pub(crate) fn version_of(&self, xml: &[u8]) -> Result<(Version, bool), soap::Error> {
        version_of(xml, &self.limits.xml)
    }

    fn candidate(&self, key: MessageKey<'_>) -> Option<Candidate<'_>> {
        let operation = self.operation(key.operation, key.version)?;
        let direction = key.direction;
        let message = match direction {
            Direction::Request => &operation.input,
            Direction::Response => operation.output.as_ref()?,
        };
        Some(Candidate { operation, direction, message })
    }

    fn converter(&self, key: MessageKey<'_>) -> Converter<'_> {
        let operation = Some(key.operation.to_owned());
        let selection = Selection { operation, direction: Some(key.direction), ..Selection::default() };
        Converter::new(&self.plan, self.encode, &selection, false).with_reading(self.reading)
    }
}

fn skip(reader: &mut Reader<'_>) -> Result<Block, soap::Error> {
    reader.skip()?;
    Ok(Block::Understood)
}

/// `plan` with a mark where a rule of `service` fills in what its file has from outside of it.
pub(crate) fn masked(plan: Plan, service: &Service) -> Plan {
    if service.secrets.is_empty() {
        return plan;
    }
    let escaped = |escape: fn(&mut Vec<u8>, &str) -> Result<(), Forbidden>, secret: &Secret| {
        let mut out = Vec::new();
        // One that XML cannot carry is in no message.
        escape(&mut out, secret.expose()).ok()?;
        Some(String::from_utf8(out).expect("a text with its escapes is a text"))
    };
    let forms = |secret| [escaped(write::text, secret), escaped(write::attribute, secret)];
    let secrets: HashSet<String> = service.secrets.iter().flat_map(forms).flatten().collect();
    let mut plan = plan.masked(|fill| secrets.contains(fill), MARK);
    fill_headers(&mut plan, &service.encode);
    plan
}

fn token_path(service: &Service) -> Option<String> {
    let Backend::Json(JsonBackend { auth: BackendAuth::Oauth2(server), .. }) = &service.backend else {
        return None;
    };
    let (_, rest) = server.token.url.split_once("://")?;
    rest.find('/').and_then(|at| rest.get(at..)).map(str::to_owned)
}

fn problems(violations: &Violations) -> Vec<Problem> {
    let problem = |violation: &crate::codec::Violation| Problem {
        pointer: violation.pointer.clone(),
        ..Problem::new(violation.expected.clone())
    };
    violations.0.iter().map(problem).collect()
}
