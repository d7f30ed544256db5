//! From the file to the service: every problem is found, in one pass, before anything runs.

mod backend;
mod certificates;
mod choices;
mod cleartext;
mod fronts;
mod include;
mod jwt;
mod operations;
mod rules;
mod tls;
mod token;

use std::sync::Arc;

use serde_saphyr::Location;

use crate::limits::Limits;
use crate::plan;
use crate::service::environment::{Environment, relative};
use crate::service::file::fronts::{AuthFile, FrontFile, FrontsFile, PasswordFile};
use crate::service::file::service::{BackendFile, ServiceFile, SoapBackendFile, TimeoutFile};
use crate::service::file::token::{CredentialsFile, FixedFile, TokenFile};
use crate::service::model::documents::Published;
use crate::service::model::service::{Service, ServiceOperation};
use crate::service::reference;
use crate::wsdl::{self, Contract, Fetch};
use crate::wss::Secret;
use crate::xml::{Diagnostic, Position, Severity};
use choices::{defaults, encode_options, tables};

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
    let mut file: ServiceFile =
        serde_saphyr::from_str(text).map_err(|error| vec![unreadable(path, text, &error)])?;
    let mut checker = Checker { path, text, include: None, environment, problems: Vec::new() };
    checker.include(&mut file, fetch)?;
    if file.version != 1 {
        checker.problem("version: expected 1");
    }
    let wsdl = relative(path, &file.contract.wsdl);
    let contract = wsdl::load(&wsdl, fetch, &file.limits.contract)?;
    checker.service(&file, contract, backend_url)
}

/// A service without a file: a WSDL and a SOAP backend.
#[derive(Clone, Debug)]
pub struct Quick {
    /// The WSDL.
    pub wsdl: String,
    /// The backend; the WSDL's own address by default.
    pub backend: Option<String>,
    /// The user name and the reference to the password that the backend gets.
    pub token: Option<(String, String)>,
    /// Whether the password is sent as a digest.
    pub digest: bool,
    /// Whether it may go to another machine in cleartext.
    pub allow_insecure: bool,
}

/// Makes the service that `quick` describes: a JSON front and a SOAP front in front of a SOAP backend, for anyone who
/// can reach the listener.
pub fn quick(
    quick: &Quick,
    environment: &dyn Environment,
    fetch: &mut dyn Fetch,
) -> Result<Service, Vec<Diagnostic>> {
    let contract = wsdl::load(&quick.wsdl, fetch, &Limits::default().contract)?;
    let name = contract
        .services
        .iter()
        .find(|service| !service.ports.is_empty())
        .map(|service| service.name.local.to_string());
    let password = if quick.digest { PasswordFile::Digest } else { PasswordFile::Text };
    let token = quick.token.clone().map(|(username, reference)| {
        let credentials = CredentialsFile::Fixed(FixedFile { username, password: reference });
        Box::new(TokenFile::new(credentials, password))
    });
    let front = || Some(FrontFile { path: None, auth: AuthFile::None, always_200: false, security: None });
    let file = ServiceFile {
        version: 1,
        service: name.unwrap_or_else(|| "service".to_owned()),
        contract: crate::service::file::service::ContractFile {
            wsdl: quick.wsdl.clone(),
            service: None,
            port: None,
        },
        fronts: FrontsFile { json: front(), soap: front() },
        backend: BackendFile::Soap(SoapBackendFile {
            url: quick.backend.clone(),
            username_token: token,
            auth: None,
            response_timestamp: None,
            tls: None,
            allow_insecure: quick.allow_insecure,
            timeout: TimeoutFile::default(),
        }),
        listen: Default::default(),
        store: Default::default(),
        include: None,
        defaults: None,
        tables: Default::default(),
        types: Default::default(),
        violations: Vec::new(),
        mask: Default::default(),
        limits: Limits::default(),
        operations: Default::default(),
    };
    let mut checker =
        Checker { path: &quick.wsdl, text: "", include: None, environment, problems: Vec::new() };
    checker.service(&file, contract, None)
}

