//! JSON Pointers with `*` for any key or index.

/// Patterns of JSON Pointers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointers(Vec<Vec<String>>);

impl Pointers {
    /// Reads patterns such as `/errors/*/message`. Errors: one that does not begin with a slash.
    pub fn parse(patterns: &[String]) -> Result<Self, String> {
        let segments = |pattern: &String| {
            let rest = pattern.strip_prefix('/');
            let rest = rest.ok_or_else(|| format!("{pattern:?}: expected a JSON Pointer such as /a/*/b"))?;
            Ok(rest.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect())
        };
        patterns.iter().map(segments).collect::<Result<_, String>>().map(Self)
    }

    /// Whether one of them is `path` or leads to something around it.
    pub(super) fn cover(&self, path: &[String]) -> bool {
        self.0.iter().any(|pattern| leads(pattern, path))
    }

    /// Whether the names of one of them, indexes left out, are the last ones of `path`. XML has no indexes, and more
    /// names than JSON where a wrapper does not show: too much is masked rather than too little.
    pub(super) fn end(&self, path: &[String]) -> bool {
        let fits = |pattern: &Vec<String>| {
            let names = pattern.iter().filter(|segment| !is_index(segment)).rev();
            let mut found = path.iter().rev();
            let mut names = names.peekable();
            names.peek().is_some() && names.all(|name| found.next() == Some(name))
        };
        self.0.iter().any(fits)
    }

    /// The patterns of both.
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The patterns as they are written.
    pub(in super::super) fn written(&self) -> Vec<String> {
        self.0.iter().map(|pattern| written(pattern)).collect()
    }
}

/// Whether `pattern` is `path` or leads to something around it. `**` stands for any number of keys.
fn leads(pattern: &[String], path: &[String]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        ([any, rest @ ..], path) if any == "**" => {
            (0..=path.len()).any(|skip| leads(rest, path.get(skip..).unwrap_or_default()))
        }
        ([wanted, rest @ ..], [found, more @ ..]) => (wanted == "*" || wanted == found) && leads(rest, more),
        _ => false,
    }
}

fn is_index(segment: &str) -> bool {
    matches!(segment, "*" | "**")
        || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()))
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
    pub mask: Pointers,
}

impl Rules {
    /// Whether the value at `path` must not be shown: it is masked, or its name or one around it says so.
    pub(super) fn hide(&self, path: &[String]) -> bool {
        self.mask.cover(path) || path.iter().any(|name| is_secret(name))
    }
}

/// Whether a field of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    SECRET.iter().any(|secret| plain.ends_with(secret))
}

/// How the names of secrets end, without what is no letter or digit.
const SECRET: [&str; 6] = ["password", "passphrase", "secret", "apikey", "authorization", "privatekey"];

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
        assert!(pointers.end(&path("/update/errors/message")) && !pointers.end(&path("/errors")));
        assert!(Pointers::parse(&["requestId".to_owned()]).is_err());
    }

    #[test]
    fn names_say_what_is_secret() {
        for (name, secret) in
            [("apiKey", true), ("client_secret", true), ("Password", true), ("secretary", false)]
        {
            assert_eq!(is_secret(name), secret, "{name}");
        }
        let rules =
            Rules { mask: Pointers::parse(&["/a/*".to_owned()]).expect("pointer"), ..Rules::default() };
        assert!(
            rules.hide(&path("/b/password/0/text"))
                && rules.hide(&path("/a/b/c"))
                && !rules.hide(&path("/b"))
        );
    }
}
