//! The JSON that a system's own clients and backends speak, where it is not that of the contract's response.
//!
//! The table says of each member of the native JSON where the contract's response holds it, or how it is made. It is
//! read both ways: [`NativePlan::write`] makes the native JSON of a response, [`view`] the response of a native reply.
//! So that nothing is lost, [`view`] makes the native JSON of its own result, and whatever differs from the reply goes
//! into the response's elements for unknown members, which [`NativePlan::write`] puts back.

use std::borrow::Cow;

use super::rows::Judged;
use super::shape::{self, Notice};
use crate::json::{Kind, Tape, Value, write};
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
        if let Ok(fresh) = tape.parse(fresh.as_bytes(), making.limits) {
            variables.set_json("fresh", fresh);
        }
        out.push(b'{');
        let empty = out.len();
        for member in &self.members {
            if !extras.iter().any(|(name, _)| *name == member.key) {
                member.write(response, &mut variables, empty, out);
            }
        }
        for (name, text) in extras.iter().filter(|(_, text)| !text.is_empty()) {
            comma(out, empty);
            write::write_key(out, name);
            out.extend_from_slice(text.as_bytes());
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
        let text = item.get("$value").and_then(|text| text.as_str()).unwrap_or_default();
        Some((item.get("@name")?.as_str()?, text))
    };
    items.filter_map(extra).filter(|(_, text)| text.is_empty() || is_json(text)).collect()
}

fn is_json(text: &str) -> bool {
    Tape::new().parse(text.as_bytes(), &JsonLimits::default()).is_ok()
}

impl NativeMember {
    fn write(&self, response: Value<'_>, variables: &mut Variables<'_>, empty: usize, out: &mut Vec<u8>) {
        match &self.from {
            NativeFrom::Notices { list, item } => {
                comma(out, empty);
                write::write_key(out, &self.key);
                write_notices(response.get(list), item, variables, out);
            }
            NativeFrom::Member { member, otherwise, .. } => {
                if let Some(value) = member.as_ref().and_then(|member| response.get(member)) {
                    comma(out, empty);
                    write::write_key(out, &self.key);
                    return write::compact(value, out);
                }
                let computed = otherwise.as_ref().and_then(|template| template.value(variables));
                if let Some(computed) = computed.filter(|computed| *computed != Computed::Null) {
                    comma(out, empty);
                    write::write_key(out, &self.key);
                    write_computed(&computed, out);
                }
            }
        }
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
    let text = |key: &str| notice.get(key).and_then(|value| value.as_str()).unwrap_or_default();
    variables.set_text("code", &text("code"));
    variables.set_text("message", &text("message"));
    variables.set_text("pointer", &text("@field"));
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

/// A member of the response that does not fit its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The member of the response.
    pub member: String,
    /// Whether it can stay, because only something inside of it is unknown.
    pub stays: bool,
}

/// The response of the contract for a native reply that was judged, in the JSON of the contract.
pub fn view(
    plan: &NativePlan,
    native: Native<'_>,
    judged: &Judged,
    unfit: &[Unfit],
    making: Making<'_>,
) -> Vec<u8> {
    let raws = raws(plan, native, judged, making);
    let mut out = plain_view(plan, native, judged, &raws, unfit);
    let extras = differences(plan, native, &out, unfit, making);
    if !extras.is_empty() {
        out.pop();
        out.extend_from_slice(b",\"extra\":[");
        write_extras(&extras, &mut out);
        out.extend_from_slice(b"]}");
    }
    out
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
fn plain_view(
    plan: &NativePlan,
    native: Native<'_>,
    judged: &Judged,
    raws: &[Option<String>],
    unfit: &[Unfit],
) -> Vec<u8> {
    let mut out = b"{\"requestId\":".to_vec();
    out.extend_from_slice(itoa::Buffer::new().format(native.request_id).as_bytes());
    let success = judged.verdict == Some(super::rows::Verdict::Success);
    out.extend_from_slice(if success { b",\"status\":1" } else { b",\"status\":0" });
    shape::write_list(&mut out, "warnings", &judged.warnings, &[]);
    shape::write_list(&mut out, "errors", &judged.errors, raws);
    out.extend_from_slice(format!(",\"httpStatus\":{}", native.http).as_bytes());
    for member in &plan.members {
        let NativeFrom::Member { member: Some(name), text, .. } = &member.from else { continue };
        let leaves = unfit.iter().any(|unfit| unfit.member == *name && !unfit.stays);
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
fn raws(plan: &NativePlan, native: Native<'_>, judged: &Judged, making: Making<'_>) -> Vec<Option<String>> {
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
        (!same).then(|| String::from_utf8_lossy(&compact).into_owned())
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
    if let Ok(notice) = tape.parse(&json, making.limits) {
        write_item(notice, template, variables, &mut out);
    }
    out
}

/// The members of the reply that the response `view` does not give back as they were.
fn differences(
    plan: &NativePlan,
    native: Native<'_>,
    view: &[u8],
    unfit: &[Unfit],
    making: Making<'_>,
) -> Vec<(String, String)> {
    let (mut tape, mut made_tape) = (Tape::new(), Tape::new());
    let mut made = Vec::new();
    let Ok(view) = tape.parse(view, making.limits) else { return Vec::new() };
    plan.write(view, making, &mut made);
    let Ok(made) = made_tape.parse(&made, making.limits) else { return Vec::new() };
    let mut out = Vec::new();
    for member in native.body.members() {
        let key = member.key();
        let lossy = plan.holder(&key).is_some_and(|holder| unfit.iter().any(|unfit| unfit.member == holder));
        let kept = made.get(&key).is_some_and(|made| equal(made, member.value()));
        if lossy || !kept {
            let mut text = Vec::new();
            write::compact(member.value(), &mut text);
            out.push((key.into_owned(), String::from_utf8_lossy(&text).into_owned()));
        }
    }
    let more = made.members().filter(|member| native.body.get(&member.key()).is_none());
    out.extend(more.map(|member| (member.key().into_owned(), String::new())));
    out
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
