//! Simple values: proposals are made until the type takes one, so that every facet holds.

use super::{Sampler, Style, patterns};
use crate::limits::SAMPLE_ATTEMPTS;
use crate::xsd::simple::{BuiltIn, SimpleType, Variety};

impl Sampler<'_> {
    /// A lexical value of `simple`; the first proposal when the type takes none of them.
    pub(super) fn text(&mut self, simple: &SimpleType) -> String {
        let mut first = None;
        for attempt in 0..SAMPLE_ATTEMPTS {
            if !self.room.tries() {
                break;
            }
            let Some(proposal) = self.proposal(simple, attempt) else { continue };
            if simple.check(&proposal).is_ok() {
                return proposal;
            }
            first.get_or_insert(proposal);
        }
        // A type that takes none of them may have no value at all; the sample is then refused, with its place.
        first.unwrap_or_default()
    }

    fn proposal(&mut self, simple: &SimpleType, attempt: u64) -> Option<String> {
        if let Some(values) = simple.facets().enumeration() {
            let at =
                if self.style == Style::Random { self.random.below(values.len() as u64) } else { attempt };
            return values.get(at as usize).cloned();
        }
        let expressions: Vec<&str> = simple.facets().expressions().collect();
        let patterned = attempt.is_multiple_of(2) && !expressions.is_empty();
        let attempt = if expressions.is_empty() { attempt } else { attempt / 2 };
        if let Some(expression) =
            expressions.get(attempt as usize % expressions.len().max(1)).filter(|_| patterned)
        {
            let extra = if self.style == Style::Minimal { attempt / 4 } else { 2 + attempt / 4 };
            return patterns::text(expression, extra, &mut self.random);
        }
        match simple.variety() {
            Variety::Atomic(built_in) => self.atomic(simple, *built_in, attempt),
            Variety::List(item) => Some(self.items(simple, item)),
            Variety::Union(members) => {
                let at = if self.style == Style::Random {
                    self.random.below(members.len() as u64)
                } else {
                    attempt
                };
                members.get(at as usize % members.len().max(1)).map(|member| self.text(member))
            }
        }
    }

    fn items(&mut self, simple: &SimpleType, item: &SimpleType) -> String {
        let wanted = if self.style == Style::Minimal { 0 } else { 2 };
        let count = self.room.length(Lengths::of(simple).nearest(wanted));
        let items: Vec<String> = (0..count).map(|_| self.text(item)).collect();
        items.join(" ")
    }

    fn atomic(&mut self, simple: &SimpleType, built_in: BuiltIn, attempt: u64) -> Option<String> {
        let bounds: Vec<String> = simple.facets().bounds().map(|(_, value)| value.to_owned()).collect();
        let at = attempt as usize;
        match built_in.primitive() {
            BuiltIn::Decimal => self.number(simple, built_in, at),
            BuiltIn::String
            | BuiltIn::AnyUri
            | BuiltIn::AnySimpleType
            | BuiltIn::QName
            | BuiltIn::Notation => self.word(simple, built_in, at),
            BuiltIn::Base64Binary => {
                let octets = self.octets(simple);
                Some("AAAA".repeat(octets / 3) + tail(octets % 3))
            }
            BuiltIn::HexBinary => Some("0A".repeat(self.octets(simple))),
            primitive => {
                let plain = examples(primitive).get(at).map(|text| (*text).to_owned());
                plain.or_else(|| bounds.get(at.checked_sub(examples(primitive).len())?).cloned())
            }
        }
    }

    fn octets(&mut self, simple: &SimpleType) -> usize {
        self.room.length(Lengths::of(simple).nearest(if self.style == Style::Minimal { 0 } else { 3 }))
    }

    /// A text of a length that the facets allow.
    fn word(&mut self, simple: &SimpleType, built_in: BuiltIn, attempt: usize) -> Option<String> {
        let base = match built_in {
            BuiltIn::AnyUri => "https://example.com/".to_owned(),
            BuiltIn::Language => "en".to_owned(),
            BuiltIn::Id => {
                self.ids += 1;
                format!("id{}", self.ids)
            }
            BuiltIn::IdRef | BuiltIn::Entity => "id1".to_owned(),
            BuiltIn::String | BuiltIn::NormalizedString | BuiltIn::Token | BuiltIn::AnySimpleType => {
                self.phrase(built_in, attempt)
            }
            _ => "name".to_owned(),
        };
        let Lengths { least, most } = Lengths::of(simple);
        let mut text: String = base.chars().take(most).collect();
        let short = self.room.length(least).saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n('x', short));
        Some(text)
    }

    fn phrase(&mut self, built_in: BuiltIn, attempt: usize) -> String {
        let phrases: &[&str] = match (self.style, attempt) {
            (Style::Full, 0) => return format!("text {}", self.counted()),
            (Style::Random, _) if built_in == BuiltIn::String => {
                &["text", "two  words", " <&>\"' ", "é\n€", "0123", "true", ""]
            }
            (Style::Random, _) => &["text", "two words", "<&>\"'", "é€", "0123", "true"],
            _ => &["text"],
        };
        (*self.random.pick(phrases).expect("there are phrases")).to_owned()
    }

    /// A number that no other value of the sample has, as keys want.
    fn counted(&mut self) -> String {
        self.ids += 1;
        self.ids.to_string()
    }

    /// A number between the bounds and with as many digits as are allowed.
    fn number(&mut self, simple: &SimpleType, built_in: BuiltIn, attempt: usize) -> Option<String> {
        let (total, fraction) = simple.facets().digits();
        let whole = BuiltIn::Decimal != built_in || fraction == Some(0) || total == Some(1);
        let random = self.random.below(1_000_000).to_string();
        let mut all: Vec<String> = match (self.style, whole) {
            (Style::Random, true) => vec![random, self.random.below(100).to_string()],
            (Style::Random, false) => vec![format!("{random}.50"), format!("{}.1", self.random.below(10))],
            (Style::Full, true) => vec![self.counted(), "1".to_owned()],
            (_, true) => vec!["1".to_owned()],
            (_, false) => vec!["1.50".to_owned(), "1.5".to_owned()],
        };
        all.extend(["1", "0", "-1", "10", "100", "1000", "0.5"].map(str::to_owned));
        for (_, bound) in simple.facets().bounds() {
            all.push(bound.to_owned());
            all.extend(neighbours(bound));
        }
        all.get(attempt).cloned()
    }
}

