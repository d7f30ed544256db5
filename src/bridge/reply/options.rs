//! How a backend's JSON is read.

use crate::bridge::operation::Operation;
use crate::codec::{EmptyAs, EncodeOptions, NullAs, UnknownFields};

/// How a backend's JSON is read: what it has and the contract has not is passed over.
pub(in crate::bridge) fn options(operation: Operation<'_>) -> EncodeOptions {
    EncodeOptions {
        unknown_fields: UnknownFields::Ignore,
        null_as: NullAs::Absent,
        empty_as: EmptyAs::Keep,
        open: operation.service.open_replies,
        ..operation.service.encode
    }
}
