//! JSON Pointers with `*` for any key or index.

use crate::redact::Masks;
use crate::service::selector::Selector;

/// Patterns of JSON Pointers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointers(Vec<Selector>);

impl Pointers {
    /// Reads patterns such as `/errors/*/message`. Errors: one that does not begin with a slash.
    pub fn parse(patterns: &[String]) -> Result<Self, String> {
        patterns
            .iter()
            .map(|pattern| Selector::pointer(pattern).map_err(|problem| problem.to_string()))
            .collect::<Result<_, String>>()
            .map(Self)
    }

    /// Whether one of them is `path` or leads to something around it.
    pub(super) fn cover(&self, path: &[String]) -> bool {
        self.0.iter().any(|pattern| pattern.covers(path))
    }

    /// The patterns of both.
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }
}

/// The JSON Pointer of `path`.
pub(super) fn written(path: &[String]) -> String {
    let mut out = String::new();
    path.iter().for_each(|segment| crate::json::push_segment(&mut out, segment));
    out
}

/// What is not compared, and what is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is not compared.
    pub ignore: Pointers,
    /// What is compared and not shown, nor recorded.
    pub mask: Masks,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(pointer: &str) -> Vec<String> {
        pointer.split('/').skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn a_star_is_any_key_or_index_and_what_is_below_is_covered() {
        let pointers =
            Pointers::parse(&["/requestId".to_owned(), "/errors/*/message".to_owned()]).expect("pointers");
        for (covered, pointer) in [
            (true, "/requestId"),
            (true, "/errors/7/message/text"),
            (false, "/errors/7"),
            (false, "/request"),
        ] {
            assert_eq!(pointers.cover(&path(pointer)), covered, "{pointer}");
        }
        assert!(Pointers::parse(&["requestId".to_owned()]).is_err());
    }
}
