//! `Idempotency-Key`: a client may send a request again, and the backend gets it once.
//!
//! The first request with a key claims it; its answer is kept, and is the answer to every other request with that key,
//! caller and content. An answer that leaves it unknown what the backend did is kept too: asking again must not do it
//! again. Where the backend certainly got nothing, the key is free again. Keys are in the memory of the process, or in a
//! store that several processes share.

mod kept;
mod memory;
mod shared;
mod unsettled;

use std::time::Duration;

use http::{HeaderMap, HeaderName, Response};
use sha2::{Digest, Sha256};

use crate::bridge::backend::pieces::Body;
use crate::bridge::state::header::only;
use crate::bridge::state::store::Store;
use crate::limits::HttpLimits;
use kept::{Answer, Found, Hash, Kept};
use memory::Memory;
use shared::{Claimed, Shared};

/// Why an idempotency key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A request with this key is being answered.
    #[error("a request with this idempotency key is being answered")]
    InUse,
    /// Not one visible text of a sensible length.
    #[error("the idempotency key is malformed")]
    Malformed,
    /// It was used for another request.
    #[error("the idempotency key was used for another request")]
    Reused,
    /// There is no room for more keys, or nobody can tell: forgetting is not safe.
    #[error("the store of idempotency keys is full or cannot be reached")]
    Unavailable,
    /// The answer to the request with this key was never seen.
    #[error("the request with this idempotency key had no answer")]
    Unknown,
}

/// What tells one request from another: the hash of what is asked for, without what differs each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(Hash);

impl Fingerprint {
    /// The fingerprint of the request with these parts.
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        Self(hash(parts))
    }
}

/// Whether a request has an idempotency key at all.
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    headers.contains_key(&KEY)
}

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Where keys are.
#[derive(Clone, Debug)]
pub(in crate::bridge) enum Keys {
    /// In this process.
    Memory(Memory),
    /// In a store.
    Shared(Shared),
}

/// What a request with a key comes to.
pub(in crate::bridge) enum Claim {
    /// It was answered before.
    Before(Response<Body>),
    /// It is the first one.
    First(Guard),
}

/// A key that is claimed; whoever drops it without an answer leaves it unknown what happened.
pub(in crate::bridge) struct Guard(Option<Held>);

/// Where a key is that is claimed.
enum Held {
    Memory(Memory, Hash),
    Shared(Shared, Claimed),
}

impl Keys {
    /// Keys in memory, or in `store`; `total` is how long an exchange may take.
    pub(in crate::bridge) fn new(store: Option<Store>, limits: &HttpLimits, total: Duration) -> Self {
        match store {
            None => Self::Memory(Memory::new(limits)),
            Some(store) => Self::Shared(Shared::new(store, limits, total)),
        }
    }

    /// Takes over what `old` remembers where both are in this process; a server remembers by itself.
    pub(in crate::bridge) fn remember(&mut self, old: &Self) {
        if let (Self::Memory(memory), Self::Memory(old)) = (self, old) {
            memory.remember(old);
        }
    }

    /// Claims the `Idempotency-Key` of `headers` for `claimant` and the request with `fingerprint`. Nothing when there is no key.
    pub(super) async fn claim(
        &self,
        headers: &HeaderMap,
        claimant: &Claimant<'_>,
        fingerprint: Fingerprint,
    ) -> Result<Option<Claim>, KeyError> {
        let Some(key) = key(headers)? else { return Ok(None) };
        let Claimant { front, service, operation, caller } = claimant;
        let key = hash(&[front, service, operation, caller, key].map(|part| part.as_bytes()));
        let Fingerprint(fingerprint) = fingerprint;
        let claimed = match self {
            Self::Memory(memory) => {
                memory.claim(key, fingerprint, short(caller)).map(|()| Held::Memory(memory.clone(), key))
            }
            Self::Shared(shared) => {
                let claimed = shared.claim(key, fingerprint).await;
                claimed.map(|claimed| Held::Shared(shared.clone(), claimed))
            }
        };
        let found = match claimed {
            Ok(held) => return Ok(Some(Claim::First(Guard(Some(held))))),
            Err(found) => found,
        };
        match found {
            Found::Known(other, _) if other != fingerprint => Err(KeyError::Reused),
            Found::Known(_, Kept::Answered(answer)) => Ok(Some(Claim::Before(answer.replay()))),
            Found::Known(_, Kept::Open) => Err(KeyError::InUse),
            Found::Known(_, Kept::Unknown) => Err(KeyError::Unknown),
            Found::NoRoom | Found::Unreachable => Err(KeyError::Unavailable),
        }
    }
}

