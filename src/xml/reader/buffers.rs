//! What a reader fills, kept from one document to the next.

use super::{Binding, Event, Open, Reader, Text};
use crate::limits::XmlLimits;
use crate::xml::attributes::{Attribute, RawAttribute};
use crate::xml::local_namespaces::LocalNamespaces;
use crate::xml::namespace::Namespaces;
use crate::xml::prefixes::Prefixes;

/// Room that one reader after another uses, so that a document costs no allocation.
#[derive(Debug, Default)]
pub struct ReaderBuffers {
    bindings: Vec<Binding<'static>>,
    open: Vec<Open>,
    attributes: Vec<Attribute<'static>>,
    raw: Vec<RawAttribute<'static>>,
    joined: String,
    spare: String,
}

/// Bytes of character data that room is kept for.
const KEPT: usize = 64 * 1024;

impl<'i> Reader<'i> {
    /// A reader over `input`, which [`crate::xml::decode`] made. `known` gives the numbers of namespace names.
    pub fn new(input: &'i str, known: &'i Namespaces, limits: &'i XmlLimits) -> Self {
        let buffers = ReaderBuffers {
            bindings: Vec::with_capacity(8),
            open: Vec::with_capacity(16),
            ..ReaderBuffers::default()
        };
        Self::within(input, known, limits, buffers)
    }

    /// [`Reader::new`] in the room of another reader, see [`Reader::into_buffers`].
    pub fn within(
        input: &'i str,
        known: &'i Namespaces,
        limits: &'i XmlLimits,
        buffers: ReaderBuffers,
    ) -> Self {
        Self {
            input,
            at: 0,
            limits,
            known,
            local: LocalNamespaces::default(),
            bindings: buffers.bindings,
            prefixes: Prefixes::new(),
            open: buffers.open,
            attributes: buffers.attributes,
            raw: buffers.raw,
            text: Text::None,
            joined: buffers.joined,
            spare: buffers.spare,
            elements: 0,
            declared: 0,
            start: 0,
            empty: false,
            ended: None,
            current: Event::Eof,
            root_seen: false,
            allow_instructions: false,
        }
    }

    /// The room that the reader had, for the next one.
    pub fn into_buffers(mut self) -> ReaderBuffers {
        self.open.clear();
        for text in [&mut self.joined, &mut self.spare] {
            text.clear();
            text.shrink_to(KEPT);
        }
        ReaderBuffers {
            bindings: emptied(self.bindings),
            open: self.open,
            attributes: emptied(self.attributes),
            raw: emptied(self.raw),
            joined: self.joined,
            spare: self.spare,
        }
    }
}

/// The same room for what differs in its lifetime alone: it is collected in place.
fn emptied<A, B>(full: Vec<A>) -> Vec<B> {
    full.into_iter().filter_map(|_| None).collect()
}
