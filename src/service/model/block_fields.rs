//! Fields of header blocks that are HTTP headers on the JSON side.

use std::sync::Arc;

use crate::json::Value;
use crate::json::write::{write_key, write_string};

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

    /// Writes `$headers` with the fields of which there are `texts`, in the order of the fields, and a comma; nothing where there are none.
    pub fn write<'t>(&self, texts: impl Iterator<Item = (&'t BlockField, String)>, out: &mut Vec<u8>) {
        let mut texts = texts.peekable();
        if texts.peek().is_none() {
            return;
        }
        write_key(out, HEADERS);
        out.push(b'{');
        let mut open: &[Box<str>] = &[];
        for (field, text) in texts {
            let Some((key, parents)) = field.keys.split_last() else { continue };
            let shared = open.iter().zip(parents).take_while(|(one, other)| one == other).count();
            open.iter().skip(shared).for_each(|_| out.push(b'}'));
            for parent in parents.iter().skip(shared) {
                put_key(parent, out);
                out.push(b'{');
            }
            put_key(key, out);
            field.write_text(&text, out);
            open = parents;
        }
        open.iter().for_each(|_| out.push(b'}'));
        out.extend_from_slice(b"},");
    }
}

impl BlockField {
    /// The field in a message, whose JSON is `message`.
    pub fn find<'t>(&self, message: Value<'t>) -> Option<Value<'t>> {
        self.keys.iter().try_fold(message.get(HEADERS)?, |object, key| object.get(key))
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

/// The member of a message with its header blocks.
pub(in crate::service) const HEADERS: &str = "$headers";

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
        let written = |given: &[&str]| {
            let mut out = Vec::new();
            let texts = fields.iter().filter(|field| given.contains(&&*field.header));
            fields.write(texts.map(|field| (field, "1".to_owned())), &mut out);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(
            written(&["a", "b", "flag", "token"]),
            r#""$headers":{"Options":{"all":true},"Session":{"id":"1","user":{"name":"1"}},"Token":"1"},"#
        );
        assert_eq!(written(&["b", "token"]), r#""$headers":{"Session":{"user":{"name":"1"}},"Token":"1"},"#);
        assert_eq!(written(&[]), "");
    }
}
