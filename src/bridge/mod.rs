//! The exchange between a client and a backend: fronts, backends, and what stands between them.
//!
//! Every request takes one path ([`exchange`]): route, read the body under its limits, see who calls, turn the message into
//! the backend's language, call, turn the reply back, answer. JSON is the language in the middle, so that two fronts and
//! two backends give all four ways. A failure at any step is a [`Failure`], and one table says what clients are told of it.
//!
//! A file may use those that stand before it here, and no other:
//!
//! 1. `tls`; `state`: time, randomness, buffers, header fields, places and memory
//! 2. `backend`: connections, requests and replies; `attached`: attachments that are not in their message
//! 3. `auth`: who is calling; `idempotency`: what was asked before
//! 4. `bad_reply`, `challenge`, `failure`; `incoming`: the bodies of requests; `trace`, `request_id`; `transcript`, `log`, `record`, `access`, `otlp`, `metrics`, `observers`: what is
//!    told of exchanges; `undeclared`: header blocks that no contract declares
//! 5. `web`: proxies, and pages of other sites; `descriptions`: the OpenAPI document; `tools`: the list of tools; `page`: the page for people; `operation`, `ready`: a service, ready to be called
//! 6. `request`, `reply`: to the backend's language, and back
//! 7. `failed`; `answer`: what the client gets
//! 8. `exchange`: one request, whatever its language
//! 9. `front`: the languages of clients
//! 10. `watch`: the end of each; `service`: all services, as one `tower::Service`
//!
//! `simulation` is for tests: all of it, three times, in virtual time; what connects, tells the time or draws lots asks it first then.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

mod access;
mod answer;
mod attached;
mod auth;
mod backend;
mod bad_reply;
mod challenge;
mod descriptions;
mod exchange;
mod failed;
mod failure;
mod front;
mod idempotency;
mod incoming;
mod log;
mod metrics;
mod observers;
mod operation;
mod otlp;
mod page;
mod ready;
mod record;
mod reply;
mod request;
mod request_id;
mod service;
#[cfg(test)]
mod simulation;
mod state;
pub mod tls;
mod tools;
mod trace;
mod traffic;
mod transcript;
mod undeclared;
mod watch;
mod web;

pub use access::{AccessLog, AccessLogForm};
pub use auth::{AuthError, IdentityError};
pub use backend::body::{BodyError, collect};
pub use backend::client::Client;
pub use backend::connect::{Endpoint, EndpointError};
pub use backend::error::{CallError, ProxyError};
pub(crate) use backend::headers::basic;
pub use backend::outgoing::{Outgoing, Reply};
pub use backend::pieces::Body;
pub use backend::renewal::Renewal;
pub use backend::template::TemplateError;
pub use backend::token::TokenServerError;
pub use bad_reply::{BadReply, BadReplyCause};
pub use challenge::Challenge;
pub use failed::Failed;
pub use failure::{
    BackendFailure, Breach, CredentialOwner, Failure, FieldError, FieldErrorKind, ReceivedFault,
};
pub use front::once::{Answered, Once, ReadyRequest};
pub use front::routes::RouteConflict;
pub use idempotency::KeyError;
pub use log::{LogWriter, panicked};
pub use metrics::Metrics;
pub use observers::Observers;
pub use otlp::{CollectorSettings, Otlp, OtlpError, OtlpSettings, Root, Sampler, instance};
#[cfg(feature = "demo")]
pub(crate) use page::Link;
pub(crate) use page::path as page_path;
pub use ready::{ReadyError, ReadyService};
pub use service::Bridge;
pub(crate) use service::Serving;
pub use state::admission::Shortage;
pub(crate) use state::alarm::Alarm;
pub(crate) use state::entropy::message_id;
pub use state::peer::{By, FrontKind, Only, Peer};
pub(crate) use state::resources::descriptors;
pub use state::store::StoreError;
pub use traffic::{InvalidQuery, NotAgain, Traffic, TrafficQuery};
