//! What is checked of addresses and telephones.

use std::collections::HashSet;

use super::request::{Address, Phone, UpdateCustomer};
use super::rules::{Broken, listed};

/// What is wrong with the addresses.
pub(super) fn broken(request: &UpdateCustomer) -> Vec<Broken> {
    let Some(addresses) = &request.addresses else { return Vec::new() };
    let few = are_few(addresses.item.iter().map(|address| address.addressType.as_deref()));
    let many = listed(&[(few, 60350, "at most three addresses, one of each type")]);
    many.into_iter().chain(addresses.item.iter().flat_map(of_address)).collect()
}

/// What is wrong with the telephones.
pub(super) fn broken_phones(request: &UpdateCustomer) -> Vec<Broken> {
    let Some(phones) = &request.phones else { return Vec::new() };
    let few = are_few(phones.item.iter().map(|phone| phone.phoneType.as_deref()));
    let many = listed(&[(few, 60351, "at most three phones, one of each type")]);
    many.into_iter().chain(phones.item.iter().flat_map(of_phone)).collect()
}

fn are_few<'a>(kinds: impl Iterator<Item = Option<&'a str>>) -> bool {
    let (mut seen, mut count) = (HashSet::new(), 0);
    let different = kinds.inspect(|_| count += 1).flatten().all(|kind| seen.insert(kind));
    different && count <= 3
}

fn of_address(address: &Address) -> Vec<Broken> {
    let kinds = ["Residence", "Mailing", "Prior", "PrimaryBusiness"];
    let kind = address.addressType.as_deref();
    let boxed = kind == Some("Residence") && is_boxed(address);
    listed(&[
        (kind.is_some_and(|kind| kinds.contains(&kind)), 66901, "addressType is invalid"),
        (is_there(&address.addressLine1), 66902, "addressLine1 is required"),
        (is_there(&address.city), 66903, "city is required"),
        (is_there(&address.state), 66904, "state is required"),
        (is_there(&address.postalCode), 66905, "postalCode is required"),
        (is_there(&address.country), 66906, "country is required"),
        (!boxed, 66907, "a Residence address may not be a PO Box"),
    ])
}

fn of_phone(phone: &Phone) -> Vec<Broken> {
    let kind = phone.phoneType.as_deref();
    let known = kind.is_some_and(|kind| matches!(kind, "Home" | "Mobile" | "Office"));
    listed(&[
        (known, 66801, "phoneType must be Home, Mobile or Office"),
        (is_there(&phone.number), 66802, "number is required"),
    ])
}

fn is_there(text: &Option<String>) -> bool {
    text.as_deref().is_some_and(|text| !text.is_empty())
}

/// However it is spelled: `P.O. Box 7`, `PO BOX 7`, `pobox 7`.
fn is_boxed(address: &Address) -> bool {
    let lines = [&address.addressLine1, &address.addressLine2, &address.addressLine3, &address.addressLine4];
    lines.into_iter().flatten().any(|line| {
        let letters: String = line.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.to_ascii_lowercase().starts_with("pobox")
    })
}
