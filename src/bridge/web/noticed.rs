//! Headers that few clients send, looked for in one pass: to look each of them up costs more than to walk past the few that there are.

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ORIGIN};

/// Which of them a request has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bridge) struct Noticed {
    pub(in crate::bridge) accept_encoding: bool,
    pub(in crate::bridge) content_encoding: bool,
    /// One by which a browser says which page sent it.
    pub(in crate::bridge) page: bool,
}

impl Noticed {
    pub(in crate::bridge) fn of(headers: &HeaderMap) -> Self {
        let mut noticed = Self::default();
        for name in headers.keys() {
            noticed.accept_encoding |= *name == ACCEPT_ENCODING;
            noticed.content_encoding |= *name == CONTENT_ENCODING;
            noticed.page |= *name == ORIGIN || name.as_str() == super::cross_site::SEC_FETCH_SITE;
        }
        noticed
    }
}
