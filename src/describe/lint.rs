//! What is wrong with a contract, and what it means for each operation.

use std::sync::Arc;

use serde::Serialize;

use super::alike::alike;
use super::interop;
use crate::limits::{CONTRACT_PROBLEMS, ContractLimits};
use crate::plan::{self, Compiled, MediaTypes, Rules};
use crate::service::{OtherPort, served_ports};
use crate::wsdl::{self, Contract, Fetch, Operation, Port, Service, Use};
use crate::xml::{Diagnostic, Place, QName, Severity, ns};
use crate::xsd::simple::{SimpleType, Variety};
use crate::xsd::{ComplexType, Content, Origin, TypeKind, ambiguities};

/// What [`lint`] found.
#[derive(Clone, Debug, Serialize)]
pub struct LintReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The documents that were read.
    pub files: Vec<String>,
    /// The services with a SOAP port.
    pub services: Vec<ServiceVerdict>,
    /// The ports that are not served.
    pub unserved: Vec<UnservedPort>,
    /// Everything that was found: documents that are missing first, then the rest in the order of the documents.
    pub diagnostics: Vec<Finding>,
    /// How much of each there is.
    pub totals: Totals,
    /// Whether a document could not be read at all.
    #[serde(skip)]
    pub unreadable: bool,
}

/// A port that is not served.
#[derive(Clone, Debug, Serialize)]
pub struct UnservedPort {
    /// The service, by local name.
    pub service: String,
    /// The port.
    pub port: String,
    /// Why not.
    pub reason: String,
}

/// How many operations have which verdict, and how much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Operations of all ports.
    pub operations: usize,
    /// Those of which everything comes back.
    pub lossless: usize,
    /// Those of which something is not carried.
    pub lossy: usize,
    /// Those that refer to what is missing or broken.
    pub unchecked: usize,
    /// Those that cannot be mapped.
    pub refused: usize,
    /// Problems.
    pub errors: usize,
    /// Doubts.
    pub warnings: usize,
    /// What is worth knowing.
    pub notes: usize,
}

/// A port and its operations.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceVerdict {
    /// The service, by local name.
    pub name: String,
    /// The port.
    pub port: String,
    /// Its operations.
    pub operations: Vec<OperationVerdict>,
}

/// What can be done with an operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationVerdict {
    /// Its name.
    pub name: String,
    /// What becomes of its messages.
    pub verdict: Verdict,
    /// Why they are not lossless.
    pub reasons: Vec<String>,
}

/// What becomes of the messages of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything comes back as it was.
    Lossless,
    /// Something that the contract allows is not carried.
    Lossy,
    /// They refer to what is missing or broken, so that some of their content is carried as it is, and not checked.
    Unchecked,
    /// They cannot be mapped.
    Refused,
}

/// A [`Diagnostic`] as data.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its stable code.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The document.
    pub file: String,
    /// The line, from one.
    pub line: usize,
    /// The character in it, from one.
    pub column: usize,
    /// The diagnostic itself.
    #[serde(skip)]
    pub diagnostic: Diagnostic,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        Self {
            code: diagnostic.code,
            severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            file: diagnostic.file.to_string(),
            line: diagnostic.position.line,
            column: diagnostic.position.column,
            diagnostic,
        }
    }
}

/// Reads the contracts whose main documents are `mains`, and says everything that is wrong with them.
pub fn lint(mains: &[String], fetch: &mut dyn Fetch, limits: &ContractLimits) -> LintReport {
    let mut report = LintReport {
        schema_version: 1,
        files: Vec::new(),
        services: Vec::new(),
        unserved: Vec::new(),
        diagnostics: Vec::new(),
        totals: Totals::default(),
        unreadable: false,
    };
    for main in mains {
        match wsdl::load(main, fetch, limits) {
            Ok(contract) => report.add(&contract, limits),
            Err(problems) => {
                report.unreadable = true;
                report.files.push(main.clone());
                report.found(problems);
            }
        }
    }
    report.totals = Totals::of(&report);
    report
}

