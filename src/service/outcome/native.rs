//! The JSON that a system's own clients and backends speak, where it is not that of the contract's response.
//!
//! The table says of each member of the native JSON where the contract's response holds it, or how it is made. It is
//! read both ways: [`NativePlan::write`] makes the native JSON of a response, [`view`] the response of a native reply.
//! So that nothing is lost, [`view`] makes the native JSON of its own result, and whatever differs from the reply goes
//! into the response's elements for unknown members, which [`NativePlan::write`] puts back.

use std::borrow::Cow;

use super::rows::Judged;
use super::shape::{self, Notice};
use crate::json::{self, Kind, Tape, Value, write};
use crate::limits::JsonLimits;
use crate::service::expression::{Computed, Tables, Template, Variables};

/// The members of the native JSON of a response.
#[derive(Clone, Debug, Default)]
pub struct NativePlan {
    /// In the order in which they are written.
    pub members: Vec<NativeMember>,
}

/// A member of the native JSON.
#[derive(Clone, Debug)]
pub struct NativeMember {
    /// Its key.
    pub key: String,
    /// Where its value comes from.
    pub from: NativeFrom,
}

/// Where the value of a native member comes from.
#[derive(Clone, Debug)]
pub enum NativeFrom {
    /// The member of the response that holds it; else the template.
    Member {
        /// The member of the response.
        member: Option<String>,
        /// Whether a number or a boolean is kept as a text.
        text: bool,
        /// What it is otherwise; nothing leaves it out.
        otherwise: Option<Template>,
    },
    /// The errors or the warnings, an object each.
    Notices {
        /// `errors` or `warnings`.
        list: &'static str,
        /// The members of an item.
        item: Vec<(String, Template)>,
    },
}

/// What a native JSON is made with.
#[derive(Clone, Copy, Debug)]
pub struct Making<'m> {
    /// The HTTP status of the answer.
    pub http: u16,
    /// A fresh UUID.
    pub uuid: &'m str,
    /// A fresh W3C trace context.
    pub trace_id: &'m str,
    /// Constant maps.
    pub tables: &'m Tables,
    /// Bounds.
    pub limits: &'m JsonLimits,
}

impl NativePlan {
    /// Whether there is a table at all: without one the native JSON is that of the contract.
    pub fn is_identity(&self) -> bool {
        self.members.is_empty()
    }

    /// Appends the native JSON of `response`.
    pub fn write(&self, response: Value<'_>, making: Making<'_>, out: &mut Vec<u8>) {
        let extras = extras(response);
        let fresh = format!("{{\"uuid\":\"{}\",\"trace_id\":\"{}\"}}", making.uuid, making.trace_id);
        let mut tape = Tape::new();
        let mut variables =
            Variables::of(response).with_integer("http", i64::from(making.http)).with_tables(making.tables);
        for list in ["errors", "warnings"] {
            if response.get(list).is_none() {
                variables.set_empty_list(list);
            }
        }
        // Two short texts that the bridge made: whatever the limits of the service are, they are read.
        let fresh = tape.parse(fresh.as_bytes(), &JsonLimits::default()).expect("an object of two texts");
        variables.set_json("fresh", fresh);
        out.push(b'{');
        let empty = out.len();
        let mut writer = Writer { response, variables, out, empty };
        for member in &self.members {
            if !extras.iter().any(|(name, _)| *name == member.key) {
                writer.member(member);
            }
        }
        for (name, text) in extras.iter().filter(|(_, text)| !text.is_empty()) {
            writer.key(name);
            writer.out.extend_from_slice(text.as_bytes());
        }
        out.push(b'}');
    }
}

fn comma(out: &mut Vec<u8>, empty: usize) {
    if out.len() > empty {
        out.push(b',');
    }
}

/// The members that the response keeps in its own elements; one without a text says that there was none.
fn extras<'t>(response: Value<'t>) -> Vec<(Cow<'t, str>, Cow<'t, str>)> {
    let items = response.get("extra").into_iter().flat_map(|extra| extra.items());
    let extra = |item: Value<'t>| {
        let text = item.get("$value").map_or(Some(Cow::Borrowed("")), |text| text.as_str());
        Some((item.get("@name")?.as_str()?, text?))
    };
    items.filter_map(extra).filter(|(_, text)| text.is_empty() || is_json(text)).collect()
}

