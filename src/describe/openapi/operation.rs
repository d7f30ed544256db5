//! One operation: what it asks for, what it answers, and what the contract says about it.

use super::super::json_schema::{Dialect, Divided, Names, Schemas, Sent, Side};
use super::super::selection::{Candidate, Direction};
use super::super::tree::{Object, Tree};
use super::answers;
use super::common::Common;
use super::described::{Declared, Described};
use super::examples::Examples;
use super::form;
use super::native;
use super::parameters;
use super::security::Security;
use crate::plan::{OperationPlan, Plan};
use crate::service::{BodyUse, CredentialPaths, RoutePath, ServiceOperation};

/// What operations are described with.
pub(super) struct Describer<'d, 'p> {
    pub(super) plan: &'p Plan,
    pub(super) dialect: Dialect,
    pub(super) schemas: &'d mut Schemas<'p>,
    pub(super) common: &'d Common,
    pub(super) examples: &'d Examples<'p>,
    pub(super) security: &'d Security,
    /// What all operations are a part of.
    pub(super) tag: &'d str,
    pub(super) always_200: bool,
    /// The identifiers that operations have.
    pub(super) ids: Names,
}

impl<'p> Describer<'_, 'p> {
    /// The operation at each of its paths.
    pub(super) fn paths(
        &mut self,
        plan: &'p OperationPlan,
        rules: &'p ServiceOperation,
        faults: &[Declared],
    ) -> Vec<(RoutePath, Object)> {
        let outside: Vec<&str> =
            rules.http.members().chain(rules.headers.iter().map(|(_, member)| &**member)).collect();
        let sent = Sent { message: &plan.input, side: Side::Request };
        let divided = self.schemas.divided(sent, &format!("{}_request", plan.name), &outside);
        let body = self.body(plan, rules, &divided);
        let described = Described {
            plan,
            rules,
            native: self.native(plan, rules),
            always_200: self.always_200,
            refuses_callers: self.security.refuses(),
            response_example: self.response_example(plan, rules),
        };
        let responses = answers::of(&described, self.common, self.schemas);
        let mut paths = Vec::new();
        for path in rules.http.paths() {
            let id = self.ids.give(&plan.name);
            let mut operation =
                Object::new().with("operationId", id.clone()).with("tags", Tree::texts([self.tag]));
            operation.put("summary", plan.name.to_string());
            if let Some(description) = description(plan, rules) {
                operation.put("description", description);
            }
            operation.put("parameters", parameters::of(rules, &path, &divided));
            if let Some(body) = &body {
                operation.put("requestBody", body.clone());
            }
            operation.put("responses", responses.clone());
            operation.put("security", self.security.of_operation(rules));
            if id != *plan.name {
                operation.put("x-saponify-operation", plan.name.to_string());
            }
            put_extensions(&mut operation, rules, faults);
            paths.push((path, operation));
        }
        paths
    }

    /// The body of requests; nothing where there is none.
    fn body(
        &mut self,
        plan: &'p OperationPlan,
        rules: &ServiceOperation,
        divided: &Divided,
    ) -> Option<Object> {
        let by_name = rules.http.is_by_name(&plan.name);
        let none = rules.body == BodyUse::Never || !divided.has_body() || (by_name && rules.is_empty);
        if none {
            return None;
        }
        let schema = match divided.outside.is_empty() {
            true => divided.body.clone(),
            false => self.schemas.put(&format!("{}_body", plan.name), divided.body.clone()),
        };
        let required = rules.body == BodyUse::Always;
        let example = self.request_example(plan, rules, divided);
        let media = Object::new().with("schema", schema).with_some("example", example);
        let form = form::media(self.plan, &plan.input, self.dialect);
        let content = Object::new().with("application/json", media).with_some("multipart/form-data", form);
        Some(Object::new().with("required", required).with("content", content))
    }

    fn native(&mut self, plan: &'p OperationPlan, rules: &ServiceOperation) -> Option<Object> {
        let message = plan.output.as_ref().filter(|_| !rules.native.is_identity())?;
        let sent = Sent { message, side: Side::Response };
        let members = self.schemas.members(sent, &format!("{}_response", plan.name));
        let schema = native::schema(&rules.native, &members);
        Some(self.schemas.put(&format!("{}_native", plan.name), schema))
    }

    fn request_example(
        &self,
        plan: &OperationPlan,
        rules: &ServiceOperation,
        divided: &Divided,
    ) -> Option<Tree> {
        let candidate = Candidate { operation: plan, direction: Direction::Request, message: &plan.input };
        let Tree::Object(mut example) = self.examples.of(&candidate)? else {
            return self.examples.of(&candidate);
        };
        for member in &divided.outside {
            example.take(&member.key);
        }
        if let Some(CredentialPaths { object, username, password }) = &rules.credentials {
            let own = Object::new().with(username.to_string(), "user").with(password.to_string(), "password");
            example.put(object.to_string(), own);
        }
        Some(example.into())
    }

    fn response_example(&self, plan: &OperationPlan, rules: &ServiceOperation) -> Option<Tree> {
        let message = plan.output.as_ref().filter(|_| rules.native.is_identity())?;
        self.examples.of(&Candidate { operation: plan, direction: Direction::Response, message })
    }

    /// The declared faults with their details.
    pub(super) fn faults(&mut self, plan: &'p OperationPlan) -> Vec<Declared> {
        let mut faults = Vec::new();
        for fault in &plan.faults {
            let sent = Sent { message: &fault.message, side: Side::Response };
            let detail = self.schemas.body(sent, &format!("{}_{}", plan.name, fault.name));
            faults.push(Declared { name: fault.name.to_string(), detail });
        }
        faults
    }
}

/// What is said about an operation: by the contract, and by the conditions of the service.
pub(in crate::describe) fn description(plan: &OperationPlan, rules: &ServiceOperation) -> Option<String> {
    let mut parts: Vec<String> = plan.documentation.iter().map(ToString::to_string).collect();
    let conditions: Vec<String> = rules
        .checks
        .iter()
        .map(|check| {
            let kind = if check.warning { " (a warning)" } else { "" };
            format!("- {}: {}{kind}", check.notice.code, check.notice.message)
        })
        .collect();
    if !conditions.is_empty() {
        parts.push(format!("Conditions of the service:\n{}", conditions.join("\n")));
    }
    if !plan.unchecked.is_empty() {
        let reasons: Vec<&str> = plan.unchecked.iter().map(|reason| &**reason).collect();
        parts.push(format!("Some of its content is not checked: {}.", reasons.join("; ")));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn put_extensions(operation: &mut Object, rules: &ServiceOperation, faults: &[Declared]) {
    if !faults.is_empty() {
        let faults = faults.iter().map(|fault| {
            Tree::from(Object::new().with("name", fault.name.clone()).with("detail", fault.detail.clone()))
        });
        operation.put("x-saponify-faults", faults.collect::<Vec<_>>());
    }
    if rules.idempotent {
        operation.put("x-saponify-idempotent", true);
    }
}
