//! Simple values: the text of an element, in the JSON form of its type.

use super::binary::Binary;
use super::run::{Run, Target};
use crate::codec::encode::EmptyAs;
use crate::codec::lexical;
use crate::codec::qname;
use crate::codec::stand_in::StandIns;
use crate::codec::violation::Breach;
use crate::plan::{ElementPlan, Form, SimplePlan};
use crate::xml::{self, Event, Reader};
use crate::xsd::simple::Violation;

/// An element of a simple type.
#[derive(Clone, Copy)]
pub(super) struct SimpleElement<'p> {
    pub(super) element: &'p ElementPlan,
    pub(super) simple: &'p SimplePlan,
    /// What `xsi:type` says of its text.
    pub(super) said: Said<'p>,
}

/// What `xsi:type` says of a simple value. It is checked and does not show in JSON: the value is one of the declared type.
#[derive(Clone, Copy)]
pub(super) enum Said<'p> {
    /// The text stands for octets in this encoding, which is not the one of the declared type.
    Encoded(Binary),
    /// It is of this type, which is derived from the declared one.
    Narrower(&'p SimplePlan),
    /// Nothing that matters.
    Nothing,
}

/// A text that was read, and the reader that knows what its prefixes mean.
#[derive(Clone, Copy)]
pub(super) struct Given<'g, 'i> {
    pub(super) text: &'g str,
    pub(super) reader: &'g Reader<'i>,
}

impl<'p> Run<'_, 'p> {
    pub(super) fn simple_element(
        &mut self,
        of: SimpleElement<'p>,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.text_alone(reader)?;
        self.simple_value(of, target, Given { text: reader.text(), reader });
        Ok(())
    }

    /// The value of an element in whose place the text `given` stood.
    pub(super) fn simple_value(&mut self, of: SimpleElement<'p>, target: Target<'p>, given: Given<'_, '_>) {
        let blank = given.text.is_empty() && of.element.default.is_none();
        // Only what stands in an object can be left out of it.
        if blank && target.parent.is_some() {
            let absent = target.slot().is_some_and(|slot| slot.blank_absent);
            match self.options.empty_as {
                EmptyAs::Absent => return,
                _ if absent => return,
                EmptyAs::Keep | EmptyAs::Reject => {}
            }
        }
        if blank && self.options.empty_as == EmptyAs::Reject && !self.is_forgiving() {
            self.report(Breach::Empty, "an empty element is not possible here".to_owned());
        }
        self.begin_value(target);
        self.checked(of, given);
        self.end_value(target);
    }

    pub(super) fn simple_text(
        &mut self,
        of: SimpleElement<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.text_alone(reader)?;
        self.checked(of, Given { text: reader.text(), reader });
        Ok(())
    }

    /// Reads an element that has no attributes and no children, up to its end tag.
    pub(super) fn text_alone(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.undeclared_attributes(None, reader);
        while let Event::Start(name) = reader.next()? {
            self.below_simple(name, reader)?;
        }
        Ok(())
    }

    /// The value of an element whose text was read; an empty one has the default (Part 1, section 3.3.4).
    pub(super) fn checked(
        &mut self,
        SimpleElement { element, simple, said }: SimpleElement<'p>,
        Given { text, reader }: Given<'_, '_>,
    ) {
        let text = match (text, element.default.as_ref().or(element.fixed.as_ref())) {
            ("", Some(default)) => default,
            (text, _) => text,
        };
        let decoded;
        let text = match said {
            Said::Nothing => text,
            Said::Narrower(narrower) => {
                let checked = match StandIns::check(self.options.stand_ins, &narrower.simple, text) {
                    Some(checked) => checked,
                    None => narrower.simple.check(text).map(drop),
                };
                if let Err(violation) = checked {
                    self.report(Breach::from(&violation), violation.to_string());
                }
                text
            }
            Said::Encoded(binary) => match binary.recoded(text, &simple.simple) {
                Ok(text) => {
                    decoded = text;
                    &decoded
                }
                Err(reason) => return self.report(Breach::Format, reason.to_string()),
            },
        };
        let fixed = element.fixed.as_deref().is_some_and(|fixed| !lexical::is_fixed(simple, fixed, text));
        match self.write(simple, text, reader) {
            Ok(()) if fixed => self.report(Breach::Enumeration, "expected the fixed value".to_owned()),
            Ok(()) => {}
            Err(violation) => self.report(Breach::from(&violation), violation.to_string()),
        }
    }

    /// The JSON form of `text`.
    pub(super) fn write(
        &mut self,
        simple: &SimplePlan,
        text: &str,
        reader: &Reader<'_>,
    ) -> Result<(), Violation> {
        if let Some(checked) = StandIns::check(self.options.stand_ins, &simple.simple, text) {
            self.put_string(text);
            return checked;
        }
        if !matches!(simple.form, Form::Name) {
            let Err(violation) = self.put_written(|out| lexical::to_json(out, simple, text)) else {
                return Ok(());
            };
            let open = self.options.open && Breach::from(&violation) == Breach::Enumeration;
            if !open && !self.is_forgiving() {
                return Err(violation);
            }
            self.put_string(text);
            if open {
                self.note(violation.to_string());
            }
            return Ok(());
        }
        let checked = simple.simple.check(text);
        let name = qname::to_json(self.plan, text, reader);
        // What is forgiven is shown as it is.
        match &name {
            Some(name) => self.put_string(name),
            None => self.put_string(text),
        }
        checked?;
        if name.is_none() {
            self.report(Breach::Format, "expected a QName with a prefix that is declared".to_owned());
        }
        Ok(())
    }
}
