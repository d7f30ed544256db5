//! The spelling of keys: `defaults.names`.

use std::collections::HashSet;

use super::super::program::{Role, Scope};
use super::choices::Names;

/// Spells the keys of elements and attributes anew. Gives a key that two members would have.
pub(super) fn respell(scope: &mut Scope, names: Names) -> Option<String> {
    if names == Names::AsIs {
        return None;
    }
    for slot in scope.slots.iter_mut().filter(|slot| matches!(slot.role, Role::Attribute(_) | Role::Element))
    {
        let key = spelled(&slot.key, names);
        slot.rename(&key);
    }
    let mut met = HashSet::new();
    if let Some(twice) = scope.slots.iter().find(|slot| !met.insert(&*slot.key)) {
        return Some(twice.key.to_string());
    }
    scope.index();
    None
}

/// `CustomerNo` as `customerNo` or `customer_no`; runs of capitals are one word: `SSNLast4` is `ssnLast4`.
fn spelled(key: &str, names: Names) -> String {
    let (mark, name) = key.strip_prefix('@').map_or(("", key), |name| ("@", name));
    let words = words(name);
    let joined = match names {
        Names::AsIs => return key.to_owned(),
        Names::Snake => words.join("_"),
        Names::Camel => words
            .iter()
            .enumerate()
            .map(|(at, word)| if at == 0 { word.clone() } else { capital(word) })
            .collect(),
    };
    format!("{mark}{joined}")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let lower = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| before.is_alphanumeric())
            && (!before.is_some_and(|before| before.is_uppercase()) || lower(chars.get(at + 1)));
        if begins || matches!(letter, '_' | '-' | '.') {
            words.push(String::new());
        }
        if let (Some(word), false) = (words.last_mut(), matches!(letter, '_' | '-' | '.')) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_by_their_words() {
        for (name, camel, snake) in [
            ("CustomerNo", "customerNo", "customer_no"),
            ("SSNLast4", "ssnLast4", "ssn_last4"),
            ("@OrderID", "@orderId", "@order_id"),
            ("line_1", "line1", "line_1"),
            ("already", "already", "already"),
        ] {
            assert_eq!(
                (spelled(name, Names::Camel).as_str(), spelled(name, Names::Snake).as_str()),
                (camel, snake)
            );
        }
    }
}
