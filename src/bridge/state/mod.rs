//! What exchanges share, and what comes from outside: time, randomness, buffers, the peer, a server for several bridges.

pub(super) mod buffers;
pub(super) mod entropy;
pub(super) mod peer;
pub(super) mod ready;
pub(super) mod store;
