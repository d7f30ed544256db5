//! Writing JSON: compact, UTF-8, no byte order mark.

use super::plain::plain;
use super::token::Kind;
use super::value::Value;

/// Appends `text` as a string, with its quotes.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain(rest));
        out.extend_from_slice(plain);
        let [byte, behind @ ..] = special else { break };
        write_escape(out, *byte);
        rest = behind;
    }
    out.push(b'"');
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x8 => out.extend_from_slice(b"\\b"),
        0xC => out.extend_from_slice(b"\\f"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        byte => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    }
}

/// Appends `"key":`.
pub fn write_key(out: &mut Vec<u8>, key: &str) {
    write_string(out, key);
    out.push(b':');
}

/// Appends `value` without the white space around its parts; numbers and strings as they stand.
pub fn compact(value: Value<'_>, out: &mut Vec<u8>) {
    match value.kind() {
        Kind::Array => {
            out.push(b'[');
            for (at, item) in value.items().enumerate() {
                separate(out, at);
                compact(item, out);
            }
            out.push(b']');
        }
        Kind::Object => {
            out.push(b'{');
            for (at, member) in value.members().enumerate() {
                separate(out, at);
                write_key(out, &member.key());
                compact(member.value(), out);
            }
            out.push(b'}');
        }
        _ => out.extend_from_slice(value.raw().as_bytes()),
    }
}

/// The same without the items and members whose tokens have the numbers `left_out`, which are in order.
pub fn without(value: Value<'_>, left_out: &[u32], out: &mut Vec<u8>) {
    let stays = |value: &Value<'_>| left_out.binary_search(&(value.index() as u32)).is_err();
    match value.kind() {
        Kind::Array => {
            out.push(b'[');
            for (at, item) in value.items().filter(stays).enumerate() {
                separate(out, at);
                without(item, left_out, out);
            }
            out.push(b']');
        }
        Kind::Object => {
            out.push(b'{');
            for (at, member) in value.members().filter(|member| stays(&member.value())).enumerate() {
                separate(out, at);
                write_key(out, &member.key());
                without(member.value(), left_out, out);
            }
            out.push(b'}');
        }
        _ => out.extend_from_slice(value.raw().as_bytes()),
    }
}

fn separate(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}
