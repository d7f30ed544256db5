//! The gate of a front: what a client says about itself, and whether that lets it in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::HeaderMap;

use super::directory::Directory;
use super::guards::{Guards, place};
use super::jwt::Verifier;
use super::unproven::Unproven;
use super::{Authenticated, certificate, given};
use crate::bridge::failure::Failure;
use crate::bridge::peer::Peer;
use crate::bridge::replay::Replay;
use crate::json::Value;
use crate::limits::WssLimits;
use crate::service::{Bearer, CredentialPaths, Credentials, FrontAuth, SoapFront, UserStore};
use crate::wss::{self, PasswordForm, Policy, Reason, Secret, Security, Users};

/// The gate through which one request comes.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Gate<'g> {
    pub(in crate::bridge) guards: &'g Guards,
    pub(in crate::bridge) replay: Replay<'g>,
    pub(in crate::bridge) limits: &'g WssLimits,
    /// What JSON Web Tokens of the front are verified with.
    pub(in crate::bridge) verifier: Option<&'g Verifier>,
    /// Who is at the other end of the connection, as far as anyone knows.
    pub(in crate::bridge) peer: Option<&'g Peer>,
    pub(in crate::bridge) now: DateTime<Utc>,
}

/// What a look at the HTTP header decides.
pub(in crate::bridge) enum Opened {
    /// Who it is.
    By(Authenticated),
    /// Whoever has these credentials, if they are right.
    If(Credentials),
    /// Whoever the message says.
    Later,
}

