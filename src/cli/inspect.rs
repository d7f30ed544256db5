//! `inspect`: what is in a contract.

use std::path::PathBuf;

use clap::Args;

use super::contract::ContractFiles;
use super::exit::Exit;
use super::output::{failed, print, print_json};
use super::sample::plan;
use crate::describe::{self, FieldView, Inspection, MessageView, OperationView};

/// Show the services, operations and messages of a contract.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify inspect wsdl/bancbox.wsdl
  saponify inspect wsdl/bancbox.wsdl --operation updateClient --depth 5
  saponify inspect wsdl/bancbox.wsdl --json")]
pub(super) struct Inspect {
    /// The WSDL.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    contract: ContractFiles,
    /// One operation only.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// How many levels of members are shown.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=32))]
    depth: u8,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> Result<(), Exit> {
        let plan = plan(&self.file, &self.contract)?;
        let found = describe::inspect(&plan, self.operation.as_deref(), usize::from(self.depth));
        if found.ports.is_empty() {
            let reason = format!("{}: unknown operation", self.file.display());
            return Err(failed(&reason, Exit::Usage));
        }
        if self.json { print_json(&found) } else { print(tree(&found)) }
    }
}

fn tree(found: &Inspection) -> String {
    let mut lines = Vec::new();
    for port in &found.ports {
        // What is told of a port that has none.
        let address = port.address.as_deref().unwrap_or("no address");
        lines.push(format!("{} {} (SOAP {}, {address})", port.service, port.port, port.soap));
        port.operations.iter().for_each(|operation| operation_lines(operation, &mut lines));
    }
    lines.join("\n")
}

fn operation_lines(operation: &OperationView, lines: &mut Vec<String>) {
    let action =
        if operation.action.is_empty() { String::new() } else { format!(", action {}", operation.action) };
    lines.push(format!("  {} ({}{action})", operation.name, operation.style));
    lines.extend(operation.unchecked.iter().map(|reason| format!("    unchecked: {reason}")));
    message_lines("request", &operation.request, lines);
    if let Some(response) = &operation.response {
        message_lines("response", response, lines);
    }
    for fault in &operation.faults {
        message_lines(&format!("fault {}", fault.name), &fault.detail, lines);
    }
}

fn message_lines(what: &str, message: &MessageView, lines: &mut Vec<String>) {
    lines.push(match &message.element {
        Some(element) => format!("    {what} {element}"),
        None => format!("    {what}"),
    });
    for header in &message.headers {
        field_lines(header, 6, "header ", lines);
    }
    for field in &message.fields {
        field_lines(field, 6, "", lines);
    }
}

fn field_lines(field: &FieldView, indent: usize, before: &str, lines: &mut Vec<String>) {
    let FieldView { key, type_name, occurs, fields } = field;
    lines.push(format!("{:indent$}{before}{key}: {type_name} [{occurs}]", ""));
    for field in fields {
        field_lines(field, indent + 2, "", lines);
    }
}
