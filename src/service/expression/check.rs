//! What an expression names must be there, and what it compares must be comparable.

use cel::IdedExpr;
use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, LiteralValue};

use super::expr_type::ExprType;
use super::names::Names;
use super::presence;
use crate::service::problem::{ExpressionProblem, Near};

/// Checks every name in `expression`. Gives what it is. Errors: the first one that is not there, and what cannot be compared.
pub(super) fn names<'p>(expression: &IdedExpr, names: &Names<'p>) -> Result<ExprType<'p>, ExpressionProblem> {
    visit(expression, names, 0)
}

fn visit<'p>(
    expression: &IdedExpr,
    names: &Names<'p>,
    loops: u32,
) -> Result<ExprType<'p>, ExpressionProblem> {
    match &expression.expr {
        Expr::Ident(name) if TYPES.contains(&name.as_str()) => Ok(ExprType::Anything),
        Expr::Ident(name) => {
            names.find(name).map_err(|near| unknown(name.trim_start_matches(presence::PREFIX), near))
        }
        Expr::Select(select) => {
            let operand = visit(&select.operand, names, loops)?;
            let member = operand.member(&select.field).map_err(|near| unknown(&select.field, near))?;
            Ok(if select.test { ExprType::Boolean } else { member })
        }
        Expr::Call(call) => {
            if let Some(target) = &call.target {
                visit(target, names, loops)?;
            }
            let known: Vec<ExprType<'p>> =
                call.args.iter().map(|argument| visit(argument, names, loops)).collect::<Result<_, _>>()?;
            arguments(&call.func_name, known.len() + usize::from(call.target.is_some()))?;
            called(&call.func_name, &known)
        }
        Expr::Comprehension(comprehension) => looped(comprehension, names, loops),
        Expr::List(list) => {
            list.elements.iter().try_for_each(|element| visit(element, names, loops).map(drop))?;
            Ok(ExprType::Anything)
        }
        Expr::Literal(literal) => Ok(match literal {
            LiteralValue::Boolean(_) => ExprType::Boolean,
            LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => ExprType::Number,
            LiteralValue::String(_) => ExprType::Text,
            LiteralValue::Bytes(_) | LiteralValue::Null => ExprType::Anything,
        }),
        Expr::Map(map) => written_out(&map.entries, names, loops),
        Expr::Struct(object) => written_out(&object.entries, names, loops),
        Expr::Unspecified => Ok(ExprType::Anything),
    }
}

/// The keys and values of a map that is written out.
fn written_out<'p>(
    entries: &[IdedEntryExpr],
    names: &Names<'p>,
    loops: u32,
) -> Result<ExprType<'p>, ExpressionProblem> {
    for entry in entries {
        match &entry.expr {
            EntryExpr::MapEntry(entry) => {
                visit(&entry.key, names, loops)?;
                visit(&entry.value, names, loops)?;
            }
            EntryExpr::StructField(field) => {
                visit(&field.value, names, loops)?;
            }
        }
    }
    Ok(ExprType::Anything)
}

/// The macros over lists: their variable is an item of the list, or a key of the object.
fn looped<'p>(
    comprehension: &ComprehensionExpr,
    names: &Names<'p>,
    loops: u32,
) -> Result<ExprType<'p>, ExpressionProblem> {
    if loops == MOST_LOOPS {
        return Err(ExpressionProblem::NestedLoops { most: MOST_LOOPS });
    }
    let range = visit(&comprehension.iter_range, names, loops)?;
    let item = match range {
        ExprType::Object(..) => ExprType::Text,
        ExprType::Boolean | ExprType::Number | ExprType::Text => {
            return Err(ExpressionProblem::NoItems { is: range.words() });
        }
        range => item(range),
    };
    let inner =
        names.clone().with(&comprehension.iter_var, item).with(&comprehension.accu_var, ExprType::Anything);
    for part in [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result] {
        visit(part, &inner, loops + 1)?;
    }
    Ok(ExprType::Anything)
}

