//! Calling a backend: where it is, connections that are kept, what is sent, and what comes back.
//!
//! From below: `error` says why there is no reply, `pieces` are a body that is sent, `renewal` and `outgoing` a request, `body` reads what comes back; `socket` can be
//! looked at, `connection` is one in HTTP/1.1 and `sender` one in either version. `places` and `retries` are what a backend has of
//! connections and of second attempts, `habits` what was seen of it; `lease` is a connection while a request has it, and `pool` keeps
//! those that rest. `headers` are the same everywhere, `proxy` is one on the way, `dial` connects, `connect` opens connections, `template`
//! is what all requests of an operation share, `client` sends, `token` is one of a token server, `oauth2` gets it.

pub(super) mod body;
pub(super) mod client;
pub(super) mod connect;
mod connection;
mod dial;
pub(super) mod error;
mod habits;
pub(super) mod headers;
mod lease;
pub(super) mod oauth2;
pub(super) mod outgoing;
pub(super) mod pieces;
mod places;
mod pool;
mod proxy;
pub(super) mod renewal;
mod retries;
mod sender;
pub(super) mod socket;
pub(super) mod template;
pub(super) mod token;

pub(super) use pool::PoolState;
