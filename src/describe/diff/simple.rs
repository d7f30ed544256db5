//! Whether the values of one simple type are among those of another one: XML Schema Part 2.

use super::breach::{Breach, Ways};
use crate::xsd::simple::{BuiltIn, FacetKind, SimpleType, Variety, WhiteSpace, order};

/// What each of two types has that the other one has not.
pub(super) fn ways(old: &SimpleType, new: &SimpleType) -> Ways {
    Ways { narrows: misfit(old, new), widens: misfit(new, old) }
}

/// What a value of `inner` may be that none of `outer` is; nothing where all are.
fn misfit(inner: &SimpleType, outer: &SimpleType) -> Option<Breach> {
    if is_same(inner, outer) {
        return None;
    }
    if let Some(values) = few(inner) {
        return values.iter().any(|value| outer.check(value).is_err()).then_some(Breach::Value);
    }
    match (inner.variety(), outer.variety()) {
        (Variety::Union(members), _) => {
            let own = members.iter().filter_map(|member| misfit(member, outer)).max();
            own.or_else(|| facets(inner, outer).filter(|_| is_union(outer)))
        }
        (_, Variety::Union(members)) => {
            let fits: Vec<Option<Breach>> = members.iter().map(|member| misfit(inner, member)).collect();
            let best = if fits.contains(&None) { None } else { fits.into_iter().flatten().min() };
            best.or_else(|| restriction(inner, outer))
        }
        (Variety::List(own), Variety::List(other)) => misfit(own, other).or_else(|| facets(inner, outer)),
        (_, Variety::List(item)) => misfit(inner, item).or_else(|| facets(inner, outer)),
        (Variety::List(_), Variety::Atomic(outer_type)) => match outer_type {
            BuiltIn::String | BuiltIn::AnySimpleType => restriction(inner, outer),
            _ => Some(Breach::Value),
        },
        (Variety::Atomic(own), Variety::Atomic(other)) => {
            let base = base(*own, *other);
            // Bounds of types that have nothing in common cannot be compared.
            let facets = if own.primitive() == other.primitive() {
                facets(inner, outer)
            } else {
                restriction(inner, outer)
            };
            worst(base, facets)
        }
    }
}

