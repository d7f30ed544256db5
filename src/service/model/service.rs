//! A checked service: what requests use, ready to be used.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::callers::{CertificateCaller, JwtAuth};
use super::checks::{Check, Report};
use super::documents::Published;
use super::route::HttpRoute;
use super::tls::{ListenTls, Tls};
use super::users::UserStore;
use crate::codec::EncodeOptions;
use crate::limits::Limits;
use crate::plan::{OperationPlan, Plan};
use crate::service::expression::Tables;
use crate::service::outcome::native::NativePlan;
use crate::service::outcome::rows::Row;
use crate::service::selector::Selector;
use crate::soap::SecurityCode;
use crate::wss::{Faults, Profile, Reason, Refused, Secret, Sender, TimestampPolicy};
use crate::xml::Diagnostic;

/// A contract with its fronts and its backend. Immutable; all requests share one.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: Arc<str>,
    /// The compiled contract.
    pub plan: Plan,
    /// The operations, in the order of [`Plan::operations`].
    pub operations: Vec<ServiceOperation>,
    /// What is wrong with the contract: operations that are not served, references to nothing.
    pub degraded: Vec<Diagnostic>,
    /// The JSON front.
    pub json_front: Option<JsonFront>,
    /// The SOAP front.
    pub soap_front: Option<SoapFront>,
    /// The backend.
    pub backend: Backend,
    /// TLS for the listener; plain HTTP without it.
    pub listen: Option<ListenTls>,
    /// How JSON becomes XML.
    pub encode: EncodeOptions,
    /// Whether a backend's reply must follow its schema to the letter.
    pub strict_replies: bool,
    /// Whether a value that a reply's enumeration does not have is passed on, with a warning.
    pub open_replies: bool,
    /// Whether a client's SOAP request must follow its schema to the letter.
    pub strict_requests: bool,
    /// The server for what several bridges must share; a URL may have a password in it.
    pub redis: Option<Secret>,
    /// Constant maps for expressions.
    pub tables: Tables,
    /// What never shows in whole.
    pub mask: Vec<(Selector, Mask)>,
    /// Bounds.
    pub limits: Limits,
    /// The contract's documents for `?wsdl` and `?xsd=N`.
    pub published: Published,
}

impl Service {
    /// The operation `index` with its rules.
    pub fn operation(&self, index: usize) -> Option<(&OperationPlan, &ServiceOperation)> {
        self.plan.operations().get(index).zip(self.operations.get(index))
    }

    /// Whether a front knows its callers by their certificates, so that whoever listens must ask for them.
    pub fn wants_certificates(&self) -> bool {
        let json = self.json_front.iter().map(|front| &front.auth);
        let mut fronts = json.chain(self.soap_front.iter().map(|front| &front.auth));
        fronts.any(|auth| matches!(auth, FrontAuth::Certificate(_)))
    }

    /// The operation named `name`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.plan.operations().iter().position(|operation| *operation.name == *name)
    }

    /// The users of its fronts.
    pub fn user_stores(&self) -> impl Iterator<Item = &UserStore> {
        let (json, soap) = (self.json_front.iter(), self.soap_front.iter());
        let all = json.map(|front| &front.auth).chain(soap.map(|front| &front.auth));
        all.filter_map(|auth| if let FrontAuth::Users(store) = auth { Some(&**store) } else { None })
    }
}

/// The rules of an operation.
#[derive(Clone, Debug)]
pub struct ServiceOperation {
    /// Method and path on the JSON side.
    pub http: HttpRoute,
    /// Request fields that are HTTP headers.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// Request fields of the path, the query and the headers that are booleans.
    pub flags: Vec<String>,
    /// Body fields that are credentials.
    pub credentials: Option<CredentialPaths>,
    /// Conditions on requests.
    pub checks: Vec<Check>,
    /// How breaches of the contract are reported.
    pub reports: Vec<Report>,
    /// What a JSON backend's replies mean; the HTTP status alone decides where there are no rows.
    pub rows: Vec<Row>,
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
}

impl ServiceOperation {
    /// Whether request fields stand outside of the body on the JSON side.
    pub fn is_scattered(&self) -> bool {
        !self.headers.is_empty() || self.http.members().next().is_some()
    }
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

/// Who may call a front.
#[derive(Clone, Debug)]
pub enum FrontAuth {
    /// Whoever shows one of these certificates.
    Certificate(Vec<CertificateCaller>),
    /// Whoever presents such a JSON Web Token.
    Jwt(Arc<JwtAuth>),
    /// Whoever presents one of these keys in this header.
    Keys(HeaderName, Vec<Bearer>),
    /// Anyone.
    None,
    /// Whoever the backend accepts.
    PassThrough,
    /// Whoever presents one of these tokens.
    Tokens(Vec<Bearer>),
    /// These users.
    Users(Arc<UserStore>),
}

impl FrontAuth {
    /// Whether SOAP clients say who they are in the Security header.
    pub fn wants_token(&self) -> bool {
        matches!(self, Self::PassThrough | Self::Users(_))
    }
}

/// The name of an HTTP header, in lower case.
pub type HeaderName = Arc<str>;

/// A bearer token or a key that a front accepts.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Whose it is.
    pub name: Arc<str>,
    /// The token.
    pub token: Secret,
}

/// The JSON front.
#[derive(Clone, Debug)]
pub struct JsonFront {
    /// Its path; operations are below it.
    pub path: Arc<str>,
    /// Who may call.
    pub auth: FrontAuth,
    /// Whether every answer has HTTP status 200.
    pub always_200: bool,
}

