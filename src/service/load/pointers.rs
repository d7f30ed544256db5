//! Places in messages that rules name: one that no message has is a rule that silently does nothing.

use std::collections::{BTreeMap, HashSet};

use super::checker::Checker;
use super::rule_loader::RuleLoader;
use crate::plan::{ATTACHMENTS, Plan};
use crate::service::expression::ExprType;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::{KindFile, OperationFile, ViolationFile};
use crate::service::file::service::ServiceFile;
use crate::service::problem::{Near, RuleProblem};
use crate::service::selector::Selector;

/// A name on the way that is not there, and what it was probably meant to be.
type Absent = (String, Near);

impl Checker<'_> {
    /// Checks the places that rules for all operations name: some operation must have each.
    pub(super) fn check_shared_pointers(&mut self, file: &ServiceFile, plan: &Plan) {
        let roots: Vec<ExprType<'_>> =
            plan.operations().iter().flat_map(|operation| messages(plan, operation)).collect();
        let parts: Vec<ExprType<'_>> =
            plan.operations().iter().flat_map(|operation| attachments(plan, operation)).collect();
        let known = |name: &str| file.operations.values().any(|rules| has_beside(rules, name));
        for (item, violation) in file.violations.iter().enumerate() {
            let at = KeyPath::of("violations").item(item).key("at");
            for (at, problem) in wrong(&at, violation, &roots, &known) {
                self.problem(&at, problem);
            }
        }
        for pointer in file.mask.keys() {
            // What is no pointer has been told.
            let Ok(selector) = Selector::parse(pointer) else { continue };
            if pointer.is_empty() {
                continue;
            }
            let led = match selector.segments().split_first() {
                Some((first, rest)) if first == ATTACHMENTS && !parts.is_empty() => {
                    leads(rest, &parts, &known)
                }
                Some(_) | None => leads(selector.segments(), &roots, &known),
            };
            if let Err(problem) = led {
                self.problem(&KeyPath::of("mask").key(pointer).name(), problem);
            }
        }
    }
}

impl<'l> RuleLoader<'l> {
    /// Checks the places that the violations of the operation name.
    pub(super) fn check_violations(&mut self, file: &OperationFile) {
        let roots = messages(self.plan, self.operation);
        let known = |name: &str| has_beside(file, name);
        for (item, violation) in file.violations.iter().enumerate() {
            let at = self.at.key("violations").item(item).key("at");
            for (at, problem) in wrong(&at, violation, &roots, &known) {
                self.checked(&at, Err::<(), _>(problem));
            }
        }
    }

    /// Whether `pointer`, as seen from `root`, is a place of the message. Errors: the name that is not there.
    pub(super) fn place(
        &self,
        root: ExprType<'l>,
        pointer: &Selector,
        rules: &OperationFile,
    ) -> Result<(), RuleProblem> {
        match leads(pointer.segments(), &[root], &|name| has_beside(rules, name)) {
            // What is said of a list as a whole may be told of a field that all of its items have.
            Err(RuleProblem::NoField { near: Near(Some(near)), .. }) if near.starts_with("*/") => Ok(()),
            found => found,
        }
    }
}

/// The messages of `operation`, with the details of its faults.
fn messages<'p>(plan: &'p Plan, operation: &'p crate::plan::OperationPlan) -> Vec<ExprType<'p>> {
    let output = operation.output.as_ref().and_then(|output| output.root);
    let faults = operation.faults.iter().filter_map(|fault| fault.message.root);
    let roots = operation.input.root.into_iter().chain(output).chain(faults);
    roots.map(|root| ExprType::element(plan, root)).collect()
}

/// What goes beside the envelopes of `operation`.
fn attachments<'p>(plan: &'p Plan, operation: &'p crate::plan::OperationPlan) -> Vec<ExprType<'p>> {
    let output = operation.output.as_ref().and_then(|output| output.attachments);
    let roots = operation.input.attachments.into_iter().chain(output);
    roots.map(|root| ExprType::element(plan, root)).collect()
}

