//! Services, ports and operations: WSDL 1.1 sections 2.4 to 2.7 and 3.

use std::collections::HashMap;
use std::sync::Arc;

use super::load::{Definitions, Place, find};
use super::messages;
use super::model::{Binding, Message, Operation, OperationFault, Port, Service, SoapVersion, Style};
use super::overloads::{self, Placed};
use crate::xml::{Diagnostic, QName, Severity, ns};
use crate::xsd::Schema;

/// The services of a contract, and what is wrong with them.
pub(super) fn services(definitions: &Definitions, schema: &Schema) -> (Vec<Service>, Vec<Diagnostic>) {
    let mut builder = Builder { definitions, schema, diagnostics: Vec::new() };
    let mut services: Vec<Service> =
        definitions.services.iter().map(|(name, place)| builder.service(name, place)).collect();
    if services.iter().all(|service| service.ports.is_empty()) {
        services.extend(builder.unserved());
    }
    (services, builder.diagnostics)
}

pub(super) struct Builder<'b> {
    pub(super) definitions: &'b Definitions,
    pub(super) schema: &'b Schema,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The two halves of an operation.
pub(super) struct Halves {
    pub(super) abstract_half: Place,
    pub(super) concrete: Place,
    pub(super) soap: &'static str,
    pub(super) style: Style,
    pub(super) name: Arc<str>,
}

