//! The HTTP part of an answer.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::bridge::backend::body::Body;

use super::table::Outcome;

/// An answer with a body that is ready.
pub(super) fn response(http: u16, content_type: HeaderValue, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = StatusCode::from_u16(http)
        .expect("the table, and the checks of a service file, have statuses from 200 to 599");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// A document of a contract.
pub(in crate::bridge) fn xml_document(text: String) -> Response<Body> {
    response(200, HeaderValue::from_static("text/xml; charset=utf-8"), text.into())
}

/// The headers that say what a client may do about a failure.
pub(super) fn advise(response: &mut Response<Body>, outcome: &Outcome<'_>) {
    let headers = response.headers_mut();
    if let Some(seconds) = outcome.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = outcome.allow {
        let methods = HeaderValue::from_str(methods).expect("methods are tokens of ASCII");
        headers.insert(header::ALLOW, methods);
    }
}
