//! What is kept of an account from one update to the next.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::request::UpdateAccount;

/// The accounts, by their identifier.
#[derive(Debug, Default)]
pub(super) struct Accounts(Mutex<HashMap<String, Stored>>);

/// An account, as far as updates told.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    /// The country of its owner.
    pub(super) country: Option<String>,
    /// Whether it is a card.
    pub(super) card: bool,
    /// Whether its owner is a company.
    pub(super) company: bool,
}

impl Accounts {
    /// What is known of an account.
    pub(super) fn get(&self, account: &str) -> Stored {
        self.lock().get(account).cloned().unwrap_or_default()
    }

    /// Keeps what `request` tells of an account.
    pub(super) fn update(&self, account: &str, request: &UpdateAccount) {
        let mut accounts = self.lock();
        let stored = accounts.entry(account.to_owned()).or_default();
        stored.card = request.card.is_some() || (stored.card && request.bank.is_none());
        let Some(owner) = &request.owner else { return };
        if let Some(name) = &owner.name {
            stored.company = name.company.is_some();
        }
        if let Some(country) = owner.address.as_ref().and_then(|address| address.country.as_ref()) {
            stored.country = Some(country.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Stored>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
