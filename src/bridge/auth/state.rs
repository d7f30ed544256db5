//! What every front of a process shares to keep strangers out: failures, replays, and hashes that were computed.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::hashes::Hashes;
use crate::bridge::state::entropy;
use crate::limits::WssLimits;
use crate::wss::{Failures, MemoryReplay};

/// What every front of a process shares to keep strangers out.
#[derive(Debug)]
pub(in crate::bridge) struct AuthState {
    pub(in crate::bridge) replay: Arc<MemoryReplay>,
    pub(super) failures: Failures,
    pub(super) hashes: Hashes,
    pub(super) started: DateTime<Utc>,
}

impl AuthState {
    pub(in crate::bridge) fn new(limits: &WssLimits) -> Self {
        Self {
            replay: Arc::new(MemoryReplay::new(limits.replay_entries)),
            failures: Failures::new(limits.failures, limits),
            hashes: Hashes::new(limits),
            started: entropy::now(),
        }
    }
}
