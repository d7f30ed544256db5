//! Doing the operations of an expression.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::operation::{Arithmetic, Comparison, Operation, Step, Within};
use super::slot::Slot;
use super::variables::Variables;
use crate::json::Key;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It reads what is absent, or does with a value what its type has not. Where there is no value, which of these it was makes no
    /// difference.
    Absent,
    /// Only the interpreter of the library knows.
    Uncovered,
}

/// Where an operation reads: the variables, and the items of the loops that it is in.
#[derive(Clone, Copy)]
pub(super) struct Scope<'v, 's> {
    variables: &'v Variables<'v>,
    item: Option<&'s Item<'v, 's>>,
}

struct Item<'v, 's> {
    value: Slot<'v>,
    outer: Option<&'s Item<'v, 's>>,
}

type Evaluated<'v> = Result<Slot<'v>, Failure>;

impl<'v> Scope<'v, '_> {
    pub(super) fn of(variables: &'v Variables<'v>) -> Self {
        Self { variables, item: None }
    }
}

impl Operation {
    /// Its value.
    pub(super) fn value<'v>(&'v self, scope: Scope<'v, '_>) -> Evaluated<'v> {
        match self {
            Self::And(two) => both(two, scope, false),
            Self::Arithmetic(kind, two) => arithmetic(*kind, two, scope),
            Self::Compare(comparison, two) => compared(*comparison, two, scope),
            Self::Constant(constant) => Ok(constant.slot()),
            Self::Each { until, range_and_test } => each(*until, range_and_test, scope),
            Self::Equal(two) => {
                let [left, right] = &**two;
                equal(&left.value(scope)?, &right.value(scope)?)
            }
            Self::Has(operand, name) => has(&operand.value(scope)?, name),
            Self::If(three) => {
                let [when, then, or] = &**three;
                if when.boolean(scope)? { then.value(scope) } else { or.value(scope) }
            }
            Self::In(two) => contained(two, scope),
            Self::Index(two) => indexed(two, scope),
            Self::Item(outside) => item(scope.item, *outside),
            Self::Matches(text, pattern) => match text.value(scope)? {
                Slot::Text(text) => Ok(Slot::Boolean(pattern.is_match(&text))),
                _ => Err(Failure::Absent),
            },
            Self::Member(operand, name) => member(&operand.value(scope)?, name),
            Self::Not(operand) => Ok(Slot::Boolean(!operand.boolean(scope)?)),
            Self::Only(operand, names) => only(&operand.value(scope)?, names),
            Self::Or(two) => both(two, scope, true),
            Self::Path(steps) => path(steps, scope.variables),
            Self::Present(name) => Ok(Slot::Boolean(scope.variables.has_member(name))),
            Self::Size(operand) => size(&operand.value(scope)?),
            Self::Text(operand) => text(operand.value(scope)?),
            Self::Within(within, two) => is_within(*within, two, scope),
        }
    }

    /// What it says, where it is a condition.
    fn boolean<'v>(&'v self, scope: Scope<'v, '_>) -> Result<bool, Failure> {
        match self.value(scope)? {
            Slot::Boolean(value) => Ok(value),
            _ => Err(Failure::Absent),
        }
    }
}

/// `&&` and `||`: `decisive` on either side is the value, whatever the other side is.
fn both<'v>(two: &'v [Operation; 2], scope: Scope<'v, '_>, decisive: bool) -> Evaluated<'v> {
    let [left, right] = two;
    let left = left.boolean(scope);
    if left == Ok(decisive) {
        return Ok(Slot::Boolean(decisive));
    }
    if left == Err(Failure::Uncovered) {
        return Err(Failure::Uncovered);
    }
    let right = right.boolean(scope)?;
    if right == decisive { Ok(Slot::Boolean(decisive)) } else { left.map(|_| Slot::Boolean(right)) }
}

/// `exists` and `all`. What cannot be computed of one item counts where no other item decides.
fn each<'v>(until: bool, two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [range, test] = two;
    let range = range.value(scope)?;
    if let Slot::Table(_) = range {
        return Err(Failure::Uncovered);
    }
    let mut found = Ok(Slot::Boolean(!until));
    for value in range.items().ok_or(Failure::Absent)? {
        let item = Item { value, outer: scope.item };
        match test.boolean(Scope { variables: scope.variables, item: Some(&item) }) {
            Ok(value) if value == until => return Ok(Slot::Boolean(until)),
            Ok(_) => {}
            Err(Failure::Absent) => found = Err(Failure::Absent),
            Err(Failure::Uncovered) => return Err(Failure::Uncovered),
        }
    }
    found
}

fn item<'v>(innermost: Option<&Item<'v, '_>>, outside: usize) -> Evaluated<'v> {
    let mut loops = std::iter::successors(innermost, |item| item.outer);
    loops.nth(outside).map(|item| item.value.clone()).ok_or(Failure::Uncovered)
}

fn path<'v>(steps: &'v [Step], variables: &'v Variables<'v>) -> Evaluated<'v> {
    let found = steps.iter().find_map(|step| variables.find(&step.name).map(|slot| (slot, &step.members)));
    let (top, members) = found.ok_or(Failure::Absent)?;
    members.iter().try_fold(top, |slot, name| member(&slot, name))
}

