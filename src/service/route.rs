//! Method and path of an operation on the JSON side, with the request fields that stand in them.

use std::sync::Arc;

use regex::Regex;

use crate::codec::{Breach, Violation};

/// Method and path of an operation.
#[derive(Clone, Debug)]
pub struct HttpRoute {
    /// `POST` and so on.
    pub method: Arc<str>,
    segments: Vec<Segment>,
    query: Vec<(String, String)>,
}

/// What stands between two slashes.
#[derive(Clone, Debug)]
struct Segment {
    parts: Vec<Part>,
    /// Takes a decoded segment apart.
    pattern: Regex,
    members: Vec<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Member(String),
    /// There when its member is.
    Optional(Vec<Part>),
    Text(String),
}

impl HttpRoute {
    /// The route `METHOD /path`: `{member}` stands for a request field, `[…]` for what is there when its field is,
    /// `?name={member}` for a query. `patterns` gives what a member's text looks like, as a regular expression.
    ///
    /// Errors: what is wrong with it.
    pub fn parse(text: &str, patterns: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let expected = || "expected a method and a path, such as `PUT /v1/orders/{orderId}`".to_owned();
        let (method, path) = text.split_once(' ').ok_or_else(expected)?;
        if !matches!(method, "DELETE" | "PATCH" | "POST" | "PUT") || !path.starts_with('/') || path.contains(' ') {
            return Err(expected());
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let segments = path.split('/').skip(1).map(|segment| Segment::parse(segment, patterns));
        let query = query.split('&').filter(|pair| !pair.is_empty()).map(query_pair);
        Ok(Self {
            method: method.into(),
            segments: segments.collect::<Result<_, _>>()?,
            query: query.collect::<Result<_, _>>()?,
        })
    }

    /// The members that stand in the path or the query.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        let path = self.segments.iter().flat_map(|segment| &segment.members);
        path.chain(self.query.iter().map(|(_, member)| member)).map(String::as_str)
    }

    /// The path when no member stands in it.
    pub fn plain(&self) -> Option<String> {
        if self.members().next().is_some() {
            return None;
        }
        Some(self.segments.iter().fold(String::new(), |path, segment| path + "/" + &segment.shown()))
    }

    /// The path with its members in braces, as people write it.
    pub fn shown(&self) -> String {
        self.segments.iter().fold(String::new(), |path, segment| path + "/" + &segment.shown())
    }

    /// Path and query for the texts of the members.
    ///
    /// Errors: members that are absent, empty, or that would change the path.
    pub fn build(&self, value: &dyn Fn(&str) -> Option<String>) -> Result<String, Vec<Violation>> {
        let mut problems = Vec::new();
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            let before = path.len();
            write_parts(&segment.parts, value, &mut path, &mut problems);
            let written = path.get(before..).unwrap_or("");
            if let (Some(member), "." | "..") = (segment.members.first(), written) {
                problems.push(violation(member, Breach::Format, "a path segment of dots is not possible"));
            }
        }
        let pairs = self.query.iter().filter_map(|(name, member)| Some((name, value(member)?)));
        for (at, (name, value)) in pairs.enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(&format!("{name}="));
            encode(&value, &mut path);
        }
        if problems.is_empty() { Ok(path) } else { Err(problems) }
    }

    /// The members and their texts in `path` and `query`; nothing when the path is another one.
    pub fn take(&self, path: &str, query: Option<&str>) -> Option<Vec<(&str, String)>> {
        let given: Vec<&str> = path.split('/').skip(1).collect();
        if given.len() != self.segments.len() {
            return None;
        }
        let mut taken = Vec::new();
        for (segment, given) in self.segments.iter().zip(given) {
            segment.take(&decode(given)?, &mut taken)?;
        }
        for pair in query.unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some((_, member)) = self.query.iter().find(|(known, _)| known == name) {
                taken.push((member.as_str(), decode(&value.replace('+', " "))?));
            }
        }
        Some(taken)
    }
}

impl Segment {
    fn parse(text: &str, patterns: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut members = Vec::new();
        let mut rest = text;
        let parts = parts(&mut rest, false, &mut members)?;
        let mut pattern = "^".to_owned();
        let alone = members.len() == 1;
        write_pattern(&parts, alone, patterns, &mut pattern);
        pattern.push('$');
        let pattern = Regex::new(&pattern).map_err(|_| format!("`{text}` cannot be taken apart"))?;
        Ok(Self { parts, pattern, members })
    }

    fn shown(&self) -> String {
        shown(&self.parts)
    }

    /// A joined segment that does not fit is the first member's whole, whose own type then says what is wrong.
    fn take<'s>(&'s self, given: &str, taken: &mut Vec<(&'s str, String)>) -> Option<()> {
        match (self.pattern.captures(given), self.members.as_slice()) {
            (Some(captures), members) => {
                for (at, member) in members.iter().enumerate() {
                    if let Some(found) = captures.get(at + 1) {
                        taken.push((member, found.as_str().to_owned()));
                    }
                }
                Some(())
            }
            (None, []) => None,
            (None, [first, ..]) => {
                taken.push((first, given.to_owned()));
                Some(())
            }
        }
    }
}

