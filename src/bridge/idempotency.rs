//! `Idempotency-Key`: a client may send a request again, and the backend gets it once.
//!
//! The first request with a key claims it; its answer is kept, and is the answer to every other request with that key,
//! caller and content. An answer that leaves it unknown what the backend did is kept too: asking again must not do it
//! again. Where the backend certainly got nothing, the key is free again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue, Response};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use super::body::Body;
use super::client::CallError;
use super::failure::{BackendFailure, Failure};
use crate::limits::HttpLimits;

/// What is remembered of a key.
#[derive(Clone, Debug)]
struct Kept {
    fingerprint: [u8; 32],
    state: State,
    until: Instant,
}

#[derive(Clone, Debug)]
enum State {
    /// It was answered.
    Answered(Response<Body>, usize),
    /// It is being answered.
    Open,
    /// Nobody saw its answer.
    Unknown,
}

/// The keys of this process.
#[derive(Debug)]
pub(super) struct Keys {
    entries: Mutex<Entries>,
    most: usize,
    bytes: usize,
    life: Duration,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<[u8; 32], Kept>,
    bytes: usize,
}

/// What a request with a key comes to.
pub(super) enum Claim {
    /// It was answered before.
    Before(Response<Body>),
    /// It is the first one.
    First(Guard),
}

/// A key that is claimed; whoever drops it without an answer leaves it unknown what happened.
pub(super) struct Guard {
    keys: Arc<Keys>,
    key: [u8; 32],
    done: bool,
}

impl Keys {
    pub(super) fn new(limits: &HttpLimits) -> Self {
        Self {
            entries: Mutex::default(),
            most: limits.idempotency_entries,
            bytes: limits.idempotency_bytes,
            life: Duration::from_millis(limits.idempotency_time),
        }
    }

    /// Claims the `Idempotency-Key` of `headers` for a caller of an operation, `who`, and the request `content`. Nothing when
    /// there is no key.
    ///
    /// Errors: a malformed key; one that another request uses; no room for more, which is refused: forgetting is not safe.
    pub(super) fn claim(
        self: &Arc<Self>,
        headers: &HeaderMap,
        who: &[&str],
        content: &[&[u8]],
    ) -> Result<Option<Claim>, Failure> {
        let Some(key) = header(headers)? else { return Ok(None) };
        let who: Vec<&[u8]> = who.iter().map(|part| part.as_bytes()).chain([key.as_bytes()]).collect();
        let (key, fingerprint) = (hash(&who), hash(content));
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.forget(Instant::now(), self.most);
        match entries.by_key.get(&key) {
            Some(kept) if kept.fingerprint != fingerprint => Err(Failure::KeyReused),
            Some(Kept { state: State::Answered(answer, _), .. }) => Ok(Some(Claim::Before(replayed(answer)))),
            Some(Kept { state: State::Open, .. }) => Err(Failure::KeyInUse),
            Some(Kept { state: State::Unknown, .. }) => Err(BackendFailure::Call(CallError::Broken).into()),
            None if entries.by_key.len() >= self.most || entries.bytes >= self.bytes => {
                Err(Failure::Overloaded)
            }
            None => {
                let until = Instant::now() + self.life;
                entries.by_key.insert(key, Kept { fingerprint, state: State::Open, until });
                Ok(Some(Claim::First(Guard { keys: self.clone(), key, done: false })))
            }
        }
    }
}

impl Entries {
    /// Forgets what is too old. Looking at all of them is put off until there are many.
    fn forget(&mut self, now: Instant, most: usize) {
        if self.by_key.len() * 2 < most {
            return;
        }
        let bytes = &mut self.bytes;
        self.by_key.retain(|_, kept| {
            let keep = kept.until > now;
            if let (false, State::Answered(_, size)) = (keep, &kept.state) {
                *bytes = bytes.saturating_sub(*size);
            }
            keep
        });
    }
}

impl Guard {
    /// Keeps `answer`, or frees the key where `failure` says that the backend got nothing.
    pub(super) async fn finish(mut self, answer: &Response<Body>, failure: Option<&Failure>) {
        self.done = true;
        if failure.is_some_and(|failure| !may_have_happened(failure)) {
            return self.change(None);
        }
        let size = answer.body().clone().collect().await.map_or(0, |body| body.to_bytes().len());
        self.change(Some(State::Answered(answer.clone(), size)));
    }

