//! Answers to JSON clients that accept a form: the JSON in one field, and each attachment in another whose name is the JSON Pointer of its member.

use bytes::Bytes;
use http::HeaderValue;

use crate::bridge::attached::Sources;
use crate::bridge::backend::pieces::Body;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::state::entropy;
use crate::codec::StandIns;
use crate::json::{Kind, Value};
use crate::soap::FormOut;

/// The content type and the body of the form with `json`, in which the attachments of its `sources` are null.
pub(super) fn form(
    operation: Operation<'_>,
    json: &Bytes,
    sources: Sources<'_>,
    buffers: &mut Buffers,
) -> Result<(HeaderValue, Body), Failure> {
    let mut pointers = Vec::new();
    if let Some(stand_ins) = sources.stand_ins() {
        find(operation.parse_own(json, &mut buffers.tape)?, stand_ins, &mut pointers);
    }
    let form = FormOut::new(entropy::boundary());
    let content_type = HeaderValue::try_from(form.content_type()).expect("a boundary is visible ASCII");
    Ok((content_type, sources.in_form(&form, json, &pointers)))
}

/// Adds the pointer of each stand-in in `value`, in their order; the depth of JSON is bounded.
fn find(value: Value<'_>, stand_ins: &StandIns, pointers: &mut Vec<String>) {
    match value.kind() {
        Kind::Array => value.items().for_each(|item| find(item, stand_ins, pointers)),
        Kind::Object => value.members().for_each(|member| find(member.value(), stand_ins, pointers)),
        Kind::String
            if value.plain_str().is_some_and(|text| stand_ins.position(text.as_bytes()).is_some()) =>
        {
            pointers.push(value.pointer());
        }
        Kind::Bool | Kind::Null | Kind::Number | Kind::String => {}
    }
}
