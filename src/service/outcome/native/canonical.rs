//! The response of the contract for a native reply, of which nothing is lost.

use super::equal::{equal, same};
use super::plan::{Making, NativeFrom, NativePlan, write_item};
use crate::json::{self, Kind, Tape, Value, write};
use crate::service::expression::{Template, Variables};
use crate::service::outcome::outcome_rules::{Evaluation, Verdict};
use crate::service::outcome::shape::{self, Notice};

/// A native reply that is to become a response of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Native<'n> {
    /// The body.
    pub body: Value<'n>,
    /// Its HTTP status.
    pub http: u16,
    /// The number of the request.
    pub request_id: i64,
}

/// A table and what a native JSON is made with by it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    /// The members of the native JSON.
    pub plan: &'t NativePlan,
    /// What it is made with.
    pub making: Making<'t>,
}

/// A member of the response that does not fit its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The member of the response.
    pub member: String,
    /// Whether it can stay, because only something inside of it is unknown.
    pub stays: bool,
}

/// The response of the contract for a native reply whose meaning is known, in the JSON of the contract.
///
/// Errors: one that is beyond the limits, so that nobody can tell whether something of the reply is lost.
pub fn canonical(
    table: Table<'_>,
    native: Native<'_>,
    evaluation: &Evaluation,
    mismatches: &[Mismatch],
) -> Result<Vec<u8>, json::Error> {
    let raws = raws(table, native, evaluation);
    let mut out = plain_canonical(table.plan, native, evaluation, &Kept { raws, mismatches });
    let extras = differences(table, native, &out, mismatches)?;
    if !extras.is_empty() {
        out.pop();
        out.extend_from_slice(b",\"extra\":[");
        write_extras(&extras, &mut out);
        out.extend_from_slice(b"]}");
    }
    Ok(out)
}

/// What of a reply stays as it came, and what does not stay.
struct Kept<'k> {
    /// For each error the item of the reply, where it says more.
    raws: Vec<Option<String>>,
    mismatches: &'k [Mismatch],
}

fn write_extras(extras: &[(String, String)], out: &mut Vec<u8>) {
    for (at, (name, text)) in extras.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"@name\":");
        write::write_string(out, name);
        out.extend_from_slice(b",\"$value\":");
        write::write_string(out, text);
        out.push(b'}');
    }
}

/// The response without what it could not hold.
fn plain_canonical(
    plan: &NativePlan,
    native: Native<'_>,
    evaluation: &Evaluation,
    kept: &Kept<'_>,
) -> Vec<u8> {
    let mut out = b"{\"requestId\":".to_vec();
    out.extend_from_slice(itoa::Buffer::new().format(native.request_id).as_bytes());
    let success = evaluation.verdict == Some(Verdict::Success);
    out.extend_from_slice(if success { b",\"status\":1" } else { b",\"status\":0" });
    shape::write_list(&mut out, "warnings", &evaluation.warnings, &[]);
    shape::write_list(&mut out, "errors", &evaluation.errors, &kept.raws);
    out.extend_from_slice(format!(",\"httpStatus\":{}", native.http).as_bytes());
    for member in &plan.members {
        let NativeFrom::Member { member: Some(name), text, .. } = &member.from else { continue };
        let leaves = kept.mismatches.iter().any(|known| known.member == *name && !known.stays);
        if let Some(value) = native.body.get(&member.key).filter(|_| !leaves) {
            out.push(b',');
            write::write_key(&mut out, name);
            write_kept(value, *text, &mut out);
        }
    }
    out.push(b'}');
    out
}

fn write_kept(value: Value<'_>, text: bool, out: &mut Vec<u8>) {
    match value.kind() {
        Kind::Bool | Kind::Number if text => write::write_string(out, value.raw()),
        _ => write::compact(value, out),
    }
}

