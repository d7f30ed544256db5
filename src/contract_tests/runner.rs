//! Where cases are tried: a bridge that runs, and the fronts that it has.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::curl::{Reproduction, curl};
use super::expected::Expected;
use super::report::{CaseReport, Report, Status};
use super::request::{Front, Request};
use super::response::Response;
use super::update::update;
use super::validate::validate;
use crate::bridge::{Client, Endpoint};
use crate::mock::Mock;
use crate::samples::{Case, ContractContext, Header, Part, Problem, Side, operation_of};
use crate::service::{Backend, Credentials, FrontAuth, Service, Target, Tls};

/// How cases are tried.
pub struct Options {
    /// The sides that are tried.
    pub sides: Vec<Side>,
    /// Whether expected responses that differ are written anew.
    pub update: bool,
    /// The backend, when it is a mock: it plays each case's own response.
    pub mock: Option<Arc<Mock>>,
    /// How to do an exchange again.
    pub again: Reproduction,
    /// The UsernameToken of SOAP requests that have none.
    pub token: Option<Credentials>,
    /// Headers of JSON requests.
    pub headers: Vec<Header>,
}

/// A bridge with its fronts.
pub struct Runner {
    options: Options,
    context: ContractContext,
    base: String,
    endpoint: Endpoint,
    client: Client,
    json: Option<Front>,
    soap: Option<Front>,
    /// Whether `http` of a case speaks of the front: where the backend is JSON it speaks of that.
    http_is_front: bool,
}

impl Runner {
    /// The bench for the bridge at `address` that serves `service`. Errors: an address that cannot be called.
    pub fn new(service: &Service, address: SocketAddr, options: Options) -> Result<Self, String> {
        let base = format!("http://{address}");
        let (connect, total) = (Duration::from_secs(5), Duration::from_secs(120));
        let target =
            Target { url: base.as_str().into(), connect, first_byte: total, total, tls: Tls::default() };
        let headers = options.headers.clone();
        let front = |path: &str, auth: &FrontAuth| Front {
            path: path.to_owned(),
            asks: !matches!(auth, FrontAuth::None),
            known: !headers.is_empty(),
            token: None,
            headers: headers.clone(),
        };
        let token = options.token.clone();
        let soap = |front: Front| Front {
            known: token.is_some(),
            token: token.clone(),
            headers: Vec::new(),
            ..front
        };
        Ok(Self {
            options,
            context: ContractContext::of_service(service),
            endpoint: Endpoint::new(&target)?,
            client: Client::new(service.limits.http),
            json: service.json_front.as_ref().map(|json| front(&json.path, &json.auth)),
            soap: service.soap_front.as_ref().map(|own| soap(front(&own.path, &own.auth))),
            http_is_front: matches!(service.backend, Backend::Soap(_)),
            base,
        })
    }

    /// Tries `cases`, one after the other. Errors: a file that cannot be updated.
    pub async fn run(&self, cases: &[Case]) -> Result<Report, String> {
        let (mut reports, mut updated) = (Vec::new(), Vec::new());
        for case in cases {
            let case = case.masked(&self.context.mask);
            reports.extend(self.case(&case, &mut updated).await?);
        }
        Ok(Report::new(reports, updated))
    }

    async fn case(&self, case: &Case, updated: &mut Vec<PathBuf>) -> Result<Vec<CaseReport>, String> {
        let failed = |problems| Ok(vec![CaseReport::failed(&case.name, "contract", problems)]);
        let operation = match operation_of(case, &self.context) {
            Ok(operation) => operation,
            Err(reason) => return failed(vec![Problem::new(reason)]),
        };
        let problems = validate(case, &operation, &self.context);
        if !problems.is_empty() {
            return failed(problems);
        }
        if let Some(mock) = &self.options.mock {
            mock.play_only(case.clone(), &operation);
        }
        let mut reports = Vec::new();
        for side in &self.options.sides {
            reports.extend(self.side(case, &operation, *side, updated).await?);
        }
        Ok(reports)
    }

