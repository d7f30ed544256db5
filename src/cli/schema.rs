//! `schema`: JSON Schemas of messages, and of the service file.

use clap::{Args, Subcommand, ValueEnum};

use super::contract::ContractArgs;
use super::exit::Exit;
use super::output::{failed, print};
use super::services;
use crate::describe::{self, MessagePart, Schema};

/// Write JSON Schemas: of messages, and of the service file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify schema json wsdl/bancbox.wsdl --operation updateClient --direction request
  saponify schema json -c samples/bancbox/json-to-soap.yaml --operation updateClient
  saponify schema config > target/service-file.schema.json")]
pub(super) struct SchemaVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The JSON Schema (2020-12) of the service file, for editors.
    Config(Config),
    /// The JSON Schema (2020-12) of a message.
    Json(Json),
}

/// The JSON Schema (2020-12) of the service file, for editors.
///
/// Editors with a YAML language server read it where the first line of a service file is
/// `# yaml-language-server: $schema=service-file.schema.json`, which names a file beside it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify schema config
  saponify schema config > target/service-file.schema.json
  saponify schema config | grep -c description")]
struct Config {}

/// The JSON Schema (2020-12) of the JSON of a message.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify schema json wsdl/bancbox.wsdl --operation updateClient --direction request
  saponify schema json wsdl/bancbox.wsdl --operation updateClient --direction response
  saponify schema json tests/contracts/shop/contract.wsdl --operation getQuote --fault soldOut")]
struct Json {
    #[command(flatten)]
    contract: ContractArgs,
    /// The operation; without it the schema has all messages of the contract.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Which message of it; the request by default.
    #[arg(long, requires = "operation")]
    direction: Option<Direction>,
    /// The detail of this declared fault instead.
    #[arg(long, value_name = "NAME", requires = "operation", conflicts_with = "direction")]
    fault: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// What the client sends.
    Request,
    /// What it gets.
    Response,
}

impl SchemaVerb {
    pub(super) fn run(self) -> Result<(), Exit> {
        match self.what {
            What::Config(Config {}) => print(include_str!("service-file.schema.json").trim_end()),
            What::Json(json) => json.run(),
        }
    }
}

impl Json {
    fn run(self) -> Result<(), Exit> {
        let messages = services::messages(&self.contract.source()?)?;
        let plan = &messages.plan;
        let Some(name) = &self.operation else {
            return print(
                describe::to_json(&describe::all_schemas(plan, messages.choices())).trim_ascii_end(),
            );
        };
        let position = plan.operations().iter().position(|operation| *operation.name == **name);
        let position = position.ok_or_else(|| failed(&services::unknown(name, plan), Exit::Usage))?;
        let operation = plan.operations().get(position).expect("it was found there");
        let part = match (&self.fault, self.direction) {
            (Some(fault), _) => MessagePart::Fault(fault),
            (None, Some(Direction::Response)) => MessagePart::Response,
            (None, _) => MessagePart::Request,
        };
        let schema =
            Schema { plan, choices: messages.choices(), operation, rules: messages.operations.get(position) };
        let document = describe::message_schema(schema, part).map_err(|error| failed(&error, Exit::Usage))?;
        print(describe::to_json(&document).trim_ascii_end())
    }
}
