//! Commands that do an exchange again. They can be pasted, and show no secret.

use super::request::Request;
use crate::limits::Limits;
use crate::redact::{Masks, hides_json, hides_xml, masked_json, masked_xml};
use crate::samples::Side;

/// The commands that must run for a `curl` to be answered.
#[derive(Clone, Debug)]
pub struct Reproduction {
    /// The bridge.
    pub serve: String,
    /// The backend, but for the samples that it plays; nothing when it is there already.
    pub mock: Option<String>,
}

/// The `curl` for `sent` to the bridge at `base`. The body is on standard input, so that no quote gets in its way; one with
/// a secret in it is read from its file instead.
pub(super) fn curl(
    again: &Reproduction,
    folder: &str,
    base: &str,
    (side, sent): (Side, &Request),
    masks: &Masks,
    limits: &Limits,
) -> String {
    let mut lines = Vec::new();
    // A comment must not end before its line does.
    let comment = |text: String| format!("# {}", text.replace(['\n', '\r'], "?"));
    lines.extend(again.mock.as_ref().map(|mock| comment(format!("{mock} --samples {}", quote(folder)))));
    lines.push(comment(again.serve.clone()));
    let headers: String = sent.shell.iter().map(|header| format!(" -H {header}")).collect();
    let url = quote(&format!("{base}{}", sent.outgoing.path));
    let method = &sent.outgoing.method;
    let (from, body) = body(side, sent, masks, limits);
    lines.push(format!("curl -sS -X {method}{headers} --data-binary {from} {url}{body}"));
    lines.join("\n")
}

/// Where `curl` gets the body from, and what follows the command.
fn body(side: Side, sent: &Request, masks: &Masks, limits: &Limits) -> (String, String) {
    let bytes = &sent.outgoing.body;
    let hides = match side {
        Side::Json => hides_json(bytes, masks, &limits.json),
        Side::Soap => hides_xml(bytes, masks, &limits.xml),
    };
    match (&sent.file, hides) {
        (Some(file), true) => (quote(&format!("@{}", file.display())), String::new()),
        (None, true) => {
            let masked = match side {
                Side::Json => masked_json(bytes, masks, &limits.json).unwrap_or_default(),
                Side::Soap => masked_xml(bytes, masks, &limits.xml).unwrap_or_default(),
            };
            ("@-".to_owned(), here(&String::from_utf8_lossy(&masked)))
        }
        (_, false) => ("@-".to_owned(), here(&String::from_utf8_lossy(bytes))),
    }
}

/// A here-document. Its last line is none of the text.
fn here(text: &str) -> String {
    let mut word = "BODY".to_owned();
    while text.lines().any(|line| line == word) {
        word.push('_');
    }
    format!(" <<'{word}'\n{}\n{word}", text.trim_end())
}

/// `text` as one word of a shell.
pub fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:@=+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
