//! The SOAP encoding: values that stand elsewhere, and arrays (SOAP 1.1 section 5.4, SOAP 1.2 Part 2, section 3.1).

use std::rc::Rc;

use super::array_type::size;
use super::run::{Run, Target};
use crate::codec::violation::Breach;
use crate::plan::{ArrayPlan, ElementPlan};
use crate::xml::{self, Event, Reader, ns};

impl<'p> Run<'_, 'p> {
    /// The id that the current element refers to.
    pub(super) fn reference<'r>(&self, reader: &'r Reader<'_>) -> Option<&'r str> {
        self.references.as_ref()?;
        let own = reader.attribute(ns::NONE, "href").and_then(|href| href.trim().strip_prefix('#'));
        own.or_else(|| reader.attribute(ns::SOAPENC12, "ref").map(str::trim))
    }

    /// Reads the value that the current element refers to, in its place.
    pub(super) fn referenced(
        &mut self,
        element: &'p ElementPlan,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let limits = reader.limits();
        let followed = self.reference(reader).map(str::to_owned);
        reader.skip()?;
        let Some(raw) = followed.and_then(|id| self.follow(&id, limits.depth)) else { return Ok(()) };
        let mut inner = Reader::new(&raw, self.plan.namespaces(), limits);
        if let Event::Start(name) = inner.next()? {
            self.is_other_octets(element.type_ix, name);
            self.element(element, target, &mut inner)?;
        }
        self.leave();
        Ok(())
    }

    fn follow(&mut self, id: &str, deepest: usize) -> Option<Rc<str>> {
        let references = self.references.clone()?;
        let Some(raw) = references.by_id.get(id).cloned() else {
            self.refuse(Breach::Missing, "nothing has the id that is referred to");
            return None;
        };
        references.spent.set(references.spent.get() + raw.len());
        if references.spent.get() > references.most || references.open.get() >= deepest {
            self.refuse(Breach::Length, "references that go in circles or bring too much");
            return None;
        }
        references.open.set(references.open.get() + 1);
        Some(raw)
    }

    fn leave(&mut self) {
        if let Some(references) = &self.references {
            references.open.set(references.open.get().saturating_sub(1));
        }
    }

    /// Reads the items of an array, from its start tag to its end tag.
    pub(super) fn array(&mut self, array: &'p ArrayPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let (sizes, size) = (self.sizes(array, reader), size(reader));
        self.check_item_type(array, reader);
        if ["offset", "position"].iter().any(|name| reader.attribute(ns::SOAPENC, name).is_some()) {
            self.report(Breach::Type, "expected no partly transmitted array".to_owned());
        }
        let item = self.plan.element(array.item);
        let mut count = 0;
        self.put_times(b'[', array.rank as usize);
        loop {
            let event = reader.next()?;
            self.no_text(reader);
            let Event::Start(name) = event else { break };
            self.between(&sizes, count);
            self.path.push(&item.local, None, Some(count));
            self.is_other_octets(item.type_ix, name);
            if reader.attribute(ns::SOAPENC, "position").is_some() {
                self.report(Breach::Type, "expected no sparse array".to_owned());
            }
            self.element(item, Target::NOWHERE, reader)?;
            self.path.pop();
            count += 1;
        }
        self.check_size(size, count);
        self.put_times(b']', array.rank as usize);
        Ok(())
    }

    /// The sizes of all dimensions but the first, from the last brackets of `arrayType`.
    fn sizes(&mut self, array: &ArrayPlan, reader: &Reader<'_>) -> Vec<u32> {
        if array.rank == 1 {
            return Vec::new();
        }
        let sizes = match reader.attribute(ns::SOAPENC12, "arraySize") {
            Some(sizes) => sizes12(sizes),
            None => reader.attribute(ns::SOAPENC, "arrayType").and_then(sizes),
        };
        match sizes.filter(|sizes| sizes.len() == array.rank as usize) {
            Some(sizes) => sizes.into_iter().skip(1).collect(),
            None => {
                let expected = "expected an arrayType, or an arraySize, with the size of each dimension";
                self.report(Breach::Format, expected.to_owned());
                Vec::new()
            }
        }
    }

    /// Commas, and the brackets of the inner dimensions.
    fn between(&mut self, sizes: &[u32], count: u32) {
        if count == 0 {
            return;
        }
        let mut rows = 0;
        let mut size = 1u32;
        for dimension in sizes.iter().rev() {
            size = size.saturating_mul(*dimension);
            if count.is_multiple_of(size) {
                rows += 1;
            }
        }
        self.put_times(b']', rows);
        self.out.push(b',');
        self.put_times(b'[', rows);
    }
}

/// The numbers between the last brackets of an `arrayType`; nothing when one is absent, zero or no number.
fn sizes(array_type: &str) -> Option<Vec<u32>> {
    let (_, last) = array_type.rsplit_once('[')?;
    last.trim().trim_end_matches(']').split(',').map(|size| positive(size.trim())).collect()
}

/// The numbers of an `arraySize`. The first may be a `*`, which says nothing; it is not used.
fn sizes12(array_size: &str) -> Option<Vec<u32>> {
    let size = |(at, size): (usize, &str)| if at == 0 && size == "*" { Some(1) } else { positive(size) };
    array_size.split_ascii_whitespace().enumerate().map(size).collect()
}

fn positive(size: &str) -> Option<u32> {
    // What is not a number is reported by the caller, as what is zero.
    size.parse().ok().filter(|number| *number > 0)
}
