//! Comparing two JSON values: what differs, and where.

use std::collections::HashMap;

use super::pointers::{Rules, written};
use super::problem::Problem;
use crate::json::{Kind, Tape, Value, plain_decimal};
use crate::limits::JsonLimits;
use crate::redact::{MARK, one_line};
use crate::service::Mask;

/// A place at which two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The JSON Pointer.
    pub(crate) pointer: String,
    /// What was expected; empty for nothing.
    pub(crate) expected: String,
    /// What was there; empty for nothing.
    pub(crate) got: String,
    /// What kind of difference.
    pub(crate) message: &'static str,
}

impl From<Difference> for Problem {
    fn from(found: Difference) -> Self {
        let Difference { pointer, expected, got, message } = found;
        Self { pointer, expected, got, message: message.to_owned() }
    }
}

/// How values are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparing<'r> {
    pub(crate) rules: &'r Rules,
    pub(crate) limits: &'r JsonLimits,
    /// Whether what is there and was not expected is no difference.
    pub(crate) subset: bool,
}

/// How two values compare.
#[derive(Debug)]
pub(crate) struct Comparison<'r> {
    how: Comparing<'r>,
    path: Vec<String>,
    /// Leaves that are equal.
    pub(crate) equal: usize,
    /// Where they differ, the first so many places.
    pub(crate) differences: Vec<Difference>,
}

impl<'r> Comparing<'r> {
    /// Compares two documents. Errors: one that is not JSON within the limits.
    pub(crate) fn compare(self, expected: &[u8], got: &[u8]) -> Result<Comparison<'r>, crate::json::Error> {
        let (mut first, mut second) = (Tape::new(), Tape::new());
        let (expected, got) = (first.parse(expected, self.limits)?, second.parse(got, self.limits)?);
        let (path, differences) = (Vec::new(), Vec::new());
        let mut comparison = Comparison { how: self, path, equal: 0, differences };
        comparison.values(expected, got);
        Ok(comparison)
    }
}

impl Comparison<'_> {
    fn values(&mut self, expected: Value<'_>, got: Value<'_>) {
        if self.how.rules.ignore.cover(&self.path) || self.differences.len() >= MOST {
            return;
        }
        match (expected.kind(), got.kind()) {
            (Kind::Object, Kind::Object) => self.objects(expected, got),
            (Kind::Array, Kind::Array) => self.arrays(expected, got),
            _ if self.same(expected, got) => self.equal += 1,
            (one, other) if one == other => self.note(Some(expected), Some(got), "the values differ"),
            _ => self.note(Some(expected), Some(got), "the kinds of values differ"),
        }
    }

    fn objects(&mut self, expected: Value<'_>, got: Value<'_>) {
        let mut more: HashMap<_, _> = got.members().map(|member| (member.key(), member.value())).collect();
        for member in expected.members() {
            let found = more.remove(&member.key());
            self.at(member.key().into_owned(), Some(member.value()), found);
        }
        for member in got.members().filter(|member| more.contains_key(&member.key())) {
            self.at(member.key().into_owned(), None, Some(member.value()));
        }
    }

    fn arrays(&mut self, expected: Value<'_>, got: Value<'_>) {
        let (mut one, mut other) = (expected.items(), got.items());
        for at in 0..expected.len().max(got.len()) {
            self.at(at.to_string(), one.next(), other.next());
        }
    }

    fn at(&mut self, segment: String, expected: Option<Value<'_>>, got: Option<Value<'_>>) {
        self.path.push(segment);
        match (expected, got) {
            (Some(expected), Some(got)) => self.values(expected, got),
            (Some(expected), None) => self.note(Some(expected), None, "missing"),
            // A recording leaves out what is dropped.
            (None, Some(_)) if self.mask() == Some(Mask::Drop) => {}
            (None, Some(got)) if !self.how.subset => self.note(None, Some(got), "not expected"),
            (None, _) => {}
        }
        self.path.pop();
    }

    fn mask(&self) -> Option<Mask> {
        self.how.rules.mask.at(&self.path)
    }

    fn same(&self, expected: Value<'_>, got: Value<'_>) -> bool {
        if self.mask().is_some() && is_masked(expected) {
            return true;
        }
        match (expected.as_number(), got.as_number()) {
            (Some(one), Some(other)) => self.same_numbers(one, other),
            _ => expected.kind() == got.kind() && same_text(expected, got),
        }
    }

    /// Digits count: `1.10` is not `1.1`. How an exponent is written does not, and as only floating-point numbers have one, zeros
    /// beside it do not either.
    fn same_numbers(&self, one: &str, other: &str) -> bool {
        let (mut first, mut second) = (String::new(), String::new());
        let most = self.how.limits.number;
        let floating = one.contains(['e', 'E']) || other.contains(['e', 'E']);
        match (plain_decimal(one, most, &mut first), plain_decimal(other, most, &mut second)) {
            (Ok(one), Ok(other)) if floating => significant(one) == significant(other),
            (Ok(one), Ok(other)) => one == other,
            // A number whose plain digits are over the limit equals one that is spelled the same.
            _ => one == other,
        }
    }

    fn note(&mut self, expected: Option<Value<'_>>, got: Option<Value<'_>>, message: &'static str) {
        if self.how.rules.ignore.cover(&self.path) || self.differences.len() >= MOST {
            return;
        }
        let shown = |value: Option<Value<'_>>| match value {
            None => String::new(),
            Some(_) if self.mask().is_some() => MARK.to_owned(),
            Some(value) => one_line(value, &self.path, &self.how.rules.mask),
        };
        let (expected, got) = (shown(expected), shown(got));
        self.differences.push(Difference { pointer: written(&self.path), expected, got, message });
    }
}