/// For each error the item of the reply, where the table would make another one of its code and message.
fn raws(table: Table<'_>, native: Native<'_>, evaluation: &Evaluation) -> Vec<Option<String>> {
    let Table { plan, making } = table;
    let Some(items) = evaluation.items.as_ref().and_then(|items| native.body.at_pointer(items)) else {
        return Vec::new();
    };
    let template = plan.members.iter().find_map(|member| match &member.from {
        NativeFrom::Notices { list: "errors", item } => Some(item),
        _ => None,
    });
    let mut variables = Variables::of(native.body).with_http(making.http).with_tables(making.tables);
    let raw = |(item, notice): (Value<'_>, &Notice)| {
        let mut compact = Vec::new();
        write::compact(item, &mut compact);
        let made = template.map(|template| made(notice, template, &mut variables, making));
        let same = made.is_some_and(|made| same(&made, &compact, making.limits));
        (!same).then(|| utf8(compact))
    };
    items.items().zip(&evaluation.errors).map(raw).collect()
}

fn made(
    notice: &Notice,
    template: &[(String, Template)],
    variables: &mut Variables<'_>,
    making: Making<'_>,
) -> Vec<u8> {
    let mut json = Vec::new();
    shape::write_canonical(&mut json, notice, None);
    let mut tape = Tape::new();
    let mut out = Vec::new();
    // A notice beyond the limits is not made again, and so kept as it came.
    if let Ok(notice) = tape.parse(&json, making.limits) {
        write_item(notice, template, variables, &mut out);
    }
    out
}

/// The members of the reply that the response `view` does not give back as they were.
fn differences(
    table: Table<'_>,
    native: Native<'_>,
    view: &[u8],
    mismatches: &[Mismatch],
) -> Result<Vec<(String, String)>, json::Error> {
    let Table { plan, making } = table;
    let (mut tape, mut made_tape) = (Tape::new(), Tape::new());
    let mut made = Vec::new();
    let view = tape.parse(view, making.limits)?;
    plan.write(view, making, &mut made);
    let made = made_tape.parse(&made, making.limits)?;
    let mut out = Vec::new();
    for member in native.body.members() {
        let key = member.key();
        let lossy =
            plan.holder(&key).is_some_and(|holder| mismatches.iter().any(|known| known.member == holder));
        let kept = made.get(&key).is_some_and(|made| equal(made, member.value()));
        if lossy || !kept {
            let mut text = Vec::new();
            write::compact(member.value(), &mut text);
            out.push((key.into_owned(), utf8(text)));
        }
    }
    let more = made.members().filter(|member| native.body.get(&member.key()).is_none());
    out.extend(more.map(|member| (member.key().into_owned(), String::new())));
    Ok(out)
}

/// JSON that was written here, of texts.
fn utf8(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("JSON is written as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::JsonLimits;
    use crate::service::expression::Tables;

    /// Where the response was beyond the limits, what it could not hold was lost without a word.
    #[test]
    fn a_response_that_cannot_be_compared_is_an_error() {
        let (plan, tables, limits) = (NativePlan::default(), Tables::default(), JsonLimits::default());
        let tight = JsonLimits { depth: 1, ..limits };
        let mut tape = Tape::new();
        let body = tape.parse(br#"{"a":1}"#, &limits).expect("JSON");
        let native = Native { body, http: 200, request_id: 1 };
        let evaluation = Evaluation { verdict: None, warnings: Vec::new(), errors: Vec::new(), items: None };
        let seen = |limits: &JsonLimits| {
            let making = Making { http: 200, uuid: "u", trace_id: "t", tables: &tables, limits };
            canonical(Table { plan: &plan, making }, native, &evaluation, &[])
        };
        let whole = String::from_utf8(seen(&limits).expect("a response")).expect("UTF-8");
        assert!(whole.contains(r#""extra":[{"@name":"a","$value":"1"}]"#), "{whole}");
        assert!(seen(&tight).is_err());
    }
}
