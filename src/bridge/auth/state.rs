//! What every front of a process shares to keep strangers out: failures, replays, and hashes that were computed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::bridge::state::entropy;
use crate::limits::WssLimits;
use crate::wss::{Failures, Key, MemoryReplay, PasswordHash, Secret, key};

/// What every front of a process shares to keep strangers out.
#[derive(Debug)]
pub(in crate::bridge) struct AuthState {
    pub(in crate::bridge) replay: Arc<MemoryReplay>,
    pub(super) failures: Failures,
    pub(super) started: DateTime<Utc>,
    hashes: Hashes,
}

impl AuthState {
    pub(in crate::bridge) fn new(limits: &WssLimits) -> Self {
        Self {
            replay: Arc::new(MemoryReplay::new(limits.replay_entries)),
            failures: Failures::new(limits),
            started: entropy::now(),
            hashes: Hashes::new(limits),
        }
    }

    /// Whether `password` is the one of `hash`.
    pub(super) async fn verify(&self, hash: &PasswordHash, user: &[&[u8]], password: &Secret) -> bool {
        self.hashes.verify(hash, user, password).await
    }
}

/// What failures are counted for: a user of a realm, at a place.
pub(super) fn place(realm: &str, username: &str, address: Option<IpAddr>) -> Key {
    let address = match address {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        // One client has 64 bits of addresses to itself.
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
    };
    key(&[realm.as_bytes(), username.as_bytes(), &address])
}

/// Hashes take 20 ms and 19 MiB each: a few at one time, on threads that serve nobody, and none again for a password that
/// was right a moment ago.
#[derive(Debug)]
struct Hashes {
    right: Mutex<HashMap<Key, DateTime<Utc>>>,
    memory: Duration,
    most: usize,
    at_once: Arc<Semaphore>,
    /// What is remembered of a password says nothing without it.
    salt: [u8; 32],
}

impl Hashes {
    fn new(limits: &WssLimits) -> Self {
        Self {
            right: Mutex::default(),
            memory: Duration::seconds(limits.hash_memory.clamp(0, 3600)),
            most: limits.failure_places,
            at_once: Arc::new(Semaphore::new(limits.hashes.max(1))),
            salt: entropy::salt(),
        }
    }

    async fn verify(&self, hash: &PasswordHash, user: &[&[u8]], password: &Secret) -> bool {
        let text = hash.text();
        let mut parts = vec![self.salt.as_slice(), text.as_bytes(), password.expose().as_bytes()];
        parts.extend_from_slice(user);
        let key = key(&parts);
        if self.was_right(&key) {
            return true;
        }
        let right = self.compute(hash.clone(), password.clone()).await;
        if right {
            self.remember(key);
        }
        right
    }

    async fn compute(&self, hash: PasswordHash, password: Secret) -> bool {
        // The semaphore is never closed.
        let turn = self.at_once.clone().acquire_owned().await;
        let hashed = tokio::task::spawn_blocking(move || {
            // Hashing goes on when the client goes away, and takes its memory for as long.
            let _turn = turn;
            hash.verify(&password)
        });
        let hashed = hashed.await;
        hashed.expect("hashing does not panic, and nobody aborts it")
    }

    fn was_right(&self, key: &Key) -> bool {
        let right = self.right.lock();
        right.get(key).is_some_and(|until| *until > entropy::now())
    }

    fn remember(&self, key: Key) {
        let mut right = self.right.lock();
        let now = entropy::now();
        if right.len() >= self.most {
            right.retain(|_, until| *until > now);
        }
        if right.len() < self.most {
            right.insert(key, now + self.memory);
        }
    }
}
