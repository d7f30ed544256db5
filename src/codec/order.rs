//! Walking a content model forward, one element at a time.
//!
//! The state is the node that matched last and a count per node. A content model is read first-match: the same
//! element again, then what follows it, then another turn of the group around it, then what follows the group. A
//! schema that obeys Unique Particle Attribution has only one match; one that does not is still read.
//! `maxOccurs="5000"` is a counter, so it costs what 2 costs.

use crate::plan::{ComplexPlan, ElementPlan, Node, NodeIx, NodeKind, Plan};
use crate::xml::Name;

/// The state of one element's content. Its counts live in a stack that nested elements share: how often each node occurred,
/// then how many turns each group is owed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'p> {
    plan: &'p Plan,
    pub(super) complex: &'p ComplexPlan,
    at: Option<NodeIx>,
    base: usize,
    /// Whether an element did not stand in its place, so that places say nothing any more.
    scattered: bool,
}

/// An element found its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// The node of the element.
    pub(super) node: NodeIx,
    /// The outermost group of which this element begins a turn.
    pub(super) turn: Option<NodeIx>,
}

/// Why an element is not in its place, or the content is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// This node is needed first.
    Missing(NodeIx),
    /// Nothing may follow here.
    Unexpected,
}

impl<'p> Walk<'p> {
    /// The beginning of the content of `complex`.
    pub(super) fn begin(plan: &'p Plan, complex: &'p ComplexPlan, counts: &mut Vec<u32>) -> Self {
        let base = counts.len();
        counts.resize(base + 2 * complex.nodes.len(), 0);
        Self { plan, complex, at: None, base, scattered: false }
    }

    /// Gives the counts back.
    pub(super) fn end(self, counts: &mut Vec<u32>) {
        counts.truncate(self.base);
    }

    /// The place of the next element, `name`. After a misfit the state is as before.
    pub(super) fn step(&mut self, counts: &mut [u32], name: Name<'_>) -> Result<Match, Misfit> {
        if self.scattered {
            return Err(Misfit::Unexpected);
        }
        let mut walker = self.walker(counts, name);
        let found = match self.at {
            None => walker.first()?,
            Some(at) => match walker.next(at) {
                Some(node) => Match { node, turn: None },
                None => walker.after(at)?,
            },
        };
        self.at = Some(found.node);
        Ok(found)
    }

    /// Places an element of `node` for the `count`th time, which is known to be its place, without a look at what is before it.
    pub(super) fn place(&mut self, counts: &mut [u32], node: NodeIx, count: u32) {
        *counts.get_mut(self.base + node.index()).expect(COUNTED) = count;
        let mut above = self.complex.node(node).parent;
        while let Some(group) = above {
            *counts.get_mut(self.base + group.index()).expect(COUNTED) = 1;
            above = self.complex.node(group).parent;
        }
        self.at = Some(node);
    }

    /// The node that matched last.
    pub(super) fn at(&self) -> Option<NodeIx> {
        self.at
    }

    /// Gives up the order: elements are found by their names from here on, and every further step is a misfit.
    pub(super) fn scatter(&mut self) {
        self.scattered = true;
    }

    /// Whether the order was given up.
    pub(super) fn is_scattered(&self) -> bool {
        self.scattered
    }

    /// Whether the content may end here.
    pub(super) fn finish(&self, counts: &mut [u32]) -> Result<(), Misfit> {
        self.walker(counts, Name { ns: Default::default(), local: "" }).complete(self.at)
    }

    fn walker<'w>(&self, counts: &'w mut [u32], name: Name<'w>) -> Walker<'w>
    where
        'p: 'w,
    {
        let counts = counts.get_mut(self.base..).expect("a walk has begun, so that its counts are there");
        Walker { plan: self.plan, complex: self.complex, counts, name }
    }

    /// The node of an element named `name`, wherever it stands.
    pub(super) fn find(&self, name: Name<'_>) -> Option<NodeIx> {
        let is = |node: &Node| matches!(node.kind, NodeKind::Element(ix) if self.plan.element(ix).is(name));
        self.complex.nodes.iter().position(is).map(NodeIx::at)
    }

    /// Counts an element of `node` where order does not matter.
    pub(super) fn see(&self, counts: &mut [u32], node: NodeIx) {
        *counts.get_mut(self.base + node.index()).expect(COUNTED) += 1;
    }

    /// How many elements of `node` were seen.
    pub(super) fn seen(&self, counts: &[u32], node: NodeIx) -> u32 {
        *counts.get(self.base + node.index()).expect(COUNTED)
    }
}

struct Walker<'w> {
    plan: &'w Plan,
    complex: &'w ComplexPlan,
    counts: &'w mut [u32],
    name: Name<'w>,
}

