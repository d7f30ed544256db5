//! Runs cases: a bridge that is up, and the fronts that it has.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;

use super::case_run::CaseRun;
use super::curl::Reproduction;
use super::error::{NoRequest, RunError};
use super::expected::Expected;
use super::report::{CaseReport, Report, Status};
use super::request::{Front, Request, target};
use super::response::Response;
use super::update::update;
use super::validate::validate;
use crate::bridge::{Client, Endpoint};
use crate::mock::Mock;
use crate::samples::{Case, ContractContext, Header, Problem, Side, operation_of};
use crate::service::{
    Backend, Credentials, FrontAddressing, FrontAuth, Reach, Service, Target, Tls, operation_path,
};

/// How cases are run.
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
    /// The runner for the bridge at `address` that serves `service`. Errors: an address that cannot be called.
    pub fn new(service: &Service, address: SocketAddr, options: Options) -> Result<Self, RunError> {
        let base = format!("http://{address}");
        let endpoint = endpoint(&base)?;
        let json = service.json_front.as_ref().map(|front| Front {
            known: !options.headers.is_empty(),
            headers: options.headers.clone(),
            ..front_at(&front.path, &front.auth)
        });
        let soap = service.soap_front.as_ref().map(|front| Front {
            known: options.token.is_some(),
            token: options.token.clone(),
            addressed: front.addressing == FrontAddressing::Require,
            ..front_at(&front.path, &front.auth)
        });
        let (context, client) = (ContractContext::of_service(service), Client::new(service.limits.http));
        let http_is_front = matches!(service.backend, Backend::Soap(_));
        Ok(Self { options, context, base, endpoint, client, json, soap, http_is_front })
    }

    /// Runs `cases`, one after the other. Errors: a file that cannot be updated.
    pub async fn run(&self, cases: &[Case]) -> Result<Report, RunError> {
        let mut reports = Vec::new();
        for case in cases {
            let case = case.masked(&self.context.mask);
            reports.extend(self.case(&case).await?);
        }
        Ok(Report::new(reports))
    }

    async fn case(&self, case: &Case) -> Result<Vec<CaseReport>, RunError> {
        let failed = |problems| Ok(vec![CaseReport::failed(&case.name, "contract", problems)]);
        let operation = match operation_of(case, &self.context) {
            Ok(operation) => operation,
            Err(error) => return Ok(vec![CaseReport::of_no_operation(&case.name, &error)]),
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
            let run = CaseRun { case, operation: &operation, side: *side, context: &self.context };
            reports.extend(self.side(&run).await?);
        }
        Ok(reports)
    }

    /// Nothing where the service has no such front and was not asked for it.
    async fn side(&self, run: &CaseRun<'_>) -> Result<Option<CaseReport>, RunError> {
        let skipped = |reason: &str| CaseReport::skipped(&run.case.name, run.side.name(), reason);
        let front = match run.side {
            Side::Json => self.json.as_ref(),
            Side::Soap => self.soap.as_ref(),
        };
        let Some(front) = front else {
            let asked = self.options.sides.len() == 1;
            return Ok(asked.then(|| skipped("the service has no such front")));
        };
        match self.request(run, front) {
            Ok(request) => self.exchange(run, &request).await.map(Some),
            Err(error) => Ok(Some(skipped(&error.to_string()))),
        }
    }

    fn request(&self, run: &CaseRun<'_>, front: &Front) -> Result<Request, NoRequest> {
        let mut request = Request::new(run, front)?;
        if run.side == Side::Soap {
            return Ok(request);
        }
        if !self.http_is_front {
            request = request.with_path_fields(run);
        }
        let own = Some(&run.case.settings.http).filter(|_| self.http_is_front);
        let path = own.and_then(|http| http.path.as_ref());
        request.outgoing.target = target(&match path {
            Some(path) => run.context.at_front(run.operation, path),
            None => format!("{}{}", front.path, operation_path(run.operation)),
        })?;
        if let Some(method) = own.and_then(|http| http.method.as_ref()) {
            let method = Method::from_bytes(method.as_bytes());
            request = request.with_method(method.expect("case.yaml was checked when it was read"));
        }
        Ok(request)
    }

    async fn exchange(&self, run: &CaseRun<'_>, request: &Request) -> Result<CaseReport, RunError> {
        let begun = Instant::now();
        let response = match self.client.send(&self.endpoint, request.outgoing.clone()).await {
            Ok(reply) => Response::read(reply, run),
            Err(error) => Err(Problem::new(format!("no answer of the bridge: {error}"))),
        };
        let time = begun.elapsed();
        let (mut problems, mut updated) = (Vec::new(), None);
        match response {
            Ok(response) => {
                problems = self.compared(run, &response);
                updated = self.updated(run, &response, &problems)?;
            }
            Err(problem) => problems.push(problem),
        }
        if updated.is_some() {
            problems.clear();
        }
        let passed = problems.is_empty();
        let curl = if passed { String::new() } else { self.options.again.curl(&self.base, run, request) };
        let status = if passed { Status::Passed } else { Status::Failed };
        let (name, side) = (run.case.name.clone(), run.side.name());
        Ok(CaseReport { name, side, status, problems, curl, updated, time, of_no_operation: false })
    }

    /// The file that was written anew, where that was asked for and makes a difference.
    fn updated(
        &self,
        run: &CaseRun<'_>,
        response: &Response,
        problems: &[Problem],
    ) -> Result<Option<PathBuf>, RunError> {
        let missing = run.case.get(run.expected_part()).is_none();
        if self.options.update && (missing || !problems.is_empty()) {
            update(run, response)
        } else {
            Ok(None)
        }
    }

    fn compared(&self, run: &CaseRun<'_>, response: &Response) -> Vec<Problem> {
        let mut problems = match Expected::of(run) {
            Ok(expected) => response.problems(&expected, run),
            Err(problem) => vec![problem],
        };
        let found = response.reply.status.as_u16();
        let wanted = run.case.settings.http.status.filter(|_| run.side == Side::Json && self.http_is_front);
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            let (expected, got) = (wanted.to_string(), found.to_string());
            problems.insert(0, Problem { expected, got, ..Problem::new("the HTTP statuses differ") });
        }
        problems
    }
}

fn endpoint(base: &str) -> Result<Endpoint, RunError> {
    let (connect, total) = (Duration::from_secs(5), Duration::from_secs(120));
    let target = Target {
        url: base.into(),
        connect,
        first_byte: total,
        total,
        tls: Tls::default(),
        reach: Reach::default(),
        connections: Default::default(),
    };
    Endpoint::new(&target).map_err(|error| RunError::Address(error.to_string()))
}

fn front_at(path: &str, auth: &FrontAuth) -> Front {
    let asks = !matches!(auth, FrontAuth::None);
    Front { path: path.to_owned(), asks, known: false, token: None, addressed: false, headers: Vec::new() }
}
