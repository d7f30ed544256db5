//! What both services check.

use serde::Serialize;
use serde_json::Value;

use super::super::leaves::leaves;

/// An item of `errors`: some are texts, others are objects.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Problem {
    /// A text.
    Text(String),
    /// An object.
    Object {
        /// Its code.
        code: &'static str,
        /// Its message.
        message: String,
        /// Where it is.
        path: String,
    },
}

/// What is wrong with `request`.
pub(super) fn problems(request: &Value) -> Vec<Problem> {
    let missing = request.get("accountNumber").is_none();
    let missing = missing.then(|| Problem::Text("accountNumber is required".to_owned()));
    let broken = leaves(request).into_iter().filter_map(|(path, value)| problem(request, path, value));
    missing.into_iter().chain(broken).collect()
}

/// A sample failure of so many errors: a text and an object by turns.
pub(super) fn samples(errors: usize) -> Vec<Problem> {
    let path = || "primaryOwner.legalAddress.postalCode".to_owned();
    let text = || Problem::Text("primaryOwner.taxIdNumber cannot be updated".to_owned());
    let sample = |n: usize| if n.is_multiple_of(2) { text() } else { postal_code(path()) };
    (0..errors).map(sample).collect()
}

fn problem(request: &Value, path: String, value: &Value) -> Option<Problem> {
    let text = value.as_str().unwrap_or_default();
    let name = path.rsplit('.').next().unwrap_or_default();
    if is_immutable(&path, name) {
        return Some(Problem::Text(format!("{path} cannot be updated")));
    }
    if text.is_empty() {
        return Some(Problem::Text(format!("{path} cannot be deleted")));
    }
    if name == "postalCode" && is_american(request, &path) && !is_zip(text) {
        return Some(postal_code(path));
    }
    (!is_well_formed(name, text)).then(|| Problem::Text(format!("{path} is invalid")))
}

fn postal_code(path: String) -> Problem {
    Problem::Object { code: "ADDR01", message: "postalCode is invalid".to_owned(), path }
}

fn is_immutable(path: &str, name: &str) -> bool {
    let of_person = path.starts_with("primaryOwner.") || path.starts_with("associatedParties[");
    match name {
        "citizenshipCountry" | "taxIdType" | "taxIdNumber" => of_person,
        "registrationType" | "accountName" => path == name,
        "marginIndicator" | "optionTradingIndicator" | "optionTradingLevel" => true,
        _ => false,
    }
}

fn is_well_formed(name: &str, text: &str) -> bool {
    match name {
        "statements"
        | "confirms"
        | "stonexCommunications"
        | "investorCommunications"
        | "prospectus"
        | "taxDocuments"
        | "sweepIndicator"
        | "political" => {
            matches!(text, "True" | "False" | "true" | "false")
        }
        "dependents" | "percentageAllocation" => text.bytes().all(|byte| byte.is_ascii_digit()),
        "birthDate" => text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok(),
        "email" => text.chars().count() <= 70,
        _ => true,
    }
}

/// Whether the address with this postal code is in the United States.
fn is_american(request: &Value, path: &str) -> bool {
    let country = path.replace("postalCode", "country");
    leaves(request).into_iter().any(|(path, value)| path == country && value == "US")
}

fn is_zip(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.as_bytes() {
        [_, _, _, _, _] => digits == 5,
        [_, _, _, _, _, b'-', _, _, _, _] => digits == 9,
        _ => false,
    }
}
