//! JSON Web Tokens that are presented as bearer tokens: the keys of a front, which are read again on request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::RwLock;

use super::authenticated::Authenticated;
use super::identity::IdentityError;
use crate::bridge::tls::Certificate;
use crate::jose::{Claims, Expected, KeyError, KeySet, KeyText, Token};
use crate::limits::{JsonLimits, Limits};
use crate::service::problem::ReferenceProblem;
use crate::service::{Environment, FrontAuth, Grant, JwtAuth, JwtKeys, Operations};

/// Why the public keys of a front stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum KeyReloadError {
    /// They cannot be had.
    #[error(transparent)]
    Read(ReferenceProblem),
    /// They cannot be used.
    #[error(transparent)]
    Use(#[from] KeyError),
}

/// What tokens of a front are verified with.
#[derive(Debug)]
pub(in crate::bridge) struct Verifier {
    auth: Arc<JwtAuth>,
    keys: RwLock<Arc<KeySet>>,
    limits: Limits,
}

impl Verifier {
    /// The one for `auth`; none where it has nothing to do with such tokens. Errors: keys that cannot be used.
    pub(in crate::bridge) fn of(auth: Option<&FrontAuth>, limits: &Limits) -> Result<Option<Self>, KeyError> {
        let Some(FrontAuth::Jwt(auth)) = auth else { return Ok(None) };
        let keys = keys_of(auth, &limits.json)?;
        Ok(Some(Self { auth: auth.clone(), keys: RwLock::new(Arc::new(keys)), limits: *limits }))
    }

    /// Reads public keys again; nothing where there are none. Errors: why they cannot be had or used; the old ones then stay.
    pub(in crate::bridge) fn reload(
        &self,
        environment: &dyn Environment,
    ) -> Option<Result<(), KeyReloadError>> {
        let auth = self.auth.reloaded(environment).transpose()?;
        let auth = auth.map_err(KeyReloadError::Read);
        let keys = auth.and_then(|auth| Ok(keys_of(&auth, &self.limits.json)?));
        Some(keys.map(|keys| *self.keys.write() = Arc::new(keys)))
    }

    /// Who bears `token`, on a connection on which `shown` was shown.
    pub(super) fn verify(
        &self,
        token: &str,
        shown: Option<&Certificate>,
        now: DateTime<Utc>,
    ) -> Result<Authenticated, IdentityError> {
        let mut token = Token::read(token, &self.limits)?;
        let expected = Expected {
            algorithms: &self.auth.algorithms,
            issuers: &self.auth.issuers,
            audiences: &self.auth.audiences,
            leeway: self.auth.leeway,
            certificate: shown.map(|shown| shown.fingerprint.as_str()),
            now,
        };
        let keys = self.keys.read().clone();
        let claims = keys.verify(&mut token, &expected)?;
        let name = claims.name(&self.auth.name, self.limits.wss.username)?;
        Ok(Authenticated::granted(name.as_ref().into(), operations(&claims, &self.auth.grant)))
    }
}

fn keys_of(auth: &JwtAuth, limits: &JsonLimits) -> Result<KeySet, KeyError> {
    let text = match &auth.keys {
        JwtKeys::Jwks(text) => KeyText::Jwks(text),
        JwtKeys::Public(pem) => KeyText::Public(pem),
        JwtKeys::Shared(secret) => KeyText::Shared(secret),
    };
    KeySet::read(text, &auth.algorithms, limits)
}

/// What the caller may do. A claim that is absent, or is neither a text nor a list of texts, grants nothing.
fn operations(claims: &Claims<'_>, grant: &Grant) -> Operations {
    match grant {
        Grant::Fixed(operations) => operations.clone(),
        Grant::Claim(claim) => Some(claims.words(claim).iter().map(|word| Arc::from(&**word)).collect()),
    }
}
