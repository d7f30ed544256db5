//! Recording: requests go on to a real backend, and each exchange becomes a case, without its secrets.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use http::{HeaderMap, HeaderName, header};

use super::answer::Answer;
use super::error::{InvalidUrl, RecordError, RequestError};
use super::incoming::Incoming;
use crate::bridge::{CallError, Client, Endpoint, Outgoing};
use crate::json::write::write_string;
use crate::limits::HttpLimits;
use crate::redact::{Masks, masked_json, masked_target, masked_xml};
use crate::samples::{ContractContext, Part, Side};
use crate::service::{Mask, Target, Tls};

/// Where requests go, and where exchanges are written.
pub struct Recorder {
    endpoint: Endpoint,
    client: Client,
    folder: PathBuf,
    masks: Masks,
    /// Who is told of each exchange: the folder that it was written into, or why it was not.
    report: Box<dyn Fn(Result<PathBuf, RecordError>) + Send + Sync>,
}

/// An exchange to be written.
pub(super) struct Exchange<'e> {
    pub(super) side: Side,
    pub(super) incoming: &'e Incoming,
    pub(super) answer: &'e Answer,
    pub(super) context: &'e ContractContext,
}

impl Recorder {
    /// Sends to `url`, writes into `folder`, masks what `masks` say, and tells `report`. Errors: a URL that cannot be
    /// called.
    pub fn new(
        url: &str,
        folder: PathBuf,
        masks: Masks,
        report: impl Fn(Result<PathBuf, RecordError>) + Send + Sync + 'static,
    ) -> Result<Self, InvalidUrl> {
        let limits = HttpLimits::default();
        let target = Target {
            url: url.into(),
            connect: Duration::from_millis(limits.connect),
            first_byte: Duration::from_millis(limits.first_byte),
            total: Duration::from_millis(limits.total),
            tls: Tls::default(),
            reach: Default::default(),
            connections: Default::default(),
        };
        let endpoint = Endpoint::new(&target).map_err(|error| InvalidUrl(error.to_string()))?;
        let (client, report) = (Client::new(limits), Box::new(report));
        Ok(Self { endpoint, client, folder, masks, report })
    }

    /// Sends a request on. Errors: no reply.
    pub(super) async fn forward(&self, side: Side, incoming: &Incoming) -> Result<Answer, CallError> {
        let base = self.endpoint.target();
        let target = match side {
            Side::Soap => base.clone(),
            Side::Json => {
                let target = format!("{}{}", base.path().trim_end_matches('/'), incoming.target);
                target.parse().expect("what came as a request target is one")
            }
        };
        let (method, body) = (incoming.method.clone(), incoming.body.clone());
        let headers = passed(&incoming.headers);
        let outgoing = Outgoing::new(method, target, headers, body);
        let reply = self.client.send(&self.endpoint, outgoing).await?;
        let content_type = reply.headers.get(header::CONTENT_TYPE).cloned();
        Ok(Answer { status: reply.status, content_type, body: reply.body, sample: None })
    }

    /// Writes an exchange of `operation` down, and tells. Nothing is written that could not be masked.
    pub(super) fn keep(&self, operation: Result<String, RequestError>, exchange: &Exchange<'_>) {
        let operation = operation.map_err(|error| RecordError::Operation(error.to_string()));
        let written = operation.and_then(|operation| {
            let files = self.files(exchange)?;
            Ok(self.write(&operation, &files, &self.yaml(&operation, exchange))?)
        });
        (self.report)(written);
    }

