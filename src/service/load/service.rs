//! A service of its file: read, then checked as a whole.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::checker::Checker;
use super::choices::{self, defaults, encode_options, leeway, tables, undeclared_headers};
use super::url::Url;
use crate::codec;
use crate::plan::{self, Compiled};
use crate::service::environment::{Environment, relative};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::file::yaml::{self, Read};
use crate::service::model::backend::Backend;
use crate::service::model::documents::Published;
use crate::service::model::front::{JsonFront, SoapFront};
use crate::service::model::mcp::McpFront;
use crate::service::model::ports::Ports;
use crate::service::model::service::{Service, Unserved};
use crate::service::model::store::{SharedStore, password};
use crate::service::model::tls::ListenTls;
use crate::service::problem::{
    ContractProblem, FileProblem, Near, ReferenceProblem, RuleProblem, ValueProblem,
};
use crate::service::reference::{self, Piece};
use crate::wsdl::{self, Contract, Document, Fetch, Rooted};
use crate::wss::Secret;
use crate::xml::{Diagnostic, Position, Severity};
use crate::xsd::Origin;

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
    let Read { file, problems, mended } = yaml::read::<ServiceFile>(path, text);
    let mut checker = Checker::new(path, text, environment);
    if let Some(url) = backend_url {
        checker.backend_url = Some(url);
        checker.options = ["json", "soap"]
            .map(|side| (KeyPath::of("backend").key(side).key("url"), "--backend-url"))
            .to_vec();
    }
    checker.elsewhere = problems;
    checker.mended = mended;
    let Some(mut file) = file else { return Err(checker.diagnostics()) };
    checker.include(&mut file, fetch)?;
    if file.version != 1 {
        checker.problem(&KeyPath::of("version"), FileProblem::Version);
    }
    checker.check_limits(&file.limits);
    if checker.is_vague() {
        checker.without_contract(&file);
        return Err(checker.diagnostics());
    }
    match checker.contract(&file, fetch) {
        Ok(contract) => checker.service(&file, contract),
        Err(problems) => {
            checker.without_contract(&file);
            Err(checker.with(problems))
        }
    }
}

/// The documents that a service file names.
#[derive(Clone, Debug)]
pub struct NamedDocuments {
    /// The WSDL.
    pub wsdl: String,
    /// The folder that holds all of them, where it is named.
    pub root: Option<PathBuf>,
}

impl NamedDocuments {
    fn of(path: &str, file: &ServiceFile) -> Self {
        let root = file.contract.root.as_deref().map(|root| relative(path, root).into());
        Self { wsdl: relative(path, &file.contract.wsdl), root }
    }
}

/// The documents that the service file `path`, whose text is `text`, names. Errors: what is no service file.
pub fn contract_of(path: &str, text: &str) -> Result<NamedDocuments, Vec<Diagnostic>> {
    let Read { file, problems, .. } = yaml::read::<ServiceFile>(path, text);
    file.map(|file| NamedDocuments::of(path, &file)).ok_or(problems)
}

/// What does not depend on the plan.
struct Connections {
    backend: Option<Backend>,
    json_front: Option<JsonFront>,
    mcp_front: Option<McpFront>,
    soap_front: Option<SoapFront>,
    listen: Option<ListenTls>,
    store: Option<SharedStore>,
    spool: Option<Box<Path>>,
}

