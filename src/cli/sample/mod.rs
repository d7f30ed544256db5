//! `sample`: messages that are valid against a contract, and requests for the tools that people hold.

mod address;
mod export;

use std::fmt::Display;

use clap::{Args, ValueEnum};

use super::contract::{NamedContract, Source, contract};
use super::exit::Exit;
use super::indent::IndentArgs;
use super::output::{failed, print, print_error};
use super::services::{self, ContractPlan};
use crate::codec::EncodeOptions;
use crate::describe::{self, Candidate, Converter, FaultError, Selection, TooLarge};
use crate::plan::{FaultPlan, OperationPlan, Plan};
use crate::samples::export::{Tool, with_addressing};
use crate::samples::{Draft, DraftError};
use crate::soap::FaultContract;
use crate::xsd::Schema;
use export::{Export, ExportArgs};

/// Write a message that is valid against a contract, or requests for a tool.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  saponify sample wsdl/bancbox.wsdl --operation updateClient --kind response --style full --as soap
  saponify sample -c samples/bancbox/json-to-soap.yaml --as curl
  saponify sample --wsdl wsdl/helix.wsdl --as hurl --to http://127.0.0.1:9000/")]
pub(super) struct Sample {
    #[command(flatten)]
    contract: NamedContract,
    /// The operation; needed only where there are several, and not for a tool, which gets all.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// FILE, a WSDL or a service file, unless --wsdl or -c names it; then the operation, unless --operation does.
    #[arg(value_name = "FILE OPERATION", num_args = 0..=2)]
    words: Vec<String>,
    /// The service; by default any.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The port; by default any.
    #[arg(long, value_name = "NAME")]
    port: Option<String>,
    /// Which message of the operation.
    #[arg(long, default_value = "request")]
    kind: Kind,
    /// The fault, by name; by default the first.
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// How much is in it; by default `minimal`, for a tool the first of `minimal`, `full` and random ones that the conditions of the
    /// service file take.
    #[arg(long)]
    style: Option<Style>,
    /// What random samples are made from; the same seed gives the same sample.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// The language, or the tool that requests are for.
    #[arg(long = "as", default_value = "json")]
    language: Language,
    #[command(flatten)]
    export: ExportArgs,
    #[command(flatten)]
    indent: IndentArgs,
}

const USAGE: &str = "saponify sample [OPTIONS] <FILE|--wsdl FILE|-c FILE> [OPERATION]";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// From the client.
    Request,
    /// From the service.
    Response,
    /// From the service, when it fails.
    Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Style {
    /// What must be there.
    Minimal,
    /// Whatever may be there.
    Full,
    /// Whatever the seed says.
    Random,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
    /// Commands of a shell.
    Curl,
    /// A file of Hurl.
    Hurl,
    /// A folder of Bruno.
    Bruno,
    /// A collection of Postman.
    Postman,
    /// A script of k6.
    K6,
    /// A project of SoapUI.
    Soapui,
    /// A folder with a case of each operation, for `saponify test` and `saponify mock`.
    Case,
}

/// Whom requests are for.
enum Target {
    /// This program.
    Case,
    Tool(Tool),
}

impl Language {
    /// Nothing for a message alone.
    fn target(self) -> Option<Target> {
        match self {
            Self::Bruno => Some(Target::Tool(Tool::Bruno)),
            Self::Case => Some(Target::Case),
            Self::Curl => Some(Target::Tool(Tool::Curl)),
            Self::Hurl => Some(Target::Tool(Tool::Hurl)),
            Self::Json | Self::Soap => None,
            Self::K6 => Some(Target::Tool(Tool::K6)),
            Self::Postman => Some(Target::Tool(Tool::Postman)),
            Self::Soapui => Some(Target::Tool(Tool::Soapui)),
        }
    }
}

