//! The ports of a contract: the one whose backend is called, and those that the SOAP front serves beside it, as they have the same
//! operations.

use std::sync::Arc;

use super::checker::Checker;
use super::convert::versions;
use super::demands;
use super::quick::{self, Quick};
use super::service::place;
use crate::limits::PORTS_BESIDE;
use crate::service::file::fronts::{FrontAddressingFile, FrontFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::{ContractFile, ServiceFile};
use crate::service::model::front::{Forms, SoapPlace};
use crate::service::model::ports::{OtherPort, Ports, ShownPort};
use crate::service::model::service::Unserved;
use crate::service::problem::{ContractProblem, FrontProblem, Near};
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
    /// Its messages are written otherwise.
    #[error(
        "its operation {operation} at {place} is written otherwise than that of {own}: {unlike}; a path of its own in \
         `fronts.soap.paths` serves it"
    )]
    Form { operation: Arc<str>, own: String, place: String, unlike: Unlike },
    /// There are too many.
    #[error("{PORTS_BESIDE} ports are served beside {own}, and no more")]
    Many { own: String },
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
    /// Those of `services` that are spoken over HTTP.
    fn all(services: Vec<Service>) -> Vec<Self> {
        let ports = services.into_iter().flat_map(|Service { name, ports }| {
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

/// The port whose backend is called, and what becomes of the others.
struct Chosen {
    own: Bound,
    ports: Ports,
    /// Those that are spoken in a form of their own.
    forms: Vec<Service>,
    /// Its operations that nobody can call: SOAP over HTTP has no way to call a client.
    callbacks: Vec<Operation>,
}

impl Chosen {
    /// The first of the ports `bound` that are named. Errors: there is none; those that there are.
    fn of(file: &ServiceFile, mut bound: Vec<Bound>, documents: &[Document]) -> Result<Self, Vec<Bound>> {
        let Some(at) = bound.iter().position(|bound| bound.is_meant(&file.contract)) else {
            return Err(bound);
        };
        let mut own = bound.remove(at);
        let (callbacks, operations) =
            std::mem::take(&mut own.port.operations).into_iter().partition(|operation| operation.callback);
        own.port.operations = operations;
        let beside = Beside { file, documents, own: &own };
        let met: Vec<_> = bound.into_iter().map(|other| (beside.check(&other), other)).collect();
        let mut serving = Serving::new(file, &own, &met);
        for (met, other) in met {
            let (name, origin) = (other.name(), Some(other.port.origin));
            if let Err(reason) = met.and_then(|meeting| serving.serve(meeting, other)) {
                serving.ports.others.push(OtherPort { name, reason: reason.to_string(), origin });
            }
        }
        let Serving { ports, actions, forms, .. } = serving;
        actions.iter().for_each(|port| own.take_actions(port));
        Ok(Self { own, ports, forms, callbacks })
    }
}

/// How a port that has the operations of another one goes with it.
enum Meeting {
    /// Its messages are the same.
    Alike,
    /// They are written otherwise; why it could not be served if there were no way to tell.
    Form(NotBeside),
}

/// Serves one port after the other beside the one whose backend is called.
struct Serving<'s> {
    file: &'s ServiceFile,
    ports: Ports,
    /// The versions that are spoken at the path of the front in a form that is there already.
    spoken: Vec<Version>,
    /// Ports whose actions are those of the first one, too.
    actions: Vec<Port>,
    /// Ports that are spoken in a form of their own.
    forms: Vec<Service>,
}

impl<'s> Serving<'s> {
    fn new(file: &'s ServiceFile, own: &Bound, met: &[(Result<Meeting, NotBeside>, Bound)]) -> Self {
        let alike = met.iter().filter(|(met, _)| matches!(met, Ok(Meeting::Alike)));
        let spoken = alike.map(|(_, other)| other.version()).chain([own.version()]).collect();
        let ports = Ports { served: own.name(), ..Ports::default() };
        let mut serving = Self { file, ports, spoken, actions: Vec::new(), forms: Vec::new() };
        if file.fronts.soap.as_ref().is_none_or(|front| versions(front).has(own.version())) {
            serving.show(own, None);
        }
        serving
    }

    /// Serves `other`. Errors: nothing would tell its messages from those of another port.
    fn serve(&mut self, meeting: Meeting, other: Bound) -> Result<(), NotBeside> {
        if self.ports.beside.len() >= PORTS_BESIDE {
            return Err(NotBeside::Many { own: self.ports.served.clone() });
        }
        let form = match meeting {
            Meeting::Alike => None,
            Meeting::Form(reason) => Some(self.form(reason, &other)?),
        };
        self.ports.beside.push(other.name());
        self.show(&other, form);
        match form {
            None => self.actions.push(other.port),
            Some(_) => self.forms.push(Service { name: other.service, ports: vec![other.port] }),
        }
        Ok(())
    }

    /// The position of the form of `other`, which is the next one.
    fn form(&mut self, reason: NotBeside, other: &Bound) -> Result<usize, NotBeside> {
        let (version, position) = (other.version(), self.forms.len());
        if !self.spoken.contains(&version) {
            self.spoken.push(version);
            self.ports.forms.set(version, position);
        } else if self.own_path(other).is_none() {
            return Err(reason);
        }
        Ok(position)
    }

    fn own_path(&self, of: &Bound) -> Option<&'s String> {
        self.file.fronts.soap.as_ref()?.paths.get(&*of.port.name)
    }

    fn show(&mut self, port: &Bound, form: Option<usize>) {
        let own =
            self.own_path(port).map(|path| SoapPlace { path: path.as_str().into(), forms: Forms::all(form) });
        self.ports.shown.push(ShownPort { name: port.name(), origin: port.port.origin, form, own });
    }
}

/// The ports of `contract` as a service with both fronts would serve them that names no port, and perhaps a `service`; nothing where there is
/// none that could be served.
pub fn served_ports(contract: &Contract, service: Option<&str>) -> Option<Ports> {
    let quick = Quick { service: service.map(str::to_owned), ..Quick::default() };
    let file = quick::file(&quick, contract);
    let chosen = Chosen::of(&file, Bound::all(contract.services.clone()), &contract.documents);
    // Whoever wants to serve it is told which ports there are.
    let Chosen { mut ports, .. } = chosen.ok()?;
    ports.others.extend(unserved(contract));
    Some(ports)
}

/// What is at `path` beside the port `name`; nothing where it has the path for itself. Of two ports the second one is told.
fn at_path(file: &ServiceFile, name: &str, path: &str) -> Option<String> {
    let fronts = &file.fronts;
    let soap = fronts.soap.as_ref()?;
    let mut before = soap.paths.iter().take_while(|(known, _)| *known != name);
    if let Some((other, _)) = before.find(|(_, known)| *known == path) {
        return Some(format!("the port `{other}`"));
    }
    let own = match &soap.path {
        Some(path) => path.clone(),
        None => format!("/soap/{}", file.service),
    };
    let mcp = fronts.mcp.as_ref().and_then(|front| front.path.as_deref());
    if own == path {
        return Some("the SOAP front itself".to_owned());
    }
    (mcp == Some(path)).then(|| "the front `mcp`".to_owned())
}

impl Checker<'_> {
    /// Keeps one port: the first of those that are named.
    pub(super) fn select(&mut self, file: &ServiceFile, contract: &mut Contract) -> Ports {
        let bound = Bound::all(std::mem::take(&mut contract.services));
        let Chosen { own, mut ports, forms, callbacks } = match Chosen::of(file, bound, &contract.documents) {
            Ok(chosen) => chosen,
            Err(bound) => {
                self.no_port(file, &bound, contract);
                return Ports::default();
            }
        };
        self.unserved.extend(callbacks.iter().map(|operation| Unserved {
            name: operation.name.clone(),
            reason: "the service calls the client, which SOAP over HTTP cannot".to_owned(),
            place: place(&contract.documents, operation.origin),
        }));
        ports.others.extend(unserved(contract));
        contract.services = vec![Service { name: own.service, ports: vec![own.port] }];
        contract.beside = forms;
        self.place_ports(file, &ports);
        ports
    }

    /// The paths of the SOAP front.
    fn place_ports(&mut self, file: &ServiceFile, ports: &Ports) {
        let own = SoapPlace { forms: ports.forms, ..SoapPlace::default() };
        self.places =
            std::iter::once(own).chain(ports.shown.iter().filter_map(|port| port.own.clone())).collect();
        let Some(front) = &file.fronts.soap else { return };
        for (name, path) in &front.paths {
            let at = KeyPath::of("fronts.soap.paths").key(name);
            let is_it = |known: &str| known.split_once('/').is_some_and(|(_, port)| port == *name);
            if !self.places.iter().any(|place| *place.path == **path) {
                let not_served = ports.others.iter().find(|known| is_it(&known.name));
                let reason = match not_served {
                    Some(OtherPort { reason, .. }) => reason.clone(),
                    None if is_it(&ports.served) => {
                        "its version is not one of `fronts.soap.versions`".to_owned()
                    }
                    None => "the contract has no such port".to_owned(),
                };
                self.problem(&at.name(), FrontProblem::UnservedPort { reason });
            }
            if let Some(by) = at_path(file, name, path) {
                self.problem(&at, FrontProblem::PathTwice { by });
            }
            self.check_path(&at, path);
        }
    }

    /// Notes that none of the ports `bound` is the one that is named.
    fn no_port(&mut self, file: &ServiceFile, bound: &[Bound], contract: &Contract) {
        let (at, unserved) = (KeyPath::of("contract"), unserved(contract));
        let (service, port) = (file.contract.service.as_deref(), file.contract.port.as_deref());
        let names: Vec<String> =
            bound.iter().map(Bound::name).chain(unserved.iter().map(|port| port.name.clone())).collect();
        let names = names.iter().filter_map(|name| name.split_once('/'));
        let (at, near) = match (port, service) {
            (Some(port), _) => (at.key("port"), Near::of(port, names.map(|(_, port)| port))),
            (None, Some(service)) => {
                (at.key("service"), Near::of(service, names.map(|(service, _)| service)))
            }
            (None, None) => (at.key("wsdl"), Near::default()),
        };
        let unserved = unserved.iter().map(|port| format!("{} ({})", port.name, port.reason));
        let all: Vec<String> = bound.iter().map(Bound::name).chain(unserved).collect();
        let known = if all.is_empty() { "no SOAP port at all".to_owned() } else { all.join(", ") };
        self.problem(&at, ContractProblem::NoSuchPort { near, known });
    }
}

