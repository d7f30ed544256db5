//! Tokens of an OAuth 2.0 server: client credentials (RFC 6749 section 4.4), kept while they are valid.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::sync::Mutex;

use crate::bridge::auth::basic_value;
use crate::bridge::backend::client::{Client, Outgoing, Reply};
use crate::bridge::backend::connect::Endpoint;
use crate::bridge::failure::BackendFailure;
use crate::bridge::request::set_secret;
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
    until: Instant,
}

impl Tokens {
    /// Tokens of `server`. Errors: an endpoint that cannot be called.
    pub(in crate::bridge) fn new(server: Oauth2) -> Result<Self, String> {
        let endpoint = Endpoint::new(&server.token)?;
        Ok(Self { endpoint, server, kept: Mutex::default() })
    }

    /// Sends `request` with a token. A token that the backend refuses is replaced by a new one, once: a request that is not
    /// authorized was not carried out.
    pub(in crate::bridge) async fn send(
        &self,
        client: &Client,
        backend: &Endpoint,
        request: &Outgoing,
    ) -> Result<Reply, BackendFailure> {
        let token = self.token(client, None).await?;
        let reply = client.send(backend, &bearing(request, &token)).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let fresh = self.token(client, Some(&token)).await?;
        Ok(client.send(backend, &bearing(&request.again(), &fresh)).await?)
    }

    /// The token that is kept, or a new one. Whoever waits for a new one gets the same.
    async fn token(&self, client: &Client, refused: Option<&Secret>) -> Result<Secret, BackendFailure> {
        let mut kept = self.kept.lock().await;
        let usable = |token: &&Token| {
            token.until > Instant::now() && refused.is_none_or(|refused| !token.value.is(refused))
        };
        if let Some(token) = kept.as_ref().filter(usable) {
            return Ok(token.value.clone());
        }
        let token = self.fetch(client).await?;
        *kept = Some(token.clone());
        Ok(token.value)
    }

    async fn fetch(&self, client: &Client) -> Result<Token, BackendFailure> {
        let asked = Instant::now();
        let reply = client.send(&self.endpoint, &self.request()).await?;
        match reply.status.as_u16() {
            200..=299 => token(&reply.body, asked)
                .ok_or_else(|| BackendFailure::bad("the token server's answer has no token")),
            400..=499 => Err(BackendFailure::Unauthorized { callers: false, errors: Vec::new() }),
            status => {
                Err(BackendFailure::Failed { status, retry_after: None, errors: Vec::new(), client: false })
            }
        }
    }

    fn request(&self) -> Outgoing {
        let Oauth2 { client, in_form, scope, .. } = &self.server;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        let mut headers = HeaderMap::new();
        if *in_form {
            form.append_pair("client_id", &client.username);
            form.append_pair("client_secret", client.password.expose());
        } else {
            set_secret(&mut headers, header::AUTHORIZATION, &basic_value(client));
        }
        if let Some(scope) = scope {
            form.append_pair("scope", scope);
        }
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form_type);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let path = self.endpoint.path().to_owned();
        let body = Bytes::from(form.finish());
        Outgoing { method: Method::POST, path, headers, body, idempotent: true, renewal: None }
    }
}

fn bearing(request: &Outgoing, token: &Secret) -> Outgoing {
    let mut request = request.clone();
    set_secret(&mut request.headers, header::AUTHORIZATION, &format!("Bearer {}", token.expose()));
    request
}

/// `access_token` and `expires_in` (RFC 6749 section 5.1). A token is given up a tenth of its life before its end, at most
/// half a minute.
fn token(body: &[u8], asked: Instant) -> Option<Token> {
    let mut tape = Tape::new();
    let answer = tape.parse(body, &JsonLimits::default()).ok()?;
    let value = answer.get("access_token")?.as_str()?;
    let visible = value.bytes().all(|byte| byte.is_ascii_graphic()) && !value.is_empty();
    let life =
        answer.get("expires_in").and_then(|life| life.as_number()?.parse::<u64>().ok()).unwrap_or(SHORTEST);
    let life = Duration::from_secs(life.min(LONGEST));
    let margin = (life / 10).min(Duration::from_secs(30));
    visible.then(|| Token { value: Secret::new(value), until: asked + life - margin })
}

/// The life of a token that does not say how long it is valid, in seconds.
const SHORTEST: u64 = 30;

/// No token is kept longer, in seconds.
const LONGEST: u64 = 24 * 60 * 60;
