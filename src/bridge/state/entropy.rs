//! Time and randomness: everything below this room gets them as arguments.

use chrono::{DateTime, Utc};
use rand::RngExt;
use uuid::Uuid;
use uuid::fmt::Urn;
#[cfg(not(test))]
use {chrono::Utc as Clock, rand::rng};

#[cfg(test)]
use crate::bridge::simulation::{Clock, rng};
use crate::wss::Fresh;

/// The time.
pub(in crate::bridge) fn now() -> DateTime<Utc> {
    Clock::now()
}

/// The time, as RFC 3339 has it.
pub(in crate::bridge) fn timestamp() -> String {
    now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// What a token with a nonce of so many `octets`, at most 64, needs afresh. The generator is reseeded by the operating system, and cryptographically secure.
pub(in crate::bridge) fn token(octets: usize) -> Fresh {
    let mut random = rng();
    let mut nonce = [0; 64];
    random.fill(nonce.split_at_mut(octets.min(64)).0);
    Fresh { nonce, id: random.random(), now: now() }
}

/// What tells the parts of a message from what is in them.
pub(in crate::bridge) fn boundary() -> u128 {
    rng().random()
}

/// Random octets that make hashes of this process unlike those of others.
pub(in crate::bridge) fn salt() -> [u8; 32] {
    rng().random()
}

/// A random number that a signed one of 64 bits can be.
pub(in crate::bridge) fn number() -> u64 {
    rng().random::<u64>() >> 1
}

/// A random UUID (RFC 9562 section 5.4).
pub(in crate::bridge) fn uuid() -> String {
    new_uuid().to_string()
}

fn new_uuid() -> Uuid {
    // Not as an array, whose octets are asked for one by one.
    uuid::Builder::from_random_bytes(rng().random::<u128>().to_ne_bytes()).into_uuid()
}

/// The number of a new message, as a URN (RFC 9562 section 4).
pub(crate) fn message_id() -> MessageId {
    let mut text = [0; Urn::LENGTH];
    new_uuid().urn().encode_lower(&mut text);
    MessageId(text)
}

/// The number of a message: a URN of a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageId([u8; Urn::LENGTH]);

impl MessageId {
    /// As it is written.
    #[inline]
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.0).expect("a URN of a UUID is ASCII")
    }
}

/// The number of a new trace, which is not zero: W3C Trace Context section 3.2.2.3.
pub(in crate::bridge) fn trace() -> u128 {
    rng().random::<u128>() | 1
}

/// The number of a new span of a trace, which is not zero: section 3.2.2.4.
pub(in crate::bridge) fn span() -> u128 {
    u128::from(rng().random::<u64>() | 1)
}

/// A W3C trace context with a new trace: `00-<32 hex>-<16 hex>-01`.
pub(in crate::bridge) fn trace_id() -> String {
    let (trace, span): (u128, u64) = (rng().random(), rng().random());
    format!("00-{trace:032x}-{span:016x}-01")
}
