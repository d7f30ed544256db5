//! `matches` with a pattern that is written out: compiled once, when the service file is loaded.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::RwLock;

use cel::common::ast::{EntryExpr, Expr, IdedEntryExpr, LiteralValue};
use cel::common::types::{CelBool, CelString, STRING_TYPE};
use cel::common::value::CowVal;
use cel::{Env, ExecutionError, IdedExpr};
use regex::Regex;

use crate::service::problem::ExpressionProblem;

/// The patterns of all service files of the process, which are few.
static PATTERNS: LazyLock<RwLock<HashMap<String, Regex>>> = LazyLock::new(RwLock::default);

/// The function that takes the place of `matches`.
pub(super) const NAME: &str = "matches_compiled";

/// Declares the function.
pub(super) fn declare(env: &mut Env) {
    env.add_member_overload(NAME, "string_matches_compiled", STRING_TYPE, vec![STRING_TYPE], matches)
        .expect("it is declared once");
}

/// The pattern that `text` was compiled to.
pub(super) fn known(text: &str) -> Option<Regex> {
    PATTERNS.read().get(text).cloned()
}

/// Compiles the patterns in `expression`. Errors: one that is not a regular expression.
pub(super) fn prepare(expression: &mut IdedExpr) -> Result<(), ExpressionProblem> {
    match &mut expression.expr {
        Expr::Call(call) => {
            if let Some(pattern) = written_out(call.func_name.as_str(), &call.args) {
                let compiled = Regex::new(&pattern).map_err(|error| malformed(&error))?;
                PATTERNS.write().insert(pattern, compiled);
                call.func_name = NAME.to_owned();
            }
            call.target.iter_mut().try_for_each(|target| prepare(target))?;
            call.args.iter_mut().try_for_each(prepare)
        }
        Expr::Comprehension(comprehension) => {
            let parts = [&mut comprehension.iter_range, &mut comprehension.loop_cond];
            parts.into_iter().try_for_each(prepare)?;
            prepare(&mut comprehension.loop_step)?;
            prepare(&mut comprehension.result)
        }
        Expr::Select(select) => prepare(&mut select.operand),
        Expr::List(list) => list.elements.iter_mut().try_for_each(prepare),
        Expr::Map(map) => map.entries.iter_mut().try_for_each(prepare_entry),
        Expr::Struct(object) => object.entries.iter_mut().try_for_each(prepare_entry),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Ok(()),
    }
}

fn prepare_entry(entry: &mut IdedEntryExpr) -> Result<(), ExpressionProblem> {
    match &mut entry.expr {
        EntryExpr::MapEntry(entry) => {
            prepare(&mut entry.key)?;
            prepare(&mut entry.value)
        }
        EntryExpr::StructField(field) => prepare(&mut field.value),
    }
}

/// What the library says is meant for who knows its parser.
fn malformed(error: &regex::Error) -> ExpressionProblem {
    let said = error.to_string();
    let known = REASONS.iter().find(|(words, _)| said.contains(words)).map(|(_, reason)| *reason);
    ExpressionProblem::Pattern { reason: known.expect("the last one is in every text") }
}

const REASONS: [(&str, &str); 10] = [
    ("character class", "a `[` without its `]`, or a range in it that runs backwards"),
    ("unclosed group", "a `(` without its `)`"),
    ("unopened group", "a `)` without its `(`"),
    ("repetition", "`*`, `+`, `?` or `{…}` with nothing before it, or with bounds that cannot be"),
    ("escape", "a backslash with a character that has no meaning behind it"),
    ("backreference", "a reference to a group, which RE2 does not have"),
    ("look-around", "looking ahead or behind, which RE2 does not have"),
    ("Unicode", "a Unicode class that there is not"),
    ("size limit", "it is too large when it is compiled"),
    ("", "something in it has no meaning at its place"),
];

fn written_out(name: &str, arguments: &[IdedExpr]) -> Option<String> {
    match arguments {
        [IdedExpr { expr: Expr::Literal(LiteralValue::String(pattern)), .. }] if name == "matches" => {
            Some(pattern.inner().to_owned())
        }
        _ => None,
    }
}

fn matches<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let texts: Vec<&str> =
        args.iter().filter_map(|arg| Some(arg.downcast_ref::<CelString>()?.inner())).collect();
    let [text, pattern] = texts.as_slice() else { return Err(ExecutionError::missing_argument_or_target()) };
    let patterns = PATTERNS.read();
    let known = patterns.get(*pattern).ok_or_else(|| ExecutionError::function_error("matches", "unknown"))?;
    Ok(CowVal::owned(CelBool::from(known.is_match(text))))
}
