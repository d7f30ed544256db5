//! Used tokens in a Valkey or Redis store, for several bridges that are one service.
//!
//! One script (`claim.lua`) claims all keys of a token, so that of two copies at one time one is the first. A store that does not
//! answer in time means that nobody knows, and the token is refused.
//!
//! A store may lose what it knew: it is emptied, it starts with nothing or with an old state, or a replica that lacks the latest
//! claims takes its place. So it also knows which server it is, and the latest time at which a claimed token was made, which bridges
//! remember too. Where one of them is not what it was, the memory begins anew, and tokens that were made before are refused for as
//! long as they could be accepted. All of that is in the script: there is no moment in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use redis::{Cmd, FromRedisValue, ParsingError, Value};

use crate::bridge::state::entropy;
use crate::bridge::state::store::{Script, Store, Trouble};
use crate::limits::WssLimits;
use crate::redact::printable;
use crate::wss::{Claim, ClaimError, Key, MemoryReplay, ReplayStore, key};

/// The used tokens of all bridges that share a store, of one realm. Clones are the same.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct SharedReplay(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    script: Script,
    /// What the names of its keys begin with.
    names: String,
    realm: Box<str>,
    /// What this process accepted itself: a clock that is set back makes tokens fresh again whose keys are gone.
    own: MemoryReplay,
    skew: i64,
    window: i64,
    /// Milliseconds of the latest time at which a claimed token was made.
    heard: AtomicI64,
    /// Milliseconds at which it was last looked whether the store may evict keys.
    looked: AtomicI64,
    /// Whether it may.
    evicts: AtomicBool,
    /// Whether somebody looks after the memory while no token comes.
    watched: AtomicBool,
}

/// What the script is asked. Times are milliseconds.
struct Ask<'k> {
    keys: &'k [Key],
    made: i64,
    life: i64,
    now: i64,
}

/// What the script answers.
#[derive(Clone, Copy)]
struct Answer {
    verdict: u8,
    /// The latest time at which a claimed token was made.
    latest: i64,
    /// Why the memory began anew, if it did.
    began: u8,
    /// Up to when it knows nothing.
    floor: i64,
}

impl FromRedisValue for Answer {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        let (verdict, latest, began, floor) = FromRedisValue::from_redis_value(value)?;
        Ok(Self { verdict, latest, began, floor })
    }
}

impl SharedReplay {
    /// Tokens of `realm` in `store`, and the latest of this process in memory.
    pub(in crate::bridge) fn new(store: Store, realm: &str, limits: &WssLimits) -> Self {
        let skew = limits.future_skew.saturating_mul(1000);
        Self(Arc::new(Inner {
            store,
            script: Script::new(include_str!("claim.lua")),
            // One place in a cluster, so that a script may take all of them.
            names: format!("saponify:{{replay:{}}}:", hex(&key(&[realm.as_bytes()])[..8])),
            realm: realm.into(),
            own: MemoryReplay::new(limits.replay_entries),
            skew,
            window: limits.max_age.saturating_mul(1000).saturating_add(skew.saturating_mul(2)),
            heard: AtomicI64::new(0),
            looked: AtomicI64::new(0),
            evicts: AtomicBool::new(false),
            watched: AtomicBool::new(false),
        }))
    }

    /// Whether this is the memory of the same tokens.
    pub(in crate::bridge) fn is_of(&self, realm: &str) -> bool {
        *self.0.realm == *realm
    }

    /// Lets the store begin to remember before the first token comes, which would be older, and waits until the second is over: many
    /// clients tell no more of when a token was made. It may take longer than a request has patience, but not for ever; what fails
    /// is told by the log, and then the memory begins with the first token.
    pub(in crate::bridge) async fn begin(&self) {
        for _ in 0..BEGINNINGS {
            match self.0.look_in().await {
                Err(trouble) if trouble.may_have_run() => {}
                Ok(Answer { began: 1.., floor, .. }) => {
                    let left = SECOND - floor.rem_euclid(SECOND);
                    return tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await;
                }
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Looks in now and then: so that a loss is found before the next token comes, and what others have claimed is heard of.
    fn watch(&self) {
        if self.0.watched.swap(true, Ordering::Relaxed) {
            return;
        }
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(WATCH).await;
                let Some(inner) = inner.upgrade() else { return };
                // Whoever brings the next token sees that it fails.
                let _ = inner.look_in().await;
            }
        });
    }
}

