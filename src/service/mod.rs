//! The service file: a contract, its fronts, one backend and the rules between them, checked into one [`Service`].
//!
//! What the user typed (`file`) is turned once (`load`) into what requests use (`model`); after that nothing about it can be
//! invalid. All problems ([`problem`]) are found before a port is bound. Conditions and texts of the file are in a language of its own
//! ([`expression`]). What became of an exchange, as every peer sees it, is in [`outcome`].
//!
//! Each uses only those before it: `environment`, `duration`, `origin` and `field_value`; `problem`; `reference` and
//! `selector`; `file`; `expression`; `outcome`; `model`; `load`.

mod duration;
mod environment;
pub mod expression;
mod field_value;
pub mod file;
mod load;
mod model;
mod origin;
pub mod outcome;
pub mod problem;
mod reference;
pub mod selector;

pub use duration::duration;
pub use environment::Environment;
pub use field_value::{FieldFault, check_field_value, check_quotable, is_field_name};
pub use load::{NamedDocuments, Quick, contract_of, is_exposed, load, path_name, quick, served_ports};
pub use model::backend::{
    Backend, BackendAuth, BackendCredentials, BackendToken, ConnectionLimits, Credentials, Deadlines,
    HttpVersion, JsonBackend, Oauth2, OwnDeadlines, Proxy, Reach, SoapBackend, Target,
};
pub use model::block_fields::{GivenField, MessageBody};
pub use model::callers::{CertificateCaller, Grant, JwtAuth, JwtKeys, Mark, Operations};
pub use model::documents::Published;
pub use model::front::{
    Bearer, FaultStatus, Forms, FrontAddressing, FrontAuth, FrontMtom, FrontSecurity, HeaderName, JsonFront,
    NamedCaller, NamedCallers, ResponseTimestamp, SoapFront, SoapPlace,
};
pub use model::mcp::{Hints, McpFront, Tool};
pub use model::ports::{OtherPort, PortPlace, Ports};
pub use model::route::{HttpRoute, RouteError, RoutePath, canonical_path, is_same_path, operation_path};
pub use model::service::{
    BodyUse, CredentialPaths, Mask, Service, ServiceOperation, UndeclaredHeaders, Unserved,
};
pub use model::store::{SharedStore, StoreKind, StoreNode};
pub use model::tls::{Identity, ListenError, ListenPem, ListenTls, Place, Tls};
pub use model::users::{SecretMark, User, UserStore, UserTable};
pub use model::web::{Cors, Origins, Public};
pub use model::{checks, references};
pub use outcome::{Code, fault_rules, native, outcome_rules};
pub use reference::{resolve, secret};
