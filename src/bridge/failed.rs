//! A failed exchange: the failure, and what else is known when a client is told of it.

use bytes::Bytes;

use super::backend::outgoing::Reply;
use super::failure::Failure;
use super::reply::Words;

/// A failure, and what is known of the exchange that failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The failure.
    pub failure: Failure,
    /// The request in the JSON of the contract, where something may need it.
    pub(super) request: Option<Bytes>,
    /// The backend's reply, if there was one.
    pub(super) reply: Option<Reply>,
    /// What must not show in texts that are made of the two; nothing where nobody can tell.
    pub(super) words: Option<Words>,
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self { failure, request: None, reply: None, words: None }
    }
}