/// Who claims a key: the same key of another caller, or for another operation, is another one.
pub(super) struct Claimant<'c> {
    pub(super) front: &'c str,
    pub(super) service: &'c str,
    pub(super) operation: &'c str,
    pub(super) caller: &'c str,
}

impl Guard {
    /// Keeps `answer`, or frees the key where the backend certainly got nothing.
    pub(super) async fn finish(mut self, answer: &Response<Body>, undone: bool) {
        let kept = if undone { None } else { Some(Kept::Answered(Answer::of(answer))) };
        match self.0.take() {
            Some(Held::Memory(memory, key)) => memory.keep(&key, kept),
            Some(Held::Shared(shared, claimed)) => shared.keep(claimed, kept).await,
            None => {}
        }
    }
}

impl Drop for Guard {
    /// A shared store finds out by the time that has passed.
    fn drop(&mut self) {
        if let Some(Held::Memory(memory, key)) = &self.0 {
            memory.keep(key, Some(Kept::Unknown));
        }
    }
}

/// The only key, in visible ASCII; the quotes of a structured field do not count.
fn key(headers: &HeaderMap) -> Result<Option<&str>, KeyError> {
    let given = only(headers, &KEY).map_err(|_| KeyError::Malformed)?;
    let Some(text) = given.map(str::trim) else { return Ok(None) };
    // Most clients leave the quotes of a structured field out.
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if text.is_empty() || text.len() > LONGEST || !visible {
        return Err(KeyError::Malformed);
    }
    Ok(Some(text))
}

/// What tells callers from each other where it does no harm that two are one.
fn short(caller: &str) -> u64 {
    let hash = hash(&[caller.as_bytes()]);
    let (short, _) = hash.split_first_chunk().expect("a hash has 32 octets");
    u64::from_be_bytes(*short)
}

/// The hash of all parts, each with its length.
fn hash(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Longer keys are mistakes.
const LONGEST: usize = 255;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::*;

    fn keys(most: usize) -> Keys {
        let limits = HttpLimits { idempotency_entries: most, ..HttpLimits::default() };
        Keys::new(None, &limits, Duration::from_secs(1))
    }

    fn with(key: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("idempotency-key".parse().expect("name"), HeaderValue::from_static(key))])
    }

    async fn claim(keys: &Keys, key: &'static str, content: &str) -> Result<Option<Claim>, KeyError> {
        let claimant =
            Claimant { front: "json", service: "service", operation: "operation", caller: "caller" };
        keys.claim(&with(key), &claimant, Fingerprint::of(&[content.as_bytes()])).await
    }

    #[tokio::test]
    async fn an_answer_is_given_again_and_only_for_the_same_request() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("the first one") };
        assert!(matches!(claim(&keys, "a", "x").await, Err(KeyError::InUse)));
        guard.finish(&Response::new(Body::new(Bytes::from_static(b"done"))), false).await;
        let Ok(Some(Claim::Before(answer))) = claim(&keys, "\"a\"", "x").await else { panic!("answered") };
        assert_eq!(answer.headers()["idempotency-replayed"], "true");
        assert!(matches!(claim(&keys, "a", "y").await, Err(KeyError::Reused)));
        let claimant = Claimant { front: "", service: "s", operation: "", caller: "" };
        let keyless = keys.claim(&HeaderMap::new(), &claimant, Fingerprint::of(&[b"x"])).await;
        assert!(matches!(keyless, Ok(None)));
    }

    #[tokio::test]
    async fn a_key_is_free_again_only_when_the_backend_got_nothing() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("the first one") };
        guard.finish(&Response::new(Body::default()), true).await;
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("free again") };
        guard.finish(&Response::new(Body::default()), false).await;
        assert!(matches!(claim(&keys, "a", "x").await, Ok(Some(Claim::Before(_)))));
        let Ok(Some(Claim::First(guard))) = claim(&keys, "b", "x").await else { panic!("another key") };
        drop(guard);
        assert!(matches!(claim(&keys, "b", "x").await, Err(KeyError::Unknown)));
    }

    #[tokio::test]
    async fn keys_are_bounded_and_well_formed() {
        let keys = keys(1);
        let first = claim(&keys, "a", "x").await;
        assert!(matches!(first, Ok(Some(Claim::First(_)))));
        assert!(matches!(claim(&keys, "b", "x").await, Err(KeyError::Unavailable)));
        for malformed in ["", "\"\""] {
            assert!(matches!(claim(&keys, malformed, "x").await, Err(KeyError::Malformed)), "{malformed}");
        }
    }
}
