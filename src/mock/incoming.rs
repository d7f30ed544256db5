//! A request as a mock gets it.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, request};

use super::error::RequestError;
use crate::soap::{ContentType, unquoted};

/// A request that was read.
pub(super) struct Incoming {
    pub(super) method: Method,
    /// The path without the query.
    pub(super) path: String,
    /// The path with the query.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Incoming {
    pub(super) fn new(head: request::Parts, body: Bytes) -> Self {
        let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        let path = head.uri.path().to_owned();
        Self { method: head.method, path, target, headers: head.headers, body }
    }

    /// Its content type; one without a type where it has none.
    pub(super) fn content_type(&self) -> Result<ContentType<'_>, RequestError> {
        let value = self.text(CONTENT_TYPE.as_str(), "Content-Type")?;
        let read = value.map_or_else(|| Ok(ContentType::default()), ContentType::parse);
        read.map_err(|_| RequestError::Header("Content-Type"))
    }

    /// The host that it asks. Errors: there is none, or more than one.
    pub(super) fn host(&self) -> Result<&str, RequestError> {
        self.text("host", "Host")?.ok_or(RequestError::Header("Host"))
    }

    /// The action of SOAP 1.1, without its quotes.
    pub(super) fn soap_action(&self) -> Result<Option<&str>, RequestError> {
        Ok(self.text("soapaction", "SOAPAction")?.map(|action| unquoted(action.trim())))
    }

    /// A header field. One that is there twice, or cannot be read, is not an absent one.
    fn text(&self, name: &str, told: &'static str) -> Result<Option<&str>, RequestError> {
        let mut all = self.headers.get_all(name).iter();
        let (first, None) = (all.next(), all.next()) else { return Err(RequestError::Header(told)) };
        let text = first.map(|value| str::from_utf8(value.as_bytes()));
        text.transpose().map_err(|_| RequestError::Header(told))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    #[test]
    fn a_header_that_cannot_be_read_is_not_an_absent_one() {
        let with = |name: &'static str, value: &[u8]| {
            let value = HeaderValue::from_bytes(value).expect("value");
            let (head, ()) = Request::builder().header(name, value).body(()).expect("request").into_parts();
            Incoming::new(head, Bytes::new())
        };
        assert_eq!(with("SOAPAction", b"\"urn:a\"").soap_action(), Ok(Some("urn:a")));
        assert_eq!(
            with("SOAPAction", b"\"urn:a\xff\"").soap_action(),
            Err(RequestError::Header("SOAPAction"))
        );
        assert_eq!(with("Content-Type", b"text/xml").soap_action(), Ok(None));
        let incoming = with("Content-Type", b"text/xml; action=\xff");
        assert_eq!(incoming.content_type(), Err(RequestError::Header("Content-Type")));
    }

    #[test]
    fn the_query_is_part_of_the_target_and_not_of_the_path() {
        let (head, ()) = Request::get("/a/b?c=d").body(()).expect("request").into_parts();
        let incoming = Incoming::new(head, Bytes::new());
        assert_eq!((incoming.path.as_str(), incoming.target.as_str()), ("/a/b", "/a/b?c=d"));
    }
}
