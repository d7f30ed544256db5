//! Writing JSON: compact, UTF-8, no byte order mark.

use super::plain::plain;
use super::token::Kind;
use super::value::Value;
use crate::octets;

/// Appends `text` as a string, with its quotes.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_escaped(out, text.as_bytes());
    out.push(b'"');
}

/// Appends `text` with what a string has in place of its quotes, backslashes and control characters.
fn write_escaped(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at(plain(rest));
        out.extend_from_slice(plain);
        let [byte, behind @ ..] = special else { break };
        write_escape(out, *byte);
        rest = behind;
    }
}

/// Appends the JSON text `json`, which is UTF-8, as a string, as [`write_string`] does. Every few of its characters are quotes, so a block of
/// it is looked at once, and a backslash put before each of its quotes and backslashes.
pub fn write_text(out: &mut Vec<u8>, json: &[u8]) {
    out.push(b'"');
    let begin = out.len();
    match escape_blocks(out, json) {
        Some(rest) => write_escaped(out, rest),
        // White space between values, which is written otherwise than with a backslash before it.
        None => {
            out.truncate(begin);
            write_escaped(out, json);
        }
    }
    out.push(b'"');
}

/// Appends all blocks of `text` that have another one behind them; gives what is left. Nothing where there is a control character.
fn escape_blocks<'t>(out: &mut Vec<u8>, text: &'t [u8]) -> Option<&'t [u8]> {
    let (mut room, mut to) = ([0; ROOM], 0_usize);
    let mut left = text;
    while let Some(two) = left.first_chunk::<{ 2 * BLOCK }>() {
        let (place, block) = (room.get_mut(to..)?.first_chunk_mut()?, two.first_chunk()?);
        to = to.wrapping_add(BLOCK);
        if octets::not_plain(block).is_none() {
            *place.first_chunk_mut()? = *block;
        } else {
            to = to.wrapping_add(escape_block(place, two)?);
        }
        if to > ROOM - MOST {
            out.extend_from_slice(room.get(..to)?);
            to = 0;
        }
        left = left.get(BLOCK..)?;
    }
    out.extend_from_slice(room.get(..to)?);
    Some(left)
}

/// Writes the first block of `two` to `room`; gives how many backslashes were put in. Nothing where there is a control character.
///
/// From each of what is escaped on, a whole block is copied, with octets behind it that are written again: no length is looked at.
#[inline]
fn escape_block(room: &mut [u8; MOST], two: &[u8; 2 * BLOCK]) -> Option<usize> {
    let block = two.first_chunk()?;
    *room.first_chunk_mut()? = *block;
    let mut put_in = 0_usize;
    for at in octets::escaped(block)? {
        let place: &mut [u8; 1 + BLOCK] = room.get_mut(at.wrapping_add(put_in)..)?.first_chunk_mut()?;
        let [backslash, behind @ ..] = place;
        *backslash = b'\\';
        *behind = *two.get(at..)?.first_chunk()?;
        put_in = put_in.wrapping_add(1);
    }
    Some(put_in)
}

const BLOCK: usize = size_of::<octets::Block>();

/// Bytes that a block becomes at most, and of another one that is copied behind it.
const MOST: usize = 3 * BLOCK;

/// Bytes that are gathered before they are appended.
const ROOM: usize = 1024;

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
            write_text(&mut one, text.as_bytes());
            write_string(&mut other, &text);
            assert_eq!(String::from_utf8(one), String::from_utf8(other), "{text:?}");
        }
    }
}
