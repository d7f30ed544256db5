//! What is checked of the owner.

use super::request::{Address, Name, Owner, Phone};
use super::rules::{digits, first};
use super::stored::Stored;

/// The path of what is wrong with an owner, if something is.
pub(super) fn broken(owner: &Owner, stored: &Stored) -> Option<&'static str> {
    let name = owner.name.as_ref().and_then(|name| of_name(name, stored));
    let address = || owner.address.as_ref().and_then(|address| of_address(address, stored));
    name.or_else(address).or_else(|| owner.phone.as_ref().and_then(of_phone))
}

fn of_name(name: &Name, stored: &Stored) -> Option<&'static str> {
    let person = [&name.first, &name.middle, &name.last, &name.suffix].into_iter().any(Option::is_some);
    let whole = name.first.is_some() && name.last.is_some();
    first(&[
        (name.company.is_none() || !person, "owner.name"),
        // A company becomes a person only with a whole name.
        (!stored.company || name.company.is_some() || whole, "owner.name"),
    ])
}

/// Without a country in the request, the one that is stored counts; when none is, there is nothing to compare with.
fn of_address(address: &Address, stored: &Stored) -> Option<&'static str> {
    let country = address.country.as_deref().or(stored.country.as_deref());
    let (zip, state): (fn(&str) -> bool, &str) = match country {
        Some("840") => (is_american, AMERICAN),
        Some("124") => (is_canadian, CANADIAN),
        _ => (|_| true, ""),
    };
    let known = |text: &str| text.len() == 2 && (state.is_empty() || state.split(' ').any(|s| s == text));
    first(&[
        (digits(&address.country, 3, 3), "owner.address.country"),
        (address.zipcode.as_deref().is_none_or(zip), "owner.address.zipcode"),
        (address.state.as_deref().is_none_or(known), "owner.address.state"),
    ])
}

fn of_phone(phone: &Phone) -> Option<&'static str> {
    let code = phone.countryCode.as_deref().unwrap_or("1");
    let (least, most) = if code == "1" { (10, 10) } else { (4, 15_usize.saturating_sub(code.len())) };
    first(&[
        (digits(&phone.countryCode, 1, 3), "owner.phone.countryCode"),
        (digits(&phone.number, least, most), "owner.phone.number"),
    ])
}

fn is_american(zip: &str) -> bool {
    matches!(zip.len(), 5 | 9) && zip.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_canadian(zip: &str) -> bool {
    let shape = zip.bytes().map(|byte| match byte {
        b'A'..=b'Z' => 'A',
        b'0'..=b'9' => '1',
        b' ' => ' ',
        _ => '?',
    });
    shape.eq("A1A 1A1".chars())
}

const AMERICAN: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI";
const CANADIAN: &str = "AB BC MB NB NL NS NT NU ON PE QC SK YT";
