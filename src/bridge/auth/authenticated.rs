//! Someone whom a front let in.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::service::{BackendCredentials, Credentials, Operations};
use crate::wss::Secret;

/// Someone whom a front let in. Only this room makes one.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Authenticated {
    /// Who it is; empty where nobody asked.
    name: Arc<str>,
    credentials: Option<Credentials>,
    /// Whether the bridge itself checked them.
    verified: bool,
    /// The operations that they may call; all where it is absent.
    operations: Operations,
}

impl Authenticated {
    pub(super) fn anyone() -> Self {
        Self { name: Arc::default(), credentials: None, verified: false, operations: None }
    }

    /// Someone whose name the bridge knows, without a password.
    pub(super) fn named(name: Arc<str>) -> Self {
        Self::granted(name, None)
    }

    /// The same, who may call only these operations.
    pub(super) fn granted(name: Arc<str>, operations: Operations) -> Self {
        Self { name, credentials: None, verified: true, operations }
    }

    /// Someone whose password or token the backend checks.
    pub(super) fn passed(credentials: Credentials) -> Self {
        Self {
            name: credentials.username.clone(),
            credentials: Some(credentials),
            verified: false,
            operations: None,
        }
    }

    /// Its name; empty where nobody asked.
    pub(in crate::bridge) fn name(&self) -> &str {
        &self.name
    }

    /// What tells it from others, for what is remembered of it: its name; for a bearer of a token, which has none, what nobody else's token
    /// comes to.
    pub(in crate::bridge) fn scope(&self) -> Cow<'_, str> {
        match &self.credentials {
            Some(credentials) if self.name.is_empty() => {
                let hash = Sha256::digest(credentials.password.expose());
                Cow::Owned(hash.iter().fold("\u{0}".to_owned(), |all, octet| format!("{all}{octet:02x}")))
            }
            Some(_) | None => Cow::Borrowed(&self.name),
        }
    }

    /// The password or the token with which they came, where they came with one.
    pub(in crate::bridge) fn password(&self) -> Option<&Secret> {
        self.credentials.as_ref().map(|credentials| &credentials.password)
    }

    /// Whether it may call the operation `name`.
    pub(in crate::bridge) fn may_call(&self, name: &str) -> bool {
        self.operations.as_ref().is_none_or(|known| known.iter().any(|known| **known == *name))
    }

    /// What the backend gets; nothing where it has nothing for this caller.
    pub(in crate::bridge) fn for_backend<'c>(
        &'c self,
        backend: &'c BackendCredentials,
    ) -> Option<&'c Credentials> {
        match backend {
            BackendCredentials::ByCaller(table) => table.get(&self.name).filter(|_| self.verified),
            BackendCredentials::Caller => self.credentials.as_ref(),
            BackendCredentials::Fixed(credentials) => Some(credentials),
        }
    }

    /// The same, whose `credentials` the bridge itself checked, and who may call only `operations`.
    pub(super) fn verified(credentials: Credentials, operations: Operations) -> Self {
        Self { verified: true, operations, ..Self::passed(credentials) }
    }

    /// Whether a backend that refuses the credentials that it got, which are of these kinds, refuses the caller, and not the
    /// bridge.
    pub(in crate::bridge) fn is_blamed<'b>(
        &self,
        mut used: impl Iterator<Item = &'b BackendCredentials>,
    ) -> bool {
        !self.verified && used.any(|used| matches!(used, BackendCredentials::Caller))
    }
}
