//! Running a plan: JSON to XML ([`encode`]) and XML to JSON ([`decode`]), as functions over bytes.
//!
//! Both directions validate while they write: the walk that orders elements is the one that rejects them, there is
//! no second pass and no tree of values. Every violation of the contract is collected, up to a bound, with the JSON
//! Pointer of its field; none of them repeats a value. Numbers stay text from end to end.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod beside;
mod decode;
mod encode;
mod headers;
mod instant;
mod lexical;
mod order;
mod parts;
mod path;
mod qname;
mod stand_in;
mod violation;

pub use beside::{BesidePart, BesideParts};
pub use decode::{Decode, DecodeError, DecodeOptions, Decoded, Decoder, Leeway, Strictness};
pub use encode::{
    Attachment, Attachments, Beside, EmptyAs, Encode, EncodeOptions, Encoder, Given, Headed, MimePart,
    MimeParts, NullAs, PassedOver, UnknownFields, fill_headers,
};
pub use headers::{HeaderBlock, HeaderBlocks, MessageHeaders, header_pointer, undeclared};
pub use lexical::to_json as write_simple;
pub use parts::{BoundParts, Matched};
pub use stand_in::StandIns;
pub use violation::{Breach, Violation, Violations};
