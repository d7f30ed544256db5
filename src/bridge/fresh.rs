//! Time and randomness: everything below this room gets them as arguments.

use chrono::{DateTime, Utc};
use rand::RngExt;

use crate::wss::Fresh;

/// The time.
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// What a token needs afresh. The generator is reseeded by the operating system, and cryptographically secure.
pub(super) fn token() -> Fresh {
    let mut random = rand::rng();
    Fresh { nonce: random.random(), id: random.random(), now: now() }
}
