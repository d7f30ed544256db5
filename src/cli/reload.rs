//! SIGHUP: what is read again while the bridge runs. What cannot be read stays as it was.

use std::fmt::Display;

use super::exit::Exit;
use super::listen::Listening;
use super::services::{self, Loaded, Refusal};
use super::surroundings::Process;
use crate::bridge::{Bridge, ReadyService};
use crate::redact::printable;
use crate::xml::Diagnostic;

/// What a running process reads again.
pub(super) struct Reload<'r> {
    pub(super) bridge: Bridge,
    pub(super) tls: Option<Listening>,
    /// Reads the service files and what they refer to.
    pub(super) again: &'r dyn Fn() -> Result<Vec<Loaded>, Vec<Refusal>>,
}

impl Reload<'_> {
    /// Reads everything again: services with their contracts, certificates, users and public keys of tokens.
    pub(super) fn all(&self) {
        if let Some(tls) = &self.tls {
            self.note("certificates", tls.reload().map_err(|reason| vec![reason]));
        }
        let lines = |refusals: Vec<Refusal>| refusals.iter().flat_map(Refusal::lines).collect();
        self.note("services", self.services().map_err(lines));
        // Where the services stay, their users and keys may still have changed.
        self.bridge.services().iter().for_each(|ready| self.service(ready));
    }

    /// Loads and compiles all services, and takes them in place of those that there are, or none.
    fn services(&self) -> Result<(), Vec<Refusal>> {
        let loaded = (self.again)()?;
        let asked = self.tls.as_ref().is_some_and(Listening::asks_for_certificates);
        if let Some(refusal) = services::unasked(&loaded, asked) {
            return Err(vec![refusal]);
        }
        for name in services::changed(self.bridge.limits(), &services::limits(&loaded)) {
            tracing::warn!("limits.{name} stays as it was until the process is started again");
        }
        let ready = services::ready(loaded)?;
        let conflict = |conflict: crate::bridge::RouteConflict| {
            vec![Refusal::Reason(conflict.to_string(), Exit::Configuration)]
        };
        self.bridge.replace(ready).map_err(conflict)
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