impl Checker<'_> {
    /// Without a contract rules cannot be checked; everything else can.
    fn without_contract(&mut self, file: &ServiceFile) {
        self.limits = file.limits;
        self.connections(file, None);
        self.mask(file);
    }

    /// The contract. Errors: what is wrong with it, where it was found.
    fn contract(&mut self, file: &ServiceFile, fetch: &mut dyn Fetch) -> Result<Contract, Vec<Diagnostic>> {
        let (at, named) = (KeyPath::of("contract.wsdl"), &file.contract.wsdl);
        if named.contains("://") && !named.starts_with("file://") {
            self.problem(&at, ContractProblem::Elsewhere { url: named.clone() });
            return Err(Vec::new());
        }
        if named.is_empty() {
            self.problem(&at, ValueProblem::Empty);
            return Err(Vec::new());
        }
        let NamedDocuments { wsdl: path, root } = NamedDocuments::of(self.path, file);
        wsdl::load(&path, &mut Rooted::new(fetch, root), &file.limits.contract).map_err(|mut problems| {
            // The document itself, and none that it leads to, is named here.
            if let [problem] = problems.as_slice()
                && (problem.code, &*problem.file, problem.position.line) == ("DOC0001", path.as_str(), 0)
            {
                let reason = problem.message.clone();
                self.problem(&at, ContractProblem::Unreadable { reason });
                problems.clear();
            }
            problems
        })
    }

    /// The service of `file` and `contract`. Errors: everything that is wrong with it.
    pub(super) fn service(
        &mut self,
        file: &ServiceFile,
        mut contract: Contract,
    ) -> Result<Service, Vec<Diagnostic>> {
        self.limits = file.limits;
        let ports = self.select(file, &mut contract);
        self.check_names(file, &contract);
        self.check_elements(file, &contract);
        let rules = self.rules(file);
        let mut compiled = match plan::compile(&contract, &rules) {
            Ok(compiled) => compiled,
            Err(problems) => {
                // Without a plan rules cannot be checked; everything else can.
                self.connections(file, Some(&contract));
                self.mask(file);
                return Err(self.with(problems));
            }
        };
        let options = encode_options(file, &defaults(file));
        codec::fill_headers(&mut compiled.plan, &options);
        self.operations = compiled.plan.operations().iter().map(|operation| operation.name.clone()).collect();
        if self.operations.is_empty() && self.is_clean() {
            let found = contract.diagnostics.iter().filter(|found| found.severity != Severity::Note).cloned();
            self.elsewhere.extend(compiled.refused.iter().map(|refused| refused.reason.clone()).chain(found));
            self.problem(&KeyPath::of("contract"), ContractProblem::NothingServed);
        }
        let service = self.compiled(file, &contract, compiled);
        match service {
            Some(service) if self.is_clean() => {
                let published = Arc::new(Published::serving(&contract, &ports));
                Ok(Service { ports, published, ..service })
            }
            _ => Err(self.diagnostics()),
        }
    }

    /// The service of a compiled contract. Nothing where something is wrong, which is then noted.
    fn compiled(&mut self, file: &ServiceFile, contract: &Contract, compiled: Compiled) -> Option<Service> {
        let tables = tables(file);
        let operations = self.operations(file, &compiled.plan, &tables);
        let mask = self.mask(file);
        self.check_arguments(file, &compiled.plan);
        self.credential_paths = compiled.plan.credential_paths();
        let Connections { backend, json_front, mcp_front, soap_front, listen, store, spool } =
            self.connections(file, Some(contract));
        let defaults = defaults(file);
        self.unserved.extend(compiled.refused.iter().map(|refused| Unserved {
            name: refused.operation.as_str().into(),
            reason: refused.reason.message.clone(),
            place: shown_place(&refused.reason.file, refused.reason.position),
        }));
        let refused = compiled.refused.into_iter().map(|refused| refused.reason);
        let found = contract.diagnostics.iter().filter(|found| found.severity != Severity::Note).cloned();
        Some(Service {
            name: file.service.as_str().into(),
            ports: Ports::default(),
            plan: compiled.plan,
            operations,
            degraded: refused.chain(found).collect(),
            unserved: std::mem::take(&mut self.unserved),
            demands: self.told_demands(file, contract),
            json_front,
            mcp_front,
            soap_front,
            backend: backend?,
            shown_url: self.shown_url.as_str().into(),
            secrets: std::mem::take(&mut self.secrets),
            listen,
            public: self.public(file),
            encode: encode_options(file, &defaults),
            strict_replies: defaults.strict_responses,
            leeway: leeway(&defaults),
            undeclared_headers: undeclared_headers(&defaults),
            open_replies: defaults.open_enumerations,
            store,
            spool,
            tables,
            mask,
            limits: file.limits,
            credential_paths: std::mem::take(&mut self.credential_paths),
            rules: choices::rules(file),
            published: Arc::default(),
        })
    }

    /// Whether the contract has the elements that `defaults` names: without them the rules silently do nothing.
    fn check_elements(&mut self, file: &ServiceFile, contract: &Contract) {
        let Some(defaults) = &file.defaults else { return };
        let at = KeyPath::of("defaults");
        let lists =
            defaults.flatten.iter().enumerate().map(|(item, name)| (at.key("flatten").item(item), name));
        let extra = defaults.extra.iter().map(|name| (at.key("extra"), name));
        let known = || contract.schema.declarations.iter().map(|element| &*element.name.local);
        for (at, name) in lists.chain(extra) {
            if !known().any(|known| *known == **name) {
                let problem = RuleProblem::NoField { name: name.clone(), near: Near::of(name, known()) };
                self.problem(&at, problem);
            }
        }
    }

    /// Who calls and what is called.
    fn connections(&mut self, file: &ServiceFile, contract: Option<&Contract>) -> Connections {
        self.check_header_credentials(file);
        self.asks_for_certificates = file.listen.asks_for_certificates();
        let backend = self.backend(file, contract);
        self.check_fronts(file, backend.as_ref());
        self.check_asked(file);
        if let Some((backend, contract)) = backend.as_ref().zip(contract) {
            self.check_demands(file, backend, contract);
        }
        Connections {
            backend,
            json_front: self.json_front(file),
            mcp_front: self.mcp_front(file),
            soap_front: self.soap_front(file, contract),
            listen: self.listen(file),
            store: file.store.redis.as_deref().and_then(|url| self.store(url)),
            spool: file.spool.as_deref().and_then(|folder| self.spool(folder)),
        }
    }

    /// The folder at the path `text`.
    fn spool(&mut self, text: &str) -> Option<Box<Path>> {
        let path = Path::new(text);
        if path.is_absolute() {
            return Some(path.into());
        }
        self.problem(&KeyPath::of("spool"), ValueProblem::Path);
        None
    }

    /// The store at the URL `text`, of which no password may be typed.
    fn store(&mut self, text: &str) -> Option<SharedStore> {
        let at = KeyPath::of("store.redis");
        let pieces = self.checked(&at, reference::pieces(text, self.environment))?;
        let typed: String = pieces.iter().filter_map(Piece::typed).collect();
        if password(&typed).is_some() {
            self.problem(&at, ReferenceProblem::Literal);
        }
        let Url { whole, .. } = self.resolved_url(&at, text)?;
        self.secrets.extend(password(&whole).map(Secret::new));
        let store = SharedStore::parse(&whole).map_err(|expected| ValueProblem::Url { expected });
        let store = self.checked(&at, store)?;
        self.secrets.extend(store.password.clone());
        Some(store)
    }

    fn check_names(&mut self, file: &ServiceFile, contract: &Contract) {
        let ports = contract.services.iter().flat_map(|service| &service.ports);
        let known = ports.flat_map(|port| &port.operations).map(|operation| Arc::from(&*operation.name));
        self.operations = known.collect();
        for name in file.operations.keys() {
            // Where no port was chosen that has been said.
            if self.operations.is_empty() || self.has_operation(name) {
                continue;
            }
            let at = KeyPath::of("operations").key(name).name();
            self.problem(&at, ContractProblem::unknown_operation(name, &self.operations));
        }
    }

    /// What was found, and `problems` of the plan, which are of this file where they name none.
    fn with(&mut self, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let (rules, elsewhere) = problems.into_iter().partition(|problem| problem.file.is_empty());
        self.rules = rules;
        self.elsewhere.extend::<Vec<_>>(elsewhere);
        self.diagnostics()
    }
}

/// Where a component is written.
pub(super) fn place(documents: &[Document], origin: Origin) -> String {
    let document = documents.get(origin.document as usize);
    document.map_or_else(String::new, |document| {
        shown_place(&document.file, document.tree.position(origin.offset as usize))
    })
}

/// The name of the file, line and column: in which folders it is, is nobody's business.
fn shown_place(file: &str, position: Position) -> String {
    let name = file.rsplit(['/', '\\']).next().map_or(file, |name| name);
    format!("{name}:{}:{}", position.line, position.column)
}
