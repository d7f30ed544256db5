//! The text of a route: `PUT /v2/clients/{clientId}[_{subClientId}]/accounts/{accountId}?dry={dry}`.

use super::percent;
use crate::service::problem::RouteProblem;
use regex::Regex;

/// What is between two slashes of a path.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) parts: Vec<Part>,
    /// Takes a decoded segment apart.
    pub(super) pattern: Regex,
    pub(super) members: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Member(String),
    /// There when its member is.
    Optional(Vec<Part>),
    /// As people write it, not encoded.
    Text(String),
}

/// A query parameter, and the request field that it is.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) member: String,
    /// Whether it may be there more than once: an item of a list each time.
    pub(super) list: bool,
}

/// What the text of a field looks like, as a regular expression.
pub(super) type Patterns<'p> = &'p dyn Fn(&str) -> Option<String>;

/// Method, path and query of the text of a route.
pub(super) fn split(text: &str) -> Result<(&str, &str, &str), RouteProblem> {
    let (method, target) = text.split_once(' ').ok_or(RouteProblem::MethodAndPath)?;
    let known = matches!(method, "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT");
    if !known || !target.starts_with('/') || target.contains(' ') {
        return Err(RouteProblem::MethodAndPath);
    }
    match target.split_once('?') {
        Some((path, query)) => Ok((method, path, query)),
        None => Ok((method, target, "")),
    }
}

impl Segment {
    pub(super) fn parse(text: &str, patterns: Patterns<'_>) -> Result<Self, RouteProblem> {
        let mut members = Vec::new();
        let mut rest = text;
        let parts = parts(&mut rest, false, &mut members)?;
        let mut pattern = "^".to_owned();
        let alone = members.len() == 1;
        write_pattern(&parts, alone, patterns, &mut pattern);
        pattern.push('$');
        let pattern =
            Regex::new(&pattern).map_err(|_| RouteProblem::Inseparable { segment: text.to_owned() })?;
        Ok(Self { parts, pattern, members })
    }

    /// As people write it, with its letters encoded.
    pub(super) fn shown(&self) -> String {
        shown(&self.parts)
    }
}

impl Parameter {
    pub(super) fn parse(pair: &str) -> Result<Self, RouteProblem> {
        let (name, member) = pair.split_once('=').ok_or(RouteProblem::Query)?;
        plain(name)?;
        let member = member.strip_prefix('{').and_then(|member| member.strip_suffix('}'));
        let member = member.ok_or(RouteProblem::Query)?.to_owned();
        Ok(Self { name: name.to_owned(), member, list: false })
    }
}

fn shown(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Member(member) => format!("{{{member}}}"),
        Part::Optional(parts) => format!("[{}]", shown(parts)),
        Part::Text(text) => {
            let mut encoded = String::new();
            percent::encode_text(text, &mut encoded);
            encoded
        }
    };
    parts.iter().map(part).collect()
}

/// Reads parts up to the end, or up to the bracket that closes an optional one.
fn parts(rest: &mut &str, inside: bool, members: &mut Vec<String>) -> Result<Vec<Part>, RouteProblem> {
    let mut out = Vec::new();
    while let Some(first) = rest.chars().next() {
        match first {
            '{' => {
                let inner = rest.split_once('{').and_then(|(_, inner)| inner.split_once('}'));
                let (member, tail) = inner.ok_or(RouteProblem::UnclosedBrace)?;
                members.push(member.to_owned());
                out.push(Part::Member(member.to_owned()));
                *rest = tail;
            }
            '[' if !inside => {
                *rest = rest.strip_prefix('[').expect("it begins with a bracket");
                out.push(Part::Optional(parts(rest, true, members)?));
            }
            ']' if inside => {
                *rest = rest.strip_prefix(']').expect("it begins with a bracket");
                return Ok(out);
            }
            '[' | ']' => return Err(RouteProblem::Brackets),
            _ => {
                let tail = rest.trim_start_matches(|c| !matches!(c, '{' | '[' | ']'));
                let (text, _) = rest.split_at(rest.len() - tail.len());
                readable(text)?;
                out.push(Part::Text(text.to_owned()));
                *rest = tail;
            }
        }
    }
    if inside { Err(RouteProblem::UnclosedBracket) } else { Ok(out) }
}

/// Letters and digits of any script are encoded when they are sent.
fn readable(text: &str) -> Result<(), RouteProblem> {
    let other = |c: char| !c.is_ascii() && !c.is_control() && !c.is_whitespace();
    check(text, |c| is_plain(c) || other(c))
}

fn plain(text: &str) -> Result<(), RouteProblem> {
    check(text, is_plain)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c)
}

fn check(text: &str, fits: impl Fn(char) -> bool) -> Result<(), RouteProblem> {
    if text.chars().all(fits) { Ok(()) } else { Err(RouteProblem::Text { text: text.to_owned() }) }
}

fn write_pattern(parts: &[Part], alone: bool, patterns: Patterns<'_>, out: &mut String) {
    for part in parts {
        match part {
            Part::Member(_) if alone => out.push_str("(.+)"),
            Part::Member(member) => {
                // Where the contract does not say, the shortest text that lets the rest fit.
                let pattern = patterns(member).unwrap_or_else(|| ".+?".to_owned());
                out.push_str(&format!("({pattern})"));
            }
            Part::Optional(parts) => {
                out.push_str("(?:");
                write_pattern(parts, alone, patterns, out);
                out.push_str(")?");
            }
            Part::Text(text) => out.push_str(&regex::escape(text)),
        }
    }
}
