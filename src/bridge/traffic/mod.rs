//! Traffic, for whoever looks for a mistake in a message: the last exchanges with their messages, in memory and in files.
//!
//! An exchange that has ended hands over what it has, a [`Sample`], and waits for nothing. A thread of its own finds it (`queue`) and masks it (`masking`, `shown`)
//! before it is stored, and packs it (`ring`, `files`); then its room
//! goes home (`home`), for another exchange. Who looks asks the [`Traffic`]: for a list ([`TrafficQuery`]), for one exchange,
//! for a command that sends its request again (`again`), for an HTTP archive (`har`).
//!
//! What comes while the thread has enough to do is left out and counted.

mod again;
mod files;
mod har;
mod home;
mod keeper;
mod masking;
mod query;
mod queue;
mod ring;
mod sample;
mod shown;
mod summary;

pub use again::NotAgain;
pub use keeper::Traffic;
pub(super) use keeper::left_out;
pub use query::{InvalidQuery, TrafficQuery};
pub(super) use sample::Sample;
