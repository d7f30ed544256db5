//! Calling a backend: where it is, connections that are kept, what is sent, and what comes back.

pub(super) mod body;
pub(super) mod client;
pub(super) mod connect;
pub(super) mod oauth2;
pub(super) mod renewal;
