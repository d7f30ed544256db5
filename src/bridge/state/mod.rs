//! What comes from outside of an exchange: time, deadlines, the end of a drain, randomness, buffers, header fields and which of them there are, the peer, a server for several
//! bridges; and what all exchanges share: places, memory, files for attachments, time.

pub(super) mod admission;
pub(super) mod alarm;
pub(super) mod budget;
pub(super) mod buffers;
pub(super) mod cutoff;
pub(super) mod entropy;
pub(super) mod header;
pub(super) mod noticed;
pub(super) mod operation_load;
pub(super) mod pace;
pub(super) mod peer;
pub(super) mod permits;
pub(super) mod resources;
pub(super) mod spare;
pub(super) mod spool;
pub(super) mod store;
