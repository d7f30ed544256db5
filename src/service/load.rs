//! From the file to the service: every problem is found, in one pass, before anything runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_saphyr::{Location, Spanned};

use super::documents::Published;
use super::duration::duration;
use super::expression::Tables;
use super::file::{
    AuthFile, BackendAuthFile, BackendFile, CredentialsFile, DefaultsFile, EmptyFile, FrontFile,
    IncludedFile, MaskFile, NamesFile, NullFile, NumbersFile, Oauth2File, Oauth2SendFile, PasswordFile,
    ServiceFile, TableFile, TimeoutFile, UnknownFile,
};
use super::model::{
    Backend, BackendAuth, BackendCredentials, BackendToken, Bearer, CredentialPaths, Credentials, FrontAuth,
    JsonBackend, JsonFront, Mask, Oauth2, Service, ServiceOperation, SoapBackend, SoapFront, Target, User,
};
use super::reference;
use super::route::HttpRoute;
use super::rules::RuleLoader;
use super::rules_file::{CredentialPathsFile, OperationFile};
use super::selector::Selector;
use crate::codec::{EmptyAs, EncodeOptions, NullAs, UnknownFields};
use crate::limits::{HttpLimits, Limits};
use crate::plan::{self, Names, Numbers, OperationPlan, OperationRules, Plan, Rules};
use crate::wsdl::{self, Contract, Fetch};
use crate::wss::{PasswordType, Secret, Sender};
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
    /// Takes in the rules of the included file. Errors: one that cannot be read, and what stands in both files.
    fn include(&mut self, file: &mut ServiceFile, fetch: &mut dyn Fetch) -> Result<(), Vec<Diagnostic>> {
        let Some(include) = &file.include else { return Ok(()) };
        let path = relative(self.path, include);
        let unread = |message: String| vec![Diagnostic::of_file("CFG0001", Severity::Error, &path, message)];
        let bytes = fetch.fetch("", &path).map_err(&unread)?;
        let text = String::from_utf8(bytes.bytes).map_err(|_| unread("the file is not UTF-8".to_owned()))?;
        let included: IncludedFile =
            serde_saphyr::from_str(&text).map_err(|error| vec![unreadable(&path, &text, &error)])?;
        self.include = Some((path, text));
        if file.defaults.is_some() && included.defaults.is_some() {
            self.problem("defaults: they stand in the included file too");
        }
        file.defaults = file.defaults.take().or(included.defaults);
        file.violations.extend(included.violations);
        self.merge("tables", &mut file.tables, included.tables);
        self.merge("types", &mut file.types, included.types);
        self.merge("mask", &mut file.mask, included.mask);
        let operations = included.operations.into_iter();
        let operations = operations.map(|(name, rules)| (name, OperationFile { included: true, ..rules }));
        self.merge("operations", &mut file.operations, operations.collect());
        Ok(())
    }

    fn merge<T>(&mut self, what: &str, into: &mut BTreeMap<String, T>, from: BTreeMap<String, T>) {
        for (name, value) in from {
            if into.insert(name.clone(), value).is_some() {
                self.problem(&format!("{what}.{name}: it stands in the included file too"));
            }
        }
    }

    fn redis(&mut self, url: &str) -> Option<Secret> {
        let url = self.resolved("store.redis", reference::resolve(url, self.environment))?;
        if !url.starts_with("redis://") {
            self.problem("store.redis: expected a URL such as redis://host:6379");
        }
        Some(Secret::new(url))
    }

    fn mask(&mut self, file: &ServiceFile) -> Vec<(Selector, Mask)> {
        let mut out = Vec::new();
        for (at, mask) in &file.mask {
            let kept = match mask.value {
                MaskFile::Drop => Mask::Drop,
                MaskFile::Hide => Mask::Hide,
                MaskFile::Last4 => Mask::Last4,
            };
            match Selector::parse(at) {
                Ok(selector) => out.push((selector, kept)),
                Err(message) => self.problem(&format!("mask: {message}")),
            }
        }
        out
    }

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
        let tables = tables(file);
        let operations = compiled.plan.operations().iter();
        let operations =
            operations.filter_map(|operation| self.operation(file, &compiled.plan, operation, &tables));
        let operations: Vec<ServiceOperation> = operations.collect();
        let mask = self.mask(file);
        let redis = file.store.redis.as_deref().and_then(|url| self.redis(url));
        let defaults = defaults(file);
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

    fn check_fronts(&mut self, file: &ServiceFile, backend: Option<&Backend>) {
        if file.fronts.json.is_none() && file.fronts.soap.is_none() {
            self.problem("fronts: at least one of json and soap is needed");
        }
        let wants_caller = match backend {
            Some(Backend::Json(json)) => {
                let used = [json.credentials.as_ref(), json.auth.credentials()];
                used.into_iter().flatten().any(|used| matches!(used, BackendCredentials::Caller))
            }
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

    fn operation(
        &mut self,
        file: &ServiceFile,
        plan: &Plan,
        operation: &OperationPlan,
        tables: &Tables,
    ) -> Option<ServiceOperation> {
        let default = OperationFile::default();
        let rules = file.operations.get(&*operation.name).unwrap_or(&default);
        let common = rules.answer.common;
        let failure_http = rules.answer.failure_http.unwrap_or(if common { 400 } else { 200 });
        let mut loader = RuleLoader { plan, operation, tables, problems: Vec::new() };
        let http = loader.route(rules);
        let mut reports = loader.reports(&rules.violations);
        reports.extend(loader.reports(&file.violations));
        let header = |(name, member): (&String, &Spanned<String>)| {
            (name.to_lowercase().into(), member.value.as_str().into())
        };
        let headers: Vec<(Arc<str>, Arc<str>)> = rules.header.iter().map(header).collect();
        let (checks, rows, native) =
            (loader.checks(&rules.check), loader.rows(rules), loader.native(&rules.native));
        let outside =
            http.iter().flat_map(HttpRoute::members).chain(headers.iter().map(|(_, member)| &**member));
        let flags = outside.filter(|member| loader.is_boolean(member)).map(str::to_owned).collect();
        for (at, message) in loader.problems {
            self.problem_at(at, rules.included, &message);
        }
        Some(ServiceOperation {
            http: http?,
            headers,
            flags,
            credentials: rules.credentials.as_ref().and_then(|paths| self.credential_paths(paths)),
            checks,
            reports,
            rows,
            native,
            common,
            failure_http,
            breach_http: if common { failure_http } else { 422 },
            idempotent: rules.idempotent,
        })
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
                let auth = match &json.auth {
                    None => BackendAuth::None,
                    Some(auth) => self.backend_auth(auth, &target, file)?,
                };
                Some(Backend::Json(JsonBackend { target, credentials, auth }))
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

    fn backend_auth(
        &mut self,
        file: &BackendAuthFile,
        backend: &Target,
        service: &ServiceFile,
    ) -> Option<BackendAuth> {
        match file {
            BackendAuthFile::Basic(credentials) => self.credentials(credentials).map(BackendAuth::Basic),
            BackendAuthFile::Bearer(token) => {
                let token =
                    self.resolved("backend.json.auth.bearer", reference::secret(token, self.environment))?;
                Some(BackendAuth::Bearer(token))
            }
            BackendAuthFile::Oauth2(oauth2) => self.oauth2(oauth2, backend, service).map(BackendAuth::Oauth2),
        }
    }

    fn oauth2(&mut self, file: &Oauth2File, backend: &Target, service: &ServiceFile) -> Option<Oauth2> {
        let url = self.resolved("oauth2.token_url", reference::resolve(&file.token_url, self.environment))?;
        let url = if url.starts_with('/') { format!("{}{url}", origin(&backend.url)) } else { url };
        let token = self.target(Some(&url), None, &TimeoutFile::default(), &service.limits.http)?;
        let id = self.resolved("oauth2.client_id", reference::resolve(&file.client_id, self.environment))?;
        let secret =
            self.resolved("oauth2.client_secret", reference::secret(&file.client_secret, self.environment))?;
        Some(Oauth2 {
            token,
            client: Credentials { username: id.into(), password: secret },
            in_form: file.send == Oauth2SendFile::Body,
            scope: file.scope.as_deref().map(Arc::from),
        })
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
        match duration(text).ok().filter(|time| !time.is_zero()) {
            Some(time) => time,
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
            AuthFile::Tokens(tokens) => {
                let tokens = tokens.iter().filter_map(|bearer| {
                    let token =
                        self.resolved("tokens.token", reference::secret(&bearer.token, self.environment))?;
                    Some(Bearer { name: bearer.name.as_str().into(), token })
                });
                FrontAuth::Tokens(tokens.collect())
            }
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
        JsonFront { path, auth, always_200: front.always_200 }
    }

    fn soap_front(&mut self, file: &ServiceFile, front: &FrontFile) -> SoapFront {
        let path = self.front_path(front, format!("/soap/{}", file.service));
        let accept = match &front.auth {
            AuthFile::Users { accept, .. } => accept.clone(),
            AuthFile::None | AuthFile::PassThrough | AuthFile::Tokens(_) => vec![PasswordFile::Text],
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
            self.problem(
                "fronts.path: expected a path such as /orders: letters, digits, `-._~/`, no slash at the end",
            );
        }
        path.into()
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

fn defaults(file: &ServiceFile) -> DefaultsFile {
    file.defaults.clone().unwrap_or_default()
}

fn tables(file: &ServiceFile) -> Tables {
    let mut tables = Tables::default();
    for (name, table) in &file.tables {
        match table {
            TableFile::List(texts) => tables.add_list(name, texts),
            TableFile::Map(entries) => tables.add_map(name, entries),
        }
    }
    tables
}

fn rules(file: &ServiceFile) -> Rules {
    let defaults = defaults(file);
    let numbers = match defaults.numbers {
        NumbersFile::Native => Numbers::Native,
        NumbersFile::Safe => Numbers::Safe,
    };
    let names = match defaults.names {
        NamesFile::AsIs => Names::AsIs,
        NamesFile::CamelCase => Names::Camel,
        NamesFile::SnakeCase => Names::Snake,
    };
    let operations = file.operations.iter().map(|(name, rules)| (name.clone(), operation_rules(rules)));
    let types = file.types.iter().map(|(name, rules)| (name.clone(), super::rules::type_fields(rules)));
    Rules {
        names,
        numbers,
        nodes: file.limits.contract.particles,
        operations: operations.collect(),
        types: types.collect(),
        flatten: defaults.flatten,
        extra: defaults.extra,
    }
}

fn operation_rules(rules: &OperationFile) -> OperationRules {
    let hidden = rules.credentials.iter().filter_map(|paths| paths.username.split_once('.'));
    OperationRules {
        unwrap_request: rules.unwrap.request.clone(),
        unwrap_response: rules.unwrap.response.clone(),
        response_aliases: rules.unwrap.response_also.clone(),
        hidden: hidden.map(|(object, _)| object.to_owned()).collect(),
        always: rules.answer.lists.clone(),
        blank_absent: rules.empty_is_absent.clone(),
        plain_extra: !rules.native.is_empty(),
        fields: super::rules::operation_fields(rules),
    }
}

fn encode_options(file: &ServiceFile, defaults: &DefaultsFile) -> EncodeOptions {
    EncodeOptions {
        open: false,
        empty_as: match defaults.empty_as {
            EmptyFile::Absent => EmptyAs::Absent,
            EmptyFile::Keep => EmptyAs::Keep,
            EmptyFile::Reject => EmptyAs::Reject,
        },
        xml: file.limits.xml,
        null_as: match defaults.null_as {
            NullFile::Absent => NullAs::Absent,
            NullFile::Nil => NullAs::Nil,
            NullFile::Reject => NullAs::Reject,
        },
        unknown_fields: match defaults.unknown_fields {
            UnknownFile::Ignore => UnknownFields::Ignore,
            UnknownFile::Reject => UnknownFields::Reject,
        },
        limits: file.limits.json,
    }
}

/// Scheme and host of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
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
