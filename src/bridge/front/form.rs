//! A form of a JSON client: its JSON in one field, and octets in others, whose names are the JSON Pointers of the members that they are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base64_simd::STANDARD;
use bytes::Bytes;

use crate::bridge::attached::{Attached, FIELD};
use crate::bridge::failure::{Failure, FieldError, FieldErrorKind};
use crate::bridge::request::http_binding::unmarked;
use crate::bridge::state::buffers;
use crate::bridge::state::spool::Spooled;
use crate::json::{Kind, Value, unescape, write};
use crate::limits::{APART_OVER, JsonLimits};
use crate::soap::{Form, FormField};

/// A form.
pub(super) struct FormBody<'b> {
    /// Its content type.
    pub(super) kind: &'b str,
    pub(super) bytes: &'b Bytes,
    /// Its long fields, where these are in a file.
    pub(super) spooled: Option<&'b Arc<Spooled>>,
}

impl FormBody<'_> {
    /// Its JSON: the octets are base64 in it, or `attached` to it where they may be and are many.
    ///
    /// Errors: a form that cannot be read, JSON that is none, a field of which nobody knows where it belongs, or that is there twice.
    pub(super) fn json(
        &self,
        limits: &JsonLimits,
        mut attached: Option<&mut Attached>,
    ) -> Result<Vec<u8>, Failure> {
        let holes = self.spooled.map_or(&[][..], |spooled| spooled.holes());
        let form = Form::read(self.kind, self.bytes, holes)?;
        let (own, others): (Vec<_>, Vec<_>) = form.fields.iter().partition(|field| field.name == FIELD);
        let own = match own.as_slice() {
            [] => &b"{}"[..],
            [own] => &own.octets,
            _ => return Err(field_error(FIELD, FieldErrorKind::Repeated).into()),
        };
        buffers::with(|buffers| {
            let root = buffers.tape.parse(own, limits)?;
            let mut edits = Edits::default();
            for field in &others {
                let octets = self.octets(field, attached.as_deref_mut());
                edits.add(root, &field.name, octets).map_err(|kind| field_error(&field.name, kind))?;
            }
            Ok(edits.applied(unmarked(own)))
        })
    }

    /// What the JSON has of the octets of `field`.
    fn octets<'f>(&self, field: &'f FormField<'_>, attached: Option<&mut Attached>) -> Octets<'f> {
        let Some(attached) = attached else {
            assert!(field.hole.is_none(), "octets are taken out only where they may be attached");
            return Octets::Here(&field.octets);
        };
        match (field.hole.zip(self.spooled), &field.octets) {
            (Some((hole, spooled)), _) => Octets::Attached(attached.add_spooled(spooled, hole)),
            (None, octets) if octets.len() <= APART_OVER => Octets::Here(octets),
            (None, Cow::Borrowed(octets)) => Octets::Attached(attached.add(self.bytes.slice_ref(octets))),
            (None, Cow::Owned(octets)) => Octets::Attached(attached.add(Bytes::copy_from_slice(octets))),
        }
    }
}

fn field_error(name: &str, kind: FieldErrorKind) -> FieldError {
    let pointer = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
    FieldError { pointer, kind }
}

/// What is put into JSON: for each place in its text what, in the order of the fields.
#[derive(Default)]
struct Edits<'f> {
    at: BTreeMap<usize, Edit<'f>>,
}

/// What is put at one place.
struct Edit<'f> {
    /// Bytes of the text that it takes the place of.
    instead: usize,
    /// Whether something stands before it, or behind it, in the same object or array.
    before: bool,
    behind: bool,
    /// Each with its key, where it has one.
    values: Vec<(Option<String>, Octets<'f>)>,
}

/// The octets of a field.
enum Octets<'f> {
    /// The JSON has what stands for them.
    Attached(String),
    /// The JSON has them in base64.
    Here(&'f [u8]),
}

impl Octets<'_> {
    /// Characters of the value.
    fn length(&self) -> usize {
        match self {
            Self::Attached(stand_in) => stand_in.len(),
            Self::Here(octets) => STANDARD.encoded_length(octets.len()),
        }
    }
}

impl<'f> Edits<'f> {
    /// Finds the place of the field `name`: a member that is not there or null, or the next item of an array. Errors: there is none.
    fn add(&mut self, root: Value<'_>, name: &str, octets: Octets<'f>) -> Result<(), FieldErrorKind> {
        let (parent, key) = name.rsplit_once('/').ok_or(FieldErrorKind::Misplaced)?;
        if let Some(there) = root.at_pointer(name) {
            return self.instead_of(there, octets);
        }
        let parent = root.at_pointer(parent).ok_or(FieldErrorKind::Misplaced)?;
        match parent.kind() {
            Kind::Array => self.item(parent, key, octets),
            Kind::Object => self.member(parent, unescape(key), octets),
            Kind::Bool | Kind::Null | Kind::Number | Kind::String => Err(FieldErrorKind::Misplaced),
        }
    }

    /// A null keeps the place of what comes in a field of its own.
    fn instead_of(&mut self, there: Value<'_>, octets: Octets<'f>) -> Result<(), FieldErrorKind> {
        let edit =
            Edit { instead: there.raw().len(), before: false, behind: false, values: vec![(None, octets)] };
        let known = there.kind() != Kind::Null || self.at.insert(there.offset(), edit).is_some();
        if known { Err(FieldErrorKind::Repeated) } else { Ok(()) }
    }

