//! The Header of an envelope that the bridge writes, and `$headers` on their way through.

use std::ops::Range;

use crate::bridge::operation::Operation;
use crate::codec::{Encode, EncodeOptions, Encoder, Given, Headed, Violations};
use crate::json::{Value, write};
use crate::plan::{HEADERS, MessagePlan};
use crate::soap;

/// What stands in the Header of an envelope behind its Security block: the `$headers` of a message, and what a client's envelope had.
pub(in crate::bridge) struct Header<'h> {
    pub(in crate::bridge) operation: Operation<'h>,
    pub(in crate::bridge) message: &'h MessagePlan,
    pub(in crate::bridge) value: Value<'h>,
    /// The credentials that they get, where they have places for some.
    pub(in crate::bridge) given: Option<Given<'h>>,
    /// Where its start tag stands, behind which there is nothing but the Security block, if there is one.
    pub(in crate::bridge) tag: Range<usize>,
    /// Blocks that go on as they came.
    pub(in crate::bridge) passed: &'h str,
}

impl Header<'_> {
    /// Appends what is missing of the Header element to `out`, or takes it away when there is nothing in it.
    pub(in crate::bridge) fn end(
        self,
        options: &EncodeOptions,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
    ) -> Result<(), Violations> {
        let plan = &self.operation.service.plan;
        let headed = Headed { value: self.value, given: self.given };
        let written = encoder.headers(Encode { plan, message: self.message, options }, headed, out)?;
        out.extend_from_slice(self.passed.as_bytes());
        if !written && out.len() == self.tag.end {
            out.truncate(self.tag.start);
        } else {
            soap::end_header(out);
        }
        Ok(())
    }
}

/// Appends the `$headers` of `value`, which fit the request of `operation`, to `members` as they are.
pub(super) fn pass(
    operation: Operation<'_>,
    value: Value<'_>,
    encoder: &mut Encoder,
    members: &mut Vec<u8>,
) -> Result<(), Violations> {
    let service = operation.service;
    let mut checked = Vec::new();
    if encoder.headers(
        Encode { plan: &service.plan, message: &operation.plan.input, options: &service.encode },
        value,
        &mut checked,
    )? && let Some(headers) = value.get(HEADERS)
    {
        members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
        write::write_key(members, HEADERS);
        write::compact(headers, members);
    }
    Ok(())
}
