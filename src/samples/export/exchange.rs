//! A request as tools hold it, and what is expected of its answer.

use super::body::Body;
use super::credentials::{Auth, Variables};
use super::expected::Expected;
use crate::samples::Side;
use crate::service::path_name;

/// Requests that are exported together.
#[derive(Clone, Debug)]
pub struct Collection {
    /// What they are of.
    pub name: String,
    /// Their language.
    pub side: Side,
    /// What stands before the path of each.
    pub address: String,
    /// The requests.
    pub exchanges: Vec<Exchange>,
    pub(super) variables: Variables,
    /// Whether each has an `Idempotency-Key` of its own.
    pub(super) keyed: bool,
}

impl Collection {
    /// The variables that have to be set, each once.
    pub(super) fn needed(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.exchanges.iter().flat_map(|exchange| exchange.needed(&self.variables)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a certificate has to be shown.
    pub(super) fn asks_for_certificate(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.auth == Auth::Certificate)
    }

    /// A name for the file of each request.
    /// None of them is one of `reserved`.
    pub(super) fn file_names(&self, reserved: &[&str]) -> Vec<String> {
        distinct(self.exchanges.iter().map(|exchange| exchange.name.as_str()), reserved)
    }
}

/// Names of files: letters, digits, `-`, `_` and `.`, no two alike where case does not count.
pub(super) fn distinct<'n>(names: impl Iterator<Item = &'n str>, reserved: &[&str]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let mut plain = path_name(name);
        // A name that begins with a dot is hidden, or that of another folder.
        if plain.starts_with('.') {
            plain.replace_range(..1, "_");
        }
        let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        let is_free = |name: &String| {
            !taken.iter().any(|taken| is(taken, name)) && !reserved.iter().any(|reserved| is(reserved, name))
        };
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(is_free);
        taken.push(free.expect("there are more numbers than names"));
    }
    taken
}

/// A request, and what is expected of its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The operation.
    pub name: String,
    /// The method of HTTP.
    pub method: String,
    /// Path and query behind the address.
    pub path: String,
    /// Headers, those of credentials left out.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// How it says who sends it.
    pub auth: Auth,
    /// What its answer certainly has.
    pub expected: Expected,
}

impl Exchange {
    /// The variables that have to be set for it.
    pub(super) fn needed<'v>(&self, variables: &'v Variables) -> Vec<&'v str> {
        variables.needed(&self.auth, self.body.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_apart_and_lead_nowhere_else() {
        let names = ["get", "Get", "../get", "gé.t", "collection", "..", "get-2"];
        let found = distinct(names.into_iter(), &["collection"]);
        assert_eq!(found, ["get", "Get-2", "_.-get", "g-.t", "collection-2", "_.", "get-2-2"]);
    }
}
