//! SIGHUP: what is read again while the bridge runs. What cannot be read stays as it was.

use super::listen::Listening;
use super::surroundings::Process;
use crate::bridge::{Bridge, ReadyService};
use crate::server::on_hangups;
use crate::xml::Diagnostic;

/// What a running process reads again.
pub(super) struct Reload {
    pub(super) bridge: Bridge,
    pub(super) tls: Option<Listening>,
}

impl Reload {
    /// Reads certificates, users and public keys again on each SIGHUP. Errors: signals cannot be heard.
    pub(super) async fn follow(&self) -> std::io::Result<()> {
        on_hangups(|| {
            if let Some(tls) = &self.tls {
                self.tell("certificates", tls.reload().map_err(|reason| vec![reason]));
            }
            self.bridge.services().iter().for_each(|shared| self.again(shared));
        })
        .await
    }

    fn again(&self, shared: &ReadyService) {
        for store in shared.service.user_stores().filter(|store| store.has_file()) {
            let told = |all: Vec<Diagnostic>| all.iter().map(Diagnostic::to_string).collect();
            self.tell("users", store.reload(&Process).map_err(told));
        }
        for read in shared.reload_keys(&Process) {
            self.tell("keys of tokens", read.map_err(|reason| vec![reason]));
        }
    }

    fn tell(&self, what: &str, read: Result<(), Vec<String>>) {
        self.bridge.metrics().reloaded(read.is_ok());
        match read {
            Ok(()) => eprintln!("saponify: the {what} were read again"),
            Err(reasons) => {
                reasons.iter().for_each(|reason| eprintln!("saponify: the old {what} stay: {reason}"))
            }
        }
    }
}
