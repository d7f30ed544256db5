//! The names of failures in metrics: few and fixed.

use crate::bridge::auth::AuthError;
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::error::CallError;
use crate::bridge::backend::oauth2::TokenServerError;
use crate::bridge::failure::{BackendFailure, Failure};
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
            Self::Body(BodyError::TooLarge) | Self::UriTooLong => "too_large",
            Self::Body(BodyError::TooSlow) => "too_slow",
            Self::Breach(..) => "contract",
            Self::Bridge(_) => "defect",
            Self::Coding | Self::Undecodable => "coding",
            Self::Content => "content",
            Self::CrossSite => "cross_site",
            Self::Field(_) => "field",
            Self::Json(error) => of_json(error),
            Self::Key(_) => "idempotency_key",
            Self::MediaType(_) => "media_type",
            Self::Method(_) => "method",
            Self::NotAcceptable => "not_acceptable",
            Self::NotFound => "not_found",
            Self::Overloaded => "overloaded",
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
    match error {
        CallError::Broken | CallError::Connect | CallError::Proxy(_) | CallError::Tls(_) => {
            "backend_unreachable"
        }
        CallError::TimedOut => "backend_timed_out",
        CallError::TooLarge => "bad_reply",
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
        soap::Error::MustUnderstand { .. } => "soap_header",
        soap::Error::Multipart(_) => "multipart",
        soap::Error::NotSoap | soap::Error::Structure(_) => "soap_structure",
        soap::Error::VersionMismatch => "soap_version",
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
