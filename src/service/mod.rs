//! The service file: a contract, its fronts, one backend and the rules between them, checked into one [`Service`].
//!
//! What the user typed ([`file`]) is turned once into what requests use; after that nothing about it can be invalid.
//! All problems are found before a port is bound. The outcome of an exchange, as every peer sees it, is also here:
//! the bridge's own codes ([`Code`]) and the JSON of the outward shape ([`outcome`]).

mod callers;
pub mod callers_file;
pub mod checks;
mod code;
mod documents;
mod duration;
pub mod expression;
pub mod file;
pub mod fronts_file;
mod load;
mod model;
pub mod native;
pub mod outcome;
mod reference;
pub mod references;
mod route;
pub mod rows;
mod rules;
pub mod rules_file;
pub mod selector;
mod tls;
pub mod tls_file;
pub mod token_file;
mod users;

pub use callers::{CertificateCaller, Grant, JwtAuth, JwtKeys, Mark, Operations};
pub use code::Code;
pub use documents::Published;
pub use duration::duration;
pub use load::{Environment, Quick, load, quick};
pub use model::{
    Backend, BackendAuth, BackendCredentials, BackendToken, Bearer, CredentialPaths, Credentials, FrontAuth,
    FrontSecurity, HeaderName, JsonBackend, JsonFront, Mask, Oauth2, ResponseTimestamp, Service,
    ServiceOperation, SoapBackend, SoapFront, Target,
};
pub use reference::secret;
pub use route::HttpRoute;
pub use tls::{Identity, ListenPem, ListenTls, Place, Tls};
pub use users::{User, UserStore, UserTable};
