//! Buffers that are used again: a set for each thread.

use std::cell::RefCell;

use crate::codec::{Decoder, Encoder};
use crate::json::Tape;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) tape: Tape,
    pub(super) encoder: Encoder,
    pub(super) decoder: Decoder,
}

/// Runs `work`, which may not wait, with the thread's buffers.
pub(super) fn with<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    thread_local!(static SCRATCH: RefCell<Scratch> = RefCell::default());
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => work(&mut scratch),
        Err(_) => work(&mut Scratch::default()),
    })
}
