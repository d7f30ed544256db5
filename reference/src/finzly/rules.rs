//! What both services check. A reply has room for one error: the first.

use super::request::UpdateCustomerAccount;

/// The code of an update that failed.
pub(super) const CODE: &str = "ACC001";
/// A message of such a code.
pub(super) const MESSAGE: &str = "Failed to update an account: account number is already in use";

/// What is wrong with `request`, if something is.
pub(super) fn broken(request: &UpdateCustomerAccount) -> Option<String> {
    let rules = [
        (digits(&request.accountUID), "accountUID must be digits"),
        (request.customerUID.as_ref().is_some_and(|uid| !uid.is_empty()), "customerUID is required"),
        (values(request), "a value is not one of those allowed"),
        (pair(request), "accountSubType is missing or does not belong to accountType"),
        (alphanumeric(&request.accountNumber), "accountNumber must be letters and digits"),
        (alphanumeric(&request.fboAccountNumber), "fboAccountNumber must be letters and digits"),
        (amounts(request), "a limit is out of range"),
        (pseudo(request), "callbackLimit is not allowed for Pseudo"),
        (exclusive(request), "isUnderWritten and isAchPrefund exclude each other"),
        (at_most(&request.reason, 255), "reason is too long"),
        (at_most(&request.achCompanyId, 10), "achCompanyId is too long"),
    ];
    let broken = rules.into_iter().find(|(holds, _)| !holds);
    broken.map(|(_, reason)| format!("Failed to update an account: {reason}"))
}

fn digits(text: &Option<String>) -> bool {
    let text = text.as_deref().unwrap_or_default();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn alphanumeric(text: &Option<String>) -> bool {
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.as_deref().is_none_or(whole)
}

fn at_most(text: &Option<String>, most: usize) -> bool {
    text.as_deref().is_none_or(|text| text.chars().count() <= most)
}

fn one_of(text: &Option<String>, values: &[&str]) -> bool {
    text.as_deref().is_none_or(|text| values.contains(&text))
}

fn values(request: &UpdateCustomerAccount) -> bool {
    let yes_no = [
        &request.enableOffset,
        &request.enableWire,
        &request.defaultOffset,
        &request.feeAccount,
        &request.returnAccount,
    ];
    one_of(&request.accountType, &["Deposit", "Loan"])
        && one_of(&request.accountSubType, &[DEPOSIT, LOAN, ANY].concat())
        && one_of(&request.systemOfRecords, &["Other Core", "External"])
        && one_of(&request.bankIdType, &["NID", "BIC"])
        && yes_no.into_iter().all(|text| one_of(text, &["Yes", "No"]))
}

/// A type needs a subtype of its own; a subtype may stand alone.
fn pair(request: &UpdateCustomerAccount) -> bool {
    let Some(kind) = request.accountType.as_deref() else { return true };
    let own = if kind == "Loan" { LOAN } else { DEPOSIT };
    request.accountSubType.is_some() && one_of(&request.accountSubType, &[own, ANY].concat())
}

fn amounts(request: &UpdateCustomerAccount) -> bool {
    let exposures = [request.debitExposureLimit, request.creditExposureLimit];
    request.callbackLimit.is_none_or(|limit| (0.0..=999_999_999.99).contains(&limit))
        && exposures.into_iter().flatten().all(|limit| limit >= 0.0)
}

fn pseudo(request: &UpdateCustomerAccount) -> bool {
    request.callbackLimit.is_none() || request.accountSubType.as_deref() != Some("Pseudo")
}

fn exclusive(request: &UpdateCustomerAccount) -> bool {
    request.isUnderWritten != Some(true) || request.isAchPrefund != Some(true)
}

const DEPOSIT: &[&str] = &["Checking", "Savings", "CD", "Money Market", "MoneyMarket", "Pseudo"];
const LOAN: &[&str] = &["Credit Card", "Heloc", "Line of Credit", "LineofCredit"];
const ANY: &[&str] = &["Health Savings Account"];
