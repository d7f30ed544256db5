//! The users of a front, as tokens and Basic credentials are verified against them.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::hashes::{Attempt, Hashes};
use crate::service::{SecretMark, UserTable};
use crate::wss::{Rejection, Secret, Users, compare};

/// The users of a realm, and who asks.
pub(super) struct Directory<'d> {
    pub(super) hashes: &'d Hashes,
    pub(super) realm: &'d str,
    pub(super) table: &'d UserTable,
    /// Where the client is.
    pub(super) address: Option<IpAddr>,
    pub(super) now: DateTime<Utc>,
}

impl Directory<'_> {
    /// What tells the password of `username` from the one before.
    pub(super) fn mark(&self, username: &str) -> Option<SecretMark> {
        self.table.get(username).map(|user| user.mark)
    }

    /// The operations that `username` may call.
    pub(super) fn operations(&self, username: &str) -> Option<Vec<Arc<str>>> {
        self.table.get(username)?.operations.clone()
    }
}

impl Users for Directory<'_> {
    fn password(&self, username: &str) -> Option<&Secret> {
        self.table.get(username)?.password.as_ref()
    }

    /// Where some passwords are hashed every check computes a hash, whether the user exists, and whether theirs is one.
    async fn check(&self, username: &str, password: &Secret) -> Result<(), Rejection> {
        let user = self.table.get(username);
        let own = user.and_then(|user| user.hash.as_ref());
        let plain = compare(user.and_then(|user| user.password.as_ref()), password);
        let Some(hash) = own.or(self.table.nobodys_hash()) else { return plain };
        let attempt = Attempt {
            realm: self.realm,
            username,
            password,
            address: self.address,
            now: self.now,
            hash,
            plain: own.is_none().then_some(plain.is_ok()),
        };
        let hashed = Box::pin(self.hashes.verify(&attempt)).await?;
        match own {
            Some(_) if hashed => Ok(()),
            Some(_) => Err(Rejection::WrongPassword),
            None => plain,
        }
    }
}