    fn files(&self, exchange: &Exchange<'_>) -> Result<[(Part, Vec<u8>); 2], RecordError> {
        let Exchange { side, incoming, answer, context } = exchange;
        let masked = |body: &[u8]| match side {
            Side::Soap => Ok::<_, RecordError>(masked_xml(body, &self.masks, &context.limits.xml)?),
            // No body is no fields (DELETE, GET), or the answer to HEAD.
            Side::Json if body.trim_ascii().is_empty() => Ok(b"{}".to_vec()),
            Side::Json => Ok(masked_json(body, &self.masks, &context.limits.json)?),
        };
        let fault = match side {
            Side::Soap => context.version_of(&answer.body)?.1,
            Side::Json => answer.status.as_u16() >= 400,
        };
        let (request, response) = match (side, fault) {
            (Side::Soap, false) => (Part::RequestXml, Part::ResponseXml),
            (Side::Soap, true) => (Part::RequestXml, Part::FaultXml),
            (Side::Json, false) => (Part::RequestJson, Part::ResponseJson),
            (Side::Json, true) => (Part::RequestJson, Part::FaultJson),
        };
        Ok([(request, masked(&incoming.body)?), (response, masked(&answer.body)?)])
    }

    /// What is left out of the messages is not compared either.
    fn yaml(&self, operation: &str, exchange: &Exchange<'_>) -> Vec<u8> {
        let Exchange { side, incoming, answer, context } = exchange;
        let mut out = b"operation: ".to_vec();
        write_string(&mut out, operation);
        if *side == Side::Json {
            let status = answer.status.as_u16();
            out.extend_from_slice(format!("\nhttp: {{ status: {status}, method: ").as_bytes());
            write_string(&mut out, incoming.method.as_str());
            if let Some(target) = self.shown(operation, incoming, context) {
                out.extend_from_slice(b", path: ");
                write_string(&mut out, &target);
            }
            out.extend_from_slice(b" }");
        }
        list(&mut out, "ignore", &self.masks.written(|mask| mask == Mask::Drop));
        list(&mut out, "mask", &self.masks.written(|_| true));
        out.push(b'\n');
        out
    }

    /// Path and query with what is masked in the query; nothing for a path that has something masked in it. Without one a sample is where
    /// its operation is.
    fn shown(&self, operation: &str, incoming: &Incoming, context: &ContractContext) -> Option<String> {
        let route = context.http(operation).filter(|route| route.is_at(&incoming.path));
        let Some(route) = route else { return Some(incoming.path.clone()) };
        let target = masked_target(route, &incoming.target, &self.masks);
        let path = target.split_once('?').map_or(&*target, |(path, _)| path);
        (path == incoming.path).then_some(target)
    }

    fn write(&self, operation: &str, files: &[(Part, Vec<u8>)], yaml: &[u8]) -> io::Result<PathBuf> {
        let folder = new_folder(&self.folder, operation)?;
        fs::write(folder.join("case.yaml"), yaml)?;
        for (part, bytes) in files {
            fs::write(folder.join(part.file()), bytes)?;
        }
        Ok(folder)
    }
}

/// A list of texts under `key`, if there are any.
fn list(out: &mut Vec<u8>, key: &str, texts: &[String]) {
    for (at, text) in texts.iter().enumerate() {
        let before = if at == 0 { format!("\n{key}: [") } else { ", ".to_owned() };
        out.extend_from_slice(before.as_bytes());
        write_string(out, text);
    }
    out.extend_from_slice(if texts.is_empty() { b"" } else { b"]" });
}

/// `operation-N` for the first N that is free. An operation's name is a name of XML and so has no slash.
fn new_folder(around: &Path, operation: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(around)?;
    for number in 1..=MOST {
        let folder = around.join(format!("{operation}-{number}"));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|()| folder),
        }
    }
    Err(io::Error::other(format!("there are {MOST} recordings of {operation} already")))
}

/// The headers that a proxy passes on; lengths and codings are made anew.
fn passed(headers: &HeaderMap) -> HeaderMap {
    let kept = |name: &HeaderName| !OWN.contains(&name.as_str());
    let pairs = headers.iter().filter(|(name, _)| kept(name));
    pairs.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Headers of one connection.
const OWN: [&str; 11] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Recordings of one operation.
const MOST: usize = 10_000;
