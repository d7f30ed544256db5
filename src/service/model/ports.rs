//! The ports of a contract: those that are served, and why the others are not.

use std::fmt;

use super::front::{Forms, SoapPlace};
use crate::limits::UNCHECKED_NAMED;
use crate::xsd::Origin;

/// The ports of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// `service/port` of the one whose backend is called.
    pub served: String,
    /// Those whose clients the SOAP front serves beside those of the first.
    pub beside: Vec<String>,
    /// The others, each with the reason.
    pub others: Vec<(String, String)>,
    /// In which form messages are read at the path of the SOAP front.
    pub(in crate::service) forms: Forms,
    /// Those that clients may use.
    pub(in crate::service) shown: Vec<ShownPort>,
}

/// A port that clients may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct ShownPort {
    /// Where it was written.
    pub(in crate::service) origin: Origin,
    /// Its own path, where it has one, with the form in which messages are read there.
    pub(in crate::service) own: Option<SoapPlace>,
}

impl fmt::Display for Ports {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "port {}", self.served)?;
        list(out, ", beside it ", &self.beside, ToString::to_string)?;
        list(out, "; not served: ", &self.others, |(name, reason)| format!("{name} ({reason})"))
    }
}

/// Appends the names of `all`, where there are some.
fn list<T>(
    out: &mut fmt::Formatter<'_>,
    before: &str,
    all: &[T],
    told: impl Fn(&T) -> String,
) -> fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = all.iter().take(UNCHECKED_NAMED).map(told).collect();
    write!(out, "{before}{}", names.join(", "))?;
    match all.len().checked_sub(UNCHECKED_NAMED) {
        Some(more) if more > 0 => write!(out, " and {more} more"),
        _ => Ok(()),
    }
}
