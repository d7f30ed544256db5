//! Keys in a Valkey or Redis server, for several bridges that are one service.
//!
//! `SET key value NX PX life` claims a key: one command, so that of two requests at one time one is the first. A server that
//! cannot be reached in time means that nobody knows, and the request is refused.

use std::time::Duration;

use redis::{RedisResult, cmd};

use super::kept::{Answer, Corrupted, Found, Hash, Kept};
use crate::bridge::state::entropy;
use crate::bridge::state::store::{PATIENCE, Store};
use crate::limits::HttpLimits;

/// The keys of all bridges that share a server.
#[derive(Debug)]
pub(in crate::bridge) struct Shared {
    store: Store,
    life: u64,
    /// After so many milliseconds nobody answers a request any more.
    open: i64,
    answer: usize,
}

impl Shared {
    /// Keys in `store`.
    pub(super) fn new(store: Store, limits: &HttpLimits, total: Duration) -> Self {
        // A longer time is as good as for ever.
        let open = i64::try_from(total.as_millis()).unwrap_or(i64::MAX).saturating_mul(2);
        let (life, answer) = (limits.idempotency_time, limits.idempotency_bytes);
        Self { store, life, open, answer }
    }

    /// Claims `key`, or says what is known of it.
    pub(super) async fn claim(&self, key: &Hash, fingerprint: &Hash) -> Found {
        match tokio::time::timeout(PATIENCE, self.ask(key, fingerprint)).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => Found::Unreachable,
        }
    }

    async fn ask(&self, key: &Hash, fingerprint: &Hash) -> RedisResult<Found> {
        let mut connection = self.store.connection().await?;
        let mut set = cmd("SET");
        set.arg(name(key)).arg(opened(fingerprint)).arg("NX").arg("PX").arg(self.life);
        if set.query_async::<Option<String>>(&mut connection).await?.is_some() {
            return Ok(Found::Claimed);
        }
        let bytes: Option<Vec<u8>> = cmd("GET").arg(name(key)).query_async(&mut connection).await?;
        match bytes.map(|bytes| self.read(&bytes)) {
            Some(Ok(found)) => Ok(found),
            // A key that ended in between, or a value that is not ours, says nothing about the request.
            Some(Err(Corrupted)) | None => Ok(Found::Unreachable),
        }
    }

    /// Keeps what became of the request with `key`; nothing frees it. A server that does not hear of it has an open request,
    /// of which nobody knows the outcome.
    pub(super) async fn keep(&self, key: &Hash, fingerprint: &Hash, kept: Option<Kept>) {
        let told = async {
            let mut connection = self.store.connection().await?;
            let command = match kept.as_ref().and_then(|kept| self.written(fingerprint, kept)) {
                Some(value) => {
                    cmd("SET").arg(name(key)).arg(value).arg("XX").arg("PX").arg(self.life).clone()
                }
                None => cmd("DEL").arg(name(key)).clone(),
            };
            command.query_async::<redis::Value>(&mut connection).await
        };
        // What the server does not hear of stays open there, and is unknown after its time.
        let _ = tokio::time::timeout(PATIENCE, told).await;
    }

    fn written(&self, fingerprint: &Hash, kept: &Kept) -> Option<Vec<u8>> {
        let mut out = fingerprint.to_vec();
        match kept {
            Kept::Answered(answer) => {
                out.push(b'a');
                answer.write(&mut out);
            }
            Kept::Open => return Some(opened(fingerprint)),
            Kept::Unknown => out.push(b'u'),
        }
        // An answer that is too long is not kept, and so is unknown.
        if out.len() > self.answer { Some([fingerprint.as_slice(), b"u"].concat()) } else { Some(out) }
    }

    fn read(&self, bytes: &[u8]) -> Result<Found, Corrupted> {
        let (fingerprint, rest) = bytes.split_first_chunk::<32>().ok_or(Corrupted)?;
        let kept = match rest.split_first().ok_or(Corrupted)? {
            (b'a', rest) => Kept::Answered(Answer::read(rest)?),
            (b'o', rest) => {
                let since = i64::from_be_bytes(rest.try_into().map_err(|_| Corrupted)?);
                if now().saturating_sub(since) > self.open { Kept::Unknown } else { Kept::Open }
            }
            _ => Kept::Unknown,
        };
        Ok(Found::Known(*fingerprint, kept))
    }
}

fn opened(fingerprint: &Hash) -> Vec<u8> {
    [fingerprint.as_slice(), b"o", &now().to_be_bytes()].concat()
}

fn name(key: &Hash) -> String {
    let hex: String = key.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("saponify:idempotency:{hex}")
}

/// Milliseconds of the epoch.
fn now() -> i64 {
    entropy::now().timestamp_millis()
}
