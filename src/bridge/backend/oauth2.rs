//! Tokens of an OAuth 2.0 server, kept while they are valid. One request fetches a token for all who need it, and nobody waits for it
//! longer than for a backend.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::StatusCode;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::connect::{Endpoint, EndpointError};
use super::error::CallError;
use super::outgoing::{Outgoing, Reply};
use super::token::{self, Token, TokenServerError};
use crate::service::Oauth2;

/// An OAuth 2.0 server, and the token that it gave. Clones share it.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Tokens(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    endpoint: Endpoint,
    server: Oauth2,
    kept: ArcSwapOption<Token>,
    fetching: Mutex<Fetching>,
}

/// What is known of fetching.
#[derive(Debug, Default)]
struct Fetching {
    /// The fetch on its way, which all wait for who need a token.
    flight: Option<Flight>,
    /// Why there is no token, and for how long none is asked for.
    failed: Option<(TokenError, Pause)>,
    /// For how long no other token is asked for where the backend refuses the new one too.
    refused: Option<Pause>,
}

type Flight = watch::Receiver<Option<Fetched>>;

type Fetched = Result<Arc<Token>, TokenError>;

/// A pause, after which there is another try.
#[derive(Clone, Copy, Debug)]
struct Pause {
    until: Instant,
    length: Duration,
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

impl Tokens {
    /// Tokens of `server`. Errors: an endpoint that cannot be called.
    pub(in crate::bridge) fn new(server: Oauth2) -> Result<Self, EndpointError> {
        let endpoint = Endpoint::new(&server.token)?;
        let (kept, fetching) = (ArcSwapOption::empty(), Mutex::default());
        Ok(Self(Arc::new(Shared { endpoint, server, kept, fetching })))
    }

    /// Has the token that `old` has, where it would get the same.
    pub(in crate::bridge) fn remember(&self, old: &Self) {
        if self.0.server.gets_tokens_of(&old.0.server) {
            self.0.kept.store(old.0.kept.load_full());
        }
    }

    /// Sends `request` with a token, both by its deadline. A token that the backend refuses is replaced by a new one, once: a request that
    /// is not authorized was not carried out.
    pub(in crate::bridge) async fn send(
        &self,
        client: &Client,
        backend: &Endpoint,
        request: &mut Outgoing,
    ) -> Result<Reply, TokenError> {
        let deadline = Instant::now() + backend.deadlines(request).total;
        let token = self.token(client, deadline).await?;
        let headers = request.headers.clone();
        token.bear(request);
        let reply = client.call(backend, request, deadline).await.map_err(TokenError::Backend)?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let Some(fresh) = self.instead(&token, client, deadline).await? else { return Ok(reply) };
        request.headers = headers;
        request.renew();
        fresh.bear(request);
        client.call(backend, request, deadline).await.map_err(TokenError::Backend)
    }

    /// The token that is kept, or a new one. While one is valid nobody waits for the next.
    async fn token(&self, client: &Client, deadline: Instant) -> Fetched {
        let now = Instant::now();
        let kept = self.valid(now);
        if let Some(token) = &kept
            && now < token.renew
        {
            return Ok(token.clone());
        }
        match (kept, self.flight(client, now)) {
            // This one serves as long as there is no other.
            (Some(token), _) => Ok(token),
            (None, Ok(Some(flight))) => landed(flight, deadline).await,
            // It came meanwhile.
            (None, Ok(None)) => self.0.kept.load_full().ok_or(lost(CallError::Broken)),
            (None, Err(error)) => Err(error),
        }
    }

    /// Another token than the one that was `refused`; nothing where the one before was refused as well, a moment ago.
    async fn instead(
        &self,
        refused: &Token,
        client: &Client,
        deadline: Instant,
    ) -> Result<Option<Arc<Token>>, TokenError> {
        let now = Instant::now();
        let flight = {
            let mut fetching = self.0.fetching.lock();
            if let Some(other) = self.valid(now).filter(|token| !token.value.is(&refused.value)) {
                return Ok(Some(other));
            }
            match fetching.under_way() {
                Some(flight) => flight,
                None if fetching.refused.is_some_and(|pause| now < pause.until) => return Ok(None),
                None => {
                    fetching.refused = Some(Pause::after(fetching.refused, now));
                    self.0.kept.store(None);
                    self.start(&mut fetching, client)
                }
            }
        };
        landed(flight, deadline).await.map(Some)
    }

