//! SIGHUP: what is read again while the bridge runs. What cannot be read stays as it was.

use std::fmt::Display;

use super::listen::Listening;
use super::surroundings::Process;
use crate::bridge::{Bridge, Shared};
use crate::redact::printable;

/// What a running process reads again.
pub(super) struct Reload {
    pub(super) bridge: Bridge,
    pub(super) tls: Option<Listening>,
}

impl Reload {
    /// Reads everything again: certificates, users and public keys of tokens, of all services.
    pub(super) fn all(&self) {
        if let Some(tls) = &self.tls {
            self.note("certificates", tls.reload().map_err(|reason| vec![reason]));
        }
        self.bridge.services().iter().for_each(|shared| self.service(shared));
    }

    fn service(&self, shared: &Shared) {
        for store in shared.service.user_stores().filter(|store| store.has_file()) {
            self.note("users", store.reload(&Process));
        }
        for read in shared.reload_keys(&Process) {
            self.note("keys of tokens", read.map_err(|reason| vec![reason]));
        }
    }

    /// Counts and logs what came of reading `what` again.
    fn note(&self, what: &str, read: Result<(), Vec<impl Display>>) {
        self.bridge.metrics().reloaded(read.is_ok());
        match read {
            Ok(()) => tracing::info!("the {what} were read again"),
            Err(reasons) => {
                for reason in reasons {
                    tracing::error!("the old {what} stay: {}", printable(&reason.to_string()));
                }
            }
        }
    }
}
