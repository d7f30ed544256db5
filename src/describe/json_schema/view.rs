//! Whose messages a schema is of, and what the service file says about them.

use crate::codec::{EmptyAs, EncodeOptions, NullAs, UnknownFields};

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// A client.
    Request,
    /// The bridge.
    Response,
}

/// What is taken in the messages of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// What null means where the contract has none.
    pub(super) null_as: NullAs,
    /// What an empty string means.
    pub(super) empty_as: EmptyAs,
    /// Whether members that the contract does not know are passed over.
    pub(super) open_objects: bool,
    /// Whether enumerations may have other values.
    pub(super) open_enumerations: bool,
    /// Whether members that the service file fills may be absent.
    pub(super) fills: bool,
}

/// The views of both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Views {
    pub(super) requests: View,
    pub(super) responses: View,
}

impl Views {
    /// `open` replies have values that their enumerations do not have.
    pub(super) fn new(encode: &EncodeOptions, open: bool) -> Self {
        let requests = View {
            null_as: encode.null_as,
            empty_as: encode.empty_as,
            open_objects: encode.unknown_fields == UnknownFields::Ignore,
            open_enumerations: encode.open,
            fills: true,
        };
        let responses = View {
            null_as: NullAs::Reject,
            empty_as: EmptyAs::Keep,
            open_objects: false,
            open_enumerations: open,
            fills: false,
        };
        Self { requests, responses }
    }

    pub(super) fn of(&self, side: Side) -> View {
        match side {
            Side::Request => self.requests,
            Side::Response => self.responses,
        }
    }

    /// Whether both sides see the same, but for what the service file fills.
    pub(super) fn are_alike(&self) -> bool {
        View { fills: false, ..self.requests } == self.responses
    }
}
