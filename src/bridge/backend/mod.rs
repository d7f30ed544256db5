//! Calling a backend: where it is, connections that are kept, what is sent, and what comes back.
//!
//! From below: `error` says why there is no reply, `renewal` and `outgoing` are a request, `body` reads what comes back, `connection`
//! is one in HTTP/1.1 and `sender` one in either version; `headers` are the same everywhere, `proxy` is one on the way, `connect` opens connections, `template` is what all requests
//! of an operation share, `client` keeps connections, `oauth2` gets tokens with it.

pub(super) mod body;
pub(super) mod client;
pub(super) mod connect;
mod connection;
pub(super) mod error;
pub(super) mod headers;
pub(super) mod oauth2;
pub(super) mod outgoing;
mod proxy;
pub(super) mod renewal;
mod sender;
pub(super) mod template;
