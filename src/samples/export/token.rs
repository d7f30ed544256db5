//! Credentials in a body: a Security header, or members, with holes where the credentials stand.

use chrono::DateTime;

use super::body::{Body, Hole, Kind, Piece};
use super::credentials::UsernameToken;
use crate::json::Value;
use crate::json::write::{compact, write_key, write_string};
use crate::service::CredentialPaths;
use crate::soap::{Addressing, RequestAddressing, RequestProperties, Version};
use crate::wss::{Fresh, NewToken, PasswordType, Secret, Sender};

/// The envelope with a Security header that has a token of this kind, of nobody: whoever indents it sees all elements.
pub(super) fn with_security(envelope: &str, version: Version, token: &UsernameToken) -> String {
    let fresh = Fresh { nonce: [0; 64], id: 0, now: DateTime::UNIX_EPOCH };
    let sender = match token.kind {
        PasswordType::Digest => Sender::digest(),
        password => Sender { password, ..Sender::default() },
    };
    // A user name that XML cannot carry was refused where it was typed.
    let username = token.username.as_deref().unwrap_or(NOBODY);
    let (password, mut out) = (Secret::new(NOBODY), Vec::new());
    let new = NewToken { username, password: &password, fresh: &fresh };
    sender.write(&mut out, version, new).expect("a user name that XML can carry");
    with_blocks(envelope, &String::from_utf8(out).expect("XML is written as UTF-8"))
}

/// The envelope, which this program wrote, with `blocks` as the first ones of its Header.
fn with_blocks(envelope: &str, blocks: &str) -> String {
    match envelope.split_once(HEADER) {
        Some((before, behind)) if !before.contains(BODY) => format!("{before}{HEADER}{blocks}{behind}"),
        _ => envelope.replacen(BODY, &format!("{HEADER}{blocks}</soapenv:Header>{BODY}"), 1),
    }
}

/// The envelope with the properties of WS-Addressing of a request to `to` with this `action` and this `MessageID`.
pub(crate) fn with_addressing(envelope: &str, action: &str, to: &str, message_id: &str) -> String {
    let properties = RequestProperties { version: Addressing::V10, action, to, must_understand: false };
    let mut out = Vec::new();
    RequestAddressing::new(properties).write(&mut out, message_id);
    with_blocks(envelope, &String::from_utf8(out).expect("XML is written as UTF-8"))
}

/// The envelope with holes in its Security header.
pub(super) fn punched_envelope(envelope: &str, token: &UsernameToken) -> Body {
    let mut holes = match token.kind {
        PasswordType::Absent => Vec::new(),
        PasswordType::Digest => vec![("</wsse:Password>", Hole::Digest)],
        PasswordType::Text => vec![("</wsse:Password>", Hole::Password)],
    };
    if token.username.is_none() {
        holes.insert(0, ("</wsse:Username>", Hole::Username));
    }
    if token.kind == PasswordType::Digest {
        holes.extend([("</wsse:Nonce>", Hole::Nonce), ("</wsu:Created>", Hole::Created)]);
    }
    let (mut pieces, mut rest) = (Vec::new(), envelope);
    for (end, hole) in holes {
        let (value, _) = rest.split_once(end).expect("the Security header has the element");
        let start = value.rfind('>').map_or(0, |at| at + 1);
        let (before, _) = rest.split_at(start);
        pieces.extend([Piece::Text(before.to_owned()), Piece::Hole(hole)]);
        (_, rest) = rest.split_at(value.len());
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Body { kind: Kind::Xml, pieces }
}

/// The object `value` with the object of `paths` before its other members, in which both values are empty.
pub(super) fn with_members(value: Value<'_>, paths: &CredentialPaths) -> Vec<u8> {
    let mut out = b"{".to_vec();
    write_key(&mut out, &paths.object);
    for (begin, name) in [(b'{', &paths.username), (b',', &paths.password)] {
        out.push(begin);
        write_key(&mut out, name);
        write_string(&mut out, "");
    }
    out.push(b'}');
    for member in value.members().filter(|member| *member.key() != *paths.object) {
        out.push(b',');
        write_key(&mut out, &member.key());
        compact(member.value(), &mut out);
    }
    out.push(b'}');
    out
}

/// The JSON with holes in its first two empty strings, which are those of its credentials.
pub(super) fn punched_members(json: &str) -> Body {
    let (mut pieces, mut rest) = (Vec::new(), json);
    for hole in [Hole::Username, Hole::Password] {
        let (before, behind) = rest.split_once("\"\"").expect("credentials have a value");
        pieces.extend([Piece::Text(format!("{before}\"")), Piece::Hole(hole), Piece::Text("\"".to_owned())]);
        rest = behind;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Body { kind: Kind::Json, pieces }
}

const NOBODY: &str = "-";
const HEADER: &str = "<soapenv:Header>";
const BODY: &str = "<soapenv:Body>";