/// Whether the two are written alike.
fn is_same(one: &SimpleType, other: &SimpleType) -> bool {
    let varieties = match (one.variety(), other.variety()) {
        (Variety::Atomic(one), Variety::Atomic(other)) => one == other,
        (Variety::List(one), Variety::List(other)) => is_same(one, other),
        (Variety::Union(one), Variety::Union(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        _ => false,
    };
    let (a, b) = (one.facets(), other.facets());
    varieties
        && one.white_space() == other.white_space()
        && a.lengths() == b.lengths()
        && a.digits() == b.digits()
        && a.enumeration() == b.enumeration()
        && a.bounds().eq(b.bounds())
        && a.patterns().eq(b.patterns())
}

fn is_union(simple: &SimpleType) -> bool {
    matches!(simple.variety(), Variety::Union(_))
}

fn worst(a: Option<Breach>, b: Option<Breach>) -> Option<Breach> {
    let grave = |breach: &Breach| !matches!(breach, Breach::Meaning | Breach::Perhaps);
    a.filter(grave).or(b.filter(grave)).or(a).or(b)
}

/// All values of a type that has few.
fn few(simple: &SimpleType) -> Option<Vec<String>> {
    if let Some(values) = simple.facets().enumeration() {
        return Some(values.to_vec());
    }
    let truths = ["true", "false", "1", "0"].map(str::to_owned);
    match simple.variety() {
        Variety::Atomic(BuiltIn::Boolean) => {
            Some(truths.into_iter().filter(|value| simple.check(value).is_ok()).collect())
        }
        _ => None,
    }
}

/// Whether the built-in type `inner` has values that `outer` has not.
fn base(inner: BuiltIn, outer: BuiltIn) -> Option<Breach> {
    use BuiltIn::{AnySimpleType, AnyUri, Decimal, Double, Float, NormalizedString, String, Token};
    let derived = std::iter::successors(Some(inner), |of| (of.base() != *of).then(|| of.base()));
    // Integer types are ranges, which the facets tell.
    if derived.into_iter().any(|of| of == outer) || (inner.is_integer() && outer.is_integer()) {
        return None;
    }
    match (inner, outer) {
        (_, String | AnySimpleType) => None,
        // White space is folded, so that any text is one of the type.
        (String | NormalizedString | AnySimpleType, Token | NormalizedString) => Some(Breach::Meaning),
        (_, Token | NormalizedString) => None,
        (String | NormalizedString | Token | AnySimpleType, AnyUri) => Some(Breach::Perhaps),
        (Float, Double) => None,
        (Double, Float) => Some(Breach::Meaning),
        (_, Double | Float) if inner.primitive() == Decimal => Some(Breach::Meaning),
        _ => Some(Breach::Value),
    }
}

/// What the facets of `inner` allow and those of `outer` do not.
fn facets(inner: &SimpleType, outer: &SimpleType) -> Option<Breach> {
    let value = !lengths(inner, outer) || !ranges(inner, outer) || !digits(inner, outer);
    let spaces = inner.white_space() != outer.white_space() && !is_union(outer);
    let spaces = spaces && outer.white_space() != WhiteSpace::Preserve;
    let found = [
        (value || outer.facets().enumeration().is_some()).then_some(Breach::Value),
        (!patterns(inner, outer)).then_some(Breach::Perhaps),
        spaces.then_some(Breach::Meaning),
    ];
    found.into_iter().flatten().next()
}

/// What a type without anything in common with `outer` may have that the facets of it do not allow.
fn restriction(inner: &SimpleType, outer: &SimpleType) -> Option<Breach> {
    let of = outer.facets();
    let bounded = of.bounds().next().is_some() || of.digits() != (None, None);
    let lengths = !lengths(inner, outer);
    let value = bounded || lengths || of.enumeration().is_some();
    let perhaps = of.patterns().next().is_some();
    value.then_some(Breach::Value).or(perhaps.then_some(Breach::Perhaps))
}

/// Whether the lengths that `inner` allows are allowed by `outer`.
pub(super) fn lengths(inner: &SimpleType, outer: &SimpleType) -> bool {
    let (exact, least, most) = inner.facets().lengths();
    let (outer_exact, at_least, at_most) = outer.facets().lengths();
    // No text is shorter than none.
    let least_of_outer = outer_exact.or(at_least).filter(|bound| *bound > 0);
    let (shortest, longest) = (exact.or(least), exact.or(most));
    least_of_outer.is_none_or(|bound| shortest.is_some_and(|own| own >= bound))
        && outer_exact.or(at_most).is_none_or(|bound| longest.is_some_and(|own| own <= bound))
}

/// Whether each pattern that `outer` has is one of `inner`.
pub(super) fn patterns(inner: &SimpleType, outer: &SimpleType) -> bool {
    outer.facets().patterns().all(|pattern| inner.facets().patterns().any(|own| own == pattern))
}

/// Whether `inner` has no more digits than `outer`. Those of integers are ranges.
pub(super) fn digits(inner: &SimpleType, outer: &SimpleType) -> bool {
    let integer = matches!(inner.variety(), Variety::Atomic(of) if of.is_integer());
    let ((total, fraction), (most, most_behind)) = (inner.facets().digits(), outer.facets().digits());
    let fits =
        |own: Option<usize>, most: Option<usize>| most.is_none_or(|most| own.is_some_and(|own| own <= most));
    let fraction = if integer { Some(0) } else { fraction };
    (integer || fits(total, most)) && fits(fraction, most_behind)
}

/// Whether the values of `inner` are within the bounds of `outer`.
pub(super) fn ranges(inner: &SimpleType, outer: &SimpleType) -> bool {
    let (Variety::Atomic(of), Variety::Atomic(other)) = (inner.variety(), outer.variety()) else {
        return true;
    };
    if of.is_integer()
        && let (Some(own), Some(bound)) = (Whole::of(*of, inner), Whole::of(*other, outer))
    {
        return own.is_within(bound);
    }
    let bounds = |of: &SimpleType| -> Vec<Limit> {
        of.facets().bounds().map(|(kind, value)| Limit { kind, value: value.to_owned() }).collect()
    };
    let tightest = bounds(inner);
    bounds(outer).iter().all(|bound| tightest.iter().any(|own| own.is_tighter(*of, bound)))
}

/// `minInclusive` or its like.
struct Limit {
    kind: FacetKind,
    value: String,
}

impl Limit {
    /// Whether it allows no value of the type `of` that `other` does not.
    fn is_tighter(&self, of: BuiltIn, other: &Self) -> bool {
        use FacetKind::{MaxExclusive, MaxInclusive, MinExclusive, MinInclusive};
        use std::cmp::Ordering::{Equal, Greater, Less};
        // Bounds of broken types may have no order.
        if (self.kind, &self.value) == (other.kind, &other.value) {
            return true;
        }
        let Some(order) = order(of, &self.value, &other.value) else { return false };
        match (self.kind, other.kind) {
            (MaxInclusive, MaxExclusive) => order == Less,
            (MaxExclusive | MaxInclusive, MaxExclusive | MaxInclusive) => matches!(order, Less | Equal),
            (MinInclusive, MinExclusive) => order == Greater,
            (MinExclusive | MinInclusive, MinExclusive | MinInclusive) => matches!(order, Greater | Equal),
            _ => false,
        }
    }
}

/// The least and the greatest of the values of an integer type.
#[derive(Clone, Copy)]
struct Whole {
    least: Option<i128>,
    most: Option<i128>,
}

impl Whole {
    /// Nothing where a bound is no integer, or has more digits than fit.
    fn of(built_in: BuiltIn, simple: &SimpleType) -> Option<Self> {
        let (least, most) = built_in.bounds();
        let mut whole = Self { least: least.and_then(number), most: most.and_then(number) };
        for (kind, bound) in simple.facets().bounds() {
            let bound = number(bound)?;
            match kind {
                FacetKind::MaxExclusive => whole.at_most(bound.saturating_sub(1)),
                FacetKind::MaxInclusive => whole.at_most(bound),
                FacetKind::MinExclusive => whole.at_least(bound.saturating_add(1)),
                FacetKind::MinInclusive => whole.at_least(bound),
                _ => {}
            }
        }
        let most = simple.facets().digits().0.and_then(|digits| 10i128.checked_pow(digits as u32));
        if let Some(most) = most {
            whole.at_most(most - 1);
            whole.at_least(1 - most);
        }
        Some(whole)
    }

    fn at_least(&mut self, bound: i128) {
        self.least = Some(self.least.map_or(bound, |own| own.max(bound)));
    }

    fn at_most(&mut self, bound: i128) {
        self.most = Some(self.most.map_or(bound, |own| own.min(bound)));
    }

    fn is_within(self, other: Self) -> bool {
        let least = other.least.is_none_or(|bound| self.least.is_some_and(|own| own >= bound));
        least && other.most.is_none_or(|bound| self.most.is_some_and(|own| own <= bound))
    }
}

fn number(text: &str) -> Option<i128> {
    // What does not fit is compared as a decimal.
    text.trim_start_matches('+').parse().ok()
}