impl Gate<'_> {
    /// What `headers` say about a client. `inside` tells whether its credentials are in the message.
    pub(in crate::bridge) fn headers(
        &self,
        auth: &FrontAuth,
        headers: &HeaderMap,
        inside: bool,
    ) -> Result<Opened, Failure> {
        let named = |bearers: &[Bearer], given: Option<Secret>| {
            named(bearers, given).map(|name| Opened::By(Authenticated::named(name)))
        };
        match auth {
            FrontAuth::Certificate(callers) => {
                let caller = certificate::caller(callers, self.peer)?;
                let (name, operations) = (caller.name.clone(), caller.operations.clone());
                Ok(Opened::By(Authenticated::granted(name, operations)))
            }
            FrontAuth::Jwt(_) => Ok(Opened::By(self.jwt(headers)?)),
            FrontAuth::None => Ok(Opened::By(Authenticated::anyone())),
            FrontAuth::Keys(name, keys) => named(keys, given::only(headers, name).map(Secret::new)),
            FrontAuth::Tokens(tokens) => named(tokens, given::bearer(headers)),
            FrontAuth::PassThrough | FrontAuth::Users(_) if inside => Ok(Opened::Later),
            FrontAuth::PassThrough => {
                let given = given::basic(headers).ok_or(Failure::Unauthenticated)?;
                Ok(Opened::By(Authenticated::passed(given)))
            }
            FrontAuth::Users(_) => given::basic(headers).map(Opened::If).ok_or(Failure::Unauthenticated),
        }
    }

    /// Who bears the JSON Web Token in `headers`.
    fn jwt(&self, headers: &HeaderMap) -> Result<Authenticated, Unproven> {
        let (verifier, token) = self.verifier.zip(given::bearer(headers)).ok_or(Unproven::NoToken)?;
        let shown = self.peer.and_then(|peer| peer.certificate.as_deref());
        verifier.verify(token.expose(), shown, self.now)
    }

    /// What the body of a JSON request says about its client.
    pub(in crate::bridge) fn body(
        &self,
        auth: &FrontAuth,
        paths: &CredentialPaths,
        body: Value<'_>,
    ) -> Result<Opened, Failure> {
        let given = given::in_body(paths, body).ok_or(Failure::Unauthenticated)?;
        match auth {
            FrontAuth::PassThrough => Ok(Opened::By(Authenticated::passed(given))),
            _ => Ok(Opened::If(given)),
        }
    }

    /// Lets in whoever has the right `credentials`.
    pub(in crate::bridge) async fn password(
        &self,
        auth: &FrontAuth,
        credentials: Credentials,
    ) -> Result<Authenticated, Failure> {
        let FrontAuth::Users(store) = auth else { return Err(Failure::Unauthenticated) };
        let directory = Directory::new(self.guards, store);
        let overlong = credentials.username.chars().count() > self.limits.username
            || credentials.password.expose().chars().count() > self.limits.password;
        if overlong {
            return Err(refused(Reason::Structure("an overlong user name or password")));
        }
        let checked = directory.check(&credentials.username, &credentials.password);
        self.slowly(store, &credentials.username, checked).await.map_err(refused)?;
        let operations = directory.operations(&credentials.username);
        Ok(Authenticated { verified: true, operations, ..Authenticated::passed(credentials) })
    }

    /// Lets in whoever the Security header of a SOAP request says.
    pub(in crate::bridge) async fn token(
        &self,
        front: &SoapFront,
        security: Result<Security, Reason>,
    ) -> Result<Authenticated, Failure> {
        let verified = match &front.auth {
            FrontAuth::PassThrough => self.passed(front, security),
            FrontAuth::Users(store) => self.verified(front, store, security).await,
            _ => Err(Reason::NoToken),
        };
        verified.map_err(|reason| front.security.refused(reason).into())
    }

    /// A token that the backend verifies: its text, for a digest could be verified by nobody else.
    fn passed(&self, front: &SoapFront, security: Result<Security, Reason>) -> Result<Authenticated, Reason> {
        let security = security?;
        front.security.timestamp.check(security.timestamp.as_ref(), self.limits, self.now)?;
        let token = security.token.ok_or(Reason::NoToken)?;
        match token.password {
            PasswordForm::Text(password) => {
                Ok(Authenticated::passed(Credentials { username: token.username.into(), password }))
            }
            PasswordForm::Digest(_) => Err(Reason::PasswordKind),
        }
    }

    async fn verified(
        &self,
        front: &SoapFront,
        store: &UserStore,
        security: Result<Security, Reason>,
    ) -> Result<Authenticated, Reason> {
        let security = security?;
        let username = security.token.as_ref().map(|token| token.username.clone()).unwrap_or_default();
        let directory = Directory::new(self.guards, store);
        let policy = Policy {
            realm: &store.realm,
            accept_digest: front.accept_digest,
            accept_text: front.accept_text,
            timestamp: front.security.timestamp,
            not_before: self.not_before(front),
            limits: self.limits,
            now: self.now,
        };
        let verified = wss::verify(&security, &policy, &directory, &self.replay);
        let proof = self.slowly(store, &username, verified).await?;
        let password = proof.password().clone();
        let credentials = Credentials { username: proof.principal().into(), password };
        let operations = directory.operations(proof.principal());
        Ok(Authenticated { verified: true, operations, ..Authenticated::passed(credentials) })
    }

    /// A memory that began with the process knows nothing of tokens that were made before.
    fn not_before(&self, front: &SoapFront) -> Option<DateTime<Utc>> {
        let forgetful = matches!(self.replay, Replay::Memory(_));
        (forgetful && !front.security.profile.before_start).then_some(self.guards.started)
    }

    /// Checks nothing for a user who failed too often from this place, and counts failures.
    async fn slowly<T>(
        &self,
        store: &UserStore,
        username: &str,
        check: impl Future<Output = Result<T, Reason>>,
    ) -> Result<T, Reason> {
        let place = place(&store.realm, username, self.peer.map(|peer| peer.address.ip()));
        if self.guards.failures.are_too_many(&place, self.now) {
            return Err(Reason::TooManyFailures);
        }
        let checked = check.await;
        if checked.as_ref().err().is_some_and(|reason| reason.is_guess()) {
            self.guards.failures.count(place, self.now);
        }
        checked
    }
}

/// Whose token `given` is. Every token is compared, so that the time does not tell which one was close.
fn named(bearers: &[Bearer], given: Option<Secret>) -> Result<Arc<str>, Failure> {
    let given = given.ok_or(Failure::Unauthenticated)?;
    let known: Vec<&Bearer> = bearers.iter().filter(|bearer| bearer.token.is(&given)).collect();
    known.first().map(|bearer| bearer.name.clone()).ok_or(Failure::Unauthenticated)
}

/// The failure of someone who is told nothing about it.
fn refused(reason: Reason) -> Failure {
    Failure::Refused(reason.into())
}
