//! What both services check, in the order in which they list it.

use chrono::{NaiveDate, Utc};
use serde::Serialize;

use super::addresses;
use super::request::UpdateCustomer;

/// An error: its code never changes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Broken {
    pub(super) code: i32,
    pub(super) message: &'static str,
}

/// How a wire format reads a date.
pub(super) type ReadDate = fn(&str) -> Option<NaiveDate>;

/// What is wrong with `request`.
pub(super) fn broken(request: &UpdateCustomer, date: ReadDate) -> Vec<Broken> {
    let born = request.birthDate.as_deref().is_none_or(|text| date(text).is_some_and(is_birth_date));
    let gender = request.gender.as_deref().is_none_or(|text| matches!(text, "M" | "F" | "U"));
    let email = request.emailAddress.as_deref().is_none_or(is_email);
    let mut found = listed(&[
        (request.customerId.is_some_and(|id| id > 0), 60001, "customerId is missing or invalid"),
        (dates(request).into_iter().all(|text| date(text).is_some()), 59952, "a date is malformed"),
        (born, 60301, "birthDate must be a date after 1900-01-01 in the past"),
        (gender, 60302, "gender must be M, F or U"),
        (email, 60304, "emailAddress is invalid"),
    ]);
    found.extend(addresses::broken(request));
    found.extend(addresses::broken_phones(request));
    found
}

/// A sample failure of so many errors.
pub(super) fn samples(errors: usize) -> Vec<Broken> {
    let known = [
        Broken { code: 60302, message: "gender must be M, F or U" },
        Broken { code: 66907, message: "a Residence address may not be a PO Box" },
    ];
    known.into_iter().cycle().take(errors).collect()
}

/// The errors of those rules that do not hold.
pub(super) fn listed(rules: &[(bool, i32, &'static str)]) -> Vec<Broken> {
    let broken = rules.iter().filter(|(holds, _, _)| !holds);
    broken.map(|&(_, code, message)| Broken { code, message }).collect()
}

/// The dates other than that of birth, which has a code of its own.
fn dates(request: &UpdateCustomer) -> Vec<&str> {
    let dates = [
        &request.driversLicenseIssueDate,
        &request.driversLicenseExpireDate,
        &request.passportIssueDate,
        &request.passportExpireDate,
    ];
    dates.into_iter().filter_map(Option::as_deref).collect()
}

fn is_birth_date(date: NaiveDate) -> bool {
    NaiveDate::from_ymd_opt(1900, 1, 1).is_some_and(|first| date > first) && date < Utc::now().date_naive()
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    parts && text.chars().count() <= 255 && !text.contains(char::is_whitespace)
}
