//! Calling a backend: where it is, connections that are kept, what is sent, and what comes back.
//!
//! From below: `error` says why there is no reply, `renewal` and `outgoing` are a request, `body` reads what comes back,
//! `connect` opens connections, `template` is what all requests of an operation share, `client` keeps connections, `oauth2`
//! gets tokens with it.

pub(super) mod body;
pub(super) mod client;
pub(super) mod connect;
pub(super) mod error;
pub(super) mod oauth2;
pub(super) mod outgoing;
pub(super) mod renewal;
pub(super) mod template;
