//! JSON for people: indented for files, on one line for reports; what must not be shown is `***`.

use super::pointers::Rules;
use crate::json::write::{write_key, write_string};
use crate::json::{Kind, Value};

/// `value` with two spaces for each level and a line feed at its end. Numbers and strings keep their digits.
pub(super) fn pretty(value: Value<'_>, hide: &Rules) -> Vec<u8> {
    let mut writer = Writer { hide, indent: true, path: Vec::new(), out: Vec::new() };
    writer.value(value);
    writer.out.push(b'\n');
    writer.out
}

/// `value` at `path` on one line that is not too long.
pub(super) fn one_line(value: Value<'_>, path: &[String], hide: &Rules) -> String {
    let mut writer = Writer { hide, indent: false, path: path.to_vec(), out: Vec::new() };
    writer.value(value);
    let text = String::from_utf8_lossy(&writer.out).into_owned();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}

struct Writer<'w> {
    hide: &'w Rules,
    indent: bool,
    path: Vec<String>,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: Value<'_>) {
        match value.kind() {
            Kind::Array if !value.is_empty() => self.array(value),
            Kind::Object if !value.is_empty() => self.object(value),
            Kind::Array => self.out.extend_from_slice(b"[]"),
            Kind::Object => self.out.extend_from_slice(b"{}"),
            kind if self.hide.hide(&self.path) => self.out.extend_from_slice(hidden(kind)),
            _ => self.out.extend_from_slice(value.raw().as_bytes()),
        }
    }

    fn array(&mut self, value: Value<'_>) {
        self.out.push(b'[');
        for (at, item) in value.items().enumerate() {
            self.separate(at);
            self.path.push(at.to_string());
            self.line();
            self.value(item);
            self.path.pop();
        }
        self.line();
        self.out.push(b']');
    }

    fn object(&mut self, value: Value<'_>) {
        self.out.push(b'{');
        for (at, member) in value.members().enumerate() {
            self.separate(at);
            self.path.push(member.key().into_owned());
            self.line();
            write_key(&mut self.out, &member.key());
            self.out.extend_from_slice(if self.indent { b" " } else { b"" });
            self.value(member.value());
            self.path.pop();
        }
        self.line();
        self.out.push(b'}');
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(b',');
        }
    }

    fn line(&mut self) {
        if self.indent {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * self.path.len(), b' ');
        }
    }
}

/// A number stays one, so that the message still fits its contract.
fn hidden(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Number => b"0",
        Kind::Bool | Kind::Null => b"null",
        Kind::String | Kind::Array | Kind::Object => b"\"***\"",
    }
}

/// `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}

/// Characters of a value in a report.
const LONGEST: usize = 120;
