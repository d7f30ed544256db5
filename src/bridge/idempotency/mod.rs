//! `Idempotency-Key`: a client may send a request again, and the backend gets it once.
//!
//! The first request with a key claims it; its answer is kept, and is the answer to every other request with that key,
//! caller and content. An answer that leaves it unknown what the backend did is kept too: asking again must not do it
//! again. Where the backend certainly got nothing, the key is free again. Keys are in the memory of the process, or in a
//! server that several processes share.

mod memory;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use crate::bridge::backend::body::Body;
use crate::bridge::backend::client::CallError;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::state::store::Store;
use crate::limits::HttpLimits;
use memory::Memory;
use shared::Shared;

type Hash = [u8; 32];

/// What is remembered of a key.
#[derive(Clone, Debug)]
enum Kept {
    /// It was answered.
    Answered(Answer),
    /// It is being answered.
    Open,
    /// Nobody saw its answer.
    Unknown,
}

impl Kept {
    /// Bytes that it takes.
    fn size(&self) -> usize {
        match self {
            Self::Answered(answer) => answer.body.len(),
            Self::Open | Self::Unknown => 0,
        }
    }
}

/// What became of a claim.
enum Found {
    /// The key was free.
    Claimed,
    /// It was not.
    Known(Hash, Kept),
    /// There is no room for more.
    NoRoom,
    /// Nobody knows.
    Unreachable,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
struct Answer {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// Headers of an answer that are kept.
const HEADERS: [HeaderName; 3] =
    [header::CONTENT_TYPE, header::RETRY_AFTER, HeaderName::from_static("x-bridge-warnings")];

impl Answer {
    async fn of(answer: &Response<Body>) -> Self {
        let body =
            answer.body().clone().collect().await.map_or_else(|_| Bytes::new(), |body| body.to_bytes());
        let kept =
            HEADERS.into_iter().filter_map(|name| Some((name.clone(), answer.headers().get(name)?.clone())));
        Self { status: answer.status().as_u16(), headers: kept.collect(), body }
    }

    fn again(&self) -> Response<Body> {
        let mut answer = Response::new(Body::new(self.body.clone()));
        *answer.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
        answer.headers_mut().extend(self.headers.iter().cloned());
        answer.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
        answer
    }

    /// The status, the headers in their order, each with its length, then the body.
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.status.to_be_bytes());
        for name in HEADERS {
            let value = self.headers.iter().find(|(known, _)| *known == name);
            let value = value.map_or(&b""[..], |(_, value)| value.as_bytes());
            out.extend_from_slice(&(value.len() as u32).to_be_bytes());
            out.extend_from_slice(value);
        }
        out.extend_from_slice(&self.body);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (status, mut rest) = bytes.split_first_chunk::<2>()?;
        let mut headers = Vec::new();
        for name in HEADERS {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (value, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            if !value.is_empty() {
                headers.push((name, HeaderValue::from_bytes(value).ok()?));
            }
            rest = after;
        }
        Some(Self { status: u16::from_be_bytes(*status), headers, body: Bytes::copy_from_slice(rest) })
    }
}

/// Where keys are.
#[derive(Clone, Debug)]
pub(in crate::bridge) enum Keys {
    /// In this process.
    Memory(Memory),
    /// In a server.
    Shared(Arc<Shared>),
}

/// What a request with a key comes to.
pub(in crate::bridge) enum Claim {
    /// It was answered before.
    Before(Response<Body>),
    /// It is the first one.
    First(Guard),
}

/// A key that is claimed; whoever drops it without an answer leaves it unknown what happened.
pub(in crate::bridge) struct Guard {
    keys: Keys,
    key: Hash,
    fingerprint: Hash,
    done: bool,
}

impl Keys {
    /// Keys in memory, or in `store`; `total` is how long an exchange may take.
    pub(in crate::bridge) fn new(store: Option<Store>, limits: &HttpLimits, total: Duration) -> Self {
        match store {
            None => Self::Memory(Memory::new(limits)),
            Some(store) => Self::Shared(Arc::new(Shared::new(store, limits, total))),
        }
    }