impl Totals {
    fn of(report: &LintReport) -> Self {
        let operations = || report.services.iter().flat_map(|port| &port.operations);
        let of = |verdict| operations().filter(|operation| operation.verdict == verdict).count();
        let found = |wanted| {
            report.diagnostics.iter().filter(|finding| finding.diagnostic.severity == wanted).count()
        };
        Self {
            operations: operations().count(),
            lossless: of(Verdict::Lossless),
            lossy: of(Verdict::Lossy),
            unchecked: of(Verdict::Unchecked),
            refused: of(Verdict::Refused),
            errors: found(Severity::Error),
            warnings: found(Severity::Warning),
            notes: found(Severity::Note),
        }
    }
}

impl LintReport {
    fn add(&mut self, contract: &Contract, limits: &ContractLimits) {
        self.files.extend(contract.documents.iter().map(|document| document.file.to_string()));
        self.found(contract.diagnostics.iter().cloned());
        self.unserved.extend(contract.unserved.iter().map(|port| UnservedPort {
            service: port.service.to_string(),
            port: port.port.to_string(),
            reason: port.reason.to_string(),
        }));
        let ambiguous = ambiguities(&contract.schema);
        self.found(
            ambiguous
                .into_iter()
                .filter_map(|(origin, message)| warning(contract, "PLAN0101", origin, message)),
        );
        self.found(warnings(contract));
        self.found(ports_apart(contract));
        self.found(media_types(contract));
        self.found(unfollowed(contract));
        let compiled = plan::compile(contract, &Rules { nodes: limits.particles, ..Rules::default() });
        // Why there is no plan is told below.
        let plan = compiled.as_ref().ok().map(|compiled| &compiled.plan);
        self.found(interop::traps(contract, plan));
        match compiled {
            Err(problems) => self.found(problems),
            Ok(compiled) => {
                self.found(reasons(&compiled));
                for service in &contract.services {
                    let ports = service.ports.iter();
                    self.services.extend(ports.map(|port| port_verdict(service, port, &compiled)));
                }
            }
        }
    }

    fn found(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(problems.into_iter().map(Finding::from));
    }
}

/// What WS-I forbids and what is not carried.
fn warnings(contract: &Contract) -> Vec<Diagnostic> {
    let ports = contract.services.iter().flat_map(|service| &service.ports);
    let mut out: Vec<Diagnostic> = Vec::new();
    for operation in ports.flat_map(|port| &port.operations) {
        for message in operation.input.iter().chain(&operation.output) {
            let encoded = (matches!(message.body_use, Use::Encoded(_))).then(|| {
                let message = format!("operation {} is rpc/encoded", operation.name);
                warning(contract, "PLAN0102", operation.origin, message)
            });
            let found = encoded.into_iter().flatten();
            out.extend(found.filter(|found| out.last() != Some(found)).collect::<Vec<_>>());
        }
    }
    out
}

/// The ports that one service file does not serve together with the first one.
fn ports_apart(contract: &Contract) -> Vec<Diagnostic> {
    let Some(ports) = served_ports(contract, None) else { return Vec::new() };
    let told = |other: &OtherPort| {
        let message =
            format!("port {} is not served beside port {}: {}", other.name, ports.served, other.reason);
        let found = warning(contract, "PLAN0130", other.origin?, message)?;
        Some(Diagnostic { severity: Severity::Note, ..found }.help(APART))
    };
    ports.others.iter().filter_map(told).collect()
}

const APART: &str = "a service file of its own serves it, with `contract.service` and `contract.port`";

/// What should be a list of media types and is none (Describing Media Content of Binary Data in XML, section 2.2).
fn media_types(contract: &Contract) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (document, number) in contract.documents.iter().zip(0..) {
        let mut open = vec![document.tree.root()];
        while let Some(id) = open.pop() {
            let element = document.tree.element(id);
            open.extend(element.children.iter().rev());
            let said = MediaTypes::said(&document.tree, id);
            if said.is_some_and(|said| MediaTypes::parse(said).is_none()) {
                let origin = Origin { document: number, offset: element.offset as u32 };
                let message =
                    "xmime:expectedContentTypes is no list of media types: it says nothing".to_owned();
                out.extend(warning(contract, "PLAN0131", origin, message));
            }
        }
    }
    out.truncate(CONTRACT_PROBLEMS);
    out
}

