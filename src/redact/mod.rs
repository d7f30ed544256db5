//! What must not be shown, in one place: whatever is logged, printed, recorded or reported comes through here first.
//!
//! Three things say that something is a secret: a rule of the service file or of a command ([`Masks`]), the name of a
//! field, header or parameter ([`is_secret`]), and its place in a Security header. What is known to be secret beforehand
//! ([`SecretSet`]) is found wherever it stands, for a backend may repeat it where nobody expects it.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod header;
mod json;
mod line;
mod masks;
mod names;
mod route;
mod secrets;
mod url;
mod xml;

pub use header::{header, is_secret_header};
pub use json::{cleaned_json, hides_json, masked_json, masked_values, one_line, packed_json};
pub use line::{plain, printable, source};
pub use masks::Masks;
pub use names::is_secret;
pub use route::{backend_url, masked_fields, masked_target};
pub use secrets::{SecretSet, Sought};
pub use url::url;
pub use xml::{hides_xml, masked_texts, masked_xml};

/// What stands in place of a secret.
pub const MARK: &str = "***";
