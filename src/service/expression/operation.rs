//! What is done when an expression is asked: a few operations over the members of a message, made of its tree when it is loaded.
//!
//! Each gives what the interpreter of the library gives of the same tree. What the operations do not cover, as `map`, `format` or a
//! sum that overflows, the interpreter does, which knows all of the language.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SelectExpr};
use regex::Regex;

use super::slot::Constant;
use super::{patterns, presence};
use crate::json::Key;

/// A step of the work, with what it needs below it.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    And(Box<[Operation; 2]>),
    Arithmetic(Arithmetic, Box<[Operation; 2]>),
    Compare(Comparison, Box<[Operation; 2]>),
    Constant(Constant),
    Equal(Box<[Operation; 2]>),
    /// Whether an item fits (`exists`), or every item (`all`): `until` is what ends the loop.
    Each {
        until: bool,
        range_and_test: Box<[Operation; 2]>,
    },
    /// Whether a value has a member.
    Has(Box<Operation>, Key),
    If(Box<[Operation; 3]>),
    In(Box<[Operation; 2]>),
    Index(Box<[Operation; 2]>),
    /// The item of the loop that is so many loops outside of this place.
    Item(usize),
    Matches(Box<Operation>, Regex),
    Member(Box<Operation>, Key),
    Not(Box<Operation>),
    /// Whether an object has no members but these.
    Only(Box<Operation>, Vec<Key>),
    Or(Box<[Operation; 2]>),
    Path(Box<[Step]>),
    /// Whether the message has a member.
    Present(Key),
    Size(Box<Operation>),
    Text(Box<Operation>),
    Within(Within, Box<[Operation; 2]>),
}

/// A way to read a path of names, as `a.b.c`: the longest name that there is, and the members below it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: Key,
    pub(super) members: Vec<Key>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Arithmetic {
    Add,
    Multiply,
    Subtract,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// How a text is in another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Within {
    Anywhere,
    AtEnd,
    AtStart,
}

impl Operation {
    /// The operations of `tree`; nothing where one is not covered. `is_type` tells names that stand for a type where no variable has
    /// them.
    pub(super) fn of(tree: &IdedExpr, is_type: &dyn Fn(&IdedExpr) -> bool) -> Option<Self> {
        Compiler { items: Vec::new(), is_type }.operation(tree)
    }
}

struct Compiler<'c> {
    /// The names of the items of loops, the innermost last.
    items: Vec<&'c str>,
    is_type: &'c dyn Fn(&IdedExpr) -> bool,
}

impl<'c> Compiler<'c> {
    fn operation(&mut self, tree: &'c IdedExpr) -> Option<Operation> {
        match &tree.expr {
            Expr::Call(call) => self.call(call),
            Expr::Comprehension(comprehension) => self.each(comprehension),
            Expr::Ident(name)
                if !self.items.contains(&name.as_str()) && name.starts_with(presence::PREFIX) =>
            {
                name.strip_prefix(presence::PREFIX).map(|name| Operation::Present(Key::new(name)))
            }
            Expr::Ident(_) => self.path(tree),
            Expr::List(_) | Expr::Literal(_) => constant(tree).map(Operation::Constant),
            Expr::Select(select) => self.select(tree, select),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => None,
        }
    }

    fn select(&mut self, tree: &'c IdedExpr, select: &'c SelectExpr) -> Option<Operation> {
        if select.test {
            let operand = self.operation(&select.operand)?;
            return Some(Operation::Has(Box::new(operand), Key::new(&select.field)));
        }
        if names(tree).is_some() {
            return self.path(tree);
        }
        let operand = self.operation(&select.operand)?;
        Some(Operation::Member(Box::new(operand), Key::new(&select.field)))
    }

    fn path(&self, tree: &IdedExpr) -> Option<Operation> {
        let names = names(tree)?;
        let (first, members) = names.split_first()?;
        if let Some(outside) = self.items.iter().rev().position(|item| item == first) {
            let item = Operation::Item(outside);
            let member = |operand, name: &&str| Operation::Member(Box::new(operand), Key::new(name));
            return Some(members.iter().fold(item, member));
        }
        if (self.is_type)(tree) {
            return None;
        }
        let steps = (1..=names.len()).rev().map(|count| {
            let (name, members) = names.split_at(count);
            Step {
                name: Key::new(&name.join(".")),
                members: members.iter().map(|name| Key::new(name)).collect(),
            }
        });
        Some(Operation::Path(steps.collect()))
    }

