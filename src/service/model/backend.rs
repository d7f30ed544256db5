//! The backend: where it is, how long it may take, and what it gets.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::front::HeaderName;
use super::tls::Tls;
use crate::limits::HttpLimits;
use crate::soap::Addressing;
use crate::wss::{Secret, SecurityTemplate, TimestampPolicy};

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
        let (inside, blocks) = match self {
            Self::Json(json) => (json.credentials.as_ref(), None),
            Self::Soap(soap) => {
                (soap.token.as_ref().map(|token| &token.credentials), soap.credentials.as_ref())
            }
        };
        inside.into_iter().chain(blocks).chain(self.auth().credentials())
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
    /// How it is reached.
    pub reach: Reach,
    /// The connections to it.
    pub connections: ConnectionLimits,
}

impl Target {
    /// How long a request may take.
    pub fn deadlines(&self) -> Deadlines {
        let Self { connect, first_byte, total, .. } = *self;
        Deadlines { connect, first_byte, total }
    }
}

/// How long a request to a backend may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// To open a connection.
    pub connect: Duration,
    /// Until the first byte of the reply.
    pub first_byte: Duration,
    /// For the whole exchange.
    pub total: Duration,
}

/// The deadlines that an operation has of its own; the others are the backend's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnDeadlines {
    /// To open a connection.
    pub connect: Option<Duration>,
    /// Until the first byte of the reply.
    pub first_byte: Option<Duration>,
    /// For the whole exchange.
    pub total: Option<Duration>,
}

impl OwnDeadlines {
    /// All of them, those of the `backend` included; nothing where none is the operation's own.
    pub fn with(self, backend: Deadlines) -> Option<Deadlines> {
        let mut all = backend;
        let own = [
            (&mut all.connect, self.connect),
            (&mut all.first_byte, self.first_byte),
            (&mut all.total, self.total),
        ];
        for (time, own) in own {
            if let Some(own) = own {
                *time = own;
            }
        }
        (self != Self::default()).then_some(all)
    }
}

/// Bounds on the connections to a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How many there may be.
    pub most: usize,
    /// How many requests may wait for one.
    pub queue: usize,
    /// How long they wait.
    pub wait: Duration,
    /// How many may rest, in each thread.
    pub idle: usize,
    /// How long one may rest; none does where there is no time.
    pub rest: Duration,
    /// The age at which one is used no more.
    pub age: Duration,
}

impl ConnectionLimits {
    /// Those that `http` allows.
    pub fn new(http: &HttpLimits) -> Self {
        Self {
            most: http.backend_connections,
            queue: http.backend_queue,
            wait: Duration::from_millis(http.backend_wait),
            idle: http.pool_idle,
            rest: Duration::from_millis(http.pool_idle_time),
            age: Duration::from_millis(http.pool_age),
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::new(&HttpLimits::default())
    }
}

/// How a backend is reached.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// By way of this proxy.
    pub proxy: Option<Proxy>,
    /// The version of HTTP that is spoken there.
    pub version: HttpVersion,
}

/// An outgoing proxy, which is spoken to in HTTP/1.1 without TLS.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its host and port.
    pub authority: Arc<str>,
    /// What it gets as Basic credentials.
    pub credentials: Option<Credentials>,
}

/// The version of HTTP that a backend is spoken to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// Over TLS what both sides can (ALPN, RFC 7301), else HTTP/1.1.
    #[default]
    Auto,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2, without TLS too (RFC 9113 section 3.3).
    Http2,
}

/// A SOAP backend.
#[derive(Clone, Debug)]
pub struct SoapBackend {
    /// Where it is.
    pub target: Target,
    /// The UsernameToken that it gets.
    pub token: Option<BackendToken>,
    /// The credentials that it gets in header blocks of the contract.
    pub credentials: Option<BackendCredentials>,
    /// The header with credentials that it gets.
    pub auth: BackendAuth,
    /// Whether the Timestamp of a reply is looked at.
    pub response_timestamp: TimestampPolicy,
    /// The properties of WS-Addressing that it gets; none where it wants none.
    pub addressing: Option<BackendAddressing>,
    /// Octets of the largest value that stays in a message, where messages are sent by MTOM.
    pub mtom: Option<usize>,
}

/// The properties of WS-Addressing that a SOAP backend gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackendAddressing {
    /// In which version.
    pub version: Addressing,
    /// Whether it must understand what says whom and what a message is for: it does where its contract demands them.
    pub must_understand: bool,
}

/// The UsernameToken that a SOAP backend gets.
#[derive(Clone, Debug)]
pub struct BackendToken {
    /// Whose credentials.
    pub credentials: BackendCredentials,
    /// How the token looks, and its Security header.
    pub header: Arc<SecurityTemplate>,
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
    /// The caller's token: in this header, or as a bearer token.
    CallerToken(Option<HeaderName>),
    /// A header of its own.
    Header(HeaderName, Secret),
    /// A bearer token.
    Bearer(Secret),
    /// A bearer token of an OAuth 2.0 server.
    Oauth2(Box<Oauth2>),
}

impl BackendAuth {
    /// Whose credentials it carries.
    pub fn credentials(&self) -> Option<&BackendCredentials> {
        match self {
            Self::Basic(credentials) => Some(credentials),
            Self::CallerToken(_) => Some(&OF_CALLER),
            Self::None | Self::Bearer(_) | Self::Header(..) | Self::Oauth2(_) => None,
        }
    }
}

static OF_CALLER: BackendCredentials = BackendCredentials::Caller;

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

impl Oauth2 {
    /// Whether its tokens are those that `other` would get: the same client asks the same server for the same scope.
    pub fn gets_tokens_of(&self, other: &Self) -> bool {
        let Self { token, client, in_form, scope } = self;
        token.url == other.token.url
            && client.username == other.client.username
            && client.password.is(&other.client.password)
            && (in_form, scope) == (&other.in_form, &other.scope)
    }
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

/// A name and a password that open a backend, or a token.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name; empty where there is a token.
    pub username: Arc<str>,
    /// The password, or the token.
    pub password: Secret,
}