impl Sample {
    pub(super) fn run(self) -> Result<(), Exit> {
        let (source, words) = contract(&self.contract, &self.words, USAGE)?;
        if let Some(target) = self.language.target() {
            return self.export(&source, words, target);
        }
        self.export.check_unused("a message is not sent")?;
        self.export.check_no_file()?;
        let ContractPlan { schema, plan, encode, addressed, .. } = services::plan(&source)?;
        let schema = schema.map_or_else(|| services::schema(&source), Ok)?;
        let operation = self.operation(words, &plan)?;
        let made = Sampled { options: &self, schema, plan, encode, addressed, operation }.make();
        print(self.indent.message(made.map_err(|reason| failed(&reason, Exit::Input))?))
    }

    fn export(&self, source: &Source, words: &[String], target: Target) -> Result<(), Exit> {
        if self.kind != Kind::Request || self.fault.is_some() {
            return Err(failed(&"--kind and --fault: a tool sends requests", Exit::Usage));
        }
        let operation = match (&self.operation, words) {
            (Some(name), []) | (None, [name]) => Some(name.clone()),
            (None, []) => None,
            _ => return Err(failed(&format!("expected one operation: {USAGE}"), Exit::Usage)),
        };
        let (service, port) = (self.service.clone(), self.port.clone());
        let selection = Selection { service, port, operation, direction: None };
        let (options, style, seed, indent) = (&self.export, self.style(), self.seed, self.indent);
        let export = Export { source, options, selection, style, seed, indent };
        match target {
            Target::Case => export.cases(),
            Target::Tool(tool) => export.requests(tool),
        }
    }

    fn style(&self) -> Option<describe::Style> {
        self.style.map(|style| match style {
            Style::Minimal => describe::Style::Minimal,
            Style::Full => describe::Style::Full,
            Style::Random => describe::Style::Random,
        })
    }

    /// The operation that is meant. Errors: several, and none is named, told.
    fn operation(&self, words: &[String], plan: &Plan) -> Result<String, Exit> {
        let names = services::names(plan);
        match (&self.operation, words, names.as_slice()) {
            (Some(name), [], _) | (None, [name], _) => Ok(name.clone()),
            (None, [], [one]) => Ok(one.clone()),
            (None, [], []) => Err(failed(&services::unknown("", plan), Exit::Input)),
            (None, [], names) => {
                let reason = format!("expected --operation NAME; the operations are {}", names.join(", "));
                Err(failed(&reason, Exit::Usage))
            }
            _ => Err(failed(&format!("expected one operation: {USAGE}"), Exit::Usage)),
        }
    }
}

/// What is asked for, and of which operation.
struct Sampled<'s> {
    options: &'s Sample,
    schema: Schema,
    plan: Plan,
    encode: EncodeOptions,
    /// Where a request goes that must have the properties of WS-Addressing.
    addressed: Option<String>,
    operation: String,
}

