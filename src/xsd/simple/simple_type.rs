//! A compiled simple type.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::built_in::BuiltIn;
use super::facet::{Bound, Facet, FacetError, FacetKind, FacetReason, Facets, Step, white_space};
use super::patterns::Patterns;
use super::violation::Violation;
use super::white_space::{WhiteSpace, is_space};
use super::{lexical, pattern, value};
use crate::limits::ENUMERATION_COMPARED;

/// A simple type, ready to check values. Immutable and shared.
#[derive(Clone, Debug)]
pub struct SimpleType {
    variety: Variety,
    facets: Facets,
    white_space: WhiteSpace,
    /// Whether white space at the ends of a value is no part of it, whatever the type says. No schema can say that.
    trimmed: bool,
    /// How many types are tried for one text, and how deep they stand in each other.
    size: Size,
}

/// How much a type is made of, with those that it refers to in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Types that may be tried for one text.
    pub types: usize,
    /// Lists and unions in each other.
    pub depth: usize,
}

/// How the values of a type are made up (section 2.5.1).
#[derive(Clone, Debug)]
pub enum Variety {
    /// Of one piece.
    Atomic(BuiltIn),
    /// Items of a type, with spaces between them.
    List(Arc<SimpleType>),
    /// Values of any of these types; the first one that takes a value has it.
    Union(Vec<Arc<SimpleType>>),
}

/// A value that is of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<'t> {
    /// The value with its white space normalised.
    pub value: Cow<'t, str>,
}

impl SimpleType {
    /// The built-in type `built_in`.
    pub fn built_in(built_in: BuiltIn) -> Arc<Self> {
        Arc::new(match built_in.item() {
            None => Self::of(Variety::Atomic(built_in), built_in.white_space()),
            Some(item) => {
                let list = Self::list(Self::built_in(item));
                Self { facets: Facets { min_length: Some(1), ..Facets::default() }, ..list }
            }
        })
    }

    /// The list of `item`.
    pub fn list(item: Arc<Self>) -> Self {
        let size = Size { depth: item.size.depth + 1, ..item.size };
        Self { size, ..Self::of(Variety::List(item), WhiteSpace::Collapse) }
    }

    /// The union of `members`. Its white space is that of the member which takes a value.
    pub fn union(members: Vec<Arc<Self>>) -> Self {
        let sizes = members.iter().map(|member| member.size);
        let types = sizes.clone().fold(1usize, |all, size| all.saturating_add(size.types));
        let depth = sizes.map(|size| size.depth).fold(0, usize::max) + 1;
        Self { size: Size { types, depth }, ..Self::of(Variety::Union(members), WhiteSpace::Preserve) }
    }

    fn of(variety: Variety, white_space: WhiteSpace) -> Self {
        Self {
            variety,
            facets: Facets::default(),
            white_space,
            trimmed: false,
            size: Size { types: 1, depth: 0 },
        }
    }

    /// `base` restricted by `facets`, which are one step of derivation; and those among them that are left out, for their
    /// value cannot be, or contradicts another one.
    pub fn restrict(base: &Self, facets: &[Facet], patterns: &mut Patterns) -> (Self, Vec<FacetError>) {
        let mut new = base.clone();
        let mut errors = Vec::new();
        let mut literals = Literals::of(base);
        let mut values = Vec::new();
        for (index, facet) in facets.iter().enumerate() {
            let kept = (new.facets.min_length, new.facets.max_length);
            let set = match facet.kind {
                FacetKind::Enumeration => literals.check(&facet.value).map(|value| values.push(value)),
                _ => new.set(base, facet),
            };
            if let Err(reason) = set {
                (new.facets.min_length, new.facets.max_length) = kept;
                errors.push(FacetError { index, reason });
            }
        }
        if !values.is_empty() {
            new.facets.enumeration = Some(values.into());
        }
        errors.extend(new.set_pattern(facets, patterns).err());
        (new, errors)
    }