fn shown(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Member(member) => format!("{{{member}}}"),
        Part::Optional(parts) => format!("[{}]", shown(parts)),
        Part::Text(text) => text.clone(),
    };
    parts.iter().map(part).collect()
}

/// Reads parts up to the end, or up to the bracket that closes an optional one.
fn parts(rest: &mut &str, inside: bool, members: &mut Vec<String>) -> Result<Vec<Part>, String> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(rest.find(['{', '[', ']']).unwrap_or(rest.len()));
        if !head.is_empty() {
            plain(head)?;
            out.push(Part::Text(head.to_owned()));
        }
        *rest = tail.get(1..).unwrap_or("");
        match tail.chars().next() {
            None => break,
            Some('{') => {
                let (member, tail) = rest.split_once('}').ok_or("a `{` without its `}`")?;
                members.push(member.to_owned());
                out.push(Part::Member(member.to_owned()));
                *rest = tail;
            }
            Some('[') if !inside => out.push(Part::Optional(parts(rest, true, members)?)),
            Some(']') if inside => return Ok(out),
            Some(_) => return Err("brackets do not match, or nest".to_owned()),
        }
    }
    if inside { Err("a `[` without its `]`".to_owned()) } else { Ok(out) }
}

fn plain(text: &str) -> Result<(), String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte));
    if fits { Ok(()) } else { Err(format!("`{text}` cannot stand in a path")) }
}

fn query_pair(pair: &str) -> Result<(String, String), String> {
    let (name, member) = pair.split_once('=').ok_or("expected `name={member}` in the query")?;
    let member = member.strip_prefix('{').and_then(|member| member.strip_suffix('}'));
    plain(name)?;
    member.map(|member| (name.to_owned(), member.to_owned())).ok_or_else(|| "expected `name={member}` in the query".to_owned())
}

fn write_pattern(parts: &[Part], alone: bool, patterns: &dyn Fn(&str) -> Option<String>, out: &mut String) {
    for part in parts {
        match part {
            Part::Member(_) if alone => out.push_str("(.+)"),
            Part::Member(member) => {
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

fn write_parts(
    parts: &[Part],
    value: &dyn Fn(&str) -> Option<String>,
    out: &mut String,
    problems: &mut Vec<Violation>,
) {
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Optional(parts) => {
                let there = parts.iter().any(|part| matches!(part, Part::Member(member) if value(member).is_some()));
                if there {
                    write_parts(parts, value, out, problems);
                }
            }
            Part::Member(member) => match value(member).filter(|value| !value.is_empty()) {
                Some(value) => encode(&value, out),
                None => problems.push(violation(member, Breach::Missing, "required in the path")),
            },
        }
    }
}

fn violation(member: &str, breach: Breach, expected: &str) -> Violation {
    let mut pointer = String::new();
    crate::json::push_segment(&mut pointer, member);
    Violation { breach, pointer, path: String::new(), expected: expected.to_owned() }
}

/// RFC 3986 section 2.3: whatever is not unreserved is written as `%XX`.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// Nothing for what is no encoding of UTF-8, and for segments that move about in a path.
fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(if byte == b'%' { hex(bytes.next()?)? << 4 | hex(bytes.next()?)? } else { byte });
    }
    String::from_utf8(out).ok().filter(|text| !matches!(text.as_str(), "." | ".."))
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(text: &str) -> HttpRoute {
        let patterns = |member: &str| match member {
            "client" => Some("[A-Za-z0-9_]{4}".to_owned()),
            "sub" => Some("[0-9]{2}".to_owned()),
            _ => None,
        };
        HttpRoute::parse(text, &patterns).expect("a route")
    }

    #[test]
    fn joined_members_are_split_by_their_patterns() {
        let route = route("PUT /v2/clients/{client}[_{sub}]/accounts/{account}");
        let take = |path: &str| {
            let taken = route.take(path, None)?;
            Some(taken.into_iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(take("/v2/clients/a_b1_42/accounts/x%2Fy").as_deref(), Some("client=a_b1 sub=42 account=x/y"));
        assert_eq!(take("/v2/clients/a_b1/accounts/x").as_deref(), Some("client=a_b1 account=x"));
        assert_eq!(take("/v2/clients/short/accounts/x").as_deref(), Some("client=short account=x"));
        assert_eq!(take("/v2/clients/a_b1/accounts/"), Some("client=a_b1 account=".to_owned()));
        assert_eq!(take("/v2/clients/a_b1/accounts/.."), None);
        assert_eq!(take("/v2/other/a_b1/accounts/x"), None);
    }

    #[test]
    fn members_become_one_segment_each() {
        let route = route("PUT /c/{client}[_{sub}]/a/{account}?dry={dry}");
        let build = |account: &str, sub: Option<&str>| {
            route.build(&|member| match member {
                "client" => Some("a_b1".to_owned()),
                "sub" => sub.map(str::to_owned),
                "dry" => None,
                _ => Some(account.to_owned()),
            })
        };
        assert_eq!(build("x/y ü", Some("42")).as_deref(), Ok("/c/a_b1_42/a/x%2Fy%20%C3%BC"));
        assert_eq!(build("x", None).as_deref(), Ok("/c/a_b1/a/x"));
        for refused in ["", ".", ".."] {
            assert_eq!(build(refused, None).map_err(|problems| problems.len()), Err(1), "{refused:?}");
        }
    }
}
