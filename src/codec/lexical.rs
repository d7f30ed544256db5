//! Simple values: the lexical form of XML Schema and the form of JSON, digit by digit.

use std::borrow::Cow;

use crate::json::write::write_string;
use crate::limits::MIME_HEADER;
use crate::plan::{Form, SimplePlan};
use crate::xsd::simple::{SimpleType, Variety, Violation};

/// Appends the JSON form of the XML text `text` of a simple type. Errors: what the type expects instead.
pub fn to_json(out: &mut Vec<u8>, plan: &SimplePlan, text: &str) -> Result<(), Violation> {
    let checked = plan.simple.check(text)?;
    match plan.map.as_ref().and_then(|map| map.json(&checked.value)) {
        Some(json) => write_string(out, json),
        None => write(out, &plan.form, &plan.simple, &checked.value),
    }
    Ok(())
}

/// Whether `text` is the value `fixed`, however it is spelled (XML Schema Part 1, section 3.3.4). What is not of the type is told
/// elsewhere.
pub(super) fn is_fixed(plan: &SimplePlan, fixed: &str, text: &str) -> bool {
    if fixed == text {
        return true;
    }
    match (plan.simple.check(fixed), plan.simple.check(text)) {
        (Ok(fixed), Ok(text)) => plan.simple.same(&fixed.value, &text.value),
        _ => true,
    }
}

/// `text`, which stands for octets, in its canonical form. Errors: what the type expects instead.
pub(super) fn canonical_octets<'t>(
    simple: &SimpleType,
    text: Cow<'t, str>,
) -> Result<Cow<'t, str>, Violation> {
    match text {
        Cow::Borrowed(text) => simple.check(text).map(|checked| checked.value),
        Cow::Owned(text) => simple.check(&text).map(|checked| Cow::Owned(checked.value.into_owned())),
    }
}

/// Whether `text` is a media type with or without parameters (RFC 2045 section 5.1) that can stand in the head of a part.
pub(super) fn is_media_type(text: &str) -> bool {
    let named = |name: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !name.is_empty() && name.bytes().all(known)
    };
    let (name, parameters) = text.split_once(';').map_or((text, ""), |parts| parts);
    let parts = name.trim_end_matches(' ').split_once('/');
    let printable = parameters.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    parts.is_some_and(|(kind, sub)| named(kind) && named(sub)) && printable
}

/// Whether the media type `text` leaves its header as short as every reader of parts here wants it.
pub(super) fn fits_in_head(text: &str) -> bool {
    text.len() <= LONGEST_MEDIA_TYPE
}

/// Bytes of a media type in `Content-Type: `.
const LONGEST_MEDIA_TYPE: usize = MIME_HEADER - "Content-Type: ".len();

/// Whether what is behind the name of the media type `text` are parameters, each there once (RFC 2045 section 5.1). They are read here as leniently as in
/// the head of a part.
pub(super) fn has_parameters(text: &str) -> bool {
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest).trim_start();
    let mut names: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        // Two semicolons, or one at the end, have nothing between them.
        if let Some(behind) = rest.strip_prefix(';') {
            rest = behind.trim_start();
            continue;
        }
        let Some((name, value)) = rest.split_once('=') else { return false };
        let name = name.trim_end();
        if name.is_empty() || names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return false;
        }
        names.push(name);
        let Some(behind) = behind_value(value.trim_start()) else { return false };
        rest = behind.trim_start();
        if !rest.is_empty() && !rest.starts_with(';') {
            return false;
        }
    }
    true
}

/// What is behind the token or quoted string that `text` begins with; nothing where that does not end.
fn behind_value(text: &str) -> Option<&str> {
    let Some(quoted) = text.strip_prefix('"') else {
        return Some(text.split_at(text.find(';').map_or(text.len(), |at| at)).1);
    };
    let mut escaped = false;
    let end = quoted.find(|character| {
        let ends = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    });
    quoted.get(end? + 1..)
}

/// `text` is normalised and valid.
fn write(out: &mut Vec<u8>, form: &Form, simple: &SimpleType, text: &str) {
    match form {
        Form::Boolean => out.extend_from_slice(if is_true(text) { b"true" } else { b"false" }),
        Form::BooleanText => write_string(out, if is_true(text) { "true" } else { "false" }),
        Form::Day => write_string(out, super::instant::day(text)),
        Form::Flag => out.push(if is_true(text) { b'1' } else { b'0' }),
        Form::Instant => write_string(out, &super::instant::of_date(text)),
        Form::Float if text.contains(['N', 'I']) => write_string(out, text),
        Form::Number if simple.facets().patterns().next().is_some() => write_patterned(out, simple, text),
        Form::Float | Form::Number => write_number(out, text),
        Form::Name | Form::NumberText | Form::String => write_string(out, text),
        Form::List(item) => write_list(out, item, simple, text),
        Form::Union(forms) => write_union(out, forms, simple, text),
    }
}

fn is_true(text: &str) -> bool {
    matches!(text, "true" | "1")
}

fn write_list(out: &mut Vec<u8>, form: &Form, simple: &SimpleType, text: &str) {
    let Variety::List(item) = simple.variety() else { return };
    out.push(b'[');
    for (at, text) in text.split(' ').filter(|item| !item.is_empty()).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, form, item, text);
    }
    out.push(b']');
}

