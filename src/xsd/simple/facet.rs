//! Facets: Part 2, section 4.3. A restriction adds some to those of its base.

use std::cmp::Ordering;
use std::sync::Arc;

use regex::Regex;

use super::built_in::BuiltIn;
use super::decimal::Decimal;
use super::lexical;
use super::pattern::PatternError;
use super::value::compare;
use super::violation::Violation;
use super::white_space::WhiteSpace;

/// A facet as it is written in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Which one.
    pub kind: FacetKind,
    /// Its `value`.
    pub value: String,
    /// Whether derived types may not change it.
    pub fixed: bool,
}

/// The twelve facets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetKind {
    /// `enumeration`
    Enumeration,
    /// `fractionDigits`
    FractionDigits,
    /// `length`
    Length,
    /// `maxExclusive`
    MaxExclusive,
    /// `maxInclusive`
    MaxInclusive,
    /// `maxLength`
    MaxLength,
    /// `minExclusive`
    MinExclusive,
    /// `minInclusive`
    MinInclusive,
    /// `minLength`
    MinLength,
    /// `pattern`
    Pattern,
    /// `totalDigits`
    TotalDigits,
    /// `whiteSpace`
    WhiteSpace,
}

impl FacetKind {
    /// The facet whose element is named `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "enumeration" => Self::Enumeration,
            "fractionDigits" => Self::FractionDigits,
            "length" => Self::Length,
            "maxExclusive" => Self::MaxExclusive,
            "maxInclusive" => Self::MaxInclusive,
            "maxLength" => Self::MaxLength,
            "minExclusive" => Self::MinExclusive,
            "minInclusive" => Self::MinInclusive,
            "minLength" => Self::MinLength,
            "pattern" => Self::Pattern,
            "totalDigits" => Self::TotalDigits,
            "whiteSpace" => Self::WhiteSpace,
            _ => return None,
        })
    }
}

/// A facet that cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct FacetError {
    /// Which of the facets given.
    pub index: usize,
    /// Why not.
    pub reason: FacetReason,
}

/// Why a facet cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FacetReason {
    /// `minLength` and `maxLength` contradict each other (section 4.3.2.4).
    #[error("minLength is more than maxLength")]
    Contradiction,
    /// A bound or an enumerated value is not a value of the base type.
    #[error("not a value of the base type: {0}")]
    Literal(Violation),
    /// No `value`.
    #[error("it has no value")]
    NoValue,
    /// A length or a count of digits that is not a number.
    #[error("expected a non-negative integer")]
    Number,
    /// A pattern that cannot be checked.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A `whiteSpace` that does not exist.
    #[error("expected preserve, replace or collapse")]
    WhiteSpace,
}

/// The facets of a type, its base's included.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    pub(super) length: Option<usize>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) total_digits: Option<usize>,
    pub(super) fraction_digits: Option<usize>,
    pub(super) bounds: Vec<Bound>,
    /// Each step of derivation has its own enumeration; the last one is the narrowest.
    pub(super) enumeration: Option<Arc<[String]>>,
    /// Of each step of derivation one must match.
    pub(super) patterns: Vec<Step>,
}

/// `minInclusive` and its like.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) kind: FacetKind,
    pub(super) value: Arc<str>,
}

/// The patterns of one step of derivation.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) compiled: Regex,
    pub(super) source: Arc<str>,
}

impl Facets {
    /// How many bounds and patterns a type has from its bases and hands down.
    pub fn steps(&self) -> usize {
        self.bounds.len() + self.patterns.len()
    }

    /// The values of the enumeration, as written.
    pub fn enumeration(&self) -> Option<&[String]> {
        self.enumeration.as_deref()
    }

