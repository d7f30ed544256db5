//! Fields of header blocks that are HTTP headers on the JSON side.

use std::sync::Arc;

use crate::json::write::{self, write_key, write_string};
use crate::json::{Kind, Tape, Value};
use crate::limits::JsonLimits;
use crate::plan::HEADERS;

/// The fields of an operation's header blocks that are HTTP headers, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockFields(Vec<BlockField>);

/// A field of a header block that is an HTTP header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockField {
    /// The name of the header, in lower case.
    pub header: Arc<str>,
    /// The keys that lead to the field below `$headers`: at least one.
    pub keys: Vec<Box<str>>,
    /// Whether it is a boolean.
    pub is_flag: bool,
}

impl BlockFields {
    pub fn new(mut fields: Vec<BlockField>) -> Self {
        fields.sort_by(|one, other| one.keys.cmp(&other.keys));
        Self(fields)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &BlockField> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes `$headers` with `texts`, which are fields of these in their order, and a comma; nothing where there are none. Of `body`, which
    /// has `$headers` of its own, the fields go into those, and what is left of it is given.
    ///
    /// A field that `body` has too is written all the same: that it is there twice is for whoever reads the message.
    pub fn write(
        &self,
        texts: &[GivenField<'_>],
        body: MessageBody<'_>,
        out: &mut Vec<u8>,
    ) -> Option<Vec<u8>> {
        if texts.is_empty() {
            return None;
        }
        let MessageBody { json, limits, tape } = body;
        // Most bodies have none.
        let has_own = memchr::memmem::find(json, HEADERS.as_bytes()).is_some();
        // What is no JSON is refused by whoever reads the message.
        let whole = if has_own { tape.parse(json, limits).ok() } else { None };
        let own = whole.and_then(|whole| whole.get(HEADERS)).filter(|own| !clashes(*own, texts));
        write_key(out, HEADERS);
        object(own, texts, 0, out);
        out.push(b',');
        let (whole, own) = (whole?, own?);
        let mut rest = Vec::new();
        write::without(whole, &[own.index() as u32], &mut rest);
        Some(rest)
    }

    /// Whether `headers`, the header blocks of a message, hold nothing but these fields.
    pub fn are_all_of(&self, headers: Value<'_>) -> bool {
        let mut own: Vec<usize> =
            self.0.iter().filter_map(|field| Some(field.below(headers)?.index())).collect();
        own.sort_unstable();
        headers.kind() == Kind::Object && headers.members().all(|member| is_nothing(member.value(), &own))
    }
}

/// The body of a message, which may have `$headers` of its own.
#[derive(Debug)]
pub struct MessageBody<'b> {
    /// Its JSON.
    pub json: &'b [u8],
    /// Bounds of it.
    pub limits: &'b JsonLimits,
    /// Where it is read.
    pub tape: &'b mut Tape,
}

/// A field, and the text that it gets.
#[derive(Clone, Debug)]
pub struct GivenField<'t> {
    /// The field.
    pub field: &'t BlockField,
    /// Its text.
    pub text: String,
}

impl GivenField<'_> {
    /// Its key below `depth` others.
    fn key(&self, depth: usize) -> &str {
        self.field.keys.get(depth).map_or("", |key| key)
    }
}

/// Whether `own` has one of the fields already, or something else where they would be.
fn clashes(own: Value<'_>, texts: &[GivenField<'_>]) -> bool {
    let is_there = |field: &BlockField| {
        let mut at = own;
        for key in &field.keys {
            match at.get(key) {
                _ if at.kind() != Kind::Object => return true,
                None => return false,
                Some(below) => at = below,
            }
        }
        true
    };
    texts.iter().any(|given| is_there(given.field))
}

/// Whether there is nothing in `value` but the values with the numbers `own`.
fn is_nothing(value: Value<'_>, own: &[usize]) -> bool {
    own.binary_search(&value.index()).is_ok()
        || value.kind() == Kind::Object && value.members().all(|member| is_nothing(member.value(), own))
}

