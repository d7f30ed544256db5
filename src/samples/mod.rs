//! Samples: folders with the messages of one exchange, which contract tests send and mocks answer with.
//!
//! Everything is compared as the JSON of the contract: a SOAP message is converted first, so that prefixes, white space
//! between elements and the order in which a schema allows them make no difference.

mod case;
mod context;
mod diff;
mod draft;
mod envelope;
pub mod export;
mod fault;
mod find;
mod made;
mod native;
mod operation;
mod pointers;
mod problem;
mod settings;
mod writer;

pub use case::{Case, Part, Side};
pub(crate) use context::masked;
pub use context::{ContractContext, MessageKey};
pub(crate) use diff::{Comparing, Comparison};
pub(crate) use draft::Draft;
pub use draft::DraftError;
pub(crate) use envelope::{blames_client, fault};
pub(crate) use fault::detail_name;
pub use find::{Unreadable, UnreadableKind, find};
pub(crate) use native::At;
pub use operation::{OperationError, operation_of};
pub use pointers::{PointerError, Pointers, Rules};
pub use problem::Problem;
pub use settings::{Header, Http, Settings, SettingsError};
