//! An expression, compiled and checked.

use std::sync::{Arc, LazyLock};

use cel::common::types::{DYN_TYPE, LIST_TYPE, MAP_TYPE};
use cel::{Context, Env, ExecutionError, IdedExpr, extensions};

use super::computed::Computed;
use super::expr_type::ExprType;
use super::names::Names;
use super::variables::Variables;
use super::{check, patterns, presence, syntax, values};
use crate::service::problem::ExpressionProblem;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    compiled: Arc<IdedExpr>,
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
        let mut compiled = program.expression().clone();
        patterns::prepare(&mut compiled)?;
        Ok(Self { compiled: Arc::new(compiled) })
    }

    /// Compiles a condition. Errors: what is wrong with it, or a value that is neither true nor false.
    pub fn condition(text: &str, names: &Names<'_>) -> Result<Self, ExpressionProblem> {
        let compiled = Self::compile(text, names)?;
        match check::names(&compiled.compiled, names) {
            Ok(ExprType::Anything | ExprType::Boolean) | Err(_) => Ok(compiled),
            Ok(other) => Err(ExpressionProblem::NoCondition { is: other.words() }),
        }
    }

    /// Whether it holds; false when it reads what is absent, or cannot be computed.
    pub fn holds(&self, variables: &Variables<'_>) -> bool {
        self.value(variables) == Some(Computed::Boolean(true))
    }

    /// Whether it holds, where what cannot be computed of values that are there, as `int('x')`, is told from what does not.
    pub fn decide(&self, variables: &Variables<'_>) -> Decision {
        match self.computed(variables) {
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

    /// Its value; nothing when it reads what is absent, or cannot be computed.
    pub fn value(&self, variables: &Variables<'_>) -> Option<Computed> {
        // Absence is not told from other errors here: of a reply nothing is refused, and a row or a text that cannot be
        // computed is one that does not fit.
        self.computed(variables).ok().flatten()
    }

    fn computed(&self, variables: &Variables<'_>) -> Result<Option<Computed>, ExecutionError> {
        let mut context = Context::with_env(ENV.clone());
        context.set_variable_resolver(variables);
        let value = cel::Value::resolve_val(&self.compiled, &context)?;
        Ok(values::computed(value.as_ref()))
    }
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
mod tests {
    use super::*;
    use crate::json::Tape;
    use crate::limits::JsonLimits;
    use crate::service::expression::ExprType;

    fn holds(expression: &str, body: &str) -> bool {
        let names = Names::new(ExprType::Anything);
        let expression = Expression::compile(expression, &names).expect("an expression");
        let mut tape = Tape::new();
        let body = tape.parse(body.as_bytes(), &JsonLimits::default()).expect("JSON");
        expression.holds(&Variables::of(body))
    }

    #[test]
    fn absent_members_make_conditions_false() {
        for (expression, expected) in [
            ("a.b == 'x'", true),
            ("a.c == 'x'", false),
            ("!(a.c == 'x')", false),
            ("has(a)", true),
            ("has(z)", false),
            ("!has(z.y.x)", true),
            ("has(a.b) && !has(a.c)", true),
            ("z == 1 || n == 3", true),
            ("list.exists(i, has(i.k) && i.k == 'v')", true),
            ("size(list) == 2", true),
            ("a.b.matches('^x$')", true),
            ("text(n) + text(a) == '3{\"b\":\"x\"}'", true),
            ("body.all(k, k in ['a', 'n', 'list'])", true),
            ("only(body, ['a', 'n', 'list', 'z'])", true),
            ("only(body, ['a', 'n'])", false),
            ("utc_date('2024-02-29T23:30:00-01:00') == '2024-03-01'", true),
            ("['a', 'b'].join('-') == 'a-b'", true),
            ("{'k': a.b.matches('^x$')}.k", true),
        ] {
            let body = r#"{"a":{"b":"x"},"n":3,"list":[{"k":"v"},{}]}"#;
            assert_eq!(holds(expression, body), expected, "{expression}");
        }
    }

    /// Whatever a conversion could not read passed every condition on it.
    #[test]
    fn what_cannot_be_computed_is_not_let_through() {
        for (expression, expected) in [
            ("int(a.b) > 100", Decision::Undecided),
            ("utc_date(a.b) < '2024-01-01'", Decision::Undecided),
            ("n / (n - 3) > 1", Decision::Undecided),
            ("int(z) > 100", Decision::HoldsNot),
            ("a.c == 'x'", Decision::HoldsNot),
            ("n == 4 && int(a.b) > 100", Decision::HoldsNot),
            ("n > 100", Decision::HoldsNot),
            ("n < 100", Decision::Holds),
        ] {
            let names = Names::new(ExprType::Anything);
            let compiled = Expression::compile(expression, &names).expect("an expression");
            let mut tape = Tape::new();
            let body = tape.parse(br#"{"a":{"b":"x"},"n":3}"#, &JsonLimits::default()).expect("JSON");
            assert_eq!(compiled.decide(&Variables::of(body)), expected, "{expression}");
        }
    }
}