fn member<'v>(slot: &Slot<'v>, name: &Key) -> Evaluated<'v> {
    match slot {
        Slot::Table(_) => Err(Failure::Uncovered),
        slot => slot.object().and_then(|object| object.member(name)).map(Slot::of).ok_or(Failure::Absent),
    }
}

fn has<'v>(slot: &Slot<'v>, name: &Key) -> Evaluated<'v> {
    match slot {
        Slot::Table(_) => Err(Failure::Uncovered),
        slot => {
            slot.object().map(|object| Slot::Boolean(object.member(name).is_some())).ok_or(Failure::Absent)
        }
    }
}

fn equal<'v>(left: &Slot<'v>, right: &Slot<'v>) -> Evaluated<'v> {
    match (left, right) {
        (Slot::Table(_), _) | (_, Slot::Table(_)) => Err(Failure::Uncovered),
        _ => Ok(Slot::Boolean(left.equals(right))),
    }
}

fn compared<'v>(comparison: Comparison, two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [left, right] = two;
    let found = left.value(scope)?.compare(&right.value(scope)?).ok_or(Failure::Absent)?;
    Ok(Slot::Boolean(match comparison {
        Comparison::Greater => found == Ordering::Greater,
        Comparison::GreaterOrEqual => found != Ordering::Less,
        Comparison::Less => found == Ordering::Less,
        Comparison::LessOrEqual => found != Ordering::Greater,
    }))
}

fn arithmetic<'v>(kind: Arithmetic, two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [left, right] = two;
    let whole = |value: Option<i64>| value.map(Slot::Integer).ok_or(Failure::Uncovered);
    match (kind, left.value(scope)?, right.value(scope)?) {
        (Arithmetic::Add, Slot::Integer(one), Slot::Integer(two)) => whole(one.checked_add(two)),
        (Arithmetic::Multiply, Slot::Integer(one), Slot::Integer(two)) => whole(one.checked_mul(two)),
        (Arithmetic::Subtract, Slot::Integer(one), Slot::Integer(two)) => whole(one.checked_sub(two)),
        (Arithmetic::Add, Slot::Text(one), Slot::Text(two)) => {
            Ok(Slot::Text(Cow::Owned([one, two].concat())))
        }
        _ => Err(Failure::Uncovered),
    }
}

fn contained<'v>(two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [value, range] = two;
    let (value, range) = (value.value(scope)?, range.value(scope)?);
    let found = match (&range, &value) {
        (Slot::Table(table), Slot::Text(text)) => table.has(text),
        (Slot::Table(_), _) | (_, Slot::Table(_)) => return Err(Failure::Uncovered),
        (Slot::Json(object), Slot::Text(key)) if range.object().is_some() => object.get(key).is_some(),
        (Slot::Json(_), _) if range.object().is_some() => false,
        _ => range.items().ok_or(Failure::Absent)?.any(|item| item.equals(&value)),
    };
    Ok(Slot::Boolean(found))
}

fn indexed<'v>(two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [range, index] = two;
    match (range.value(scope)?, index.value(scope)?) {
        (range, Slot::Text(key)) => match range {
            Slot::Table(table) => table.get(&key).ok_or(Failure::Absent),
            range => range.object().and_then(|object| object.get(&key)).map(Slot::of).ok_or(Failure::Absent),
        },
        (Slot::Json(range), Slot::Integer(index)) => {
            let item = usize::try_from(index).map(|index| range.items().nth(index));
            item.map_err(|_| Failure::Absent)?.map(Slot::of).ok_or(Failure::Absent)
        }
        _ => Err(Failure::Uncovered),
    }
}

fn only<'v>(slot: &Slot<'v>, names: &[Key]) -> Evaluated<'v> {
    let object = slot.object().ok_or(Failure::Uncovered)?;
    let known = object.members().all(|member| names.iter().any(|name| member.is(name)));
    Ok(Slot::Boolean(known))
}

fn size<'v>(slot: &Slot<'v>) -> Evaluated<'v> {
    let count = match slot {
        Slot::Json(value) => value.len(),
        Slot::List(items) => items.len(),
        Slot::Table(_) => return Err(Failure::Uncovered),
        Slot::Text(text) => text.chars().count(),
        _ => return Err(Failure::Absent),
    };
    Ok(Slot::Integer(i64::try_from(count).expect("a message is smaller")))
}

fn text(slot: Slot<'_>) -> Evaluated<'_> {
    let text = match slot {
        Slot::Boolean(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Slot::Integer(value) => Cow::Owned(value.to_string()),
        Slot::Null => Cow::Borrowed("null"),
        Slot::Text(text) => text,
        _ => return Err(Failure::Uncovered),
    };
    Ok(Slot::Text(text))
}

fn is_within<'v>(within: Within, two: &'v [Operation; 2], scope: Scope<'v, '_>) -> Evaluated<'v> {
    let [text, part] = two;
    let (part, text) = (part.value(scope)?, text.value(scope)?);
    let (Slot::Text(text), Slot::Text(part)) = (text, part) else { return Err(Failure::Absent) };
    Ok(Slot::Boolean(match within {
        Within::Anywhere => text.contains(&*part),
        Within::AtEnd => text.ends_with(&*part),
        Within::AtStart => text.starts_with(&*part),
    }))
}
