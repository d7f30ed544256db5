//! Passwords that are verified against a hash. That costs 20 ms and 19 MiB, whoever asks for it, so it is bounded before it begins.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::place::Place;
use crate::bridge::state::entropy;
use crate::limits::WssLimits;
use crate::wss::{Failures, HashMemory, Key, PasswordHash, Rejection, Secret, key as key_of};

/// A password that somebody gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt<'a> {
    pub(super) realm: &'a str,
    pub(super) username: &'a str,
    pub(super) password: &'a Secret,
    pub(super) address: Option<IpAddr>,
    pub(super) now: DateTime<Utc>,
    /// The hash of the user, or nobody's.
    pub(super) hash: &'a PasswordHash,
    /// Whether the password is right, where that is known without the hash.
    pub(super) plain: Option<bool>,
}

/// A few hashes are computed at one time, on threads that serve nobody, a few wait for that, and none is computed for a password
/// that was right a moment ago, or for a place from which too many wrong ones came.
#[derive(Debug)]
pub(super) struct Hashes {
    right: Mutex<HashMap<Key, DateTime<Utc>>>,
    memory: Duration,
    most: usize,
    /// Who waits, and whose hash is computed.
    admitted: Semaphore,
    patience: std::time::Duration,
    at_once: Arc<Semaphore>,
    /// At most as many as hashes are computed at one time.
    buffers: Arc<Mutex<Vec<HashMemory>>>,
    places: Failures,
    /// What is remembered of a password says nothing without it.
    salt: [u8; 32],
}

impl Hashes {
    pub(super) fn new(limits: &WssLimits) -> Self {
        let at_once = limits.hashes.clamp(1, Semaphore::MAX_PERMITS / 2);
        let waiting = limits.hash_queue.min(Semaphore::MAX_PERMITS / 2);
        Self {
            right: Mutex::default(),
            memory: Duration::seconds(limits.hash_memory.clamp(0, 3600)),
            most: limits.failure_places,
            admitted: Semaphore::new(at_once + waiting),
            patience: std::time::Duration::from_secs(limits.hash_wait),
            at_once: Arc::new(Semaphore::new(at_once)),
            buffers: Arc::default(),
            places: Failures::new(limits.place_failures, limits),
            salt: entropy::salt(),
        }
    }

    /// Whether the password is the one of the hash. It takes as long whatever is known without that.
    ///
    /// Errors: [`Rejection::Busy`], [`Rejection::TooManyFailures`]; nothing was computed then.
    pub(super) async fn verify(&self, attempt: &Attempt<'_>) -> Result<bool, Rejection> {
        let key = self.key(attempt);
        if self.was_right(&key) {
            return Ok(true);
        }
        let place = self.places.key(Place::of(attempt.address));
        if self.places.are_too_many(place, attempt.now) {
            return Err(Rejection::TooManyFailures);
        }
        let _admitted = self.admitted.try_acquire().map_err(|_| Rejection::Busy)?;
        // Before it is known to be one: of many at a time none would be counted yet.
        self.places.count(place, attempt.now);
        let hashed = Box::pin(self.compute(attempt.hash.clone(), attempt.password.clone())).await;
        let right = match attempt.plain {
            Some(plain) => hashed.map(|_| plain),
            None => hashed,
        };
        if right != Ok(false) {
            self.places.forgive(place);
        }
        if right == Ok(true) {
            self.remember(key);
        }
        hashed
    }

    fn key(&self, attempt: &Attempt<'_>) -> Key {
        let (hash, password) = (attempt.hash.text(), attempt.password.expose().as_bytes());
        key_of(&[
            &self.salt,
            hash.as_bytes(),
            password,
            attempt.realm.as_bytes(),
            attempt.username.as_bytes(),
        ])
    }

    async fn compute(&self, hash: PasswordHash, password: Secret) -> Result<bool, Rejection> {
        let turn = tokio::time::timeout(self.patience, self.at_once.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Rejection::Busy)?.expect("the semaphore is never closed");
        let buffers = self.buffers.clone();
        let hashed = tokio::task::spawn_blocking(move || {
            // Hashing goes on when the client goes away, and takes its memory for as long.
            let _turn = turn;
            let mut memory = HashMemory::default();
            if let Some(kept) = buffers.lock().pop() {
                memory = kept;
            }
            let right = hash.verify(&password, &mut memory);
            buffers.lock().push(memory);
            right
        });
        let hashed = hashed.await;
        Ok(hashed.expect("hashing does not panic, and nobody aborts it"))
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

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str =
        "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    fn attempt<'a>(hash: &'a PasswordHash, password: &'a Secret) -> Attempt<'a> {
        let (realm, username, address, plain) = ("r", "u", None, None);
        Attempt { realm, username, password, address, now: entropy::now(), hash, plain }
    }

    #[tokio::test]
    async fn more_passwords_than_may_wait_are_refused() {
        let limits = WssLimits { hashes: 1, hash_queue: 1, ..WssLimits::default() };
        let hashes = Hashes::new(&limits);
        let (hash, password) = (PasswordHash::parse(HASH).expect("a hash"), Secret::new("x"));
        let attempt = attempt(&hash, &password);
        let all =
            async { tokio::join!(hashes.verify(&attempt), hashes.verify(&attempt), hashes.verify(&attempt)) };
        assert_eq!(all.await, (Ok(false), Ok(false), Err(Rejection::Busy)));
        assert_eq!(hashes.verify(&attempt).await, Ok(false), "there is room again");
        assert_eq!(hashes.buffers.lock().len(), 1);
    }

    #[tokio::test]
    async fn nobody_waits_for_long() {
        let limits = WssLimits { hashes: 1, hash_wait: 0, ..WssLimits::default() };
        let hashes = Hashes::new(&limits);
        let (hash, password) = (PasswordHash::parse(HASH).expect("a hash"), Secret::new("x"));
        let attempt = attempt(&hash, &password);
        let (first, second) = tokio::join!(hashes.verify(&attempt), hashes.verify(&attempt));
        assert_eq!((first, second), (Ok(false), Err(Rejection::Busy)));
    }

    #[tokio::test]
    async fn who_is_right_by_a_password_in_clear_is_no_failure() {
        let limits = WssLimits { place_failures: 1, ..WssLimits::default() };
        let hashes = Hashes::new(&limits);
        let hash = PasswordHash::parse(HASH).expect("a hash").nobodys();
        let verify = async |password: &str, plain| {
            let password = Secret::new(password);
            hashes.verify(&Attempt { plain: Some(plain), ..attempt(&hash, &password) }).await
        };
        for password in ["a", "b", "c"] {
            assert_eq!(verify(password, true).await, Ok(false));
        }
        assert_eq!(verify("a", true).await, Ok(true), "it was right a moment ago");
        assert_eq!(verify("d", false).await, Ok(false));
        assert_eq!(verify("e", true).await, Err(Rejection::TooManyFailures));
    }
}