fn called<'p>(name: &str, arguments: &[ExprType<'p>]) -> Result<ExprType<'p>, ExpressionProblem> {
    match (name, arguments) {
        ("_==_" | "_!=_" | "_<_" | "_<=_" | "_>_" | "_>=_", [left, right]) => {
            if differ(*left, *right) {
                return Err(ExpressionProblem::NeverEqual { left: left.words(), right: right.words() });
            }
            Ok(ExprType::Boolean)
        }
        ("_[_]", [list, _]) => Ok(item(*list)),
        ("_?_:_", [_, ExprType::Text, ExprType::Text]) | ("string" | "text", _) => Ok(ExprType::Text),
        ("int" | "size", _) => Ok(ExprType::Number),
        (
            "has" | "_&&_" | "_||_" | "!_" | "@in" | "matches" | "startsWith" | "endsWith" | "contains"
            | "only",
            _,
        ) => Ok(ExprType::Boolean),
        (name, _) if name.starts_with(['_', '@', '!', '-']) => Ok(ExprType::Anything),
        (name, _) if FUNCTIONS.contains(&name) => Ok(ExprType::Anything),
        (name, _) => {
            let near = Near::of(name, FUNCTIONS.iter().copied());
            Err(ExpressionProblem::UnknownFunction { name: name.to_owned(), near })
        }
    }
}

/// Errors: a function with more or fewer values than it takes, the one before the dot among them.
fn arguments(name: &str, count: usize) -> Result<(), ExpressionProblem> {
    let Some((_, least, most, expected)) = ARGUMENTS.iter().find(|(known, ..)| *known == name) else {
        return Ok(());
    };
    if (*least..=*most).contains(&count) {
        return Ok(());
    }
    Err(ExpressionProblem::Arguments { name: name.to_owned(), expected })
}

/// How many values functions take, and how that is said.
const ARGUMENTS: &[(&str, usize, usize, &str)] = &[
    ("contains", 2, 2, "one value, as in `a.contains('x')`"),
    ("endsWith", 2, 2, "one value, as in `a.endsWith('x')`"),
    ("int", 1, 1, "one value, as in `int(a)`"),
    ("lowerAscii", 1, 1, "no value, as in `a.lowerAscii()`"),
    ("matches", 2, 2, "one value, as in `a.matches('^x$')`"),
    ("only", 2, 2, "an object and a list of names, as in `only(body, ['a'])`"),
    ("replace", 3, 4, "two or three values, as in `a.replace('x', 'y')`"),
    ("size", 1, 1, "one value, as in `size(a)`"),
    ("split", 2, 3, "one or two values, as in `a.split(',')`"),
    ("startsWith", 2, 2, "one value, as in `a.startsWith('x')`"),
    ("string", 1, 1, "one value, as in `string(a)`"),
    ("substring", 2, 3, "one or two values, as in `a.substring(0, 2)`"),
    ("text", 1, 1, "one value, as in `text(a)`"),
    ("trim", 1, 1, "no value, as in `a.trim()`"),
    ("upperAscii", 1, 1, "no value, as in `a.upperAscii()`"),
    ("utc_date", 1, 1, "one value, as in `utc_date(a)`"),
];

/// An item of a list; of what is not a list nothing is known.
fn item(range: ExprType<'_>) -> ExprType<'_> {
    // What is not a list, or holds anything, is judged when it is there.
    range.item().unwrap_or(ExprType::Anything)
}

fn differ(left: ExprType<'_>, right: ExprType<'_>) -> bool {
    let kind = |known| match known {
        ExprType::Anything => None,
        known => Some(std::mem::discriminant(&known)),
    };
    matches!((kind(left), kind(right)), (Some(left), Some(right)) if left != right)
}

fn unknown(name: &str, near: Near) -> ExpressionProblem {
    ExpressionProblem::UnknownName { name: name.to_owned(), near }
}

/// Work grows with the power of the nesting.
const MOST_LOOPS: u32 = 2;

/// What `type(x)` is compared with.
const TYPES: &[&str] = &["bool", "double", "int", "list", "map", "null_type", "string"];

/// Functions that expressions may call.
const FUNCTIONS: &[&str] = &[
    "bool",
    "bytes",
    "charAt",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "format",
    "getDate",
    "indexOf",
    "int",
    "join",
    "lastIndexOf",
    "lowerAscii",
    "matches",
    "max",
    "min",
    "only",
    "replace",
    "reverse",
    "size",
    "split",
    "startsWith",
    "string",
    "substring",
    "text",
    "trim",
    "type",
    "uint",
    "upperAscii",
    "utc_date",
];