/// The SOAP front.
#[derive(Clone, Debug)]
pub struct SoapFront {
    /// Its path.
    pub path: Arc<str>,
    /// Who may call.
    pub auth: FrontAuth,
    /// Whether PasswordText is accepted.
    pub accept_text: bool,
    /// Whether PasswordDigest is accepted.
    pub accept_digest: bool,
    /// How Security headers are read and answered.
    pub security: FrontSecurity,
}

/// How Security headers are read and answered.
#[derive(Clone, Debug, Default)]
pub struct FrontSecurity {
    /// What is put up with.
    pub profile: Profile,
    /// Whether a Timestamp is looked at.
    pub timestamp: TimestampPolicy,
    /// Whether responses have a Timestamp.
    pub response_timestamp: ResponseTimestamp,
    /// How much a client is told.
    pub faults: Faults,
    /// The HTTP status of a fault that blames the sender, where it is not that of its version of SOAP.
    pub sender_fault_status: Option<u16>,
    /// Whether `MessageExpired` is in the utility namespace.
    pub expired_in_wsu: bool,
    /// Actors and roles in which this bridge acts, besides those of SOAP.
    pub actors: Vec<Arc<str>>,
}

impl FrontSecurity {
    /// What a client is told for `reason`.
    pub fn refused(&self, reason: Reason) -> Refused {
        match reason.refused(self.faults) {
            Refused { fault: SecurityCode::MessageExpired, reason } if self.expired_in_wsu => {
                Refused { fault: SecurityCode::MessageExpiredUtility, reason }
            }
            refused => refused,
        }
    }
}

/// Whether responses have a Timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseTimestamp {
    /// Always.
    Always,
    /// When the request has one.
    #[default]
    Auto,
    /// Never.
    Never,
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Backend {
    /// A JSON backend.
    Json(JsonBackend),
    /// A SOAP backend.
    Soap(SoapBackend),
}

impl Backend {
    /// The header with credentials that it gets.
    pub fn auth(&self) -> &BackendAuth {
        match self {
            Self::Json(json) => &json.auth,
            Self::Soap(soap) => &soap.auth,
        }
    }

    /// Whose credentials it gets, in the message or in a header.
    pub fn credentials(&self) -> impl Iterator<Item = &BackendCredentials> {
        let inside = match self {
            Self::Json(json) => json.credentials.as_ref(),
            Self::Soap(soap) => soap.token.as_ref().map(|token| &token.credentials),
        };
        inside.into_iter().chain(self.auth().credentials())
    }

    /// Where it is and how long it may take.
    pub fn target(&self) -> &Target {
        match self {
            Self::Json(json) => &json.target,
            Self::Soap(soap) => &soap.target,
        }
    }
}

/// Where a backend is and how long it may take.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its URL, for a JSON backend its base.
    pub url: Arc<str>,
    /// To open a connection.
    pub connect: Duration,
    /// Until the first byte of the reply.
    pub first_byte: Duration,
    /// For the whole exchange.
    pub total: Duration,
    /// How it is trusted, where the URL begins with `https://`, and what it is shown.
    pub tls: Tls,
}

/// A SOAP backend.
#[derive(Clone, Debug)]
pub struct SoapBackend {
    /// Where it is.
    pub target: Target,
    /// The UsernameToken that it gets.
    pub token: Option<BackendToken>,
    /// The header with credentials that it gets.
    pub auth: BackendAuth,
    /// Whether the Timestamp of a reply is looked at.
    pub response_timestamp: TimestampPolicy,
}

/// The UsernameToken that a SOAP backend gets.
#[derive(Clone, Debug)]
pub struct BackendToken {
    /// Whose credentials.
    pub credentials: BackendCredentials,
    /// How the token looks.
    pub sender: Arc<Sender>,
}

/// A JSON backend.
#[derive(Clone, Debug)]
pub struct JsonBackend {
    /// Where it is.
    pub target: Target,
    /// The credentials that go into the body.
    pub credentials: Option<BackendCredentials>,
    /// The header with credentials that it gets.
    pub auth: BackendAuth,
}

/// The header with credentials that a backend gets.
#[derive(Clone, Debug)]
pub enum BackendAuth {
    /// None.
    None,
    /// Basic.
    Basic(BackendCredentials),
    /// A header of its own.
    Header(HeaderName, Secret),
    /// A bearer token.
    Bearer(Secret),
    /// A bearer token of an OAuth 2.0 server.
    Oauth2(Oauth2),
}

impl BackendAuth {
    /// Whose credentials it carries.
    pub fn credentials(&self) -> Option<&BackendCredentials> {
        match self {
            Self::Basic(credentials) => Some(credentials),
            Self::None | Self::Bearer(_) | Self::Header(..) | Self::Oauth2(_) => None,
        }
    }
}

/// An OAuth 2.0 server and this client's credentials there.
#[derive(Clone, Debug)]
pub struct Oauth2 {
    /// Its token endpoint.
    pub token: Target,
    /// This client.
    pub client: Credentials,
    /// Whether the credentials go into the form, and not into Basic credentials.
    pub in_form: bool,
    /// The scope to ask for.
    pub scope: Option<Arc<str>>,
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

/// Whose credentials a backend gets.
#[derive(Clone, Debug)]
pub enum BackendCredentials {
    /// Those beside the caller's name.
    ByCaller(HashMap<Arc<str>, Credentials>),
    /// The caller's.
    Caller,
    /// These.
    Fixed(Credentials),
}

/// A name and a password that open a backend.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name.
    pub username: Arc<str>,
    /// The password.
    pub password: Secret,
}