/// Whether the JSON of an operation has the member `name` at its top, and the contract's message has not.
fn has_beside(rules: &OperationFile, name: &str) -> bool {
    let credentials = rules.credentials.iter().filter_map(|paths| paths.username.split_once('.'));
    credentials.map(|(object, _)| object).any(|object| object == name)
        || rules.native.contains_key(name)
        || (rules.answer.common && OUTWARD.contains(&name))
}

/// The members of the outward shape.
const OUTWARD: [&str; 4] = ["requestId", "status", "warnings", "errors"];

fn wrong(
    at: &KeyPath,
    file: &ViolationFile,
    roots: &[ExprType<'_>],
    known: &dyn Fn(&str) -> bool,
) -> Vec<(KeyPath, RuleProblem)> {
    // A field that the contract does not have is what an unknown one is.
    if file.kind.all().contains(&KindFile::Unknown) {
        return Vec::new();
    }
    let pointers = file.at.all();
    let place = |item: usize| if file.at.is_one() { at.clone() } else { at.item(item) };
    let wrong = |(item, pointer): (usize, &String)| {
        // What is no pointer has been told.
        let Ok(selector) = Selector::parse(pointer) else { return None };
        leads(selector.segments(), roots, known).err().map(|problem| (place(item), problem))
    };
    pointers.iter().enumerate().filter_map(wrong).collect()
}

/// Errors: none of `roots` has a value at `segments`; the name that comes nearest.
fn leads(
    segments: &[String],
    roots: &[ExprType<'_>],
    known: &dyn Fn(&str) -> bool,
) -> Result<(), RuleProblem> {
    if segments.first().is_some_and(|first| known(first)) || roots.is_empty() {
        return Ok(());
    }
    let mut absent: BTreeMap<bool, Absent> = BTreeMap::new();
    for root in roots {
        match walk(*root, segments) {
            Ok(()) => return Ok(()),
            Err(found) => {
                // A name that is like one that is there says more than one that is not.
                absent.entry(found.1.0.is_none()).or_insert(found);
            }
        }
    }
    match absent.into_values().next() {
        Some((name, near)) => Err(RuleProblem::NoField { name, near }),
        None => Ok(()),
    }
}

/// Follows `segments` from `from`. Errors: the first name that is not there.
fn walk(from: ExprType<'_>, segments: &[String]) -> Result<(), Absent> {
    let Some((segment, rest)) = segments.split_first() else { return Ok(()) };
    let absent = |near| (segment.clone(), near);
    let index = segment == "*" || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()));
    match from {
        ExprType::Anything => Ok(()),
        _ if segment == "**" => anywhere(from, rest),
        ExprType::List(..) => match from.item() {
            None => Ok(()),
            Some(item) if index => walk(item, rest),
            // Pointers of messages have the number of the item.
            Some(item) => match item.member(segment) {
                Ok(_) => Err(absent(Near(Some(format!("*/{segment}"))))),
                Err(near) => Err(absent(near)),
            },
        },
        ExprType::Object(..) if segment == "*" => {
            let found = from.members().any(|member| walk(member, rest).is_ok());
            if found { Ok(()) } else { Err(absent(Near::default())) }
        }
        _ => match from.member(segment) {
            Ok(member) => walk(member, rest),
            Err(near) => Err(absent(near)),
        },
    }
}

/// The same from `from`, or from whatever is in it, each type once: types may hold themselves.
fn anywhere(from: ExprType<'_>, rest: &[String]) -> Result<(), Absent> {
    let here = walk(from, rest);
    let (mut open, mut seen, mut items) = (vec![from], HashSet::new(), HashSet::new());
    while let Some(next) = open.pop() {
        let is_new = match next {
            ExprType::Object(_, complex) => seen.insert(std::ptr::from_ref(complex)),
            ExprType::List(_, item) => items.insert(item),
            _ => true,
        };
        if !is_new {
            continue;
        }
        if walk(next, rest).is_ok() {
            return Ok(());
        }
        open.extend(next.members());
        if let ExprType::List(..) = next {
            open.extend(next.item());
        }
    }
    here
}