    fn set(&mut self, base: &Self, facet: &Facet) -> Result<(), FacetReason> {
        let value = facet.value.trim();
        match facet.kind {
            FacetKind::Enumeration => {}
            FacetKind::FractionDigits => self.facets.fraction_digits = Some(number(value)?),
            FacetKind::Length => self.facets.length = Some(number(value)?),
            FacetKind::MaxLength => self.facets.max_length = Some(number(value)?),
            FacetKind::MinLength => self.facets.min_length = Some(number(value)?),
            FacetKind::TotalDigits => self.facets.total_digits = Some(number(value)?),
            FacetKind::WhiteSpace => self.white_space = white_space(value).ok_or(FacetReason::WhiteSpace)?,
            FacetKind::Pattern => {}
            kind => self.set_bound(base, kind, value)?,
        }
        match (self.facets.min_length, self.facets.max_length) {
            (Some(least), Some(most)) if least > most => Err(FacetReason::Contradiction),
            _ => Ok(()),
        }
    }

    fn set_bound(&mut self, base: &Self, kind: FacetKind, value: &str) -> Result<(), FacetReason> {
        base.check_literal(value)?;
        self.facets.bounds.retain(|bound| bound.kind != kind);
        self.facets.bounds.push(Bound { kind, value: value.into() });
        Ok(())
    }

    /// The value of an enumeration or a bound is a value of the base type.
    fn check_literal(&self, value: &str) -> Result<(), FacetReason> {
        self.check(value).map(|_| ()).map_err(FacetReason::Literal)
    }

    /// The patterns of one step are alternatives: without one of them the others would refuse what it takes, so that all are left
    /// out where one cannot be.
    fn set_pattern(&mut self, facets: &[Facet], patterns: &mut Patterns) -> Result<(), FacetError> {
        let mut written = facets.iter().enumerate().filter(|(_, facet)| facet.kind == FacetKind::Pattern);
        // The first is to blame when they are too large together.
        let Some((first, _)) = written.clone().next() else { return Ok(()) };
        let translated = written.clone().map(|(index, facet)| {
            pattern::translate(&facet.value).map_err(|error| FacetError { index, reason: error.into() })
        });
        let alternatives: Vec<String> = translated.collect::<Result<_, _>>()?;
        let sources: Vec<&str> = written.by_ref().map(|(_, facet)| facet.value.as_str()).collect();
        let compiled = patterns.compile(&alternatives);
        let compiled = compiled.map_err(|error| FacetError { index: first, reason: error.into() })?;
        self.facets.patterns.push(Step { compiled, source: sources.join("|").into() });
        Ok(())
    }

    /// The type of the same values without white space at their ends; nothing where that leaves out a value that the type
    /// enumerates.
    pub fn trimmed(&self) -> Option<Self> {
        let whole = |value: &String| trim(value) == value;
        let enumerated = self.facets.enumeration().into_iter().flatten();
        enumerated.into_iter().all(whole).then(|| Self { trimmed: true, ..self.clone() })
    }

