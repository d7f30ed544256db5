//! The request of an exchange once more, as a command.

use super::ring::Entry;
use crate::bridge::state::peer::FrontKind;
use crate::samples::Side;
use crate::samples::export::{Caller, Recorded};
use crate::service::Service;

/// Why a request cannot be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAgain {
    /// Its message was not kept.
    #[error("the message of the request was not kept: it is too large, or cannot be read and so not masked")]
    Message,
    /// It is the call of a tool, of which the arguments alone are kept.
    #[error("the request is the call of a tool, of which the arguments alone are kept")]
    Tool,
    /// Its service is no longer there.
    #[error("the service of the exchange is no longer there")]
    Service,
}

/// A command that sends the request of `entry` to `service` again. Errors: its message was not kept.
pub(super) fn curl(entry: &Entry, service: &Service) -> Result<String, NotAgain> {
    if *entry.summary.front == *FrontKind::Mcp.name() {
        return Err(NotAgain::Tool);
    }
    let shown = entry.shown();
    let body =
        shown.messages.request.as_ref().map(|message| message.text().ok_or(NotAgain::Message)).transpose()?;
    let side = if *entry.summary.front == *"soap" { Side::Soap } else { Side::Json };
    let operation = entry.summary.operation.as_deref().and_then(|name| service.find(name));
    let rules = operation.and_then(|at| service.operations.get(at));
    let head = &shown.http.request;
    let recorded = Recorded {
        name: entry.summary.operation.as_deref().map_or("request", |name| name),
        side,
        caller: Caller::of(service, side),
        credentials: rules.and_then(|rules| rules.credentials.as_ref()),
        method: &head.method,
        url: &head.url,
        headers: &head.headers,
        body,
        limits: &service.limits,
    };
    Ok(recorded.curl())
}
