//! JSON Pointers with `*` for one key or index, and `**` for any number of them.

use super::problem::ValueProblem;
use crate::plan::pointer;

/// Where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    segments: Vec<String>,
}

impl Selector {
    /// The selector `text`; a key without a slash before it is one at the top. Errors: it is not a pointer, or too deep.
    pub fn parse(text: &str) -> Result<Self, ValueProblem> {
        let segments: Vec<String> = pointer(text).split('/').skip(1).map(unescape).collect();
        if segments.is_empty() || segments.len() > DEEPEST {
            return Err(ValueProblem::Pointer { text: text.to_owned() });
        }
        Ok(Self { segments })
    }

    /// The selector of the value that these keys lead to.
    pub fn of(keys: Vec<String>) -> Self {
        Self { segments: keys }
    }

    /// The selector `text`, which begins with a slash. Errors: it does not, or it is too deep.
    pub fn pointer(text: &str) -> Result<Self, ValueProblem> {
        if text.starts_with('/') {
            Self::parse(text)
        } else {
            Err(ValueProblem::Pointer { text: text.to_owned() })
        }
    }

    /// What stands between its slashes.
    pub(in crate::service) fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The selector as a pointer.
    pub fn written(&self) -> String {
        let mut out = String::new();
        self.segments.iter().for_each(|segment| crate::json::push_segment(&mut out, segment));
        out
    }

    /// Whether it means the value at `pointer`.
    pub fn selects(&self, pointer: &str) -> bool {
        let given: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
        matches(&self.segments, &given)
    }

    /// Whether it means the value at `path`, or one around it.
    pub fn covers(&self, path: &[String]) -> bool {
        (0..=path.len()).any(|length| matches(&self.segments, path.split_at(length).0))
    }

    /// Whether its names, indexes left out, are the last ones of `path`.
    pub fn ends(&self, path: &[String]) -> bool {
        let mut names = self.segments.iter().filter(|segment| !is_index(segment)).rev().peekable();
        let mut found = path.iter().rev();
        names.peek().is_some() && names.all(|name| found.next() == Some(name))
    }
}

fn is_index(segment: &str) -> bool {
    matches!(segment, "*" | "**")
        || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()))
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

fn matches(selector: &[String], given: &[String]) -> bool {
    match (selector, given) {
        ([], []) => true,
        ([any, rest @ ..], given) if any == "**" => {
            (0..=given.len()).any(|skip| matches(rest, given.split_at(skip).1))
        }
        ([first, rest @ ..], [key, keys @ ..]) => (first == "*" || first == key) && matches(rest, keys),
        _ => false,
    }
}

/// Deeper selectors are mistakes.
const DEEPEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn selectors_select() {
        for (selector, pointer, expected) in [
            ("/a/b", "/a/b", true),
            ("a.b", "/a/b", true),
            ("/a/*", "/a/0", true),
            ("/a/*", "/a/0/b", false),
            ("/**/b", "/b", true),
            ("/**/b", "/a/0/b", true),
            ("/**/b", "/a/b/c", false),
        ] {
            assert_eq!(
                Selector::parse(selector).map(|s| s.selects(pointer)),
                Ok(expected),
                "{selector} {pointer}"
            );
        }
    }
}
