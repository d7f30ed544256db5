//! Traces and metrics for a collector of OpenTelemetry: OTLP over HTTP, in its JSON encoding.
//!
//! A thread of its own sends; it has a runtime and connections of its own. Exchanges give it their spans at their end and never
//! wait: what finds no place is left out, and counted. Metrics are those of `/metrics`, and are read from its text, so that there is no second
//! list of them.
//!
//! From the ground: `attribute`; `sampler`: which traces are sent; `span`: what is told of an exchange; `figures`: of metrics;
//! `collector`: where it goes; `exporter`: the thread.

mod attribute;
mod collector;
mod exporter;
mod figures;
mod sampler;
mod span;

pub use collector::CollectorSettings;
pub use exporter::{Otlp, OtlpError, OtlpSettings, instance};
pub(super) use exporter::{left_out, sendings};
pub use sampler::{Root, Sampler};
pub(super) use span::Told;
