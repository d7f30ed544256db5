//! Answers to JSON clients that accept a form: the JSON in one field, and each attachment in another whose name is the JSON Pointer of its member.

use bytes::Bytes;
use http::HeaderValue;

use crate::bridge::attached::{Sources, StoodFor};
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
    let mut values = Vec::new();
    if let Some(stand_ins) = sources.stand_ins() {
        find(operation.parse_own(json, &mut buffers.tape)?, stand_ins, &mut values);
    }
    let form = FormOut::new(entropy::boundary());
    let content_type = HeaderValue::try_from(form.content_type()).expect("a boundary is visible ASCII");
    Ok((content_type, sources.in_form(&form, json, &values)))
}

/// Adds the strings of `value` that are stand-ins, in their order; the depth of JSON is bounded.
fn find(value: Value<'_>, stand_ins: &StandIns, found: &mut Vec<StoodFor>) {
    match value.kind() {
        Kind::Array => value.items().for_each(|item| find(item, stand_ins, found)),
        Kind::Object => value.members().for_each(|member| find(member.value(), stand_ins, found)),
        Kind::String => {
            let position = value.plain_str().and_then(|text| stand_ins.position(text.as_bytes()));
            found.extend(position.map(|at| {
                let place = value.offset()..value.offset() + value.raw().len();
                StoodFor { pointer: value.pointer(), place, at }
            }));
        }
        Kind::Bool | Kind::Null | Kind::Number => {}
    }
}
