//! What a client says about itself, and whether that lets it in.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use http::HeaderMap;

use super::authenticated::Authenticated;
use super::directory::Directory;
use super::error::AuthError;
use super::identity::IdentityError;
use super::jwt::Verifier;
use super::place::Place;
use super::replay::Replay;
use super::state::AuthState;
use super::{certificate, given};
use crate::bridge::state::peer::Peer;
use crate::json::Value;
use crate::limits::WssLimits;
use crate::service::{Bearer, CredentialPaths, Credentials, FrontAuth, NamedCallers, SoapFront, UserStore};
use crate::wss::{self, Claim, PasswordForm, Policy, Rejection, ReplayStore, Secret, Security, Users};

/// Says who sent one request.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Authenticator<'g> {
    pub(in crate::bridge) state: &'g AuthState,
    pub(in crate::bridge) replay: Replay<'g>,
    pub(in crate::bridge) limits: &'g WssLimits,
    /// What JSON Web Tokens of the front are verified with.
    pub(in crate::bridge) verifier: Option<&'g Verifier>,
    /// Who is at the other end of the connection, as far as anyone knows.
    pub(in crate::bridge) peer: Option<&'g Peer>,
    pub(in crate::bridge) now: DateTime<Utc>,
}

/// What the HTTP header, or the body of a JSON request, says about a client.
pub(in crate::bridge) enum HeaderAuth {
    /// Who it is.
    Authenticated(Authenticated),
    /// Whoever the message says.
    InBody,
    /// Whoever has these credentials, if they are right.
    NeedsPassword(Credentials),
}

/// Where clients show the credentials that are passed through, or those of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Shown {
    /// In the head.
    InHead,
    /// In the message.
    InMessage,
    /// Nowhere: the operation is called without the caller's.
    Nowhere,
}

