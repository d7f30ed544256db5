//! SIGHUP: what is read again while the bridge runs. What cannot be read stays as it was.

use std::fmt::Display;

use super::listen::Listening;
use super::surroundings::Process;
use crate::bridge::{Bridge, ReadyService};
use crate::redact::printable;
use crate::xml::Diagnostic;

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

    fn service(&self, ready: &ReadyService) {
        for store in ready.service.user_stores().filter(|store| store.has_file()) {
            let told = |all: Vec<Diagnostic>| all.iter().map(Diagnostic::to_string).collect();
            self.note("users", store.reload(&Process).map_err(told));
        }
        for read in ready.reload_keys(&Process) {
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
