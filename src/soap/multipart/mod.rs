//! Messages in `multipart/related` (RFC 2387), as stacks with MTOM send them, with attachments or without: the root part is the
//! message, and what it refers to by `xop:Include` (XOP 1.0) is put where it belongs. And forms of JSON clients, which are written in the same way.
//!
//! Inside, from the ground: `error`; `parameters` of a content type; `coding`, what a transfer encoding stands for; `part`, where
//! parts begin and end; `hole`, where octets were taken out; `disposition`, the name of a field of a form; `inline`, what the message refers to; `related`, the whole; `package`, which is
//! written; `beside`, which is written with the parts that a contract wants beside the envelope; `entity`, either as a file; `form`; `sieve`,
//! which takes octets out.

mod beside;
mod coding;
mod disposition;
mod entity;
mod error;
mod form;
mod hole;
mod inline;
mod package;
mod parameters;
mod part;
mod related;
mod sieve;

pub use beside::{BesidePackage, PartCoding};
pub use entity::Entity;
pub use error::MultipartError;
pub use form::{Form, FormField, FormOut};
pub use hole::Hole;
pub use inline::{Apart, Octets};
pub use package::{Package, Packing};
pub use related::{Related, RelatedText};
pub use sieve::Sieve;
