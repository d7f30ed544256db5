//! What is sent for a case.

use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::bridge::Outgoing;
use crate::describe::Direction;
use crate::soap::Version;
use crate::testing::samples::{Case, Part, Side, Terms};

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
        let headers = match side {
            Side::Json => vec![(header::CONTENT_TYPE, "application/json".to_owned())],
            Side::Soap => soap_headers(&body, operation, terms),
        };
        Ok(Self::new(case, (Method::POST, front.path.clone()), &headers, (body, file)))
    }

    fn new(
        case: &Case,
        (method, path): (Method, String),
        headers: &[(HeaderName, String)],
        (body, file): (Vec<u8>, Option<PathBuf>),
    ) -> Self {
        let (mut map, mut shell) = (HeaderMap::new(), Vec::new());
        for (name, value) in headers {
            shell.push(format!("'{name}: {}'", value.replace('\'', "'\\''")));
            map.extend(HeaderValue::from_str(value).ok().map(|value| (name.clone(), value)));
        }
        for header in &case.settings.headers {
            shell.push(header.shell.clone());
            map.insert(header.name.clone(), header.value.clone());
        }
        let outgoing = Outgoing { method, path, headers: map, body: Bytes::from(body), idempotent: false };
        Self { outgoing, file, shell }
    }
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
        (None, Some(_)) if front.asks => Err(format!(
            "the front asks for credentials, which are in {} and do not follow from {}",
            own.file(),
            other.file()
        )),
        (None, Some(other)) => Ok((converted(other, side, operation, terms)?, None)),
    }
}

fn converted(other: &[u8], side: Side, operation: &str, terms: &Terms) -> Result<Vec<u8>, String> {
    match side {
        Side::Json => terms.json_of(operation, Direction::Request, other).map_err(|problem| problem.message),
        Side::Soap => terms
            .soap_of((operation, None), Direction::Request, other)
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
