//! Messages of the Model Context Protocol: JSON-RPC 2.0 with the versions, headers and errors of the protocol.
//!
//! A message is read where it stands: what is in it are parts of the body that it came in, and its arguments are handed on as the text that
//! they are. Nothing is kept from one message to the next, whatever the version.
//!
//! From the ground: `version`; `error`; `head`, what stands in HTTP headers; `message`, what came; `answer`, what is written.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod answer;
mod error;
mod head;
mod message;
mod version;

pub use answer::{renumbered, write_begin, write_error};
pub use error::Error;
pub use head::{Head, METHOD, NAME, VERSION};
pub use message::{Message, Request, id};
pub use version::{STATELESS, Version};
