//! JSON for people: indented for files, on one line for reports, without its secrets.

use super::masks::{Masks, shown, shown_number};
use super::secrets::Sought;
use crate::json::write::{write_key, write_string};
use crate::json::{Error, Kind, Tape, Value};
use crate::limits::JsonLimits;
use crate::service::Mask;
use crate::wss::Secret;

/// `json` indented, with what must not be shown masked. Errors: it is not JSON.
pub fn masked_json(json: &[u8], masks: &Masks, limits: &JsonLimits) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::new();
    Ok(pretty(tape.parse(json, limits)?, masks))
}

/// Whether there is something in `json` that must not be shown; nobody knows what is in what cannot be read.
pub fn hides_json(json: &[u8], masks: &Masks, limits: &JsonLimits) -> bool {
    let mut tape = Tape::new();
    tape.parse(json, limits).map_or(true, |value| hides(value, &mut Vec::new(), masks))
}

fn hides(value: Value<'_>, path: &mut Vec<String>, masks: &Masks) -> bool {
    if !matches!(value.kind(), Kind::Array | Kind::Object) {
        return masks.at(path).is_some();
    }
    let mut below = |segment: String, value| {
        path.push(segment);
        let found = hides(value, path, masks);
        path.pop();
        found
    };
    value.items().enumerate().any(|(at, item)| below(at.to_string(), item))
        || value.members().any(|member| below(member.key().into_owned(), member.value()))
}

/// `value` with two spaces for each level and a line feed at its end. Numbers and strings keep their digits.
fn pretty(value: Value<'_>, masks: &Masks) -> Vec<u8> {
    let mut writer = Writer { masks, secrets: None, indent: true, path: Vec::new(), out: Vec::new() };
    writer.value(value);
    writer.out.push(b'\n');
    writer.out
}

/// `json` on one line, with what must not be shown masked. Errors: it is not JSON.
pub fn packed_json(json: &[u8], masks: &Masks, limits: &JsonLimits) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::new();
    let mut writer = Writer { masks, secrets: None, indent: false, path: Vec::new(), out: Vec::new() };
    writer.value(tape.parse(json, limits)?);
    Ok(writer.out)
}

/// The same, and without `secrets` in any of its values. Errors: it is not JSON.
pub fn cleaned_json(
    json: &[u8],
    masks: &Masks,
    secrets: &Sought,
    limits: &JsonLimits,
) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::new();
    let secrets = Some(secrets);
    let mut writer = Writer { masks, secrets, indent: false, path: Vec::new(), out: Vec::new() };
    writer.value(tape.parse(json, limits)?);
    Ok(writer.out)
}

/// The texts and numbers in `json` that are masked: under other names they are no less secret. Errors: it is not JSON.
pub fn masked_values(json: &[u8], masks: &Masks, limits: &JsonLimits) -> Result<Vec<Secret>, Error> {
    let (mut tape, mut found) = (Tape::new(), Vec::new());
    gather(tape.parse(json, limits)?, &mut Vec::new(), masks, &mut found);
    Ok(found)
}

fn gather(value: Value<'_>, path: &mut Vec<String>, masks: &Masks, found: &mut Vec<Secret>) {
    let items = value.items().enumerate().map(|(at, item)| (at.to_string(), item));
    let members = value.members().map(|member| (member.key().into_owned(), member.value()));
    for (segment, value) in items.chain(members) {
        path.push(segment);
        gather(value, path, masks, found);
        path.pop();
    }
    let text = value.as_str().or(value.as_number().map(Into::into)).filter(|text| is_telling(text));
    found.extend(text.filter(|_| masks.at(path).is_some()).map(Secret::new));
}

/// Whether a masked value is looked for elsewhere.
pub(super) fn is_telling(text: &str) -> bool {
    text.chars().count() >= TELLING
}

/// `value` at `path` on one line that is not too long.
pub fn one_line(value: Value<'_>, path: &[String], masks: &Masks) -> String {
    let mut writer = Writer { masks, secrets: None, indent: false, path: path.to_vec(), out: Vec::new() };
    writer.value(value);
    let text = String::from_utf8_lossy(&writer.out).into_owned();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.split_at(at).0),
        None => text,
    }
}

