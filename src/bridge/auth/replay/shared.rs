//! Used tokens in a Valkey or Redis server, for several bridges that are one service.
//!
//! `SET key 1 NX PX life` claims a key: one command, so that of two copies of a token at one time one is the first. A token
//! with two keys claims both in one transaction. A server that does not answer in time means that nobody knows, and the
//! token is refused. The server must not evict keys (`maxmemory-policy noeviction`): what it forgets could be replayed.

use chrono::{DateTime, Utc};
use redis::{RedisResult, pipe};

use crate::bridge::state::store::{PATIENCE, Store};
use crate::wss::{Claim, ClaimError, Key, MemoryReplay, ReplayStore, key};

/// The used tokens of all bridges that share a server.
#[derive(Debug)]
pub(in crate::bridge) struct SharedReplay {
    store: Store,
    /// What this process accepted itself: a clock that is set back makes tokens fresh again whose keys are gone.
    own: MemoryReplay,
}

impl SharedReplay {
    /// Tokens in `store`, and the latest `most` of this process in memory.
    pub(in crate::bridge) fn new(store: Store, most: usize) -> Self {
        Self { store, own: MemoryReplay::new(most) }
    }

    async fn ask(&self, keys: &[Key], life: i64) -> RedisResult<bool> {
        let mut connection = self.store.connection().await?;
        let mut commands = pipe();
        commands.atomic();
        for key in keys {
            commands.cmd("SET").arg(name(key)).arg(1).arg("NX").arg("PX").arg(life);
        }
        let set: Vec<Option<String>> = commands.query_async(&mut connection).await?;
        Ok(set.len() == keys.len() && set.iter().all(Option::is_some))
    }
}

impl ReplayStore for SharedReplay {
    async fn claim(&self, claim: Claim<'_>) -> Result<(), ClaimError> {
        let (keys, life) = (keys(&claim), life(claim.expires(), claim.now));
        let asked = tokio::time::timeout(PATIENCE, self.ask(&keys, life)).await;
        match asked {
            Ok(Ok(true)) => match self.own.claim_now(&claim) {
                Err(ClaimError::Replayed) => Err(ClaimError::Replayed),
                // The server has it, and it has the room.
                _ => Ok(()),
            },
            Ok(Ok(false)) => Err(ClaimError::Replayed),
            Ok(Err(error)) if error.code() == Some("OOM") => Err(ClaimError::Full),
            _ => Err(ClaimError::Unreachable),
        }
    }
}

/// What all bridges that share the server name the token by.
fn keys(claim: &Claim<'_>) -> Vec<Key> {
    let (realm, user) = (claim.realm.as_bytes(), claim.username.as_bytes());
    let nonce = match claim.at {
        Some(at) => key(&[realm, user, claim.nonce, at.to_rfc3339().as_bytes()]),
        None => key(&[realm, user, claim.nonce]),
    };
    let digest = claim.digest.map(|digest| key(&[realm, digest]));
    [Some(nonce), digest].into_iter().flatten().collect()
}

/// Milliseconds, at least one.
fn life(expires: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (expires - now).num_milliseconds().max(1)
}

fn name(key: &Key) -> String {
    let hex: String = key.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("saponify:replay:{hex}")
}
