//! Requests: from the JSON in the middle to the backend's language.
//!
//! From below: `credentials` are what the backend gets, `http_binding` puts fields into path, query and headers,
//! `header_blocks` into the envelope's Header; `soap` and `json` make the request of either backend, and here one is chosen.

mod credentials;
pub(super) mod header_blocks;
pub(super) mod http_binding;
mod json;
mod soap;

pub(super) use credentials::{members, write_credentials};

use bytes::Bytes;

use super::attached::Sources;
use super::backend::outgoing::Outgoing;
use super::failure::{Breach, Failure};
use super::operation::{Called, Operation};
use super::state::buffers::Buffers;
use super::state::entropy;
use crate::codec::{Encoder, Violations};
use crate::json::{Tape, Value, write};
use crate::service::Backend;
use crate::service::checks::{self, Checked};
use crate::service::outcome::Notice;

/// A request for a backend, and what is worth knowing about it.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    /// In a box, for it is large and goes through many hands.
    pub(super) outgoing: Box<Outgoing>,
    pub(super) warnings: Vec<Notice>,
    /// The request in the JSON of the contract, where something may need it when it has failed.
    pub(super) request: Option<Bytes>,
}

impl Prepared {
    /// Bytes of all that it keeps.
    #[inline]
    pub(super) fn size(&self) -> usize {
        self.outgoing.body.size() + self.request.as_ref().map_or(0, Bytes::len)
    }

    /// The same with warnings before its own.
    pub(super) fn after(mut self, mut warnings: Vec<Notice>) -> Self {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
        self
    }
}

impl Called<'_> {
    /// The request for the backend with the JSON `value`.
    ///
    /// Errors: everything that breaks the contract and the service's own conditions, all at once.
    pub(super) fn prepare(self, value: Value<'_>, encoder: &mut Encoder) -> Result<Prepared, Failure> {
        let outgoing = match &self.operation.service.backend {
            Backend::Soap(backend) => soap::request(self, backend, value, encoder),
            Backend::Json(_) => json::request(self, value, encoder),
        };
        conclude(check_sent(self.operation, value, encoder)?, outgoing)
    }

    /// The request for the backend with the JSON text `json`, which the bridge made of a message that was validated, and that text where something
    /// may need it when the request has failed.
    pub(super) fn prepare_own(self, json: Vec<u8>, buffers: &mut Buffers) -> Result<Prepared, Failure> {
        let Buffers { tape, encoder, .. } = buffers;
        let operation = self.operation;
        match &operation.service.backend {
            Backend::Soap(_) => {
                let json = Bytes::from(json);
                let sources = Sources { text: Some(&json), ..self.sources };
                let prepared =
                    Called { sources, ..self }.prepare(operation.parse_own(&json, tape)?, encoder)?;
                let request = operation.keeps_requests().then_some(json);
                Ok(Prepared { request, ..prepared })
            }
            Backend::Json(_) => {
                let request = operation.keeps_requests().then(|| Bytes::copy_from_slice(&json));
                let checked = if operation.rules.checks.is_empty() {
                    Checked::default()
                } else {
                    check(operation, operation.parse_own(&json, tape)?)
                };
                let prepared = conclude(checked, json::outgoing(self, json))?;
                Ok(Prepared { request, ..prepared })
            }
        }
    }
}

/// What the conditions of `operation` say about `value`, which was encoded, without what the message that is sent has not.
pub(super) fn check_sent(
    operation: Operation<'_>,
    value: Value<'_>,
    encoder: &mut Encoder,
) -> Result<Checked, Failure> {
    let left_out = encoder.left_out();
    if left_out.is_empty() || operation.rules.checks.is_empty() {
        return Ok(check(operation, value));
    }
    let (mut sent, mut tape) = (Vec::new(), Tape::new());
    write::without(value, left_out, &mut sent);
    Ok(check(operation, operation.parse_own(&sent, &mut tape)?))
}

/// What the conditions of `operation` say about `value`.
fn check(operation: Operation<'_>, value: Value<'_>) -> Checked {
    checks::check(&operation.rules.checks, value, &operation.service.tables, entropy::timestamp)
}

/// A request that breaks neither the contract nor a condition.
fn conclude(checked: Checked, outgoing: Result<Box<Outgoing>, Failure>) -> Result<Prepared, Failure> {
    match outgoing {
        Err(Failure::Breach(Breach { violations, .. })) => {
            Err(Breach { violations, notices: checked.into_decided() }.into())
        }
        Ok(_) if checked.is_refused() => {
            Err(Breach { violations: Violations(Vec::new()), notices: checked.into_errors() }.into())
        }
        outgoing => Ok(Prepared { outgoing: outgoing?, warnings: checked.warnings, request: None }),
    }
}