struct Writer<'w> {
    masks: &'w Masks,
    /// What must not be in any value.
    secrets: Option<&'w Sought>,
    indent: bool,
    path: Vec<String>,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: Value<'_>) {
        match value.kind() {
            Kind::Array => self.array(value),
            Kind::Object => self.object(value),
            _ => match self.masks.at(&self.path) {
                Some(mask) => self.masked(mask, value),
                None => self.plain(value),
            },
        }
    }

    /// A value for which there is no mask. A number stays one.
    fn plain(&mut self, value: Value<'_>) {
        let Some(secrets) = self.secrets else { return self.out.extend_from_slice(value.raw().as_bytes()) };
        match (value.as_number(), value.as_str()) {
            (Some(digits), _) if secrets.masked(digits) != digits => self.out.push(b'0'),
            (None, Some(text)) => write_string(&mut self.out, &secrets.masked(&text)),
            _ => self.out.extend_from_slice(value.raw().as_bytes()),
        }
    }

    /// A number stays one, so that the message still fits its contract.
    fn masked(&mut self, mask: Mask, value: Value<'_>) {
        match (value.as_number(), value.as_str()) {
            (Some(digits), _) => self.out.extend_from_slice(shown_number(mask, digits).as_bytes()),
            (None, Some(text)) => write_string(&mut self.out, &shown(mask, &text)),
            (None, None) => self.out.extend_from_slice(b"null"),
        }
    }

    fn array(&mut self, value: Value<'_>) {
        let items = value.items().enumerate().map(|(at, item)| (at.to_string(), item));
        self.all(b"[]", items, |_, _| {});
    }

    fn object(&mut self, value: Value<'_>) {
        let members = value.members().map(|member| (member.key().into_owned(), member.value()));
        self.all(b"{}", members, |writer, key| {
            write_key(&mut writer.out, key);
            writer.out.extend_from_slice(if writer.indent { b" " } else { b"" });
        });
    }

    /// What is in an array or an object, but for what is dropped.
    fn all<'v>(
        &mut self,
        [open, close]: &[u8; 2],
        values: impl Iterator<Item = (String, Value<'v>)>,
        before: impl Fn(&mut Self, &str),
    ) {
        self.out.push(*open);
        let mut first = true;
        for (segment, value) in values {
            self.path.push(segment.clone());
            if self.masks.at(&self.path) != Some(Mask::Drop) {
                self.out.extend_from_slice(if first { b"" } else { b"," });
                first = false;
                self.line();
                before(self, &segment);
                self.value(value);
            }
            self.path.pop();
        }
        if !first {
            self.line();
        }
        self.out.push(*close);
    }

    fn line(&mut self) {
        if self.indent {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * self.path.len(), b' ');
        }
    }
}

/// Characters of the shortest value that is looked for elsewhere.
const TELLING: usize = 3;

/// Characters of a value in a report.
const LONGEST: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::selector::Selector;

    #[test]
    fn each_mask_shows_what_it_may() {
        let rule = |at: &str, mask| (Selector::parse(at).expect("pointer"), mask);
        let masks = Masks::from(vec![
            rule("/ssn", Mask::Last4),
            rule("/account", Mask::Last4),
            rule("/**/dob", Mask::Drop),
            rule("/pass", Mask::Hide),
        ]);
        let json = br#"{"dob":"d","a":[{"dob":1},{"x":{}}],"ssn":"123-45-6789","account":123456789,"pass":true,"p":1.10}"#;
        let mut tape = Tape::new();
        let value = tape.parse(json, &JsonLimits::default()).expect("JSON");
        let expected = r#"{"a":[{},{"x":{}}],"ssn":"***6789","account":6789,"pass":null,"p":1.10}"#;
        assert_eq!(one_line(value, &[], &masks), expected);
        assert!(
            hides_json(json, &masks, &JsonLimits::default())
                && hides_json(b"{", &masks, &JsonLimits::default())
        );
        assert!(!hides_json(b"{\"x\":1}", &masks, &JsonLimits::default()));
        assert_eq!(
            pretty(tape.parse(b"{\"a\":[1]}", &JsonLimits::default()).expect("JSON"), &masks),
            b"{\n  \"a\": [\n    1\n  ]\n}\n"
        );
    }
}
