//! The users of a front, as tokens and Basic credentials are verified against them.

use std::sync::Arc;

use super::state::AuthState;
use crate::service::{User, UserStore, UserTable};
use crate::wss::{PasswordHash, Rejection, Secret, Users, compare};

/// The users of a realm, as they were when the request came.
pub(super) struct Directory<'d> {
    state: &'d AuthState,
    store: &'d UserStore,
    table: Arc<UserTable>,
}

impl<'d> Directory<'d> {
    pub(super) fn new(state: &'d AuthState, store: &'d UserStore) -> Self {
        Self { state, store, table: store.table() }
    }

    /// The operations that `username` may call.
    pub(super) fn operations(&self, username: &str) -> Option<Vec<Arc<str>>> {
        self.table.get(username)?.operations.clone()
    }

    /// Computes the hash of `user`, or one that nobody has.
    async fn check_hash(&self, user: Option<&User>, username: &str, password: &Secret) -> bool {
        let known = user.and_then(|user| user.hash.clone());
        let Some(hash) = known.or_else(PasswordHash::nobody) else { return false };
        let user = [self.store.realm.as_bytes(), username.as_bytes()];
        Box::pin(self.state.verify(&hash, &user, password)).await
    }
}

impl Users for Directory<'_> {
    fn password(&self, username: &str) -> Option<&Secret> {
        self.table.get(username)?.password.as_ref()
    }

    /// Where some passwords are hashed every check computes a hash, whether the user exists, and whether theirs is one.
    async fn check(&self, username: &str, password: &Secret) -> Result<(), Rejection> {
        let user = self.table.get(username);
        let hashed = self.table.has_hashes() && self.check_hash(user, username, password).await;
        let plain = compare(self.password(username), password);
        match user.and_then(|user| user.hash.as_ref()) {
            Some(_) if hashed => Ok(()),
            Some(_) => Err(Rejection::WrongPassword),
            None => plain,
        }
    }
}