/// The ports of `contract` that nothing could serve, each with the reason.
fn unserved(contract: &Contract) -> Vec<OtherPort> {
    let told = |port: &crate::wsdl::Unserved| {
        let name = format!("{}/{}", port.service, port.port);
        OtherPort { name, reason: port.reason.to_string(), origin: None }
    };
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
    /// How `other` goes with the port whose backend is called. Errors: why it is not served.
    fn check(&self, other: &Bound) -> Result<Meeting, NotBeside> {
        let front = self.file.fronts.soap.as_ref().ok_or(NotBeside::NoFront)?;
        if !other.is_of(&self.file.contract) {
            return Err(NotBeside::Service);
        }
        if !versions(front).has(other.version()) {
            return Err(NotBeside::Version(other.version()));
        }
        let meeting = self.check_operations(&other.port)?;
        self.check_demands(front, &other.port)?;
        Ok(meeting)
    }

    fn check_operations(&self, other: &Port) -> Result<Meeting, NotBeside> {
        let mut meeting = Meeting::Alike;
        // Those that nobody can be served are not missed.
        let served = |operation: &&Operation| !operation.callback && operation.refused.is_none();
        for operation in other.operations.iter().filter(served) {
            let (name, place) = (operation.name.clone(), place(self.documents, operation.origin));
            let Some(same) = named(&self.own.port, &name).filter(served) else {
                return Err(NotBeside::Operation { operation: name, own: self.own.name(), place });
            };
            let unlike = unlike(operation, same);
            let (operation, own) = (name, self.own.name());
            match unlike {
                None => {}
                Some(unlike) if unlike.is_form() => {
                    meeting = Meeting::Form(NotBeside::Form { operation, own, place, unlike });
                }
                Some(unlike) => return Err(NotBeside::Other { operation, own, place, unlike }),
            }
        }
        Ok(meeting)
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
