//! Where a client is: what its failures are counted for.

use std::net::IpAddr;

use crate::wss::{Key, key};

/// A user of a realm, at a place.
pub(super) fn place(realm: &str, username: &str, address: Option<IpAddr>) -> Key {
    key(&[realm.as_bytes(), username.as_bytes(), &octets(address)])
}

/// What of an address tells one client from another; nothing where there is no connection.
pub(super) fn octets(address: Option<IpAddr>) -> Vec<u8> {
    match address {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        // One client has 64 bits of addresses to itself.
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
    }
}
