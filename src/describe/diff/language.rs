//! Content models as languages over the names of elements, and whether one is within the other: by derivatives (Brzozowski 1964,
//! Antimirov 1996), so that a model may be written in whichever way.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::limits::{DIFF_STATES, DIFF_STEPS};

/// A name of the alphabet: of an element, or any other one of a namespace.
pub(super) type Symbol = u32;

/// An expression of a [`Language`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Expression(u32);

/// How often something occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Times {
    pub(super) least: u32,
    /// `u32::MAX` for `unbounded`.
    pub(super) most: u32,
}

impl Times {
    pub(super) const ONCE: Self = Self { least: 1, most: 1 };

    /// What is left after one.
    fn less(self) -> Self {
        let most = if self.most == u32::MAX { u32::MAX } else { self.most - 1 };
        Self { least: self.least.saturating_sub(1), most }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    /// The members in any order.
    All(Vec<Expression>),
    Empty,
    /// One of a set of symbols.
    Leaf(u32, Times),
    Or(Vec<Expression>),
    Then(Expression, Expression),
    Turns(Expression, Times),
}

/// Expressions, each once.
#[derive(Debug, Default)]
pub(super) struct Language {
    nodes: Vec<Node>,
    emptiable: Vec<bool>,
    ids: HashMap<Node, Expression>,
    sets: Vec<Vec<Symbol>>,
    set_ids: HashMap<Vec<Symbol>, u32>,
    /// Steps that the comparison which goes on may still take.
    left: usize,
}

/// Whether one expression is within another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inclusion {
    /// A word of the inner one that is none of the outer one.
    No(Vec<Symbol>),
    /// There are too many states.
    Undecided,
    Yes,
}

#[expect(
    clippy::indexing_slicing,
    reason = "an Expression is made when its node is pushed, and none is removed"
)]
impl Language {
    pub(super) fn empty(&mut self) -> Expression {
        self.put(Node::Empty)
    }

    /// One of `symbols`, so many times.
    pub(super) fn leaf(&mut self, symbols: Vec<Symbol>, times: Times) -> Expression {
        if times.most == 0 {
            return self.empty();
        }
        let next = self.sets.len() as u32;
        let set = *self.set_ids.entry(symbols.clone()).or_insert(next);
        if set == next {
            self.sets.push(symbols);
        }
        self.put(Node::Leaf(set, times))
    }

    pub(super) fn sequence(&mut self, of: &[Expression]) -> Expression {
        let empty = self.empty();
        of.iter().rev().fold(empty, |rest, first| self.then(*first, rest))
    }

    pub(super) fn choice(&mut self, mut of: Vec<Expression>) -> Expression {
        of.sort();
        of.dedup();
        match of.as_slice() {
            [one] => *one,
            _ => self.put(Node::Or(of)),
        }
    }

    /// The members in any order.
    pub(super) fn all(&mut self, mut of: Vec<Expression>) -> Expression {
        of.retain(|member| self.nodes[member.0 as usize] != Node::Empty);
        of.sort();
        match of.as_slice() {
            [] => self.empty(),
            [one] => *one,
            _ => self.put(Node::All(of)),
        }
    }

    pub(super) fn turns(&mut self, of: Expression, times: Times) -> Expression {
        match (times, &self.nodes[of.0 as usize]) {
            (Times { most: 0, .. }, _) => self.empty(),
            (Times::ONCE, _) | (_, Node::Empty) => of,
            _ => self.put(Node::Turns(of, times)),
        }
    }

    fn then(&mut self, first: Expression, rest: Expression) -> Expression {
        match (&self.nodes[first.0 as usize], &self.nodes[rest.0 as usize]) {
            (Node::Empty, _) => rest,
            (_, Node::Empty) => first,
            _ => self.put(Node::Then(first, rest)),
        }
    }

    fn put(&mut self, node: Node) -> Expression {
        if let Some(known) = self.ids.get(&node) {
            return *known;
        }
        let id = Expression(self.nodes.len() as u32);
        let empty = |of: &Expression| self.emptiable[of.0 as usize];
        self.emptiable.push(match &node {
            Node::All(of) => of.iter().all(empty),
            Node::Empty => true,
            Node::Leaf(_, times) => times.least == 0,
            Node::Or(of) => of.iter().any(empty),
            Node::Then(first, rest) => empty(first) && empty(rest),
            Node::Turns(of, times) => times.least == 0 || empty(of),
        });
        self.ids.insert(node.clone(), id);
        self.nodes.push(node);
        id
    }

