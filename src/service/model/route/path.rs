//! A route at work: fields out of a path and a query, and into them.

use std::sync::Arc;

use thiserror::Error;

use super::percent::{self, DecodeError};
use super::template::{self, Parameter, Part, Segment};
use crate::codec::{Breach, Violation};
use crate::service::problem::RouteProblem;

/// Method and path of an operation.
#[derive(Clone, Debug)]
pub struct HttpRoute {
    /// `POST` and so on.
    pub method: Arc<str>,
    segments: Vec<Segment>,
    query: Vec<Parameter>,
}

/// Why the fields of a path or a query, which are those of the route, cannot be taken: the client is to blame.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RouteError {
    /// A `%` without two hexadecimal digits.
    #[error("malformed percent-encoding")]
    Malformed {
        /// The field, as a JSON Pointer.
        pointer: String,
    },
    /// What is encoded is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8 {
        /// The field, as a JSON Pointer.
        pointer: String,
    },
    /// A parameter of the query that is there twice.
    #[error("given more than once in the query")]
    Repeated {
        /// The field, as a JSON Pointer.
        pointer: String,
    },
}

/// A path that a route may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutePath {
    /// The path, with its members in braces.
    pub path: String,
    /// The members that stand in it.
    pub members: Vec<String>,
}

impl RoutePath {
    fn put(&mut self, part: &Part) {
        match part {
            Part::Member(member) => {
                self.path.push_str(&format!("{{{member}}}"));
                self.members.push(member.clone());
            }
            Part::Optional(parts) => parts.iter().for_each(|part| self.put(part)),
            Part::Text(text) => percent::encode_text(text, &mut self.path),
        }
    }
}

/// Optional parts of a path of which every combination is told.
const MOST_OPTIONAL: usize = 3;

impl RouteError {
    /// The field, as a JSON Pointer.
    pub fn pointer(&self) -> &str {
        match self {
            Self::Malformed { pointer } | Self::NotUtf8 { pointer } | Self::Repeated { pointer } => pointer,
        }
    }

    fn undecodable(member: &str, error: DecodeError) -> Self {
        let pointer = pointer(member);
        match error {
            DecodeError::Malformed => Self::Malformed { pointer },
            DecodeError::NotUtf8 => Self::NotUtf8 { pointer },
        }
    }
}

impl HttpRoute {
    /// The route `METHOD /path`: `{member}` is a request field, `[…]` is there when its field is, `?name={member}` is a
    /// query parameter. `patterns` gives what a member's text looks like, as a regular expression.
    pub fn parse(text: &str, patterns: &dyn Fn(&str) -> Option<String>) -> Result<Self, RouteProblem> {
        let (method, path, query) = template::split(text)?;
        let segments = path.split('/').skip(1).map(|segment| Segment::parse(segment, patterns));
        let query = query.split('&').filter(|pair| !pair.is_empty()).map(Parameter::parse);
        let route = Self {
            method: method.into(),
            segments: segments.collect::<Result<_, _>>()?,
            query: query.collect::<Result<_, _>>()?,
        };
        let members: Vec<&str> = route.members().collect();
        let repeated =
            members.iter().enumerate().find(|(at, member)| members.iter().take(*at).any(|a| a == *member));
        if let Some((_, member)) = repeated {
            return Err(RouteProblem::Repeated { member: (*member).to_owned() });
        }
        let before = |at: usize, name: &str| route.query.iter().take(at).any(|other| other.name == name);
        match route.query.iter().enumerate().find(|(at, parameter)| before(*at, &parameter.name)) {
            Some((_, parameter)) => Err(RouteProblem::ParameterTwice { name: parameter.name.clone() }),
            None => Ok(route),
        }
    }

