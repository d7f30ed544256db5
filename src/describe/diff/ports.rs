//! The ports and operations of a contract, with what became of them.

use super::change::Side;
use super::place::{Anchor, Finder, Spot};
use crate::plan::{OperationPlan, Plan};
use crate::wsdl::{Contract, Operation, Port, Service};

/// A contract and its program.
#[derive(Clone, Copy, Debug)]
pub struct Compiled<'c> {
    /// The contract.
    pub contract: &'c Contract,
    /// What became of it, with the rules of a service file, if there is one.
    pub plan: &'c Plan,
    /// The only port that is meant, by the local name of its service and its own; all of them where there is none.
    pub port: Option<PortName<'c>>,
}

/// A port, by the local name of its service and its own name.
#[derive(Clone, Copy, Debug)]
pub struct PortName<'c> {
    /// The service.
    pub service: &'c str,
    /// The port.
    pub port: &'c str,
}

impl<'c> Compiled<'c> {
    pub(super) fn side(self) -> Side<'c> {
        let mut encoded = false;
        for operation in self.plan.operations() {
            let messages = std::iter::once(&operation.input).chain(operation.output.as_ref());
            encoded |= messages.into_iter().any(|message| message.encoding.is_some());
        }
        Side { plan: self.plan, finder: Finder::new(self.contract), encoded }
    }

    /// The ports with operations, with those of the plan.
    pub(super) fn ports(self) -> Vec<PortAt<'c>> {
        let services = self.contract.services.iter();
        let all = services.flat_map(|service| {
            service.ports.iter().map(move |port| PortAt { service, port, plan: self.plan })
        });
        let meant = |at: &PortAt<'c>| {
            self.port
                .is_none_or(|port| *at.service.name.local == *port.service && *at.port.name == *port.port)
        };
        all.filter(meant).filter(|port| port.operations().next().is_some()).collect()
    }
}

/// A port and what it is in.
#[derive(Clone, Copy)]
pub(super) struct PortAt<'c> {
    service: &'c Service,
    pub(super) port: &'c Port,
    plan: &'c Plan,
}

/// An operation that can be mapped.
#[derive(Clone, Copy)]
pub(super) struct OperationAt<'c> {
    pub(super) declared: &'c Operation,
    pub(super) plan: &'c OperationPlan,
}

impl<'c> PortAt<'c> {
    pub(super) fn operations(self) -> impl Iterator<Item = OperationAt<'c>> {
        let of_port =
            move |of: &&OperationPlan| *of.service == *self.service.name.local && *of.port == *self.port.name;
        self.port.operations.iter().filter_map(move |declared| {
            let mut plans = self.plan.operations().iter().filter(of_port);
            plans.find(|of| of.name == declared.name).map(|plan| OperationAt { declared, plan })
        })
    }

    /// Somewhere in the port: bindings of real contracts are in the same document.
    pub(super) fn spot(self) -> Spot<'c> {
        let first = self.port.operations.first().map(|operation| operation.origin);
        // A port without operations is not compared.
        Spot::new(Anchor::at(first.unwrap_or_default()))
    }

    pub(super) fn name(self) -> String {
        format!("{}/{}", self.service.name.local, self.port.name)
    }
}

impl<'c> OperationAt<'c> {
    /// Where the content of a fault is declared.
    pub(super) fn fault(self, name: &str, finder: Finder<'c>) -> Anchor<'c> {
        let part = self.declared.faults.iter().find(|fault| *fault.name == *name);
        let part = part.and_then(|fault| fault.part.as_ref());
        part.map_or(Anchor::at(self.declared.origin), |part| finder.part(part))
    }
}

/// Where an operation is.
pub(super) fn spot(of: OperationAt<'_>) -> Spot<'_> {
    Spot::new(Anchor::at(of.declared.origin))
}

/// The port of `new` that `was` most likely is: the only one, or the only one with the same version of SOAP.
pub(super) fn renamed(was: PortAt<'_>, new: &[PortAt<'_>]) -> Option<usize> {
    if let [_] = new {
        return Some(0);
    }
    let version = |port: &PortAt<'_>| port.port.binding.version == was.port.binding.version;
    let mut alike = new.iter().enumerate().filter(|(_, port)| version(port));
    let first = alike.next().map(|(at, _)| at);
    first.filter(|_| alike.next().is_none())
}
