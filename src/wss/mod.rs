//! The Security header: UsernameToken and Timestamp, sent and verified (WSS UsernameToken Profile 1.1.1, BSP 1.1).
//!
//! A sender ([`Sender`]) gets fresh random bytes and the time for every attempt, for a blind repetition is a replay. A
//! receiver works in the order that keeps strangers out of everything costly: structure ([`read`], under a [`Profile`]),
//! the kind of password, freshness, the password in constant time, and only then the atomic claim of the nonce in a
//! [`ReplayStore`]. What comes out of [`verify`] is [`Verified`], which nothing else can make. To the client every
//! failure of a token looks the same; [`Rejection`] is for the log.
//!
//! Nothing here reads a clock, a file or a socket: time and random bytes are arguments, users and store are traits.
//!
//! Inside, from the ground: `key`, `profile`, `rejection`, `secret`, `uris`; `base64`, `digest`, `created`, `hash`, `text`; `token` and
//! `timestamp`, which `header` reads; `sender`, which `send` writes; `replay` and `failures`; `verify` uses them all.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod base64;
mod created;
mod digest;
mod failures;
mod hash;
mod header;
mod key;
mod parts;
mod profile;
mod rejection;
mod replay;
mod secret;
mod send;
mod sender;
mod text;
mod timestamp;
mod token;
mod uris;
mod verify;

pub use created::{Created, Precision};
pub use digest::digest;
pub use failures::{FailureKey, Failures};
pub use hash::{HashError, HashMemory, PasswordHash};
pub use header::{Security, read};
pub use key::{Key, key};
pub use parts::Parts;
pub use profile::Profile;
pub use rejection::{Faults, Refused, Rejection};
pub use replay::{Claim, ClaimError, MemoryReplay, ReplayStore};
pub use secret::Secret;
pub use send::SecurityTemplate;
pub use sender::{Fresh, MustUnderstand, NewToken, Part, PasswordType, Sender, TimestampOut, TypeAttribute};
pub use timestamp::{Timestamp, TimestampPolicy, write_stamped};
pub use token::{PasswordForm, Token};
pub use verify::{Policy, Users, Verified, compare, verify, verify_name};
