//! Who may call a SOAP mock.

use crate::limits::WssLimits;
use crate::wss::{self, MemoryReplay, Policy, Secret, Security, TimestampPolicy, Users};

/// One user, whose UsernameToken every request must bear.
pub struct Authenticator {
    user: One,
    limits: WssLimits,
    replay: MemoryReplay,
}

struct One {
    name: String,
    password: Secret,
}

impl Users for One {
    fn password(&self, username: &str) -> Option<&Secret> {
        (self.name == username).then_some(&self.password)
    }
}

impl Authenticator {
    /// Lets in `name` with `password`, as text or as digest.
    pub fn new(name: String, password: Secret) -> Self {
        let limits = WssLimits::default();
        Self { user: One { name, password }, replay: MemoryReplay::new(limits.replay_entries), limits }
    }

    /// Whether the token of `security` is the user's, and new.
    pub(super) async fn lets_in(&self, security: &Security) -> bool {
        let policy = Policy {
            realm: "mock",
            accept_digest: true,
            accept_text: true,
            timestamp: TimestampPolicy::IfPresent,
            not_before: None,
            repeated_nonces: false,
            limits: &self.limits,
            now: chrono::Utc::now(),
        };
        wss::verify(security, &policy, &self.user, &self.replay).await.is_ok()
    }

    pub(super) fn limits(&self) -> &WssLimits {
        &self.limits
    }
}