    fn valid(&self, now: Instant) -> Option<Arc<Token>> {
        self.0.kept.load_full().filter(|token| now < token.until)
    }

    /// The fetch on its way, or a new one; nothing where there is a token that needs none. Errors: why the last one failed, a moment ago.
    fn flight(&self, client: &Client, now: Instant) -> Result<Option<Flight>, TokenError> {
        let mut fetching = self.0.fetching.lock();
        if let Some(flight) = fetching.under_way() {
            return Ok(Some(flight));
        }
        if self.valid(now).is_some_and(|token| now < token.renew) {
            return Ok(None);
        }
        match fetching.failed {
            Some((error, pause)) if now < pause.until => Err(error),
            Some(_) | None => Ok(Some(self.start(&mut fetching, client))),
        }
    }

    /// Fetches a token, whoever waits for it and for how long.
    fn start(&self, fetching: &mut Fetching, client: &Client) -> Flight {
        let (landing, flight) = watch::channel(None);
        let (shared, client) = (self.0.clone(), client.clone());
        tokio::spawn(async move {
            let fetched = shared.fetch(&client).await.map(Arc::new);
            shared.land(&fetched);
            landing.send_replace(Some(fetched));
        });
        fetching.flight = Some(flight.clone());
        flight
    }
}

impl Shared {
    async fn fetch(&self, client: &Client) -> Result<Token, TokenError> {
        let asked = Instant::now();
        let reply = client.send(&self.endpoint, token::request(&self.server, self.endpoint.target())).await;
        let reply = reply.map_err(TokenServerError::Call)?;
        match reply.status.as_u16() {
            200..=299 => Ok(Token::read(&reply.body, asked)?),
            400..=499 => Err(TokenError::Refused),
            status => Err(TokenServerError::Status(status).into()),
        }
    }

    /// Keeps what was fetched, for those who come later.
    fn land(&self, fetched: &Fetched) {
        let mut fetching = self.fetching.lock();
        fetching.flight = None;
        match fetched {
            Ok(token) => {
                fetching.failed = None;
                self.kept.store(Some(token.clone()));
            }
            Err(error) => {
                let before = fetching.failed.map(|(_, pause)| pause);
                fetching.failed = Some((*error, Pause::after(before, Instant::now())));
            }
        }
    }
}

impl Fetching {
    /// The fetch on its way. One whose task has ended without a word is none.
    fn under_way(&self) -> Option<Flight> {
        self.flight.clone().filter(|flight| flight.has_changed().is_ok())
    }
}

impl Pause {
    /// The one that begins `now`: twice as long as the one `before`, unless that is long ago.
    fn after(before: Option<Self>, now: Instant) -> Self {
        let length = match before {
            Some(Self { until, length }) if now < until + length + LONGEST_PAUSE => {
                (length * 2).min(LONGEST_PAUSE)
            }
            Some(_) | None => FIRST_PAUSE,
        };
        Self { until: now + length, length }
    }
}

/// What a fetch comes to, if it does by the `deadline`.
async fn landed(mut flight: Flight, deadline: Instant) -> Fetched {
    match timeout_at(deadline, flight.wait_for(Option::is_some)).await {
        Ok(Ok(fetched)) => fetched.clone().expect("it was waited for"),
        Ok(Err(_gone)) => Err(lost(CallError::Broken)),
        Err(_elapsed) => Err(lost(CallError::TimedOut)),
    }
}

fn lost(error: CallError) -> TokenError {
    TokenServerError::Call(error).into()
}

/// The pause after the first failure: those who come in it have waited for the same.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// No pause is longer: a token server that is back is to be noticed.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_begin_anew_after_a_while() {
        let began = Instant::now();
        let at = |millis| began + Duration::from_millis(millis);
        let (mut pause, mut now) = (None, 0);
        for millis in [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] {
            let next = Pause::after(pause, at(now));
            assert_eq!(next.length, Duration::from_millis(millis));
            (pause, now) = (Some(next), now + millis + 1);
        }
        assert_eq!(Pause::after(pause, at(now + 60_000)).length, FIRST_PAUSE);
    }
}
