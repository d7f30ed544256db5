//! Octets that came beside the message because the contract says so: where it refers to them, or under `$attachments`.

use super::run::Run;
use crate::codec::beside::{BesidePart, find};
use crate::codec::lexical::is_media_type;
use crate::codec::violation::Breach;
use crate::limits::{MIME_FACTOR, REFERENCES_FLOOR};
use crate::plan::{
    ATTACHMENTS, ComplexPlan, ElementIx, ElementPlan, NodeKind, ScopeIx, Shape, SimplePlan, TypeIx,
};
use crate::xml::{self, Event, Reader};
use base64_simd::STANDARD;

impl<'p> Run<'_, 'p> {
    /// Reads an element that refers to a part, from its start tag to its end tag.
    pub(super) fn part_referred(
        &mut self,
        complex: &'p ComplexPlan,
        named: Option<TypeIx>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.undeclared_attributes(None, reader);
        while let Event::Start(name) = reader.next()? {
            self.below_simple(name, reader)?;
        }
        let parts = self.options.parts;
        match find(reader.text(), parts) {
            Ok(at) => {
                self.decoded.referred.push(at);
                let part = parts.get(at).expect("it was found among them");
                self.attached += part.octets.len();
                match self.most_attached() {
                    most if self.attached > most => {
                        let expected =
                            format!("more than {most} octets of parts that are referred to several times");
                        self.refuse(Breach::Length, &expected);
                        self.out.put_bytes(b"null");
                    }
                    _ => self.part(complex, named, part),
                }
            }
            Err(reason) => {
                self.refuse(Breach::Format, &reason.to_string());
                self.out.put_bytes(b"null");
            }
        }
        Ok(())
    }

    /// Octets that a message may come to by its references: a small one may refer to a large part many times.
    fn most_attached(&self) -> usize {
        let all: usize = self.options.parts.iter().map(|part| part.octets.len()).sum();
        REFERENCES_FLOOR + MIME_FACTOR * all
    }

    /// The value of `$attachments`: the children of `root` are `given` in their order.
    pub(super) fn bound(&mut self, root: ElementIx, given: &[&BesidePart<'_>]) {
        let plan = self.plan;
        let Shape::Complex(root) = &plan.type_plan(plan.element(root).type_ix).shape else { return };
        self.path.push("", Some(ATTACHMENTS), None);
        self.open_object(ScopeIx::FIRST);
        let mut given = given.iter();
        for node in &root.nodes {
            let NodeKind::Element(ix) = node.kind else { continue };
            let ElementPlan { type_ix, .. } = plan.element(ix);
            let (Shape::Complex(inner), Some(part)) = (&plan.type_plan(*type_ix).shape, given.next()) else {
                continue;
            };
            self.path.push("", root.slot_key(node), None);
            self.begin_slot(root, node.scope, node.slot);
            self.part(inner, None, part);
            self.end_piece();
            self.path.pop();
        }
        self.close_object(root);
        self.path.pop();
    }

    fn part(&mut self, complex: &'p ComplexPlan, named: Option<TypeIx>, part: &BesidePart<'_>) {
        self.open_object(ScopeIx::FIRST);
        self.put_type(complex, named);
        let mut is_content = false;
        for node in &complex.nodes {
            let NodeKind::Element(ix) = node.kind else { continue };
            let Shape::Simple(simple) = &self.plan.type_plan(self.plan.element(ix).type_ix).shape else {
                continue;
            };
            let slot = complex.slot(node);
            if !slot.hidden {
                self.path.push("", Some(&slot.key), None);
                self.begin_slot(complex, node.scope, node.slot);
                if is_content {
                    self.octets(part)
                } else {
                    self.media_type(simple, part)
                }
                self.end_piece();
                self.path.pop();
            }
            is_content = true;
        }
        self.close_object(complex);
    }

    fn octets(&mut self, part: &BesidePart<'_>) {
        self.put_written(|out| {
            out.push(b'"');
            STANDARD.encode_append(&part.octets, out);
            out.push(b'"');
        });
    }

    fn media_type(&mut self, simple: &'p SimplePlan, part: &BesidePart<'_>) {
        let text = part.media_type();
        let Err(violation) = self.put_written(|out| crate::codec::lexical::to_json(out, simple, &text))
        else {
            return;
        };
        let expected = "expected a media type that the contract has for this part".to_owned();
        if self.is_lenient() && is_media_type(&text) {
            self.note(expected);
        } else {
            let breach = if is_media_type(&text) { Breach::Enumeration } else { Breach::from(&violation) };
            self.refuse(breach, &expected);
        }
        self.put_string(&text);
    }
}
