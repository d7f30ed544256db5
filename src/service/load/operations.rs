//! The rules of operations, gathered.

use super::checker::Checker;
use super::rule_loader::RuleLoader;
use crate::plan::{OperationPlan, Plan};
use crate::service::expression::Tables;
use crate::service::field_value::check_quotable;
use crate::service::file::faults::FaultTableFile;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::OperationFile;
use crate::service::file::service::{BackendFile, MaskFile, ServiceFile};
use crate::service::model::checks::Report;
use crate::service::model::route::HttpRoute;
use crate::service::model::service::{Mask, ServiceOperation};
use crate::service::problem::{ContractProblem, RuleProblem};
use crate::service::selector::Selector;

impl Checker<'_> {
    /// All operations of `plan`, in its order; fewer where something is wrong.
    pub(super) fn operations(
        &mut self,
        file: &ServiceFile,
        plan: &Plan,
        tables: &Tables,
    ) -> Vec<ServiceOperation> {
        let default = OperationFile::default();
        let mut out = Vec::new();
        self.check_fault_names(file, plan);
        for operation in plan.operations() {
            // An operation that the file does not name has no rules.
            let rules = file.operations.get(&*operation.name).unwrap_or(&default);
            let at = KeyPath::of("operations").key(&operation.name);
            let mut loader = RuleLoader { plan, operation, tables, at, findings: Vec::new() };
            // Those of the file are checked by every operation; what is wrong with them is said once.
            let shared = loader.reports(&KeyPath::of("violations"), &file.violations);
            let said = std::mem::take(&mut loader.findings);
            if out.is_empty() {
                self.findings.extend(said);
            }
            out.extend(loaded(&mut loader, rules, Shared { reports: shared, faults: file.faults.as_ref() }));
            // Rows of the whole file are checked by every operation; what is wrong with them is said once.
            for finding in loader.findings {
                if !self.findings.contains(&finding) {
                    self.findings.push(finding);
                }
            }
            if matches!(file.backend, BackendFile::Soap(_)) {
                self.check_action(operation);
                // Rules that are included may be those of a service with a JSON backend too.
                if !rules.included && !rules.outcome.is_empty() {
                    let at = KeyPath::of("operations").key(&operation.name).key("outcome").name();
                    self.problem(&at, RuleProblem::OutcomeOnSoap);
                }
            }
        }
        out
    }

    /// Whether the backend can be told the action of `operation`.
    fn check_action(&mut self, operation: &OperationPlan) {
        if let Err(fault) = check_quotable(&operation.action) {
            let problem = ContractProblem::Action { operation: operation.name.to_string(), fault };
            self.problem(&KeyPath::of("contract.wsdl"), problem);
        }
    }

    pub(super) fn mask(&mut self, file: &ServiceFile) -> Vec<(Selector, Mask)> {
        let mut out = Vec::new();
        for (pointer, mask) in &file.mask {
            let mask = match mask.value {
                MaskFile::Drop => Mask::Drop,
                MaskFile::Hide => Mask::Hide,
                MaskFile::Last4 => Mask::Last4,
            };
            let at = KeyPath::of("mask").key(pointer).name();
            out.extend(self.checked(&at, Selector::parse(pointer)).map(|selector| (selector, mask)));
        }
        out
    }
}

/// What all operations share.
struct Shared<'f> {
    reports: Vec<Report>,
    faults: Option<&'f FaultTableFile>,
}

fn loaded(
    loader: &mut RuleLoader<'_>,
    rules: &OperationFile,
    shared: Shared<'_>,
) -> Option<ServiceOperation> {
    loader.check_response(rules);
    let common = rules.answer.common;
    let failure_http = loader.failure_http(&rules.answer);
    let http = loader.route(rules);
    let headers = loader.headers(rules);
    let credentials = rules.credentials.as_ref().and_then(|paths| loader.credential_paths(paths));
    let mut reports = loader.reports(&loader.at.key("violations"), &rules.violations);
    reports.extend(shared.reports);
    let checks = loader.checks(&rules.check);
    let outcome_rules = loader.outcome_rules(rules);
    let native = loader.native(&rules.native);
    let faults = loader.faults(&rules.faults, shared.faults, common);
    let outside = http.iter().flat_map(HttpRoute::members).chain(headers.iter().map(|(_, member)| &**member));
    let flags = outside.filter(|member| loader.is_boolean(member)).map(str::to_owned).collect();
    let http = http?;
    Some(ServiceOperation {
        body: loader.body(&http, &headers, rules),
        is_empty: loader.is_empty(rules),
        http,
        headers,
        flags,
        credentials,
        checks,
        reports,
        outcome_rules,
        faults,
        native,
        common,
        failure_http,
        breach_http: if common { failure_http } else { 422 },
        idempotent: rules.idempotent,
    })
}
