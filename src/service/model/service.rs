//! A checked service: what requests use, ready to be used.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::backend::{Backend, OwnDeadlines};
use super::block_fields::BlockFields;
use super::checks::{Check, Report};
use super::documents::Published;
use super::front::{FrontAuth, JsonFront, SoapFront};
use super::mcp::McpFront;
use super::ports::Ports;
use super::route::HttpRoute;
use super::store::SharedStore;
use super::tls::ListenTls;
use super::web::Public;
use crate::codec::{EncodeOptions, Leeway};
use crate::limits::Limits;
use crate::plan::{CredentialPath, OperationPlan, Plan, Rules};
use crate::service::expression::Tables;
use crate::service::outcome::fault_rules::FaultTable;
use crate::service::outcome::native::NativePlan;
use crate::service::outcome::outcome_rules::OutcomeRule;
use crate::service::selector::Selector;
use crate::wss::Secret;
use crate::xml::Diagnostic;

/// A contract with its fronts and its backend. Immutable; all requests share one.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: Arc<str>,
    /// The ports of the contract.
    pub ports: Ports,
    /// The compiled contract.
    pub plan: Plan,
    /// The operations, in the order of [`Plan::operations`].
    pub operations: Vec<ServiceOperation>,
    /// What is wrong with the contract: operations that are not served, references to nothing.
    pub degraded: Vec<Diagnostic>,
    /// The operations of its port that are not served.
    pub unserved: Vec<Unserved>,
    /// What its contract demands beside messages, in sentences.
    pub demands: Vec<String>,
    /// The JSON front.
    pub json_front: Option<JsonFront>,
    /// The front for programs that act for people.
    pub mcp_front: Option<McpFront>,
    /// The SOAP front.
    pub soap_front: Option<SoapFront>,
    /// The backend.
    pub backend: Backend,
    /// The backend's URL as it may be shown: without the values of references behind its host.
    pub shown_url: Arc<str>,
    /// What references of the file lead to that must not be shown, wherever it stands.
    pub secrets: Vec<Secret>,
    /// TLS for the listener; plain HTTP without it.
    pub listen: Option<ListenTls>,
    /// Where clients believe that the listener is, and which proxies tell who they are.
    pub public: Public,
    /// How JSON becomes XML.
    pub encode: EncodeOptions,
    /// Whether a backend's reply must follow its schema to the letter.
    pub strict_replies: bool,
    /// Whether a value that a reply's enumeration does not have is passed on, with a warning.
    pub open_replies: bool,
    /// What a client's SOAP request is forgiven.
    pub leeway: Leeway,
    /// What becomes of header blocks that the contract does not declare.
    pub undeclared_headers: UndeclaredHeaders,
    /// Where that is which several bridges must share.
    pub store: Option<SharedStore>,
    /// A folder for long attachments.
    pub spool: Option<Box<Path>>,
    /// Constant maps for expressions.
    pub tables: Tables,
    /// What never shows in whole.
    pub mask: Vec<(Selector, Mask)>,
    /// Bounds.
    pub limits: Limits,
    /// The ways to the credentials that header blocks of the contract hold.
    pub credential_paths: Vec<CredentialPath>,
    /// What the file says about the JSON of messages, by which the plan was made.
    pub rules: Rules,
    /// The contract's documents for `?wsdl` and `?xsd=N`.
    pub published: Arc<Published>,
}

/// An operation that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// Its name.
    pub name: Arc<str>,
    /// Why not.
    pub reason: String,
    /// Where that is written: file, line and column.
    pub place: String,
}

/// What becomes of the header blocks of a client's envelope that the contract does not declare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UndeclaredHeaders {
    /// A SOAP backend gets them as they are; of one that goes to no backend the client is warned.
    #[default]
    Pass,
    /// The request is refused.
    Reject,
}

impl Service {
    /// The operation `index` with its rules.
    pub fn operation(&self, index: usize) -> Option<(&OperationPlan, &ServiceOperation)> {
        self.plan.operations().get(index).zip(self.operations.get(index))
    }

