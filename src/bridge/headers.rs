//! The Header of an envelope that the bridge writes, and `$headers` on their way through.

use std::ops::Range;

use super::messages::Operation;
use crate::codec::{Encode, EncodeOptions, Encoder, Violations};
use crate::json::{Value, write};
use crate::plan::MessagePlan;
use crate::soap;

/// The Header element, when there is something in it: the Security block and the `$headers` of `value`. Gives where the
/// Security block stands.
pub(super) fn write(
    operation: Operation<'_>,
    message: &MessagePlan,
    value: Value<'_>,
    security: &[u8],
    options: &EncodeOptions,
    encoder: &mut Encoder,
    out: &mut Vec<u8>,
) -> Result<Range<usize>, Violations> {
    let begin = out.len();
    soap::begin_header(out);
    let at = out.len()..out.len() + security.len();
    out.extend_from_slice(security);
    let written = encoder.headers(Encode { plan: &operation.service.plan, message, options }, value, out)?;
    soap::end_header(out);
    if !written && security.is_empty() {
        out.truncate(begin);
    }
    Ok(at)
}

/// Appends the `$headers` of `value`, which fit `message`, to `members` as they are.
pub(super) fn passed(
    operation: Operation<'_>,
    message: &MessagePlan,
    value: Value<'_>,
    encoder: &mut Encoder,
    members: &mut Vec<u8>,
) -> Result<(), Violations> {
    let service = operation.service;
    let mut checked = Vec::new();
    if encoder.headers(
        Encode { plan: &service.plan, message, options: &service.encode },
        value,
        &mut checked,
    )? && let Some(headers) = value.get("$headers")
    {
        members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
        write::write_key(members, "$headers");
        write::compact(headers, members);
    }
    Ok(())
}
