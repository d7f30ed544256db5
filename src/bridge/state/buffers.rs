//! Buffers that are used again: a set for each thread.

use std::cell::RefCell;

use crate::codec::{Decoder, Encoder};
use crate::json::Tape;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Scratch {
    pub(in crate::bridge) tape: Tape,
    pub(in crate::bridge) encoder: Encoder,
    pub(in crate::bridge) decoder: Decoder,
}

/// Runs `work`, which may not wait, with the thread's buffers.
pub(in crate::bridge) fn with<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    thread_local!(static SCRATCH: RefCell<Scratch> = RefCell::default());
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => work(&mut scratch),
        Err(_) => work(&mut Scratch::default()),
    })
}
