//! From failures to answers: one total function for JSON clients, one for SOAP clients.

pub(super) mod json;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::bridge::answer::json as json_answer;
use crate::bridge::backend::body::{Body, BodyError};
use crate::bridge::backend::client::CallError;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::request::Operation;
use crate::bridge::state::buffers;
use crate::service::checks;
use crate::service::outcome::{self, Notice};
use crate::service::{Code, FrontSecurity, ServiceOperation};
use crate::soap::{self, BridgeFault, Detail, Fault, FaultKind, FaultOut, Version};

/// What a JSON client is told.
struct Told {
    http: u16,
    notices: Vec<Notice>,
    retry_after: Option<u32>,
}

/// How a JSON client wants to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::bridge) struct Manner {
    /// As `application/problem+json`.
    pub(in crate::bridge) problem: bool,
    /// With HTTP status 200.
    pub(in crate::bridge) always_200: bool,
    /// Whether a bearer token would have let it in (RFC 6750 section 3).
    pub(in crate::bridge) bearer: bool,
}

/// An answer with a body that is ready.
pub(in crate::bridge) fn response(http: u16, content_type: &str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// The answer to a JSON client.
pub(in crate::bridge) fn json(
    failure: &Failure,
    operation: Option<Operation<'_>>,
    request_id: i64,
    manner: Manner,
) -> Response<Body> {
    let told = told(failure, operation.map(|operation| operation.rules));
    let mut body = Vec::new();
    let content_type = if manner.problem {
        outcome::write_problem(&mut body, request_id, told.http, &told.notices);
        "application/problem+json"
    } else {
        let native = operation.and_then(|operation| {
            buffers::with(|scratch| {
                json_answer::failed(operation, request_id, told.http, &told.notices, scratch)
            })
        });
        match native {
            Some(native) => body.extend_from_slice(&native),
            None => outcome::write_failure(&mut body, request_id, &told.notices),
        }
        "application/json"
    };
    let http = if manner.always_200 { 200 } else { told.http };
    let mut response = response(http, content_type, body.into());
    if let Some(seconds) = told.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Failure::Method(allowed) = failure {
        allow(&mut response, allowed);
    }
    if http == 401 && manner.bearer {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn allow(response: &mut Response<Body>, methods: &str) {
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
}

fn told(failure: &Failure, rules: Option<&ServiceOperation>) -> Told {
    let one = |http: u16, code: Code, message: &str| Told {
        http,
        notices: vec![Notice::new(code, message)],
        retry_after: None,
    };
    match failure {
        Failure::Breach(violations, checked) => {
            let reports = rules.map(|rules| rules.reports.as_slice()).unwrap_or_default();
            let mut notices = checks::notices(violations, reports);
            notices.extend(checked.iter().cloned());
            Told { http: rules.map_or(422, |rules| rules.breach_http), notices, retry_after: None }
        }
        Failure::Json(error) => {
            let notice = Notice::new(error.into(), error.to_string()).at(error.pointer.clone());
            Told { http: 400, notices: vec![notice], retry_after: None }
        }
        Failure::Backend(failure) => of_backend(failure),
        Failure::KeyInUse => {
            let (http, code, message) = of_client(failure);
            Told { retry_after: Some(1), ..one(http, code, message) }
        }
        Failure::Overloaded => {
            Told { retry_after: Some(1), ..one(503, Code::Overloaded, "too many requests, try again later") }
        }
        Failure::Refused(refused) if refused.reason.is_outage() => Told {
            retry_after: Some(1),
            ..one(503, Code::Overloaded, "nobody can tell who is calling, try again later")
        },
        failure => {
            let (http, code, message) = of_client(failure);
            one(http, code, message)
        }
    }
}

/// Failures that need nothing but a sentence.
fn of_client(failure: &Failure) -> (u16, Code, &'static str) {
    match failure {
        Failure::Body(BodyError::Broken) => (400, Code::MalformedJson, "the body broke off"),
        Failure::Body(BodyError::TooLarge) => (413, Code::TooLarge, "the body is too large"),
        Failure::Body(BodyError::TooSlow) => (408, Code::TooSlow, "the body came too slowly"),
        Failure::Forbidden => (403, Code::Authentication, "the caller may not do this"),
        Failure::KeyInUse => (409, Code::KeyInUse, "a request with this Idempotency-Key is being answered"),
        Failure::KeyMalformed => (400, Code::KeyReused, "the Idempotency-Key is malformed"),
        Failure::KeyReused => (422, Code::KeyReused, "the Idempotency-Key was used for another request"),
        Failure::MediaType => (415, Code::MediaType, "expected an uncompressed body of application/json"),
        Failure::Method(_) => (405, Code::Method, "the method is not allowed here"),
        Failure::NotFound | Failure::UnknownOperation => {
            (404, Code::NotFound, "there is no such operation here")
        }
        Failure::Refused(_) | Failure::Unauthenticated | Failure::Unproven(_) => {
            (401, Code::Authentication, "authentication failed")
        }
        Failure::Soap(_) => (400, Code::MalformedXml, "malformed or forbidden XML"),
        Failure::UriTooLong => (414, Code::TooLarge, "the request target is too long"),
        _ => (500, Code::Internal, "an internal error"),
    }
}

fn of_backend(failure: &BackendFailure) -> Told {
    let (http, code, message) = sentence(failure);
    let mut told = Told { http, notices: vec![Notice::new(code, message)], retry_after: None };
    match failure {
        BackendFailure::Failed { retry_after, .. } => told.retry_after = *retry_after,
        BackendFailure::Fault { fault, .. } => of_fault(fault, &mut told),
        _ => {}
    }
    told
}

/// HTTP status for JSON clients, code and message of a backend's failure. Nothing of what the backend said is in it.
fn sentence(failure: &BackendFailure) -> (u16, Code, &'static str) {
    match failure {
        BackendFailure::BadReply(_) => (502, Code::BadReply, "the backend's reply cannot be understood"),
        BackendFailure::Call(CallError::Connect) => (502, Code::Unreachable, "the backend cannot be reached"),
        BackendFailure::Call(CallError::Tls(_)) => {
            (502, Code::Unreachable, "the backend cannot be reached over TLS; it got nothing of the request")
        }
        BackendFailure::Call(CallError::Broken) => (
            502,
            Code::Unreachable,
            "the connection to the backend broke; whether it has done what was asked is unknown",
        ),
        BackendFailure::Call(CallError::TimedOut) => (
            504,
            Code::TimedOut,
            "the backend did not answer in time; whether it has done what was asked is unknown",
        ),
        BackendFailure::Call(CallError::TooLarge) => {
            (502, Code::BadReply, "the backend's reply is too large")
        }
        BackendFailure::Failed { status: 429, .. } => {
            (429, Code::RateLimited, "the backend limits the rate of requests")
        }
        BackendFailure::Failed { client: true, .. } => (400, Code::Fault, "the backend refuses the message"),
        BackendFailure::Failed { .. } => (502, Code::BackendFailed, "the backend failed"),
        BackendFailure::Unauthorized { callers, .. } => unauthorized(*callers),
        BackendFailure::Fault { fault, callers } => match fault.kind {
            FaultKind::Security(_) => unauthorized(*callers),
            FaultKind::Client => (400, Code::Fault, "the backend refuses the message"),
            _ => (502, Code::BackendFailed, "the backend failed"),
        },
    }
}

fn unauthorized(callers: bool) -> (u16, Code, &'static str) {
    if callers {
        (401, Code::Authentication, "authentication failed")
    } else {
        (502, Code::CredentialsRefused, "the backend refuses the credentials of the bridge")
    }
}

/// A fault may carry a code of its own, and the detail of another bridge.
fn of_fault(fault: &Fault, told: &mut Told) {
    if let Some(bridge) = &fault.bridge {
        let notice = |code: &str, message: &str| Notice {
            code: code.to_owned(),
            message: message.to_owned(),
            ..Notice::default()
        };
        told.notices = vec![notice(&bridge.code, &bridge.message)];
        told.notices.extend(bridge.errors.iter().map(|(code, message)| notice(code, message)));
        told.retry_after = bridge.retry_after;
        match bridge.http_status {
            Some(429) => told.http = 429,
            Some(504) => told.http = 504,
            _ => {}
        }
    }
}

/// The fault to a SOAP client. Breaches of a contract whose responses have the outward shape are answered by a response
/// instead.
pub(in crate::bridge) fn soap(
    failure: &Failure,
    version: Version,
    request_id: i64,
    security: &FrontSecurity,
) -> Response<Body> {
    let (kind, code, message) = blame(failure);
    let detail = BridgeFault {
        request_id,
        code: code.text().to_owned(),
        message: message.clone(),
        http_status: status_of(failure),
        retry_after: retry_after_of(failure),
        errors: errors_of(failure),
    };
    let not_understood = match failure {
        Failure::Soap(soap::Error::MustUnderstand { namespace, local }) => {
            Some((namespace.as_str(), local.as_str()))
        }
        _ => None,
    };
    let about_header =
        matches!(kind, FaultKind::Security(_) | FaultKind::MustUnderstand | FaultKind::VersionMismatch);
    let fault = FaultOut {
        kind,
        reason: &message,
        detail: (!about_header).then_some(Detail::Bridge(&detail)),
        not_understood,
    };
    let mut body = Vec::new();
    soap::write_fault(&mut body, version, &fault);
    let http = transport_status(failure).unwrap_or_else(|| fault_status(&fault, version, security));
    let mut response = response(http, &version.content_type(""), body.into());
    if let Failure::Method(allowed) = failure {
        allow(&mut response, allowed);
    }
    response
}

/// Stacks differ in the status of faults that blame the sender.
fn fault_status(fault: &FaultOut<'_>, version: Version, security: &FrontSecurity) -> u16 {
    match (fault.kind, security.sender_fault_status) {
        (FaultKind::Client | FaultKind::Security(_), Some(status)) => status,
        _ => fault.http_status(version),
    }
}

/// What never became a SOAP message keeps the status that HTTP has for it.
fn transport_status(failure: &Failure) -> Option<u16> {
    match failure {
        Failure::Body(BodyError::TooLarge) => Some(413),
        Failure::Body(BodyError::TooSlow) => Some(408),
        Failure::MediaType => Some(415),
        Failure::Method(_) => Some(405),
        Failure::NotFound => Some(404),
        Failure::Overloaded => Some(503),
        Failure::Refused(refused) if refused.reason.is_outage() => Some(503),
        Failure::UriTooLong => Some(414),
        _ => None,
    }
}

fn blame(failure: &Failure) -> (FaultKind, Code, String) {
    match failure {
        Failure::Refused(refused) => {
            (FaultKind::Security(refused.fault), Code::Authentication, refused.fault.reason().to_owned())
        }
        Failure::Forbidden | Failure::Unauthenticated | Failure::Unproven(_) => {
            let code = soap::SecurityCode::FailedAuthentication;
            (FaultKind::Security(code), Code::Authentication, code.reason().to_owned())
        }
        Failure::Soap(error) => blame_envelope(error),
        Failure::Breach(violations, _) => (FaultKind::Client, first_code(violations), failure.to_string()),
        Failure::Backend(BackendFailure::Unauthorized { callers: true, .. }) => {
            blame(&Failure::Unauthenticated)
        }
        Failure::Backend(BackendFailure::Fault { fault, callers: true })
            if matches!(fault.kind, FaultKind::Security(_)) =>
        {
            blame(&Failure::Unauthenticated)
        }
        Failure::Backend(failure) => {
            let (_, code, message) = sentence(failure);
            let client = match failure {
                BackendFailure::Fault { fault, .. } => fault.kind == FaultKind::Client,
                BackendFailure::Failed { client, .. } => *client,
                _ => false,
            };
            (if client { FaultKind::Client } else { FaultKind::Server }, code, message.to_owned())
        }
        Failure::Json(_) | Failure::Bridge(_) => {
            (FaultKind::Server, Code::Internal, "an internal error".to_owned())
        }
        Failure::Overloaded => {
            (FaultKind::Server, Code::Overloaded, "too many requests, try again later".to_owned())
        }
        Failure::MediaType => (
            FaultKind::Client,
            Code::MediaType,
            "expected an uncompressed body of text/xml or application/soap+xml".to_owned(),
        ),
        failure => {
            let (_, code, message) = of_client(failure);
            (FaultKind::Client, code, message.to_owned())
        }
    }
}

fn first_code(violations: &crate::codec::Violations) -> Code {
    violations.0.first().map_or(Code::Format, |violation| violation.breach.into())
}

fn blame_envelope(error: &soap::Error) -> (FaultKind, Code, String) {
    match error {
        soap::Error::MustUnderstand { .. } => {
            (FaultKind::MustUnderstand, Code::SecurityHeader, error.to_string())
        }
        soap::Error::VersionMismatch => (FaultKind::VersionMismatch, Code::MalformedXml, error.to_string()),
        soap::Error::Action | soap::Error::NotSoap | soap::Error::Structure(_) | soap::Error::Xml(_) => {
            (FaultKind::Client, Code::MalformedXml, error.to_string())
        }
    }
}

fn status_of(failure: &Failure) -> Option<u16> {
    match failure {
        Failure::Backend(BackendFailure::Failed { status, .. }) => Some(*status),
        Failure::Backend(BackendFailure::Call(CallError::TimedOut)) => Some(504),
        _ => None,
    }
}

fn errors_of(failure: &Failure) -> Vec<(String, String)> {
    let errors = match failure {
        Failure::Backend(
            BackendFailure::Failed { errors, .. } | BackendFailure::Unauthorized { errors, .. },
        ) => errors,
        _ => return Vec::new(),
    };
    errors.iter().map(|error| (error.code.clone(), error.message.clone())).collect()
}

fn retry_after_of(failure: &Failure) -> Option<u32> {
    match failure {
        Failure::Backend(BackendFailure::Failed { retry_after, .. }) => *retry_after,
        _ => None,
    }
}
