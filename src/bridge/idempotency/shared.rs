//! Keys in a Valkey or Redis store, for several bridges that are one service.
//!
//! A script claims a key, so that of two requests at one time one is the first. A store that cannot be reached in time means that nobody
//! knows, and the request is refused: its claim, which may have arrived all the same, is given up as soon as the store answers again,
//! for nothing was sent. What became of a request is told to the store likewise, where it does not hear of it at once.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;

use super::kept::{Answer, Corrupted, Found, Hash, Kept};
use super::unsettled::{Unsettled, Waiting};
use crate::bridge::state::entropy;
use crate::bridge::state::store::{Script, Store, Trouble};
use crate::limits::HttpLimits;

/// The keys of all bridges that share a store. Clones are the same.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Shared(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    claim: Script,
    settle: Script,
    life: u64,
    /// After so many milliseconds nobody answers a request any more.
    open: i64,
    answer: usize,
    waiting: Waiting,
}

/// A key that was claimed in the store.
pub(super) struct Claimed {
    key: Hash,
    fingerprint: Hash,
    /// What the store has of it, which is unlike that of every other claim.
    value: Vec<u8>,
}

impl Shared {
    /// Keys in `store`.
    pub(super) fn new(store: Store, limits: &HttpLimits, total: Duration) -> Self {
        // A longer time is as good as for ever.
        let open = i64::try_from(total.as_millis()).unwrap_or(i64::MAX).saturating_mul(2);
        Self(Arc::new(Inner {
            store,
            claim: Script::new(include_str!("claim.lua")),
            settle: Script::new(include_str!("settle.lua")),
            life: limits.idempotency_time,
            open,
            answer: limits.idempotency_bytes,
            waiting: Waiting::default(),
        }))
    }

    /// Claims `key`. Errors: what is known of it.
    pub(super) async fn claim(&self, key: Hash, fingerprint: Hash) -> Result<Claimed, Found> {
        let claimed = Claimed { key, fingerprint, value: opened(&fingerprint) };
        let Inner { store, claim, life, .. } = &*self.0;
        let more = |command: &mut Cmd| {
            command.arg(2).arg(name(&key)).arg(mark(&key, &claimed.value));
            command.arg(&claimed.value).arg(*life);
        };
        match store.run::<Option<Vec<u8>>>(claim, more).await {
            Ok(None) => Ok(claimed),
            // A value that is not ours says nothing about the request.
            Ok(Some(bytes)) => Err(self.read(&bytes).unwrap_or(Found::Unreachable)),
            Err(Trouble::Full) => Err(Found::NoRoom),
            Err(trouble) => {
                if trouble.may_have_run() {
                    self.settle_later(Unsettled { key, claimed: claimed.value, kept: None });
                }
                Err(Found::Unreachable)
            }
        }
    }

    /// Keeps what became of the request with the key; nothing frees it.
    pub(super) async fn keep(&self, claimed: Claimed, kept: Option<Kept>) {
        let Claimed { key, fingerprint, value } = claimed;
        let kept = kept.map(|kept| self.written(&fingerprint, &kept));
        let unsettled = Unsettled { key, claimed: value, kept };
        if self.0.settle(&unsettled).await.is_err() {
            self.settle_later(unsettled);
        }
    }

    /// Tells the store what became of a claim once it answers again.
    fn settle_later(&self, unsettled: Unsettled) {
        if !self.0.waiting.add(unsettled) {
            return;
        }
        let inner = self.0.clone();
        tokio::spawn(async move {
            while let Some(unsettled) = inner.waiting.first() {
                match inner.settle(&unsettled).await {
                    // What it does not take now it never takes: the claim is unknown after its time.
                    Ok(()) | Err(Trouble::Refused(_)) => inner.waiting.settled(),
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        });
    }

    fn written(&self, fingerprint: &Hash, kept: &Kept) -> Vec<u8> {
        let mut out = fingerprint.to_vec();
        match kept {
            Kept::Answered(answer) => {
                out.push(b'a');
                answer.write(&mut out);
            }
            Kept::Open | Kept::Unknown => out.push(b'u'),
        }
        // An answer that is too long is not kept, and so is unknown.
        if out.len() > self.0.answer { [fingerprint.as_slice(), b"u"].concat() } else { out }
    }

    fn read(&self, bytes: &[u8]) -> Result<Found, Corrupted> {
        let (fingerprint, rest) = bytes.split_first_chunk::<32>().ok_or(Corrupted)?;
        let kept = match rest.split_first().ok_or(Corrupted)? {
            (b'a', rest) => Kept::Answered(Answer::read(rest)?),
            (b'o', rest) => {
                let (since, _) = rest.split_first_chunk::<8>().ok_or(Corrupted)?;
                let since = now().saturating_sub(i64::from_be_bytes(*since));
                if since > self.0.open { Kept::Unknown } else { Kept::Open }
            }
            _ => Kept::Unknown,
        };
        Ok(Found::Known(*fingerprint, kept))
    }
}

impl Inner {
    async fn settle(&self, unsettled: &Unsettled) -> Result<(), Trouble> {
        let Unsettled { key, claimed, kept } = unsettled;
        let more = |command: &mut Cmd| {
            command.arg(2).arg(name(key)).arg(mark(key, claimed));
            command.arg(claimed).arg(kept.as_ref().map_or(&[][..], |kept| kept));
            command.arg(self.life).arg(MARK);
        };
        self.store.run::<i64>(&self.settle, more).await.map(drop)
    }
}

fn opened(fingerprint: &Hash) -> Vec<u8> {
    [&fingerprint[..], b"o", &now().to_be_bytes(), &entropy::number().to_be_bytes()].concat()
}

/// The braces are the part of a name that says where it is in a cluster: a script may take only keys of one place.
fn name(key: &Hash) -> String {
    format!("saponify:{{idempotency:{}}}", hex(key))
}

/// Where it is marked that the claim of `key` which has this value was given up.
fn mark(key: &Hash, claimed: &[u8]) -> String {
    let (_, number) = claimed.split_last_chunk::<8>().expect("a claim ends in its number");
    format!("{}:{}", name(key), hex(number))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Milliseconds of the epoch.
fn now() -> i64 {
    entropy::now().timestamp_millis()
}

/// Between two attempts to tell the store.
const PAUSE: Duration = Duration::from_millis(100);

/// Milliseconds for which a claim may be on its way once the store answers again.
const MARK: u64 = 60_000;
