//! Headers of requests for a backend that are the same wherever they are sent.

use http::{HeaderName, HeaderValue, header};

use crate::service::Credentials;
use crate::wss::Secret;

/// What every request has: replies are wanted as they are, for a small coded one may be a large one.
pub(in crate::bridge) const ALWAYS: [(HeaderName, HeaderValue); 2] = [
    (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    (header::USER_AGENT, HeaderValue::from_static(concat!("saponify/", env!("CARGO_PKG_VERSION")))),
];

/// The value of `Authorization` for Basic credentials (RFC 7617 section 2), which no log shows.
pub(crate) fn basic(credentials: &Credentials) -> HeaderValue {
    use base64::Engine;
    let pair = format!("{}:{}", credentials.username, credentials.password.expose());
    let value = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    let mut value = HeaderValue::try_from(value).expect("base64 is visible ASCII");
    value.set_sensitive(true);
    value
}

/// The value of a header of its own for `token`, which no log shows. Errors: characters that no header has.
pub(in crate::bridge) fn sensitive(token: &Secret) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(token.expose())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The value of `Authorization` for a bearer token (RFC 6750 section 2.1), which no log shows. Errors: characters that no
/// header has.
pub(in crate::bridge) fn bearer(token: &Secret) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))?;
    value.set_sensitive(true);
    Ok(value)
}
