//! Writing JSON: compact, UTF-8, no byte order mark.

use super::plain::plain;
use super::token::Kind;
use super::value::Value;
use crate::octets::{self, Block};

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

/// Appends the JSON text `json` as a string, as [`write_string`] does. Every few of its characters are quotes, so it is copied in blocks, each
/// up to the first character that is written otherwise.
pub fn write_text(out: &mut Vec<u8>, json: &str) {
    let begin = out.len();
    // Each character may become two.
    out.resize(begin + 2 * json.len() + BLOCK + QUOTES, b'"');
    let written = out.get_mut(begin + 1..).and_then(|room| escaped(room, json.as_bytes()));
    match written {
        // The byte behind what was written may be any.
        Some(length) => {
            out.truncate(begin + 1 + length);
            out.push(b'"');
        }
        // A control character that no JSON has.
        None => {
            out.truncate(begin);
            write_string(out, json);
        }
    }
}

/// Writes `text` into `room`, which has two bytes for each of its own and a block more; gives how many it took. Nothing where a character
/// takes more.
fn escaped(room: &mut [u8], text: &[u8]) -> Option<usize> {
    let (mut from, mut to) = (0_usize, 0_usize);
    while from < text.len() {
        let block = match octets::block_at(text, from) {
            Some(block) => *block,
            // What is behind the end is special, and not reached.
            None => octets::last_block(text, from),
        };
        room.get_mut(to..to + BLOCK)?.copy_from_slice(&block);
        let plain = octets::plain(&block).min(text.len() - from);
        (from, to) = (from + plain, to + plain);
        if plain == BLOCK || from == text.len() {
            continue;
        }
        let second = match text.get(from)? {
            byte @ (b'"' | b'\\') => *byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => return None,
        };
        room.get_mut(to..to + 2)?.copy_from_slice(&[b'\\', second]);
        (from, to) = (from + 1, to + 2);
    }
    Some(to)
}

const BLOCK: usize = size_of::<Block>();
const QUOTES: usize = 2;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_json_is_a_string_like_any_other() {
        let mut texts: Vec<String> =
            ["", "{}", "é\u{1F600}\"", "\u{7F}\"\\", "a\u{1}b", "\r\n\t\"\n"].map(str::to_owned).to_vec();
        for length in 0..40 {
            for special in ['"', '\\', '\n', 'é', '\u{2}'] {
                let around = "x".repeat(length);
                texts.push(format!("{around}{special}{around}{special}{special}"));
            }
        }
        for text in texts {
            let (mut one, mut other) = (b"before".to_vec(), b"before".to_vec());
            write_text(&mut one, &text);
            write_string(&mut other, &text);
            assert_eq!(String::from_utf8(one), String::from_utf8(other), "{text:?}");
        }
    }
}
