//! The HTTP part of an answer.

use bytes::Bytes;

use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Body as _;

use crate::bridge::backend::pieces::Body;

use super::table::Outcome;

/// An answer with a body that is ready.
pub(super) fn response(http: u16, content_type: HeaderValue, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(http)
        .expect("the table, and the checks of a service file, have statuses from 200 to 599");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// The answer of an operation that has no response (SOAP 1.1 section 6.2, BP 1.1 R1124): it was taken.
pub(super) fn accepted() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// A document that was made for one client.
pub(in crate::bridge) fn document(media_type: HeaderValue, text: Bytes) -> Response<Body> {
    response(200, media_type, text)
}

/// A document of a contract; the same for everybody where it is `shared`, else with the address by which this client came.
pub(in crate::bridge) fn xml_document(text: String, shared: bool) -> Response<Body> {
    let mut response = response(200, HeaderValue::from_static("text/xml; charset=utf-8"), text.into_bytes());
    if !shared {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A text with an entity tag; nothing of it where the client has it.
pub(in crate::bridge) struct Tagged<'t> {
    pub(in crate::bridge) text: Option<Bytes>,
    pub(in crate::bridge) media_type: HeaderValue,
    pub(in crate::bridge) tag: &'t str,
    /// Whether it is the same for everybody, and does not have the address by which this client came.
    pub(in crate::bridge) shared: bool,
}

/// The answer with `document`, or that the client has it (RFC 9110 section 15.4.5). Who keeps it asks whether it is still so.
pub(in crate::bridge) fn tagged_document(document: Tagged<'_>) -> Response<Body> {
    let mut response = match document.text {
        Some(text) => response(200, document.media_type, text),
        None => {
            let mut unchanged = Response::new(Body::default());
            *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
            unchanged
        }
    };
    let tag = HeaderValue::from_str(document.tag).expect("a tag is made of hexadecimal digits");
    let control = if document.shared { "no-cache" } else { "private, no-cache" };
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
    response
}

/// The answer to OPTIONS (RFC 9110 section 9.3.7), which says what `methods` there are.
pub(in crate::bridge) fn options(methods: &str) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let methods = HeaderValue::from_str(methods).expect("methods are tokens of ASCII");
    response.headers_mut().insert(header::ALLOW, methods);
    response
}

/// The answer to HEAD: that to GET, with how long its body would be (RFC 9110 section 9.3.2).
pub(in crate::bridge) fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(head, Body::default())
}

/// The headers that say what a client may do about a failure.
pub(super) fn advise(response: &mut Response<Body>, outcome: &Outcome<'_>) {
    let headers = response.headers_mut();
    if let Some(seconds) = outcome.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if outcome.accept_encoding {
        // RFC 9110 section 12.5.3.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip, zstd"));
    }
    if let Some(methods) = outcome.allow {
        let methods = HeaderValue::from_str(methods).expect("methods are tokens of ASCII");
        headers.insert(header::ALLOW, methods);
    }
}
