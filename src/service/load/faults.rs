//! `faults`: what becomes of faults and failures.

use std::collections::BTreeMap;

use super::checker::Checker;
use super::replies::range;
use super::rule_loader::RuleLoader;
use crate::plan::{FaultPlan, Plan};
use crate::service::expression::{ExprType, Names, Template};
use crate::service::file::faults::{BlameFile, DetailFile, FaultRowFile, FaultTableFile, ReasonFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::outcome::fault_rules::{
    Blame, FaultAnswer, FaultPattern, FaultRule, FaultTable, FaultTemplate, TextPattern,
};
use crate::service::outcome::{DetailTemplate, Wanted};
use crate::service::problem::{FaultProblem, Near, ValueProblem};
use crate::soap::FaultCode;

/// Rows of `faults`, and where they stand.
#[derive(Clone, Copy)]
pub(super) struct Rows<'f> {
    file: &'f FaultTableFile,
    /// Whether they are the whole file's: those about a fault that the operation does not declare are not for it.
    shared: bool,
}

impl<'f> Rows<'f> {
    /// Those of one operation.
    pub(super) fn own(file: &'f FaultTableFile) -> Self {
        Self { file, shared: false }
    }

    /// Those of the whole file.
    pub(super) fn shared(file: &'f FaultTableFile) -> Self {
        Self { file, shared: true }
    }
}

impl Checker<'_> {
    /// Whether the faults that the file's own rows name are declared by some operation.
    pub(super) fn check_fault_names(&mut self, file: &ServiceFile, plan: &Plan) {
        let Some(table) = &file.faults else { return };
        let known: Vec<&FaultPlan> =
            plan.operations().iter().flat_map(|operation| &operation.faults).collect();
        let faults = KeyPath::of("faults");
        let rows = if table.is_mapping { faults.key("rows") } else { faults };
        for (item, row) in table.rows.iter().enumerate() {
            for (key, name) in [("name", &row.name), ("fault", &row.fault)] {
                let Some(name) = name else { continue };
                if !known.iter().any(|fault| *fault.name == **name) {
                    let near = Near::of(name, known.iter().map(|fault| &*fault.name));
                    let problem = FaultProblem::UnknownFault { name: name.clone(), near };
                    self.problem(&rows.item(item).key(key), problem);
                }
            }
        }
    }
}

impl<'l> RuleLoader<'l> {
    /// What becomes of faults: the operation's own rows, then the file's.
    pub(super) fn faults(
        &mut self,
        own: &FaultTableFile,
        shared: Option<&FaultTableFile>,
        common: bool,
    ) -> FaultTable {
        // What the operation says goes before what the file says.
        let reason = own.reason.or(shared.and_then(|shared| shared.reason));
        let at = self.at.key("faults");
        let mut rows = self.fault_rows(&at, Rows::own(own), common);
        if let Some(shared) = shared {
            rows.extend(self.fault_rows(&KeyPath::of("faults"), Rows::shared(shared), common));
        }
        FaultTable { rows, all_reasons: reason == Some(ReasonFile::All) }
    }

    /// The rows of the list at `at`.
    pub(super) fn fault_rows(&mut self, at: &KeyPath, rows: Rows<'_>, common: bool) -> Vec<FaultRule> {
        let at = if rows.file.is_mapping { at.key("rows") } else { at.clone() };
        let mut out = Vec::new();
        for (item, row) in rows.file.rows.iter().enumerate() {
            if !rows.shared || self.declares_all(row) {
                out.extend(self.fault_row(&at.item(item), row, common));
            }
        }
        out
    }

    /// Whether the operation declares the faults that `row` names.
    fn declares_all(&self, row: &FaultRowFile) -> bool {
        [&row.name, &row.fault].into_iter().flatten().all(|name| self.declared(name).is_some())
    }

