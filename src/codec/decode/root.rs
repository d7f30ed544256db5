//! The root of a message: an element, or the children of Body.

use super::run::{Run, Target};
use crate::codec::violation::Breach;
use crate::plan::{ElementPlan, HEADERS, MessagePlan, ScopeIx, Shape, Slot};
use crate::xml::{self, Event, Name, Reader};

impl<'p> Run<'_, 'p> {
    pub(super) fn body(
        &mut self,
        message: &'p MessagePlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        match message.root.map(|root| self.plan.element(root)) {
            Some(root) if message.bare => self.bare(root, reader),
            Some(root) => self.root(root, reader),
            None => {
                self.open_object(ScopeIx::FIRST);
                self.put_members(self.options.members);
                self.close_plain_object();
                match reader.current() {
                    Event::Start(name) => self.second(name, reader),
                    Event::End | Event::Eof => Ok(()),
                }
            }
        }
    }

    fn root(&mut self, root: &'p ElementPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        match reader.current() {
            Event::Start(name) if root.is(name) || self.is_element(root, name, reader) => {
                let start = self.out.len();
                self.path.push(&root.local, None, None);
                self.element(root, Target::NOWHERE, reader)?;
                self.path.pop();
                self.put_members_around(start);
                self.rest(reader)
            }
            // It was refused for its namespace.
            Event::Start(name) if root.is_called(name.local) => pass_over(reader),
            Event::Start(name) => self.second(name, reader),
            Event::End | Event::Eof => {
                self.report_at(&root.local, Breach::Missing, "required");
                Ok(())
            }
        }
    }

    /// What follows the root: nothing, or what references of the SOAP encoding mean.
    fn rest(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        while !reader.close_expected() {
            let event = reader.next()?;
            self.no_text(reader);
            match event {
                Event::Start(_) if self.references.is_some() => reader.skip()?,
                Event::Start(name) => return self.second(name, reader),
                Event::End | Event::Eof => break,
            }
        }
        Ok(())
    }

    /// A child of Body that should not be there.
    fn second(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.report_at(name.local, Breach::Unknown, "something follows the message");
        pass_over(reader)
    }

    /// The children of Body are those of `root`.
    fn bare(&mut self, root: &'p ElementPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let Shape::Complex(complex) = &self.plan.type_plan(root.type_ix).shape else { return Ok(()) };
        let first = reader.current();
        if complex.flat {
            self.open_array();
            self.children(complex, Some(first), reader)?;
            self.close_array();
            return Ok(());
        }
        self.open_object(ScopeIx::FIRST);
        self.put_members(self.options.members);
        self.content(complex, Some(first), reader)
    }

    pub(super) fn header(
        &mut self,
        slot: &'p Slot,
        element: &'p ElementPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.out.put_bytes(slot.json.as_bytes());
        self.path.push("", Some(HEADERS), None);
        self.path.push(&element.local, Some(&slot.key), None);
        self.element(element, Target::NOWHERE, reader)?;
        self.path.pop();
        self.path.pop();
        Ok(())
    }
}

/// Reads the element at whose start tag the reader stands, and all that follow it.
fn pass_over(reader: &mut Reader<'_>) -> Result<(), xml::Error> {
    reader.skip()?;
    while let Event::Start(_) = reader.next()? {
        reader.skip()?;
    }
    Ok(())
}