    /// Claims the `Idempotency-Key` of `headers` for a caller of an operation, `who`, and the request `content`. Nothing when
    /// there is no key.
    ///
    /// Errors: a malformed key; one that another request uses; a store that is full or cannot be reached, for forgetting is
    /// not safe.
    pub(in crate::bridge) async fn claim(
        &self,
        headers: &HeaderMap,
        who: &[&str],
        content: &[&[u8]],
    ) -> Result<Option<Claim>, Failure> {
        let Some(key) = header(headers)? else { return Ok(None) };
        let who: Vec<&[u8]> = who.iter().map(|part| part.as_bytes()).chain([key.as_bytes()]).collect();
        let (key, fingerprint) = (hash(&who), hash(content));
        let found = match self {
            Self::Memory(memory) => memory.claim(key, fingerprint),
            Self::Shared(shared) => shared.claim(&key, &fingerprint).await,
        };
        match found {
            Found::Claimed => {
                Ok(Some(Claim::First(Guard { keys: self.clone(), key, fingerprint, done: false })))
            }
            Found::Known(other, _) if other != fingerprint => Err(Failure::KeyReused),
            Found::Known(_, Kept::Answered(answer)) => Ok(Some(Claim::Before(answer.again()))),
            Found::Known(_, Kept::Open) => Err(Failure::KeyInUse),
            Found::Known(_, Kept::Unknown) => Err(BackendFailure::Call(CallError::Broken).into()),
            Found::NoRoom | Found::Unreachable => Err(Failure::Overloaded),
        }
    }
}

impl Guard {
    /// Keeps `answer`, or frees the key where `failure` says that the backend got nothing.
    pub(in crate::bridge) async fn finish(mut self, answer: &Response<Body>, failure: Option<&Failure>) {
        self.done = true;
        let free = failure.is_some_and(|failure| !may_have_happened(failure));
        let kept = if free { None } else { Some(Kept::Answered(Answer::of(answer).await)) };
        match &self.keys {
            Keys::Memory(memory) => memory.keep(&self.key, kept),
            Keys::Shared(shared) => shared.keep(&self.key, &self.fingerprint, kept).await,
        }
    }
}

impl Drop for Guard {
    /// A shared store finds out by the time that has passed.
    fn drop(&mut self) {
        if let (false, Keys::Memory(memory)) = (self.done, &self.keys) {
            memory.keep(&self.key, Some(Kept::Unknown));
        }
    }
}

/// Whether the backend may have done what it was asked.
fn may_have_happened(failure: &Failure) -> bool {
    match failure {
        Failure::Backend(
            BackendFailure::Call(CallError::Connect | CallError::Tls(_))
            | BackendFailure::Unauthorized { .. },
        ) => false,
        Failure::Backend(BackendFailure::Failed { status, .. }) => *status != 429,
        Failure::Backend(_) | Failure::Bridge(_) => true,
        _ => false,
    }
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
    use super::*;

    fn keys(most: usize) -> Keys {
        let limits = HttpLimits { idempotency_entries: most, ..HttpLimits::default() };
        Keys::new(None, &limits, Duration::from_secs(1))
    }

    fn with(key: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("idempotency-key".parse().expect("name"), HeaderValue::from_static(key))])
    }

    async fn claim(keys: &Keys, key: &'static str, content: &str) -> Result<Option<Claim>, Failure> {
        keys.claim(&with(key), &["service", "operation", "caller"], &[content.as_bytes()]).await
    }

    #[tokio::test]
    async fn an_answer_is_given_again_and_only_for_the_same_request() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("the first one") };
        assert!(matches!(claim(&keys, "a", "x").await, Err(Failure::KeyInUse)));
        guard.finish(&Response::new(Body::new(Bytes::from_static(b"done"))), None).await;
        let Ok(Some(Claim::Before(answer))) = claim(&keys, "\"a\"", "x").await else { panic!("answered") };
        assert_eq!(answer.headers()["idempotency-replayed"], "true");
        assert!(matches!(claim(&keys, "a", "y").await, Err(Failure::KeyReused)));
        assert!(matches!(keys.claim(&HeaderMap::new(), &["s"], &[b"x"]).await, Ok(None)));
    }

    #[tokio::test]
    async fn a_key_is_free_again_only_when_the_backend_got_nothing() {
        let keys = keys(10);
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("the first one") };
        let nothing = Failure::Backend(BackendFailure::Call(CallError::Connect));
        guard.finish(&Response::new(Body::default()), Some(&nothing)).await;
        let Ok(Some(Claim::First(guard))) = claim(&keys, "a", "x").await else { panic!("free again") };
        let unknown = Failure::Backend(BackendFailure::Call(CallError::TimedOut));
        guard.finish(&Response::new(Body::default()), Some(&unknown)).await;
        assert!(matches!(claim(&keys, "a", "x").await, Ok(Some(Claim::Before(_)))));
        let Ok(Some(Claim::First(guard))) = claim(&keys, "b", "x").await else { panic!("another key") };
        drop(guard);
        assert!(matches!(
            claim(&keys, "b", "x").await,
            Err(Failure::Backend(BackendFailure::Call(CallError::Broken)))
        ));
    }

    #[tokio::test]
    async fn keys_are_bounded_and_well_formed() {
        let keys = keys(1);
        let first = claim(&keys, "a", "x").await;
        assert!(matches!(first, Ok(Some(Claim::First(_)))));
        assert!(matches!(claim(&keys, "b", "x").await, Err(Failure::Overloaded)));
        for malformed in ["", "\"\""] {
            assert!(matches!(claim(&keys, malformed, "x").await, Err(Failure::KeyMalformed)), "{malformed}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_kept_is_read_as_it_was_written() {
        let mut answer = Response::new(Body::new(Bytes::from_static(b"{}")));
        *answer.status_mut() = http::StatusCode::MULTI_STATUS;
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer.headers_mut().insert("x-other", HeaderValue::from_static("left out"));
        let mut bytes = Vec::new();
        Answer::of(&answer).await.write(&mut bytes);
        let read = Answer::read(&bytes).expect("an answer");
        assert_eq!((read.status, &read.body[..], read.headers.len()), (207, &b"{}"[..], 1));
        for cut in 0..bytes.len() - 2 {
            assert!(Answer::read(&bytes[..cut]).is_none(), "{cut}");
        }
    }
}
