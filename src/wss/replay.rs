//! Remembering nonces, so that no token is accepted twice.
//!
//! The memory of a process, from the ground: `keyed` makes hashes of a token; `segment` and `table` hold them, each with the number
//! of its epoch (`ids`); `epochs` knows when each epoch is over, and how many keys each user has (`owners`); `memory` decides.

mod epochs;
mod ids;
mod keyed;
mod memory;
mod owners;
mod segment;
mod table;

use std::future::Future;

use chrono::{DateTime, Duration, Utc};

pub use memory::MemoryReplay;

/// A token that is to be remembered. A store makes keys of it as it likes.
#[derive(Clone, Copy)]
pub struct Claim<'t> {
    /// What tells its users from others: a token of one realm is no token of another.
    pub realm: &'t str,
    /// Whose it is; nobody may fill a store alone.
    pub username: &'t str,
    /// Its nonce, decoded: one key, with the realm and the user.
    pub nonce: &'t [u8],
    /// The time that belongs to the nonce, where a nonce may come again at another time.
    pub at: Option<DateTime<Utc>>,
    /// Its digest, where it has one: another key, with the realm alone. Nonce and time have no border between them in a digest
    /// and the user name is not in it, so the same digest can be had for another nonce or another user.
    pub digest: Option<&'t [u8; 20]>,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// How long after that it could be accepted, and some more.
    pub life: Duration,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Claim<'_> {
    /// The instant from which on nothing that is like the token can be accepted.
    pub fn expires(&self) -> DateTime<Utc> {
        self.made + self.life
    }
}

/// With nonce and time beside it a digest can be guessed at offline.
impl std::fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A memory of what was accepted. One call decides, for checking and adding in two steps lets two copies through.
pub trait ReplayStore: Send + Sync {
    /// Remembers all keys of `claim`, or none. Errors: one of them is known, or nobody can tell.
    fn claim(&self, claim: Claim<'_>) -> impl Future<Output = Result<(), ClaimError>> + Send;
}

/// Why nothing was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The store may forget keys before their time.
    #[error("the replay store may evict keys")]
    Evicting,
    /// The store lost its memory after the token was made.
    #[error("the replay store may have forgotten the token")]
    Forgotten,
    /// There is no room: refusing is safe, forgetting is not.
    #[error("the replay store is full")]
    Full,
    /// One of the keys was there.
    #[error("the token was used before")]
    Replayed,
    /// The store did not answer in time.
    #[error("the replay store cannot be reached")]
    Unreachable,
}