    fn item(&mut self, parent: Value<'_>, key: &str, octets: Octets<'f>) -> Result<(), FieldErrorKind> {
        let end = parent.offset() + parent.raw().len() - 1;
        let edit = self.at.entry(end).or_insert_with(|| Edit::new(!parent.is_empty(), false));
        if key != (parent.len() + edit.values.len()).to_string() {
            return Err(FieldErrorKind::Misplaced);
        }
        edit.values.push((None, octets));
        Ok(())
    }

    fn member(&mut self, parent: Value<'_>, key: String, octets: Octets<'f>) -> Result<(), FieldErrorKind> {
        let edit = self.at.entry(parent.offset() + 1).or_insert_with(|| Edit::new(false, !parent.is_empty()));
        if edit.values.iter().any(|(known, _)| known.as_deref() == Some(&*key)) {
            return Err(FieldErrorKind::Repeated);
        }
        edit.values.push((Some(key), octets));
        Ok(())
    }

    /// `text` with all of it.
    fn applied(&self, text: &[u8]) -> Vec<u8> {
        let values = || self.at.values().flat_map(|edit| &edit.values);
        let length = |(key, octets): &(Option<String>, Octets<'_>)| {
            key.as_ref().map_or(0, String::len) + octets.length() + PUNCTUATION
        };
        let mut out = Vec::with_capacity(text.len() + values().map(length).sum::<usize>());
        let mut from = 0;
        for (at, edit) in &self.at {
            out.extend_from_slice(text.get(from..*at).expect("places are found in the text, in order"));
            edit.write(&mut out);
            from = at + edit.instead;
        }
        out.extend_from_slice(text.get(from..).expect("places are found in the text"));
        out
    }
}

impl Edit<'_> {
    fn new(before: bool, behind: bool) -> Self {
        Self { instead: 0, before, behind, values: Vec::new() }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (at, (key, octets)) in self.values.iter().enumerate() {
            if at > 0 || self.before {
                out.push(b',');
            }
            if let Some(key) = key {
                write::write_key(out, key);
            }
            out.push(b'"');
            match octets {
                Octets::Attached(stand_in) => out.extend_from_slice(stand_in.as_bytes()),
                Octets::Here(octets) => STANDARD.encode_append(octets, out),
            }
            out.push(b'"');
        }
        if self.behind && !self.values.is_empty() {
            out.push(b',');
        }
    }
}

/// Bytes around a value and its key: quotes, a colon and a comma.
const PUNCTUATION: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    fn made(fields: &[(&str, &str)]) -> Result<String, Failure> {
        let part = |(name, text): &(&str, &str)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}--b--\r\n", fields.iter().map(part).collect::<String>());
        let form = FormBody { kind: "multipart/form-data; boundary=b", bytes: &body.into(), spooled: None };
        let json = form.json(&JsonLimits::default(), None)?;
        Ok(String::from_utf8(json).expect("JSON"))
    }

    #[test]
    fn octets_become_members() {
        for (fields, wanted) in [
            (&[("json", "{}")][..], "{}"),
            (&[("/a", "ABC")], r#"{"a":"QUJD"}"#),
            (
                &[("json", r#" { "b" : 1 } "#), ("/a", "ABC"), ("/c", "")],
                r#" {"a":"QUJD","c":"", "b" : 1 } "#,
            ),
            (&[("/a", "ABC"), ("json", r#"{"a": null}"#)], r#"{"a": "QUJD"}"#),
            (&[("json", "\u{FEFF}{\"b\":{}}"), ("/b/c~1d", "ABC")], r#"{"b":{"c/d":"QUJD"}}"#),
            (&[("json", r#"{"l":[]}"#), ("/l/0", "ABC"), ("/l/1", "DEF")], r#"{"l":["QUJD","REVG"]}"#),
            (
                &[("json", r#"{"l":[1,null, 2]}"#), ("/l/3", "ABC"), ("/l/1", "DEF")],
                r#"{"l":[1,"REVG", 2,"QUJD"]}"#,
            ),
        ] {
            assert_eq!(made(fields).ok().as_deref(), Some(wanted), "{fields:?}");
        }
    }

    #[test]
    fn fields_without_a_place_are_refused() {
        use FieldErrorKind::{Misplaced, Repeated};
        for (fields, kind) in [
            (&[("file", "ABC")][..], Misplaced),
            (&[("/a/b", "ABC")], Misplaced),
            (&[("json", r#"{"a":1}"#), ("/a/b", "ABC")], Misplaced),
            (&[("json", r#"{"l":[]}"#), ("/l/1", "ABC")], Misplaced),
            (&[("json", r#"{"l":[]}"#), ("/l/-", "ABC")], Misplaced),
            (&[("json", r#"{"a":""}"#), ("/a", "ABC")], Repeated),
            (&[("/a", "ABC"), ("/a", "ABC")], Repeated),
            (&[("json", r#"{"a":null}"#), ("/a", "ABC"), ("/a", "ABC")], Repeated),
            (&[("json", "{}"), ("json", "{}")], Repeated),
        ] {
            let made = made(fields);
            assert!(
                matches!(&made, Err(Failure::Field(error)) if error.kind == kind),
                "{fields:?}: {made:?}"
            );
        }
        assert!(matches!(made(&[("json", "{")]), Err(Failure::Json(_))));
        assert!(matches!(made(&[]), Err(Failure::Form(_))));
    }
}