    fn is_emptiable(&self, of: Expression) -> bool {
        self.emptiable[of.0 as usize]
    }

    /// The symbols that a word may begin with.
    fn first(&self, of: Expression, out: &mut BTreeSet<Symbol>) {
        let mut rest = of;
        while let Node::Then(first, next) = &self.nodes[rest.0 as usize] {
            self.first(*first, out);
            if !self.is_emptiable(*first) {
                return;
            }
            rest = *next;
        }
        match &self.nodes[rest.0 as usize] {
            Node::All(of) | Node::Or(of) => of.iter().for_each(|of| self.first(*of, out)),
            Node::Leaf(set, _) => out.extend(&self.sets[*set as usize]),
            Node::Turns(of, _) => self.first(*of, out),
            Node::Empty | Node::Then(..) => {}
        }
    }

    /// All symbols of an expression.
    fn symbols(&self, of: Expression, out: &mut BTreeSet<Symbol>) {
        let chain = self.chain(of);
        for of in chain {
            match &self.nodes[of.0 as usize] {
                Node::All(of) | Node::Or(of) => of.iter().for_each(|of| self.symbols(*of, out)),
                Node::Leaf(set, _) => out.extend(&self.sets[*set as usize]),
                Node::Turns(of, _) => self.symbols(*of, out),
                Node::Empty | Node::Then(..) => {}
            }
        }
    }

    /// The members of a sequence.
    fn chain(&self, of: Expression) -> Vec<Expression> {
        let (mut out, mut rest) = (Vec::new(), of);
        while let Node::Then(first, next) = &self.nodes[rest.0 as usize] {
            out.push(*first);
            rest = *next;
        }
        out.push(rest);
        out
    }

    /// Adds what may follow `symbol` at the beginning of a word.
    fn after(&mut self, of: Expression, symbol: Symbol, out: &mut BTreeSet<Expression>) {
        self.left = self.left.saturating_sub(1);
        let mut of = of;
        while let Node::Then(first, rest) = self.nodes[of.0 as usize] {
            let found = self.all_after(first, symbol);
            out.extend(found.into_iter().map(|found| self.then(found, rest)));
            if !self.is_emptiable(first) {
                return;
            }
            of = rest;
        }
        match self.nodes[of.0 as usize].clone() {
            Node::All(of) => self.after_one_of_all(&of, symbol, out),
            Node::Empty => {}
            Node::Leaf(set, times) => {
                if self.sets[set as usize].contains(&symbol) {
                    let rest = times.less();
                    let rest = if rest.most == 0 { self.empty() } else { self.put(Node::Leaf(set, rest)) };
                    out.insert(rest);
                }
            }
            Node::Or(of) => of.iter().for_each(|of| self.after(*of, symbol, out)),
            Node::Then(..) => {}
            Node::Turns(of, times) => {
                let rest = self.turns(of, times.less());
                let found = self.all_after(of, symbol);
                out.extend(found.into_iter().map(|found| self.then(found, rest)));
            }
        }
    }

    /// What may follow `symbol` at the beginning of a word.
    fn all_after(&mut self, of: Expression, symbol: Symbol) -> BTreeSet<Expression> {
        let mut found = BTreeSet::new();
        self.after(of, symbol, &mut found);
        found
    }

    fn after_one_of_all(&mut self, of: &[Expression], symbol: Symbol, out: &mut BTreeSet<Expression>) {
        for (at, member) in of.iter().enumerate() {
            for found in self.all_after(*member, symbol) {
                let others = of.iter().enumerate().filter(|(other, _)| *other != at);
                let mut rest: Vec<Expression> = others.map(|(_, other)| *other).collect();
                rest.push(found);
                let rest = self.all(rest);
                out.insert(rest);
            }
        }
    }

