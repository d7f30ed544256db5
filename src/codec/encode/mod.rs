//! JSON to XML: keys in any order come in, elements in schema order go out, validated while they are written.
//!
//! [`run`] is one message while it is encoded; each stage below it is a part of what [`run::Run`] can do. A message begins at
//! its `root`; an `element` looks at its type; an `object` puts its members into `slots`; `content` takes them out again in the
//! order of the schema, most of them in `steps`; `simple` writes what has no parts, and `attach` refers to what goes
//! beside the message, the `attachments`; `references` does so for `parts` that the contract wants there. `options`, `slots` and `reserved` know nothing of the run, `run` nothing of the
//! stages, and stages call each other through it. `header_fill` writes header blocks, those among them of which JSON says nothing.

mod array;
mod attach;
mod attachments;
mod attributes;
mod content;
mod element;
mod extra;
mod given;
mod header_fill;
mod object;
mod options;
mod parts;
mod references;
mod report;
mod reserved;
mod root;
mod run;
mod simple;
mod slots;
mod steps;
mod wild;

pub use attachments::{Attachment, Attachments};
pub use given::{Given, Headed};
pub use header_fill::fill_headers;
pub use options::{EmptyAs, EncodeOptions, NullAs, UnknownFields};
pub use parts::{MimePart, MimeParts};
pub use run::{Beside, Encode, Encoder, PassedOver};
