//! A service of its file: read, then checked as a whole.

use std::sync::Arc;

use super::checker::Checker;
use super::choices::{self, defaults, encode_options, leeway, tables, undeclared_headers};
use crate::plan::{self, Compiled};
use crate::service::environment::{Environment, relative};
use crate::service::file::finding::Source;
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::file::yaml;
use crate::service::model::backend::Backend;
use crate::service::model::documents::Published;
use crate::service::model::front::{JsonFront, SoapFront};
use crate::service::model::service::Service;
use crate::service::model::tls::ListenTls;
use crate::service::problem::{ContractProblem, FileProblem, ValueProblem};
use crate::wsdl::{self, Contract, Fetch};
use crate::wss::Secret;
use crate::xml::{Diagnostic, Severity};

/// Loads the service file `path`, whose text is `text`. `backend_url` takes the place of the backend's URL.
///
/// Errors: everything that is wrong with it.
pub fn load(
    path: &str,
    text: &str,
    environment: &dyn Environment,
    fetch: &mut dyn Fetch,
    backend_url: Option<&str>,
) -> Result<Service, Vec<Diagnostic>> {
    let mut file: ServiceFile = yaml::read(path, text).map_err(|problem| vec![problem])?;
    let mut checker = Checker::new(path, text, environment);
    checker.backend_url = backend_url;
    checker.include(&mut file, fetch)?;
    if file.version != 1 {
        checker.problem(&KeyPath::of("version"), FileProblem::Version);
    }
    let wsdl = relative(path, &file.contract.wsdl);
    match wsdl::load(&wsdl, fetch, &file.limits.contract) {
        Ok(contract) => checker.service(&file, contract),
        Err(problems) => Err(checker.with(problems)),
    }
}

/// The WSDL that the service file `path`, whose text is `text`, names. Errors: what is no service file.
pub fn contract_of(path: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let file: ServiceFile = yaml::read(path, text).map_err(|problem| vec![problem])?;
    Ok(relative(path, &file.contract.wsdl))
}

/// What does not depend on the plan.
struct Connections {
    backend: Option<Backend>,
    json_front: Option<JsonFront>,
    soap_front: Option<SoapFront>,
    listen: Option<ListenTls>,
    redis: Option<Secret>,
}

