//! Tokens of an OAuth 2.0 server: client credentials (RFC 6749 section 4.4), kept while they are valid.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use tokio::sync::{Mutex, TryLockError};

use super::client::Client;
use super::connect::{Endpoint, EndpointError};
use super::error::CallError;
use super::headers::{ALWAYS, basic, bearer};
use super::outgoing::{Outgoing, Reply};
use crate::json::Tape;
use crate::limits::JsonLimits;
use crate::service::Oauth2;
use crate::wss::Secret;

/// An OAuth 2.0 server, and the token that it gave.
#[derive(Debug)]
pub(in crate::bridge) struct Tokens {
    endpoint: Endpoint,
    server: Oauth2,
    kept: Mutex<Option<Token>>,
}

#[derive(Clone, Debug)]
struct Token {
    value: Secret,
    header: HeaderValue,
    until: Instant,
}

/// Why there is no reply of a backend that wants a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::bridge) enum TokenError {
    /// The backend did not answer.
    #[error(transparent)]
    Backend(CallError),
    /// The token server refused this client.
    #[error("the token server refused this client")]
    Refused,
    /// There is no token.
    #[error(transparent)]
    Server(#[from] TokenServerError),
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

impl Tokens {
    /// Tokens of `server`. Errors: an endpoint that cannot be called.
    pub(in crate::bridge) fn new(server: Oauth2) -> Result<Self, EndpointError> {
        let endpoint = Endpoint::new(&server.token)?;
        Ok(Self { endpoint, server, kept: Mutex::default() })
    }

    /// Sends `request` with a token. A token that the backend refuses is replaced by a new one, once: a request that is not
    /// authorized was not carried out.
    pub(in crate::bridge) async fn send(
        &self,
        client: &Client,
        backend: &Endpoint,
        request: &mut Outgoing,
    ) -> Result<Reply, TokenError> {
        let token = self.token(client, None).await?;
        let headers = request.headers.clone();
        bear(request, &token);
        let reply = client.call(backend, request).await.map_err(TokenError::Backend)?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let fresh = self.token(client, Some(&token)).await?;
        request.headers = headers;
        request.renew();
        bear(request, &fresh);
        client.call(backend, request).await.map_err(TokenError::Backend)
    }

    /// The token that is kept. Errors: it is being fetched, so that nobody can tell which one a request had.
    pub(in crate::bridge) fn kept(&self) -> Result<Option<Secret>, TryLockError> {
        Ok(self.kept.try_lock()?.as_ref().map(|token| token.value.clone()))
    }

    /// The token that is kept, or a new one. Whoever waits for a new one gets the same.
    async fn token(&self, client: &Client, refused: Option<&Token>) -> Result<Token, TokenError> {
        let mut kept = self.kept.lock().await;
        let usable = |token: &&Token| {
            token.until > Instant::now() && refused.is_none_or(|refused| !token.value.is(&refused.value))
        };
        if let Some(token) = kept.as_ref().filter(usable) {
            return Ok(token.clone());
        }
        let token = self.fetch(client).await?;
        *kept = Some(token.clone());
        Ok(token)
    }

    async fn fetch(&self, client: &Client) -> Result<Token, TokenError> {
        let asked = Instant::now();
        let request = request(&self.server, self.endpoint.target());
        let reply = client.send(&self.endpoint, request).await;
        let reply = reply.map_err(TokenServerError::Call)?;
        match reply.status.as_u16() {
            200..=299 => Ok(token(&reply.body, asked)?),
            400..=499 => Err(TokenError::Refused),
            status => Err(TokenServerError::Status(status).into()),
        }
    }
}

fn request(server: &Oauth2, target: &Uri) -> Outgoing {
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
    let (target, body) = (target.clone(), Bytes::from(form.finish()));
    Outgoing { method: Method::POST, target, headers, body, idempotent: true, renewal: None }
}

fn bear(request: &mut Outgoing, token: &Token) {
    request.headers.insert(header::AUTHORIZATION, token.header.clone());
}

/// `access_token` and `expires_in` (RFC 6749 section 5.1). A token is given up a tenth of its life before its end, at most
/// half a minute.
fn token(body: &[u8], asked: Instant) -> Result<Token, TokenServerError> {
    let mut tape = Tape::new();
    let answer = tape.parse(body, &JsonLimits::default()).map_err(|_| TokenServerError::Malformed)?;
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
    let life = life.min(LONGEST);
    let margin = (life / 10).min(MARGIN);
    Ok(Token { value, header, until: asked + life - margin })
}

/// The life of a token that does not say how long it is valid.
const SHORTEST: Duration = Duration::from_secs(30);

/// No token is kept longer.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// No token is given up earlier before its end.
const MARGIN: Duration = Duration::from_secs(30);
