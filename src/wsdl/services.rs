//! Services, ports and operations: WSDL 1.1 sections 2.4 to 2.7 and 3.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::addressing;
use super::definitions::{Definitions, find};
use super::demand::Demands;
use super::joiner::{Halves, Joiner};
use super::messages;
use super::model::{
    Binding, Message, Operation, OperationFault, Port, Service, SoapVersion, Style, Unserved,
};
use super::overloads::{self, Placed};
use super::place::Place;
use super::problem::{OtherBinding, Problem};
use crate::xml::{Diagnostic, QName, ns};
use crate::xsd::{Missing, Origin, Schema};

/// What becomes of the definitions of a contract.
pub(super) struct Joined {
    pub(super) services: Vec<Service>,
    pub(super) unserved: Vec<Unserved>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The services of a contract, and what is wrong with them.
pub(super) fn services(definitions: &Definitions, schema: &Schema, missing: &mut Missing) -> Joined {
    let mut joiner = Joiner::new(definitions, schema, missing);
    let mut services: Vec<Service> =
        definitions.services.iter().map(|(name, place)| joiner.service(name, place)).collect();
    if services.iter().all(|service| service.ports.is_empty()) {
        services.extend(joiner.without_service());
    }
    Joined { services, unserved: joiner.unserved, diagnostics: joiner.diagnostics }
}

impl Joiner<'_> {
    fn service(&mut self, name: &QName, place: &Place) -> Service {
        let mut ports: Vec<Port> = Vec::new();
        for port in place.wsdl_children("port") {
            let Some(mut served) = self.port(&name.local, &port) else { continue };
            let policies = &self.definitions.policies;
            let around = [policies.attached(place), policies.attached(&port), served.demands];
            served.demands = Demands::all(around);
            ports.push(served);
        }
        Service { name: name.clone(), ports }
    }

    fn port(&mut self, service: &Arc<str>, port: &Place) -> Option<Port> {
        let name: Arc<str> = port.name("name").into();
        let binding_name = self.required(port, "binding")?;
        let Some(binding) = find(&self.definitions.bindings, &binding_name) else {
            let problem = Problem::UnknownBinding(binding_name.clone());
            self.missing(port, &binding_name, &problem);
            self.unserved.push(Unserved {
                service: service.clone(),
                port: name,
                reason: problem.to_string().into(),
            });
            return None;
        };
        let address = port.children().find(|child| child.local() == "address");
        let address = address.and_then(|address| address.attribute("location").map(Arc::from));
        let endpoint = Endpoint { service: service.clone(), name, address, origin: port.origin() };
        self.bound(endpoint, &binding_name, &binding.clone())
    }

    /// Documents without a service, whose endpoint comes from the caller: a service per SOAP binding.
    fn without_service(&mut self) -> Vec<Service> {
        let names = self.definitions.binding_order.clone();
        let service = |name: &QName| {
            let binding = self.definitions.bindings.get(name)?.clone();
            let (service, own) = (name.local.clone(), name.local.clone());
            let endpoint = Endpoint { service, name: own, address: None, origin: binding.origin() };
            let port = self.bound(endpoint, name, &binding)?;
            Some(Service { name: name.clone(), ports: vec![port] })
        };
        names.iter().filter_map(service).collect()
    }

    fn bound(&mut self, endpoint: Endpoint, binding_name: &QName, binding: &Place) -> Option<Port> {
        let Endpoint { service, name, address, origin } = endpoint;
        let not_served = |joiner: &mut Self, place: &Place, problem: Problem, reason: String| {
            joiner.report(place, &problem);
            let (service, port, reason) = (service.clone(), name.clone(), reason.into());
            joiner.unserved.push(Unserved { service, port, reason });
        };
        let soap = binding
            .children()
            .find(|child| soap_version(child.namespace()).is_some() && child.local() == "binding");
        let Some(soap) = soap else {
            let kind = other_binding(binding);
            let problem = Problem::NoSoap { port: name.to_string(), kind };
            not_served(self, binding, problem, format!("it has {kind}"));
            return None;
        };
        let transport = soap.attribute("transport").map_or("", str::trim);
        let elsewhere = !is_http(transport);
        if elsewhere {
            let problem = Problem::Transport { port: name.to_string(), transport: transport.to_owned() };
            not_served(self, &soap, problem, format!("its transport is {transport}, and not HTTP"));
        }
        let (version, namespace) = soap_version(soap.namespace())?;
        // Document is the default (section 3.3).
        let style = self.style(&soap).unwrap_or(Style::Document);
        let port_type_name = self.required(binding, "type")?;
        let Some(port_type) = find(&self.definitions.port_types, &port_type_name) else {
            let problem = Problem::UnknownPortType(port_type_name.clone());
            self.missing(binding, &port_type_name, &problem);
            let reason = problem.to_string().into();
            self.unserved.push(Unserved { service, port: name, reason });
            return None;
        };
        let policies = &self.definitions.policies;
        let demands = Demands::all([policies.attached(binding), policies.attached(port_type)]);
        let operations = self.operations(binding, port_type, Soap { namespace, style });
        let binding = Binding { name: binding_name.clone(), version };
        Some(Port { name, binding, address, elsewhere, demands, operations, origin })
    }

