//! Ports, operations and their messages: which are one, and what a binding says of them.

use super::breach::{Effect, Way};
use super::change::{Change, Pair, Side};
use super::kinds::{self, Kind};
use super::place::{Anchor, Finder, Spot};
use super::ports::{Compiled, OperationAt, PortAt, renamed, spot};
use crate::plan::{ElementIx, FaultPlan, MessagePlan};
use crate::wsdl::{Body, Encoding, Message};
use crate::xsd::Origin;

/// A change of an operation or a port.
pub(super) struct OfOperation<'c> {
    pub(super) change: Change<'c>,
    pub(super) way: Way,
    /// The operation; nothing for a port.
    pub(super) operation: Option<String>,
}

/// Two elements of messages that are compared.
pub(super) struct Start<'c> {
    pub(super) elements: Pair<ElementIx>,
    pub(super) anchors: Pair<Anchor<'c>>,
    pub(super) way: Way,
    pub(super) operation: String,
    /// Where the element is in the message.
    pub(super) pointer: &'static str,
}

/// What differs between the ports and operations of two contracts.
pub(super) struct Operations<'c> {
    sides: Pair<Side<'c>>,
    pub(super) found: Vec<OfOperation<'c>>,
    pub(super) starts: Vec<Start<'c>>,
}

impl<'c> Operations<'c> {
    pub(super) fn of(contracts: Pair<Compiled<'c>>) -> Self {
        let sides = Pair { old: contracts.old.side(), new: contracts.new.side() };
        let mut own = Self { sides, found: Vec::new(), starts: Vec::new() };
        let (old, mut new) = (contracts.old.ports(), contracts.new.ports());
        let mut left = Vec::new();
        let mut pairs = Vec::new();
        for was in old {
            match new.iter().position(|is| is.name() == was.name()) {
                Some(at) => pairs.push(Pair { old: was, new: new.remove(at) }),
                None => left.push(was),
            }
        }
        for was in left {
            match renamed(was, &new) {
                Some(at) => {
                    let is = new.remove(at);
                    let what = format!("the port {} was called {}", is.name(), was.name());
                    own.port(&kinds::PORT_RENAMED, what, Pair { old: was.spot(), new: is.spot() });
                    pairs.push(Pair { old: was, new: is });
                }
                None => own.lost(was, contracts.new),
            }
        }
        for is in new {
            let what = format!("the port {} is new", is.name());
            own.port(
                &kinds::PORT_ADDED,
                what,
                Pair { old: Spot::new(Anchor::at(Origin::default())), new: is.spot() },
            );
        }
        pairs.into_iter().for_each(|pair| own.ports(pair));
        own
    }

    fn port(&mut self, kind: &'static Kind, what: String, at: Pair<Spot<'c>>) {
        self.found.push(OfOperation {
            change: Change::new(kind, what, at),
            way: Way::Request,
            operation: None,
        });
    }

    /// A port that is gone: its operations may be in another one.
    fn lost(&mut self, was: PortAt<'c>, new: Compiled<'c>) {
        let gone = Pair { old: was.spot(), new: Spot::new(Anchor::at(Origin::default())) };
        self.port(&kinds::PORT_REMOVED, format!("the port {} is gone", was.name()), gone.clone());
        for operation in was.operations() {
            if new.plan.operations().iter().all(|known| known.name != operation.plan.name) {
                let what = format!("the operation {} is gone", operation.plan.name);
                self.operation(
                    operation,
                    Change::new(&kinds::OPERATION_REMOVED, what, gone.clone()),
                    Way::Request,
                );
            }
        }
    }

    fn operation(&mut self, of: OperationAt<'c>, change: Change<'c>, way: Way) {
        self.found.push(OfOperation { change, way, operation: Some(of.plan.name.to_string()) });
    }

    fn ports(&mut self, ports: Pair<PortAt<'c>>) {
        let at = || Pair { old: ports.old.spot(), new: ports.new.spot() };
        if ports.old.port.address != ports.new.port.address {
            self.port(
                &kinds::ADDRESS,
                format!("the address of the port {} is another one", ports.new.name()),
                at(),
            );
        }
        if ports.old.port.binding.version != ports.new.port.binding.version {
            let what = format!("the port {} has another version of SOAP", ports.new.name());
            self.port(&kinds::SOAP_VERSION, what, at());
        }
        let mut new: Vec<OperationAt<'c>> = ports.new.operations().collect();
        for was in ports.old.operations() {
            match new.iter().position(|is| is.plan.name == was.plan.name) {
                Some(at) => self.operations(Pair { old: was, new: new.remove(at) }),
                None => {
                    let what = format!("the operation {} is gone", was.plan.name);
                    let at = Pair { old: spot(was), new: ports.new.spot() };
                    self.operation(was, Change::new(&kinds::OPERATION_REMOVED, what, at), Way::Request);
                }
            }
        }
        for is in new {
            let what = format!("the operation {} is new", is.plan.name);
            let at = Pair { old: ports.old.spot(), new: spot(is) };
            self.operation(is, Change::new(&kinds::OPERATION_ADDED, what, at), Way::Request);
        }
    }

