//! What comes from outside of an exchange: time, deadlines, the end of a drain, randomness, buffers, header fields and which of them there are, the peer, a server for several bridges.

pub(super) mod alarm;
pub(super) mod buffers;
pub(super) mod cutoff;
pub(super) mod entropy;
pub(super) mod header;
pub(super) mod noticed;
pub(super) mod peer;
pub(super) mod store;