/// The first member that takes the value decides its form.
fn write_union(out: &mut Vec<u8>, forms: &[Form], simple: &SimpleType, text: &str) {
    let Variety::Union(members) = simple.variety() else { return };
    for (form, member) in forms.iter().zip(members.iter()) {
        // A member that refuses the value is not the one that it is of.
        if let Ok(checked) = member.check(text) {
            return write(out, form, member, &checked.value);
        }
    }
    write_string(out, text);
}

/// A number whose pattern wants a spelling that JSON numbers cannot have, such as leading zeros, is a string.
fn write_patterned(out: &mut Vec<u8>, simple: &SimpleType, text: &str) {
    let before = out.len();
    write_number(out, text);
    let number = out.get(before..).map(std::str::from_utf8);
    if !matches!(number, Some(Ok(number)) if simple.check(number).is_ok()) {
        out.truncate(before);
        write_string(out, text);
    }
}

/// A decimal or float of XML Schema as a JSON number: `+1`, `007`, `.5` and `1.` have other spellings in JSON; the
/// digits stay, `1.10` is not `1.1`.
fn write_number(out: &mut Vec<u8>, text: &str) {
    let unsigned = text.trim_start_matches(['+', '-']);
    if text.starts_with('-') {
        out.push(b'-');
    }
    let (mantissa, exponent) = unsigned.find(['e', 'E']).map_or((unsigned, ""), |at| unsigned.split_at(at));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, ""), |parts| parts);
    let whole = whole.trim_start_matches('0');
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole.as_bytes() });
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    out.extend_from_slice(exponent.as_bytes());
}

/// The text of one JSON value that is not a container, before its type is checked.
pub(super) enum Scalar<'t> {
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it was written.
    Number(&'t str),
    /// A string.
    String(Cow<'t, str>),
}

/// Whether a value of form `form` may be written in JSON as `scalar`.
pub(super) fn accepts(form: &Form, scalar: &Scalar<'_>) -> bool {
    match (form, scalar) {
        (Form::Boolean, Scalar::Boolean(_)) => true,
        (Form::Float | Form::Number | Form::NumberText, Scalar::Number(_) | Scalar::String(_)) => true,
        (Form::Day | Form::Instant | Form::Name | Form::String, Scalar::String(_)) => true,
        (Form::BooleanText, Scalar::String(text)) => matches!(text.as_ref(), "true" | "false"),
        (Form::Flag, Scalar::Number(digits)) => is_flag(digits),
        (Form::Union(forms), scalar) => forms.iter().any(|form| accepts(form, scalar)),
        _ => false,
    }
}

/// Whether a number is 0 or 1, with or without a fraction of zeros.
fn is_flag(digits: &str) -> bool {
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |parts| parts);
    matches!(whole, "0" | "1") && fraction.bytes().all(|digit| digit == b'0')
}

/// What JSON has for `form`, in words.
pub(super) fn expected(form: &Form) -> &'static str {
    match form {
        Form::Boolean => "expected true or false",
        Form::BooleanText => "expected \"true\" or \"false\"",
        Form::Flag => "expected 0 or 1",
        Form::Day => "expected a date as a string",
        Form::Instant => "expected a date and a time as a string",
        Form::Float | Form::Number | Form::NumberText => "expected a number",
        Form::List(_) => "expected an array",
        Form::Name | Form::String => "expected a string",
        Form::Union(_) => "expected a string, a number or a boolean",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_writes_no_header() {
        for text in ["image/png", "text/plain; charset=\"utf-8\"", "a/b ;c=d", "application/vnd.x-y.z+xml"] {
            assert!(is_media_type(text), "{text}");
        }
        for text in [
            "",
            "image",
            "/png",
            "image/",
            "a/b\r\nX: y",
            "a/b; c=\r\nX: y",
            "a/b; c=é",
            "é/a",
            "a /b",
            "a/b/c",
        ] {
            assert!(!is_media_type(text), "{text}");
        }
    }

    #[test]
    fn what_is_behind_a_media_type_are_parameters() {
        for text in
            ["a/b", "a/b;", "a/b ; c=d;; e=\"f;\\\"g\" ;", "a/b; type=text/xml; c=", "a/b; c=\"\\\\\""]
        {
            assert!(has_parameters(text), "{text}");
        }
        for text in ["a/b; c", "a/b; =c", "a/b; c=d; C=e", "a/b; c=\"d", "a/b; c=\"d\\\"", "a/b; c=\"d\" e"] {
            assert!(!has_parameters(text), "{text}");
        }
        assert!(fits_in_head(&"a".repeat(MIME_HEADER - 14)) && !fits_in_head(&"a".repeat(MIME_HEADER - 13)));
    }

    #[test]
    fn a_flag_is_0_or_1() {
        let taken = |digits| accepts(&Form::Flag, &Scalar::Number(digits));
        assert!(["0", "1", "1.0", "0.00"].into_iter().all(taken));
        assert!(!["2", "10", "1.01", "-1", "0.1"].into_iter().any(taken));
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (text, json) in [
            ("1.10", "1.10"),
            ("+007", "7"),
            ("-0.50", "-0.50"),
            (".5", "0.5"),
            ("1.", "1"),
            ("000", "0"),
            ("-1.5E+10", "-1.5E+10"),
            ("9007199254740993", "9007199254740993"),
        ] {
            let mut out = Vec::new();
            write_number(&mut out, text);
            assert_eq!(out, json.as_bytes(), "{text}");
        }
    }
}
