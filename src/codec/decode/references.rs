//! What references of the SOAP encoding mean (SOAP 1.1 section 5.4.1, SOAP 1.2 Part 2, section 3.1.5).

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::xml::{self, Event, Namespaces, Reader, ns};

/// The elements of a message that have an `id`, each as a document of its own.
#[derive(Debug, Default)]
pub(super) struct References {
    pub(super) by_id: HashMap<String, Rc<str>>,
    /// Bytes of all of them.
    bytes: usize,
    /// Bytes that references may bring.
    pub(super) most: usize,
    /// Bytes that references have brought so far.
    pub(super) spent: Cell<usize>,
    /// References that are being followed.
    pub(super) open: Cell<usize>,
}

impl References {
    /// Reads the whole document once more, for what is referred to may stand behind.
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, xml::Error> {
        let mut references = Self { most: reader.references(), ..Self::default() };
        let input = reader.input();
        if !input.contains("href") && !input.contains(":ref") {
            return Ok(references);
        }
        let known = Namespaces::default();
        let mut scan = Reader::new(input, &known, reader.limits());
        while scan.next()? != Event::Eof {
            references.keep(&scan)?;
        }
        Ok(references)
    }

    fn keep(&mut self, scan: &Reader<'_>) -> Result<(), xml::Error> {
        let id = scan.attribute(ns::NONE, "id").or_else(|| scan.attribute(ns::SOAPENC12, "id"));
        let Some(id) = id else { return Ok(()) };
        if self.by_id.contains_key(id) {
            return Ok(());
        }
        let (id, mut raw) = (id.to_owned(), String::new());
        scan.copy_element(&mut raw)?;
        self.bytes += raw.len();
        if self.bytes > self.most {
            return Err(scan.over(self.most, "bytes of elements that can be referred to"));
        }
        self.by_id.insert(id, raw.into());
        Ok(())
    }
}
