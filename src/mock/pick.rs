//! Which sample a request is answered with.

use super::error::RequestError;
use super::mocked_case::MockedCase;
use crate::json::Error;
use crate::limits::JsonLimits;
use crate::samples::{Comparing, Comparison};

/// The case for the request `json` of an operation: the one whose request is the same, else the one that is part of it
/// with most in common, else the only one.
///
/// Errors: why each does not fit, by names of fields and without a value.
pub(super) fn pick<'c>(
    cases: &[&'c MockedCase],
    json: &[u8],
    limits: &JsonLimits,
) -> Result<&'c MockedCase, RequestError> {
    if let [one] = cases {
        return Ok(one);
    }
    let request = Request { json, limits };
    match request.fitting(cases, false)?.first() {
        Some((case, _)) => Ok(case),
        None => request.most_in_common(cases),
    }
}

struct Request<'r> {
    json: &'r [u8],
    limits: &'r JsonLimits,
}

impl Request<'_> {
    fn most_in_common<'c>(&self, cases: &[&'c MockedCase]) -> Result<&'c MockedCase, RequestError> {
        let parts = self.fitting(cases, true)?;
        let most = parts.iter().map(|(_, equal)| equal).max();
        let best: Vec<&'c MockedCase> =
            parts.iter().filter(|(_, equal)| Some(equal) == most).map(|(case, _)| *case).collect();
        match best.as_slice() {
            [case] => Ok(case),
            [] => Err(RequestError::NoMatch(self.reasons(cases)?)),
            several => Err(RequestError::Ambiguous(names(several))),
        }
    }

    /// The cases whose request is the same or, with `subset`, a part of this one, each with how much is equal.
    fn fitting<'c>(
        &self,
        cases: &[&'c MockedCase],
        subset: bool,
    ) -> Result<Vec<(&'c MockedCase, usize)>, Error> {
        let mut fitting = Vec::new();
        for case in cases {
            let found = self.comparison(case, subset)?;
            let found = found.filter(|found| found.differences.is_empty());
            fitting.extend(found.map(|found| (*case, found.equal)));
        }
        Ok(fitting)
    }

    /// Nothing for a case without a request.
    fn comparison<'c>(&'c self, case: &'c MockedCase, subset: bool) -> Result<Option<Comparison<'c>>, Error> {
        let Some(expected) = case.request.as_deref() else { return Ok(None) };
        let how = Comparing { rules: &case.case.settings.rules, limits: self.limits, subset };
        how.compare(expected, self.json).map(Some)
    }

    fn reasons(&self, cases: &[&MockedCase]) -> Result<String, Error> {
        let mut told = Vec::new();
        for case in cases.iter().take(MOST) {
            let found = self.comparison(case, true)?;
            let pointers = found.iter().flat_map(|found| &found.differences).take(MOST);
            let pointers: Vec<&str> = pointers.map(|difference| difference.pointer.as_str()).collect();
            let why = if pointers.is_empty() { "has no request".to_owned() } else { pointers.join(", ") };
            told.push(format!("{} ({why})", case.case.name));
        }
        Ok(told.join("; "))
    }
}

fn names(cases: &[&MockedCase]) -> String {
    cases.iter().take(MOST).map(|case| case.case.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Samples, and fields of each, that are told.
const MOST: usize = 8;
