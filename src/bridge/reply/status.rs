//! What the HTTP status of a reply says.

use http::{HeaderMap, header};

use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, CredentialOwner};
use crate::bridge::state::header::only;
use crate::service::outcome::Notice;

/// The statuses with which a JSON backend answers in its own form; all others are failures whatever their body, in which the
/// backend said `errors`.
pub(super) fn check(
    reply: &Reply,
    owner: CredentialOwner,
    errors: Vec<Notice>,
) -> Result<(), BackendFailure> {
    match reply.status.as_u16() {
        200..=299 | 400 | 404 | 409 | 410 | 421 | 422 | 423 => Ok(()),
        401 | 403 => Err(BackendFailure::Unauthorized { owner, errors }),
        status => Err(BackendFailure::Failed {
            status,
            retry_after: retry_after(&reply.headers),
            errors,
            client: false,
        }),
    }
}

/// `Retry-After` in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u32> {
    // A date, or what is malformed or repeated, is not passed on: it is advice, and clients have their own.
    only(headers, header::RETRY_AFTER).ok().flatten().and_then(|value| value.trim().parse().ok())
}
