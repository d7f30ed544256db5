//! How closely messages are read offline: as a service would.

use crate::codec::Leeway;
use crate::service::Service;

/// How closely messages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What requests are forgiven.
    pub leeway: Leeway,
    /// Whether responses must follow their schema to the letter.
    pub strict: bool,
    /// Whether values that an enumeration does not have are passed on in responses.
    pub open: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { leeway: Leeway::default(), strict: true, open: false }
    }
}

impl Reading {
    /// As `service` reads requests at its SOAP front, and responses of its backend.
    pub fn of(service: &Service) -> Self {
        Self { leeway: service.leeway, strict: service.strict_replies, open: service.open_replies }
    }
}
