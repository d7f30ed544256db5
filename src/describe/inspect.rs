//! What is in a contract: services, operations, and their messages as trees of JSON keys.

use serde::Serialize;

use crate::plan::{
    ComplexPlan, ElementIx, Form, MessagePlan, Node, NodeKind, OperationPlan, Plan, Role, ScopeIx, Shape,
    Slot, TypeIx,
};
use crate::service::{OtherPort, Ports};
use crate::wsdl::{SoapVersion, Style};

/// The contents of a contract.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The version of this form.
    pub schema_version: u32,
    /// Its operations, by port.
    pub ports: Vec<PortView>,
    /// Which ports are served together, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served: Option<ServedView>,
}

/// Which ports are served together.
#[derive(Clone, Debug, Serialize)]
pub struct ServedView {
    /// `service/port` of the one whose backend is called.
    pub port: String,
    /// Those whose clients are served beside those of the first.
    pub beside: Vec<String>,
    /// The others.
    pub others: Vec<UnservedView>,
}

/// A port that is not served with the others.
#[derive(Clone, Debug, Serialize)]
pub struct UnservedView {
    /// `service/port`.
    pub port: String,
    /// Why not.
    pub reason: String,
}

impl ServedView {
    /// What `ports` say, where they are several.
    pub fn of(ports: &Ports) -> Option<Self> {
        if ports.beside.is_empty() && ports.others.is_empty() {
            return None;
        }
        let other =
            |other: &OtherPort| UnservedView { port: other.name.clone(), reason: other.reason.clone() };
        let others = ports.others.iter().map(other).collect();
        Some(Self { port: ports.served.clone(), beside: ports.beside.clone(), others })
    }
}

/// A port.
#[derive(Clone, Debug, Serialize)]
pub struct PortView {
    /// The service.
    pub service: String,
    /// The port.
    pub port: String,
    /// `1.1` or `1.2`.
    pub soap: &'static str,
    /// Where the contract says that the service is.
    pub address: Option<String>,
    /// What the contract demands of all requests beside their messages.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub demands: String,
    /// Its operations.
    pub operations: Vec<OperationView>,
}

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationView {
    /// Its name.
    pub name: String,
    /// `document` or `rpc`.
    pub style: &'static str,
    /// `soapAction`.
    pub action: String,
    /// Why some of its content is not checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<String>,
    /// What the contract demands of its requests beside that.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub demands: String,
    /// What the client sends.
    pub request: MessageView,
    /// What the service answers.
    pub response: Option<MessageView>,
    /// The declared faults.
    pub faults: Vec<FaultView>,
}

/// A declared fault.
#[derive(Clone, Debug, Serialize)]
pub struct FaultView {
    /// Its name.
    pub name: String,
    /// What stands in its detail.
    pub detail: MessageView,
}

/// A message.
#[derive(Clone, Debug, Serialize)]
pub struct MessageView {
    /// The element in Body, as `{namespace}local`; nothing for an empty Body or one with several elements.
    pub element: Option<String>,
    /// The header blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<FieldView>,
    /// The parts beside the envelope.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<FieldView>,
    /// The members of its JSON.
    pub fields: Vec<FieldView>,
}

/// A member of a JSON object.
#[derive(Clone, Debug, Serialize)]
pub struct FieldView {
    /// The key.
    pub key: String,
    /// The type: its name in the schema, or what it is.
    #[serde(rename = "type")]
    pub type_name: String,
    /// `1`, `0..1`, `0..*` and so on.
    pub occurs: String,
    /// The media types that its octets are expected to be of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The members below it, down to the depth that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldView>,
}

/// Describes the operations of `plan`, or only `operation`, with `depth` levels of members.
pub fn inspect(plan: &Plan, operation: Option<&str>, depth: usize) -> Inspection {
    let mut ports: Vec<PortView> = Vec::new();
    let chosen = plan.operations().iter().filter(|of| operation.is_none_or(|name| *of.name == *name));
    for of in chosen {
        let same = |port: &PortView| *port.service == *of.service && *port.port == *of.port;
        if !ports.iter().any(same) {
            ports.push(port(of));
        }
        if let Some(port) = ports.iter_mut().find(|port| same(port)) {
            port.operations.push(operation_view(plan, of, depth));
        }
    }
    Inspection { schema_version: 1, ports, served: None }
}

fn port(of: &OperationPlan) -> PortView {
    PortView {
        service: of.service.to_string(),
        port: of.port.to_string(),
        soap: if of.version == SoapVersion::V11 { "1.1" } else { "1.2" },
        address: of.address.as_ref().map(ToString::to_string),
        demands: of.port_demands.to_string(),
        operations: Vec::new(),
    }
}

fn operation_view(plan: &Plan, of: &OperationPlan, depth: usize) -> OperationView {
    let view = View { plan, depth };
    let fault = |fault: &crate::plan::FaultPlan| FaultView {
        name: fault.name.to_string(),
        detail: view.message(&fault.message),
    };
    OperationView {
        name: of.name.to_string(),
        style: if of.style == Style::Rpc { "rpc" } else { "document" },
        action: of.action.to_string(),
        unchecked: of.unchecked.iter().map(ToString::to_string).collect(),
        demands: of.demands.to_string(),
        request: view.message(&of.input),
        response: of.output.as_ref().map(|output| view.message(output)),
        faults: of.faults.iter().map(fault).collect(),
    }
}