impl Walker<'_> {
    fn first(&mut self) -> Result<Match, Misfit> {
        let root = self.complex.root().ok_or(Misfit::Unexpected)?;
        // Nothing was counted yet, so that there is nothing to forget.
        if let NodeKind::Sequence(Some(first)) = self.complex.node(root).kind
            && let Some(node) = self.element_from(first)
        {
            self.set(root, 1);
            return Ok(Match { node, turn: Some(root) });
        }
        if self.can_start(root) {
            return Ok(self.enter(root));
        }
        Err(self.missing(root).map_or(Misfit::Unexpected, Misfit::Missing))
    }

    /// The place of nearly every element, found at once: one more of a list, or a later element of the same sequence. Nothing
    /// where [`Walker::after`] must look.
    fn next(&mut self, at: NodeIx) -> Option<NodeIx> {
        let node = self.complex.node(at);
        if node.max != 1 {
            // The turns of groups may be owed.
            if self.complex.scopes.len() != 1 || self.count(at) < node.min || self.count(at) == node.max {
                return None;
            }
            let NodeKind::Element(element) = node.kind else { return None };
            if self.plan.element(element).is(self.name) {
                self.set(at, self.count(at) + 1);
                return Some(at);
            }
        }
        let NodeKind::Sequence(_) = self.complex.node(node.parent?).kind else { return None };
        self.element_from(node.next?)
    }

    /// Begins the first of `node` and its later siblings that is an element of this name, if nothing before it is needed or is
    /// no element.
    fn element_from(&mut self, node: NodeIx) -> Option<NodeIx> {
        let mut next = Some(node);
        while let Some(at) = next {
            let node = self.complex.node(at);
            let NodeKind::Element(element) = node.kind else { return None };
            if self.plan.element(element).is(self.name) {
                self.set(at, 1);
                return Some(at);
            }
            next = node.next.filter(|_| node.emptiable);
        }
        None
    }

    fn after(&mut self, at: NodeIx) -> Result<Match, Misfit> {
        let node = self.complex.node(at);
        if self.count(at) < node.max && self.can_start(at) {
            self.owe(at);
            self.set(at, self.count(at) + 1);
            return Ok(Match { node: at, turn: None });
        }
        if self.count(at) < node.min {
            return Err(Misfit::Missing(at));
        }
        self.climb(at)
    }

    /// The element goes on with a turn where it could as well begin another one: in `(a+, b?){2}` two `a` may be two turns.
    /// The turn that is not begun is owed to the innermost group that needs one; groups within it are at their first turn.
    fn owe(&mut self, at: NodeIx) {
        if self.complex.scopes.len() == 1 || self.count(at) < self.complex.node(at).min {
            return;
        }
        let mut below = at;
        while let Some(group) = self.complex.node(below).parent {
            if self.missing_beside(group, below).is_some() {
                return;
            }
            if self.lacks_turns(group) {
                return self.owe_turn(at, group);
            }
            below = group;
        }
    }

    /// Owes `group` a turn that begins where `at` goes on.
    fn owe_turn(&mut self, at: NodeIx, group: NodeIx) {
        if !self.can_start_turn(group) {
            return;
        }
        let mut within = self.complex.node(at).parent;
        while let Some(inner) = within.filter(|inner| *inner != group) {
            self.set(inner, 1);
            self.set_at(self.owed(inner), 0);
            within = self.complex.node(inner).parent;
        }
        self.set_at(self.owed(group), self.count_at(self.owed(group)) + 1);
    }

    /// Where it is counted how many turns `group` is owed.
    fn owed(&self, group: NodeIx) -> usize {
        self.complex.nodes.len() + group.index()
    }

    /// Looks behind `at`, then behind the groups around it.
    fn climb(&mut self, mut at: NodeIx) -> Result<Match, Misfit> {
        while let Some(group) = self.complex.node(at).parent {
            if let Some(found) = self.beside(group, at)? {
                return Ok(found);
            }
            let node = self.complex.node(group);
            if self.count(group) < node.max && self.can_start_turn(group) {
                self.owe(group);
                self.set(group, self.count(group) + 1);
                return Ok(self.turn(group));
            }
            if self.lacks_turns(group) {
                return Err(self.missing_turn(group).map_or(Misfit::Unexpected, Misfit::Missing));
            }
            at = group;
        }
        Err(Misfit::Unexpected)
    }

    /// Looks among the other children of `group`, after `at` where order counts.
    fn beside(&mut self, group: NodeIx, at: NodeIx) -> Result<Option<Match>, Misfit> {
        match self.complex.node(group).kind {
            NodeKind::Sequence(_) => self.later(self.complex.node(at).next),
            NodeKind::Accessors(first) | NodeKind::All(first) => Ok(self.unseen(first)),
            NodeKind::Any(_) | NodeKind::Choice(_) | NodeKind::Element(_) => Ok(None),
        }
    }

    fn later(&mut self, mut next: Option<NodeIx>) -> Result<Option<Match>, Misfit> {
        while let Some(node) = next {
            if self.can_start(node) {
                return Ok(Some(self.enter(node)));
            }
            if let Some(missing) = self.missing(node) {
                return Err(Misfit::Missing(missing));
            }
            next = self.complex.node(node).next;
        }
        Ok(None)
    }

    fn unseen(&mut self, mut next: Option<NodeIx>) -> Option<Match> {
        while let Some(node) = next {
            if self.count(node) == 0 && self.can_start(node) {
                return Some(self.enter(node));
            }
            next = self.complex.node(node).next;
        }
        None
    }

    /// Whether the element can begin `node`, which has not begun.
    fn can_start(&self, node: NodeIx) -> bool {
        match self.complex.node(node).kind {
            NodeKind::Element(element) => self.plan.element(element).is(self.name),
            NodeKind::Any(_) => {
                let wildcard = self.complex.wildcard(self.complex.node(node));
                wildcard.is_some_and(|wildcard| wildcard.allows(self.name.ns))
            }
            _ => self.can_start_turn(node),
        }
    }

    fn can_start_turn(&self, group: NodeIx) -> bool {
        let sequence = matches!(self.complex.node(group).kind, NodeKind::Sequence(_));
        for child in self.complex.children(group) {
            if self.can_start(child) {
                return true;
            }
            if sequence && !self.complex.node(child).emptiable {
                return false;
            }
        }
        false
    }

    /// Begins `node`, of which it is known that the element can begin it.
    fn enter(&mut self, node: NodeIx) -> Match {
        self.set(node, 1);
        self.set_at(self.owed(node), 0);
        match self.complex.node(node).kind {
            NodeKind::Any(_) | NodeKind::Element(_) => Match { node, turn: None },
            _ => self.turn(node),
        }
    }

    fn turn(&mut self, group: NodeIx) -> Match {
        for child in self.complex.children(group) {
            // Counts of nodes deeper down are set when they are entered.
            self.set(child, 0);
        }
        let child = self.complex.children(group).find(|child| self.can_start(*child));
        let inner = child.map_or(Match { node: group, turn: None }, |child| self.enter(child));
        Match { turn: Some(group), ..inner }
    }

    fn complete(&self, at: Option<NodeIx>) -> Result<(), Misfit> {
        let Some(at) = at else {
            let missing = self.complex.root().and_then(|root| self.missing(root));
            return missing.map_or(Ok(()), |missing| Err(Misfit::Missing(missing)));
        };
        if self.count(at) < self.complex.node(at).min {
            return Err(Misfit::Missing(at));
        }
        self.complete_above(at)
    }

    fn complete_above(&self, mut at: NodeIx) -> Result<(), Misfit> {
        while let Some(group) = self.complex.node(at).parent {
            if let Some(missing) = self.missing_beside(group, at) {
                return Err(Misfit::Missing(missing));
            }
            if self.lacks_turns(group)
                && let Some(missing) = self.missing_turn(group)
            {
                return Err(Misfit::Missing(missing));
            }
            at = group;
        }
        Ok(())
    }

    fn missing_beside(&self, group: NodeIx, at: NodeIx) -> Option<NodeIx> {
        match self.complex.node(group).kind {
            NodeKind::Sequence(_) => {
                let later =
                    std::iter::successors(self.complex.node(at).next, |node| self.complex.node(*node).next);
                later.into_iter().find_map(|node| self.missing(node))
            }
            NodeKind::Accessors(_) | NodeKind::All(_) => {
                let unseen = self.complex.children(group).filter(|child| self.count(*child) == 0);
                unseen.into_iter().find_map(|node| self.missing(node))
            }
            NodeKind::Any(_) | NodeKind::Choice(_) | NodeKind::Element(_) => None,
        }
    }

    /// The first element that `node`, which has not begun, needs.
    fn missing(&self, node: NodeIx) -> Option<NodeIx> {
        let of = self.complex.node(node);
        match of.kind {
            _ if of.emptiable => None,
            NodeKind::Any(_) | NodeKind::Element(_) => Some(node),
            _ => self.missing_turn(node),
        }
    }

    /// Whether a group needs more turns; turns with nothing in them are always there.
    fn lacks_turns(&self, group: NodeIx) -> bool {
        let node = self.complex.node(group);
        let owed = self.count_at(self.owed(group));
        self.count(group).saturating_add(owed) < node.min && !node.emptiable
    }

    fn missing_turn(&self, group: NodeIx) -> Option<NodeIx> {
        self.complex.children(group).find_map(|child| self.missing(child))
    }

    fn count(&self, node: NodeIx) -> u32 {
        self.count_at(node.index())
    }

    fn count_at(&self, at: usize) -> u32 {
        *self.counts.get(at).expect(COUNTED)
    }

    fn set(&mut self, node: NodeIx, count: u32) {
        self.set_at(node.index(), count);
    }

    fn set_at(&mut self, at: usize, count: u32) {
        *self.counts.get_mut(at).expect(COUNTED) = count;
    }
}

/// The name of `element`.
pub(super) fn name_of(element: &ElementPlan) -> Name<'_> {
    Name { ns: element.ns, local: &element.local }
}

const COUNTED: &str = "a walk has two counts for each node of its type";
