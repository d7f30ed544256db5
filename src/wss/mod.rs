//! The Security header: UsernameToken, sent and verified (WSS UsernameToken Profile 1.1.1).
//!
//! A sender gets fresh random bytes and the time for every attempt, for a blind repetition is a replay. A receiver
//! works in the order that keeps strangers out of everything costly: structure, freshness, the password in constant
//! time, and only then the atomic claim of the nonce. What comes out is [`Authenticated`], which nothing else can make.
//! To the client every failure of a token looks the same; [`Reason`] is for the log.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod base64;
mod created;
mod digest;
mod read;
mod replay;
mod secret;
mod send;
mod verify;

pub use created::Created;
pub use digest::digest;
pub use read::{PasswordForm, Token, read};
pub use replay::{ClaimError, MemoryReplay, ReplayStore};
pub use secret::Secret;
pub use send::{Fresh, PasswordType, Sender};
pub use verify::{Authenticated, Policy, Reason, Refused, Users, verify};
