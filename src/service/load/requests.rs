//! Rules of requests: method and path, headers, conditions, and how breaches of the contract are reported.

use std::sync::Arc;

use super::rule_loader::RuleLoader;
use crate::plan::pointer;
use crate::plan::{ATTACHMENTS, HEADERS};
use crate::service::expression::{ExprType, Names};
use crate::service::field_value::is_field_name;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::{
    CheckFile, CredentialPathsFile, OperationFile, SeverityFile, ViolationFile,
};
use crate::service::model::block_fields::{BlockField, BlockFields};
use crate::service::model::checks::{Check, Report};
use crate::service::model::route::HttpRoute;
use crate::service::model::service::{BodyUse, CredentialPaths};
use crate::service::outcome::shape::{Notice, Source};
use crate::service::problem::{RouteProblem, RuleProblem, ValueProblem};
use crate::service::selector::Selector;

/// Headers that say where a message begins and ends, where it goes and what its body is (RFC 9110, RFC 9112).
const OF_MESSAGE: [&str; 12] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl RuleLoader<'_> {
    /// Method and path.
    pub(super) fn route(&mut self, file: &OperationFile) -> Option<HttpRoute> {
        let at = self.at.key("http");
        let default = format!("POST /{}", self.operation.name);
        let text = file.http.as_ref().map_or(default.as_str(), String::as_str);
        let route = HttpRoute::parse(text, &|member| self.pattern(member));
        let route = self.checked(&at, route)?;
        let one = route.path_members().try_for_each(|member| self.scalar(member));
        self.checked(&at, one)?;
        let mut lists = Vec::new();
        for member in route.query_members() {
            if self.checked(&at, self.is_list(member))? {
                lists.push(member.to_owned());
            }
        }
        Some(route.with_lists(&|member| lists.iter().any(|list| list == member)))
    }

    /// What the requests of `route` have in their body, where `headers` are fields too. What a body would have to be there for is a
    /// problem where the method has none.
    pub(super) fn body(
        &mut self,
        route: &HttpRoute,
        headers: &[(Arc<str>, Arc<str>)],
        file: &OperationFile,
    ) -> BodyUse {
        let outside = |key: &str| {
            route.members().any(|member| member == key) || headers.iter().any(|(_, member)| **member == *key)
        };
        let in_body = file.credentials.is_some() || self.operation.input.has_beside();
        let covered = !in_body && self.plan.is_within(&self.operation.input, &outside);
        if route.is_safe() {
            self.check_bodiless(route, &outside, file);
        }
        match &*route.method {
            _ if covered || route.is_safe() => BodyUse::Never,
            "DELETE" => BodyUse::IfAny,
            _ => BodyUse::Always,
        }
    }

    /// Whether the request has no fields at all.
    pub(super) fn is_empty(&self, file: &OperationFile) -> bool {
        let input = &self.operation.input;
        file.credentials.is_none() && input.headers.is_none() && self.plan.is_within(input, &|_| false)
    }

    fn check_bodiless(&mut self, route: &HttpRoute, outside: &dyn Fn(&str) -> bool, file: &OperationFile) {
        let (at, method) = (self.at.key("http"), || route.method.to_string());
        if file.credentials.is_some() {
            self.checked(&at, Err::<(), _>(RouteProblem::CredentialsInBody { method: method() }));
        }
        let input = self.input();
        if !matches!(input, ExprType::Object(..)) && self.plan.has_content(&self.operation.input) {
            self.checked(&at, Err::<(), _>(RouteProblem::NoObject { method: method() }));
        }
        let attachments = self.operation.input.attachments.map(|_| ATTACHMENTS);
        for member in input.required().filter(|member| !outside(member)).chain(attachments) {
            let problem = RouteProblem::NoPlace { method: method(), member: member.to_owned() };
            self.checked(&at, Err::<(), _>(problem));
        }
    }

    /// HTTP headers that are request fields.
    pub(super) fn headers(&mut self, file: &OperationFile) -> Vec<(Arc<str>, Arc<str>)> {
        let mut headers: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for (name, member) in &file.header {
            let at = self.at.key("header").key(name);
            let lower = name.to_ascii_lowercase();
            if !is_field_name(name) {
                self.checked(&at.name(), Err::<(), _>(ValueProblem::HeaderName));
            } else if OF_MESSAGE.contains(&&*lower) {
                self.checked(&at.name(), Err::<(), _>(RuleProblem::HeaderOfMessage));
            } else if known.contains(&lower) {
                self.checked(&at.name(), Err::<(), _>(RuleProblem::HeaderTwice));
            }
            known.push(lower.clone());
            if keys_of_block(member).is_none() {
                self.checked(&at, self.scalar(member));
                headers.push((lower.into(), member.as_str().into()));
            }
        }
        headers
    }

    /// HTTP headers that are fields of header blocks: `$headers/BLOCK/FIELD`.
    pub(super) fn block_fields(&mut self, file: &OperationFile) -> BlockFields {
        let mut fields = Vec::new();
        for (name, member) in &file.header {
            let Some(keys) = keys_of_block(member) else { continue };
            let at = self.at.key("header").key(name);
            if let Some(is_flag) = self.checked(&at, self.block_field(member, &keys)) {
                fields.push(BlockField { header: name.to_ascii_lowercase().into(), keys, is_flag });
            }
        }
        BlockFields::new(fields)
    }

    pub(super) fn credential_paths(&mut self, paths: &CredentialPathsFile) -> Option<CredentialPaths> {
        let (username, password) = (paths.username.split_once('.'), paths.password.split_once('.'));
        let found = match (username, password) {
            (Some((object, username)), Some((same, password))) if object == same && username != password => {
                Ok(CredentialPaths {
                    object: object.into(),
                    username: username.into(),
                    password: password.into(),
                })
            }
            _ => Err(RuleProblem::CredentialPaths),
        };
        self.checked(&self.at.key("credentials"), found)
    }

    /// Conditions on requests.
    pub(super) fn checks(&mut self, rules: &OperationFile) -> Vec<Check> {
        let at = self.at.key("check");
        let files = rules.check.iter().enumerate();
        files.filter_map(|(item, file)| self.check(&at.item(item), file, rules)).collect()
    }

    fn check(&mut self, at: &KeyPath, file: &CheckFile, rules: &OperationFile) -> Option<Check> {
        let mut root = self.input();
        let mut names = self.with_tables(Names::new(self.input())).with("now", ExprType::Text);
        if let Some(each) = &file.each {
            let item = self.checked(&at.key("each"), self.item(each))?;
            names = names.with("item", item);
            root = item;
        }
        if !file.pointer.is_empty() {
            let selector = self.checked(&at.key("pointer"), Selector::pointer(&file.pointer))?;
            self.checked(&at.key("pointer"), self.place(root, &selector, rules))?;
        }
        let when = self.condition(&at.key("when"), &file.when, &names)?;
        let notice = Notice {
            code: file.code.clone(),
            message: file.message.clone(),
            pointer: file.pointer.clone(),
            source: Source::Bridge,
            fault: None,
        };
        let warning = file.severity == SeverityFile::Warning;
        Some(Check { when, each: file.each.as_deref().map(pointer), notice, warning })
    }

    /// How breaches are reported, as the list `at` says.
    pub(super) fn reports(&mut self, at: &KeyPath, files: &[ViolationFile]) -> Vec<Report> {
        files.iter().enumerate().filter_map(|(item, file)| self.report(&at.item(item), file)).collect()
    }

    fn report(&mut self, at: &KeyPath, file: &ViolationFile) -> Option<Report> {
        let selectors = file.at.all().iter().map(|at| Selector::parse(at)).collect::<Result<_, _>>();
        let selectors = self.checked(&at.key("at"), selectors)?;
        let kinds = file.kind.all().iter().map(|kind| (*kind).into()).collect();
        Some(Report { at: selectors, kinds, code: file.code.clone(), message: file.message.clone() })
    }
}

/// The keys below `$headers`, where `member` leads there.
pub(super) fn keys_of_block(member: &str) -> Option<Vec<Box<str>>> {
    let place = pointer(member);
    let keys = place.strip_prefix('/')?.strip_prefix(HEADERS)?.strip_prefix('/')?;
    Some(keys.split('/').map(|key| key.replace("~1", "/").replace("~0", "~").into()).collect())
}