    fn declared(&self, name: &str) -> Option<&'l FaultPlan> {
        self.operation.faults.iter().find(|fault| *fault.name == *name)
    }

    /// The fault named `name` of the operation. Errors: it declares no such fault.
    fn declared_fault(&self, name: &str) -> Result<&'l FaultPlan, FaultProblem> {
        let known = self.operation.faults.iter().map(|fault| &*fault.name);
        let problem = || FaultProblem::UnknownFault { name: name.to_owned(), near: Near::of(name, known) };
        self.declared(name).ok_or_else(problem)
    }

    fn fault_row(&mut self, at: &KeyPath, file: &FaultRowFile, common: bool) -> Option<FaultRule> {
        let named = match &file.name {
            None => None,
            Some(name) => Some(self.checked(&at.key("name"), self.declared_fault(name))?),
        };
        let names = self.fault_names(named);
        let pattern = self.fault_pattern(at, file, &names);
        let answer = self.fault_answer(at, file, &names);
        let (pattern, answer) = (pattern?, answer?);
        if pattern.is_empty() {
            return self.checked(at, Err(FaultProblem::Everything));
        }
        if answer.is_empty() {
            return self.checked(at, Err(FaultProblem::Nothing));
        }
        if answer.responds && !common {
            return self.checked(&at.key("status"), Err(FaultProblem::NotCommon));
        }
        Some(FaultRule { pattern, answer })
    }

    /// What the expressions of a row may name.
    fn fault_names(&self, named: Option<&'l FaultPlan>) -> Names<'l> {
        let detail = named.and_then(|fault| fault.message.root);
        let names = [
            ("code", ExprType::Text),
            ("fault", ExprType::Fault(self.plan, detail)),
            ("http", ExprType::Number),
            ("message", ExprType::Text),
            ("pointer", ExprType::Text),
            ("request", self.input()),
        ];
        self.with_tables(Names::closed(names.into_iter()))
    }

    fn fault_pattern(
        &mut self,
        at: &KeyPath,
        file: &FaultRowFile,
        names: &Names<'l>,
    ) -> Option<FaultPattern> {
        let http = file.from.http.all().iter().map(range).collect::<Result<_, _>>();
        let http = self.checked(&at.key("from").key("http"), http);
        let when = match &file.when {
            None => Some(None),
            Some(when) => self.condition(&at.key("when"), when, names).map(Some),
        };
        Some(FaultPattern {
            name: file.name.as_deref().map(Into::into),
            code: given(file.code.as_deref()).map(FaultCode::from),
            subcode: given(file.subcode.as_deref()).map(FaultCode::from),
            reason: given(file.reason.as_deref()).map(TextPattern::new),
            http: http?,
            told: given(file.from.code.as_deref()).map(str::to_owned),
            when: when?,
        })
    }

    fn fault_answer(&mut self, at: &KeyPath, file: &FaultRowFile, names: &Names<'l>) -> Option<FaultAnswer> {
        let responds = match file.status {
            None => Ok(false),
            Some(0) => Ok(true),
            Some(_) => Err(FaultProblem::Status),
        };
        let responds = self.checked(&at.key("status"), responds);
        let http = match file.http {
            Some(status) if !(400..=599).contains(&status) => Err(FaultProblem::HttpStatus { status }),
            http => Ok(http),
        };
        let http = self.checked(&at.key("http"), http);
        let error = file.error.as_ref();
        let mut template = |key: &str, text: Option<&String>| {
            let at = at.key("error").key(key);
            text.map(|text| self.checked(&at, Template::compile(text, names)))
        };
        let code = template("code", error.and_then(|error| error.code.as_ref()));
        let message = template("message", error.and_then(|error| error.message.as_ref()));
        let pointer = template("pointer", error.and_then(|error| error.pointer.as_ref()));
        if let Some(text) = error.and_then(|error| error.pointer.as_ref())
            && !text.is_empty()
            && !text.starts_with('/')
            && !text.starts_with("${")
        {
            let problem = ValueProblem::Pointer { text: text.clone() };
            self.checked(&at.key("error").key("pointer"), Err::<(), _>(problem));
        }
        let fault = self.fault_template(at, file, names);
        Some(FaultAnswer {
            blames: file.blames.map(Blame::from),
            responds: responds?,
            http: http?,
            code: all_or_nothing(code)?,
            message: all_or_nothing(message)?,
            pointer: all_or_nothing(pointer)?,
            fault: fault?,
        })
    }

    /// The declared fault that a row gives; nothing inside where it gives none.
    fn fault_template(
        &mut self,
        at: &KeyPath,
        file: &FaultRowFile,
        names: &Names<'l>,
    ) -> Option<Option<FaultTemplate>> {
        let Some(name) = &file.fault else {
            let alone = if file.detail.is_some() { Err(FaultProblem::Detail) } else { Ok(None) };
            return self.checked(&at.key("detail"), alone);
        };
        let fault = self.checked(&at.key("fault"), self.declared_fault(name))?;
        let known = fault.message.root.map_or(ExprType::Anything, |root| ExprType::element(self.plan, root));
        let making = Making { fault: &fault.name, names, known };
        let detail = match &file.detail {
            Some(detail) => self.detail(&at.key("detail"), detail, making),
            None => self.detail(&at.key("fault"), &DetailFile::Members([].into()), making),
        };
        Some(Some(FaultTemplate { fault: fault.clone(), detail: detail? }))
    }

    /// A piece of the content of a detail.
    fn detail(&mut self, at: &KeyPath, file: &DetailFile, making: Making<'_, 'l>) -> Option<DetailTemplate> {
        match file {
            DetailFile::Text(text) => {
                if !text.contains("${") {
                    self.check_required(at, &BTreeMap::new(), making);
                }
                let template = self.checked(at, Template::compile(unquoted(text), making.names))?;
                Some(DetailTemplate::Value(template, wanted(making.known)))
            }
            DetailFile::Items(items) => {
                // What is not a list is told when it is there.
                let known = making.known.item().unwrap_or(ExprType::Anything);
                let making = Making { known, ..making };
                let items = items.iter().enumerate();
                let items: Vec<_> =
                    items.map(|(item, file)| self.detail(&at.item(item), file, making)).collect();
                Some(DetailTemplate::Items(items.into_iter().collect::<Option<_>>()?))
            }
            DetailFile::Members(members) => {
                self.check_required(at, members, making);
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, file)| {
                        let at = at.key(key);
                        let known = making.known.member(key).map_err(|near| FaultProblem::NoMember {
                            fault: making.fault.to_owned(),
                            name: key.clone(),
                            near,
                        });
                        let known = self.checked(&at.name(), known)?;
                        Some((key.clone(), self.detail(&at, file, Making { known, ..making })?))
                    })
                    .collect();
                Some(DetailTemplate::Members(members.into_iter().collect::<Option<_>>()?))
            }
        }
    }

    /// Whether everything that the contract demands is given.
    fn check_required(&mut self, at: &KeyPath, given: &BTreeMap<String, DetailFile>, making: Making<'_, 'l>) {
        for name in making.known.required().filter(|name| !given.contains_key(*name)) {
            let problem = FaultProblem::NotRequired { fault: making.fault.to_owned(), name: name.to_owned() };
            self.checked(at, Err::<(), _>(problem));
        }
    }
}