    fn operations(&mut self, binding: &Place, port_type: &Place, soap: Soap) -> Vec<Operation> {
        let declared = by_name(port_type);
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut operations = Vec::new();
        for place in binding.wsdl_children("operation") {
            let name = place.name("name");
            if name.is_empty() {
                self.report(&place, &Problem::Nameless("an operation"));
                continue;
            }
            let same = declared.get(name).map_or(&[][..], Vec::as_slice);
            let nth = seen.entry(name.to_owned()).or_default();
            let half = abstract_half(same, &place, *nth);
            *nth += 1;
            operations.push(Placed { operation: self.operation(half, &place, soap), place });
        }
        for (name, same) in declared {
            // Those that the binding has are told with their own names.
            if let Some(second) =
                same.get(1).filter(|_| seen.get(&name).is_none_or(|bound| *bound < same.len()))
            {
                self.report(second, &Problem::OverloadedUnbound(name));
            }
        }
        overloads::told_apart(self, operations)
    }

    fn operation(&mut self, abstract_half: Option<Place>, concrete: &Place, soap: Soap) -> Operation {
        let name: Arc<str> = concrete.name("name").into();
        let Some(abstract_half) = abstract_half else {
            let reason = concrete.diagnostic(&Problem::OnlyBound(name.to_string()));
            return refused(name, concrete, reason);
        };
        let is = |child: &Place| child.namespace() == soap.namespace && child.local() == "operation";
        let extension = concrete.children().find(is);
        let own_style = extension.as_ref().and_then(|extension| self.style(extension));
        let action =
            extension.as_ref().and_then(|extension| extension.attribute("soapAction").map(Arc::from));
        // What the binding says is for operations that say nothing (section 3.4).
        let (concrete, style) = (concrete.clone(), own_style.unwrap_or(soap.style));
        let halves = Halves { abstract_half, concrete, soap: soap.namespace, style, name };
        self.joined(&halves, action)
    }

    /// The `style` of a SOAP extension; nothing where it says none.
    fn style(&mut self, extension: &Place) -> Option<Style> {
        match extension.attribute("style")?.trim() {
            "document" => Some(Style::Document),
            "rpc" => Some(Style::Rpc),
            other => {
                self.report(extension, &Problem::Style(other.to_owned()));
                None
            }
        }
    }

    fn joined(&mut self, halves: &Halves, action: Option<Arc<str>>) -> Operation {
        let kinds: Vec<String> = halves
            .abstract_half
            .children()
            .map(|child| child.local().to_owned())
            .filter(|kind| matches!(kind.as_str(), "input" | "output"))
            .collect();
        let callback = kinds.first().is_none_or(|first| first == "output");
        self.reasons.clear();
        if callback {
            self.report(&halves.abstract_half, &Problem::Callback);
        }
        let (input, output) =
            (messages::message(self, halves, "input"), messages::message(self, halves, "output"));
        let documentation = halves.abstract_half.wsdl_children("documentation").next();
        let documentation = documentation.map(|place| place.tree.element(place.element).text.trim().into());
        let faults = halves.abstract_half.wsdl_children("fault").collect::<Vec<_>>();
        let faults = faults.iter().filter_map(|fault| self.fault(&halves.abstract_half, fault)).collect();
        let (name, style, origin) = (halves.name.clone(), halves.style, halves.concrete.origin());
        Operation {
            name,
            input_name: input_name(halves, input.as_ref()),
            style,
            addressing: addressing::action(&halves.abstract_half, action.as_deref()),
            answer_action: addressing::answer(&halves.abstract_half),
            action,
            other_actions: Vec::new(),
            input,
            output,
            callback,
            faults,
            documentation,
            unchecked: std::mem::take(&mut self.reasons),
            demands: self.demands(halves),
            refused: self.take_refusal(),
            origin,
        }
    }

