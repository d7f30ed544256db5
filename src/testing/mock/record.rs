//! Recording: requests go on to a real backend, and each exchange becomes a case, without its secrets.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use http::{HeaderMap, HeaderName, header};

use super::answer::Answer;
use super::http::Incoming;
use crate::bridge::{CallError, Client, Endpoint, Outgoing};
use crate::json::write::write_string;
use crate::limits::HttpLimits;
use crate::redact::{Masks, masked_json, masked_target, masked_xml};
use crate::service::{Mask, Target, Tls};
use crate::testing::samples::{Part, Side, Terms};

/// Where requests go, and where exchanges are written.
pub struct Recorder {
    endpoint: Endpoint,
    client: Client,
    folder: PathBuf,
    masks: Masks,
}

impl Recorder {
    /// Sends to `url`, writes into `folder`, masks what `masks` say. Errors: a URL that cannot be called.
    pub fn new(url: &str, folder: PathBuf, masks: Masks) -> Result<Self, String> {
        let limits = HttpLimits::default();
        let target = Target {
            url: url.into(),
            connect: Duration::from_millis(limits.connect),
            first_byte: Duration::from_millis(limits.first_byte),
            total: Duration::from_millis(limits.total),
            tls: Tls::default(),
        };
        Ok(Self { endpoint: Endpoint::new(&target)?, client: Client::new(limits), folder, masks })
    }

    /// Sends a request on. Errors: no reply.
    pub(super) async fn forward(&self, side: Side, incoming: &Incoming) -> Result<Answer, CallError> {
        let base = self.endpoint.path();
        let path = match side {
            Side::Soap => base.to_owned(),
            Side::Json => format!("{}{}{}", base.trim_end_matches('/'), incoming.path, incoming.query),
        };
        let (method, body) = (incoming.method.clone(), incoming.body.clone());
        let outgoing = Outgoing {
            method,
            path,
            headers: passed(&incoming.headers),
            body,
            idempotent: false,
            renewal: None,
        };
        let reply = self.client.send(&self.endpoint, &outgoing).await?;
        let content_type = reply.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or("").to_owned();
        Ok(Answer { status: reply.status.as_u16(), content_type, body: reply.body })
    }

    /// Writes an exchange down, or says why it does not. Nothing is written that could not be masked.
    pub(super) fn keep(
        &self,
        operation: Option<&str>,
        side: Side,
        incoming: &Incoming,
        answer: &Answer,
        terms: &Terms,
    ) {
        let files = operation
            .ok_or_else(|| "it is of no operation of the contract".to_owned())
            .and_then(|operation| Ok((operation, self.files(side, incoming, answer, terms)?)));
        let written = files.and_then(|(operation, files)| {
            let yaml = self.yaml(operation, side, incoming, answer, terms);
            self.write(operation, &files, &yaml).map_err(|error| error.to_string())
        });
        match written {
            Ok(folder) => tracing::info!("recorded {}", folder.display()),
            Err(reason) => tracing::warn!("an exchange was not recorded: {reason}"),
        }
    }

    fn files(
        &self,
        side: Side,
        incoming: &Incoming,
        answer: &Answer,
        terms: &Terms,
    ) -> Result<[(Part, Vec<u8>); 2], String> {
        let masked = |body: &[u8]| match side {
            Side::Soap => masked_xml(body, &self.masks, &terms.limits.xml).map_err(|error| error.to_string()),
            Side::Json => {
                masked_json(body, &self.masks, &terms.limits.json).map_err(|error| error.to_string())
            }
        };
        let fault = match side {
            Side::Soap => terms.version_of(&answer.body)?.1,
            Side::Json => answer.status >= 400,
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
    fn yaml(
        &self,
        operation: &str,
        side: Side,
        incoming: &Incoming,
        answer: &Answer,
        terms: &Terms,
    ) -> Vec<u8> {
        let mut out = b"operation: ".to_vec();
        write_string(&mut out, operation);
        if side == Side::Json {
            out.extend_from_slice(format!("\nhttp: {{ status: {}, method: ", answer.status).as_bytes());
            write_string(&mut out, incoming.method.as_str());
            if self.shows(operation, &incoming.path, terms) {
                out.extend_from_slice(b", path: ");
                write_string(&mut out, &incoming.path);
            }
            out.extend_from_slice(b" }");
        }
        list(&mut out, "ignore", &self.masks.written(|mask| mask == Mask::Drop));
        list(&mut out, "mask", &self.masks.written(|_| true));
        out.push(b'\n');
        out
    }

    /// Whether a path has nothing masked in it. Without one a sample is where its operation is.
    fn shows(&self, operation: &str, path: &str, terms: &Terms) -> bool {
        terms.http(operation).is_none_or(|route| masked_target(route, path, &self.masks) == path)
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