    /// The patterns, as written, alternatives joined by `|`.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|step| &*step.source)
    }

    /// The patterns, compiled, one for each step of derivation.
    pub(super) fn compiled(&self) -> impl Iterator<Item = &Regex> {
        self.patterns.iter().map(|step| &step.compiled)
    }

    /// The patterns as expressions of the `regex` dialect, one for each step of derivation.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|step| step.compiled.as_str())
    }

    /// The exact, the smallest and the largest length.
    pub fn lengths(&self) -> (Option<usize>, Option<usize>, Option<usize>) {
        (self.length, self.min_length, self.max_length)
    }

    /// The most digits, and the most of them behind the point.
    pub fn digits(&self) -> (Option<usize>, Option<usize>) {
        (self.total_digits, self.fraction_digits)
    }

    /// The bounds on the value, as written.
    pub fn bounds(&self) -> impl Iterator<Item = (FacetKind, &str)> {
        self.bounds.iter().map(|bound| (bound.kind, &*bound.value))
    }

    /// Whether there is nothing to check.
    pub fn is_empty(&self) -> bool {
        let sizes = [self.length, self.min_length, self.max_length, self.total_digits, self.fraction_digits];
        sizes.iter().all(Option::is_none)
            && self.bounds.is_empty()
            && self.enumeration.is_none()
            && self.patterns.is_empty()
    }

    /// Checks the normalised and lexically valid `text` against all but the enumeration. `built_in` is nothing for lists and unions.
    pub(super) fn check(&self, built_in: Option<BuiltIn>, list: bool, text: &str) -> Result<(), Violation> {
        self.check_length(built_in, list, text)?;
        if self.total_digits.is_some() || self.fraction_digits.is_some() {
            self.check_digits(text)?;
        }
        for bound in &self.bounds {
            check_bound(bound, built_in, text)?;
        }
        for step in &self.patterns {
            if !step.compiled.is_match(text) {
                return Err(Violation::Pattern { pattern: step.source.clone() });
            }
        }
        Ok(())
    }

    /// Checks a value of so many octets.
    pub(super) fn check_octets(&self, octets: u64) -> Result<(), Violation> {
        // More than can be counted is more than any bound that can be written.
        self.check_measure(usize::try_from(octets).unwrap_or(usize::MAX), "octets")
    }

    fn check_length(&self, built_in: Option<BuiltIn>, list: bool, text: &str) -> Result<(), Violation> {
        if [self.length, self.min_length, self.max_length].iter().all(Option::is_none) {
            return Ok(());
        }
        let Some((length, unit)) = measure(built_in, list, text) else { return Ok(()) };
        self.check_measure(length, unit)
    }

    fn check_measure(&self, length: usize, unit: &'static str) -> Result<(), Violation> {
        let wrong = |how, bound| Err(Violation::Length { how, bound, unit });
        match (self.length, self.min_length, self.max_length) {
            (Some(exact), _, _) if length != exact => wrong("exactly", exact),
            (_, Some(least), _) if length < least => wrong("at least", least),
            (_, _, Some(most)) if length > most => wrong("at most", most),
            _ => Ok(()),
        }
    }

    fn check_digits(&self, text: &str) -> Result<(), Violation> {
        let Some(decimal) = Decimal::parse(text) else { return Ok(()) };
        match (self.total_digits, self.fraction_digits) {
            (Some(most), _) if decimal.total_digits() > most => {
                Err(Violation::Digits { what: "digits", most })
            }
            (_, Some(most)) if decimal.fraction_digits() > most => {
                Err(Violation::Digits { what: "digits after the point", most })
            }
            _ => Ok(()),
        }
    }
}

/// The length of a value in the unit of its type; nothing for types of which length says nothing.
fn measure(built_in: Option<BuiltIn>, list: bool, text: &str) -> Option<(usize, &'static str)> {
    if list {
        return Some((text.split(' ').filter(|item| !item.is_empty()).count(), "items"));
    }
    match built_in?.primitive() {
        BuiltIn::Base64Binary => Some((lexical::base64_octets(text)?, "octets")),
        BuiltIn::HexBinary => Some((text.len() / 2, "octets")),
        BuiltIn::String | BuiltIn::AnyUri | BuiltIn::AnySimpleType => {
            Some((text.chars().count(), "characters"))
        }
        _ => None,
    }
}

fn check_bound(bound: &Bound, built_in: Option<BuiltIn>, text: &str) -> Result<(), Violation> {
    let order = built_in.and_then(|built_in| compare(built_in, text, &bound.value));
    let (fits, how) = match bound.kind {
        FacetKind::MaxExclusive => (order == Some(Ordering::Less), "less than"),
        FacetKind::MaxInclusive => (matches!(order, Some(Ordering::Less | Ordering::Equal)), "at most"),
        FacetKind::MinExclusive => (order == Some(Ordering::Greater), "more than"),
        _ => (matches!(order, Some(Ordering::Greater | Ordering::Equal)), "at least"),
    };
    if fits { Ok(()) } else { Err(Violation::Range { how, bound: bound.value.clone() }) }
}

/// The white space that `value` names.
pub(super) fn white_space(value: &str) -> Option<WhiteSpace> {
    match value {
        "collapse" => Some(WhiteSpace::Collapse),
        "preserve" => Some(WhiteSpace::Preserve),
        "replace" => Some(WhiteSpace::Replace),
        _ => None,
    }
}
