//! Which sample a request is answered with.

use super::mocked_case::MockedCase;
use crate::limits::JsonLimits;
use crate::samples::{Comparison, compare};

/// The mocked for the request `json` of an operation: the one whose request is the same, else the one that is part of it
/// with most in common, else the only one.
///
/// Errors: why each does not fit, by names of fields and without a value.
pub(super) fn pick<'s>(
    mocked_cases: &[&'s MockedCase],
    json: &[u8],
    limits: &JsonLimits,
) -> Result<&'s MockedCase, String> {
    if let [one] = mocked_cases {
        return Ok(one);
    }
    match fitting(mocked_cases, json, limits, false).first() {
        Some((mocked, _)) => Ok(mocked),
        None => most_in_common(mocked_cases, json, limits),
    }
}

fn most_in_common<'s>(
    mocked_cases: &[&'s MockedCase],
    json: &[u8],
    limits: &JsonLimits,
) -> Result<&'s MockedCase, String> {
    let parts = fitting(mocked_cases, json, limits, true);
    let most = parts.iter().map(|(_, equal)| equal).max();
    let best: Vec<&'s MockedCase> =
        parts.iter().filter(|(_, equal)| Some(equal) == most).map(|(mocked, _)| *mocked).collect();
    match best.as_slice() {
        [mocked] => Ok(mocked),
        [] => Err(reasons(mocked_cases, json, limits)),
        several => Err(format!("these samples fit equally: {}", names(several))),
    }
}

/// The mocked_cases whose request is the same or, with `subset`, a part of `json`, each with how much is equal.
fn fitting<'s>(
    mocked_cases: &[&'s MockedCase],
    json: &[u8],
    limits: &JsonLimits,
    subset: bool,
) -> Vec<(&'s MockedCase, usize)> {
    let fits = |mocked: &&'s MockedCase| {
        let found = comparison(mocked, json, limits, subset)?;
        found.differences.is_empty().then_some((*mocked, found.equal))
    };
    mocked_cases.iter().filter_map(fits).collect()
}

fn comparison<'s>(
    mocked: &'s MockedCase,
    json: &[u8],
    limits: &'s JsonLimits,
    subset: bool,
) -> Option<Comparison<'s>> {
    compare(mocked.request.as_deref()?, json, &mocked.case.settings.rules, limits, subset).ok()
}

fn reasons(mocked_cases: &[&MockedCase], json: &[u8], limits: &JsonLimits) -> String {
    let told = mocked_cases.iter().take(MOST).map(|mocked| {
        let found = comparison(mocked, json, limits, true);
        let pointers = found.iter().flat_map(|found| &found.differences).take(MOST);
        let pointers: Vec<&str> = pointers.map(|difference| difference.pointer.as_str()).collect();
        let why = if pointers.is_empty() { "has no request".to_owned() } else { pointers.join(", ") };
        format!("{} ({why})", mocked.case.name)
    });
    let told: Vec<String> = told.collect();
    format!("no sample matches; they differ at: {}", told.join("; "))
}

fn names(mocked_cases: &[&MockedCase]) -> String {
    mocked_cases.iter().take(MOST).map(|mocked| mocked.case.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Samples, and fields of each, that are told.
const MOST: usize = 8;