    /// Whether every word of `inner` is one of `outer`.
    pub(super) fn is_within(&mut self, inner: Expression, outer: Expression) -> Inclusion {
        self.left = DIFF_STEPS;
        let Differing { inner, outer } = self.differing(inner, outer);
        let start = State { inner, outer: BTreeSet::from([outer]) };
        let mut seen = HashSet::from([start.clone()]);
        let mut waiting = VecDeque::from([(start, Vec::new())]);
        while let Some((state, word)) = waiting.pop_front() {
            // What is there as it is takes all that may follow.
            if state.outer.contains(&state.inner) {
                continue;
            }
            if self.is_emptiable(state.inner) && !state.outer.iter().any(|of| self.is_emptiable(*of)) {
                return Inclusion::No(word);
            }
            let mut symbols = BTreeSet::new();
            self.first(state.inner, &mut symbols);
            for symbol in symbols {
                let word: Vec<Symbol> = word.iter().copied().chain([symbol]).collect();
                let next = self.step(&state, symbol);
                if next.iter().any(|next| next.outer.is_empty()) {
                    return Inclusion::No(word);
                }
                let new = next.into_iter().filter(|next| seen.insert(next.clone())).collect::<Vec<_>>();
                waiting.extend(new.into_iter().map(|next| (next, word.clone())));
            }
            if seen.len() > DIFF_STATES || self.left == 0 {
                return Inclusion::Undecided;
            }
        }
        Inclusion::Yes
    }

    /// Two sequences without what both begin and end with, as far as the names in that are nowhere else.
    fn differing(&mut self, inner: Expression, outer: Expression) -> Differing {
        let (mut one, mut other) = (self.chain(inner), self.chain(outer));
        let common = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let (first, second) = (one.split_off(common), other.split_off(common));
        let common = first.iter().rev().zip(second.iter().rev()).take_while(|(a, b)| a == b).count();
        let (mut first, mut second) = (first, second);
        one.extend(first.split_off(first.len() - common));
        second.truncate(second.len() - common);
        let (mut same, mut rest) = (BTreeSet::new(), BTreeSet::new());
        one.iter().for_each(|of| self.symbols(*of, &mut same));
        first.iter().chain(&second).for_each(|of| self.symbols(*of, &mut rest));
        if !same.is_disjoint(&rest) {
            return Differing { inner, outer };
        }
        Differing { inner: self.sequence(&first), outer: self.sequence(&second) }
    }

    fn step(&mut self, state: &State, symbol: Symbol) -> Vec<State> {
        let (mut inner, mut outer) = (BTreeSet::new(), BTreeSet::new());
        self.after(state.inner, symbol, &mut inner);
        for of in &state.outer {
            self.after(*of, symbol, &mut outer);
        }
        inner.into_iter().map(|inner| State { inner, outer: outer.clone() }).collect()
    }
}

/// Two expressions to be compared.
struct Differing {
    inner: Expression,
    outer: Expression,
}

/// What may follow some word in the one expression, and all that may follow it in the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    inner: Expression,
    outer: BTreeSet<Expression>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(least: u32, most: u32) -> Times {
        Times { least, most }
    }

    #[test]
    fn languages_are_compared_whatever_their_spelling() {
        let language = &mut Language::default();
        let one = |language: &mut Language, symbol| language.leaf(vec![symbol], Times::ONCE);
        let (a, b) = (one(language, 0), one(language, 1));
        let ab = language.sequence(&[a, b]);
        let ba = language.sequence(&[b, a]);
        let both = language.choice(vec![ab, ba]);
        let all = language.all(vec![a, b]);
        assert_eq!(language.is_within(both, all), Inclusion::Yes);
        assert_eq!(language.is_within(all, both), Inclusion::Yes);
        assert_eq!(language.is_within(all, ab), Inclusion::No(vec![1]));
        let some = language.leaf(vec![0], times(0, 5));
        let more = language.leaf(vec![0], times(0, u32::MAX));
        assert_eq!(language.is_within(some, more), Inclusion::Yes);
        assert_eq!(language.is_within(more, some), Inclusion::No(vec![0; 6]));
        let any = language.leaf(vec![0, 1, 2], times(0, u32::MAX));
        let turns = language.turns(both, times(2, 3));
        assert_eq!(language.is_within(turns, any), Inclusion::Yes);
        let even = language.leaf(vec![0], times(2, 2));
        let even = language.turns(even, times(1, 2));
        assert_eq!(language.is_within(even, some), Inclusion::Yes);
        assert_eq!(language.is_within(some, even), Inclusion::No(vec![]));
    }

    #[test]
    fn too_many_states_are_not_decided() {
        let language = &mut Language::default();
        let most = DIFF_STATES as u32 + 5;
        let some = language.leaf(vec![0], times(0, most));
        let more = language.leaf(vec![0], times(0, most + 1));
        assert_eq!(language.is_within(some, more), Inclusion::Undecided);
    }
}