    fn operations(&mut self, of: Pair<OperationAt<'c>>) {
        let Pair { old, new } = of;
        let at = Pair { old: spot(old), new: spot(new) };
        let name = &new.plan.name;
        let mut told = |kind: &'static Kind, what: &str| {
            let change = Change::new(kind, format!("{what} of {name}"), at.clone());
            self.operation(new, change, Way::Request);
        };
        if old.plan.action != new.plan.action {
            told(&kinds::ACTION, "the soapAction");
        }
        if old.plan.addressing != new.plan.addressing {
            told(&kinds::ADDRESSING, "the action of WS-Addressing");
        }
        if old.plan.style != new.plan.style {
            told(&kinds::STYLE, "the style");
        }
        if old.plan.unchecked.is_empty() && !new.plan.unchecked.is_empty() {
            told(&kinds::UNCHECKED, "something is not checked");
        }
        self.messages(of, Way::Request);
        self.messages(of, Way::Response);
        self.faults(of);
    }

    fn messages(&mut self, of: Pair<OperationAt<'c>>, way: Way) {
        let message = |of: OperationAt<'c>| match way {
            Way::Request => Some(&of.plan.input),
            Way::Response => of.plan.output.as_ref(),
        };
        let declared = |of: OperationAt<'c>| match way {
            Way::Request => of.declared.input.as_ref(),
            Way::Response => of.declared.output.as_ref(),
        };
        let spots = Pair { old: spot(of.old), new: spot(of.new) };
        let (old, new) = match (message(of.old), message(of.new)) {
            (Some(old), Some(new)) => (old, new),
            (None, None) => return,
            (was, _) => {
                let effect = kinds::ONE_WAY.effect;
                let (how, ways) = match was {
                    None => ("has a response", effect.xml),
                    Some(_) => ("has no response any more", effect.xml.turned()),
                };
                let change = Change::new(&kinds::ONE_WAY, format!("{} {how}", of.new.plan.name), spots);
                return self.operation(of.new, change.with(Effect::same(ways)), way);
            }
        };
        if old.encoding != new.encoding {
            let what =
                format!("the {} of {} is {} and was {}", word(way), of.new.plan.name, coded(new), coded(old));
            self.operation(of.new, Change::new(&kinds::USE, what, spots), way);
        }
        let origin = |of: OperationAt<'c>| of.declared.origin;
        let messages = Pair {
            old: In { message: old, declared: declared(of.old), origin: origin(of.old) },
            new: In { message: new, declared: declared(of.new), origin: origin(of.new) },
        };
        self.body(of, messages, way);
        self.headers(of, messages, way);
        self.attachments(of, messages, way);
    }

    fn body(&mut self, of: Pair<OperationAt<'c>>, messages: Pair<In<'c>>, way: Way) {
        let Pair { old, new } = messages;
        let finders = Pair { old: self.sides.old.finder, new: self.sides.new.finder };
        let anchors = Pair { old: old.body(finders.old), new: new.body(finders.new) };
        let at = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
        let name = &of.new.plan.name;
        let elements = match (old.message.root, new.message.root) {
            (Some(old), Some(new)) => Pair { old, new },
            (None, None) => return,
            (was, _) => {
                let (kind, how): (&'static Kind, _) = match was {
                    None => (&kinds::REQUIRED_ADDED, "has content"),
                    Some(_) => (&kinds::REQUIRED_REMOVED, "has no content"),
                };
                let what = format!("the {} of {name} {how}", word(way));
                return self.operation(of.new, Change::new(kind, what, at), way);
            }
        };
        if old.message.bare != new.message.bare {
            let what = format!("the Body of the {} of {name} has another structure", word(way));
            self.operation(of.new, Change::new(&kinds::SHAPE, what, at), way);
        } else if let Some(renamed) = self.root(elements, at).filter(|_| !old.message.bare) {
            self.operation(of.new, renamed, way);
        }
        self.starts.push(Start { elements, anchors, way, operation: name.to_string(), pointer: "" });
    }

    /// The name of the element in a Body or in a detail.
    fn root(&self, elements: Pair<ElementIx>, at: Pair<Spot<'c>>) -> Option<Change<'c>> {
        let was = self.sides.old.element_name(elements.old);
        let is = self.sides.new.element_name(elements.new);
        (was != is).then(|| Change::new(&kinds::ROOT, format!("the element {is} was called {was}"), at))
    }

    fn headers(&mut self, of: Pair<OperationAt<'c>>, messages: Pair<In<'c>>, way: Way) {
        let Pair { old, new } = messages;
        let anchors = Pair { old: old.headers(), new: new.headers() };
        let operation = of.new.plan.name.to_string();
        match (old.message.headers, new.message.headers) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let elements = Pair { old, new };
                self.starts.push(Start { elements, anchors, way, operation, pointer: "/$headers" });
            }
            (was, _) => {
                let (kind, how): (&'static Kind, _) = match was {
                    None => (&kinds::OPTIONAL_ADDED, "are new"),
                    Some(_) => (&kinds::OPTIONAL_REMOVED, "are gone"),
                };
                let what = format!("the header blocks of the {} of {operation} {how}", word(way));
                let at = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
                self.operation(of.new, Change::new(kind, what, at), way);
            }
        }
    }

    fn attachments(&mut self, of: Pair<OperationAt<'c>>, messages: Pair<In<'c>>, way: Way) {
        let Pair { old, new } = messages;
        let anchors = Pair { old: Anchor::at(old.origin), new: Anchor::at(new.origin) };
        let operation = of.new.plan.name.to_string();
        match (old.message.attachments, new.message.attachments) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let elements = Pair { old, new };
                self.starts.push(Start { elements, anchors, way, operation, pointer: "/$attachments" });
            }
            (was, _) => {
                let (kind, how): (&'static Kind, _) = match was {
                    None => (&kinds::REQUIRED_ADDED, "are new"),
                    Some(_) => (&kinds::REQUIRED_REMOVED, "are gone"),
                };
                let what = format!("the attachments of the {} of {operation} {how}", word(way));
                let at = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
                self.operation(of.new, Change::new(kind, what, at), way);
            }
        }
    }

    fn faults(&mut self, of: Pair<OperationAt<'c>>) {
        let mut new: Vec<&FaultPlan> = of.new.plan.faults.iter().collect();
        let spots = Pair { old: spot(of.old), new: spot(of.new) };
        let told = |own: &mut Self, kind: &'static Kind, what: String| {
            own.operation(of.new, Change::new(kind, what, spots.clone()), Way::Response);
        };
        for was in &of.old.plan.faults {
            let Some(at) = new.iter().position(|is| is.name == was.name) else {
                told(self, &kinds::FAULT_REMOVED, format!("the fault {} is gone", was.name));
                continue;
            };
            let is = new.remove(at);
            let Some(elements) = was.message.root.zip(is.message.root) else { continue };
            let elements = Pair { old: elements.0, new: elements.1 };
            let finders = Pair { old: self.sides.old.finder, new: self.sides.new.finder };
            let anchors =
                Pair { old: of.old.fault(&was.name, finders.old), new: of.new.fault(&is.name, finders.new) };
            let at = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
            if let Some(renamed) = self.root(elements, at) {
                self.operation(of.new, renamed, Way::Response);
            }
            let operation = of.new.plan.name.to_string();
            self.starts.push(Start { elements, anchors, way: Way::Response, operation, pointer: DETAIL });
        }
        for is in new {
            told(self, &kinds::FAULT_ADDED, format!("the fault {} is new", is.name));
        }
    }
}

