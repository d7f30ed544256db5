//! The table of the native JSON, and the native JSON of a response.

use std::borrow::Cow;

use crate::json::{Tape, Value, write};
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
        let mut variables = Variables::of(response).with_http(making.http).with_tables(making.tables);
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
                    computed.write(self.out);
                }
            }
        }
    }

    fn key(&mut self, key: &str) {
        comma(self.out, self.empty);
        write::write_key(self.out, key);
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

pub(super) fn write_item(
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
            value.write(out);
        }
    }
    out.push(b'}');
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
