//! TLS, 1.2 or later: reading PEM, trusting backends, and what is known about a client by its certificate.
//!
//! One provider of cryptography is named wherever a configuration is made, so that no crate's features can change it.

mod backend;
mod certificate;
mod der_items;
mod error;
mod expiry;
mod name;
mod pem;

pub(super) use backend::Secured;
pub use backend::{NoRoots, TlsConfigError, system_roots};
pub use certificate::Certificate;
pub use error::TlsError;
pub(super) use error::refuses_certificate;
pub use expiry::expiry;
pub use pem::{PemError, certificates, key, roots};

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

/// The cryptography that TLS uses here.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