/// A message and what the contract says of it.
#[derive(Clone, Copy)]
struct In<'c> {
    message: &'c MessagePlan,
    declared: Option<&'c Message>,
    /// Where the operation is.
    origin: Origin,
}

impl<'c> In<'c> {
    fn body(self, finder: Finder<'c>) -> Anchor<'c> {
        let Some(declared) = self.declared else { return Anchor::at(self.origin) };
        match &declared.body {
            Body::Document(parts) => match parts.as_slice() {
                [part] => finder.part(part),
                parts => Anchor::parts(declared.origin, parts),
            },
            Body::Rpc { parts, .. } => Anchor::parts(declared.origin, parts),
            Body::Unknown(_) => Anchor::at(declared.origin),
        }
    }

    fn headers(self) -> Anchor<'c> {
        match self.declared {
            Some(declared) => Anchor::headers(declared.origin, &declared.headers),
            None => Anchor::at(self.origin),
        }
    }
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Request => "request",
        Way::Response => "response",
    }
}

fn coded(message: &MessagePlan) -> &'static str {
    match message.encoding {
        None => "literal",
        Some(Encoding::Soap11) => "encoded",
        Some(Encoding::Soap12) => "encoded by SOAP 1.2",
    }
}

/// Where the detail of a fault is for JSON clients.
const DETAIL: &str = "/errors/0/fault/detail";
