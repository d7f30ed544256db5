//! The OAuth2 token endpoint: client credentials.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;

use super::auth;
use super::behaviour::json;
use super::ids;
use super::server::{Act, Exchange};

/// The bearer tokens that a backend gave out.
#[derive(Clone, Debug)]
pub struct Tokens {
    lifetime: Duration,
    given: Arc<Mutex<Given>>,
}

#[derive(Debug, Default)]
struct Given {
    alive: Vec<(String, Instant)>,
    count: usize,
}

impl Tokens {
    /// No tokens yet; each lives so long.
    pub fn new(lifetime: Duration) -> Self {
        Self { lifetime, given: Arc::default() }
    }

    /// Ends the life of every token given out so far.
    pub fn expire(&self) {
        self.lock().alive.clear();
    }

    /// How many tokens were given out.
    pub fn given(&self) -> usize {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `headers` bear a token that lives.
    pub(super) fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(token) = auth::bearer(headers) else { return false };
        let now = Instant::now();
        self.lock().alive.iter().any(|(alive, end)| alive == token && now < *end)
    }

    /// Answers a request for a token, from a client that is `known` or not.
    pub(super) fn answer(&self, exchange: &Exchange, known: bool) -> Act {
        if !exchange.line.starts_with("POST ") || !is_form(&exchange.headers) {
            return json(400, r#"{"error":"invalid_request"}"#.to_owned());
        }
        if field(exchange, "grant_type").as_deref() != Some("client_credentials") {
            return json(400, r#"{"error":"unsupported_grant_type"}"#.to_owned());
        }
        if !known {
            return json(401, r#"{"error":"invalid_client"}"#.to_owned());
        }
        json(200, self.fresh())
    }

    fn fresh(&self) -> String {
        let (token, now, life) = (ids::hex(), Instant::now(), self.lifetime.as_secs());
        let mut given = self.lock();
        given.alive.retain(|(_, end)| now < *end);
        given.alive.push((token.clone(), now + self.lifetime));
        given.count += 1;
        format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{life}}}"#)
    }
}

/// A field of the form in the body.
pub(super) fn field(exchange: &Exchange, name: &str) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(&exchange.body);
    fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}
