//! `sample`: messages that are valid against a contract.

use std::fmt::Display;

use clap::{Args, ValueEnum};

use super::contract::{NamedContract, contract};
use super::exit::Exit;
use super::indent::IndentArgs;
use super::output::{failed, print, print_error};
use super::services::{self, ContractPlan};
use crate::codec::{EncodeOptions, Violations};
use crate::describe::{self, Candidate, Converter, FaultError, Selection, TooLarge};
use crate::json::{self, Tape};
use crate::limits::Limits;
use crate::plan::{FaultPlan, OperationPlan, Plan};
use crate::soap::FaultContract;
use crate::xsd::Schema;

/// Write a message that is valid against a contract.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  saponify sample wsdl/bancbox.wsdl --operation updateClient
  saponify sample wsdl/bancbox.wsdl --operation updateClient --kind response --style full --as soap
  saponify sample --wsdl wsdl/helix.wsdl --operation updateCustomer --kind fault --indent always")]
pub(super) struct Sample {
    #[command(flatten)]
    contract: NamedContract,
    /// The operation; needed only where there are several.
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
    /// How much is in it.
    #[arg(long, default_value = "minimal")]
    style: Style,
    /// What random samples are made from; the same seed gives the same sample.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// The language.
    #[arg(long = "as", default_value = "json")]
    language: Language,
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
}

impl Sample {
    pub(super) fn run(self) -> Result<(), Exit> {
        let (source, words) = contract(&self.contract, &self.words, USAGE)?;
        let ContractPlan { schema, plan, encode } = services::plan(&source)?;
        let schema = schema.map_or_else(|| services::schema(&source), Ok)?;
        let operation = self.operation(words, &plan)?;
        let made = Sampled { options: &self, schema, plan, encode, operation }.make();
        print(self.indent.message(made.map_err(|reason| failed(&reason, Exit::Input))?))
    }

    fn style(&self) -> describe::Style {
        match self.style {
            Style::Minimal => describe::Style::Minimal,
            Style::Full => describe::Style::Full,
            Style::Random => describe::Style::Random,
        }
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
        let json = describe::sample(plan, candidate, options.style(), options.seed)?;
        let json = Draft { converter: &chosen, candidate, json }.keeping_identities(schema, options.language);
        match options.language {
            // Whoever names the operation knows whose message it is.
            Language::Json => Ok(json),
            Language::Soap => soap_of(&chosen, candidate, &json),
        }
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
        let json = describe::sample(plan, &candidate, self.options.style(), self.options.seed)?;
        // What is in a detail is converted like a Body.
        let converter = Converter::new(plan, self.encode, &selection, true);
        let draft = Draft { converter: &converter, candidate: &candidate, json };
        let json = draft.keeping_identities(&self.schema, self.options.language);
        let message = describe::sample_fault(fault, json);
        match self.options.language {
            Language::Json => Ok(describe::sample_json(&message)),
            Language::Soap => {
                let contract = FaultContract { plan, operation };
                let limits = EncodeOptions::default().limits;
                Ok(describe::fault_envelope(contract, operation.version.into(), &message, &limits)?)
            }
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
    /// A sample that is larger than messages may be.
    #[error(transparent)]
    Json(#[from] json::Error),
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
    /// Values such as those of a pattern that nothing was found for.
    #[error("no value that the contract takes was found: {0}")]
    Value(#[from] Violations),
}

/// A sample that may break what a schema says of several values together.
struct Draft<'d, 'p> {
    converter: &'d Converter<'p>,
    candidate: &'d Candidate<'p>,
    json: Vec<u8>,
}

impl Draft<'_, '_> {
    /// The sample with other values where it breaks `xs:unique` and the like. What cannot be mended is told.
    fn keeping_identities(self, schema: &Schema, language: Language) -> Vec<u8> {
        let Self { converter, candidate, json } = self;
        let xml = match soap_of(converter, candidate, &json) {
            Ok(xml) => String::from_utf8(xml).expect("XML is written as UTF-8"),
            Err(reason) => {
                // In SOAP there is no sample then.
                if language == Language::Json {
                    not_valid(&reason);
                }
                return json;
            }
        };
        let found = describe::identified(schema, &xml);
        found.broken.iter().for_each(|broken| not_valid(&format_args!("it breaks {broken}")));
        let Some(changed) = found.changed else { return json };
        match converter.json_of_candidate(candidate, changed.as_bytes()) {
            Ok(mended) => mended,
            Err(reason) => {
                not_valid(&format_args!(
                    "no values were found that keep xs:unique, xs:key and xs:keyref: {reason}"
                ));
                json
            }
        }
    }
}

/// Tells that the sample breaks the contract, and why.
fn not_valid(reason: &dyn Display) {
    print_error(format_args!("saponify: the sample is not valid: {reason}"));
}

fn soap_of(
    converter: &Converter<'_>,
    candidate: &Candidate<'_>,
    json: &[u8],
) -> Result<Vec<u8>, SampleError> {
    let mut tape = Tape::new();
    let value = tape.parse(json, &Limits::default().json)?;
    Ok(converter.encode(candidate, value)?)
}
