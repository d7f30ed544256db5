//! JSON Web Tokens (RFC 7519) with signatures (RFC 7515), and the keys that verify them (RFC 7517).
//!
//! A token is read in the order in which it can be trusted: its size, its shape, its header, the key that is known for it, its
//! signature, and only then its claims. Keys and algorithms are given; nothing in a token adds one (RFC 8725 section 3.1).
//! Header and claims are read by the strict reader of JSON, so that a member which is there twice is not read once by the
//! issuer and once here. What comes out of [`KeySet::verify`] is [`Claims`], which nothing else can make.
//!
//! Nothing here reads a clock, a file or a socket: keys are texts, time is an argument. Signatures are verified by aws-lc-rs,
//! which the feature `server` brings; without it there are the names of algorithms alone, for service files have them.
//!
//! Inside, from the ground: `algorithm`, `error`; `parts` and `key`; `claims`; `keys`, which reads sets of keys; `verify`.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod algorithm;
#[cfg(feature = "server")]
mod claims;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod key;
#[cfg(feature = "server")]
mod keys;
#[cfg(feature = "server")]
mod parts;
#[cfg(all(test, feature = "server"))]
mod tests;
#[cfg(feature = "server")]
mod verify;

pub use algorithm::Algorithm;
#[cfg(feature = "server")]
pub use claims::{Claims, Expected};
#[cfg(feature = "server")]
pub use error::{JwkError, KeyError, TokenError};
#[cfg(feature = "server")]
pub use keys::{KeySet, KeyText};
#[cfg(feature = "server")]
pub use verify::Token;
