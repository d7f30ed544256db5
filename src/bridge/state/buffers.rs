//! Buffers that are used again: a set for each thread.

use std::cell::RefCell;

use crate::codec::{Decoder, Encoder};
use crate::json::Tape;
use crate::xml::ReaderBuffers;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Buffers {
    pub(in crate::bridge) tape: Tape,
    /// Of a reply while the rows of a table look at it.
    pub(in crate::bridge) evaluated: Tape,
    pub(in crate::bridge) encoder: Encoder,
    pub(in crate::bridge) decoder: Decoder,
    pub(in crate::bridge) reader: ReaderBuffers,
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

/// Bytes of room for the JSON of a message of `length` bytes of XML, about as many as it needs: a large one that says little gets little.
pub(in crate::bridge) fn json_of(length: usize) -> usize {
    (length / 2).min(MOST_ROOM)
}

const MOST_ROOM: usize = 4 * 1024;

/// Bytes of room for the XML of `length` bytes of JSON, about as many as most need, likewise.
pub(in crate::bridge) fn xml_of(length: usize) -> usize {
    (2 * length).min(MOST_XML)
}

const MOST_XML: usize = 128 * 1024;