#[derive(Clone, Copy)]
struct View<'p> {
    plan: &'p Plan,
    /// Levels of members that are shown.
    depth: usize,
}

impl View<'_> {
    fn message(self, message: &MessagePlan) -> MessageView {
        let root = message.root.map(|root| self.plan.element(root));
        let name = root.filter(|_| !message.bare).map(|root| match self.plan.namespaces().name(root.ns) {
            "" => root.local.to_string(),
            namespace => format!("{{{namespace}}}{}", root.local),
        });
        let fields =
            |ix: Option<ElementIx>| ix.map_or_else(Vec::new, |ix| self.fields(self.plan.element(ix).type_ix));
        MessageView {
            element: name,
            headers: fields(message.headers),
            attachments: fields(message.attachments),
            fields: fields(message.root),
        }
    }

    fn fields(self, ix: TypeIx) -> Vec<FieldView> {
        if self.depth == 0 {
            return Vec::new();
        }
        match &self.plan.type_plan(ix).shape {
            Shape::Complex(complex) => self.scope(complex, ScopeIx::FIRST),
            Shape::Array(array) => {
                let fields = self.below(array.item);
                let type_name = self.type_name(self.plan.element(array.item).type_ix);
                vec![FieldView { fields, ..plain("[]", &type_name, "0..*") }]
            }
            Shape::Unwrap(inner) => self.fields(self.plan.element(*inner).type_ix),
            Shape::Simple(_) => Vec::new(),
        }
    }

    fn scope(self, complex: &ComplexPlan, ix: ScopeIx) -> Vec<FieldView> {
        // A repeated group comes here without its type, so that the check of `fields` is not enough.
        if self.depth == 0 {
            return Vec::new();
        }
        let slots = complex.scope(ix).slots.iter().enumerate();
        let fields = slots.filter_map(|(at, slot)| {
            let mut nodes = complex.nodes.iter();
            let node = nodes.find(|node| node.scope == ix && node.slot.index() == at);
            self.slot(complex, slot, node)
        });
        fields.collect()
    }

    fn slot(self, complex: &ComplexPlan, slot: &Slot, node: Option<&Node>) -> Option<FieldView> {
        let of = |type_name: &str, occurs: &str| plain(&slot.key, type_name, occurs);
        Some(match (slot.role, node) {
            (Role::Attribute(at), _) => {
                let attribute = complex.attributes.get(at as usize)?;
                of(form(&attribute.simple.form), if attribute.required { "1" } else { "0..1" })
            }
            (Role::Text, _) => of(complex.text.as_ref().map_or("string", |text| form(&text.form)), "1"),
            (Role::Content, _) => of("text and elements", "0..1"),
            (Role::Bundle(_), _) => of("sub-object", "0..1"),
            (Role::Hidden, _) => of("taken out", "1"),
            (Role::Any, Some(node)) => of("any element", &occurs(complex, node)),
            (Role::Group(scope), Some(node)) => {
                let fields = self.deeper().scope(complex, scope);
                FieldView { fields, ..of("group", &occurs(complex, node)) }
            }
            (Role::Element, Some(node)) => {
                let NodeKind::Element(ix) = node.kind else { return None };
                let element = self.plan.element(ix);
                let media = element.media.as_ref().map(ToString::to_string);
                let type_name = self.type_name(element.type_ix);
                FieldView { media, fields: self.below(ix), ..of(&type_name, &occurs(complex, node)) }
            }
            (Role::Any | Role::Element | Role::Group(_), None) => return None,
        })
    }

    /// The members below an element.
    fn below(self, ix: ElementIx) -> Vec<FieldView> {
        self.deeper().fields(self.plan.element(ix).type_ix)
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth - 1, ..self }
    }

    fn type_name(self, ix: TypeIx) -> String {
        let plan = self.plan.type_plan(ix);
        match &plan.shape {
            _ if !plan.key.is_empty() => plan.key.to_string(),
            Shape::Simple(simple) => form(&simple.form).to_owned(),
            Shape::Array(_) => "array".to_owned(),
            Shape::Complex(_) | Shape::Unwrap(_) => "object".to_owned(),
        }
    }
}

/// A member without members below it.
fn plain(key: &str, type_name: &str, occurs: &str) -> FieldView {
    FieldView {
        key: key.to_owned(),
        type_name: type_name.to_owned(),
        media: None,
        occurs: occurs.to_owned(),
        fields: Vec::new(),
    }
}

/// How often an element may occur, the groups around it considered.
fn occurs(complex: &ComplexPlan, node: &Node) -> String {
    let least = if complex.always_needed(node) { node.min } else { 0 };
    match (least, node.max) {
        (1, 1) => "1".to_owned(),
        (least, u32::MAX) => format!("{least}..*"),
        (least, most) => format!("{least}..{most}"),
    }
}

fn form(form: &Form) -> &'static str {
    match form {
        Form::Boolean => "boolean",
        Form::Flag | Form::Float | Form::Number => "number",
        Form::List(_) => "list",
        Form::BooleanText | Form::Day | Form::Instant | Form::Name | Form::NumberText | Form::String => {
            "string"
        }
        Form::Union(_) => "union",
    }
}