impl Builder<'_> {
    /// The QName in the attribute `name` of `place`; without a namespace, and reported, when its prefix is not declared.
    pub(super) fn reference(&mut self, place: &Place, name: &str) -> Option<QName> {
        let lexical = place.attribute(name)?;
        if let Some(found) = place.qname(name) {
            return Some(found);
        }
        let message = format!("the prefix of {lexical} is not declared");
        self.report(place.diagnostic("WSDL0106", Severity::Error, message));
        Some(QName::new(ns::NONE_URI, lexical.rsplit(':').next().unwrap_or(lexical).trim()))
    }

    /// Keeps `problem`, once: several ports may share what has it.
    pub(super) fn report(&mut self, problem: Diagnostic) {
        if !self.diagnostics.contains(&problem) && self.diagnostics.len() < MOST {
            self.diagnostics.push(problem);
        }
    }

    fn service(&mut self, name: &QName, place: &Place) -> Service {
        let ports = place.wsdl_children("port").filter_map(|port| self.port(&port)).collect();
        Service { name: name.clone(), ports }
    }

    fn port(&mut self, port: &Place) -> Option<Port> {
        let name: Arc<str> = port.attribute("name").unwrap_or("").trim().into();
        let binding_name = self.reference(port, "binding")?;
        let Some(binding) = find(&self.definitions.bindings, &binding_name) else {
            let message = format!("there is no binding {binding_name}");
            self.report(port.diagnostic("WSDL0101", Severity::Error, message));
            return None;
        };
        let address = port.children().find(|child| child.local() == "address");
        let address = address.and_then(|address| address.attribute("location").map(Arc::from));
        self.bound(name, &binding_name, &binding.clone(), address)
    }

    /// Documents without a service, whose endpoint comes from the caller: a service per SOAP binding.
    fn unserved(&mut self) -> Vec<Service> {
        let names = self.definitions.binding_order.clone();
        let service = |name: &QName| {
            let binding = self.definitions.bindings.get(name)?.clone();
            let port = self.bound(name.local.clone(), name, &binding, None)?;
            Some(Service { name: name.clone(), ports: vec![port] })
        };
        names.iter().filter_map(service).collect()
    }

    fn bound(
        &mut self,
        name: Arc<str>,
        binding_name: &QName,
        binding: &Place,
        address: Option<Arc<str>>,
    ) -> Option<Port> {
        let soap = binding
            .children()
            .find(|child| soap_version(child.namespace()).is_some() && child.local() == "binding");
        let Some(soap) = soap else {
            let message = format!("port {name} has no SOAP binding and is passed over");
            self.report(binding.diagnostic("WSDL0102", Severity::Note, message));
            return None;
        };
        let (version, namespace) = soap_version(soap.namespace())?;
        let style = style(soap.attribute("style")).unwrap_or(Style::Document);
        let port_type_name = self.reference(binding, "type")?;
        let Some(port_type) = find(&self.definitions.port_types, &port_type_name) else {
            let message = format!("there is no port type {port_type_name}");
            self.report(binding.diagnostic("WSDL0103", Severity::Error, message));
            return None;
        };
        let declared = by_name(port_type);
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut operations = Vec::new();
        for half in binding.wsdl_children("operation") {
            let name = half.attribute("name").unwrap_or("").trim().to_owned();
            let same = declared.get(&name).map_or(&[][..], Vec::as_slice);
            let nth = seen.entry(name).or_default();
            let operation = self.operation(same, &half, *nth, namespace, style);
            operations.extend(operation.map(|operation| Placed { operation, place: half.clone() }));
            *nth += 1;
        }
        let operations = overloads::told_apart(self, operations);
        Some(Port { name, binding: Binding { name: binding_name.clone(), version }, address, operations })
    }

    fn operation(
        &mut self,
        same: &[Place],
        concrete: &Place,
        nth: usize,
        soap: &'static str,
        style_of_binding: Style,
    ) -> Option<Operation> {
        let name: Arc<str> = concrete.attribute("name")?.trim().into();
        let Some(abstract_half) = abstract_half(same, concrete, nth) else {
            let message = format!("the port type has no operation {name}");
            return Some(refused(name, concrete, concrete.diagnostic("WSDL0104", Severity::Error, message)));
        };
        let extension =
            concrete.children().find(|child| child.namespace() == soap && child.local() == "operation");
        let own_style = extension.as_ref().and_then(|extension| style(extension.attribute("style")));
        let action =
            extension.as_ref().and_then(|extension| extension.attribute("soapAction").map(Arc::from));
        let halves = Halves {
            abstract_half,
            concrete: concrete.clone(),
            soap,
            style: own_style.unwrap_or(style_of_binding),
            name,
        };
        Some(self.joined(&halves, action))
    }

    fn joined(&mut self, halves: &Halves, action: Option<Arc<str>>) -> Operation {
        let kinds: Vec<String> = halves
            .abstract_half
            .children()
            .map(|child| child.local().to_owned())
            .filter(|kind| matches!(kind.as_str(), "input" | "output"))
            .collect();
        let callback = kinds.first().is_none_or(|first| first == "output");
        if callback {
            let message = "the service calls the client (notification or solicit-response), which SOAP over HTTP cannot; its messages can be converted";
            self.report(halves.abstract_half.diagnostic("WSDL0105", Severity::Warning, message.to_owned()));
        }
        let (input, output) =
            (messages::message(self, halves, "input"), messages::message(self, halves, "output"));
        let documentation = halves.abstract_half.wsdl_children("documentation").next();
        let documentation = documentation.map(|place| place.tree.element(place.element).text.trim().into());
        let faults = halves.abstract_half.wsdl_children("fault").collect::<Vec<_>>();
        let faults = faults.iter().filter_map(|fault| self.fault(fault)).collect();
        let (name, style, origin) = (halves.name.clone(), halves.style, halves.concrete.origin());
        Operation {
            name,
            input_name: input_name(halves, input.as_ref()),
            style,
            action,
            input,
            output,
            callback,
            faults,
            documentation,
            refused: None,
            origin,
        }
    }

    fn fault(&mut self, fault: &Place) -> Option<OperationFault> {
        let name = fault.attribute("name").unwrap_or("").trim().into();
        let message = find(&self.definitions.messages, &self.reference(fault, "message")?)?;
        let part = message.wsdl_children("part").next();
        let part = part.map(|part| messages::part(self, &part));
        Some(OperationFault { name, part })
    }
}

/// An operation that is in the binding alone.
fn refused(name: Arc<str>, concrete: &Place, reason: Diagnostic) -> Operation {
    Operation {
        name,
        input_name: None,
        style: Style::Document,
        action: None,
        input: None,
        output: None,
        callback: false,
        faults: Vec::new(),
        documentation: None,
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
fn by_name(port_type: &Place) -> HashMap<String, Vec<Place>> {
    let mut out: HashMap<String, Vec<Place>> = HashMap::new();
    for operation in port_type.wsdl_children("operation") {
        let name = operation.attribute("name").unwrap_or("").trim().to_owned();
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

fn soap_version(namespace: &str) -> Option<(SoapVersion, &'static str)> {
    match namespace {
        ns::WSDL_SOAP11_URI => Some((SoapVersion::V11, ns::WSDL_SOAP11_URI)),
        ns::WSDL_SOAP12_URI => Some((SoapVersion::V12, ns::WSDL_SOAP12_URI)),
        _ => None,
    }
}

fn style(value: Option<&str>) -> Option<Style> {
    match value? {
        "document" => Some(Style::Document),
        "rpc" => Some(Style::Rpc),
        _ => None,
    }
}

/// Problems after the first so many are not collected.
const MOST: usize = 1000;
