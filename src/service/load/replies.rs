//! Rules of replies: what they mean, and the JSON of a system's own.

use std::collections::BTreeMap;

use super::rule_loader::RuleLoader;
use crate::service::expression::{ExprType, Names, Template};
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::{
    AnswerFile, FaultFile, NativeFile, NoticeFile, NoticesFile, OperationFile, OutcomeFile,
};
use crate::service::file::selection::HttpFile;
use crate::service::outcome::native::{NativeFrom, NativeMember, NativePlan};
use crate::service::outcome::outcome_rules::{HttpRange, NoticeTemplate, OutcomeRule, Verdict};
use crate::service::outcome::shape::Source;
use crate::service::problem::RuleProblem;

impl<'l> RuleLoader<'l> {
    /// The HTTP status of a response with `status` 0.
    pub(super) fn failure_http(&mut self, file: &AnswerFile) -> u16 {
        match file.failure_http {
            Some(status @ 100..=599) => status,
            Some(status) => {
                let at = self.at.key("answer").key("failure_http");
                self.checked(&at, Err::<(), _>(RuleProblem::Status { status }));
                status
            }
            None if file.common => 400,
            None => 200,
        }
    }

    /// What replies mean.
    pub(super) fn outcome_rules(&mut self, file: &OperationFile) -> Vec<OutcomeRule> {
        let names = if file.native.is_empty() {
            Names::new(self.output())
        } else {
            let natives = file.native.keys().map(|key| (key.as_str(), ExprType::Anything));
            Names::closed(natives)
        };
        let names = self.with_tables(names).with("http", ExprType::Number);
        let at = self.at.key("outcome");
        self.check_reached(&at, &file.outcome);
        let rows = file.outcome.iter().enumerate();
        rows.filter_map(|(item, row)| self.row(&at.item(item), row, &names)).collect()
    }

    fn row(&mut self, at: &KeyPath, file: &OutcomeFile, names: &Names<'l>) -> Option<OutcomeRule> {
        if file.status.is_none() && file.fault.is_none() && file.warning.is_none() && file.error.is_none() {
            return self.checked(at, Err(RuleProblem::EmptyRow));
        }
        let http = file.http.all().iter().map(range).collect::<Result<_, _>>();
        let http = self.checked(&at.key("http"), http);
        let when = match &file.when {
            None => Some(None),
            Some(when) => self.condition(&at.key("when"), when, names).map(Some),
        };
        let verdict = self.checked(&at.key("status"), verdict(file));
        self.check_each(&at.key("each"), file, names);
        let item = names.clone().with("item", ExprType::Anything);
        let warning = self.notice(&at.key("warning"), file.warning.as_ref(), names);
        let error = self.notice(&at.key("error"), file.error.as_ref(), &item);
        Some(OutcomeRule {
            http: http?,
            when: when?,
            verdict: verdict?,
            warning,
            error,
            each: file.each.clone(),
        })
    }

    fn notice(
        &mut self,
        at: &KeyPath,
        file: Option<&NoticeFile>,
        names: &Names<'l>,
    ) -> Option<NoticeTemplate> {
        let file = file?;
        let mut template = |key: &str, text: &str| self.checked(&at.key(key), Template::compile(text, names));
        let (code, message) = (template("code", &file.code), template("message", &file.message));
        let pointer = template("pointer", &file.pointer);
        let source = if file.code.starts_with("BRG") { Source::Bridge } else { Source::Backend };
        Some(NoticeTemplate { code: code?, message: message?, pointer: pointer?, source })
    }

    /// The native JSON of the response.
    pub(super) fn native(&mut self, files: &BTreeMap<String, NativeFile>) -> NativePlan {
        let at = self.at.key("native");
        let members = files.iter().filter_map(|(key, file)| {
            let from = self.native_from(&at.key(key), file)?;
            Some(NativeMember { key: key.clone(), from })
        });
        NativePlan { members: members.collect() }
    }

    fn native_from(&mut self, at: &KeyPath, file: &NativeFile) -> Option<NativeFrom> {
        self.check_native(at, file);
        let names = self.with_tables(Names::new(self.output()));
        let names = names.with("http", ExprType::Number).with("fresh", ExprType::Anything);
        if let Some(list) = file.notices {
            let list = match list {
                NoticesFile::Errors => "errors",
                NoticesFile::Warnings => "warnings",
            };
            return Some(NativeFrom::Notices {
                list,
                item: self.native_item(&at.key("item"), file, &names)?,
            });
        }
        if let Some(member) = &file.member
            && let Err(near) = self.output().member(member)
        {
            let problem = RuleProblem::NoMember { of: "response", name: member.clone(), near };
            return self.checked(&at.key("member"), Err(problem));
        }
        let otherwise = match &file.otherwise {
            None => None,
            Some(text) => Some(self.checked(&at.key("else"), Template::compile(text, &names))?),
        };
        if file.member.is_none() && otherwise.is_none() {
            return self.checked(at, Err(RuleProblem::NativeEmpty));
        }
        Some(NativeFrom::Member { member: file.member.clone(), text: file.form.is_some(), otherwise })
    }

    /// The members of an error or a warning.
    fn native_item(
        &mut self,
        at: &KeyPath,
        file: &NativeFile,
        names: &Names<'l>,
    ) -> Option<Vec<(String, Template)>> {
        let names = ["code", "message", "pointer"]
            .into_iter()
            .fold(names.clone(), |names, name| names.with(name, ExprType::Text));
        let item = file.item.iter().map(|(key, text)| {
            Some((key.clone(), self.checked(&at.key(key), Template::compile(text, &names))?))
        });
        item.collect()
    }
}

pub(super) fn range(file: &HttpFile) -> Result<HttpRange, RuleProblem> {
    match file {
        HttpFile::Status(status @ 100..=599) => Ok(HttpRange { first: *status, last: *status }),
        HttpFile::Class(class) => match class.as_bytes() {
            [digit @ b'1'..=b'5', b'x', b'x'] => {
                let first = u16::from(digit - b'0') * 100;
                Ok(HttpRange { first, last: first + 99 })
            }
            _ => Err(RuleProblem::StatusClass { class: class.clone() }),
        },
        HttpFile::Status(status) => Err(RuleProblem::Status { status: *status }),
    }
}

fn verdict(file: &OutcomeFile) -> Result<Option<Verdict>, RuleProblem> {
    match (file.status, file.fault) {
        (None, None) if file.error.is_some() => Err(RuleProblem::ErrorWithoutVerdict),
        (None, None) => Ok(None),
        (Some(0), None) => Ok(Some(Verdict::Failure)),
        (Some(1), None) if file.error.is_some() => Err(RuleProblem::ErrorInSuccess),
        (Some(1), None) => Ok(Some(Verdict::Success)),
        (None, Some(fault)) => Ok(Some(Verdict::Fault { client: fault == FaultFile::Client })),
        _ => Err(RuleProblem::Verdict),
    }
}
