//! A request as a mock gets it.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, request};

use super::error::RequestError;
use crate::limits::Limits;
use crate::soap::{self, ContentType, Entity, Related, RelatedText, unquoted};

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

    /// The same with its message alone, where that has attachments to which it refers by `xop:Include`: they are in it. One with other parts
    /// is an entity of MIME. Errors: it cannot be read.
    pub(super) fn unpacked(&self, limits: &Limits) -> Result<Option<Self>, RequestError> {
        if !self.content_type().is_ok_and(|kind| Related::is_type(&kind.media_type)) {
            return Ok(None);
        }
        let value =
            self.text(CONTENT_TYPE.as_str(), "Content-Type")?.ok_or(RequestError::Header("Content-Type"))?;
        let related = Related::read(value, &self.body, &[]).map_err(soap::Error::from)?;
        let RelatedText { text, beside, .. } =
            related.text(&limits.xml, limits.http.request_body, None).map_err(soap::Error::from)?;
        let (path, target) = (self.path.clone(), self.target.clone());
        let body = match beside.0.is_empty() {
            true => text.into_owned().into_bytes(),
            false => Entity::write(value, &self.body),
        };
        let body = Bytes::from(body);
        Ok(Some(Self { method: self.method.clone(), path, target, headers: self.headers.clone(), body }))
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
    fn a_message_with_attachments_is_one_with_their_values() {
        let unpacked = |kind: &str, body: &'static str| {
            let request = Request::builder().header("content-type", kind);
            let (head, ()) = request.body(()).expect("request").into_parts();
            let unpacked =
                Incoming::new(head, Bytes::from_static(body.as_bytes())).unpacked(&Limits::default());
            unpacked.map(|unpacked| unpacked.map(|found| found.body))
        };
        let packed = "--b\r\nContent-Type: text/xml\r\n\r\n<a><x:Include xmlns:x='http://www.w3.org/2004/08/xop/include' \
                      href='cid:c'/></a>\r\n--b\r\nContent-ID: <c>\r\n\r\nABC\r\n--b--\r\n";
        let kind = "multipart/related; boundary=b";
        assert_eq!(unpacked(kind, packed), Ok(Some(Bytes::from_static(b"<a>QUJD</a>"))));
        let beside = packed.replace("cid:c", "cid:d").replace("<c>", "<e>").replace("x:Include", "x:Other");
        let entity = Entity::write(kind, beside.as_bytes());
        assert_eq!(unpacked(kind, beside.leak()), Ok(Some(Bytes::from(entity))));
        assert_eq!(unpacked("text/xml", "<a/>"), Ok(None));
        assert!(unpacked(kind, "--b\r\n").is_err());
    }

    #[test]
    fn the_query_is_part_of_the_target_and_not_of_the_path() {
        let (head, ()) = Request::get("/a/b?c=d").body(()).expect("request").into_parts();
        let incoming = Incoming::new(head, Bytes::new());
        assert_eq!((incoming.path.as_str(), incoming.target.as_str()), ("/a/b", "/a/b?c=d"));
    }
}