    /// The members that stand in the path or the query.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.path_members().chain(self.query_members())
    }

    /// The same where the parameters of the query that `is_list` says are lists: there more than once, an item each time.
    pub fn with_lists(mut self, is_list: &dyn Fn(&str) -> bool) -> Self {
        self.query.iter_mut().for_each(|parameter| parameter.list = is_list(&parameter.member));
        self
    }

    /// The paths that it may have, each with the members in it: what is optional is there, or is not.
    pub fn paths(&self) -> Vec<RoutePath> {
        let optional = self.segments.iter().flat_map(|segment| &segment.parts);
        let optional = optional.filter(|part| matches!(part, Part::Optional(_))).count();
        // All of them where there are many: nobody wants a path for each combination.
        let few = optional <= MOST_OPTIONAL;
        let chosen = if few { 0..1_usize << optional } else { 0..1 };
        chosen.map(|left_out| self.path_without(left_out)).collect()
    }

    /// The path without the optional parts whose bits are set.
    fn path_without(&self, left_out: usize) -> RoutePath {
        let mut path = RoutePath::default();
        let mut number = 0;
        for segment in &self.segments {
            path.path.push('/');
            for part in &segment.parts {
                let there = !matches!(part, Part::Optional(_)) || left_out >> number & 1 == 0;
                number += usize::from(matches!(part, Part::Optional(_)));
                if there {
                    path.put(part);
                }
            }
        }
        path
    }

    /// The parameters of the query: their names, their members, and whether they may be there more than once.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.query.iter().map(|parameter| (&*parameter.name, &*parameter.member, parameter.list))
    }

    /// The members that stand in the path.
    pub fn path_members(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flat_map(|segment| &segment.members).map(String::as_str)
    }

    /// The members that stand in the query.
    pub fn query_members(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|parameter| &*parameter.member)
    }

    /// Those of the query that are lists.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.query.iter().filter(|parameter| parameter.list).map(|parameter| &*parameter.member)
    }

    /// Whether a request with `method` may be of this route: whatever is asked for by GET may be asked for by HEAD (RFC 9110
    /// section 9.3.2).
    pub fn takes(&self, method: &str) -> bool {
        *self.method == *method || (&*self.method, method) == ("GET", "HEAD")
    }

    /// Whether a body means nothing in its requests (RFC 9110 sections 9.3.1 and 9.3.2).
    pub fn is_safe(&self) -> bool {
        matches!(&*self.method, "GET" | "HEAD")
    }

    /// Whether requests at this route are also at `other`, and neither says more of its path than the other.
    pub(in crate::service) fn is_like(&self, other: &Self) -> bool {
        let pairs = || self.segments.iter().zip(&other.segments);
        let fixed = |segment: &Segment| segment.members.is_empty();
        let apart = |(one, two): (&Segment, &Segment)| fixed(one) && fixed(two) && one.shown() != two.shown();
        let own = pairs().any(|(one, two)| fixed(one) && !fixed(two));
        let others = pairs().any(|(one, two)| !fixed(one) && fixed(two));
        self.method == other.method
            && self.segments.len() == other.segments.len()
            && !pairs().any(apart)
            && own == others
    }

    /// Whether it is where the operation `name` is by its name.
    pub fn is_by_name(&self, name: &str) -> bool {
        *self.method == *"POST" && self.plain().is_some_and(|path| path == percent::operation_path(name))
    }

    /// How many segments of its path are fixed: of two routes for one path the one with more of them is meant.
    pub fn fixed(&self) -> usize {
        self.segments.iter().filter(|segment| segment.members.is_empty()).count()
    }

    /// The path when no member stands in it.
    pub fn plain(&self) -> Option<String> {
        self.members().next().is_none().then(|| self.shown())
    }

    /// The path with its members in braces, as people write it, and its letters as they are sent.
    pub fn shown(&self) -> String {
        self.segments.iter().fold(String::new(), |path, segment| path + "/" + &segment.shown())
    }

    /// Path and query for the texts of the members; `items` are those of a list.
    ///
    /// Errors: members that are absent, empty, or that would change the path.
    pub fn build(
        &self,
        value: &dyn Fn(&str) -> Option<String>,
        items: &dyn Fn(&str) -> Vec<String>,
    ) -> Result<String, Vec<Violation>> {
        let mut writer = Writer { value, path: String::new(), problems: Vec::new() };
        self.segments.iter().for_each(|segment| writer.segment(segment));
        let mut before = '?';
        for known in &self.query {
            let texts = if known.list { items(&known.member) } else { Vec::from_iter(value(&known.member)) };
            for text in texts {
                writer.path.push(before);
                writer.path.push_str(&known.name);
                writer.path.push('=');
                percent::encode(&text, &mut writer.path);
                before = '&';
            }
        }
        if writer.problems.is_empty() { Ok(writer.path) } else { Err(writer.problems) }
    }

    /// Whether `path` is that of this route, whatever is in its fields.
    pub fn is_at(&self, path: &str) -> bool {
        !matches!(self.take_path(path), Ok(None))
    }

    /// The members and their texts in `path` and `query`, an item of a list each with its member; nothing when the path is another
    /// one.
    ///
    /// Errors: a field of the route that cannot be decoded, or one that is no list and there twice. Parameters of the query that the route
    /// does not have are passed over.
    pub fn take(&self, path: &str, query: Option<&str>) -> Result<Option<Vec<(&str, String)>>, RouteError> {
        let Some(mut taken) = self.take_path(path)? else { return Ok(None) };
        let pairs = query.into_iter().flat_map(|query| query.split('&'));
        for pair in pairs.filter(|pair| !pair.is_empty()) {
            // A name alone has an empty value, as forms send it.
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(known) = self.query.iter().find(|known| percent::is(name, &known.name)) else {
                continue;
            };
            let member = known.member.as_str();
            if !known.list && taken.iter().any(|(taken, _)| *taken == member) {
                return Err(RouteError::Repeated { pointer: pointer(member) });
            }
            let value = value.replace('+', " ");
            let value = percent::decode(&value).map_err(|error| RouteError::undecodable(member, error))?;
            taken.push((member, value.into_owned()));
        }
        Ok(Some(taken))
    }

    /// A path that is another one is never malformed.
    fn take_path(&self, path: &str) -> Result<Option<Vec<(&str, String)>>, RouteError> {
        let mut taken = Vec::new();
        let mut malformed = None;
        let mut segments = self.segments.iter();
        for given in path.split('/').skip(1) {
            let Some(segment) = segments.next() else { return Ok(None) };
            match (percent::decode(given), segment.members.first()) {
                (Ok(text), _) if segment.take(&text, &mut taken) => {}
                (Err(error), Some(member)) if malformed.is_none() => {
                    malformed = Some(RouteError::undecodable(member, error));
                }
                (Err(_), Some(_)) => {}
                _ => return Ok(None),
            }
        }
        match (segments.next(), malformed) {
            (Some(_), _) => Ok(None),
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Some(taken)),
        }
    }
}

