//! Where a client is: what its failures are counted for.

use std::net::IpAddr;

/// What of an address tells one client from another; nothing where there is no connection.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Place {
    Nowhere,
    V4([u8; 4]),
    /// One client has 64 bits of addresses to itself.
    V6([u8; 8]),
}

impl Place {
    /// The place of whoever has this `address`.
    pub(super) fn of(address: Option<IpAddr>) -> Self {
        match address {
            None => Self::Nowhere,
            Some(IpAddr::V4(address)) => Self::V4(address.octets()),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}