    /// Nothing where the service has no such front and was not asked for it.
    async fn side(
        &self,
        case: &Case,
        operation: &str,
        side: Side,
        updated: &mut Vec<PathBuf>,
    ) -> Result<Option<CaseReport>, String> {
        let name = case.name.clone();
        let Some(sent) = self.sent(case, operation, side) else {
            let skipped = || CaseReport::skipped(&name, side.name(), "the service has no such front");
            return Ok((self.options.sides.len() == 1).then(skipped));
        };
        let sent = match sent {
            Ok(sent) => sent,
            Err(reason) => return Ok(Some(CaseReport::skipped(&name, side.name(), &reason))),
        };
        let problems = self.exchange(case, operation, (side, &sent), updated).await?;
        let status = if problems.is_empty() { Status::Passed } else { Status::Failed };
        let curl = if problems.is_empty() { String::new() } else { self.curl(case, (side, &sent)) };
        Ok(Some(CaseReport { name, side: side.name(), status, problems, curl }))
    }

    fn curl(&self, case: &Case, sent: (Side, &Request)) -> String {
        let (folder, masks) = (case.folder.to_string_lossy(), &case.settings.rules.mask);
        curl(&self.options.again, &folder, &self.base, sent, masks, &self.context.limits)
    }

    fn sent(&self, case: &Case, operation: &str, side: Side) -> Option<Result<Request, String>> {
        let front = match side {
            Side::Json => self.json.as_ref()?,
            Side::Soap => self.soap.as_ref()?,
        };
        let mut sent = match Request::of(case, (side, front), operation, &self.context) {
            Ok(sent) => sent,
            Err(reason) => return Some(Err(reason)),
        };
        if side == Side::Json {
            let own = Some(&case.settings.http).filter(|_| self.http_is_front);
            let path = own.and_then(|http| http.path.clone());
            let path = path.map(|path| self.context.at_front(operation, &path));
            sent.outgoing.path = path.unwrap_or_else(|| format!("{}/{operation}", front.path));
            let method =
                own.and_then(|http| http.method.as_ref()).map(|method| Method::from_bytes(method.as_bytes()));
            sent.outgoing.method = method.and_then(Result::ok).unwrap_or(Method::POST);
        }
        Some(Ok(sent))
    }

    async fn exchange(
        &self,
        case: &Case,
        operation: &str,
        (side, sent): (Side, &Request),
        updated: &mut Vec<PathBuf>,
    ) -> Result<Vec<Problem>, String> {
        let reply = match self.client.send(&self.endpoint, &sent.outgoing).await {
            Ok(reply) => reply,
            Err(error) => return Ok(vec![Problem::new(format!("no answer of the bridge: {error}"))]),
        };
        let got = match Response::read(reply, side, operation, &self.context) {
            Ok(got) => got,
            Err(problem) => return Ok(vec![problem]),
        };
        let mut problems = self.compared(case, operation, side, &got)?;
        let missing = case.get(own_response(side)).is_none();
        if self.options.update
            && (missing || !problems.is_empty())
            && let Some(file) = update(case, side, &got, operation, &self.context)?
        {
            updated.push(file);
            problems.clear();
        }
        Ok(problems)
    }

    fn compared(
        &self,
        case: &Case,
        operation: &str,
        side: Side,
        got: &Response,
    ) -> Result<Vec<Problem>, String> {
        let expected = Expected::of(case, side, operation, &self.context)?;
        let mut problems = got.problems(&expected, case, &self.context);
        let found = got.reply.status.as_u16();
        let wanted = case.settings.http.status.filter(|_| side == Side::Json && self.http_is_front);
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            let (expected, got) = (wanted.to_string(), found.to_string());
            problems.insert(0, Problem { expected, got, ..Problem::new("the HTTP statuses differ") });
        }
        Ok(problems)
    }
}

fn own_response(side: Side) -> Part {
    match side {
        Side::Json => Part::ResponseJson,
        Side::Soap => Part::ResponseXml,
    }
}
