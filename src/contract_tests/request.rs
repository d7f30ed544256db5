//! What is sent for a case.

use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use super::case_run::CaseRun;
use super::error::NoRequest;
use crate::bridge::{Outgoing, message_id};
use crate::samples::export::soap_headers as soap_headers_of;
use crate::samples::{At, Header, Part, Side};
use crate::service::{Credentials, canonical_path};
use crate::soap::{Addressing, Entity, RequestAddressing, RequestProperties, Version};
use crate::wss::{Fresh, NewToken, Sender};
use crate::xml::ns;

/// A request, and the file that it is from.
pub(super) struct Request {
    pub(super) outgoing: Outgoing,
    /// Nothing for a request that was converted from that of the other side.
    pub(super) file: Option<PathBuf>,
    /// The headers as a shell gets them.
    pub(super) shell: Vec<String>,
}

/// A front as cases see it.
pub(super) struct Front {
    /// Where it is; the operations of a JSON front are below it.
    pub(super) path: String,
    /// Whether it asks for credentials.
    pub(super) asks: bool,
    /// Whether those of a caller are known apart from the samples: headers of the case, a UsernameToken.
    pub(super) known: bool,
    /// The UsernameToken of SOAP requests that have none.
    pub(super) token: Option<Credentials>,
    /// Whether SOAP requests must have the properties of WS-Addressing.
    pub(super) addressed: bool,
    /// Headers that go with each request.
    pub(super) headers: Vec<Header>,
}

