//! Buffers that are used again: a set for each thread.

use std::cell::RefCell;

use crate::codec::{Decoder, Encoder};
use crate::json::Tape;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Buffers {
    pub(in crate::bridge) tape: Tape,
    /// Of a reply while the rows of a table look at it.
    pub(in crate::bridge) evaluated: Tape,
    pub(in crate::bridge) encoder: Encoder,
    pub(in crate::bridge) decoder: Decoder,
}

/// Runs `work`, which may not wait, with the thread's buffers.
pub(in crate::bridge) fn with<T>(work: impl FnOnce(&mut Buffers) -> T) -> T {
    thread_local!(static BUFFERS: RefCell<Buffers> = RefCell::default());
    BUFFERS.with(|buffers| match buffers.try_borrow_mut() {
        Ok(mut buffers) => work(&mut buffers),
        // Work inside of other work has buffers of its own.
        Err(_) => work(&mut Buffers::default()),
    })
}
