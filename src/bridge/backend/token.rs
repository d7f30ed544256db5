//! A token of an OAuth 2.0 server: client credentials (RFC 6749 section 4.4), as they are asked for and as it is given.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use tokio::time::Instant;

use super::error::CallError;
use super::headers::{ALWAYS, basic, bearer};
use super::outgoing::Outgoing;
use crate::json::Tape;
use crate::limits::JsonLimits;
use crate::service::Oauth2;
use crate::wss::Secret;

/// A token.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) value: Secret,
    header: HeaderValue,
    /// From when on another one is fetched.
    pub(super) renew: Instant,
    /// From when on it is not used.
    pub(super) until: Instant,
}

/// Why a token server gave no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenServerError {
    /// It did not answer.
    #[error("the token server: {0}")]
    Call(#[from] CallError),
    /// Its answer has no token.
    #[error("the token server's answer has no token")]
    Malformed,
    /// It failed with this status.
    #[error("the token server answered with HTTP status {0}")]
    Status(u16),
}

impl Token {
    /// That of an answer, which was `asked` for: `access_token` and `expires_in` (RFC 6749 section 5.1). Another one is fetched a tenth of
    /// its life before its end, at most half a minute; it is used up to a fiftieth, at most two seconds.
    pub(super) fn read(answer: &[u8], asked: Instant) -> Result<Self, TokenServerError> {
        let mut tape = Tape::new();
        let answer = tape.parse(answer, &JsonLimits::default()).map_err(|_| TokenServerError::Malformed)?;
        let value =
            answer.get("access_token").and_then(|token| token.as_str()).ok_or(TokenServerError::Malformed)?;
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenServerError::Malformed);
        }
        let value = Secret::new(value);
        let header = bearer(&value).map_err(|_| TokenServerError::Malformed)?;
        let life = match answer.get("expires_in") {
            None => SHORTEST,
            // Some servers give a text.
            Some(life) => {
                let text = life.as_str();
                let digits = text.as_deref().or(life.as_number()).ok_or(TokenServerError::Malformed)?;
                Duration::from_secs(digits.parse().map_err(|_| TokenServerError::Malformed)?)
            }
        };
        let end = asked + life.min(LONGEST);
        let before = |part: u32, most: Duration| end - (life.min(LONGEST) / part).min(most);
        Ok(Self { value, header, renew: before(10, MARGIN), until: before(50, ON_ITS_WAY) })
    }

    /// Puts it into `request`.
    pub(super) fn bear(&self, request: &mut Outgoing) {
        request.headers.insert(header::AUTHORIZATION, self.header.clone());
        request.token = Some(self.value.clone());
    }
}

/// The request for a token of `server` at `target`.
pub(super) fn request(server: &Oauth2, target: &Uri) -> Outgoing {
    let Oauth2 { client, in_form, scope, .. } = server;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    let mut headers = HeaderMap::new();
    if *in_form {
        form.append_pair("client_id", &client.username);
        form.append_pair("client_secret", client.password.expose());
    } else {
        headers.insert(header::AUTHORIZATION, basic(client));
    }
    if let Some(scope) = scope {
        form.append_pair("scope", scope);
    }
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form_type);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.extend(ALWAYS);
    let form = Bytes::from(form.finish());
    Outgoing { idempotent: true, ..Outgoing::new(Method::POST, target.clone(), headers, form) }
}

/// The life of a token that does not say how long it is valid.
const SHORTEST: Duration = Duration::from_secs(30);

/// No token is kept longer.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// No token is fetched earlier before the end of the one that there is.
const MARGIN: Duration = Duration::from_secs(30);

/// What a request with a token may be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
