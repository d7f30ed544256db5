//! Words and texts of a POSIX shell.

use super::body::{Body, Hole, Kind};
use super::credentials::Variables;
use crate::redact;

/// `text` as one word of a shell.
pub fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:@=+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A here-document in which nothing is expanded. Its last line is none of the text.
pub(crate) fn here(text: &str) -> String {
    let word = word(text);
    format!(" <<'{word}'\n{}\n{word}", text.trim_end())
}

/// A here-document of a body, in which its holes, and nothing else, are expanded.
pub(super) fn here_of(body: &Body, variables: &Variables) -> String {
    // Whoever sits at a shell has `!` expanded there whatever is quoted, and files are proposed for a tab.
    let tame =
        |text: &str| text.replace('!', &body.kind.escaped('!')).replace('\t', &body.kind.escaped('\t'));
    if !body.has_holes() {
        return here(&tame(&body.plain()));
    }
    let literal = |text: &str| tame(text).replace('\\', "\\\\").replace('$', "\\$").replace('`', "\\`");
    let text = body.written(literal, |hole| expansion(hole, body.kind, variables));
    let word = word(&text);
    format!(" <<{word}\n{}\n{word}", text.trim_end())
}

/// A body as one word on one line.
pub(super) fn word_of(body: &Body, variables: &Variables) -> String {
    let quoted = |text: &str| quote(&on_one_line(text, body.kind));
    body.written(quoted, |hole| format!("\"{}\"", expansion(hole, body.kind, variables)))
}

/// The text of a body that was laid out on one line, with escapes for what a log would not show as it is.
fn on_one_line(text: &str, kind: Kind) -> String {
    let shown = |c: char| match redact::printable(c.encode_utf8(&mut [0; 4])).chars().eq([c]) {
        true => c.to_string(),
        false => kind.escaped(c),
    };
    text.chars().map(shown).collect()
}

/// What a shell puts into the place of `hole`.
fn expansion(hole: Hole, kind: Kind, variables: &Variables) -> String {
    let escaped = |variable: &str| {
        let escapes = match kind {
            Kind::Json => r#"s/[\\"]/\\&/g"#,
            Kind::Xml => r"s/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g",
        };
        format!("$(printf %s \"${{{variable}:?}}\" | sed '{escapes}')")
    };
    match hole {
        Hole::Created => "$created".to_owned(),
        Hole::Digest => "$digest".to_owned(),
        Hole::MessageId => format!("urn:uuid:$({UUID})"),
        Hole::Nonce => "$nonce".to_owned(),
        Hole::Password => escaped(&variables.password),
        Hole::Username => escaped(&variables.username),
    }
}

/// Random digits in the groups of a UUID.
const UUID: &str = r"od -An -N16 -tx1 /dev/urandom | tr -d ' \n' | sed 's/^\(.\{8\}\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/'";

/// A word that is no line of `text`.
fn word(text: &str) -> String {
    let mut word = "BODY".to_owned();
    while text.lines().any(|line| line == word) {
        word.push('_');
    }
    word
}
