//! What wildcards take.

use super::Sampler;
use crate::json::write::{write_key, write_string};
use crate::limits::SAMPLE_DEPTH;
use crate::plan::{ComplexPlan, ElementIx, Global, Node, Plan, WildcardPlan};
use crate::xml::{NsId, ns};

impl<'p> Sampler<'p> {
    pub(super) fn wild_item(&mut self, complex: &'p ComplexPlan, node: &'p Node) -> Option<Vec<u8>> {
        complex.wildcard(node).and_then(|wildcard| self.wild(complex, wildcard))
    }

    /// An element that a wildcard takes and its siblings do not: one that the contract declares where only such a one may stand, as
    /// long as it does not hold itself again.
    fn wild(&mut self, complex: &'p ComplexPlan, wildcard: &'p WildcardPlan) -> Option<Vec<u8>> {
        self.room.take();
        let declared = if wildcard.typed && !wildcard.lax { self.declared(complex, wildcard) } else { None };
        declared.or_else(|| raw(self.plan, wildcard)).or_else(|| self.declared(complex, wildcard))
    }

    /// `{"key": value}` of a global element.
    fn declared(&mut self, complex: &'p ComplexPlan, wildcard: &'p WildcardPlan) -> Option<Vec<u8>> {
        if self.depth >= SAMPLE_DEPTH || self.budget == 0 {
            return None;
        }
        let global = self.plan.globals().all().find(|global| self.fits(complex, wildcard, global))?;
        let mut out = b"{".to_vec();
        write_key(&mut out, &global.key);
        out.extend_from_slice(&self.element(global.element));
        out.push(b'}');
        Some(out)
    }

    /// Whether `wildcard` takes `global`, no sibling of that name does, and it ends soon: a wildcard inside of it may ask for it again.
    fn fits(&self, complex: &ComplexPlan, wildcard: &WildcardPlan, global: &Global) -> bool {
        let element = self.plan.element(global.element);
        let same = |sibling: ElementIx| self.plan.element(sibling).local == element.local;
        let open = self.open.get(&element.type_ix).is_some_and(|open| *open > 0);
        let short = self.min_depth.of_type(element.type_ix) < 3;
        wildcard.allows(element.ns) && !complex.elements().any(same) && !open && short
    }
}

/// An element that no contract declares, in a namespace that `wildcard` allows.
fn raw(plan: &Plan, wildcard: &WildcardPlan) -> Option<Vec<u8>> {
    let namespaces = plan.namespaces();
    let strange = namespaces.find(STRANGE).is_none() && wildcard.allows(ns::UNKNOWN);
    let own = (0..namespaces.len() as u32).map(NsId).find(|own| *own > LAST_SPECIAL && wildcard.allows(*own));
    let namespace = match own {
        _ if strange => STRANGE,
        _ if wildcard.allows(ns::NONE) => "",
        own => namespaces.name(own?),
    };
    let mut out = Vec::new();
    let text = match namespace {
        "" => "<any>1</any>".to_owned(),
        namespace => format!("<any xmlns=\"{namespace}\">1</any>"),
    };
    write_string(&mut out, &text);
    Some(out)
}

const STRANGE: &str = "urn:example:any";

/// Namespaces up to this one have a meaning of their own in every message.
const LAST_SPECIAL: NsId = ns::XSD;
