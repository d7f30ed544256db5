//! Strict, bounded, namespace-aware reading and writing of XML 1.0.
//!
//! Bytes become text once ([`decode`]): the byte order mark, the declared and the transport's encoding, forbidden
//! characters and line ends are settled there. [`Reader`] then pulls tags out of that text.
//! Everything that makes a document well-formed (one root, names, attributes, references, comments, namespaces) and every
//! bound is checked here, for most tokenizers accept documents that other parsers refuse, and two opinions about one message
//! are a security hole.
//!
//! [`Tree`] is the same reader's output kept as a small positioned tree, for the documents of a contract.
//! [`write`] escapes what goes out, [`Out`] takes it piece by piece.
//!
//! Inside, from the ground: `error`, `name`, `namespace`, `reference`, `write`, `out`; `attributes`, `declaration`, `local_namespaces` and
//! `prefixes`; `reader`, with a file for each thing that it reads; `decode`; `tree`; `diagnostic`.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod attributes;
mod declaration;
mod decode;
mod diagnostic;
mod error;
mod local_namespaces;
mod name;
mod namespace;
mod out;
mod prefixes;
mod reader;
mod reference;
mod tree;
pub mod write;

pub use attributes::Attribute;
pub use decode::decode;
pub use diagnostic::{Diagnostic, Place, Severity};
pub use error::{EncodingName, Error, ErrorKind, Position};
pub use name::{is_name, is_ncname, split_qname};
pub use namespace::{Name, Namespaces, NsId, ns};
pub use out::{Out, Tag};
pub use reader::{Event, Leaf, LeafStart, Plain, Reader, ReaderBuffers};
pub use tree::{Element, ElementId, QName, Tree, TreeAttribute};
