//! Headers that few clients send, looked for in one pass: to look each of them up costs more than to walk past the few that there are.

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ORIGIN};
use http::{HeaderMap, HeaderName};

/// Which of them a request has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bridge) struct Noticed {
    pub(in crate::bridge) accept_encoding: bool,
    pub(in crate::bridge) content_encoding: bool,
    /// One by which a browser says which page sent it.
    pub(in crate::bridge) page: bool,
    /// A name for the request.
    pub(in crate::bridge) request_id: bool,
    /// The trace that it belongs to.
    pub(in crate::bridge) trace: bool,
}

impl Noticed {
    pub(in crate::bridge) fn of(headers: &HeaderMap) -> Self {
        let mut noticed = Self::default();
        for name in headers.keys() {
            noticed.accept_encoding |= *name == ACCEPT_ENCODING;
            noticed.content_encoding |= *name == CONTENT_ENCODING;
            noticed.page |= *name == ORIGIN || name.as_str() == SEC_FETCH_SITE;
            noticed.request_id |= *name == REQUEST_ID;
            noticed.trace |= *name == TRACEPARENT;
        }
        noticed
    }
}

/// Where a browser says from where a request is (Fetch Metadata Request Headers, section 2.3).
pub(in crate::bridge) const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The header in which a client may name its request, and finds the name in the answer.
pub(in crate::bridge) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// W3C Trace Context section 3.2.
pub(in crate::bridge) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
