//! Documents about a contract: what is wrong with it, what is in it, messages that are valid against it.
//!
//! Everything here is derived from the same model and the same plan that serve messages, so a sample is what the
//! bridge would write and a verdict is what it would do.

mod alike;
mod convert;
mod explain;
mod inspect;
mod lint;
mod sample;

pub use convert::{Candidate, ConvertError, Converter, Direction, Replies, Selection};
pub use explain::{explain, explanations};
pub use inspect::{FaultView, FieldView, Inspection, MessageView, OperationView, PortView, inspect};
pub use lint::{Finding, LintReport, OperationVerdict, ServiceVerdict, Verdict, lint};
pub use sample::{Style, TooLarge, sample};
