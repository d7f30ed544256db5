//! Who is calling.

use crate::json::Value;
use crate::service::{BackendCredentials, CredentialPaths, Credentials, FrontAuth};
use crate::wss::{Authenticated, Secret, Users};

use super::failure::Failure;

/// Someone whom a front let in. Only the functions of this file make one, and no backend is called without.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    credentials: Option<Credentials>,
    /// Whether the bridge itself checked them.
    verified: bool,
}

impl Caller {
    /// Anyone, where a front lets anyone in.
    pub(super) fn anyone(auth: &FrontAuth) -> Result<Self, Failure> {
        match auth {
            FrontAuth::None => Ok(Self { credentials: None, verified: false }),
            FrontAuth::PassThrough | FrontAuth::Users(_) => Err(Failure::Unauthenticated),
        }
    }

    /// Whoever the credentials in the JSON body `body` say, if the front lets them in.
    pub(super) fn of_body(
        auth: &FrontAuth,
        paths: Option<&CredentialPaths>,
        body: Value<'_>,
    ) -> Result<Self, Failure> {
        match (auth, credentials(paths, body)) {
            (FrontAuth::None, _) => Self::anyone(auth),
            (_, None) => Err(Failure::Unauthenticated),
            (FrontAuth::PassThrough, Some(given)) => Ok(Self { credentials: Some(given), verified: false }),
            (FrontAuth::Users(_), Some(given)) => {
                // An unknown user costs the same comparison as a known one.
                let nobody = Secret::new("\u{0}");
                let known = auth.password(&given.username);
                let matches = known.unwrap_or(&nobody).is(&given.password) && known.is_some();
                if matches {
                    Ok(Self { credentials: Some(given), verified: true })
                } else {
                    Err(Failure::Unauthenticated)
                }
            }
        }
    }

    /// Whoever a verified token says.
    pub(super) fn of_token(proof: &Authenticated) -> Self {
        let credentials =
            Credentials { username: proof.principal().into(), password: proof.password().clone() };
        Self { credentials: Some(credentials), verified: true }
    }

    /// Whoever an unverified text token says, where the backend checks it.
    pub(super) fn of_passed_token(username: &str, password: Secret) -> Self {
        Self { credentials: Some(Credentials { username: username.into(), password }), verified: false }
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

fn credentials(paths: Option<&CredentialPaths>, body: Value<'_>) -> Option<Credentials> {
    let paths = paths?;
    let object = body.get(&paths.object)?;
    let username = object.get(&paths.username)?.as_str()?;
    let password = object.get(&paths.password)?.as_str()?;
    Some(Credentials { username: username.as_ref().into(), password: Secret::new(password) })
}
