//! What a conversion gives: the message, and what of the one that it was made of is not in it.

use crate::codec::{Decoded, Violation};
use crate::limits::BREACHES;

/// A message in the other language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The message.
    pub message: Vec<u8>,
    /// What is worth knowing of it, each with its place: what was passed over, and what was read although the contract has it
    /// otherwise.
    pub notes: Vec<String>,
}

impl Converted {
    /// A message of which there is nothing to say.
    pub(super) fn plain(message: Vec<u8>) -> Self {
        Self { message, notes: Vec::new() }
    }
}

/// What was noted of a message while it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes(pub(super) Vec<String>);

impl Notes {
    /// What the decoder says of it.
    pub(super) fn decoded(&mut self, decoded: &Decoded) {
        self.passed_over(&decoded.passed_over);
        self.read(&decoded.notes);
    }

    fn passed_over(&mut self, places: &[String]) {
        for place in places {
            self.add(format!("{place}: not in the contract; passed over"));
        }
    }

    /// Of what was read although it should be otherwise.
    pub(super) fn read(&mut self, notes: &[Violation]) {
        for note in notes {
            self.add(note.to_string());
        }
    }

    pub(super) fn add(&mut self, note: String) {
        if self.0.len() < BREACHES {
            self.0.push(note);
        }
    }
}