    /// Normalises and checks `text`. Errors: what the type expects instead.
    pub fn check<'t>(&self, text: &'t str) -> Result<Checked<'t>, Violation> {
        let text = if self.trimmed { trim(text) } else { text };
        let value = self.white_space.normalise(text);
        match &self.variety {
            Variety::Atomic(built_in) => {
                lexical::check(*built_in, &value)?;
                self.check_facets(Some(*built_in), false, &value)?;
                Ok(Checked { value: canonical(*built_in, value) })
            }
            Variety::List(item) => {
                items(&value).try_for_each(|text| item.check(text).map(|_| ()))?;
                self.check_facets(None, true, &value)?;
                Ok(Checked { value })
            }
            Variety::Union(members) => {
                // What a member says of a value that another one takes is of no use.
                let taken = members.iter().find_map(|member| member.check(text).ok());
                let taken = taken.ok_or_else(|| of_no_member(members))?;
                self.check_facets(None, false, &taken.value)?;
                Ok(taken)
            }
        }
    }

    /// Checks a value that is so many `octets`, whatever they are: how many there may be. Errors: another number, or none that is a value of this type.
    pub fn check_octets(&self, octets: u64) -> Result<(), Violation> {
        match self.octets() {
            Some(BuiltIn::Base64Binary) => self.facets.check_octets(octets),
            Some(_) | None => Err(Violation::Attachment),
        }
    }

    fn check_facets(&self, built_in: Option<BuiltIn>, list: bool, value: &str) -> Result<(), Violation> {
        if self.facets.is_empty() {
            return Ok(());
        }
        self.facets.check(built_in, list, value)?;
        self.check_enumeration(value)
    }

    fn check_enumeration(&self, text: &str) -> Result<(), Violation> {
        let Some(allowed) = &self.facets.enumeration else { return Ok(()) };
        let found =
            allowed.iter().any(|value| value == text) || allowed.iter().any(|value| self.same(value, text));
        if found { Ok(()) } else { Err(Violation::Enumeration { allowed: allowed.clone() }) }
    }

    /// Whether two texts, each of which was checked and is normalised, are one value: `1` and `1.00` of a decimal are.
    pub fn same(&self, a: &str, b: &str) -> bool {
        a == b || Typed { of: self, text: a }.is(&Typed { of: self, text: b })
    }

    /// The type that `text` is of: itself, or the member of a union that takes it.
    fn taking(&self, text: &str) -> Option<&Self> {
        match &self.variety {
            Variety::Atomic(_) | Variety::List(_) => Some(self),
            Variety::Union(members) => {
                let taken = members.iter().find(|member| member.check(text).is_ok());
                taken.and_then(|member| member.taking(text))
            }
        }
    }

    /// Whether white space at the ends of a value is no part of it, whatever the type says.
    pub(super) fn is_trimmed(&self) -> bool {
        self.trimmed
    }

    /// How its white space is normalised.
    pub fn white_space(&self) -> WhiteSpace {
        self.white_space
    }

    /// How much it is made of.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How its values are made up.
    pub fn variety(&self) -> &Variety {
        &self.variety
    }

    /// `base64Binary` or `hexBinary`, where its values are octets.
    pub fn octets(&self) -> Option<BuiltIn> {
        match self.variety {
            Variety::Atomic(octets @ (BuiltIn::Base64Binary | BuiltIn::HexBinary)) => Some(octets),
            Variety::Atomic(_) | Variety::List(_) | Variety::Union(_) => None,
        }
    }

    /// Its facets, its base's included.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }
}

/// The values that an enumeration may have.
struct Literals<'b> {
    base: &'b SimpleType,
    /// Those that the base enumerates.
    known: HashSet<&'b str>,
    /// Other values that are compared with each of them.
    left: usize,
}

impl<'b> Literals<'b> {
    fn of(base: &'b SimpleType) -> Self {
        let known = base.facets.enumeration.iter().flat_map(|values| values.iter().map(String::as_str));
        Self { base, known: known.collect(), left: ENUMERATION_COMPARED }
    }

    /// The normalised `value`.
    fn check(&mut self, value: &str) -> Result<String, FacetReason> {
        let normal = self.base.white_space.normalise(value);
        if !self.known.contains(&*normal) && (self.known.is_empty() || self.left > 0) {
            self.left = self.left.saturating_sub(1);
            self.base.check_literal(value)?;
        }
        Ok(normal.into_owned())
    }
}

/// A text of a type.
struct Typed<'t> {
    of: &'t SimpleType,
    text: &'t str,
}

impl Typed<'_> {
    /// Whether both are one value. Values of different primitive types never are (section 2.2).
    fn is(&self, other: &Self) -> bool {
        // A text that is of no member was not checked.
        let (Some(a), Some(b)) = (self.of.taking(self.text), other.of.taking(other.text)) else {
            return false;
        };
        match (&a.variety, &b.variety) {
            (Variety::Atomic(a), Variety::Atomic(b)) => {
                a.primitive() == b.primitive() && value::same(*a, self.text, other.text)
            }
            (Variety::List(a), Variety::List(b)) => {
                let one = |(first, second)| Typed { of: a, text: first }.is(&Typed { of: b, text: second });
                items(self.text).count() == items(other.text).count()
                    && items(self.text).zip(items(other.text)).all(one)
            }
            _ => false,
        }
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|item| !item.is_empty())
}

