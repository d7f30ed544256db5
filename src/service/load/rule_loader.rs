//! What the rules of one operation are checked against: every name must be one of the contract.

use crate::plan::{Form, NodeKind, OperationPlan, Plan, Shape, SimplePlan, pointer};
use crate::service::expression::{ExprType, Expression, Names, Tables};
use crate::service::file::finding::Finding;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::OperationFile;
use crate::service::problem::{Near, Problem, RuleProblem, ValueProblem};

/// The rules of one operation while they are checked.
pub(super) struct RuleLoader<'l> {
    pub(super) plan: &'l Plan,
    pub(super) operation: &'l OperationPlan,
    pub(super) tables: &'l Tables,
    /// Where the rules stand.
    pub(super) at: KeyPath,
    pub(super) findings: Vec<Finding>,
}

impl<'l> RuleLoader<'l> {
    /// The value, or a problem `at`.
    pub(super) fn checked<T>(&mut self, at: &KeyPath, value: Result<T, impl Into<Problem>>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(problem) => {
                self.findings.push(Finding::new(at.clone(), problem));
                None
            }
        }
    }

    /// Exchanges at one time, where the file says how many.
    pub(super) fn concurrent(&mut self, file: &OperationFile) -> Option<usize> {
        let given = match file.concurrent? {
            0 => Err(ValueProblem::Limit { range: "1".to_owned() }),
            given => Ok(given),
        };
        self.checked(&self.at.key("concurrent"), given)
    }

    /// What is known of the request.
    pub(super) fn input(&self) -> ExprType<'l> {
        self.operation.input.root.map_or(ExprType::Anything, |root| ExprType::element(self.plan, root))
    }

    /// What is known of the response.
    pub(super) fn output(&self) -> ExprType<'l> {
        let root = self.operation.output.as_ref().and_then(|output| output.root);
        root.map_or(ExprType::Anything, |root| ExprType::element(self.plan, root))
    }

    /// `names`, and those of the constant tables.
    pub(super) fn with_tables(&self, names: Names<'l>) -> Names<'l> {
        self.tables.names().fold(names, |names, table| names.with(table, ExprType::Anything))
    }

    /// A compiled condition.
    pub(super) fn condition(&mut self, at: &KeyPath, when: &str, names: &Names<'l>) -> Option<Expression> {
        self.checked(at, Expression::condition(when, names))
    }

    /// A field at the top of the request that is one value.
    pub(super) fn scalar(&self, member: &str) -> Result<(), RuleProblem> {
        match self.input().member(member) {
            Ok(ExprType::Boolean | ExprType::Number | ExprType::Text) => Ok(()),
            Ok(_) if self.simple(member).is_some_and(|simple| is_scalar(&simple.form)) => Ok(()),
            Ok(known) => Err(RuleProblem::NotOneValue { member: member.to_owned(), is: known.words() }),
            Err(near) => Err(RuleProblem::NoMember { of: "request", name: member.to_owned(), near }),
        }
    }

    /// Whether the field of a header block that `keys` lead to is a boolean. Errors: it is not there, or not one value.
    pub(super) fn block_field(&self, member: &str, keys: &[Box<str>]) -> Result<bool, RuleProblem> {
        let absent = |near| RuleProblem::NoMember { of: "request", name: member.to_owned(), near };
        let root = self.operation.input.headers.ok_or_else(|| absent(Near::default()))?;
        let mut known = ExprType::element(self.plan, root);
        for key in keys {
            known = known.member(key).map_err(absent)?;
        }
        match known {
            ExprType::Boolean => Ok(true),
            ExprType::Number | ExprType::Text => Ok(false),
            other => Err(RuleProblem::NotOneValue { member: member.to_owned(), is: other.words() }),
        }
    }

    /// Whether a field at the top of the request is a list of single values. Errors: it is neither that nor one value.
    pub(super) fn is_list(&self, member: &str) -> Result<bool, RuleProblem> {
        let is_one = self.scalar(member);
        let of_values = match self.input().member(member) {
            Ok(list @ ExprType::List(..)) => {
                matches!(list.item(), Some(ExprType::Boolean | ExprType::Number | ExprType::Text))
                    || self.simple(member).is_some_and(|simple| is_scalar(&simple.form))
            }
            Ok(_) => self.simple(member).is_some_and(|simple| matches!(simple.form, Form::List(_))),
            Err(_) => false,
        };
        if of_values { Ok(true) } else { is_one.map(|()| false) }
    }

    /// The simple type of an element at the top of the request; nothing where it has none.
    fn simple(&self, member: &str) -> Option<&'l SimplePlan> {
        let ExprType::Object(plan, complex) = self.input() else { return None };
        let scope = complex.scopes.first()?;
        let slot = scope.keys.find(member)?;
        let node = complex.nodes.iter().find(|node| node.scope.index() == 0 && node.slot == slot)?;
        let NodeKind::Element(element) = node.kind else { return None };
        match &plan.type_plan(plan.element(element).type_ix).shape {
            Shape::Simple(simple) => Some(simple),
            Shape::Array(_) | Shape::Complex(_) | Shape::Unwrap(_) => None,
        }
    }

    /// What the texts of a field look like; nothing where the contract does not say.
    pub(super) fn pattern(&self, member: &str) -> Option<String> {
        let simple = self.simple(member)?;
        let whole = simple.simple.facets().expressions().next()?;
        let open = whole.trim_start_matches("\\A").trim_start_matches('^');
        Some(format!("(?:{})", open.trim_end_matches("\\z").trim_end_matches('$')))
    }

    /// Whether a field at the top of the request is a boolean, or a list of them.
    pub(super) fn is_boolean(&self, member: &str) -> bool {
        let boolean = |known: ExprType<'_>| matches!(known, ExprType::Boolean);
        let items = |form: &Form| matches!(form, Form::List(item) if **item == Form::Boolean);
        self.input().member(member).is_ok_and(|known| {
            boolean(known) || matches!(known, ExprType::List(..)) && known.item().is_some_and(boolean)
        }) || self.simple(member).is_some_and(|simple| items(&simple.form))
    }

    /// An item of the list of the request at `each`.
    pub(super) fn item(&self, each: &str) -> Result<ExprType<'l>, RuleProblem> {
        let mut known = self.input();
        for key in pointer(each).split('/').skip(1) {
            let found = known.member(key);
            known = found.map_err(|near| RuleProblem::NoField { name: key.to_owned(), near })?;
        }
        let not_a_list = || RuleProblem::NotAList { pointer: each.to_owned(), is: known.words() };
        known.item().ok_or_else(not_a_list)
    }
}

/// Whether a value of this form is one text, number or boolean.
fn is_scalar(form: &Form) -> bool {
    match form {
        Form::List(_) => false,
        Form::Union(members) => members.iter().all(is_scalar),
        _ => true,
    }
}
