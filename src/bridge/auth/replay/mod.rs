//! Where used tokens are remembered: in this process, or in a server that several processes share.

mod shared;

pub(in crate::bridge) use shared::SharedReplay;

use crate::wss::{Claim, ClaimError, MemoryReplay, ReplayStore};

/// The replay memory of a service.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) enum Replay<'r> {
    /// Of this process.
    Memory(&'r MemoryReplay),
    /// Of all processes that share a server.
    Shared(&'r SharedReplay),
}

impl ReplayStore for Replay<'_> {
    async fn claim(&self, claim: Claim<'_>) -> Result<(), ClaimError> {
        match self {
            Self::Memory(memory) => memory.claim(claim).await,
            Self::Shared(shared) => Box::pin(shared.claim(claim)).await,
        }
    }
}
