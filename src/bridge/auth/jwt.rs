//! JSON Web Tokens that are presented as bearer tokens, and the keys of a front.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::authenticated::Authenticated;
use super::identity::IdentityError;
use crate::bridge::tls::Certificate;
use crate::jose::{Claims, Expected, KeyError, KeySet, KeyText, Token};
use crate::limits::{JsonLimits, Limits};
use crate::service::{FrontAuth, Grant, JwtAuth, JwtKeys, Operations};

/// What tokens of a front are verified with.
#[derive(Debug)]
pub(in crate::bridge) struct Verifier {
    auth: Arc<JwtAuth>,
    keys: KeySet,
    limits: Limits,
}

impl Verifier {
    /// The one for `auth`; none where it has nothing to do with such tokens. Errors: keys that cannot be used.
    pub(in crate::bridge) fn of(auth: Option<&FrontAuth>, limits: &Limits) -> Result<Option<Self>, KeyError> {
        let Some(FrontAuth::Jwt(auth)) = auth else { return Ok(None) };
        let keys = keys_of(auth, &limits.json)?;
        Ok(Some(Self { auth: auth.clone(), keys, limits: *limits }))
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
        let claims = self.keys.verify(&mut token, &expected)?;
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
