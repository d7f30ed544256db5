//! The ports of a contract: the one whose backend is called, and those that the SOAP front serves beside it, as they have the same
//! operations.

use std::sync::Arc;

use super::checker::Checker;
use super::convert::versions;
use super::demands;
use super::service::place;
use crate::service::file::fronts::{FrontAddressingFile, FrontFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::{ContractFile, ServiceFile};
use crate::service::model::ports::Ports;
use crate::service::model::service::Unserved;
use crate::service::problem::{ContractProblem, Near};
use crate::soap::Version;
use crate::wsdl::{Contract, Demand, Document, Operation, Port, Service, Unlike, unlike};
use crate::xml::QName;

/// Why a port is not served beside the one whose backend is called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum NotBeside {
    /// It demands WS-Addressing, which the front does not read.
    #[error("it demands WS-Addressing at {place}, and `fronts.soap.addressing` is off")]
    Addressed { place: String },
    /// What the bridge cannot do.
    #[error("it demands {demand}, at {place}")]
    Demanded { demand: String, place: String },
    /// There is no front that could serve it.
    #[error("another port")]
    NoFront,
    /// An operation that the other port does not have.
    #[error("its operation {operation} at {place} is none of {own}")]
    Operation { operation: Arc<str>, own: String, place: String },
    /// An operation that has other messages.
    #[error("its operation {operation} at {place} is not that of {own}: {unlike}")]
    Other { operation: Arc<str>, own: String, place: String, unlike: Unlike },
    /// Only one service is meant.
    #[error("another service than `contract.service`")]
    Service,
    /// Its clients send no WS-Addressing.
    #[error(
        "it does not demand WS-Addressing as {own} does, and the SOAP front requires it; \
         `fronts.soap.addressing: accept` serves both"
    )]
    Unaddressed { own: String },
    /// Its version of SOAP.
    #[error("{0} is not one of `fronts.soap.versions`")]
    Version(Version),
}

/// A port, and the service that it belongs to.
struct Bound {
    service: QName,
    port: Port,
}

impl Bound {
    fn all(contract: &mut Contract) -> Vec<Self> {
        let services = std::mem::take(&mut contract.services).into_iter();
        let ports = services.flat_map(|Service { name, ports }| {
            ports.into_iter().map(move |port| Self { service: name.clone(), port })
        });
        ports.filter(|bound| !bound.port.elsewhere).collect()
    }

    fn name(&self) -> String {
        format!("{}/{}", self.service.local, self.port.name)
    }

    fn version(&self) -> Version {
        self.port.binding.version.into()
    }

    /// Whether it is one that the file names.
    fn is_meant(&self, file: &ContractFile) -> bool {
        let is_port = file.port.as_ref().is_none_or(|port| **port == *self.port.name);
        is_port && self.is_of(file)
    }

    /// Whether it is of the service that the file names. Services of several namespaces may have one local name.
    fn is_of(&self, file: &ContractFile) -> bool {
        file.service.as_ref().is_none_or(|service| **service == *self.service.local)
    }

    /// Takes the actions by which clients of `other` ask for its operations.
    fn take_actions(&mut self, other: &Port) {
        for operation in &mut self.port.operations {
            let Some(same) = named(other, &operation.name) else { continue };
            for action in same.action.iter().chain([&same.addressing]) {
                let own = operation.action.iter().chain([&operation.addressing]);
                let is_known = own.chain(&operation.other_actions).any(|known| known == action);
                if !is_known && !action.is_empty() {
                    operation.other_actions.push(action.clone());
                }
            }
        }
    }
}

