//! Making messages out of what the data says.

use super::data::{Encoding, Entry, Made, Pieces, Way};
use super::token::Token;

/// The bytes of the message of `entry`, sent the way `way`. `known` are holes that differ from run to run.
pub fn message(entry: &Entry, way: Way, known: &[(&str, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    match &entry.whole {
        Some(whole) => append(&mut out, whole),
        None => template(&mut out, entry, way),
    }
    let own = ("security", Token::default().block());
    let holes = known.iter().chain([&own]);
    let bytes = holes.fold(out, |bytes, (hole, text)| replaced(&bytes, &format!("{{{{{hole}}}}}"), text));
    encoded(bytes, entry.encoding)
}

/// A request that nobody objects to, with this Security header.
pub fn secured(block: &str) -> Vec<u8> {
    let right = String::from_utf8(benign(Way::RequestSoap, 0)).expect("text");
    let (start, end) = (right.find("<s:Security").expect("start"), right.find("</e:Header>").expect("end"));
    [&right[..start], block, &right[end..]].concat().into_bytes()
}

/// A message that nobody objects to, with `tags` tags.
pub fn benign(way: Way, tags: usize) -> Vec<u8> {
    let (hole, unit, first) = match way.is_soap() {
        true => ("more", "<v:tag>value-canary</v:tag>", ""),
        false => ("more", ",\"value-canary\"", ",\"tag\":[\"value-canary\""),
    };
    let last = if way.is_soap() { "" } else { "]" };
    let more = format!("{first}{}{last}", unit.repeat(tags));
    let mut text = text_of(way).replace(&format!("{{{{{hole}}}}}"), &more);
    while let Some(start) = text.find("{{") {
        let end = text[start..].find("}}").expect("end of a hole") + start + 2;
        text.replace_range(start..end, default(way, &text[start + 2..end - 2]).as_str());
    }
    text.into_bytes()
}

fn template(out: &mut Vec<u8>, entry: &Entry, way: Way) {
    let text = text_of(way);
    let mut used = 0;
    for (at, piece) in text.split("{{").enumerate() {
        let (hole, rest) = if at == 0 { ("", piece) } else { piece.split_once("}}").expect("end of a hole") };
        match entry.fill.get(hole) {
            Some(pieces) => {
                used += 1;
                append(out, pieces);
            }
            None => out.extend_from_slice(default(way, hole).as_bytes()),
        }
        out.extend_from_slice(rest.as_bytes());
    }
    assert_eq!(used, entry.fill.len(), "{}: a hole that the template does not have", entry.name);
}

fn text_of(way: Way) -> String {
    let name = match way {
        Way::RequestSoap => "request.xml",
        Way::ReplySoap => "reply.xml",
        Way::RequestJson | Way::ReplyJson => "message.json",
    };
    let path = format!("{}/tests/attacks/templates/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("template").trim_end().to_owned()
}

fn default(way: Way, hole: &str) -> String {
    match (hole, way.is_soap()) {
        ("security", _) => Token::default().block(),
        ("note", true) => "value-canary".to_owned(),
        ("note", false) => "\"value-canary\"".to_owned(),
        ("body", _) => {
            let name = if way.is_reply() { "StoreResponse" } else { "Store" };
            format!("<v:{name}><v:note>value-canary</v:note></v:{name}>")
        }
        _ => String::new(),
    }
}

/// Appends `pieces`.
pub fn append(out: &mut Vec<u8>, pieces: &Pieces) {
    match pieces {
        Pieces::Text(text) => out.extend_from_slice(text.as_bytes()),
        Pieces::All(all) => all.iter().for_each(|piece| append(out, piece)),
        Pieces::Made(made) => self::made(out, made),
    }
}

fn made(out: &mut Vec<u8>, made: &Made) {
    match made {
        Made::Repeat { unit, times } => numbered(out, unit, *times, |time| time.to_string()),
        Made::Collide { unit, pair, times } => numbered(out, unit, *times, |time| colliding(pair, time)),
        Made::Nest { open, inside, close, times } => {
            numbered(out, open, *times, |time| time.to_string());
            out.extend_from_slice(inside.as_bytes());
            out.extend_from_slice(close.repeat(*times).as_bytes());
        }
        Made::Hex(digits) => {
            let octet = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("base 16");
            out.extend((0..digits.len()).step_by(2).map(octet));
        }
    }
}

fn numbered(out: &mut Vec<u8>, unit: &str, times: usize, number: impl Fn(usize) -> String) {
    for time in 0..times {
        match unit.contains("%i") {
            true => out.extend_from_slice(unit.replace("%i", &number(time)).as_bytes()),
            false => out.extend_from_slice(unit.as_bytes()),
        }
    }
}

/// `time` in base 2, of which both digits have the same hash.
fn colliding(pair: &[String; 2], time: usize) -> String {
    (0..16).map(|bit| pair[time >> bit & 1].as_str()).collect()
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    if text.contains(from) { text.replace(from, to).into_bytes() } else { bytes.to_vec() }
}

fn encoded(bytes: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    if encoding == Encoding::Utf8 {
        return bytes;
    }
    let text = String::from_utf8(bytes).expect("text");
    match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        Encoding::Utf7 => text.replace('<', "+ADw-").replace('>', "+AD4-").into_bytes(),
        Encoding::Utf8 => text.into_bytes(),
    }
}
