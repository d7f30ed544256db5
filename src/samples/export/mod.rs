//! Requests for the tools that people hold: a shell with `curl`, Hurl, Bruno, Postman, k6, SoapUI, and `test` of this program.
//!
//! `exporter` makes an [`Exchange`] of an operation: a sample that the contract and the conditions of the service take, bound to its
//! method and path (`binding`), with places for what only whoever sends it knows (`credentials`, `token`, `parts`, `body`), and what an answer
//! certainly has (`expected`). A [`Collection`] of them is what each tool gets, as pure text, in the file called after it; `script` is what tools
//! with JavaScript share, `shell` what shells need.

mod binding;
mod body;
mod bruno;
mod case;
mod credentials;
mod curl;
mod exchange;
mod expected;
mod exporter;
mod headers;
mod hurl;
mod k6;
mod output;
mod parts;
mod postman;
mod recorded;
mod script;
mod shell;
mod soapui;
mod token;
mod tool;

pub use case::{Folder, files_of_cases};
pub use credentials::{Auth, Caller, UsernameToken};
pub use curl::line;
pub use exchange::{Collection, Exchange};
pub use exporter::{ExportError, Exporter, Place, Wanted, told};
pub(crate) use headers::soap_headers;
pub use output::{File, Output};
pub use recorded::Recorded;
pub(crate) use shell::here;
pub use shell::quote;
pub(crate) use token::with_addressing;
pub use tool::Tool;
