//! What the page for people shows: the operations of a service with their schemas (`document`), and a message in JSON beside the SOAP that
//! it becomes, with what belongs together (`linked`). `rules` finds what the service file says about a field, `queues` where in the JSON the
//! elements of an object are from, and `walk` goes along a message.

mod document;
mod error;
mod linked;
mod queues;
mod rules;
mod walk;

pub use document::{PageOf, page};
pub use error::LinkError;
pub use linked::linked;
