//! How whoever sends an exported request says who it is. No credentials are in it: each tool has variables for them.

use super::body::{Body, Hole};
use crate::plan::CredentialPath;
use crate::samples::Side;
use crate::service::{CredentialPaths, FrontAddressing, FrontAuth, JsonFront, Service, SoapFront};
use crate::wss::PasswordType;

/// How a request says who sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// HTTP Basic.
    Basic,
    /// A bearer token.
    Bearer,
    /// In its body, in a UsernameToken or in members.
    Body,
    /// A certificate, which is no part of the request.
    Certificate,
    /// A header of this name.
    Header(String),
    /// Not at all.
    #[default]
    None,
}

/// A UsernameToken that is put into requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsernameToken {
    /// How it has the password.
    pub kind: PasswordType,
    /// The user name; a variable where there is none.
    pub username: Option<String>,
    /// The variable that has the password.
    pub password: Option<String>,
}

/// Who calls, as a front or an option asks for it.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub(super) auth: Auth,
    /// The token of SOAP requests.
    pub(super) token: Option<UsernameToken>,
    /// Whether SOAP requests must have the properties of WS-Addressing.
    pub(super) addressed: bool,
    /// The ways to it in header blocks of SOAP requests.
    pub(super) parts: Vec<CredentialPath>,
    /// Whether members of a JSON body may say it, where the operation has such.
    pub(super) members: bool,
    /// Whether every answer that it gets has HTTP status 200.
    pub(super) always_200: bool,
}

impl Caller {
    /// Whoever has this token.
    pub fn with_token(token: UsernameToken) -> Self {
        Self { auth: Auth::Body, token: Some(token), ..Self::default() }
    }

    /// The same of requests that `service` takes on this side, whoever sends them.
    pub fn to(self, service: &Service, side: Side) -> Self {
        let Self { addressed, .. } = Self::of(service, side);
        Self { addressed, ..self }
    }

    /// Whoever the front of `service` on this side lets in.
    pub fn of(service: &Service, side: Side) -> Self {
        match side {
            Side::Json => service.json_front.as_ref().map(Self::of_json),
            Side::Soap => service.soap_front.as_ref().map(|front| Self {
                addressed: front.addressing == FrontAddressing::Require,
                ..Self::of_soap(front)
            }),
        }
        // A side without a front is called at an address of its own, whose guard nobody knows.
        .unwrap_or_default()
    }

    fn of_json(front: &JsonFront) -> Self {
        let members = matches!(front.auth, FrontAuth::PassThrough | FrontAuth::Users(_));
        Self { auth: by_header(&front.auth), members, always_200: front.always_200, ..Self::default() }
    }

    fn of_soap(front: &SoapFront) -> Self {
        if front.wants_token() {
            let kind = match &front.auth {
                FrontAuth::Names(_) => PasswordType::Absent,
                _ if front.accept_text => PasswordType::Text,
                _ => PasswordType::Digest,
            };
            return Self::with_token(UsernameToken { kind, username: None, password: None });
        }
        if !front.credentials.is_empty() {
            return Self { auth: Auth::Body, parts: front.credentials.clone(), ..Self::default() };
        }
        Self { auth: by_header(&front.auth), ..Self::default() }
    }

    /// How it says so in a request of an operation with `credentials` in the body.
    pub(super) fn auth(&self, credentials: Option<&CredentialPaths>) -> Auth {
        if self.members && credentials.is_some() { Auth::Body } else { self.auth.clone() }
    }

    /// The variables that tools have for it.
    pub(super) fn variables(&self) -> Variables {
        let own = self.token.as_ref().and_then(|token| token.password.clone());
        // Without an option the variables have names of their own.
        Variables { password: own.unwrap_or_else(|| PASSWORD.to_owned()), ..Variables::default() }
    }
}

fn by_header(auth: &FrontAuth) -> Auth {
    match auth {
        FrontAuth::Certificate(_) => Auth::Certificate,
        FrontAuth::Jwt(_) | FrontAuth::PassBearer | FrontAuth::Tokens(_) => Auth::Bearer,
        FrontAuth::Keys(name, _) => Auth::Header(name.to_string()),
        // A UsernameToken says it.
        FrontAuth::Names(_) => Auth::Body,
        FrontAuth::None => Auth::None,
        FrontAuth::PassThrough | FrontAuth::Users(_) => Auth::Basic,
    }
}

/// The names of the variables that tools have for credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variables {
    /// A key in a header.
    pub(super) key: String,
    /// A password.
    pub(super) password: String,
    /// A bearer token.
    pub(super) token: String,
    /// A user name.
    pub(super) username: String,
}

impl Default for Variables {
    fn default() -> Self {
        let [key, password, token, username] = [KEY, PASSWORD, TOKEN, USERNAME].map(str::to_owned);
        Self { key, password, token, username }
    }
}

impl Variables {
    /// Those that a request with this `auth` and `body` needs.
    pub(super) fn needed<'v>(&'v self, auth: &Auth, body: Option<&Body>) -> Vec<&'v str> {
        let has = |hole: Hole| body.is_some_and(|body| body.has(hole));
        let (username, password) = match auth {
            Auth::Basic => (true, true),
            Auth::Body => (has(Hole::Username), has(Hole::Password) || has(Hole::Digest)),
            Auth::Bearer | Auth::Certificate | Auth::Header(_) | Auth::None => (false, false),
        };
        let all = [
            (matches!(auth, Auth::Header(_)), &self.key),
            (matches!(auth, Auth::Bearer), &self.token),
            (username, &self.username),
            (password, &self.password),
        ];
        all.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| name.as_str()).collect()
    }
}

const KEY: &str = "API_KEY";
const PASSWORD: &str = "API_PASSWORD";
const TOKEN: &str = "API_TOKEN";
const USERNAME: &str = "API_USERNAME";
