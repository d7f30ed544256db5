//! The ports of a contract: the one that is served, and why the others are not.

use std::fmt;

use crate::limits::UNCHECKED_NAMED;
use crate::wsdl::Contract;

/// The ports of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// `service/port` of the one that is served.
    pub served: String,
    /// The others, each with the reason.
    pub others: Vec<(String, String)>,
}

impl Ports {
    /// The ports of `contract`, of which none is served yet.
    pub(in crate::service) fn of(contract: &Contract) -> Self {
        let soap = contract.services.iter().flat_map(|service| {
            let spoken = service.ports.iter().filter(|port| !port.elsewhere);
            spoken.map(move |port| (format!("{}/{}", service.name.local, port.name), OTHER.to_owned()))
        });
        let unserved = contract.unserved.iter();
        let unserved =
            unserved.map(|port| (format!("{}/{}", port.service, port.port), port.reason.to_string()));
        Self { served: String::new(), others: soap.chain(unserved).collect() }
    }

    /// Takes the first port that is left in `contract` for the one that is served.
    pub(in crate::service) fn serve(&mut self, contract: &Contract) {
        let mut ports = contract.services.iter().flat_map(|service| {
            service.ports.iter().map(move |port| format!("{}/{}", service.name.local, port.name))
        });
        let Some(served) = ports.next() else { return };
        // Services of several namespaces may have one local name, and theirs are others.
        if let Some(at) = self.others.iter().position(|(name, _)| *name == served) {
            self.others.remove(at);
        }
        self.served = served;
    }

    /// What there is, for a message.
    pub(in crate::service) fn known(&self) -> String {
        let all = self.others.iter().map(|(name, reason)| match reason.as_str() {
            OTHER => name.clone(),
            reason => format!("{name} ({reason})"),
        });
        let all: Vec<String> = all.collect();
        if all.is_empty() { "no SOAP port at all".to_owned() } else { all.join(", ") }
    }
}

/// Why a port is not served that could be.
const OTHER: &str = "another port";

impl fmt::Display for Ports {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "port {}", self.served)?;
        for (at, (name, reason)) in self.others.iter().take(UNCHECKED_NAMED).enumerate() {
            let before = if at == 0 { "; not served: " } else { ", " };
            write!(out, "{before}{name} ({reason})")?;
        }
        match self.others.len().checked_sub(UNCHECKED_NAMED) {
            Some(more) if more > 0 => write!(out, " and {more} more"),
            _ => Ok(()),
        }
    }
}