/// The object of `own` and of `texts`, whose first `depth` keys lead there.
fn object(own: Option<Value<'_>>, texts: &[GivenField<'_>], depth: usize, out: &mut Vec<u8>) {
    out.push(b'{');
    for member in own.iter().flat_map(|own| own.members()) {
        let key = member.key();
        let below: Vec<GivenField<'_>> =
            texts.iter().filter(|given| *given.key(depth) == *key).cloned().collect();
        put_key(&key, out);
        match below.is_empty() {
            true => write::compact(member.value(), out),
            false => object(Some(member.value()), &below, depth + 1, out),
        }
    }
    for below in texts.chunk_by(|one, other| one.key(depth) == other.key(depth)) {
        let is_new = |given: &&GivenField<'_>| own.is_none_or(|own| own.get(given.key(depth)).is_none());
        let Some(first) = below.first().filter(is_new) else { continue };
        put_key(first.key(depth), out);
        match below {
            [GivenField { field, text }] if field.keys.len() == depth + 1 => field.write_text(text, out),
            _ => object(None, below, depth + 1, out),
        }
    }
    out.push(b'}');
}

impl BlockField {
    /// The field in a message, whose JSON is `message`.
    pub fn find<'t>(&self, message: Value<'t>) -> Option<Value<'t>> {
        self.below(message.get(HEADERS)?)
    }

    fn below<'t>(&self, headers: Value<'t>) -> Option<Value<'t>> {
        self.keys.iter().try_fold(headers, |object, key| object.get(key))
    }

    /// Its JSON Pointer.
    pub fn pointer(&self) -> String {
        let mut pointer = format!("/{HEADERS}");
        self.keys.iter().for_each(|key| crate::json::push_segment(&mut pointer, key));
        pointer
    }

    /// The keys that lead to it in a message.
    pub fn path(&self) -> Vec<String> {
        std::iter::once(HEADERS).chain(self.keys.iter().map(|key| &**key)).map(str::to_owned).collect()
    }

    fn write_text(&self, text: &str, out: &mut Vec<u8>) {
        match text {
            "true" | "1" if self.is_flag => out.extend_from_slice(b"true"),
            "false" | "0" if self.is_flag => out.extend_from_slice(b"false"),
            text => write_string(out, text),
        }
    }
}

fn put_key(key: &str, out: &mut Vec<u8>) {
    if !out.ends_with(b"{") {
        out.push(b',');
    }
    write_key(out, key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_one_block_stand_in_one_object() {
        let field = |header: &str, keys: &str| BlockField {
            header: header.into(),
            keys: keys.split('/').map(Box::from).collect(),
            is_flag: header == "flag",
        };
        let fields = BlockFields::new(vec![
            field("b", "Session/user/name"),
            field("token", "Token"),
            field("a", "Session/id"),
            field("flag", "Options/all"),
        ]);
        let written = |given: &[&str], body: &str| {
            let mut out = Vec::new();
            let texts = fields.iter().filter(|field| given.contains(&&*field.header));
            let texts: Vec<GivenField<'_>> =
                texts.map(|field| GivenField { field, text: "1".to_owned() }).collect();
            let (limits, mut tape) = (JsonLimits::default(), Tape::new());
            let body = MessageBody { json: body.as_bytes(), limits: &limits, tape: &mut tape };
            let rest = fields.write(&texts, body, &mut out);
            out.extend(rest.unwrap_or_default());
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(
            written(&["a", "b", "flag", "token"], "{}"),
            r#""$headers":{"Options":{"all":true},"Session":{"id":"1","user":{"name":"1"}},"Token":"1"},"#
        );
        assert_eq!(
            written(&["b", "token"], "{}"),
            r#""$headers":{"Session":{"user":{"name":"1"}},"Token":"1"},"#
        );
        assert_eq!(written(&[], r#"{"$headers":{"Session":{"id":2}}}"#), "");
        let own = r#"{"x":"$headers","$headers":{"Other":[1],"Session":{"user":{"age":2}}},"y":3}"#;
        let both = r#""$headers":{"Other":[1],"Session":{"user":{"age":2,"name":"1"},"id":"1"}},{"x":"$headers","y":3}"#;
        assert_eq!(written(&["a", "b"], own), both);
        // What is there twice is for the reader.
        for own in [
            r#"{"$headers":{"Session":{"id":2}}}"#,
            r#"{"$headers":{"Session":2}}"#,
            r#"{"$headers":2}"#,
            "{\"$headers",
        ] {
            assert_eq!(written(&["a"], own), r#""$headers":{"Session":{"id":"1"}},"#, "{own}");
        }
    }
}
