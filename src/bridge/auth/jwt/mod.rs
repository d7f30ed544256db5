//! JSON Web Tokens (RFC 7519) that are presented as bearer tokens.
//!
//! A token is read in the order in which it can be trusted: its size, its shape, its header, the key that the service file
//! has for it, its signature, and only then its claims. Keys and algorithms are those of the service file; nothing in a
//! token adds one (RFC 8725 section 3.1). Header and claims are read by the strict reader of JSON, so that a member which is
//! there twice is not read once by the issuer and once by this bridge.

mod claims;
mod key;
mod keys;
mod parts;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use self::key::Key;
use self::parts::{Header, Parts};
use super::Authenticated;
use super::unproven::Unproven;
use crate::bridge::tls::Certificate;
use crate::json::Tape;
use crate::limits::Limits;
use crate::service::{Environment, FrontAuth, JwtAuth};

/// What tokens of a front are verified with.
#[derive(Debug)]
pub(in crate::bridge) struct Verifier {
    auth: Arc<JwtAuth>,
    keys: RwLock<Arc<Vec<Key>>>,
    limits: Limits,
}

impl Verifier {
    /// The one for `auth`; none where it has nothing to do with such tokens. Errors: keys that cannot be read or used.
    pub(in crate::bridge) fn of(auth: Option<&FrontAuth>, limits: &Limits) -> Result<Option<Self>, String> {
        let Some(FrontAuth::Jwt(auth)) = auth else { return Ok(None) };
        let keys = keys::of(auth, &limits.json).map_err(|reason| format!("auth.jwt.keys: {reason}"))?;
        Ok(Some(Self { auth: auth.clone(), keys: RwLock::new(Arc::new(keys)), limits: *limits }))
    }

    /// Reads public keys again; nothing where there are none. Errors: why they cannot be had or used; the old ones then stay.
    pub(in crate::bridge) fn reload(&self, environment: &dyn Environment) -> Option<Result<(), String>> {
        let auth = self.auth.again(environment).map_err(|problem| problem.to_string()).transpose()?;
        let keys = auth.and_then(|auth| keys::of(&auth, &self.limits.json));
        Some(keys.map(|keys| *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys)))
    }

    /// Who bears `token`, on a connection on which `shown` was shown.
    pub(super) fn verify(
        &self,
        token: &str,
        shown: Option<&Certificate>,
        now: DateTime<Utc>,
    ) -> Result<Authenticated, Unproven> {
        if token.len() > self.limits.http.jwt {
            return Err(Unproven::TooLong);
        }
        let parts = Parts::of(token)?;
        let mut tape = Tape::new();
        let header = Header::read(&parts.header, &mut tape, &self.limits.json)?;
        let algorithm = header.algorithm(&self.auth.algorithms)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        key(&keys, &header)?.verify(algorithm, parts.signed, &parts.signature)?;
        let claims = claims::read(&parts.claims, &mut tape, &self.limits.json)?;
        claims::check(claims, &self.auth, now)?;
        claims::check_binding(claims, shown)?;
        let name = claims::name(claims, &self.auth.name, self.limits.wss.username)?;
        Ok(Authenticated::granted(name.as_ref().into(), claims::operations(claims, &self.auth.grant)))
    }
}

/// The one of `keys` that a header means. What a `kid` says is only ever compared.
fn key<'k>(keys: &'k [Key], header: &Header) -> Result<&'k Key, Unproven> {
    let named = keys.iter().any(|key| key.id.is_some());
    match (&header.key, keys) {
        (Some(wanted), keys) if named => {
            keys.iter().find(|key| key.id.as_ref() == Some(wanted)).ok_or(Unproven::UnknownKey)
        }
        (_, [only]) => Ok(only),
        _ => Err(Unproven::NoKeyId),
    }
}
