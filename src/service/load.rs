//! From the file to the service: every problem is found, in one pass, before anything runs.

use std::sync::Arc;
use std::time::Duration;

use super::documents::Published;
use super::file::{
    AuthFile, BackendFile, CredentialPathsFile, CredentialsFile, FrontFile, NullFile, NumbersFile,
    OperationFile, PasswordFile, ServiceFile, TimeoutFile, UnknownFile,
};
use super::model::{
    Backend, BackendCredentials, BackendToken, CredentialPaths, Credentials, FrontAuth, HttpRoute,
    JsonBackend, JsonFront, Service, ServiceOperation, SoapBackend, SoapFront, Target, User,
};
use super::reference;
use crate::codec::{EncodeOptions, NullAs, UnknownFields};
use crate::limits::{HttpLimits, Limits};
use crate::plan::{self, Numbers, OperationPlan, OperationRules, Rules};
use crate::wsdl::{self, Contract, Fetch};
use crate::wss::{PasswordType, Sender};
use crate::xml::{Diagnostic, Position, Severity};

/// What a service file refers to, outside of the contract.
pub trait Environment {
    /// The environment variable `name`.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of the file `path`. Errors: why it cannot be read.
    fn file(&self, path: &str) -> Result<String, String>;
}

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
    let file: ServiceFile =
        serde_saphyr::from_str(text).map_err(|error| vec![unreadable(path, text, &error)])?;
    let mut checker = Checker { path, environment, problems: Vec::new() };
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
    let token = quick.token.clone().map(|(username, password_reference)| super::file::TokenFile {
        credentials: CredentialsFile::Fixed { username, password: password_reference },
        password,
        nonce: false,
    });
    let front = || Some(FrontFile { path: None, auth: AuthFile::None, always_200: false });
    let file = ServiceFile {
        version: 1,
        service: name.unwrap_or_else(|| "service".to_owned()),
        contract: super::file::ContractFile { wsdl: quick.wsdl.clone(), service: None, port: None },
        fronts: super::file::FrontsFile { json: front(), soap: front() },
        backend: BackendFile::Soap(super::file::SoapBackendFile {
            url: quick.backend.clone(),
            username_token: token,
            timeout: TimeoutFile::default(),
        }),
        defaults: super::file::DefaultsFile::default(),
        limits: Limits::default(),
        operations: Default::default(),
    };
    let mut checker = Checker { path: &quick.wsdl, environment, problems: Vec::new() };
    checker.service(&file, contract, None)
}

