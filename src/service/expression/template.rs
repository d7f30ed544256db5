//! Texts with expressions in them: `SC${SC}`.

use super::compiled::Expression;
use super::computed::Computed;
use super::names::Names;
use super::variables::Variables;
use crate::service::problem::ExpressionProblem;

/// A text in which `${…}` stands for the value of an expression.
#[derive(Clone, Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Expression(Expression),
    /// An expression that is a path of members, joined by dots: a number that it leads to keeps its digits.
    Path(String, Expression),
}

impl Template {
    /// Compiles `text`. Errors: what is wrong with an expression in it.
    pub fn compile(text: &str, names: &Names<'_>) -> Result<Self, ExpressionProblem> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("${") {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (expression, after) = from.split_at(closing(from).ok_or(ExpressionProblem::Unclosed)?);
            let compiled = Expression::compile(expression, names)?;
            parts.push(match path(expression) {
                Some(path) => Part::Path(path, compiled),
                None => Part::Expression(compiled),
            });
            rest = after.strip_prefix('}').expect("it was found there");
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// Its value: of the expression where it is nothing else, else a text. Nothing when it reads what is absent.
    pub fn value(&self, variables: &Variables<'_>) -> Option<Computed> {
        if let [part @ (Part::Expression(_) | Part::Path(..))] = self.parts.as_slice() {
            return part.value(variables);
        }
        let parts = self.parts.iter().map(|part| part.value(variables).map(|value| value.text()));
        parts.collect::<Option<String>>().map(Computed::Text)
    }
}

impl Part {
    fn value(&self, variables: &Variables<'_>) -> Option<Computed> {
        match self {
            Self::Expression(expression) => expression.value(variables),
            Self::Path(path, expression) => {
                let number = variables.number(path).map(|digits| Computed::Number(digits.to_owned()));
                number.or_else(|| expression.value(variables))
            }
            Self::Text(text) => Some(Computed::Text(text.clone())),
        }
    }
}

/// The path of members that `expression` is, if it is nothing else.
fn path(expression: &str) -> Option<String> {
    let path = expression.trim();
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    path.split('.').all(is_name).then(|| path.to_owned())
}

/// Where the brace stands that closes an expression: braces of its own and those in strings do not count.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0usize, None);
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) => quote = Some(letter),
            ('{', None) => depth += 1,
            ('}', None) if depth == 0 => return Some(at),
            ('}', None) => depth -= 1,
            _ => {}
        }
    }
    None
}
