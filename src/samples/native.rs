//! Samples of services whose JSON is not that of the contract: a system's own JSON, with fields in the path.

use http::{HeaderMap, HeaderValue};

use super::case::Case;
use super::context::ContractContext;
use super::problem::Problem;
use crate::json::Tape;
use crate::service::expression::Variables;
use crate::service::native::{self, Making, Native, Table};
use crate::service::outcome_rules::{self, Verdict};
use crate::service::{GivenField, MessageBody, ServiceOperation, is_same_path};

/// Where a JSON request has fields besides its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct At<'a> {
    /// Path and query; nothing where the whole request is in the body and the headers.
    target: Option<&'a str>,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> At<'a> {
    /// Of a request as it came.
    pub(crate) fn received(target: &'a str, headers: &'a HeaderMap) -> Self {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value));
        Self { target: Some(target), headers: texts(headers) }
    }

    /// The path and the query of a case.
    pub(crate) fn path_of(case: &'a Case) -> Self {
        Self { target: case.settings.http.path.as_deref(), headers: Vec::new() }
    }

    /// Of a request that is sent for a case.
    pub(crate) fn of(case: &'a Case) -> Self {
        let headers = case.settings.headers.iter().map(|header| (header.name.as_str(), &header.value));
        Self { target: case.settings.http.path.as_deref(), headers: texts(headers) }
    }
}

/// A header that is no text holds no field.
fn texts<'a>(headers: impl Iterator<Item = (&'a str, &'a HeaderValue)>) -> Vec<(&'a str, &'a str)> {
    let text = |(name, value): (&'a str, &'a HeaderValue)| match value.to_str() {
        Ok(text) => Some((name, text)),
        Err(_) => None,
    };
    headers.filter_map(text).collect()
}

impl ContractContext {
    pub(super) fn rules(&self, operation: &str) -> Option<&ServiceOperation> {
        let at = self.plan.operations().iter().position(|known| *known.name == *operation)?;
        self.operations.get(at)
    }

    /// Whether the bridge numbers the responses of the operation, so that no two are the same.
    pub(crate) fn is_numbered(&self, operation: &str) -> bool {
        self.rules(operation).is_some_and(|rules| !rules.native.is_identity())
    }

    /// Whether the operation of a JSON backend is at the method and the path.
    pub(crate) fn is_at(&self, operation: &str, method: &str, path: &str) -> bool {
        match self.rules(operation) {
            Some(rules) => *rules.http.method == *method && rules.http.is_at(path),
            None => {
                let route = self.route(operation);
                route.is_some_and(|route| route.method == method && is_same_path(&route.path, path))
            }
        }
    }

    /// Where the JSON front has `path`, which is one of the operation's own or of the front.
    pub(crate) fn at_front(&self, operation: &str, path: &str) -> String {
        let plain = path.split_once('?').map_or(path, |(path, _)| path);
        let own = self.rules(operation).is_some_and(|rules| rules.http.is_at(plain));
        if own { format!("{}{path}", self.json_front) } else { path.to_owned() }
    }

    /// The whole request whose body is `json`: the fields of the path, the query and the headers are put in.
    pub(crate) fn whole_request(&self, operation: &str, json: &[u8], at: &At<'_>) -> Vec<u8> {
        // A request without a body has no other fields.
        let json = if json.trim_ascii().is_empty() { b"{}" } else { json };
        if !json.trim_ascii().starts_with(b"{") {
            return json.to_vec();
        }
        let Some(rules) = self.rules(operation) else { return json.to_vec() };
        let mut out = b"{".to_vec();
        if let Some(target) = at.target {
            // A sample's path may be that of the front or that of the system itself.
            let target = target.strip_prefix(&*self.json_front).unwrap_or(target);
            // Without a question mark there is no query.
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            match rules.http.take(path, Some(query)) {
                Ok(taken) => taken.iter().for_each(|taken| rules.write_taken(taken, &mut out)),
                // Nothing that can be read: the body is then the whole request, and is judged as one.
                Err(_) => return json.to_vec(),
            }
        }
        let given = |name: &str| at.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        for (name, member) in &rules.headers {
            given(name).into_iter().for_each(|(_, text)| rules.write_field(member, text, &mut out));
        }
        let blocks = rules.block_fields.iter();
        let blocks = blocks.filter_map(|field| {
            let (_, text) = given(&field.header)?;
            Some(GivenField { field, text: (*text).to_owned() })
        });
        let blocks: Vec<_> = blocks.collect();
        let body = MessageBody { json, limits: &self.limits.json, tape: &mut Tape::new() };
        let rest = rules.block_fields.write(&blocks, body, &mut out);
        let json = rest.as_deref().map_or(json, |rest| rest);
        let members = json.trim_ascii().strip_prefix(b"{").expect("it is an object");
        if out.ends_with(b",") && members.trim_ascii_start().starts_with(b"}") {
            out.pop();
        }
        [&out, members].concat()
    }

    /// Whether a JSON request alone is the whole request.
    pub(crate) fn is_whole_in_body(&self, operation: &str) -> bool {
        self.rules(operation).is_none_or(|rules| !rules.is_scattered())
    }

    /// The system's own JSON for the response `json` of the contract. Errors: not JSON within the limits.
    pub(crate) fn native_response(
        &self,
        operation: &str,
        json: &[u8],
        http: u16,
    ) -> Result<Vec<u8>, Problem> {
        let Some(rules) = self.rules(operation).filter(|rules| !rules.native.is_identity()) else {
            return Ok(json.to_vec());
        };
        let mut tape = Tape::new();
        let value = tape.parse(json, &self.limits.json).map_err(|error| Problem::new(error.to_string()))?;
        let mut out = Vec::new();
        rules.native.write(value, self.making(http), &mut out);
        Ok(out)
    }

    /// The response of the contract for the JSON `json` of the system itself. Errors: one that no row of `outcome` is for.
    pub(crate) fn response_of(
        &self,
        operation: &str,
        json: &[u8],
        http: u16,
    ) -> Result<Vec<u8>, Vec<Problem>> {
        let Some(rules) = self.rules(operation).filter(|rules| !rules.native.is_identity()) else {
            return Ok(json.to_vec());
        };
        let mut tape = Tape::new();
        let body = tape.parse(json, &self.limits.json);
        let body = body.map_err(|error| vec![Problem::new(error.to_string())])?;
        let mut variables = Variables::of(body).with_http(http).with_tables(&self.tables);
        let evaluation = outcome_rules::evaluate(&rules.outcome_rules, http, body, &mut variables);
        match evaluation.verdict {
            Some(Verdict::Failure | Verdict::Success) => {
                let native = Native { body, http, request_id: NUMBER };
                let table = Table { plan: &rules.native, making: self.making(http) };
                let response = native::canonical(table, native, &evaluation, &[]);
                response.map_err(|error| vec![Problem::new(error.to_string())])
            }
            _ => {
                Err(vec![Problem::new("the service file has no row of `outcome` for it that is a response")])
            }
        }
    }

    fn making(&self, http: u16) -> Making<'_> {
        Making { http, uuid: "***", trace_id: "***", tables: &self.tables, limits: &self.limits.json }
    }
}

/// The number of a request that nobody made.
const NUMBER: i64 = 1_700_000_000_000;