impl Authenticator<'_> {
    /// What `headers` say about a client whose credentials are where `shown` says.
    pub(in crate::bridge) fn headers(
        &self,
        auth: &FrontAuth,
        headers: &HeaderMap,
        shown: Shown,
    ) -> Result<HeaderAuth, AuthError> {
        let named = |bearers: &[Bearer], given: Option<Secret>| {
            named(bearers, given).map(|name| HeaderAuth::Authenticated(Authenticated::named(name)))
        };
        match auth {
            FrontAuth::Certificate(callers) => {
                let caller = certificate::caller(callers, self.peer)?;
                let (name, operations) = (caller.name.clone(), caller.operations.clone());
                Ok(HeaderAuth::Authenticated(Authenticated::granted(name, operations)))
            }
            FrontAuth::Jwt(_) => Ok(HeaderAuth::Authenticated(self.jwt(headers)?)),
            FrontAuth::Names(_) => Ok(HeaderAuth::InBody),
            FrontAuth::None => Ok(HeaderAuth::Authenticated(Authenticated::anyone())),
            FrontAuth::Keys(name, keys) => named(keys, given::key(headers, name)),
            FrontAuth::Tokens(tokens) => named(tokens, given::bearer(headers)),
            FrontAuth::PassBearer | FrontAuth::PassThrough if shown == Shown::Nowhere => {
                Ok(HeaderAuth::Authenticated(Authenticated::anyone()))
            }
            FrontAuth::PassBearer | FrontAuth::PassThrough | FrontAuth::Users(_)
                if shown == Shown::InMessage =>
            {
                Ok(HeaderAuth::InBody)
            }
            FrontAuth::PassBearer => {
                let token = given::bearer(headers).ok_or(AuthError::Unauthenticated)?;
                Ok(HeaderAuth::Authenticated(Authenticated::passed(bearer(token))))
            }
            FrontAuth::PassThrough => {
                let given = given::basic(headers).ok_or(AuthError::Unauthenticated)?;
                Ok(HeaderAuth::Authenticated(Authenticated::passed(given)))
            }
            FrontAuth::Users(_) => {
                given::basic(headers).map(HeaderAuth::NeedsPassword).ok_or(AuthError::Unauthenticated)
            }
        }
    }

    /// Who bears the JSON Web Token in `headers`.
    fn jwt(&self, headers: &HeaderMap) -> Result<Authenticated, IdentityError> {
        let (verifier, token) = self.verifier.zip(given::bearer(headers)).ok_or(IdentityError::NoToken)?;
        let shown = self.peer.and_then(|peer| peer.certificate.as_deref());
        verifier.verify(token.expose(), shown, self.now)
    }

    /// What the body of a JSON request says about its client.
    pub(in crate::bridge) fn body(
        &self,
        auth: &FrontAuth,
        paths: &CredentialPaths,
        body: Value<'_>,
    ) -> Result<HeaderAuth, AuthError> {
        let given = given::in_body(paths, body).ok_or(AuthError::Unauthenticated)?;
        match auth {
            FrontAuth::PassThrough => Ok(HeaderAuth::Authenticated(Authenticated::passed(given))),
            _ => Ok(HeaderAuth::NeedsPassword(given)),
        }
    }

    /// Lets in whoever has the right `credentials`.
    pub(in crate::bridge) async fn password(
        &self,
        auth: &FrontAuth,
        credentials: Credentials,
    ) -> Result<Authenticated, AuthError> {
        let FrontAuth::Users(store) = auth else { return Err(AuthError::Unauthenticated) };
        let directory = self.directory(store);
        let overlong = credentials.username.chars().count() > self.limits.username
            || credentials.password.expose().chars().count() > self.limits.password;
        if overlong {
            return Err(refused(Rejection::Structure("an overlong user name or password")));
        }
        let checked = directory.check(&credentials.username, &credentials.password);
        self.slowly(&directory, &credentials.username, checked).await.map_err(refused)?;
        let operations = directory.operations(&credentials.username);
        Ok(Authenticated::verified(credentials, operations))
    }

    /// Lets in whoever the Security header of a SOAP request says.
    pub(in crate::bridge) async fn token(
        &self,
        front: &SoapFront,
        security: Result<Security, Rejection>,
    ) -> Result<Authenticated, AuthError> {
        let verified = match &front.auth {
            FrontAuth::Names(names) if names.certified && !self.shows_certificate() => {
                return Err(IdentityError::NoCertificate.into());
            }
            FrontAuth::Names(names) => self.named(front, names, security).await,
            FrontAuth::PassBearer | FrontAuth::PassThrough => self.passed(front, security),
            FrontAuth::Users(store) => self.verified(front, store, security).await,
            _ => Err(Rejection::NoToken),
        };
        verified.map_err(|reason| front.security.refused(reason).into())
    }

    /// Remembers that `caller` of `service` has sent a message with this `MessageID`, as used tokens are remembered.
    ///
    /// Errors: it was sent before, or nobody can tell.
    pub(in crate::bridge) async fn message(
        &self,
        service: &str,
        caller: &Authenticated,
        message_id: &str,
    ) -> Result<(), Rejection> {
        let limits = self.limits;
        let claim = Claim {
            realm: service,
            // What no user is called: the number of a message is no nonce.
            username: &format!("{}\u{0}MessageID", caller.scope()),
            nonce: message_id.as_bytes(),
            at: None,
            digest: None,
            made: self.now,
            life: Duration::seconds(limits.max_age.saturating_add(limits.future_skew)),
            now: self.now,
        };
        Ok(self.replay.claim(claim).await?)
    }

    /// A token that the backend verifies: its text, for a digest could be verified by nobody else.
    fn passed(
        &self,
        front: &SoapFront,
        security: Result<Security, Rejection>,
    ) -> Result<Authenticated, Rejection> {
        let security = security?;
        front.security.timestamp.check(security.timestamp.as_ref(), self.limits, self.now)?;
        let token = security.token.ok_or(Rejection::NoToken)?;
        match token.password {
            PasswordForm::Text(password) => {
                Ok(Authenticated::passed(Credentials { username: token.username, password }))
            }
            PasswordForm::Absent => Err(Rejection::Structure("no Password")),
            PasswordForm::Digest(_) => Err(Rejection::PasswordKind),
        }
    }

    fn shows_certificate(&self) -> bool {
        self.peer.is_some_and(|peer| peer.certificate.is_some())
    }

    /// Whoever says a name that is known. That they may is for whoever runs the bridge to say.
    async fn named(
        &self,
        front: &SoapFront,
        names: &NamedCallers,
        security: Result<Security, Rejection>,
    ) -> Result<Authenticated, Rejection> {
        let security = security?;
        let policy = self.policy(front, &front.path);
        let find = |name: &str| names.callers.iter().find(|caller| *caller.name == *name);
        let name = wss::verify_name(&security, &policy, |name| find(name).is_some(), &self.replay).await?;
        let caller = find(&name).ok_or(Rejection::UnknownUser)?;
        Ok(Authenticated::granted(caller.name.clone(), caller.operations.clone()))
    }

    /// What `front` accepts of the callers of `realm`.
    fn policy<'p>(&'p self, front: &SoapFront, realm: &'p str) -> Policy<'p> {
        Policy {
            realm,
            accept_digest: front.accept_digest,
            accept_text: front.accept_text,
            timestamp: front.security.timestamp,
            not_before: self.not_before(front),
            repeated_nonces: front.security.profile.repeated_nonces,
            limits: self.limits,
            now: self.now,
        }
    }

    async fn verified(
        &self,
        front: &SoapFront,
        store: &UserStore,
        security: Result<Security, Rejection>,
    ) -> Result<Authenticated, Rejection> {
        let security = security?;
        // Failures of messages without a token are counted for the user without a name.
        let username = security.token.as_ref().map_or("", |token| &token.username);
        let directory = self.directory(store);
        let policy = self.policy(front, &store.realm);
        let verified = wss::verify(&security, &policy, &directory, &self.replay);
        let proof = self.slowly(&directory, username, verified).await?;
        let password = proof.password().clone();
        let credentials = Credentials { username: proof.principal().clone(), password };
        let operations = directory.operations(proof.principal());
        Ok(Authenticated::verified(credentials, operations))
    }

    /// A memory that began with the process knows nothing of tokens that were made before.
    fn not_before(&self, front: &SoapFront) -> Option<DateTime<Utc>> {
        let forgetful = matches!(self.replay, Replay::Memory(_));
        (forgetful && !front.security.profile.before_start).then_some(self.state.started)
    }

    fn directory<'d>(&'d self, store: &'d UserStore) -> Directory<'d> {
        Directory {
            hashes: &self.state.hashes,
            realm: &store.realm,
            table: &store.table,
            address: self.address(),
            now: self.now,
        }
    }

    fn address(&self) -> Option<IpAddr> {
        self.peer.map(|peer| peer.address.ip())
    }

    /// Checks nothing for a user who failed too often from this place, and counts failures. Whoever gets another password has not failed.
    async fn slowly<T>(
        &self,
        directory: &Directory<'_>,
        username: &str,
        check: impl Future<Output = Result<T, Rejection>>,
    ) -> Result<T, Rejection> {
        let failures = &self.state.failures;
        let whose = (directory.realm, username, directory.mark(username), Place::of(self.address()));
        let whose = failures.key(whose);
        if failures.are_too_many(whose, self.now) {
            return Err(Rejection::TooManyFailures);
        }
        let checked = check.await;
        if checked.as_ref().err().is_some_and(|reason| reason.is_guess()) {
            failures.count(whose, self.now);
        }
        checked
    }
}

/// Whose token `given` is. Every token is compared, so that the time does not tell which one was close.
fn named(bearers: &[Bearer], given: Option<Secret>) -> Result<Arc<str>, AuthError> {
    let given = given.ok_or(AuthError::Unauthenticated)?;
    let known: Vec<&Bearer> = bearers.iter().filter(|bearer| bearer.token.is(&given)).collect();
    known.first().map(|bearer| bearer.name.clone()).ok_or(AuthError::Unauthenticated)
}

/// What whoever bears `token` shows.
fn bearer(token: Secret) -> Credentials {
    Credentials { username: "".into(), password: token }
}

/// The failure of someone who is told nothing about it.
fn refused(reason: Rejection) -> AuthError {
    AuthError::Refused(reason.into())
}