struct Checker<'c> {
    path: &'c str,
    text: &'c str,
    /// The included file and its text.
    include: Option<(String, String)>,
    environment: &'c dyn Environment,
    problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn redis(&mut self, url: &str) -> Option<Secret> {
        let url = self.resolved("store.redis", reference::resolve(url, self.environment))?;
        if !url.starts_with("redis://") {
            self.problem("store.redis: expected a URL such as redis://host:6379");
        }
        Some(Secret::new(url))
    }

    fn service(
        &mut self,
        file: &ServiceFile,
        mut contract: Contract,
        backend_url: Option<&str>,
    ) -> Result<Service, Vec<Diagnostic>> {
        self.select(file, &mut contract);
        self.check_names(file, &contract);
        let compiled =
            plan::compile(&contract, &choices::rules(file)).map_err(|problems| self.with(problems))?;
        if compiled.plan.operations().is_empty() {
            self.problems.extend(compiled.refused.iter().map(|refused| refused.reason.clone()));
            self.problem("contract: no operation can be served");
        }
        let tables = tables(file);
        let operations = compiled.plan.operations().iter();
        let operations =
            operations.filter_map(|operation| self.operation(file, &compiled.plan, operation, &tables));
        let operations: Vec<ServiceOperation> = operations.collect();
        let mask = self.mask(file);
        let redis = file.store.redis.as_deref().and_then(|url| self.redis(url));
        let defaults = defaults(file);
        let backend = self.backend(file, &contract, backend_url);
        let json_front = file.fronts.json.as_ref().map(|front| self.json_front(file, front, &compiled.plan));
        let soap_front = file.fronts.soap.as_ref().map(|front| self.soap_front(file, front, &compiled.plan));
        let listen = self.listen(file);
        self.check_fronts(file, backend.as_ref());
        self.check_asked(file);
        let Some(backend) = backend.filter(|_| self.problems.is_empty()) else {
            return Err(std::mem::take(&mut self.problems));
        };
        Ok(Service {
            name: file.service.as_str().into(),
            plan: compiled.plan,
            operations,
            degraded: compiled
                .refused
                .into_iter()
                .map(|refused| refused.reason)
                .chain(contract.diagnostics.iter().filter(|found| found.severity != Severity::Note).cloned())
                .collect(),
            json_front,
            soap_front,
            backend,
            listen,
            encode: encode_options(file, &defaults),
            strict_replies: defaults.strict_responses,
            strict_requests: !defaults.any_order,
            open_replies: defaults.open_enumerations,
            redis,
            tables,
            mask,
            limits: file.limits,
            published: Published::new(&contract),
        })
    }

    /// Keeps one service and one port: those that are named, else the first.
    fn select(&mut self, file: &ServiceFile, contract: &mut Contract) {
        let (service, port) = (file.contract.service.as_deref(), file.contract.port.as_deref());
        contract.services.retain(|known| {
            !known.ports.is_empty() && service.is_none_or(|wanted| *known.name.local == *wanted)
        });
        contract.services.truncate(1);
        for known in &mut contract.services {
            known.ports.retain(|known| port.is_none_or(|wanted| *known.name == *wanted));
            known.ports.truncate(1);
            for port in &mut known.ports {
                port.operations.retain(|operation| !operation.callback);
            }
        }
        if contract.services.iter().all(|service| service.ports.is_empty()) {
            self.problem("contract: the WSDL has no such SOAP service and port");
        }
    }

    fn check_names(&mut self, file: &ServiceFile, contract: &Contract) {
        let known: Vec<&str> = contract
            .services
            .iter()
            .flat_map(|s| &s.ports)
            .flat_map(|p| &p.operations)
            .map(|o| &*o.name)
            .collect();
        for name in file.operations.keys().filter(|name| !known.contains(&name.as_str())) {
            self.problem(&format!(
                "operations: the contract has no operation `{name}`; it has {}",
                known.join(", ")
            ));
        }
    }

    fn resolved<T>(&mut self, what: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|reason| self.problem(&format!("{what}: {reason}"))).ok()
    }

    /// A problem with a rule, at its place in the file that it is in.
    fn problem_at(&mut self, at: Location, included: bool, message: &str) {
        let (path, text) = match &self.include {
            Some((path, text)) if included => (path.as_str(), text.as_str()),
            _ => (self.path, self.text),
        };
        let (line, column) = (at.line().max(1) as usize, at.column().max(1) as usize);
        let shown = if at == Location::UNKNOWN { None } else { text.lines().nth(line - 1) };
        let position = Position { offset: 0, line, column };
        let problem = Diagnostic::of_file("CFG0002", Severity::Error, path, message.to_owned());
        self.problems.push(Diagnostic { position, line: shown.unwrap_or("").to_owned(), ..problem });
    }

    fn problem(&mut self, message: &str) {
        self.problems.push(Diagnostic::of_file("CFG0002", Severity::Error, self.path, message.to_owned()));
    }

    fn with(&mut self, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let file: Arc<str> = self.path.into();
        for problem in problems.iter_mut().filter(|problem| problem.file.is_empty()) {
            problem.file = file.clone();
        }
        let mut all = std::mem::take(&mut self.problems);
        all.append(&mut problems);
        all
    }
}

fn unreadable(path: &str, text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let plain = error.to_string();
    let message = plain.lines().next().unwrap_or("the file cannot be read").to_owned();
    let (line, column) =
        error.location().map_or((1, 1), |place| (place.line() as usize, place.column() as usize));
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or("").to_owned();
    let position = Position { offset: 0, line, column };
    Diagnostic { position, line: shown, ..Diagnostic::of_file("CFG0001", Severity::Error, path, message) }
}
