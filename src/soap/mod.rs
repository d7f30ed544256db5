//! Envelopes, faults, actions and content types of SOAP 1.1 and SOAP 1.2.
//!
//! Reading is done in the order of the message: [`open`] reads up to the first child of Body and offers every header
//! block on the way to the one who understands it; [`finish`] sees that nothing follows. A fault is recognised by what
//! is in the Body, whatever the HTTP status was.
//!
//! Inside, from the ground: `version`, `content_type`, `text`; `multipart`, envelopes with attachments; `error`; `read` and `write`, which are about envelopes; `carry`, a header block in another version; `addressing`, properties of WS-Addressing; `choice`, which operation a
//! request is for; `fault`.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod addressing;
mod carry;
mod choice;
mod content_type;
mod error;
mod fault;
mod multipart;
mod read;
mod text;
mod version;
mod write;

pub use addressing::{
    Addressed, Addressing, AddressingCode, AddressingFault, AnswerProperties, AnswerTo, Endpoint, NotRelated,
    Replying, RequestAddressing, RequestProperties,
};
pub use carry::{Crossing, NotCarried, carried, is_for_one_node};
pub use choice::{Said, Unclear, is_action, read_action};
pub use content_type::{ContentType, unquoted};
pub use error::Error;
pub use fault::{
    BridgeFault, DecodedDetails, Detail, DetailElement, DetailError, Fault, FaultCode, FaultContract,
    FaultDetail, FaultJsonError, FaultJsonErrorKind, FaultKind, FaultMessage, FaultOut, FaultView, Language,
    LeftOut, LeftOutReason, Reason, SecurityCode, is_fault, read_fault, write_fault,
};
pub use multipart::{
    Apart, BesidePackage, Entity, Form, FormField, FormOut, Hole, MultipartError, Octets, Package, Packing,
    PartCoding, Related, RelatedText, Sieve,
};
pub use read::{Block, Offer, Opened, finish, open, open_as};
pub use version::{Version, Versions};
pub use write::{begin, begin_body, begin_header, declare, end, end_header};