impl Segment {
    /// Takes the members out of a decoded segment; whether it is one of these. Segments that move about in a path are not.
    ///
    /// A joined segment that does not fit is the first member's whole, whose own type then says what is wrong.
    fn take<'s>(&'s self, given: &str, taken: &mut Vec<(&'s str, String)>) -> bool {
        if matches!(given, "." | "..") {
            return false;
        }
        match (self.pattern.captures(given), self.members.first()) {
            (Some(captures), _) => {
                let found = self.members.iter().zip(captures.iter().skip(1));
                taken.extend(
                    found.filter_map(|(member, found)| Some((member.as_str(), found?.as_str().to_owned()))),
                );
                true
            }
            (None, Some(first)) => {
                taken.push((first, given.to_owned()));
                true
            }
            (None, None) => false,
        }
    }
}

/// A path that is being written.
struct Writer<'w> {
    value: &'w dyn Fn(&str) -> Option<String>,
    path: String,
    problems: Vec<Violation>,
}

impl Writer<'_> {
    fn segment(&mut self, segment: &Segment) {
        self.path.push('/');
        let before = self.path.len();
        self.parts(&segment.parts);
        if let (Some(member), "." | "..") = (segment.members.first(), &self.path[before..]) {
            self.problem(member, Breach::Format, "a path segment of dots is not possible");
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(text) => percent::encode_text(text, &mut self.path),
                Part::Optional(parts) if parts.iter().any(|part| self.is_there(part)) => self.parts(parts),
                Part::Optional(_) => {}
                Part::Member(member) => match (self.value)(member).filter(|value| !value.is_empty()) {
                    Some(value) => percent::encode(&value, &mut self.path),
                    None => self.problem(member, Breach::Missing, "required in the path"),
                },
            }
        }
    }

    fn is_there(&self, part: &Part) -> bool {
        matches!(part, Part::Member(member) if (self.value)(member).is_some())
    }

    fn problem(&mut self, member: &str, breach: Breach, expected: &str) {
        let (pointer, expected) = (pointer(member), expected.to_owned());
        self.problems.push(Violation { breach, pointer, path: String::new(), expected });
    }
}

