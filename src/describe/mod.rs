//! Documents about a contract: what is wrong with it, what is in it, messages that are valid against it.
//!
//! Everything here is derived from the same model and the same plan that serve messages, so a sample is what the
//! bridge would write and a verdict is what it would do.

mod alike;
mod convert;
mod converted;
pub mod diff;
mod explain;
mod explain_bridge;
mod fault;
mod inspect;
mod interop;
mod json_schema;
mod lint;
mod openapi;
mod page;
mod reading;
mod rules;
mod sample;
mod schema;
mod selection;
mod tools;
mod tree;

pub use convert::{ConvertError, Converter};
pub use converted::Converted;
pub use explain::{Explanation, explain, explanations};
pub use fault::{FaultError, fault_envelope, fault_json, read_fault, sample_fault, sample_json, told_fault};
pub use inspect::{
    FaultView, FieldView, Inspection, MessageView, OperationView, PortView, ServedView, UnservedView, inspect,
};
pub use json_schema::{Choices, Dialect, Divided, Outside, Schemas, Sent, Side};
pub use lint::{Finding, LintReport, OperationVerdict, ServiceVerdict, Totals, UnservedPort, Verdict, lint};
pub use openapi::{OpenApi, Version, openapi};
pub use page::{LinkError, PageOf, linked, page};
pub use reading::Reading;
pub use rules::{Refused, Rules, RulesError};
pub use sample::{Identified, Style, TooLarge, identified, sample};
pub use schema::{MessagePart, Schema, SchemaError, all_schemas, message_schema};
pub use selection::{Candidate, Direction, Selection};
pub use tools::{Hidden, tool};
pub use tree::{Object, Tree, to_compact_json, to_json, to_yaml};
