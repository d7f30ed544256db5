//! The ports of a contract: those that are served, and why the others are not.

use std::fmt;

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
    /// Where those were written that clients may use.
    pub(in crate::service) origins: Vec<Origin>,
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
