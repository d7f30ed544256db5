//! Who is calling.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::json::Value;
use crate::service::{BackendCredentials, Bearer, CredentialPaths, Credentials, FrontAuth};
use crate::wss::{Authenticated, Secret, Users};

use super::failure::Failure;

/// Someone whom a front let in. Only the functions of this file make one, and no backend is called without.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Who it is; empty where nobody asked.
    name: Arc<str>,
    credentials: Option<Credentials>,
    /// Whether the bridge itself checked them.
    verified: bool,
}

impl Caller {
    /// Anyone, where a front lets anyone in.
    pub(super) fn anyone(auth: &FrontAuth) -> Result<Self, Failure> {
        match auth {
            FrontAuth::None => Ok(Self { name: Arc::default(), credentials: None, verified: false }),
            FrontAuth::PassThrough | FrontAuth::Tokens(_) | FrontAuth::Users(_) => {
                Err(Failure::Unauthenticated)
            }
        }
    }

    /// Whoever a JSON request says, if the front lets them in: by the body where `paths` say so, else by its
    /// `Authorization`.
    pub(super) fn of_request(
        auth: &FrontAuth,
        paths: Option<&CredentialPaths>,
        headers: &HeaderMap,
        body: Value<'_>,
    ) -> Result<Self, Failure> {
        let given = || match paths {
            Some(paths) => in_body(paths, body),
            None => basic(headers),
        };
        match auth {
            FrontAuth::None => Self::anyone(auth),
            FrontAuth::PassThrough => Ok(Self::with(given().ok_or(Failure::Unauthenticated)?, false)),
            FrontAuth::Tokens(tokens) => Self::of_bearer(tokens, headers),
            FrontAuth::Users(_) => Self::of_user(auth, given().ok_or(Failure::Unauthenticated)?),
        }
    }

    fn of_user(auth: &FrontAuth, given: Credentials) -> Result<Self, Failure> {
        // An unknown user costs the same comparison as a known one.
        let nobody = Secret::new("\u{0}");
        let known = auth.password(&given.username);
        let matches = known.unwrap_or(&nobody).is(&given.password) && known.is_some();
        if matches { Ok(Self::with(given, true)) } else { Err(Failure::Unauthenticated) }
    }

    /// Every token is compared, so that the time does not tell which one was close.
    fn of_bearer(tokens: &[Bearer], headers: &HeaderMap) -> Result<Self, Failure> {
        let given = authorization(headers, "Bearer").map(Secret::new).ok_or(Failure::Unauthenticated)?;
        let known: Vec<&Bearer> = tokens.iter().filter(|bearer| bearer.token.is(&given)).collect();
        let name = known.first().ok_or(Failure::Unauthenticated)?.name.clone();
        Ok(Self { name, credentials: None, verified: true })
    }

    /// Whoever a verified token says.
    pub(super) fn of_token(proof: &Authenticated) -> Self {
        let credentials =
            Credentials { username: proof.principal().into(), password: proof.password().clone() };
        Self::with(credentials, true)
    }

    /// Whoever an unverified text token says, where the backend checks it.
    pub(super) fn of_passed_token(username: &str, password: Secret) -> Self {
        Self::with(Credentials { username: username.into(), password }, false)
    }

    fn with(credentials: Credentials, verified: bool) -> Self {
        Self { name: credentials.username.clone(), credentials: Some(credentials), verified }
    }

    /// Its name; empty where nobody asked.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the backend gets.
    pub(super) fn for_backend<'c>(&'c self, backend: &'c BackendCredentials) -> Option<&'c Credentials> {
        match backend {
            BackendCredentials::Caller => self.credentials.as_ref(),
            BackendCredentials::Fixed(credentials) => Some(credentials),
        }
    }

    /// Whether it is the caller whom a backend refuses when it refuses the credentials, and not the bridge.
    pub(super) fn is_blamed(&self, backend: Option<&BackendCredentials>) -> bool {
        matches!(backend, Some(BackendCredentials::Caller)) && !self.verified
    }
}

fn in_body(paths: &CredentialPaths, body: Value<'_>) -> Option<Credentials> {
    let object = body.get(&paths.object)?;
    let username = object.get(&paths.username)?.as_str()?;
    let password = object.get(&paths.password)?.as_str()?;
    Some(Credentials { username: username.as_ref().into(), password: Secret::new(password) })
}

/// RFC 7617.
fn basic(headers: &HeaderMap) -> Option<Credentials> {
    let decoded = STANDARD.decode(authorization(headers, "Basic")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Credentials { username: username.into(), password: Secret::new(password) })
}

/// The credentials of the only `Authorization` header, if it has the scheme `scheme` (RFC 9110 section 11.4).
fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (all.next()?, all.next()) else { return None };
    let (given, credentials) = only.to_str().ok()?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(credentials.trim())
}

/// The value of `Authorization` for Basic credentials.
pub(super) fn basic_value(credentials: &Credentials) -> String {
    let pair = format!("{}:{}", credentials.username, credentials.password.expose());
    format!("Basic {}", STANDARD.encode(pair))
}
