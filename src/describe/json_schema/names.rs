//! Names of components: letters, digits, `.`, `-` and `_`, and no two that differ in case alone, for each becomes a file somewhere.

use std::collections::HashSet;

/// The names that are given.
#[derive(Debug, Default)]
pub(in crate::describe) struct Names {
    /// In lower case.
    given: HashSet<String>,
    /// Letters and digits, in lower case, of names that generators of code give themselves.
    taken: HashSet<String>,
}

impl Names {
    /// Leaves the names alone that generators of code make of the operation `operation`: oapi-codegen has a type for its answer, and a
    /// wrapped contract an element of that name.
    pub(super) fn leave_to(&mut self, operation: &str) {
        for end in ["Response", "Params", "JSONBody", "JSONRequestBody"] {
            self.taken.insert(squeezed(&format!("{operation}{end}")));
        }
    }

    /// A name like `wanted` that no other component has.
    pub(in crate::describe) fn give(&mut self, wanted: &str) -> String {
        let mut wanted = plain(wanted);
        if self.taken.contains(&squeezed(&wanted)) {
            wanted.push_str("Message");
        }
        let numbered = (2_u32..).map(|number| format!("{wanted}_{number}"));
        let mut names = std::iter::once(wanted.clone()).chain(numbered);
        let free = |name: &String| self.given.insert(name.to_ascii_lowercase());
        names.find(free).expect("of infinitely many names one is free")
    }
}

fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `text` with what a name may have: other letters by their numbers, and anything else as `_`.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => out.push(c),
            '@' | '$' => {}
            c if c.is_alphanumeric() => out.push_str(&format!("u{:04X}", u32::from(c))),
            _ => out.push('_'),
        }
    }
    if out.is_empty() { "_".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_generated_code_are_left_alone() {
        let mut names = Names::default();
        names.leave_to("ping");
        let given =
            ["pingResponse", "PingResponse", "ping_params", "pingRequest"].map(|name| names.give(name));
        assert_eq!(
            given,
            ["pingResponseMessage", "PingResponseMessage_2", "ping_paramsMessage", "pingRequest"]
        );
    }

    #[test]
    fn names_differ_in_more_than_case() {
        let mut names = Names::default();
        let given = ["Order", "order", "Order", "Größe", "a b", "@id"].map(|name| names.give(name));
        assert_eq!(given, ["Order", "order_2", "Order_3", "Gru00F6u00DFe", "a_b", "id"]);
    }
}