impl Checker<'_> {
    /// Keeps one port: the first of those that are named.
    pub(super) fn select(&mut self, file: &ServiceFile, contract: &mut Contract) -> Ports {
        let mut bound = Bound::all(contract);
        let Some(at) = bound.iter().position(|bound| bound.is_meant(&file.contract)) else {
            self.no_port(file, &bound, contract);
            return Ports::default();
        };
        let mut own = bound.remove(at);
        self.without_callbacks(&mut own.port, &contract.documents);
        let mut ports = Ports { served: own.name(), ..Ports::default() };
        if file.fronts.soap.as_ref().is_none_or(|front| versions(front).has(own.version())) {
            ports.origins.push(own.port.origin);
        }
        for other in bound {
            let beside = Beside { file, documents: &contract.documents, own: &own };
            match beside.check(&other) {
                Ok(()) => {
                    own.take_actions(&other.port);
                    ports.beside.push(other.name());
                    ports.origins.push(other.port.origin);
                }
                Err(reason) => ports.others.push((other.name(), reason.to_string())),
            }
        }
        ports.others.extend(unserved(contract));
        contract.services = vec![Service { name: own.service, ports: vec![own.port] }];
        ports
    }

    /// SOAP over HTTP has no way to call a client.
    fn without_callbacks(&mut self, port: &mut Port, documents: &[Document]) {
        let callbacks = port.operations.iter().filter(|operation| operation.callback);
        self.unserved.extend(callbacks.map(|operation| Unserved {
            name: operation.name.clone(),
            reason: "the service calls the client, which SOAP over HTTP cannot".to_owned(),
            place: place(documents, operation.origin),
        }));
        port.operations.retain(|operation| !operation.callback);
    }

    /// Notes that none of the ports `bound` is the one that is named.
    fn no_port(&mut self, file: &ServiceFile, bound: &[Bound], contract: &Contract) {
        let (at, unserved) = (KeyPath::of("contract"), unserved(contract));
        let (service, port) = (file.contract.service.as_deref(), file.contract.port.as_deref());
        let names: Vec<String> =
            bound.iter().map(Bound::name).chain(unserved.iter().map(|(name, _)| name.clone())).collect();
        let names = names.iter().filter_map(|name| name.split_once('/'));
        let (at, near) = match (port, service) {
            (Some(port), _) => (at.key("port"), Near::of(port, names.map(|(_, port)| port))),
            (None, Some(service)) => {
                (at.key("service"), Near::of(service, names.map(|(service, _)| service)))
            }
            (None, None) => (at.key("wsdl"), Near::default()),
        };
        let unserved = unserved.iter().map(|(name, reason)| format!("{name} ({reason})"));
        let all: Vec<String> = bound.iter().map(Bound::name).chain(unserved).collect();
        let known = if all.is_empty() { "no SOAP port at all".to_owned() } else { all.join(", ") };
        self.problem(&at, ContractProblem::NoSuchPort { near, known });
    }
}

/// The ports of `contract` that nothing could serve, each with the reason.
fn unserved(contract: &Contract) -> Vec<(String, String)> {
    let told =
        |port: &crate::wsdl::Unserved| (format!("{}/{}", port.service, port.port), port.reason.to_string());
    contract.unserved.iter().map(told).collect()
}

/// What a port must go with to be served beside another one.
struct Beside<'b> {
    file: &'b ServiceFile,
    documents: &'b [Document],
    /// The port whose backend is called.
    own: &'b Bound,
}

impl Beside<'_> {
    /// Errors: why `other` is not served.
    fn check(&self, other: &Bound) -> Result<(), NotBeside> {
        let front = self.file.fronts.soap.as_ref().ok_or(NotBeside::NoFront)?;
        if !other.is_of(&self.file.contract) {
            return Err(NotBeside::Service);
        }
        if !versions(front).has(other.version()) {
            return Err(NotBeside::Version(other.version()));
        }
        self.check_operations(&other.port)?;
        self.check_demands(front, &other.port)
    }

    fn check_operations(&self, other: &Port) -> Result<(), NotBeside> {
        // Those that nobody can be served are not missed.
        let served = |operation: &&Operation| !operation.callback && operation.refused.is_none();
        for operation in other.operations.iter().filter(served) {
            let (name, place) = (operation.name.clone(), place(self.documents, operation.origin));
            let Some(same) = named(&self.own.port, &name).filter(served) else {
                return Err(NotBeside::Operation { operation: name, own: self.own.name(), place });
            };
            if let Some(unlike) = unlike(operation, same) {
                return Err(NotBeside::Other { operation: name, own: self.own.name(), place, unlike });
            }
        }
        Ok(())
    }

    /// A front that does not do what clients of `other` rely on does not serve them.
    fn check_demands(&self, front: &FrontFile, other: &Port) -> Result<(), NotBeside> {
        let place = |demand: &Demand| place(self.documents, demand.origin);
        let own = demands::chosen(&self.own.port);
        let is_own = |demand: &&Demand| own.iter().any(|known| known.kind == demand.kind);
        let is_impossible = |demand: &&Demand| demand.kind.is_unsupported() || demand.kind.is_unknown();
        let demanded = demands::chosen(other);
        if let Some(demand) = demanded.iter().copied().filter(is_impossible).find(|demand| !is_own(demand)) {
            return Err(NotBeside::Demanded { demand: demand.kind.words(), place: place(demand) });
        }
        match (demands::addressing_of(&self.own.port), demands::addressing_of(other), front.addressing) {
            (None, Some((_, demand)), Some(FrontAddressingFile::Off)) => {
                Err(NotBeside::Addressed { place: place(demand) })
            }
            (Some(_), None, None) => Err(NotBeside::Unaddressed { own: self.own.name() }),
            _ => Ok(()),
        }
    }
}

fn named<'p>(port: &'p Port, name: &str) -> Option<&'p Operation> {
    port.operations.iter().find(|operation| *operation.name == *name)
}