/// Base64 has no white space in its canonical form (Part 2, section 3.2.16), which readers that are strict insist on
/// (RFC 4648 section 3.3).
fn canonical(built_in: BuiltIn, value: Cow<'_, str>) -> Cow<'_, str> {
    let folded = built_in == BuiltIn::Base64Binary && value.contains(' ');
    if folded { Cow::Owned(value.replace(' ', "")) } else { value }
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn number(value: &str) -> Result<usize, FacetReason> {
    value.parse().map_err(|_| FacetReason::Number)
}

/// What a union expects of a value that no member takes. One of enumerations alone is an enumeration itself.
fn of_no_member(members: &[Arc<SimpleType>]) -> Violation {
    let enumerated: Option<Vec<&Arc<[String]>>> =
        members.iter().map(|member| member.facets.enumeration.as_ref()).collect();
    match enumerated {
        Some(values) => {
            Violation::Enumeration { allowed: values.iter().flat_map(|v| v.iter().cloned()).collect() }
        }
        None => Violation::Union,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole((simple, errors): (SimpleType, Vec<FacetError>)) -> Result<SimpleType, FacetError> {
        errors.into_iter().next().map_or(Ok(simple), Err)
    }

    fn restricted(built_in: BuiltIn, facets: &[(FacetKind, &str)]) -> Result<SimpleType, FacetError> {
        let facet = |(kind, value): &(FacetKind, &str)| Facet {
            kind: *kind,
            value: (*value).to_owned(),
            fixed: false,
        };
        let facets: Vec<Facet> = facets.iter().map(facet).collect();
        whole(SimpleType::restrict(&SimpleType::built_in(built_in), &facets, &mut Patterns::default()))
    }

    #[test]
    fn facets_hold_at_their_bounds() {
        use FacetKind::*;
        type Case<'c> = (BuiltIn, &'c [(FacetKind, &'c str)], &'c [&'c str], &'c [&'c str]);
        let cases: &[Case<'_>] = &[
            (BuiltIn::String, &[(MaxLength, "3")], &["", "éé😀"], &["abcd"]),
            (BuiltIn::String, &[(Length, "2")], &["ab"], &["a", "abc"]),
            (BuiltIn::HexBinary, &[(MinLength, "2")], &["0001"], &["00"]),
            (BuiltIn::Base64Binary, &[(MaxLength, "2")], &["AAA="], &["AAAA"]),
            (
                BuiltIn::Decimal,
                &[(TotalDigits, "4"), (FractionDigits, "2")],
                &["12.34", "0012.3400", "-1"],
                &["123.45", "1.234"],
            ),
            (
                BuiltIn::Decimal,
                &[(TotalDigits, "3")],
                &["0.012", "0.120", "00.12", "999"],
                &["0.0012", "1000", "1.234"],
            ),
            (
                BuiltIn::DateTime,
                &[(MinInclusive, "2000-01-01T00:00:00Z"), (MaxExclusive, "2001-01-01T00:00:00")],
                &[
                    "2000-01-01T00:00:00Z",
                    "2000-01-01T14:00:01",
                    "2000-12-31T09:59:59Z",
                    "2000-12-31T23:59:59",
                ],
                &[
                    "2000-01-01T14:00:00",
                    "1999-12-31T23:59:59Z",
                    "2000-12-31T10:00:00Z",
                    "2001-01-01T00:00:00",
                ],
            ),
            (
                BuiltIn::Date,
                &[(MinExclusive, "2000-01-01")],
                &["2000-01-02", "2000-01-02Z"],
                &["2000-01-01Z", "2000-01-02+14:00"],
            ),
            (BuiltIn::GYear, &[(MaxInclusive, "2000Z")], &["2000Z", "1999"], &["2000", "2001Z"]),
            (
                BuiltIn::DateTime,
                &[(Enumeration, "2000-01-01T12:00:00Z")],
                &["2000-01-01T13:00:00+01:00", "2000-01-01T12:00:00.0Z"],
                &["2000-01-01T12:00:00"],
            ),
            (BuiltIn::Time, &[(Enumeration, "00:00:00")], &["24:00:00"], &["00:00:00Z"]),
            (BuiltIn::Duration, &[(Enumeration, "P1Y")], &["P12M"], &["P365D"]),
            (BuiltIn::Double, &[(Enumeration, "100")], &["1e2", "100.0"], &["101"]),
            (BuiltIn::NmTokens, &[(Enumeration, "a b")], &[" a  b "], &["b a", "a"]),
            (
                BuiltIn::Decimal,
                &[(MinInclusive, "0"), (MaxInclusive, "999999999.99")],
                &["0", "-0", "999999999.99"],
                &["-0.01", "1000000000"],
            ),
            (BuiltIn::Int, &[(MinExclusive, "0"), (MaxExclusive, "3")], &["1", "2"], &["0", "3"]),
            (BuiltIn::Date, &[(MinExclusive, "1900-01-01")], &["1900-01-02"], &["1900-01-01", "1899-12-31"]),
            (
                BuiltIn::Token,
                &[(Enumeration, "Money Market"), (Enumeration, "CD")],
                &["Money\n  Market", " CD "],
                &["cd", ""],
            ),
            (BuiltIn::Decimal, &[(Enumeration, "1.0")], &["1", "1.00", "+1"], &["1.01"]),
            (BuiltIn::Boolean, &[(Enumeration, "true")], &["1", "true"], &["0"]),
            (
                BuiltIn::String,
                &[(Pattern, "[0-9]{4}"), (Pattern, "[0-9]{6}")],
                &["1234", "123456"],
                &["12345", "x1234"],
            ),
            (BuiltIn::NmTokens, &[(MaxLength, "2")], &["a b"], &["", "a b c"]),
        ];
        for (built_in, facets, right, wrong) in cases {
            let simple = restricted(*built_in, facets).expect("facets");
            for text in *right {
                assert!(simple.check(text).is_ok(), "{facets:?} {text:?}: {:?}", simple.check(text));
            }
            for text in *wrong {
                assert!(simple.check(text).is_err(), "{facets:?} {text:?}");
            }
        }
    }

    #[test]
    fn facets_that_cannot_be_are_refused() {
        use FacetKind::*;
        let bad: &[&[(FacetKind, &str)]] = &[
            &[(MinLength, "3"), (MaxLength, "2")],
            &[(MaxLength, "-1")],
            &[(WhiteSpace, "trim")],
            &[(Pattern, "[a-z")],
            &[(Pattern, "(a{1000}){1000}")],
        ];
        for facets in bad {
            assert!(restricted(BuiltIn::String, facets).is_err(), "{facets:?}");
        }
        assert!(restricted(BuiltIn::Int, &[(MinInclusive, "x")]).is_err());
    }

    #[test]
    fn steps_of_derivation_add_up() {
        let base = Arc::new(restricted(BuiltIn::String, &[(FacetKind::Pattern, "[a-z]*")]).expect("facets"));
        let facet = Facet { kind: FacetKind::Pattern, value: ".{2}".to_owned(), fixed: false };
        let both = whole(SimpleType::restrict(&base, &[facet], &mut Patterns::default())).expect("facets");
        assert!(both.check("ab").is_ok() && both.check("abc").is_err() && both.check("a1").is_err());
    }

    #[test]
    fn a_trimmed_type_checks_what_is_left() {
        use FacetKind::*;
        let code = restricted(BuiltIn::String, &[(Length, "2"), (Pattern, "[A-Z ]*")]).expect("facets");
        let trimmed = code.trimmed().expect("a type");
        assert_eq!(trimmed.check(" AB\r\n").map(|checked| checked.value.into_owned()), Ok("AB".to_owned()));
        assert!(trimmed.check("A ").is_err() && code.check("A ").is_ok());
        assert!(trimmed.check("\u{A0}AB").is_err(), "a no-break space is not white space in XML");
        let padded = restricted(BuiltIn::String, &[(Enumeration, "A "), (Enumeration, "B")]).expect("facets");
        assert!(padded.trimmed().is_none(), "a value would be lost");
    }

    #[test]
    fn a_union_takes_the_first_member_that_fits() {
        let union =
            SimpleType::union(vec![SimpleType::built_in(BuiltIn::Int), SimpleType::built_in(BuiltIn::Token)]);
        assert_eq!(union.check(" 1 ").map(|checked| checked.value.into_owned()), Ok("1".to_owned()));
        assert!(union.check("x y").is_ok());
        let narrow =
            SimpleType::union(vec![SimpleType::built_in(BuiltIn::Int), SimpleType::built_in(BuiltIn::Date)]);
        assert_eq!(narrow.check("x"), Err(Violation::Union));
    }

    /// Generators of clients make constants of an enumeration, so a contract may have to keep values apart.
    #[test]
    fn a_union_of_enumerations_expects_all_of_their_values() {
        use FacetKind::Enumeration;
        let upper =
            restricted(BuiltIn::Token, &[(Enumeration, "True"), (Enumeration, "False")]).expect("facets");
        let lower =
            restricted(BuiltIn::Token, &[(Enumeration, "true"), (Enumeration, "false")]).expect("facets");
        let union = SimpleType::union(vec![Arc::new(upper.clone()), Arc::new(lower)]);
        assert!(union.check("True").is_ok() && union.check(" false ").is_ok());
        let Err(refused) = union.check("TRUE") else { panic!("TRUE is a value of neither") };
        assert_eq!(refused.to_string(), "expected one of True, False, true, false");
        let open = SimpleType::union(vec![Arc::new(upper), SimpleType::built_in(BuiltIn::Int)]);
        assert_eq!(open.check("TRUE"), Err(Violation::Union), "other values of a member are not told");
    }

    #[test]
    fn values_are_the_same_whatever_their_spelling() {
        let built_in = SimpleType::built_in;
        let numbers = Arc::new(SimpleType::list(built_in(BuiltIn::Decimal)));
        let union = SimpleType::union(vec![
            built_in(BuiltIn::Int),
            numbers,
            built_in(BuiltIn::Date),
            built_in(BuiltIn::Token),
        ]);
        for (simple, a, b, same) in [
            (&*built_in(BuiltIn::Decimal), "1.0", "1.00", true),
            (&*built_in(BuiltIn::Decimal), "1.0", "+01", true),
            (&*built_in(BuiltIn::Decimal), "1.0", "1.01", false),
            (&*built_in(BuiltIn::Token), "1.0", "1.00", false),
            (&*built_in(BuiltIn::Double), "1e1", "10", true),
            (&union, "1", "01", true),
            (&union, "1", "1.0", false),
            (&union, "1 2", "1.0 02.0", true),
            (&union, "1 2", "1 2 3", false),
            (&union, "2000-01-01Z", "2000-01-01+00:00", true),
            (&union, "x", "x", true),
            (&union, "x", "y", false),
        ] {
            assert_eq!((simple.same(a, b), simple.same(b, a)), (same, same), "{a} {b}");
        }
    }

    #[test]
    fn messages_name_what_is_expected_and_never_the_value() {
        let status = restricted(
            BuiltIn::String,
            &[(FacetKind::Enumeration, "ACTIVE"), (FacetKind::Enumeration, "INACTIVE")],
        );
        let violation = status.expect("facets").check("SECRET").expect_err("violation");
        assert_eq!(violation.to_string(), "expected one of ACTIVE, INACTIVE");
        let violation =
            SimpleType::built_in(BuiltIn::Long).check("9223372036854775808").expect_err("violation");
        assert_eq!(
            (violation.to_string().as_str(), violation.category()),
            ("out of the range of xs:long", super::super::Category::Range)
        );
    }
}
