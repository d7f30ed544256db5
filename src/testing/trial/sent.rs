//! What is sent for a case.

use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::bridge::Outgoing;
use crate::describe::Direction;
use crate::service::Credentials;
use crate::soap::Version;
use crate::testing::samples::{Case, Header, Part, Side, Terms};
use crate::wss::{Fresh, NewToken, Sender};
use crate::xml::ns;

/// A request, and the file that it is from.
pub(super) struct Sent {
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
    /// Headers that go with each request.
    pub(super) headers: Vec<Header>,
}

impl Sent {
    /// The request of `case` for `front`. Errors: why there is none.
    pub(super) fn of(
        case: &Case,
        (side, front): (Side, &Front),
        operation: &str,
        terms: &Terms,
    ) -> Result<Self, String> {
        let (body, file) = body(case, (side, front), operation, terms)?;
        let body = match &front.token {
            Some(token) if side == Side::Soap => with_token(body, token),
            _ => body,
        };
        let headers = match side {
            Side::Json => vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            Side::Soap => soap_headers(&body, operation, terms),
        };
        Ok(Self::new((case, front), &headers, (body, file)))
    }

    fn new(
        (case, front): (&Case, &Front),
        headers: &[(HeaderName, String)],
        (body, file): (Vec<u8>, Option<PathBuf>),
    ) -> Self {
        let (mut map, mut shell) = (HeaderMap::new(), Vec::new());
        for (name, value) in headers {
            shell.push(format!("'{name}: {}'", value.replace('\'', "'\\''")));
            map.extend(HeaderValue::from_str(value).ok().map(|value| (name.clone(), value)));
        }
        for header in front.headers.iter().chain(&case.settings.headers) {
            shell.push(header.shell.clone());
            map.insert(header.name.clone(), header.value.clone());
        }
        let (method, path) = (Method::POST, front.path.clone());
        let body = Bytes::from(body);
        let outgoing = Outgoing { method, path, headers: map, body, idempotent: false, renewal: None };
        Self { outgoing, file, shell }
    }
}

/// The envelope with a UsernameToken, where it has none: a PasswordText, in a header before its Body.
fn with_token(body: Vec<u8>, token: &Credentials) -> Vec<u8> {
    let text = String::from_utf8_lossy(&body).into_owned();
    let Some(at) = text.find(":Body").and_then(|colon| text.get(..colon)?.rfind('<')) else { return body };
    let prefix = text.get(at + 1..).and_then(|rest| rest.split_once(':')).map_or("", |(prefix, _)| prefix);
    if text.contains("UsernameToken") || prefix.is_empty() {
        return body;
    }
    let mut out = text.get(..at).unwrap_or("").as_bytes().to_vec();
    out.extend_from_slice(format!("<{prefix}:Header xmlns:soapenv=\"{}\">", namespace(&text)).as_bytes());
    // A PasswordText has nothing in it that must be fresh.
    let fresh = Fresh { nonce: [0; 64], id: 0, now: chrono::DateTime::UNIX_EPOCH };
    let token = NewToken { username: &token.username, password: &token.password, fresh: &fresh };
    let written = Sender::default().write(&mut out, Version::V11, token);
    out.extend_from_slice(format!("</{prefix}:Header>").as_bytes());
    out.extend_from_slice(text.get(at..).unwrap_or("").as_bytes());
    if written.is_ok() { out } else { body }
}

fn namespace(envelope: &str) -> &'static str {
    if envelope.contains(ns::SOAP12_URI) { ns::SOAP12_URI } else { ns::SOAP11_URI }
}

/// The request and its file; without one of the own language that of the other is converted.
fn body(
    case: &Case,
    (side, front): (Side, &Front),
    operation: &str,
    terms: &Terms,
) -> Result<(Vec<u8>, Option<PathBuf>), String> {
    let (own, other) = match side {
        Side::Json => (Part::RequestJson, Part::RequestXml),
        Side::Soap => (Part::RequestXml, Part::RequestJson),
    };
    match (case.get(own), case.get(other)) {
        (Some(body), _) => Ok((body.to_vec(), Some(case.path(own)))),
        (None, None) => Err("there is no request".to_owned()),
        (None, Some(_)) if front.asks && !front.known => Err(format!(
            "the front asks for credentials, which are in {} and do not follow from {}",
            own.file(),
            other.file()
        )),
        (None, Some(other)) => Ok((converted(case, other, side, operation, terms)?, None)),
    }
}

fn converted(
    case: &Case,
    other: &[u8],
    side: Side,
    operation: &str,
    terms: &Terms,
) -> Result<Vec<u8>, String> {
    let path = case.settings.http.path.as_deref();
    match side {
        Side::Json => terms.json_of(operation, Direction::Request, other).map_err(|problem| problem.message),
        Side::Soap => terms
            .soap_of((operation, None), Direction::Request, &terms.gathered(operation, other, path))
            .map_err(|_| "request.json breaks the contract".to_owned()),
    }
}

fn soap_headers(body: &[u8], operation: &str, terms: &Terms) -> Vec<(HeaderName, String)> {
    let version = terms.version_of(body).map_or(Version::V11, |(version, _)| version);
    let action = terms.operation(operation, Some(version)).map_or("", |operation| &operation.action);
    let content_type = (header::CONTENT_TYPE, version.content_type(action));
    match version {
        Version::V11 => {
            let quoted = format!("\"{}\"", action.replace(['"', '\r', '\n'], ""));
            vec![content_type, (HeaderName::from_static("soapaction"), quoted)]
        }
        Version::V12 => vec![content_type],
    }
}
