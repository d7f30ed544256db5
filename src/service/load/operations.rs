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
use crate::service::model::route::{HttpRoute, operation_path};
use crate::service::model::service::{Mask, ServiceOperation};
use crate::service::problem::{ContractProblem, FrontProblem, RouteProblem};
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
        let (mut out, mut routes) = (Vec::new(), Vec::new());
        self.check_fault_names(file, plan);
        for operation in plan.operations() {
            // An operation that the file does not name has no rules.
            let rules = file.operations.get(&*operation.name).unwrap_or(&default);
            let at = KeyPath::of("operations").key(&operation.name);
            let mut loader = RuleLoader { plan, operation, tables, at, findings: Vec::new() };
            let reports = loader.reports(&KeyPath::of("violations"), &file.violations);
            let shared = Shared { reports, faults: file.faults.as_ref() };
            let operation_rules = loaded(&mut loader, rules, shared);
            if let Some(rules) = &operation_rules {
                routes.push((&*operation.name, rules.http.clone()));
            }
            out.extend(operation_rules);
            // Rows of the whole file are checked by every operation; what is wrong with them is said once.
            for finding in loader.findings {
                if !self.findings.contains(&finding) {
                    self.findings.push(finding);
                }
            }
            if matches!(file.backend, BackendFile::Soap(_)) {
                self.check_action(operation);
                self.check_spoken(file, &operation.name, rules);
            }
        }
        self.check_shared_pointers(file, plan);
        self.check_paths(file, &routes);
        self.check_routes(plan, routes);
        out
    }

    /// Whether a front with one path would be where an operation of the JSON front is.
    fn check_paths(&mut self, file: &ServiceFile, routes: &[(&str, HttpRoute)]) {
        let Some(json) = &file.fronts.json else { return };
        let below = match &json.path {
            Some(path) => path.clone(),
            None => format!("/{}", file.service),
        };
        let key = |front: &str| KeyPath::of("fronts").key(front).key("path");
        let mcp = file.fronts.mcp.as_ref().and_then(|front| front.path.as_deref());
        let soap = file.fronts.soap.as_ref().and_then(|front| front.path.as_deref());
        let fronts = [("mcp", mcp), ("soap", soap)].into_iter();
        let fronts = fronts.filter_map(|(name, path)| Some((key(name), path?)));
        let ports = file.fronts.soap.iter().flat_map(|front| &front.paths);
        let ports = ports.map(|(port, path)| (KeyPath::of("fronts.soap.paths").key(port), path.as_str()));
        let plain = |route: &HttpRoute| (*route.method == *"POST").then(|| route.plain()).flatten();
        for (at, path) in fronts.chain(ports) {
            let Some(path) = path.strip_prefix(&below) else { continue };
            let at_path = |(name, route): &&(&str, HttpRoute)| {
                operation_path(name) == path || plain(route).is_some_and(|plain| plain == path)
            };
            if let Some((name, _)) = routes.iter().find(at_path) {
                let problem = FrontProblem::OperationThere { operation: (*name).to_owned() };
                self.problem(&at, problem);
            }
        }
    }

    /// Whether two operations would be at one method and path: the first would run whichever is meant.
    fn check_routes(&mut self, plan: &Plan, mut routes: Vec<(&str, HttpRoute)>) {
        let names: Vec<&str> = plan.operations().iter().map(|operation| &*operation.name).collect();
        // Each is at its own name anyway.
        routes.retain(|(name, route)| !route.is_by_name(name));
        for (name, route) in &routes {
            let at = KeyPath::of("operations").key(name).key("http");
            let mut others = routes.iter().filter(|(other, like)| other != name && route.is_like(like));
            if let Some(other) = names.iter().find(|other| route.is_by_name(other)) {
                self.problem(&at, RouteProblem::Name { other: (*other).to_owned() });
            } else if let Some((other, _)) = others.next() {
                self.problem(&at, RouteProblem::Taken { other: (*other).to_owned() });
            }
        }
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
            let mask = match mask {
                MaskFile::Drop => Mask::Drop,
                MaskFile::Hide => Mask::Hide,
                MaskFile::Last4 => Mask::Last4,
            };
            let at = KeyPath::of("mask").key(pointer).name();
            // The pointer of the whole message, of which nothing would be left to show.
            self.check_filled(&at, pointer);
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
    let block_fields = loader.block_fields(rules);
    let credentials = rules.credentials.as_ref().and_then(|paths| loader.credential_paths(paths));
    let mut reports = loader.reports(&loader.at.key("violations"), &rules.violations);
    reports.extend(shared.reports);
    loader.check_violations(rules);
    let checks = loader.checks(rules);
    let outcome_rules = loader.outcome_rules(rules);
    let native = loader.native(&rules.native);
    let concurrent = loader.concurrent(rules);
    let faults = loader.faults(&rules.faults, shared.faults, common);
    let outside = http.iter().flat_map(HttpRoute::members).chain(headers.iter().map(|(_, member)| &**member));
    let flags = outside.filter(|member| loader.is_boolean(member)).map(str::to_owned).collect();
    let http = http?;
    Some(ServiceOperation {
        body: loader.body(&http, &headers, rules),
        is_empty: loader.is_empty(rules),
        http,
        headers,
        block_fields,
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
        deadlines: loader.deadlines(&rules.timeout),
        concurrent,
    })
}