struct Checker<'c> {
    path: &'c str,
    environment: &'c dyn Environment,
    problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn service(
        &mut self,
        file: &ServiceFile,
        mut contract: Contract,
        backend_url: Option<&str>,
    ) -> Result<Service, Vec<Diagnostic>> {
        self.select(file, &mut contract);
        self.check_names(file, &contract);
        let compiled = plan::compile(&contract, &rules(file)).map_err(|problems| self.with(problems))?;
        if compiled.plan.operations().is_empty() {
            self.problems.extend(compiled.refused.iter().map(|refused| refused.reason.clone()));
            self.problem("contract: no operation can be served");
        }
        let operations =
            compiled.plan.operations().iter().map(|operation| self.operation(file, operation)).collect();
        let backend = self.backend(file, &contract, backend_url);
        let json_front = file.fronts.json.as_ref().map(|front| self.json_front(file, front));
        let soap_front = file.fronts.soap.as_ref().map(|front| self.soap_front(file, front));
        self.check_fronts(file, backend.as_ref());
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
            encode: encode_options(file),
            strict_replies: file.defaults.strict_responses,
            strict_requests: !file.defaults.any_order,
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

    fn check_fronts(&mut self, file: &ServiceFile, backend: Option<&Backend>) {
        if file.fronts.json.is_none() && file.fronts.soap.is_none() {
            self.problem("fronts: at least one of json and soap is needed");
        }
        let wants_caller = match backend {
            Some(Backend::Json(json)) => matches!(json.credentials, Some(BackendCredentials::Caller)),
            Some(Backend::Soap(soap)) => {
                matches!(&soap.token, Some(token) if matches!(token.credentials, BackendCredentials::Caller))
            }
            None => false,
        };
        for (name, front) in [("json", &file.fronts.json), ("soap", &file.fronts.soap)] {
            let auth = front.as_ref().map(|front| &front.auth);
            match auth {
                Some(AuthFile::None) if wants_caller => self.problem(&format!("fronts.{name}.auth: the backend gets the caller's credentials, so the front must ask for them")),
                Some(AuthFile::PassThrough) if !wants_caller => self.problem(&format!("fronts.{name}.auth: pass_through needs a backend that gets the caller's credentials; else nobody checks them")),
                _ => {}
            }
        }
    }

    fn operation(&mut self, file: &ServiceFile, plan: &OperationPlan) -> ServiceOperation {
        let default = OperationFile::default();
        let rules = file.operations.get(&*plan.name).unwrap_or(&default);
        let failure_http = rules.outcome.failure_http.unwrap_or(if rules.outcome.common { 400 } else { 200 });
        ServiceOperation {
            http: self.route(plan, rules),
            credentials: rules.credentials.as_ref().and_then(|paths| self.credential_paths(paths)),
            common: rules.outcome.common,
            failure_http,
            breach_http: if rules.outcome.common { failure_http } else { 422 },
            idempotent: rules.idempotent,
        }
    }

    fn route(&mut self, plan: &OperationPlan, rules: &OperationFile) -> HttpRoute {
        let default = format!("POST /{}", plan.name);
        let text = rules.http.as_deref().unwrap_or(&default);
        match text.split_once(' ') {
            Some((method @ ("DELETE" | "PATCH" | "POST" | "PUT"), path))
                if path.starts_with('/') && !path.contains(['{', ' ', '?', '#']) =>
            {
                HttpRoute { method: method.into(), path: path.into() }
            }
            _ => {
                self.problem(&format!(
                    "operations.{}.http: expected a method and a path, such as `POST /v1/{}`",
                    plan.name, plan.name
                ));
                HttpRoute { method: "POST".into(), path: "/".into() }
            }
        }
    }

    fn credential_paths(&mut self, paths: &CredentialPathsFile) -> Option<CredentialPaths> {
        let (username, password) = (paths.username.split_once('.'), paths.password.split_once('.'));
        match (username, password) {
            (Some((object, username)), Some((same, password))) if object == same && username != password => {
                Some(CredentialPaths {
                    object: object.into(),
                    username: username.into(),
                    password: password.into(),
                })
            }
            _ => {
                self.problem("credentials: expected two members of one object, such as `authentication.apiKey` and `authentication.secret`");
                None
            }
        }
    }

    fn backend(
        &mut self,
        file: &ServiceFile,
        contract: &Contract,
        backend_url: Option<&str>,
    ) -> Option<Backend> {
        match &file.backend {
            BackendFile::Json(json) => {
                let target =
                    self.target(backend_url.or(Some(&json.url)), None, &json.timeout, &file.limits.http)?;
                let credentials =
                    json.credentials.as_ref().and_then(|credentials| self.credentials(credentials));
                Some(Backend::Json(JsonBackend { target, credentials }))
            }
            BackendFile::Soap(soap) => {
                let own = contract
                    .services
                    .iter()
                    .flat_map(|service| &service.ports)
                    .find_map(|port| port.address.as_deref());
                let target =
                    self.target(backend_url.or(soap.url.as_deref()), own, &soap.timeout, &file.limits.http)?;
                let token = soap.username_token.as_ref().and_then(|token| {
                    let password = if token.password == PasswordFile::Digest {
                        PasswordType::Digest
                    } else {
                        PasswordType::Text
                    };
                    let sender = Sender { password, nonce: token.nonce };
                    Some(BackendToken { credentials: self.credentials(&token.credentials)?, sender })
                });
                Some(Backend::Soap(SoapBackend { target, token }))
            }
        }
    }

    fn target(
        &mut self,
        url: Option<&str>,
        own: Option<&str>,
        timeout: &TimeoutFile,
        http: &HttpLimits,
    ) -> Option<Target> {
        let resolved = url.map(|url| reference::resolve(url, self.environment)).transpose();
        let url = match resolved {
            Ok(url) => url.or_else(|| own.map(str::to_owned)),
            Err(reason) => {
                self.problem(&format!("backend.url: {reason}"));
                return None;
            }
        };
        let Some(url) = url.filter(|url| url.starts_with("http://") || url.starts_with("https://")) else {
            self.problem("backend.url: expected a URL that begins with http:// or https://");
            return None;
        };
        Some(Target {
            url: url.into(),
            connect: self.duration("connect", timeout.connect.as_deref(), http.connect),
            first_byte: self.duration("first_byte", timeout.first_byte.as_deref(), http.first_byte),
            total: self.duration("total", timeout.total.as_deref(), http.total),
        })
    }

    fn duration(&mut self, name: &str, text: Option<&str>, default: u64) -> Duration {
        let Some(text) = text else { return Duration::from_millis(default) };
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let factor = match unit {
            "ms" => Some(1),
            "s" => Some(1000),
            "m" => Some(60_000),
            _ => None,
        };
        let millis =
            number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
        match millis.filter(|millis| (1..=3_600_000).contains(millis)) {
            Some(millis) => Duration::from_millis(millis),
            None => {
                self.problem(&format!(
                    "backend.timeout.{name}: expected a time such as 500ms or 15s, at most 60m"
                ));
                Duration::from_millis(default)
            }
        }
    }

    fn credentials(&mut self, file: &CredentialsFile) -> Option<BackendCredentials> {
        match file {
            CredentialsFile::Caller => Some(BackendCredentials::Caller),
            CredentialsFile::Fixed { username, password } => {
                let username = self.resolved("username", reference::resolve(username, self.environment))?;
                let password = self.resolved("password", reference::secret(password, self.environment))?;
                Some(BackendCredentials::Fixed(Credentials { username: username.into(), password }))
            }
        }
    }

    fn resolved<T>(&mut self, what: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|reason| self.problem(&format!("{what}: {reason}"))).ok()
    }

    fn auth(&mut self, file: &AuthFile) -> FrontAuth {
        match file {
            AuthFile::None => FrontAuth::None,
            AuthFile::PassThrough => FrontAuth::PassThrough,
            AuthFile::Users { users, .. } => {
                let users = users.iter().filter_map(|user| {
                    let name =
                        self.resolved("users.name", reference::resolve(&user.name, self.environment))?;
                    let password =
                        self.resolved("users.password", reference::secret(&user.password, self.environment))?;
                    Some(User { name: name.into(), password })
                });
                FrontAuth::Users(users.collect())
            }
        }
    }

    fn json_front(&mut self, file: &ServiceFile, front: &FrontFile) -> JsonFront {
        let path = self.front_path(front, format!("/{}", file.service));
        let auth = self.auth(&front.auth);
        let asks = !matches!(auth, FrontAuth::None);
        if asks && !file.operations.values().any(|operation| operation.credentials.is_some()) {
            self.problem(
                "fronts.json.auth: no operation has a `credentials` rule that says where the credentials are",
            );
        }
        JsonFront { path, auth, always_200: front.always_200 }
    }

    fn soap_front(&mut self, file: &ServiceFile, front: &FrontFile) -> SoapFront {
        let path = self.front_path(front, format!("/soap/{}", file.service));
        let accept = match &front.auth {
            AuthFile::Users { accept, .. } => accept.clone(),
            AuthFile::None | AuthFile::PassThrough => vec![PasswordFile::Text],
        };
        SoapFront {
            path,
            auth: self.auth(&front.auth),
            accept_text: accept.contains(&PasswordFile::Text),
            accept_digest: accept.contains(&PasswordFile::Digest),
        }
    }

    fn front_path(&mut self, front: &FrontFile, default: String) -> Arc<str> {
        let path = front.path.clone().unwrap_or(default);
        let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        if !path.starts_with('/') || path.ends_with('/') || !plain {
            self.problem("fronts.path: expected a path such as /bancbox: letters, digits, `-._~/`, no slash at the end");
        }
        path.into()
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

fn rules(file: &ServiceFile) -> Rules {
    let numbers = match file.defaults.numbers {
        NumbersFile::Native => Numbers::Native,
        NumbersFile::Safe => Numbers::Safe,
    };
    let operations = file.operations.iter().map(|(name, rules)| (name.clone(), operation_rules(rules)));
    Rules { nodes: file.limits.contract.particles, numbers, operations: operations.collect() }
}

fn operation_rules(rules: &OperationFile) -> OperationRules {
    let hidden = rules.credentials.iter().filter_map(|paths| paths.username.split_once('.'));
    OperationRules {
        unwrap_request: rules.unwrap.request.clone(),
        unwrap_response: rules.unwrap.response.clone(),
        response_aliases: rules.unwrap.response_also.clone(),
        hidden: hidden.map(|(object, _)| object.to_owned()).collect(),
        always: rules.outcome.lists.clone(),
        blank_absent: rules.empty_is_absent.clone(),
    }
}

fn encode_options(file: &ServiceFile) -> EncodeOptions {
    EncodeOptions {
        xml: file.limits.xml,
        null_as: match file.defaults.null_as {
            NullFile::Absent => NullAs::Absent,
            NullFile::Nil => NullAs::Nil,
            NullFile::Reject => NullAs::Reject,
        },
        unknown_fields: match file.defaults.unknown_fields {
            UnknownFile::Ignore => UnknownFields::Ignore,
            UnknownFile::Reject => UnknownFields::Reject,
        },
        limits: file.limits.json,
    }
}

/// `location` as seen from the folder of `path`.
fn relative(path: &str, location: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !location.starts_with('/') => format!("{folder}/{location}"),
        _ => location.to_owned(),
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