impl Sampled<'_> {
    fn make(&self) -> Result<Vec<u8>, SampleError> {
        let Self { options, schema, plan, encode, .. } = self;
        if options.kind == Kind::Fault {
            return self.fault(plan);
        }
        let direction = match options.kind {
            Kind::Response => describe::Direction::Response,
            _ => describe::Direction::Request,
        };
        let chosen = Selection { direction: Some(direction), ..self.selection() };
        let chosen = Converter::new(plan, *encode, &chosen, false);
        let candidate = chosen.candidates().first().ok_or_else(|| self.missing(plan))?;
        let json = self.sampled(candidate)?;
        let draft = Draft { converter: &chosen, candidate, json };
        let json = kept(&draft, schema, options.language);
        match options.language {
            Language::Soap => Ok(self.addressed(candidate, draft.soap_of(&json)?)),
            // Whoever names the operation knows whose message it is.
            _ => Ok(json),
        }
    }

    /// A message with the properties of WS-Addressing, where it must have some. What tells it from others is made of the seed.
    fn addressed(&self, candidate: &Candidate<'_>, message: Vec<u8>) -> Vec<u8> {
        let Some(to) =
            self.addressed.as_ref().filter(|_| candidate.direction == describe::Direction::Request)
        else {
            return message;
        };
        let envelope = String::from_utf8(message).expect("XML is written as UTF-8");
        let message_id =
            format!("urn:uuid:00000000-0000-4000-8000-{:012x}", self.options.seed & 0xFFFF_FFFF_FFFF);
        with_addressing(&envelope, &candidate.operation.addressing, to, &message_id).into_bytes()
    }

    fn sampled(&self, candidate: &Candidate<'_>) -> Result<Vec<u8>, TooLarge> {
        // The least is what people look at first.
        let style = self.options.style().unwrap_or(describe::Style::Minimal);
        describe::sample(&self.plan, candidate, style, self.options.seed)
    }

    fn selection(&self) -> Selection {
        Selection {
            service: self.options.service.clone(),
            port: self.options.port.clone(),
            operation: Some(self.operation.clone()),
            direction: None,
        }
    }

    fn missing(&self, plan: &Plan) -> SampleError {
        let known = services::names(plan).contains(&self.operation);
        let Self { options: Sample { kind, .. }, operation, .. } = self;
        match known {
            true if *kind == Kind::Response => SampleError::OneWay(operation.clone()),
            true => SampleError::Port(operation.clone()),
            false => SampleError::Operation(services::unknown(operation, plan)),
        }
    }

    fn fault(&self, plan: &Plan) -> Result<Vec<u8>, SampleError> {
        let selection = self.selection();
        let operation = plan.operations().iter().find(|operation| selection.is(operation));
        let operation = operation.ok_or_else(|| self.missing(plan))?;
        let fault = self.declared(operation)?;
        let direction = describe::Direction::Response;
        let candidate = Candidate { operation, direction, message: &fault.message };
        let json = self.sampled(&candidate)?;
        // What is in a detail is converted like a Body.
        let converter = Converter::new(plan, self.encode, &selection, true);
        let draft = Draft { converter: &converter, candidate: &candidate, json };
        let json = kept(&draft, &self.schema, self.options.language);
        let message = describe::sample_fault(fault, json);
        match self.options.language {
            Language::Soap => {
                let contract = FaultContract { plan, operation };
                let limits = EncodeOptions::default().limits;
                Ok(describe::fault_envelope(contract, operation.version.into(), &message, &limits)?)
            }
            _ => Ok(describe::sample_json(&message)),
        }
    }

    /// The fault that is asked for: the first one where none is named.
    fn declared<'p>(&self, operation: &'p OperationPlan) -> Result<&'p FaultPlan, SampleError> {
        let mut faults = operation.faults.iter();
        let wanted = self.options.fault.as_deref();
        let fault = faults.find(|fault| wanted.is_none_or(|wanted| *fault.name == *wanted));
        fault.ok_or_else(|| SampleError::Fault(operation.name.to_string()))
    }
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
enum SampleError {
    /// A fault that the operation does not declare.
    #[error("{0} declares no such fault")]
    Fault(String),
    /// Values of a fault that nothing was found for.
    #[error("no value that the contract takes was found: {0}")]
    FaultValue(#[from] FaultError),
    /// A sample that is not valid.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A response of an operation that has none.
    #[error("{0} is a one-way operation: it has no response")]
    OneWay(String),
    /// An operation that the contract does not have.
    #[error("{0}")]
    Operation(String),
    /// An operation that another service or port has.
    #[error("{0} has no such message at this service and port; `saponify inspect` lists them")]
    Port(String),
    /// A message that cannot be small.
    #[error(transparent)]
    Size(#[from] TooLarge),
}

/// The sample with other values where it breaks `xs:unique` and the like. What cannot be mended is told.
fn kept(draft: &Draft<'_, '_>, schema: &Schema, language: Language) -> Vec<u8> {
    match draft.keeping_identities(schema) {
        Ok(drawn) => {
            drawn.broken.iter().for_each(|broken| not_valid(broken));
            drawn.json
        }
        Err(reason) => {
            // In SOAP there is no sample then.
            if language == Language::Json {
                not_valid(&reason);
            }
            draft.json.clone()
        }
    }
}

/// Tells that the sample breaks the contract, and why.
fn not_valid(reason: &dyn Display) {
    print_error(format_args!("saponify: the sample is not valid: {reason}"));
}
