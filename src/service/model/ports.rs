//! The ports of a contract: those that are served, and why the others are not.

use std::fmt;

use super::front::{Forms, SoapFront, SoapPlace};
use crate::limits::UNCHECKED_NAMED;
use crate::soap::{Version, Versions};
use crate::xsd::Origin;

/// The ports of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// `service/port` of the one whose backend is called.
    pub served: String,
    /// Those whose clients the SOAP front serves beside those of the first.
    pub beside: Vec<String>,
    /// The others.
    pub others: Vec<OtherPort>,
    /// In which form messages are read at the path of the SOAP front.
    pub(in crate::service) forms: Forms,
    /// Those that clients may use.
    pub(in crate::service) shown: Vec<ShownPort>,
}

/// A port that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPort {
    /// `service/port`.
    pub name: String,
    /// Why not.
    pub reason: String,
    /// Where it was written, where it is one of SOAP over HTTP.
    pub origin: Option<Origin>,
}

/// Where clients of a port are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortPlace<'p> {
    /// `service/port`.
    pub port: &'p str,
    /// The path.
    pub path: &'p str,
    /// The versions in which its messages are read there.
    pub versions: Versions,
}

/// A port that clients may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct ShownPort {
    /// `service/port`.
    pub(in crate::service) name: String,
    /// Where it was written.
    pub(in crate::service) origin: Origin,
    /// Its form, where that is not the one in which the backend is asked.
    pub(in crate::service) form: Option<usize>,
    /// Its own path, where it has one, with the form in which messages are read there.
    pub(in crate::service) own: Option<SoapPlace>,
}

impl Ports {
    /// Where `front` serves the clients of each port.
    pub fn places<'p>(&'p self, front: &'p SoapFront) -> impl Iterator<Item = PortPlace<'p>> {
        self.shown.iter().flat_map(move |port| {
            let own = port.own.as_ref().map(|own| (&*own.path, own.forms));
            let places = own.into_iter().chain([(&*front.path, self.forms)]);
            places.filter_map(move |(path, forms)| {
                let is_read =
                    |version: Version| front.versions.has(version) && forms.beside(version) == port.form;
                let versions = Versions::of(is_read);
                (versions != Versions::of(|_| false)).then_some(PortPlace {
                    port: &port.name,
                    path,
                    versions,
                })
            })
        })
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "port {}", self.served)?;
        list(out, ", beside it ", &self.beside, ToString::to_string)?;
        list(out, "; not served: ", &self.others, |OtherPort { name, reason, .. }| {
            format!("{name} ({reason})")
        })
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