    fn change(&self, state: Option<State>) {
        let mut entries = self.keys.entries.lock().unwrap_or_else(PoisonError::into_inner);
        match state {
            None => {
                entries.by_key.remove(&self.key);
            }
            Some(state) => {
                if let State::Answered(_, size) = &state {
                    entries.bytes += size;
                }
                if let Some(kept) = entries.by_key.get_mut(&self.key) {
                    kept.state = state;
                }
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.done {
            self.change(Some(State::Unknown));
        }
    }
}

/// Whether the backend may have done what it was asked.
fn may_have_happened(failure: &Failure) -> bool {
    match failure {
        Failure::Backend(BackendFailure::Call(CallError::Connect) | BackendFailure::Unauthorized { .. }) => {
            false
        }
        Failure::Backend(BackendFailure::Failed { status, .. }) => *status != 429,
        Failure::Backend(_) | Failure::Bridge(_) => true,
        _ => false,
    }
}

fn replayed(answer: &Response<Body>) -> Response<Body> {
    let mut answer = answer.clone();
    answer.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    answer
}

/// The only key, in visible ASCII; the quotes of a structured field do not count.
fn header(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let mut all = headers.get_all("idempotency-key").iter();
    let Some(first) = all.next() else { return Ok(None) };
    let text = first.to_str().map_err(|_| Failure::KeyMalformed)?.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if all.next().is_some() || text.is_empty() || text.len() > LONGEST || !visible {
        return Err(Failure::KeyMalformed);
    }
    Ok(Some(text))
}

/// The hash of all parts, each with its length.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
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
    use super::*;
    use bytes::Bytes;

    fn keys(most: usize) -> Arc<Keys> {
        Arc::new(Keys::new(&HttpLimits { idempotency_entries: most, ..HttpLimits::default() }))
    }

    fn with(key: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("idempotency-key".parse().expect("name"), HeaderValue::from_static(key))])
    }

    fn claim(keys: &Arc<Keys>, key: &'static str, content: &str) -> Result<Option<Claim>, Failure> {
        keys.claim(&with(key), &["service", "operation", "caller"], &[content.as_bytes()])
    }

    #[tokio::test]
    async fn an_answer_is_given_again_and_only_for_the_same_request() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x") else { panic!("the first one") };
        assert!(matches!(claim(&keys, "a", "x"), Err(Failure::KeyInUse)));
        guard.finish(&Response::new(Body::new(Bytes::from_static(b"done"))), None).await;
        let Ok(Some(Claim::Before(answer))) = claim(&keys, "\"a\"", "x") else { panic!("answered") };
        assert_eq!(answer.headers()["idempotency-replayed"], "true");
        assert!(matches!(claim(&keys, "a", "y"), Err(Failure::KeyReused)));
        assert!(matches!(keys.claim(&HeaderMap::new(), &["s"], &[b"x"]), Ok(None)));
    }

    #[tokio::test]
    async fn a_key_is_free_again_only_when_the_backend_got_nothing() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x") else { panic!("the first one") };
        let nothing = Failure::Backend(BackendFailure::Call(CallError::Connect));
        guard.finish(&Response::new(Body::default()), Some(&nothing)).await;
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x") else { panic!("free again") };
        let unknown = Failure::Backend(BackendFailure::Call(CallError::TimedOut));
        guard.finish(&Response::new(Body::default()), Some(&unknown)).await;
        assert!(matches!(claim(&keys, "a", "x"), Ok(Some(Claim::Before(_)))));
        let Ok(Some(Claim::First(guard))) = claim(&keys, "b", "x") else { panic!("another key") };
        drop(guard);
        assert!(matches!(
            claim(&keys, "b", "x"),
            Err(Failure::Backend(BackendFailure::Call(CallError::Broken)))
        ));
    }

    #[test]
    fn keys_are_bounded_and_well_formed() {
        let keys = keys(1);
        let first = claim(&keys, "a", "x");
        assert!(matches!(first, Ok(Some(Claim::First(_)))));
        assert!(matches!(claim(&keys, "b", "x"), Err(Failure::Overloaded)));
        for malformed in ["", "\"\""] {
            assert!(matches!(claim(&keys, malformed, "x"), Err(Failure::KeyMalformed)), "{malformed}");
        }
    }
}