/// A piece of a detail that is made: of which fault, what its expressions may name, and what the contract says of it.
#[derive(Clone, Copy)]
struct Making<'m, 'l> {
    fault: &'m str,
    names: &'m Names<'l>,
    known: ExprType<'l>,
}

impl From<BlameFile> for Blame {
    fn from(file: BlameFile) -> Self {
        match file {
            BlameFile::Client => Self::Client,
            BlameFile::Server => Self::Server,
            BlameFile::Unauthenticated => Self::Credentials,
        }
    }
}

/// What is there and right, or what is not there; nothing for what is wrong.
fn all_or_nothing<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

/// A text that says something: an empty one, and `*` alone, fit everything.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim_matches('*').is_empty())
}

/// A text in single quotes is that text, as in expressions.
fn unquoted(text: &str) -> &str {
    let inside = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inside.filter(|inside| !inside.contains('\'')).unwrap_or(text) // Other texts are as they are.
}

fn wanted(known: ExprType<'_>) -> Wanted {
    match known {
        ExprType::Boolean => Wanted::Boolean,
        ExprType::Number => Wanted::Number,
        ExprType::Text => Wanted::Text,
        ExprType::Anything | ExprType::Fault(..) | ExprType::List(..) | ExprType::Object(..) => Wanted::Any,
    }
}
