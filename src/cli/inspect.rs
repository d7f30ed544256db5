//! `inspect`: what is in a contract.

use clap::Args;

use super::contract::{NamedContract, contract};
use super::exit::Exit;
use super::output::{failed, print, print_json};
use super::services;
use crate::describe::{self, FieldView, Inspection, MessageView, OperationView, ServedView};

/// Show the services, operations and messages of a contract.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  saponify inspect wsdl/bancbox.wsdl
  saponify inspect wsdl/bancbox.wsdl updateClient --depth 5
  saponify inspect wsdl/bancbox.wsdl --json")]
pub(super) struct Inspect {
    #[command(flatten)]
    contract: NamedContract,
    /// One operation only.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// FILE, a WSDL or a service file, unless --wsdl or -c names it; then one operation, unless --operation does.
    #[arg(value_name = "FILE OPERATION", num_args = 0..=2)]
    words: Vec<String>,
    /// How many levels of members are shown.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=32))]
    depth: u8,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

const USAGE: &str = "saponify inspect [OPTIONS] <FILE|--wsdl FILE|-c FILE> [OPERATION]";

impl Inspect {
    pub(super) fn run(self) -> Result<(), Exit> {
        let (source, words) = contract(&self.contract, &self.words, USAGE)?;
        let operation = match (&self.operation, words) {
            (operation, []) => operation.as_deref(),
            (None, [operation]) => Some(operation.as_str()),
            _ => return Err(failed(&format!("expected one operation: {USAGE}"), Exit::Usage)),
        };
        let services::ContractPlan { plan, ports, .. } = services::plan(&source)?;
        let mut found = describe::inspect(&plan, operation, usize::from(self.depth));
        if found.ports.is_empty() {
            // Without a name all are meant.
            let operation = operation.unwrap_or_default();
            return Err(failed(&services::unknown(operation, &plan), Exit::Usage));
        }
        found.served = ports.as_ref().and_then(ServedView::of);
        let served = ports.filter(|_| found.served.is_some());
        let lines = served.map(|ports| ports.to_string()).into_iter().chain([tree(&found)]);
        if self.json { print_json(&found) } else { print(lines.collect::<Vec<_>>().join("\n")) }
    }
}

fn tree(found: &Inspection) -> String {
    let mut lines = Vec::new();
    for port in &found.ports {
        // What is told of a port that has none.
        let address = port.address.as_deref().unwrap_or("no address");
        lines.push(format!("{} {} (SOAP {}, {address})", port.service, port.port, port.soap));
        lines.extend(demanded(&port.demands, 2));
        port.operations.iter().for_each(|operation| operation_lines(operation, &mut lines));
    }
    lines.join("\n")
}

fn operation_lines(operation: &OperationView, lines: &mut Vec<String>) {
    let action =
        if operation.action.is_empty() { String::new() } else { format!(", action {}", operation.action) };
    lines.push(format!("  {} ({}{action})", operation.name, operation.style));
    lines.extend(demanded(&operation.demands, 4));
    lines.extend(operation.unchecked.iter().map(|reason| format!("    unchecked: {reason}")));
    message_lines("request", &operation.request, lines);
    if let Some(response) = &operation.response {
        message_lines("response", response, lines);
    }
    for fault in &operation.faults {
        message_lines(&format!("fault {}", fault.name), &fault.detail, lines);
    }
}

/// What the contract demands beside messages, where it demands something.
fn demanded(demands: &str, indent: usize) -> Option<String> {
    (!demands.is_empty()).then(|| format!("{:indent$}demands {demands}", ""))
}

fn message_lines(what: &str, message: &MessageView, lines: &mut Vec<String>) {
    lines.push(match &message.element {
        Some(element) => format!("    {what} {element}"),
        None => format!("    {what}"),
    });
    for header in &message.headers {
        field_lines(header, 6, "header ", lines);
    }
    for attachment in &message.attachments {
        field_lines(attachment, 6, "attachment ", lines);
    }
    for field in &message.fields {
        field_lines(field, 6, "", lines);
    }
}

fn field_lines(field: &FieldView, indent: usize, before: &str, lines: &mut Vec<String>) {
    let FieldView { key, type_name, occurs, media, fields } = field;
    let media = media.as_ref().map_or(String::new(), |media| format!(", {media}"));
    lines.push(format!("{:indent$}{before}{key}: {type_name}{media} [{occurs}]", ""));
    for field in fields {
        field_lines(field, indent + 2, "", lines);
    }
}
