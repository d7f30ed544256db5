//! What a JSON backend says went wrong, where its JSON has one of the forms that backends use: RFC 9457, `error`, `errors`,
//! `code` and `message`.

use std::borrow::Cow;

use http::StatusCode;

use super::answer::Pending;
use super::words::{Silence, Words};
use crate::bridge::backend::outgoing::Reply;
use crate::json::{Kind, Tape, Value};
use crate::limits::SAID_ERRORS;
use crate::service::outcome::Notice;

/// What `reply` says went wrong, as clients may hear it; nothing where its form is another one. Errors: it may not be told.
pub(super) fn errors(pending: &Pending<'_>, reply: &Reply) -> Result<Vec<Notice>, Silence> {
    let words = Words::of(pending, reply)?;
    let mut tape = Tape::new();
    let body = tape.parse(&reply.body, &pending.operation.service.limits.json)?;
    let mut said = Said { words, status: reply.status, path: Vec::new(), errors: Vec::new() };
    match body.kind() {
        Kind::Array => said.items(body),
        _ => said.error(body),
    }
    Ok(said.errors)
}

/// What the table of a service file says went wrong, as clients may hear it: texts of `reply` may be in it. Errors: it may not
/// be told.
pub(super) fn by_table(
    pending: &Pending<'_>,
    reply: &Reply,
    errors: &[Notice],
) -> Result<Vec<Notice>, Silence> {
    let words = Words::of(pending, reply)?;
    Ok(errors.iter().map(|error| words.notice(error)).collect())
}

/// What was said so far.
struct Said {
    words: Words,
    status: StatusCode,
    /// Where the value that is looked at stands.
    path: Vec<String>,
    errors: Vec<Notice>,
}

impl Said {
    /// An error: a sentence alone, or an object, in which others may be listed.
    fn error(&mut self, value: Value<'_>) {
        if self.is_full() {
            return;
        }
        if value.kind() == Kind::Object {
            self.own(value);
            for (key, more) in NESTED.into_iter().filter_map(|key| value.get(key).map(|more| (key, more))) {
                self.path.push(key.to_owned());
                self.nested(more);
                self.path.pop();
            }
        } else if let Some(message) = value.as_str().and_then(|text| self.words.sentence(&self.path, &text)) {
            self.add(None, Some(message), None);
        }
    }

    fn nested(&mut self, value: Value<'_>) {
        match value.kind() {
            Kind::Array => self.items(value),
            Kind::Object if self.path.last().is_some_and(|key| key == "errors") => self.by_field(value),
            Kind::Object => self.error(value),
            Kind::Bool | Kind::Null | Kind::Number | Kind::String => {}
        }
    }

    fn items(&mut self, list: Value<'_>) {
        for (at, item) in list.items().enumerate().take(SAID_ERRORS) {
            self.path.push(at.to_string());
            self.error(item);
            self.path.pop();
        }
    }

    /// Sentences by the field that they are about.
    fn by_field(&mut self, fields: Value<'_>) {
        for member in fields.members().take(SAID_ERRORS) {
            let (key, value) = (member.key(), member.value());
            self.path.push(key.clone().into_owned());
            let sentences = value.items().take(SAID_ERRORS).chain(Some(value));
            for text in sentences.filter_map(|sentence| sentence.as_str()) {
                if !self.is_full()
                    && let Some(message) = self.words.sentence(&self.path, &format!("{key}: {text}"))
                {
                    self.add(None, Some(message), None);
                }
            }
            self.path.pop();
        }
    }

    /// What an object says of itself.
    fn own(&mut self, object: Value<'_>) {
        let code = self.first(object, &CODES, false);
        let title = self.first(object, &["title"], true);
        let mut message = self.first(object, &MESSAGES, true);
        // `error` is a code beside a sentence, and a sentence alone.
        let error = self.first(object, &["error"], message.is_none());
        let code = code.or_else(|| error.clone().filter(|error| is_word(error) && message.is_some()));
        message = message.or(error);
        let message = match (title, message) {
            (Some(title), Some(message)) if title != message => Some(format!("{title}: {message}")),
            (title, message) => message.or(title),
        };
        if code.is_some() || message.is_some() {
            self.add(code, message, self.pointer(object));
        }
    }

    /// The first of the members `keys` that is a text or a number; letter case does not count.
    fn first(&self, object: Value<'_>, keys: &[&str], sentence: bool) -> Option<String> {
        keys.iter().find_map(|key| {
            let member = object.members().find(|member| member.key().eq_ignore_ascii_case(key))?;
            let text = member.value().as_str().or(member.value().as_number().map(Cow::Borrowed))?;
            let mut path = self.path.clone();
            path.push(member.key().into_owned());
            if sentence { self.words.sentence(&path, &text) } else { self.words.word(&path, &text) }
        })
    }

    /// The field that an error is about, where it names one (RFC 9457 section 3, JSON:API).
    fn pointer(&self, object: Value<'_>) -> Option<String> {
        let named = object.get("pointer").or(object.at_pointer("/source/pointer"));
        let text = named.and_then(|named| named.as_str());
        let pointer = text.as_deref().map(|text| text.strip_prefix('#').map_or(text, |rest| rest));
        let pointer = pointer.filter(|pointer| pointer.starts_with('/'));
        pointer.and_then(|pointer| self.words.word(&self.path, pointer))
    }

    /// Texts are compared with every secret, so that no more are than can be told.
    fn is_full(&self) -> bool {
        self.errors.len() >= SAID_ERRORS
    }

    fn add(&mut self, code: Option<String>, message: Option<String>, pointer: Option<String>) {
        if !self.is_full() {
            let code = match code {
                Some(code) => code,
                None => format!("HTTP{}", self.status.as_u16()),
            };
            let text = |said: Option<String>| said.into_iter().collect();
            self.errors.push(Notice {
                code,
                message: text(message),
                pointer: text(pointer),
                ..Notice::default()
            });
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.contains(' ')
}

/// Where an error has others.
const NESTED: [&str; 2] = ["error", "errors"];

/// The code of an error.
const CODES: [&str; 3] = ["code", "errorCode", "error_code"];

/// What is wrong, the most exact first.
const MESSAGES: [&str; 6] = ["detail", "error_description", "message", "errorMessage", "description", "msg"];