fn is_json(text: &str) -> bool {
    Tape::new().parse(text.as_bytes(), &JsonLimits::default()).is_ok()
}

/// A native JSON that is being written, an object.
struct Writer<'w, 'v> {
    response: Value<'v>,
    variables: Variables<'v>,
    out: &'w mut Vec<u8>,
    /// How long the output is while nothing is in the object.
    empty: usize,
}

impl Writer<'_, '_> {
    fn member(&mut self, member: &NativeMember) {
        match &member.from {
            NativeFrom::Notices { list, item } => {
                self.key(&member.key);
                write_notices(self.response.get(list), item, &mut self.variables, self.out);
            }
            NativeFrom::Member { member: from, otherwise, .. } => {
                if let Some(value) = from.as_ref().and_then(|from| self.response.get(from)) {
                    self.key(&member.key);
                    return write::compact(value, self.out);
                }
                let computed = otherwise.as_ref().and_then(|template| template.value(&self.variables));
                if let Some(computed) = computed.filter(|computed| *computed != Computed::Null) {
                    self.key(&member.key);
                    write_computed(&computed, self.out);
                }
            }
        }
    }

    fn key(&mut self, key: &str) {
        comma(self.out, self.empty);
        write::write_key(self.out, key);
    }
}

fn write_computed(computed: &Computed, out: &mut Vec<u8>) {
    match computed {
        Computed::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Computed::Integer(value) => out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes()),
        Computed::Json(text) => out.extend_from_slice(text.as_bytes()),
        Computed::Null => out.extend_from_slice(b"null"),
        Computed::Text(text) => write::write_string(out, text),
    }
}

/// A list of notices: each as the backend said it, where that is known, else as the table says.
fn write_notices(
    notices: Option<Value<'_>>,
    item: &[(String, Template)],
    variables: &mut Variables<'_>,
    out: &mut Vec<u8>,
) {
    out.push(b'[');
    for (at, notice) in notices.into_iter().flat_map(|notices| notices.items()).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let raw = notice.get("@raw").and_then(|raw| raw.as_str()).filter(|raw| is_json(raw));
        match raw {
            Some(raw) => out.extend_from_slice(raw.as_bytes()),
            None => write_item(notice, item, variables, out),
        }
    }
    variables.forget(&["code", "message", "pointer"]);
    out.push(b']');
}

fn write_item(
    notice: Value<'_>,
    item: &[(String, Template)],
    variables: &mut Variables<'_>,
    out: &mut Vec<u8>,
) {
    for (name, key) in [("code", "code"), ("message", "message"), ("pointer", "@field")] {
        match notice.get(key).and_then(|value| value.as_str()) {
            Some(text) => variables.set_text(name, &text),
            None => variables.set_text(name, ""),
        }
    }
    out.push(b'{');
    let empty = out.len();
    for (key, template) in item {
        if let Some(value) = template.value(variables).filter(|value| *value != Computed::Null) {
            comma(out, empty);
            write::write_key(out, key);
            write_computed(&value, out);
        }
    }
    out.push(b'}');
}

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
pub struct Unfit {
    /// The member of the response.
    pub member: String,
    /// Whether it can stay, because only something inside of it is unknown.
    pub stays: bool,
}