    /// Whether requests of `operation` are sent with the caller's own credentials, where the backend gets those at all: where header blocks
    /// hold them, an operation without such a block has none.
    pub fn passes_credentials(&self, operation: &OperationPlan) -> bool {
        self.credential_paths.is_empty() || operation.input.takes_credentials
    }

    /// Whether header blocks with this local name hold credentials.
    pub fn holds_credentials(&self, block: &str) -> bool {
        let first = |path: &CredentialPath| path.names.first().is_some_and(|(_, local)| **local == *block);
        self.credential_paths.iter().any(first)
    }

    /// Whether a front knows its callers by their certificates, so that whoever listens must ask for them.
    pub fn wants_certificates(&self) -> bool {
        self.auths().any(|(_, auth)| match auth {
            FrontAuth::Certificate(_) => true,
            FrontAuth::Names(names) => names.certified,
            _ => false,
        })
    }

    /// The fronts by name, each with who may call it.
    pub fn auths(&self) -> impl Iterator<Item = (&'static str, &FrontAuth)> {
        let json = self.json_front.iter().map(|front| ("json", &front.auth));
        let mcp = self.mcp_front.iter().map(|front| ("mcp", &front.json.auth));
        json.chain(mcp).chain(self.soap_front.iter().map(|front| ("soap", &front.auth)))
    }

    /// The longest time that an exchange with the backend may take.
    pub fn longest(&self) -> Duration {
        let own = self.operations.iter().filter_map(|operation| operation.deadlines.total);
        own.fold(self.backend.target().total, Duration::max)
    }

    /// The operation named `name`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.plan.operations().iter().position(|operation| *operation.name == *name)
    }
}

/// The rules of an operation.
#[derive(Clone, Debug)]
pub struct ServiceOperation {
    /// Method and path on the JSON side.
    pub http: HttpRoute,
    /// What the body of its requests has there.
    pub body: BodyUse,
    /// Whether its request has no fields at all.
    pub is_empty: bool,
    /// Request fields that are HTTP headers.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// Fields of header blocks that are HTTP headers.
    pub block_fields: BlockFields,
    /// Request fields of the path, the query and the headers that are booleans.
    pub flags: Vec<String>,
    /// Body fields that are credentials.
    pub credentials: Option<CredentialPaths>,
    /// Conditions on requests.
    pub checks: Vec<Check>,
    /// How breaches of the contract are reported.
    pub reports: Vec<Report>,
    /// What a JSON backend's replies mean; the HTTP status alone decides where there are no rows.
    pub outcome_rules: Vec<OutcomeRule>,
    /// What becomes of faults and failures.
    pub faults: FaultTable,
    /// The JSON of the response, where it is not that of the contract.
    pub native: NativePlan,
    /// Whether the response has the outward shape, so that a failure of the bridge can be one.
    pub common: bool,
    /// The HTTP status of a response with `status` 0.
    pub failure_http: u16,
    /// The HTTP status of a request that breaks the contract.
    pub breach_http: u16,
    /// Whether the operation may be retried.
    pub idempotent: bool,
    /// How long it may take, where that is not as long as others.
    pub deadlines: OwnDeadlines,
    /// Its exchanges at one time, where that was said.
    pub concurrent: Option<usize>,
}

impl ServiceOperation {
    /// Whether request fields stand outside of the body on the JSON side.
    pub fn is_scattered(&self) -> bool {
        !self.headers.is_empty() || !self.block_fields.is_empty() || self.http.members().next().is_some()
    }
}

/// What the body of a JSON request at the operation's own method and path has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyUse {
    /// The fields that stand nowhere else; an object without any where there are none.
    Always,
    /// The fields that stand nowhere else; there is none where there are none.
    IfAny,
    /// Nothing: every field stands elsewhere, or the method has no body.
    Never,
}

/// Where a JSON body holds credentials: two members of one object at its top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialPaths {
    /// The object.
    pub object: Arc<str>,
    /// Its member with the user name.
    pub username: Arc<str>,
    /// Its member with the password.
    pub password: Arc<str>,
}

/// How much of a masked field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// It is left out.
    Drop,
    /// A mark.
    Hide,
    /// A mark and the last four characters.
    Last4,
}
