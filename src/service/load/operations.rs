//! The rules of operations.

use std::sync::Arc;

use serde_saphyr::Spanned;

use super::Checker;
use super::rules::RuleLoader;
use crate::plan::{OperationPlan, Plan};
use crate::service::expression::Tables;
use crate::service::file::rules::{CredentialPathsFile, OperationFile};
use crate::service::file::service::{MaskFile, ServiceFile};
use crate::service::model::route::HttpRoute;
use crate::service::model::service::{CredentialPaths, Mask, ServiceOperation};
use crate::service::selector::Selector;

impl Checker<'_> {
    pub(super) fn operation(
        &mut self,
        file: &ServiceFile,
        plan: &Plan,
        operation: &OperationPlan,
        tables: &Tables,
    ) -> Option<ServiceOperation> {
        let default = OperationFile::default();
        let rules = file.operations.get(&*operation.name).unwrap_or(&default);
        let common = rules.answer.common;
        let failure_http = rules.answer.failure_http.unwrap_or(if common { 400 } else { 200 });
        let mut loader = RuleLoader { plan, operation, tables, problems: Vec::new() };
        let http = loader.route(rules);
        let mut reports = loader.reports(&rules.violations);
        reports.extend(loader.reports(&file.violations));
        let header = |(name, member): (&String, &Spanned<String>)| {
            (name.to_lowercase().into(), member.value.as_str().into())
        };
        let headers: Vec<(Arc<str>, Arc<str>)> = rules.header.iter().map(header).collect();
        let (checks, rows, native) =
            (loader.checks(&rules.check), loader.rows(rules), loader.native(&rules.native));
        let outside =
            http.iter().flat_map(HttpRoute::members).chain(headers.iter().map(|(_, member)| &**member));
        let flags = outside.filter(|member| loader.is_boolean(member)).map(str::to_owned).collect();
        for (at, message) in loader.problems {
            self.problem_at(at, rules.included, &message);
        }
        Some(ServiceOperation {
            http: http?,
            headers,
            flags,
            credentials: rules.credentials.as_ref().and_then(|paths| self.credential_paths(paths)),
            checks,
            reports,
            rows,
            native,
            common,
            failure_http,
            breach_http: if common { failure_http } else { 422 },
            idempotent: rules.idempotent,
        })
    }

    pub(super) fn credential_paths(&mut self, paths: &CredentialPathsFile) -> Option<CredentialPaths> {
        let (username, password) = (paths.username.split_once('.'), paths.password.split_once('.'));
        match (username, password) {
            (Some((object, username)), Some((same, password))) if object == same && username != password => {
                Some(CredentialPaths {
                    object: object.into(),
                    username: username.into(),
                    password: password.into(),
                })
            }
            _ => {
                self.problem("credentials: expected two members of one object, such as `authentication.apiKey` and `authentication.secret`");
                None
            }
        }
    }

    pub(super) fn mask(&mut self, file: &ServiceFile) -> Vec<(Selector, Mask)> {
        let mut out = Vec::new();
        for (at, mask) in &file.mask {
            let kept = match mask.value {
                MaskFile::Drop => Mask::Drop,
                MaskFile::Hide => Mask::Hide,
                MaskFile::Last4 => Mask::Last4,
            };
            match Selector::parse(at) {
                Ok(selector) => out.push((selector, kept)),
                Err(message) => self.problem(&format!("mask: {message}")),
            }
        }
        out
    }
}
