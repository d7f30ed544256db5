//! Accessors of an rpc response that bear another name than their part: that of the return value means nothing (SOAP 1.1
//! section 7.1), and peers call it `return`, `result` or what their function is called.

use super::run::Run;
use super::unknown_members::Renamed;
use crate::codec::order::{Match, Walk};
use crate::codec::violation::{Breach, Violation};
use crate::limits::BREACHES;
use crate::plan::{ComplexPlan, Node, NodeIx, NodeKind};
use crate::xml::{self, Event, Name, Reader};

impl<'p> Run<'_, 'p> {
    /// Keeps the accessor `name` until it is known which parts the response lacks; false where it is none of an rpc response.
    pub(super) fn keep_accessor(
        &mut self,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<bool, xml::Error> {
        let accessor = self.is_lenient() && self.rpc && self.path.depth() == 1;
        if !accessor || self.renamed.len() >= BREACHES {
            return Ok(false);
        }
        let mut raw = String::new();
        reader.raw(&mut raw)?;
        self.renamed.push(Renamed { name: name.local.to_owned(), raw });
        Ok(true)
    }

    /// The only accessor that was kept is the only part that is not there, with a note. What cannot be told is passed over, as
    /// all that is unknown in a reply.
    pub(super) fn place_renamed(
        &mut self,
        walk: &mut Walk<'p>,
        reader: &Reader<'_>,
    ) -> Result<(), xml::Error> {
        let kept = std::mem::take(&mut self.renamed);
        let complex = walk.complex;
        let mut absent = complex.nodes.iter().zip((0..).map(NodeIx::at)).filter(|(node, ix)| {
            matches!(node.kind, NodeKind::Element(_)) && walk.seen(&self.buffers.counts, *ix) == 0
        });
        match (kept.as_slice(), absent.next(), absent.next()) {
            ([only], Some((node, ix)), None) => {
                self.note_renamed(complex, node, only);
                walk.see(&mut self.buffers.counts, ix);
                let limits = reader.limits();
                let mut inner = Reader::new(&only.raw, self.plan.namespaces(), limits);
                if let Event::Start(_) = inner.next()? {
                    self.place(complex, Match { node: ix, turn: None }, &mut inner)?;
                }
            }
            (all, _, _) => all.iter().for_each(|renamed| self.unknown(&renamed.name, "unknown element")),
        }
        Ok(())
    }

    fn note_renamed(&mut self, complex: &'p ComplexPlan, node: &'p Node, found: &Renamed) {
        let key = &complex.slot(node).key;
        let mut pointer = self.path.pointer();
        crate::json::push_segment(&mut pointer, key);
        let (path, expected) =
            (self.path.elements(), format!("expected under this name, found as `{}`", found.name));
        self.decoded.notes.push(Violation { breach: Breach::Unknown, pointer, path, expected });
    }
}