/// The response of the contract for a native reply that was judged, in the JSON of the contract.
///
/// Errors: one that is beyond the limits, so that nobody can tell whether something of the reply is lost.
pub fn view(
    table: Table<'_>,
    native: Native<'_>,
    judged: &Judged,
    unfit: &[Unfit],
) -> Result<Vec<u8>, json::Error> {
    let raws = raws(table, native, judged);
    let mut out = plain_view(table.plan, native, judged, &Kept { raws, unfit });
    let extras = differences(table, native, &out, unfit)?;
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
    unfit: &'k [Unfit],
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
fn plain_view(plan: &NativePlan, native: Native<'_>, judged: &Judged, kept: &Kept<'_>) -> Vec<u8> {
    let mut out = b"{\"requestId\":".to_vec();
    out.extend_from_slice(itoa::Buffer::new().format(native.request_id).as_bytes());
    let success = judged.verdict == Some(super::rows::Verdict::Success);
    out.extend_from_slice(if success { b",\"status\":1" } else { b",\"status\":0" });
    shape::write_list(&mut out, "warnings", &judged.warnings, &[]);
    shape::write_list(&mut out, "errors", &judged.errors, &kept.raws);
    out.extend_from_slice(format!(",\"httpStatus\":{}", native.http).as_bytes());
    for member in &plan.members {
        let NativeFrom::Member { member: Some(name), text, .. } = &member.from else { continue };
        let leaves = kept.unfit.iter().any(|known| known.member == *name && !known.stays);
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
fn raws(table: Table<'_>, native: Native<'_>, judged: &Judged) -> Vec<Option<String>> {
    let Table { plan, making } = table;
    let Some(items) = judged.items.as_ref().and_then(|items| native.body.at_pointer(items)) else {
        return Vec::new();
    };
    let template = plan.members.iter().find_map(|member| match &member.from {
        NativeFrom::Notices { list: "errors", item } => Some(item),
        _ => None,
    });
    let mut variables =
        Variables::of(native.body).with_integer("http", i64::from(making.http)).with_tables(making.tables);
    let raw = |(item, notice): (Value<'_>, &Notice)| {
        let mut compact = Vec::new();
        write::compact(item, &mut compact);
        let made = template.map(|template| made(notice, template, &mut variables, making));
        let same = made.is_some_and(|made| same(&made, &compact, making.limits));
        (!same).then(|| utf8(compact))
    };
    items.items().zip(&judged.errors).map(raw).collect()
}

fn made(
    notice: &Notice,
    template: &[(String, Template)],
    variables: &mut Variables<'_>,
    making: Making<'_>,
) -> Vec<u8> {
    let mut json = Vec::new();
    shape::write_view(&mut json, notice, None);
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
    unfit: &[Unfit],
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
        let lossy = plan.holder(&key).is_some_and(|holder| unfit.iter().any(|known| known.member == holder));
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

impl NativePlan {
    /// The member of the response that holds the native member `key`.
    pub fn holder(&self, key: &str) -> Option<&str> {
        self.members.iter().find(|member| member.key == key).and_then(|member| match &member.from {
            NativeFrom::Member { member, .. } => member.as_deref(),
            NativeFrom::Notices { .. } => None,
        })
    }
}

fn same(a: &[u8], b: &[u8], limits: &JsonLimits) -> bool {
    let (mut left, mut right) = (Tape::new(), Tape::new());
    match (left.parse(a, limits), right.parse(b, limits)) {
        (Ok(a), Ok(b)) => equal(a, b),
        _ => false,
    }
}

/// Whether two JSON values are equal: members in any order, numbers by their digits.
pub fn equal(a: Value<'_>, b: Value<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Array, Kind::Array) => {
            a.len() == b.len() && a.items().zip(b.items()).all(|(a, b)| equal(a, b))
        }
        (Kind::Object, Kind::Object) => {
            let found = |member: crate::json::Member<'_>| {
                b.get(&member.key()).is_some_and(|other| equal(member.value(), other))
            };
            a.len() == b.len() && a.members().all(found)
        }
        (Kind::String, Kind::String) => a.as_str() == b.as_str(),
        (left, right) => left == right && a.raw() == b.raw(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the response was beyond the limits, what it could not hold was lost without a word.
    #[test]
    fn a_response_that_cannot_be_compared_is_an_error() {
        let (plan, tables, limits) = (NativePlan::default(), Tables::default(), JsonLimits::default());
        let tight = JsonLimits { depth: 1, ..limits };
        let mut tape = Tape::new();
        let body = tape.parse(br#"{"a":1}"#, &limits).expect("JSON");
        let native = Native { body, http: 200, request_id: 1 };
        let judged = Judged { verdict: None, warnings: Vec::new(), errors: Vec::new(), items: None };
        let seen = |limits: &JsonLimits| {
            let making = Making { http: 200, uuid: "u", trace_id: "t", tables: &tables, limits };
            view(Table { plan: &plan, making }, native, &judged, &[])
        };
        let whole = String::from_utf8(seen(&limits).expect("a response")).expect("UTF-8");
        assert!(whole.contains(r#""extra":[{"@name":"a","$value":"1"}]"#), "{whole}");
        assert!(seen(&tight).is_err());
    }
}
