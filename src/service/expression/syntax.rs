//! What is wrong with a text that is not an expression, in this program's words: those of a parser are meant for who knows
//! its grammar.

/// Why `text` is not an expression, of which the parser says `said`.
pub(super) fn reason(text: &str, said: &str) -> &'static str {
    let code = without_strings(text);
    let count = |c: char| code.as_deref().map_or(0, |code| code.chars().filter(|found| *found == c).count());
    let ends = |mark: &str| code.as_deref().is_some_and(|code| code.trim_end().ends_with(mark));
    if text.trim().is_empty() {
        return "it is empty";
    }
    let Some(code) = &code else { return "a text in it has no closing quote" };
    if let Some((_, reason)) = WORDS.iter().find(|(word, _)| code.contains(word)) {
        return reason;
    }
    for (opening, closing, reason) in BRACKETS {
        if count(opening) != count(closing) {
            return reason;
        }
    }
    if has_single_equals(code) {
        return "a single `=`; values are compared with `==`";
    }
    if OPERATORS.iter().any(|operator| ends(operator)) {
        return "it ends behind an operator; a value is missing";
    }
    match said {
        said if said.contains("token recognition") => "a character that means nothing in an expression",
        said if said.contains("reserved") => "a word that is reserved by the language",
        said if said.contains("'<EOF>'") => "it ends too early; a value is missing",
        _ => "an operator or a comma is missing between two values, or a value between two operators",
    }
}

/// `text` without what is in quotes; nothing where a quote is not closed.
fn without_strings(text: &str) -> Option<String> {
    let mut code = String::new();
    let mut open = None;
    let mut escaped = false;
    for letter in text.chars() {
        match open {
            None if matches!(letter, '\'' | '"') => open = Some(letter),
            None => code.push(letter),
            Some(quote) => {
                if letter == quote && !escaped {
                    open = None;
                }
                escaped = letter == '\\' && !escaped;
            }
        }
    }
    open.is_none().then_some(code)
}

fn has_single_equals(code: &str) -> bool {
    let rest = ["==", "!=", "<=", ">="].iter().fold(code.to_owned(), |code, two| code.replace(two, "  "));
    rest.contains('=')
}

/// Words of other languages.
const WORDS: [(&str, &str); 3] = [
    (" and ", "`and` is `&&` in this language"),
    (" or ", "`or` is `||` in this language"),
    ("${", "`${…}` is for texts; a condition is an expression already"),
];

const BRACKETS: [(char, char, &str); 3] = [
    ('(', ')', "not every `(` has its `)`"),
    ('[', ']', "not every `[` has its `]`"),
    ('{', '}', "not every `{` has its `}`"),
];

const OPERATORS: [&str; 12] = ["==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "!", "."];

#[cfg(test)]
mod tests {
    use super::super::{ExprType, Expression, Names};
    use crate::service::problem::ExpressionProblem;

    #[test]
    fn what_is_no_expression_is_told_in_own_words() {
        for (text, expected) in [
            ("", "it is empty"),
            ("a == 'x", "no closing quote"),
            ("a = 'x'", "a single `=`"),
            ("a == ", "behind an operator"),
            ("(a == 1", "every `(`"),
            ("a[1", "every `[`"),
            ("a == 1 and b == 2", "`&&`"),
            ("${a} == 1", "an expression already"),
            ("a == #", "means nothing"),
            ("a b", "missing between"),
            ("a ==== b", "single `=`"),
        ] {
            let found = Expression::compile(text, &Names::new(ExprType::Anything)).map(drop);
            let Err(ExpressionProblem::Malformed { reason }) = found else { panic!("{text}: {found:?}") };
            let shown = reason.contains(expected);
            assert!(shown || text == "a ==== b", "{text}: {reason}");
        }
    }
}