    /// What policies of the operation and of its request demand (WS-PolicyAttachment, sections 4.1.3 and 4.1.4).
    fn demands(&mut self, halves: &Halves) -> Demands {
        let inputs = [&halves.abstract_half, &halves.concrete].map(|half| half.wsdl_children("input").next());
        let message = inputs.iter().flatten().find_map(|input| input.qname("message"));
        let message = message.and_then(|name| find(&self.definitions.messages, &name));
        let operation = [&halves.abstract_half, &halves.concrete].into_iter();
        let places = operation.chain(inputs.iter().flatten()).chain(message);
        Demands::all(places.map(|place| self.definitions.policies.attached(place)))
    }

    fn fault(&mut self, half: &Place, fault: &Place) -> Option<OperationFault> {
        let (name, action) = (fault.name("name").into(), addressing::fault(half, fault));
        let message_name = self.required(fault, "message")?;
        let Some(message) = find(&self.definitions.messages, &message_name) else {
            self.missing(fault, &message_name, &Problem::NoMessage("fault"));
            return Some(OperationFault { name, action, part: None });
        };
        let part = message.wsdl_children("part").next();
        let part = part.map(|part| messages::part(self, &part));
        Some(OperationFault { name, action, part })
    }
}

/// What a port says of itself.
struct Endpoint {
    /// The service that it belongs to.
    service: Arc<str>,
    name: Arc<str>,
    address: Option<Arc<str>>,
    /// Where it was written.
    origin: Origin,
}

/// What a binding says of all its operations.
#[derive(Clone, Copy)]
struct Soap {
    /// The namespace of its extensions.
    namespace: &'static str,
    style: Style,
}

/// An operation that is in the binding alone.
fn refused(name: Arc<str>, concrete: &Place, reason: Diagnostic) -> Operation {
    Operation {
        name,
        input_name: None,
        style: Style::Document,
        addressing: Arc::default(),
        answer_action: Arc::default(),
        action: None,
        other_actions: Vec::new(),
        input: None,
        output: None,
        callback: false,
        faults: Vec::new(),
        documentation: None,
        unchecked: Vec::new(),
        demands: Demands::default(),
        refused: Some(reason),
        origin: concrete.origin(),
    }
}

/// The name of the input (section 2.4.5), or where it has none that of its message.
fn input_name(halves: &Halves, input: Option<&Message>) -> Option<Arc<str>> {
    let half = halves.abstract_half.wsdl_children("input").next()?;
    let named = half.attribute("name").map(str::trim).filter(|name| !name.is_empty());
    named.map(Arc::from).or_else(|| input.map(|message| message.name.local.clone()))
}

/// The operations of a port type by name; overloaded ones share it.
fn by_name(port_type: &Place) -> BTreeMap<String, Vec<Place>> {
    let mut out: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for operation in port_type.wsdl_children("operation") {
        let name = operation.name("name").to_owned();
        out.entry(name).or_default().push(operation);
    }
    out
}

/// The port type operation of a binding operation, of those of `same` name. Overloaded ones are told apart by the names of
/// their input and output, else by their place.
fn abstract_half(same: &[Place], concrete: &Place, nth: usize) -> Option<Place> {
    let label = |place: &Place, side: &str| {
        place.wsdl_children(side).next().and_then(|half| half.attribute("name").map(str::to_owned))
    };
    let alike = |operation: &&Place| {
        ["input", "output"]
            .iter()
            .all(|side| label(concrete, side).is_none() || label(concrete, side) == label(operation, side))
    };
    let mut matching = same.iter().filter(alike);
    let first = matching.next();
    match (first, matching.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => same.get(nth).or_else(|| same.first()).cloned(),
    }
}

/// What a binding is that is not one of SOAP.
fn other_binding(binding: &Place) -> OtherBinding {
    let http = binding.children().find(|child| child.namespace() == HTTP && child.local() == "binding");
    match http.as_ref().map(|http| http.name("verb")) {
        Some("GET") => OtherBinding::Get,
        Some(_) => OtherBinding::Post,
        None => OtherBinding::Unknown,
    }
}

/// The namespace of the HTTP binding.
const HTTP: &str = "http://schemas.xmlsoap.org/wsdl/http/";

/// Whether `transport` is HTTP, as either version of SOAP calls it. A binding that says nothing is taken for one.
fn is_http(transport: &str) -> bool {
    let known = ["", "http://schemas.xmlsoap.org/soap/http", "http://www.w3.org/2003/05/soap/bindings/HTTP"];
    known.contains(&transport.trim_end_matches('/'))
}

fn soap_version(namespace: &str) -> Option<(SoapVersion, &'static str)> {
    match namespace {
        ns::WSDL_SOAP11_URI => Some((SoapVersion::V11, ns::WSDL_SOAP11_URI)),
        ns::WSDL_SOAP12_URI => Some((SoapVersion::V12, ns::WSDL_SOAP12_URI)),
        _ => None,
    }
}