/// The target of a request to `path`, in which letters may stand as people write them.
pub(super) fn target(path: &str) -> Result<Uri, NoRequest> {
    let (way, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
    let encoded = canonical_path(way).filter(|_| !way.is_ascii()).map(|way| way + query);
    encoded
        .map_or_else(|| path.parse(), |target| target.parse())
        .map_err(|_| NoRequest::Path(path.to_owned()))
}

/// What goes into a request, and where it is from.
struct Body {
    bytes: Vec<u8>,
    file: Option<PathBuf>,
}

impl Request {
    /// The request of a case for `front`. Errors: why there is none.
    pub(super) fn new(run: &CaseRun<'_>, front: &Front) -> Result<Self, NoRequest> {
        let mut body = Body::of(run, front)?;
        if let (Side::Soap, Some(token)) = (run.side, &front.token) {
            body.bytes = with_token(body.bytes, token)?;
        }
        if run.side == Side::Soap && front.addressed {
            let whole = with_properties(run, front, body.bytes.clone());
            // What is sent is not what the file has.
            body.file = body.file.filter(|_| whole == body.bytes);
            body.bytes = whole;
        }
        let headers = match run.side {
            Side::Json => vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            Side::Soap => soap_headers(run, &body.bytes),
        };
        let headers = body.unpacked(headers);
        let (mut map, mut shell) = (HeaderMap::new(), Vec::new());
        for (name, value) in headers {
            shell.push(format!("'{name}: {}'", value.replace('\'', "'\\''")));
            let value = HeaderValue::try_from(value).map_err(|_| NoRequest::Header(name.to_string()))?;
            map.insert(name, value);
        }
        for header in front.headers.iter().chain(&run.case.settings.headers) {
            shell.push(header.shell.clone());
            map.insert(header.name.clone(), header.value.clone());
        }
        let (method, target, bytes) = (Method::POST, target(&front.path)?, Bytes::from(body.bytes));
        let outgoing = Outgoing::new(method, target, map, bytes);
        Ok(Self { outgoing, file: body.file, shell })
    }
}

impl Request {
    /// The same for a case whose path is the backend's: what stands in that is in the body at the front.
    pub(super) fn with_path_fields(mut self, run: &CaseRun<'_>) -> Self {
        // What was converted is whole.
        if self.file.is_some() && run.case.settings.http.path.is_some() {
            let at = At::path_of(run.case);
            self.outgoing.body =
                run.context.whole_request(run.operation, &self.outgoing.body.to_whole(), &at).into();
            self.file = None;
        }
        self
    }

    /// The same with `method`. An empty object is no body for one that needs none (RFC 9110 section 9.3).
    pub(super) fn with_method(mut self, method: Method) -> Self {
        let bare = matches!(method, Method::DELETE | Method::GET | Method::HEAD);
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        let body = self.outgoing.body.to_whole();
        let body = body.iter().filter(|byte| !blank(byte)).take(3);
        if bare && body.eq(b"{}") {
            self.outgoing.body = Bytes::new().into();
            self.outgoing.headers.remove(header::CONTENT_TYPE);
            self.shell.retain(|header| !header.starts_with("'content-type:"));
        }
        self.outgoing.method = method;
        self
    }
}

impl Body {
    /// The headers of a request with this body, which is then the content of the entity that it was.
    fn unpacked(&mut self, mut headers: Vec<(HeaderName, String)>) -> Vec<(HeaderName, String)> {
        let (content_type, content) = match Entity::read(&self.bytes) {
            Ok(Some(Entity { content_type, body })) => (content_type, body.to_vec()),
            // What is no entity is sent as it is.
            Ok(None) | Err(_) => return headers,
        };
        headers.retain(|(name, _)| name != header::CONTENT_TYPE);
        headers.push((header::CONTENT_TYPE, content_type));
        // What is sent is not what the file has.
        (self.bytes, self.file) = (content, None);
        headers
    }

    /// The request and its file; without one of the own language that of the other is converted.
    fn of(run: &CaseRun<'_>, front: &Front) -> Result<Self, NoRequest> {
        let (own, other) = match run.side {
            Side::Json => (Part::RequestJson, Part::RequestXml),
            Side::Soap => (Part::RequestXml, Part::RequestJson),
        };
        match (run.case.get(own), run.case.get(other)) {
            (Some(bytes), _) => Ok(Self { bytes: bytes.to_vec(), file: Some(run.case.path(own)) }),
            (None, None) => Err(NoRequest::Missing),
            (None, Some(_)) if front.asks && !front.known => {
                Err(NoRequest::Credentials { own: own.file(), other: other.file() })
            }
            (None, Some(other)) => Ok(Self { bytes: converted(run, other)?, file: None }),
        }
    }
}

fn converted(run: &CaseRun<'_>, other: &[u8]) -> Result<Vec<u8>, NoRequest> {
    let context = run.context;
    match run.side {
        Side::Json => {
            context.json_of(run.request(), other).map_err(|problem| NoRequest::Breach(problem.message))
        }
        Side::Soap => context
            .soap_of(run.request(), &context.whole_request(run.operation, other, &At::of(run.case)))
            .map_err(|_| NoRequest::Breach("request.json breaks the contract".to_owned())),
    }
}

/// The envelope with a UsernameToken, where it has none: a PasswordText, in a header before its Body. What is not such an
/// envelope stays as it is, for a case may be about that.
fn with_token(envelope: Vec<u8>, token: &Credentials) -> Result<Vec<u8>, NoRequest> {
    if is_binary(&envelope) {
        return Ok(envelope);
    }
    let text = String::from_utf8_lossy(&envelope);
    let body = text.find(":Body").and_then(|colon| text.split_at(colon).0.rfind('<'));
    let Some((before, body)) = body.map(|at| text.split_at(at)) else { return Ok(envelope) };
    let prefix = body.trim_start_matches('<').split_once(':').map_or("", |(prefix, _)| prefix);
    if text.contains("UsernameToken") || prefix.is_empty() {
        return Ok(envelope);
    }
    let mut out = before.as_bytes().to_vec();
    out.extend_from_slice(format!("<{prefix}:Header xmlns:soapenv=\"{}\">", namespace(&text)).as_bytes());
    // A PasswordText has nothing in it that must be fresh.
    let fresh = Fresh { nonce: [0; 64], id: 0, now: chrono::DateTime::UNIX_EPOCH };
    let token = NewToken { username: &token.username, password: &token.password, fresh: &fresh };
    let written = Sender::default().write(&mut out, Version::V11, token);
    written.map_err(|_| NoRequest::Token)?;
    out.extend_from_slice(format!("</{prefix}:Header>").as_bytes());
    out.extend_from_slice(body.as_bytes());
    Ok(out)
}

/// The envelope with the properties of WS-Addressing, where it has none. What is not such an envelope stays as it is, for a case may be
/// about that.
fn with_properties(run: &CaseRun<'_>, front: &Front, envelope: Vec<u8>) -> Vec<u8> {
    if is_binary(&envelope) {
        return envelope;
    }
    let text = String::from_utf8_lossy(&envelope);
    let version = run.context.version_of(&envelope).map_or(Version::V11, |(version, _)| version);
    let Some(operation) = run.context.operation(run.operation, Some(version)) else { return envelope };
    let body = text.find(":Body").and_then(|colon| text.split_at(colon).0.rfind('<'));
    let Some((before, body)) = body.map(|at| text.split_at(at)) else { return envelope };
    let prefix = body.trim_start_matches('<').split_once(':').map_or("", |(prefix, _)| prefix);
    if ADDRESSING.iter().any(|version| text.contains(version.uri())) || prefix.is_empty() {
        return envelope;
    }
    let (version, action, to) = (Addressing::V10, &*operation.addressing, front.path.as_str());
    let properties = RequestProperties { version, action, to, must_understand: false };
    let mut blocks = Vec::new();
    RequestAddressing::new(properties).write(&mut blocks, message_id().text());
    let (open, close) = (format!("<{prefix}:Header"), format!("</{prefix}:Header>"));
    let end = before.find(&close).filter(|_| before.contains(&open));
    match end.map(|at| before.split_at(at)) {
        Some((before, end)) => [before.as_bytes(), &blocks, end.as_bytes(), body.as_bytes()].concat(),
        None => {
            let empty = before.find(&open).map_or(before.len(), |at| at);
            let before = before.split_at(empty).0;
            [before.as_bytes(), open.as_bytes(), b">", &blocks, close.as_bytes(), body.as_bytes()].concat()
        }
    }
}

/// Whether a message has parts that are no text, and so is sent as it is.
fn is_binary(message: &[u8]) -> bool {
    Entity::begins(message) && str::from_utf8(message).is_err()
}

const ADDRESSING: [Addressing; 2] = [Addressing::V10, Addressing::V2004];

fn namespace(envelope: &str) -> &'static str {
    if envelope.contains(ns::SOAP12_URI) { ns::SOAP12_URI } else { ns::SOAP11_URI }
}

/// What is not an envelope is sent as SOAP 1.1.
fn soap_headers(run: &CaseRun<'_>, body: &[u8]) -> Vec<(HeaderName, String)> {
    let version = run.context.version_of(body).map_or(Version::V11, |(version, _)| version);
    let operation = run.context.operation(run.operation, Some(version));
    let action = operation.map_or("", |operation| &operation.action);
    let headers = soap_headers_of(version, action).into_iter();
    headers.map(|(name, value)| (HeaderName::from_static(name), value)).collect()
}