impl Inner {
    async fn look_in(&self) -> Result<Answer, Trouble> {
        let now = entropy::now().timestamp_millis();
        self.ask(&Ask { keys: &[], made: now, life: 0, now }).await
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Trouble> {
        let looked = ask.now.saturating_sub(self.looked.load(Ordering::Relaxed));
        let look = looked.abs() >= LOOK || self.evicts.load(Ordering::Relaxed);
        let heard = self.heard.load(Ordering::Relaxed);
        // A connection may break after the script ran: its second run must know its own keys.
        let own_name = entropy::number();
        let more = |command: &mut Cmd| {
            command.arg(1 + ask.keys.len()).arg(self.name("memory"));
            for key in ask.keys {
                command.arg(self.name(&hex(key)));
            }
            command.arg(own_name).arg(ask.made).arg(ask.life).arg(ask.now);
            command.arg(self.skew).arg(heard).arg(self.window).arg(u8::from(look));
        };
        let answer: Answer = self.store.run(&self.script, more).await?;
        let before = self.heard.fetch_max(answer.latest, Ordering::Relaxed);
        match answer.began {
            0 => {}
            EMPTY if before == 0 && ask.keys.is_empty() => self.tell_start(),
            began => self.tell_loss(began, answer.floor),
        }
        if look {
            self.looked.store(ask.now, Ordering::Relaxed);
            self.note_evictions(answer.verdict == EVICTS);
        }
        Ok(answer)
    }

    fn name(&self, what: &str) -> String {
        format!("{}{what}", self.names)
    }

    fn tell_start(&self) {
        let (store, realm) = (self.store.shown(), printable(&self.realm));
        tracing::info!(store, "store {store}: begins to remember used tokens of the realm {realm}");
    }

    fn tell_loss(&self, began: u8, floor: i64) {
        let (store, realm) = (self.store.shown(), printable(&self.realm));
        let cause = match began {
            EMPTY => "it is empty",
            OTHER => "it was started again, or another server took its place",
            _ => "it went back to an older state",
        };
        let until = DateTime::from_timestamp_millis(floor)
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true));
        let until = until.as_deref().map_or("now", |until| until);
        tracing::warn!(
            store,
            "store {store}: {cause}, and may have forgotten used tokens of the realm {realm}: those that were made until {until} are refused"
        );
    }

    fn note_evictions(&self, evicts: bool) {
        let before = self.evicts.swap(evicts, Ordering::Relaxed);
        let store = self.store.shown();
        match (before, evicts) {
            (false, true) => tracing::error!(
                store,
                "store {store}: its `maxmemory-policy` lets it evict keys, so that used tokens could be used again: all tokens are refused until it is `noeviction`"
            ),
            (true, false) => tracing::warn!(store, "store {store}: it evicts nothing any more"),
            (false, false) | (true, true) => {}
        }
    }
}

impl ReplayStore for SharedReplay {
    async fn claim(&self, claim: Claim<'_>) -> Result<(), ClaimError> {
        let keys = keys(&claim);
        let ask = Ask {
            keys: &keys,
            made: claim.made.timestamp_millis(),
            life: life(claim.expires(), claim.now),
            now: claim.now.timestamp_millis(),
        };
        self.watch();
        match self.0.ask(&ask).await.map(|answer| answer.verdict) {
            Ok(CLAIMED) => match self.0.own.claim_now(&claim) {
                Err(ClaimError::Replayed) => Err(ClaimError::Replayed),
                // The store has it, and it has the room.
                _ => Ok(()),
            },
            Ok(FORGOTTEN) => Err(ClaimError::Forgotten),
            Ok(EVICTS) => Err(ClaimError::Evicting),
            Ok(_) => Err(ClaimError::Replayed),
            Err(Trouble::Full) => Err(ClaimError::Full),
            Err(_) => Err(ClaimError::Unreachable),
        }
    }
}

/// What all bridges that share the store name the token by.
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

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Verdicts of the script.
const CLAIMED: u8 = 0;
const FORGOTTEN: u8 = 2;
const EVICTS: u8 = 3;

/// Why the memory began anew.
const EMPTY: u8 = 1;
const OTHER: u8 = 2;

/// In milliseconds.
const SECOND: i64 = 1000;

/// How often the store is asked to begin, where it does not answer: two seconds.
const BEGINNINGS: usize = 10;

/// Between two looks at the memory.
const WATCH: Duration = Duration::from_secs(1);

/// Milliseconds after which it is looked again whether the store may evict keys: to look costs it more than a claim.
const LOOK: i64 = 1000;