/// The lengths that a type's facets allow.
struct Lengths {
    least: usize,
    most: usize,
}

impl Lengths {
    fn of(simple: &SimpleType) -> Self {
        let (exact, least, most) = simple.facets().lengths();
        match exact {
            Some(exact) => Self { least: exact, most: exact },
            None => {
                Self { least: least.map_or(0, |least| least), most: most.map_or(usize::MAX, |most| most) }
            }
        }
    }

    /// The length that is allowed and nearest to `wanted`.
    fn nearest(&self, wanted: usize) -> usize {
        wanted.max(self.least).min(self.most)
    }
}

/// Numbers just beside an exclusive bound.
fn neighbours(bound: &str) -> Vec<String> {
    let whole = bound.split_once('.').map_or(bound, |(whole, _)| whole).parse::<i128>();
    // A bound that is too large for that has no neighbours that anyone would send.
    let whole = whole.ok().and_then(|whole| Some([whole.checked_add(1)?, whole.checked_sub(1)?]));
    let beside = whole.into_iter().flatten().map(|whole| whole.to_string());
    let sign = if bound.starts_with('-') { "-0" } else { "0" };
    let small = [".5", ".1", ".01", ".001", ".0001", ".000001"].map(|tail| format!("{sign}{tail}"));
    beside.chain(small).collect()
}

/// The last octets of a base64 text.
fn tail(octets: usize) -> &'static str {
    match octets {
        1 => "AA==",
        2 => "AAA=",
        _ => "",
    }
}

fn examples(primitive: BuiltIn) -> &'static [&'static str] {
    match primitive {
        BuiltIn::Boolean => &["true", "false"],
        BuiltIn::Date => &["2026-01-31", "1999-12-31", "2050-06-01", "1970-01-01Z"],
        BuiltIn::DateTime => &["2026-01-31T12:00:00Z", "1999-12-31T23:59:59", "2050-06-01T00:00:00+01:00"],
        BuiltIn::Time => &["12:00:00", "00:00:00Z", "23:59:59.5", "12:00:00Z"],
        BuiltIn::Duration => &["P1D", "PT1H", "P1Y", "P1M", "PT1S", "P0D"],
        BuiltIn::Float | BuiltIn::Double => &["1.5", "0", "-1", "1", "100", "0.5", "1000000"],
        BuiltIn::GDay => &["---15"],
        BuiltIn::GMonth => &["--06"],
        BuiltIn::GMonthDay => &["--06-15"],
        BuiltIn::GYear => &["2026"],
        BuiltIn::GYearMonth => &["2026-06"],
        _ => &["text"],
    }
}