fn pointer(member: &str) -> String {
    let mut pointer = String::new();
    crate::json::push_segment(&mut pointer, member);
    pointer
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
    fn routes_are_alike_where_neither_says_more() {
        for (one, other, alike) in [
            ("PUT /a/{client}", "PUT /a/{account}", true),
            ("PUT /a/{client}", "POST /a/{account}", false),
            ("PUT /a/{client}", "PUT /a/open", false),
            ("PUT /a/{client}", "PUT /{account}/b", true),
            ("PUT /a/{client}", "PUT /b/{account}", false),
            ("PUT /a/{client}", "PUT /a/{account}/b", false),
            ("PUT /a-{client}", "PUT /b-{account}", true),
            ("PUT /a?b={client}", "PUT /a?c={account}", true),
        ] {
            assert_eq!(route(one).is_like(&route(other)), alike, "{one} {other}");
            assert_eq!(route(other).is_like(&route(one)), alike, "{other} {one}");
        }
        assert!(route("POST /buy").is_by_name("buy") && !route("PUT /buy").is_by_name("buy"));
        assert_eq!(route("PUT /a/{client}/b").fixed(), 2);
    }

    #[test]
    fn joined_members_are_split_by_their_patterns() {
        let route = route("PUT /v2/clients/{client}[_{sub}]/accounts/{account}");
        let take = |path: &str| {
            let taken = route.take(path, None).expect("well-formed")?;
            Some(taken.into_iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            take("/v2/clients/a_b1_42/accounts/x%2Fy").as_deref(),
            Some("client=a_b1 sub=42 account=x/y")
        );
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
            let value = |member: &str| match member {
                "client" => Some("a_b1".to_owned()),
                "sub" => sub.map(str::to_owned),
                "dry" => None,
                _ => Some(account.to_owned()),
            };
            route.build(&value, &|_| Vec::new())
        };
        assert_eq!(build("x/y ü", Some("42")).as_deref(), Ok("/c/a_b1_42/a/x%2Fy%20%C3%BC"));
        assert_eq!(build("x", None).as_deref(), Ok("/c/a_b1/a/x"));
        for refused in ["", ".", ".."] {
            assert_eq!(build(refused, None).map_err(|problems| problems.len()), Err(1), "{refused:?}");
        }
    }

    #[test]
    fn a_list_of_the_query_is_there_once_for_each_item() {
        let route = HttpRoute::parse("GET /a?id={id}&to={to}", &|_| None).expect("a route");
        let route = route.with_lists(&|member| member == "id");
        let take = |query| {
            let taken = route.take("/a", Some(query)).expect("well-formed").expect("at the path");
            taken.into_iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(take("id=1&to=x&id=a%26b&id="), "id=1 to=x id=a&b id=");
        assert_eq!((take("to=x"), take("id=1,2")), ("to=x".to_owned(), "id=1,2".to_owned()));
        let twice = route.take("/a", Some("to=x&id=1&to=y"));
        assert_eq!(twice, Err(RouteError::Repeated { pointer: "/to".to_owned() }));
        let build = |items: &[&str]| {
            route.build(&|_| Some("x".to_owned()), &|_| items.iter().map(ToString::to_string).collect())
        };
        assert_eq!(build(&["1", "a&b", ""]).as_deref(), Ok("/a?id=1&id=a%26b&id=&to=x"));
        assert_eq!(build(&[]).as_deref(), Ok("/a?to=x"));
    }

    #[test]
    fn whatever_is_asked_for_by_get_is_asked_for_by_head() {
        for (text, method, expected) in [
            ("GET /a", "GET", true),
            ("GET /a", "HEAD", true),
            ("HEAD /a", "GET", false),
            ("HEAD /a", "HEAD", true),
            ("POST /a", "HEAD", false),
        ] {
            let route = HttpRoute::parse(text, &|_| None).expect("a route");
            assert_eq!(route.takes(method), expected, "{method} of {text}");
        }
    }

    /// One field that could not be decoded took all others with it.
    #[test]
    fn a_malformed_field_is_an_error_at_that_field() {
        let route = route("PUT /c/{client}/a/{account}?dry={dry}&street={street}");
        let malformed = |pointer: &str| Err(RouteError::Malformed { pointer: pointer.to_owned() });
        let not_utf8 = |pointer: &str| Err(RouteError::NotUtf8 { pointer: pointer.to_owned() });
        for (path, query, expected) in [
            ("/c/a%zz/a/1", None, malformed("/client")),
            ("/c/a/a/1%", None, malformed("/account")),
            ("/c/a/a/%FF", Some("street=%zz"), not_utf8("/account")),
            ("/c/a/a/1", Some("dry=1&street=%FF"), not_utf8("/street")),
            ("/c/a/a/1", Some("street=%zz"), malformed("/street")),
            (
                "/c/a/a/1",
                Some("street=a&street=b"),
                Err(RouteError::Repeated { pointer: "/street".to_owned() }),
            ),
            (
                "/c/a/a/1",
                Some("street=a&stree%74=b"),
                Err(RouteError::Repeated { pointer: "/street".to_owned() }),
            ),
            ("/c/a/a/1", Some("other=%FF&other=%zz"), Ok(Some(2))),
            ("/c/a/a/1", Some("dry=.&street=.."), Ok(Some(4))),
            ("/c/a%zz/b/1", None, Ok(None)),
            ("/c/a%zz/a/1/2", None, Ok(None)),
            ("/c/a%zz/a/..", None, Ok(None)),
        ] {
            let taken = route.take(path, query).map(|taken| taken.map(|taken| taken.len()));
            assert_eq!(taken, expected, "{path} {query:?}");
            let is_at = !matches!(route.take(path, None), Ok(None));
            assert_eq!(route.is_at(path), is_at, "{path}");
        }
    }

    #[test]
    fn a_template_is_read_or_refused() {
        for (text, expected) in [
            ("OPTIONS /a", RouteProblem::MethodAndPath),
            ("get /a", RouteProblem::MethodAndPath),
            ("PUT a", RouteProblem::MethodAndPath),
            ("PUT /{a}/{a}", RouteProblem::Repeated { member: "a".to_owned() }),
            ("PUT /{a}?a={a}", RouteProblem::Repeated { member: "a".to_owned() }),
            ("PUT /[[{a}]]", RouteProblem::Brackets),
            ("PUT /{a}]", RouteProblem::Brackets),
            ("PUT /[{a}", RouteProblem::UnclosedBracket),
            ("PUT /{a", RouteProblem::UnclosedBrace),
            ("PUT /a%20b", RouteProblem::Text { text: "a%20b".to_owned() }),
            ("PUT /a?b", RouteProblem::Query),
            ("PUT /a?b=c", RouteProblem::Query),
        ] {
            assert_eq!(HttpRoute::parse(text, &|_| None).map(drop), Err(expected), "{text}");
        }
    }
}
