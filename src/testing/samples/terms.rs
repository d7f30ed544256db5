//! The terms of a contract: its plan, and the choices that a service file makes about it.

use std::collections::HashSet;
use std::sync::Arc;

use super::fault::version_of;
use super::problem::Problem;
use crate::codec::{EncodeOptions, Violations};
use crate::describe::{self, Candidate, Converter, Direction, Selection, Style};
use crate::json::Tape;
use crate::limits::Limits;
use crate::plan::{OperationPlan, Plan, Rules, compile};
use crate::redact::Masks;
use crate::service::expression::Tables;
use crate::service::{Backend, BackendAuth, HttpRoute, JsonBackend, Service, ServiceOperation};
use crate::soap::{Block, Version};
use crate::wsdl::{self, Fetch};
use crate::xml::{self, Diagnostic, Reader};

/// Method and path of an operation of a JSON backend.
#[derive(Clone, Debug)]
pub(in super::super) struct Route {
    pub(in super::super) method: String,
    pub(in super::super) path: String,
}

impl Route {
    fn of(route: &HttpRoute) -> Self {
        Self { method: route.method.to_string(), path: route.shown() }
    }
}

/// A contract as messages are read and written with it.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The compiled contract.
    pub plan: Plan,
    /// Bounds.
    pub limits: Limits,
    encode: EncodeOptions,
    routes: Vec<Route>,
    /// The rules of the operations; none without a service file.
    pub(super) operations: Vec<ServiceOperation>,
    pub(super) tables: Tables,
    /// Where the JSON front is.
    pub(super) json_front: Arc<str>,
    /// What never shows.
    pub mask: Masks,
    /// Where the backend's host gives OAuth 2.0 tokens.
    pub(in super::super) token_path: Option<String>,
}

impl Terms {
    /// Those of a service.
    pub fn of_service(service: &Service) -> Self {
        let routes = service.operations.iter().map(|operation| Route::of(&operation.http)).collect();
        Self {
            plan: service.plan.clone(),
            limits: service.limits,
            encode: service.encode,
            routes,
            operations: service.operations.clone(),
            tables: service.tables.clone(),
            json_front: service.json_front.as_ref().map(|front| front.path.clone()).unwrap_or_default(),
            mask: Masks::of(service),
            token_path: token_path(service),
        }
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
            path: format!("/{}", operation.name),
        };
        let routes = plan.operations().iter().map(route).collect();
        Ok(Self {
            plan,
            limits,
            encode: EncodeOptions::default(),
            routes,
            operations: Vec::new(),
            tables: Tables::default(),
            json_front: Arc::default(),
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
    pub(in super::super) fn names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self.plan.operations().iter().map(|operation| &*operation.name);
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// Where a JSON backend has the operation `name`.
    pub(in super::super) fn route(&self, name: &str) -> Option<&Route> {
        let at = self.plan.operations().iter().position(|operation| *operation.name == *name)?;
        self.routes.get(at)
    }

    /// The fields in the path of the operation `name`, where there is a service file that says so.
    pub(in super::super) fn http(&self, name: &str) -> Option<&HttpRoute> {
        let at = self.plan.operations().iter().position(|operation| *operation.name == *name)?;
        self.operations.get(at).map(|operation| &operation.http)
    }

    /// The JSON of a SOAP message of an operation. Errors: why it is none.
    pub fn json_of(&self, operation: &str, direction: Direction, xml: &[u8]) -> Result<Vec<u8>, Problem> {
        let converter = self.converter(operation, direction);
        converter.json_of(xml).map_err(|error| Problem::new(error.to_string()))
    }

    /// The SOAP message of an operation with the content `json`.
    ///
    /// Errors: every breach of the contract.
    pub fn soap_of(
        &self,
        (operation, version): (&str, Option<Version>),
        direction: Direction,
        json: &[u8],
    ) -> Result<Vec<u8>, Vec<Problem>> {
        let converter = self.converter(operation, direction);
        let candidate = self.candidate(operation, version, direction);
        let candidate = candidate.ok_or_else(|| vec![Problem::new("the operation has no such message")])?;
        let mut tape = Tape::new();
        let value = tape.parse(json, &self.limits.json);
        let value = value.map_err(|error| vec![Problem::new(error.to_string())])?;
        converter.encode(&candidate, value).map_err(|violations| problems(&violations))
    }

    /// `json` as the bridge would write it: without credentials, in the order and form of the contract.
    pub(in super::super) fn canonical(
        &self,
        operation: &str,
        direction: Direction,
        json: &[u8],
    ) -> Result<Vec<u8>, Vec<Problem>> {
        let soap = self.soap_of((operation, None), direction, json)?;
        self.json_of(operation, direction, &soap).map_err(|problem| vec![problem])
    }

    /// A message of an operation that nobody has written: what must be in it and no more.
    pub(in super::super) fn sample(&self, operation: &OperationPlan) -> Option<Vec<u8>> {
        let message = operation.output.as_ref()?;
        let candidate = Candidate { operation, direction: Direction::Response, message };
        Some(describe::sample(&self.plan, &candidate, Style::Minimal, 0))
    }

    /// The operations whose request or response begins as the SOAP message `xml` does.
    pub(in super::super) fn begun(
        &self,
        direction: Direction,
        xml: &[u8],
    ) -> Result<Vec<&OperationPlan>, String> {
        let text = xml::decode(xml, None).map_err(|error| error.to_string())?;
        let mut reader = Reader::new(&text, self.plan.namespaces(), &self.limits.xml);
        let opened = crate::soap::open(&mut reader, |_, reader| {
            reader.skip()?;
            Ok::<_, crate::soap::Error>(Block::Understood)
        });
        let first = opened.map_err(|error| error.to_string())?.first;
        let begins = |operation: &&OperationPlan| match direction {
            Direction::Request => self.plan.begins(&operation.input, first),
            Direction::Response => {
                operation.output.as_ref().is_some_and(|output| self.plan.begins(output, first))
            }
        };
        Ok(self.plan.operations().iter().filter(begins).collect())
    }

    /// The version of the envelope `xml`, and whether it holds a fault. Errors: no envelope.
    pub(in super::super) fn version_of(&self, xml: &[u8]) -> Result<(Version, bool), String> {
        version_of(xml, &self.limits.xml)
    }

    fn candidate(&self, name: &str, version: Option<Version>, direction: Direction) -> Option<Candidate<'_>> {
        let operation = self.operation(name, version)?;
        let message = match direction {
            Direction::Request => &operation.input,
            Direction::Response => operation.output.as_ref()?,
        };
        Some(Candidate { operation, direction, message })
    }

    fn converter(&self, operation: &str, direction: Direction) -> Converter<'_> {
        let operation = Some(operation.to_owned());
        let selection = Selection { operation, direction: Some(direction), ..Selection::default() };
        Converter::new(&self.plan, self.encode, &selection, false)
    }
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
