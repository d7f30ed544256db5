//! An expression, compiled and checked.

use std::sync::{Arc, LazyLock};

use cel::common::types::{DYN_TYPE, LIST_TYPE, MAP_TYPE};
use cel::{Context, Env, ExecutionError, IdedExpr, extensions};

use super::computed::Computed;
use super::evaluation::{Failure, Scope};
use super::expr_type::ExprType;
use super::names::Names;
use super::operation::Operation;
use super::slot::Slot;
use super::variables::Variables;
use super::{check, patterns, presence, syntax, values};
use crate::service::problem::ExpressionProblem;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    compiled: Arc<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    tree: IdedExpr,
    /// What is done instead of interpreting the tree; nothing where that is not covered.
    operation: Option<Operation>,
}

/// What a condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It holds.
    Holds,
    /// It does not, or reads what is absent.
    HoldsNot,
    /// It cannot be computed.
    Undecided,
}

impl Expression {
    /// Compiles `text`. Errors: what is wrong with it.
    pub fn compile(text: &str, names: &Names<'_>) -> Result<Self, ExpressionProblem> {
        if text.len() > LONGEST {
            return Err(ExpressionProblem::TooLong { most: LONGEST });
        }
        let text = presence::expand(text);
        let program = ENV.compile(&text).map_err(|errors| malformed(&text, &errors))?;
        check::names(program.expression(), names)?;
        let mut tree = program.expression().clone();
        patterns::prepare(&mut tree)?;
        let operation = Operation::of(&tree, &is_type);
        Ok(Self { compiled: Arc::new(Compiled { tree, operation }) })
    }

    /// Compiles a condition. Errors: what is wrong with it, or a value that is neither true nor false.
    pub fn condition(text: &str, names: &Names<'_>) -> Result<Self, ExpressionProblem> {
        let compiled = Self::compile(text, names)?;
        match check::names(&compiled.compiled.tree, names) {
            Ok(ExprType::Anything | ExprType::Boolean) | Err(_) => Ok(compiled),
            Ok(other) => Err(ExpressionProblem::NoCondition { is: other.words() }),
        }
    }

    /// Whether it holds; false when it reads what is absent, or cannot be computed.
    pub fn holds(&self, variables: &Variables<'_>) -> bool {
        match self.evaluated(variables) {
            Ok(slot) => matches!(slot, Slot::Boolean(true)),
            Err(Failure::Absent) => false,
            Err(Failure::Uncovered) => self.interpreted(variables) == Ok(Some(Computed::Boolean(true))),
        }
    }

    /// Whether it holds, where what cannot be computed of values that are there, as `int('x')`, is told from what does not.
    pub fn decide(&self, variables: &Variables<'_>) -> Decision {
        match self.evaluated(variables) {
            Ok(Slot::Boolean(true)) => Decision::Holds,
            Ok(_) | Err(Failure::Absent) => Decision::HoldsNot,
            Err(Failure::Uncovered) => decision(self.interpreted(variables)),
        }
    }

    /// Its value; nothing when it reads what is absent, or cannot be computed.
    pub fn value(&self, variables: &Variables<'_>) -> Option<Computed> {
        match self.evaluated(variables) {
            Ok(Slot::Boolean(value)) => Some(Computed::Boolean(value)),
            Ok(Slot::Integer(value)) => Some(Computed::Integer(value)),
            Ok(Slot::Null) => Some(Computed::Null),
            Ok(Slot::Text(text)) => Some(Computed::Text(text.into_owned())),
            Err(Failure::Absent) => None,
            // Absence is not told from other errors here: of a reply nothing is refused, and a row or a text that cannot be
            // computed is one that does not fit.
            Ok(_) | Err(Failure::Uncovered) => self.interpreted(variables).ok().flatten(),
        }
    }

    fn evaluated<'v>(&'v self, variables: &'v Variables<'v>) -> Result<Slot<'v>, Failure> {
        let operation = self.compiled.operation.as_ref().ok_or(Failure::Uncovered)?;
        operation.value(Scope::of(variables))
    }

    /// What the interpreter of the library says.
    fn interpreted(&self, variables: &Variables<'_>) -> Result<Option<Computed>, ExecutionError> {
        let mut context = Context::with_env(ENV.clone());
        context.set_variable_resolver(variables);
        let value = cel::Value::resolve_val(&self.compiled.tree, &context)?;
        Ok(values::computed(value.as_ref()))
    }
}

fn decision(interpreted: Result<Option<Computed>, ExecutionError>) -> Decision {
    match interpreted {
        Ok(Some(Computed::Boolean(true))) => Decision::Holds,
        Ok(_) => Decision::HoldsNot,
        Err(
            ExecutionError::DivisionByZero(_)
            | ExecutionError::FunctionError { .. }
            | ExecutionError::Overflow(..)
            | ExecutionError::RemainderByZero(_),
        ) => Decision::Undecided,
        // Something is absent, or of another type, which a message that keeps to its contract has not.
        Err(_) => Decision::HoldsNot,
    }
}

/// Whether the name stands for a type where no variable has it.
fn is_type(name: &IdedExpr) -> bool {
    cel::Value::resolve_val(name, &Context::with_env(ENV.clone())).is_ok()
}

fn malformed(text: &str, errors: &cel::ParseErrors) -> ExpressionProblem {
    let first = errors.errors.first().map_or("", |error| &error.msg);
    ExpressionProblem::Malformed { reason: syntax::reason(text, first) }
}

/// The language: its standard functions, and those for strings.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let once = "each function is declared once";
    env.add_extension(extensions::strings).expect(once);
    env.add_overload("only", "only_map_list", vec![MAP_TYPE, LIST_TYPE], values::only).expect(once);
    env.add_overload("text", "text_dyn", vec![DYN_TYPE], values::text).expect(once);
    env.add_overload("utc_date", "utc_date_dyn", vec![DYN_TYPE], values::utc_date).expect(once);
    patterns::declare(&mut env);
    Arc::new(env)
});

/// An expression is a condition, not a program.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests;