    fn call(&mut self, call: &'c CallExpr) -> Option<Operation> {
        let of = |within| move |both| Operation::Within(within, both);
        match (call.func_name.as_str(), &call.target, call.args.as_slice()) {
            ("_?_:_", None, [when, then, or]) => {
                let parts = [self.operation(when)?, self.operation(then)?, self.operation(or)?];
                Some(Operation::If(Box::new(parts)))
            }
            ("!_", None, [operand]) => Some(Operation::Not(Box::new(self.operation(operand)?))),
            ("_!=_", None, [left, right]) => {
                self.two(left, right).map(Operation::Equal).map(|equal| Operation::Not(Box::new(equal)))
            }
            ("only", None, [object, keys]) => {
                Some(Operation::Only(Box::new(self.operation(object)?), known_keys(keys)?))
            }
            (patterns::NAME, Some(text), [pattern]) => {
                let Constant::Text(pattern) = constant(pattern)? else { return None };
                Some(Operation::Matches(Box::new(self.operation(text)?), patterns::known(&pattern)?))
            }
            ("size", None, [operand]) => Some(Operation::Size(Box::new(self.operation(operand)?))),
            ("size", Some(operand), []) => Some(Operation::Size(Box::new(self.operation(operand)?))),
            ("text", None, [operand]) => Some(Operation::Text(Box::new(self.operation(operand)?))),
            ("contains", Some(text), [part]) => self.two(text, part).map(of(Within::Anywhere)),
            ("endsWith", Some(text), [part]) => self.two(text, part).map(of(Within::AtEnd)),
            ("startsWith", Some(text), [part]) => self.two(text, part).map(of(Within::AtStart)),
            (name, None, [left, right]) => {
                let made = binary(name)?;
                self.two(left, right).map(made)
            }
            _ => None,
        }
    }

    /// `exists` and `all`, by the trees that the library makes of them.
    fn each(&mut self, comprehension: &'c ComprehensionExpr) -> Option<Operation> {
        let accumulator =
            |tree: &IdedExpr| matches!(&tree.expr, Expr::Ident(name) if *name == comprehension.accu_var);
        let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
        let until = match (step.func_name.as_str(), constant(&comprehension.accu_init)?) {
            ("_&&_", Constant::Boolean(true)) => false,
            ("_||_", Constant::Boolean(false)) => true,
            _ => return None,
        };
        let [before, test] = step.args.as_slice() else { return None };
        if !accumulator(before) || !accumulator(&comprehension.result) || comprehension.iter_var2.is_some() {
            return None;
        }
        let range = self.operation(&comprehension.iter_range)?;
        self.items.push(&comprehension.iter_var);
        let test = self.operation(test);
        self.items.pop();
        Some(Operation::Each { until, range_and_test: Box::new([range, test?]) })
    }

    fn two(&mut self, left: &'c IdedExpr, right: &'c IdedExpr) -> Option<Box<[Operation; 2]>> {
        Some(Box::new([self.operation(left)?, self.operation(right)?]))
    }
}

type OfTwo = fn(Box<[Operation; 2]>) -> Operation;

/// What makes an operation of two values.
fn binary(name: &str) -> Option<OfTwo> {
    Some(match name {
        "@in" => Operation::In,
        "_&&_" => Operation::And,
        "_||_" => Operation::Or,
        "_==_" => Operation::Equal,
        "_[_]" => Operation::Index,
        "_<_" => |two| Operation::Compare(Comparison::Less, two),
        "_<=_" => |two| Operation::Compare(Comparison::LessOrEqual, two),
        "_>_" => |two| Operation::Compare(Comparison::Greater, two),
        "_>=_" => |two| Operation::Compare(Comparison::GreaterOrEqual, two),
        "_+_" => |two| Operation::Arithmetic(Arithmetic::Add, two),
        "_-_" => |two| Operation::Arithmetic(Arithmetic::Subtract, two),
        "_*_" => |two| Operation::Arithmetic(Arithmetic::Multiply, two),
        _ => return None,
    })
}

/// The names of a path, the first one first.
fn names(tree: &IdedExpr) -> Option<Vec<&str>> {
    match &tree.expr {
        Expr::Ident(name) => Some(vec![name]),
        Expr::Select(select) if !select.test => {
            let mut names = names(&select.operand)?;
            names.push(&select.field);
            Some(names)
        }
        _ => None,
    }
}

fn constant(tree: &IdedExpr) -> Option<Constant> {
    Some(match &tree.expr {
        Expr::List(list) if list.optional_indices.is_empty() => {
            Constant::List(list.elements.iter().map(constant).collect::<Option<_>>()?)
        }
        Expr::Literal(literal) => match literal {
            LiteralValue::Boolean(value) => Constant::Boolean(*value.inner()),
            LiteralValue::Double(value) => Constant::Double(*value.inner()),
            LiteralValue::Int(value) => Constant::Integer(*value.inner()),
            LiteralValue::Null => Constant::Null,
            LiteralValue::String(text) => Constant::Text(text.inner().to_owned()),
            LiteralValue::Bytes(_) | LiteralValue::UInt(_) => return None,
        },
        _ => return None,
    })
}

fn known_keys(tree: &IdedExpr) -> Option<Vec<Key>> {
    let Constant::List(items) = constant(tree)? else { return None };
    let key = |item: &Constant| if let Constant::Text(text) = item { Some(Key::new(text)) } else { None };
    items.iter().map(key).collect()
}
