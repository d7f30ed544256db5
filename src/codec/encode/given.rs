//! Credentials that header blocks get from whoever calls, beside what JSON says of them.

use crate::json::Value;
use crate::plan::Credential;

/// A message whose header blocks are written.
#[derive(Clone, Copy)]
pub struct Headed<'v, 'g> {
    /// Its JSON.
    pub value: Value<'v>,
    /// The credentials that its header blocks get, where they have places for some.
    pub given: Option<Given<'g>>,
}

impl<'v> From<Value<'v>> for Headed<'v, '_> {
    fn from(value: Value<'v>) -> Self {
        Self { value, given: None }
    }
}

/// Credentials of whoever calls.
#[derive(Clone, Copy)]
pub struct Given<'g> {
    /// The user name; empty beside a token.
    pub username: &'g str,
    /// The password, or the token.
    pub password: &'g str,
}

impl<'g> Given<'g> {
    pub(super) fn of(self, credential: Credential) -> &'g str {
        match credential {
            Credential::Password => self.password,
            Credential::Username => self.username,
        }
    }
}
