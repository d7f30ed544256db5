//! The JSON Schema of one message, with everything that it refers to.

use super::json_schema::{Choices, Dialect, Schemas, Sent, Side, Unexpressed};
use super::openapi::native_schema;
use super::selection::{Candidate, Direction, Selection, candidates};
use super::tree::{Object, Tree};
use crate::codec::EncodeOptions;
use crate::plan::{OperationPlan, Plan};
use crate::service::ServiceOperation;

/// What a schema is made of.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'s> {
    /// The plan of the message.
    pub plan: &'s Plan,
    /// What its service says about all messages.
    pub choices: Choices<'s>,
    /// The operation.
    pub operation: &'s OperationPlan,
    /// Its rules, where there is a service.
    pub rules: Option<&'s ServiceOperation>,
}

/// A message of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart<'n> {
    /// The detail of the declared fault with this name.
    Fault(&'n str),
    /// What the client sends: all fields, as at the path with the operation's name.
    Request,
    /// What it gets.
    Response,
}

/// Why there is no schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The operation does not declare the fault.
    #[error("{operation} declares no fault `{fault}`; {known}")]
    Fault {
        /// The operation.
        operation: String,
        /// The fault.
        fault: String,
        /// Those that it declares.
        known: String,
    },
    /// There is no response.
    #[error("{0} is a one-way operation: it has no response")]
    OneWay(String),
}

/// One JSON Schema (2020-12) for all messages of `plan`: `x-saponify-messages` has them by the names that `convert` gives them.
pub fn all_schemas(plan: &Plan, choices: Choices<'_>) -> Tree {
    let (schemas, named) = of_messages(plan, Dialect::JsonSchema, choices);
    let document = Object::new().with("$schema", DRAFT).with("x-saponify-messages", named);
    document.with("$defs", schemas.finish()).into()
}

/// What no OpenAPI document of `plan` says in its schemas, though the bridge checks it.
pub(super) fn unexpressed(plan: &Plan) -> Vec<Unexpressed> {
    let encode = EncodeOptions::default();
    let choices = Choices { encode: &encode, open_replies: false };
    let (schemas, named) = of_messages(plan, Dialect::OpenApi31, choices);
    schemas.unexpressed(&named)
}

/// The schemas of all messages, by their names, and what makes their components.
fn of_messages<'p>(plan: &'p Plan, dialect: Dialect, choices: Choices<'_>) -> (Schemas<'p>, Object) {
    let messages = candidates(plan, &Selection::default());
    let sent = |candidate: &Candidate<'_>| match candidate.direction {
        Direction::Request => Side::Request,
        Direction::Response => Side::Response,
    };
    let all: Vec<Sent<'_>> =
        messages.iter().map(|known| Sent { message: known.message, side: sent(known) }).collect();
    let mut schemas = Schemas::new(plan, dialect, choices, &all);
    let mut named = Object::new();
    for (candidate, sent) in messages.iter().zip(all) {
        let (name, full) = (candidate.name(), candidate.full_name());
        let twice = messages.iter().filter(|other| other.name() == name).count() > 1;
        let body = schemas.body(sent, &name.replace('/', "_"));
        named.put(if twice { full } else { name }, body);
    }
    (schemas, named)
}

/// The JSON Schema (2020-12) of a message. Errors: the operation has no such message.
pub fn message_schema(of: Schema<'_>, part: MessagePart<'_>) -> Result<Tree, SchemaError> {
    let Schema { plan, choices, operation, rules } = of;
    let (sent, hint) = sent(operation, part)?;
    let credentials = rules.and_then(|rules| rules.credentials.clone());
    let mut schemas = Schemas::new(plan, Dialect::JsonSchema, choices, &[sent])
        .with_credentials(credentials.into_iter().collect());
    let native = rules.map(|rules| &rules.native).filter(|native| !native.is_identity());
    let body = match native.filter(|_| part == MessagePart::Response) {
        Some(native) => {
            let members = schemas.members(sent, &hint);
            native_schema(native, &members)
        }
        None => schemas.body(sent, &hint),
    };
    let mut document = Object::new().with("$schema", DRAFT);
    document.put("title", format!("{} {}", operation.name, title(part)));
    body.members().for_each(|(key, value)| document.put(key.to_owned(), value.clone()));
    let components = schemas.finish();
    if !components.is_empty() {
        document.put("$defs", components);
    }
    Ok(document.into())
}

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

fn title(part: MessagePart<'_>) -> &str {
    match part {
        MessagePart::Fault(name) => name,
        MessagePart::Request => "request",
        MessagePart::Response => "response",
    }
}

/// The message, and what its components are called where the contract has no name for them.
fn sent<'p>(operation: &'p OperationPlan, part: MessagePart<'_>) -> Result<(Sent<'p>, String), SchemaError> {
    match part {
        MessagePart::Fault(wanted) => {
            let mut faults = operation.faults.iter();
            let fault =
                faults.find(|fault| *fault.name == *wanted).ok_or_else(|| no_fault(operation, wanted))?;
            Ok((
                Sent { message: &fault.message, side: Side::Response },
                format!("{}_{wanted}", operation.name),
            ))
        }
        MessagePart::Request => Ok((
            Sent { message: &operation.input, side: Side::Request },
            format!("{}_request", operation.name),
        )),
        MessagePart::Response => {
            let output = operation.output.as_ref();
            let message = output.ok_or_else(|| SchemaError::OneWay(operation.name.to_string()))?;
            Ok((Sent { message, side: Side::Response }, format!("{}_response", operation.name)))
        }
    }
}

fn no_fault(operation: &OperationPlan, wanted: &str) -> SchemaError {
    let names: Vec<&str> = operation.faults.iter().map(|fault| &*fault.name).collect();
    let known = match names.is_empty() {
        true => "it declares none".to_owned(),
        false => format!("it declares {}", names.join(", ")),
    };
    SchemaError::Fault { operation: operation.name.to_string(), fault: wanted.to_owned(), known }
}