/// Where references to parts beside the envelope are not carried: what is not an element of its own stays a URI.
fn unfollowed(contract: &Contract) -> Vec<Diagnostic> {
    let schema = &contract.schema;
    let swa_ref = QName::new(ns::SWA_REF_URI, "swaRef");
    let Some(TypeKind::Simple(reference)) = schema.named_type(&swa_ref).map(|id| &schema.type_def(id).kind)
    else {
        return Vec::new();
    };
    let is = |simple: &Arc<SimpleType>| Arc::ptr_eq(simple, reference);
    let mut out: Vec<Diagnostic> = Vec::new();
    for def in &schema.types {
        let place = match &def.kind {
            TypeKind::Complex(complex)
                if complex.attributes.iter().any(|attribute| is(&attribute.simple)) =>
            {
                "an attribute"
            }
            TypeKind::Complex(ComplexType { content: Content::Simple(simple), .. }) if is(simple) => {
                "the text"
            }
            TypeKind::Simple(simple) => match simple.variety() {
                Variety::List(item) if is(item) => "an item",
                Variety::Union(members) if members.iter().any(is) => "a member",
                _ => continue,
            },
            TypeKind::Complex(_) => continue,
        };
        let message = format!(
            "{place} of this type is of ref:swaRef: it stays a URI, and what it refers to is not carried"
        );
        out.extend(warning(contract, "PLAN0124", def.origin, message));
    }
    out
}

/// A warning at a place in the contract; nothing in a document that is bundled.
fn warning(contract: &Contract, code: &'static str, origin: Origin, message: String) -> Option<Diagnostic> {
    let document = contract.documents.get(origin.document as usize)?;
    let own = !document.file.starts_with("bundled:") && origin != Origin::default();
    let place = Place { file: &document.file, tree: &document.tree, offset: origin.offset as usize };
    own.then(|| Diagnostic::at(code, Severity::Warning, place, message))
}

/// Why operations are refused; several may have the same reason.
fn reasons(compiled: &Compiled) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for refused in &compiled.refused {
        if !out.contains(&refused.reason) {
            out.push(refused.reason.clone());
        }
    }
    out
}

fn port_verdict(service: &Service, port: &Port, compiled: &Compiled) -> ServiceVerdict {
    let operations =
        port.operations.iter().map(|operation| verdict(service, port, operation, compiled)).collect();
    ServiceVerdict { name: service.name.local.to_string(), port: port.name.to_string(), operations }
}

fn verdict(service: &Service, port: &Port, operation: &Operation, compiled: &Compiled) -> OperationVerdict {
    let mut refused = compiled.refused.iter().filter(|refused| {
        *refused.service == *service.name.local
            && *refused.port == *port.name
            && *refused.operation == *operation.name
    });
    let (verdict, reasons) = match refused.next() {
        Some(refused) => (Verdict::Refused, vec![refused.reason.message.clone()]),
        None => {
            let losses = losses(operation).into_iter().chain(mistaken(service, port, operation, compiled));
            judged(operation, losses.collect())
        }
    };
    OperationVerdict { name: operation.name.to_string(), verdict, reasons }
}

/// Of several operations with the same requests none is ever executed by chance.
fn mistaken(service: &Service, port: &Port, operation: &Operation, compiled: &Compiled) -> Option<String> {
    let own = compiled.plan.operations().iter().find(|known| {
        *known.service == *service.name.local && *known.port == *port.name && *known.name == *operation.name
    });
    let other = alike(&compiled.plan, own?)?;
    Some(format!(
        "its requests may look like those of {}, and no SOAPAction tells them apart: SOAP clients must send wsa:Action",
        other.name
    ))
}

/// The verdict on an operation that is mapped, and all its reasons.
fn judged(operation: &Operation, losses: Vec<String>) -> (Verdict, Vec<String>) {
    let unchecked: Vec<String> = operation.unchecked.iter().map(ToString::to_string).collect();
    let verdict = match (unchecked.is_empty(), losses.is_empty()) {
        (false, _) => Verdict::Unchecked,
        (true, false) => Verdict::Lossy,
        (true, true) => Verdict::Lossless,
    };
    (verdict, [unchecked, losses].concat())
}

/// What the contract allows and JSON does not carry.
fn losses(operation: &Operation) -> Vec<String> {
    let messages = operation.input.iter().chain(&operation.output);
    let mut losses: Vec<String> = Vec::new();
    if messages.into_iter().any(|message| matches!(message.body_use, Use::Encoded(_))) {
        losses.push("values that an rpc/encoded message shares by reference become copies".to_owned());
    }
    if operation.callback {
        losses.push("the service calls the client: messages convert, the bridge cannot serve it".to_owned());
    }
    losses
}