/// A plain number without zeros at the end of its fraction.
fn significant(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

fn same_text(expected: Value<'_>, got: Value<'_>) -> bool {
    match (expected.as_str(), got.as_str()) {
        (Some(one), Some(other)) => one == other,
        _ => expected.raw() == got.raw(),
    }
}

/// What a recording has in place of a secret stands for any.
fn is_masked(value: Value<'_>) -> bool {
    value.kind() == Kind::Null
        || value.as_number() == Some("0")
        || value.as_str().is_some_and(|text| text.starts_with(MARK) || text == "0")
}

/// Differences of one pair of messages that are told.
const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::super::pointers::Pointers;
    use super::*;
    use crate::redact::Masks;

    fn differences(expected: &str, got: &str, subset: bool) -> Vec<String> {
        let pointers = |text: &str| Pointers::parse(&[text.to_owned()]).expect("pointer");
        let rules = Rules {
            ignore: pointers("/requestId"),
            mask: Masks::parse(&["/ssn".to_owned()]).expect("pointer"),
        };
        let limits = JsonLimits::default();
        let how = Comparing { rules: &rules, limits: &limits, subset };
        let found = how.compare(expected.as_bytes(), got.as_bytes()).expect("JSON");
        let line = |found: &Difference| format!("{} {} {}", found.pointer, found.expected, found.got);
        found.differences.iter().map(line).collect()
    }

    #[test]
    fn values_are_compared_with_their_digits_and_without_what_is_ignored() {
        for (expected, got, told) in [
            (r#"{"a":1.10,"b":[1,2]}"#, r#"{"b":[1,2],"a":1.10}"#, vec![]),
            (r#"{"a":1.10}"#, r#"{"a":1.1}"#, vec!["/a 1.10 1.1"]),
            (r#"{"a":1e3}"#, r#"{"a":1000}"#, vec![]),
            (r#"{"a":0.5}"#, r#"{"a":5.0E-1}"#, vec![]),
            (r#"{"a":1.5E2}"#, r#"{"a":150}"#, vec![]),
            (r#"{"a":0.5}"#, r#"{"a":5.1E-1}"#, vec!["/a 0.5 5.1E-1"]),
            (r#"{"a":"x\u0041"}"#, r#"{"a":"xA"}"#, vec![]),
            (r#"{"requestId":1}"#, r#"{"requestId":2}"#, vec![]),
            (r#"{"requestId":1}"#, "{}", vec![]),
            (r#"{"a":1}"#, r#"{"a":"1"}"#, vec!["/a 1 \"1\""]),
            (r#"{"a":[1,2]}"#, r#"{"a":[1]}"#, vec!["/a/1 2 "]),
            ("{}", r#"{"a/b":null}"#, vec!["/a~1b  null"]),
            (r#"{"ssn":"1"}"#, r#"{"ssn":"2"}"#, vec!["/ssn *** ***"]),
            (r#"{"ssn":"***"}"#, r#"{"ssn":"2"}"#, vec![]),
            (r#"{"a":{"password":"x"}}"#, "{}", vec!["/a {\"password\":\"***\"} "]),
        ] {
            assert_eq!(differences(expected, got, false), told, "{expected} {got}");
        }
        assert!(differences(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, true).is_empty());
        assert_eq!(differences(r#"{"a":1,"c":3}"#, r#"{"a":1,"b":2}"#, true), ["/c 3 "]);
    }
}
