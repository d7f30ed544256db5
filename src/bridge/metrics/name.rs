//! The names of failures in metrics: few and fixed.

use crate::bridge::auth::AuthError;
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::error::{CallError, CallKind};
use crate::bridge::backend::token::TokenServerError;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::idempotency::KeyError;
use crate::soap::FaultKind;
use crate::wss::Rejection;
use crate::{json, soap, xml};

impl Failure {
    /// Its name in metrics and in the log.
    pub(in crate::bridge) fn name(&self) -> &'static str {
        match self {
            Self::AmbiguousOperation | Self::UnknownOperation => "soap_operation",
            Self::Auth(AuthError::Forbidden) => "forbidden",
            Self::Auth(_) => "security",
            Self::Backend(failure) => of_backend(failure),
            Self::Body(BodyError::Broken) => "broken_body",
            Self::Body(BodyError::NoPlace) => "no_place",
            Self::Body(BodyError::NotWritten) => "not_written",
            Self::Body(BodyError::Attachments | BodyError::TooLarge) | Self::UriTooLong => "too_large",
            Self::Body(BodyError::TooSlow) => "too_slow",
            Self::Breach(..) => "contract",
            Self::Bridge(_) => "defect",
            Self::Coding | Self::Undecodable => "coding",
            Self::Content => "content",
            Self::CrossSite => "cross_site",
            Self::Field(_) => "field",
            Self::Form(_) => "multipart",
            Self::Json(error) => of_json(error),
            Self::Key(_) => "idempotency_key",
            Self::Mcp(_) => "mcp",
            Self::MediaType(_) => "media_type",
            Self::Method(_) => "method",
            Self::NotAcceptable => "not_acceptable",
            Self::NotFound => "not_found",
            Self::Overloaded(_) => "overloaded",
            Self::Soap(error) => of_soap(error),
            Self::Stopping => "stopping",
        }
    }
}

fn of_backend(failure: &BackendFailure) -> &'static str {
    match failure {
        BackendFailure::BadReply(_) | BackendFailure::Token(TokenServerError::Malformed) => "bad_reply",
        BackendFailure::Call(error) | BackendFailure::Token(TokenServerError::Call(error)) => of_call(*error),
        BackendFailure::Failed { client: true, .. } => "backend_refused",
        BackendFailure::Failed { client: false, .. }
        | BackendFailure::Fault { .. }
        | BackendFailure::Redirected { .. }
        | BackendFailure::Token(TokenServerError::Status(_)) => "backend_failed",
        BackendFailure::Unauthorized { .. } => "backend_unauthorized",
    }
}

fn of_call(error: CallError) -> &'static str {
    match error.row().kind {
        CallKind::Broken | CallKind::Proxied | CallKind::Secured | CallKind::Unreachable => {
            "backend_unreachable"
        }
        CallKind::Busy => "backend_busy",
        CallKind::NoPlace => "no_place",
        CallKind::NotWritten => "not_written",
        CallKind::TimedOut => "backend_timed_out",
        CallKind::TooLarge => "bad_reply",
    }
}

fn of_json(error: &json::Error) -> &'static str {
    match error.kind {
        json::ErrorKind::Limit { .. } => "json_limit",
        _ => "json_malformed",
    }
}

fn of_soap(error: &soap::Error) -> &'static str {
    match error {
        soap::Error::Action => "soap_action",
        soap::Error::Addressing(_) => "addressing",
        soap::Error::MustUnderstand { .. } => "soap_header",
        soap::Error::Multipart(_) => "multipart",
        soap::Error::NotSoap | soap::Error::Structure(_) => "soap_structure",
        soap::Error::ContentType { .. } | soap::Error::VersionMismatch | soap::Error::VersionNotServed(_) => {
            "soap_version"
        }
        soap::Error::Xml(error) => of_xml(error),
    }
}

fn of_xml(error: &xml::Error) -> &'static str {
    match error.kind {
        xml::ErrorKind::Doctype => "xml_doctype",
        xml::ErrorKind::EncodingDeclared { .. }
        | xml::ErrorKind::EncodingUnknown(_)
        | xml::ErrorKind::Undecodable(_) => "xml_encoding",
        xml::ErrorKind::Limit { .. } => "xml_limit",
        _ => "xml_malformed",
    }
}

impl BackendFailure {
    /// Why it failed, as metrics and the log have it: finer than the name of the failure.
    pub(in crate::bridge) fn cause(&self) -> &'static str {
        match self {
            Self::BadReply(bad) => bad.cause.name(),
            Self::Call(error) => error.row().cause,
            Self::Failed { status: 429, .. } => "rate_limited",
            Self::Failed { client: true, .. } => "refused",
            Self::Failed { status: 502, .. } => "bad_gateway",
            Self::Failed { status: 503, .. } => "unavailable",
            Self::Failed { status: 504, .. } => "gateway_timed_out",
            Self::Failed { .. } => "failed",
            Self::Fault { fault, .. } => match fault.fault.kind {
                FaultKind::Addressing(_) => "fault_addressing",
                FaultKind::Client => "fault_client",
                FaultKind::MustUnderstand => "fault_must_understand",
                FaultKind::Security(_) => "fault_security",
                FaultKind::Server => "fault_server",
                FaultKind::VersionMismatch => "fault_version",
            },
            Self::Redirected { .. } => "redirected",
            Self::Token(TokenServerError::Call(_)) => "token_server_unreachable",
            Self::Token(TokenServerError::Malformed) => "token_server_reply",
            Self::Token(TokenServerError::Status(_)) => "token_server_status",
            Self::Unauthorized { challenge, .. } => match challenge.status() {
                Some(403) => "forbidden",
                Some(_) => "unauthorized",
                None => "token_refused",
            },
        }
    }
}

impl Failure {
    /// The limit that was hit, as the key of the service file, or what there was too much of.
    pub(in crate::bridge) fn limit(&self) -> Option<&'static str> {
        match self {
            Self::Auth(AuthError::Refused(refused)) => of_rejection(refused.reason),
            Self::Backend(BackendFailure::Call(error)) => error.row().limit,
            Self::Body(BodyError::Attachments) => Some("limits.attachments"),
            Self::Body(BodyError::NoPlace) => Some("limits.attachments.spooled"),
            Self::Body(BodyError::TooLarge) => Some("limits.http.request_body"),
            Self::Body(BodyError::TooSlow) => Some("limits.http.body_deadline"),
            Self::Json(json::Error { kind: json::ErrorKind::Limit { what, .. }, .. })
            | Self::Soap(soap::Error::Xml(xml::Error { kind: xml::ErrorKind::Limit { what, .. }, .. })) => {
                Some(what)
            }
            Self::Key(KeyError::Unavailable) => Some("limits.http.idempotency_entries"),
            Self::Overloaded(shortage) => Some(shortage.name()),
            Self::UriTooLong => Some("limits.http.uri"),
            _ => None,
        }
    }
}

fn of_rejection(reason: Rejection) -> Option<&'static str> {
    match reason {
        Rejection::Busy => Some("limits.wss.hash_queue"),
        Rejection::Full => Some("limits.wss.replay_entries"),
        Rejection::Future { .. } => Some("limits.wss.future_skew"),
        Rejection::Stale { .. } => Some("limits.wss.max_age"),
        Rejection::TooManyFailures => Some("limits.wss.failures"),
        _ => None,
    }
}
