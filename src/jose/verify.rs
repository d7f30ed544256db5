//! Verifying a token.

use super::claims::{Claims, Expected};
use super::error::TokenError;
use super::key::Key;
use super::keys::KeySet;
use super::parts::{self, Header, Parts};
use crate::json::Tape;
use crate::limits::Limits;

/// A token in its parts, and the buffer that its claims are read into.
pub struct Token<'t> {
    parts: Parts<'t>,
    tape: Tape,
    limits: &'t Limits,
}

/// A token lets its bearer in, so it is not printed.
impl std::fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl<'t> Token<'t> {
    /// Takes `text` apart. Errors: it is too long, or is not three parts of base64url.
    pub fn read(text: &'t str, limits: &'t Limits) -> Result<Self, TokenError> {
        if text.len() > limits.http.jwt {
            return Err(TokenError::TooLong);
        }
        Ok(Self { parts: Parts::of(text)?, tape: Tape::new(), limits })
    }
}

impl KeySet {
    /// The claims of `token`, if one of these keys signed it and it is what is expected.
    ///
    /// Errors: why it is not accepted.
    pub fn verify<'c>(
        &self,
        token: &'c mut Token<'_>,
        expected: &Expected<'_>,
    ) -> Result<Claims<'c>, TokenError> {
        let Token { parts, tape, limits } = token;
        let header = Header::read(&parts.header, tape, &limits.json)?;
        let algorithm = header.algorithm(expected.algorithms)?;
        self.key(&header)?.verify(algorithm, parts.signed, &parts.signature)?;
        Claims::check(parts::claims(&parts.claims, tape, &limits.json)?, expected)
    }

    /// The key that a header means. What a `kid` says is only ever compared.
    fn key(&self, header: &Header) -> Result<&Key, TokenError> {
        let Self(keys) = self;
        let named = keys.iter().any(|key| key.id.is_some());
        match (&header.key, keys.as_slice()) {
            (Some(wanted), keys) if named => {
                keys.iter().find(|key| key.id.as_ref() == Some(wanted)).ok_or(TokenError::UnknownKey)
            }
            (_, [only]) => Ok(only),
            _ => Err(TokenError::NoKeyId),
        }
    }
}
