//! What both services check. A reply has room for one error: the path of the first field that is wrong.

use super::super::leaves::leaves;
use super::owner;
use super::request::{Bank, Card, UpdateAccount};
use super::stored::Stored;

/// A refusal: `EC` and `EM`.
pub(super) type Refusal = (&'static str, String);

/// What is wrong with `request`, if something is.
pub(super) fn broken(request: &UpdateAccount, stored: &Stored) -> Option<Refusal> {
    let empty = empty(request);
    let both = request.bank.is_some() && request.card.is_some();
    let both = both.then(|| "accounts.source".to_owned());
    let bank = request.bank.as_ref().and_then(|bank| of_bank(bank, stored)).map(str::to_owned);
    let card = request.card.as_ref().and_then(of_card).map(str::to_owned);
    let owner = request.owner.as_ref().and_then(|owner| owner::broken(owner, stored)).map(str::to_owned);
    let path = empty.or(both).or(bank).or(card).or(owner)?;
    Some(("3C404913", path))
}

/// The path of the first of `rules` that does not hold.
pub(super) fn first(rules: &[(bool, &'static str)]) -> Option<&'static str> {
    rules.iter().find(|(holds, _)| !holds).map(|(_, path)| *path)
}

/// Whether `text` is absent, or so many digits.
pub(super) fn digits(text: &Option<String>, least: usize, most: usize) -> bool {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.as_deref().is_none_or(|text| (least..=most).contains(&text.len()) && number(text))
}

fn empty(request: &UpdateAccount) -> Option<String> {
    let whole = serde_json::to_value(request).expect("requests have no keys but texts");
    let found = leaves(&whole).into_iter().find(|(_, value)| value.as_str() == Some(""));
    found.map(|(path, _)| path)
}

fn of_bank(bank: &Bank, stored: &Stored) -> Option<&'static str> {
    let whole = bank.routingNumber.is_some() && bank.accountNumber.is_some() && bank.accountType.is_some();
    let kind = |kind: &str| matches!(kind, "S" | "C" | "A" | "B" | "L");
    first(&[
        (whole || !stored.card, "bank"),
        (digits(&bank.routingNumber, 9, 9), "bank.routingNumber"),
        (bank.routingNumber.as_deref().is_none_or(is_checked), "bank.routingNumber"),
        (digits(&bank.accountNumber, 4, 17), "bank.accountNumber"),
        (bank.accountType.as_deref().is_none_or(kind), "bank.accountType"),
    ])
}

fn of_card(card: &Card) -> Option<&'static str> {
    let month = |date: &str| matches!(date.get(4..), Some("10" | "11" | "12")) || is_early(date);
    first(&[
        (digits(&card.accountNumber, 13, 19), "card.accountNumber"),
        (digits(&card.expirationDate, 6, 6), "card.expirationDate"),
        (card.expirationDate.as_deref().is_none_or(month), "card.expirationDate"),
    ])
}

/// Whether the month is one of the first nine.
fn is_early(date: &str) -> bool {
    date.get(4..5) == Some("0") && date.get(5..) != Some("0")
}

/// Whether the check digit of a routing number is right.
fn is_checked(number: &str) -> bool {
    let digits = number.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    sum.is_multiple_of(10)
}