impl Checker<'_> {
    /// The service of `file` and `contract`. Errors: everything that is wrong with it.
    pub(super) fn service(
        &mut self,
        file: &ServiceFile,
        mut contract: Contract,
    ) -> Result<Service, Vec<Diagnostic>> {
        self.limits = file.limits;
        self.select(file, &mut contract);
        self.check_names(file, &contract);
        let compiled = match plan::compile(&contract, &choices::rules(file)) {
            Ok(compiled) => compiled,
            Err(problems) => {
                // Without a plan rules cannot be checked; everything else can.
                self.connections(file, &contract);
                self.mask(file);
                return Err(self.with(problems));
            }
        };
        self.operations = compiled.plan.operations().iter().map(|operation| operation.name.clone()).collect();
        if self.operations.is_empty() && self.is_clean() {
            self.elsewhere.extend(compiled.refused.iter().map(|refused| refused.reason.clone()));
            self.problem(&KeyPath::of("contract"), ContractProblem::NothingServed);
        }
        let service = self.compiled(file, &contract, compiled);
        match service {
            Some(service) if self.is_clean() => Ok(service),
            _ => Err(self.diagnostics()),
        }
    }

    /// The service of a compiled contract. Nothing where something is wrong, which is then noted.
    fn compiled(&mut self, file: &ServiceFile, contract: &Contract, compiled: Compiled) -> Option<Service> {
        let tables = tables(file);
        let operations = self.operations(file, &compiled.plan, &tables);
        let mask = self.mask(file);
        let Connections { backend, json_front, soap_front, listen, redis } = self.connections(file, contract);
        let defaults = defaults(file);
        let refused = compiled.refused.into_iter().map(|refused| refused.reason);
        let found = contract.diagnostics.iter().filter(|found| found.severity != Severity::Note).cloned();
        Some(Service {
            name: file.service.as_str().into(),
            plan: compiled.plan,
            operations,
            degraded: refused.chain(found).collect(),
            json_front,
            soap_front,
            backend: backend?,
            listen,
            encode: encode_options(file, &defaults),
            strict_replies: defaults.strict_responses,
            leeway: leeway(&defaults),
            undeclared_headers: undeclared_headers(&defaults),
            open_replies: defaults.open_enumerations,
            redis,
            tables,
            mask,
            limits: file.limits,
            published: Published::new(contract),
        })
    }

    /// Who calls and what is called.
    fn connections(&mut self, file: &ServiceFile, contract: &Contract) -> Connections {
        let backend = self.backend(file, contract);
        self.check_fronts(file, backend.as_ref());
        self.check_asked(file);
        Connections {
            backend,
            json_front: self.json_front(file),
            soap_front: self.soap_front(file),
            listen: self.listen(file),
            redis: file.store.redis.as_deref().and_then(|url| self.redis(url)),
        }
    }

    fn redis(&mut self, url: &str) -> Option<Secret> {
        let at = KeyPath::of("store.redis");
        let url = self.resolved(&at, url)?;
        if !url.starts_with("redis://") {
            self.problem(&at, ValueProblem::Url { expected: "one such as redis://host:6379" });
        }
        Some(Secret::new(url))
    }

    /// Keeps one service and one port: those that are named, else the first.
    fn select(&mut self, file: &ServiceFile, contract: &mut Contract) {
        let (service, port) = (file.contract.service.as_deref(), file.contract.port.as_deref());
        let known = ports(contract);
        for known in &mut contract.services {
            known.ports.retain(|known| port.is_none_or(|wanted| *known.name == *wanted));
        }
        // Services of several namespaces may have one local name.
        contract.services.retain(|known| {
            !known.ports.is_empty() && service.is_none_or(|wanted| *known.name.local == *wanted)
        });
        contract.services.truncate(1);
        for known in &mut contract.services {
            known.ports.truncate(1);
            for port in &mut known.ports {
                port.operations.retain(|operation| !operation.callback);
            }
        }
        if contract.services.iter().all(|service| service.ports.is_empty()) {
            let at = KeyPath::of("contract");
            let at = match (port, service) {
                (Some(_), _) => at.key("port"),
                (None, Some(_)) => at.key("service"),
                (None, None) => at.key("wsdl"),
            };
            self.problem(&at, ContractProblem::NoSuchPort { known });
        }
    }

    fn check_names(&mut self, file: &ServiceFile, contract: &Contract) {
        let ports = contract.services.iter().flat_map(|service| &service.ports);
        let known = ports.flat_map(|port| &port.operations).map(|operation| Arc::from(&*operation.name));
        self.operations = known.collect();
        for name in file.operations.keys() {
            if self.has_operation(name) {
                continue;
            }
            let at = KeyPath::of("operations").key(name).name();
            self.problem(&at, ContractProblem::unknown_operation(name, &self.operations));
        }
    }

    /// What was found, and `problems` of the plan, which are of this file where they name none.
    fn with(&mut self, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let source = Source::new(self.path, self.text);
        let shown = problems.into_iter().map(|problem| match &*problem.file {
            "" => source.own(problem),
            _ => problem,
        });
        self.elsewhere.extend(shown);
        self.diagnostics()
    }
}

/// The services and ports that there are, for a message.
fn ports(contract: &Contract) -> String {
    let of = contract
        .services
        .iter()
        .flat_map(|service| service.ports.iter().map(|port| format!("{}/{}", service.name.local, port.name)));
    let all: Vec<String> = of.collect();
    if all.is_empty() { "no SOAP port at all".to_owned() } else { all.join(", ") }
}
