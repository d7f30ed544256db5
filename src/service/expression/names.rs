//! What an expression may name.

use super::expr_type::ExprType;
use super::presence;
use crate::service::problem::Near;

/// The names at the top of an expression.
#[derive(Clone, Debug)]
pub struct Names<'p> {
    root: Option<ExprType<'p>>,
    more: Vec<(String, ExprType<'p>)>,
}

impl<'p> Names<'p> {
    /// The members of `root`, and `root` as `body`.
    pub fn new(root: ExprType<'p>) -> Self {
        Self { root: Some(root), more: vec![("body".to_owned(), root)] }
    }

    /// These names, and a `body` of which nothing is known.
    pub fn closed<'n>(names: impl Iterator<Item = (&'n str, ExprType<'p>)>) -> Self {
        let more = names.map(|(name, known)| (name.to_owned(), known));
        Self { root: None, more: more.chain([("body".to_owned(), ExprType::Anything)]).collect() }
    }

    /// The same with another name.
    pub fn with(mut self, name: &str, known: ExprType<'p>) -> Self {
        self.more.push((name.to_owned(), known));
        self
    }

    /// The value that `name` stands for. Errors: what it was probably meant to be.
    pub fn find(&self, name: &str) -> Result<ExprType<'p>, Near> {
        if let Some(asked) = name.strip_prefix(presence::PREFIX) {
            return self.find(asked).map(|_| ExprType::Boolean);
        }
        if let Some((_, known)) = self.more.iter().rev().find(|(known, _)| known == name) {
            return Ok(*known);
        }
        let nearest = || Near::of(name, self.more.iter().map(|(name, _)| name.as_str()));
        match self.root {
            Some(root) => root.member(name).map_err(|near| if near.0.is_some() { near } else { nearest() }),
            None => Err(nearest()),
        }
    }
}
