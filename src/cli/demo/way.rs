//! One way through a bridge: a client's request, and what a right answer has in it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::super::exit::Exit;
use super::super::output::internal;
use super::data::{self, System};
use crate::json::Tape;
use crate::json::write::write_key;
use crate::limits::JsonLimits;

/// A request to a front.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) system: String,
    /// What the client speaks.
    pub(super) client: &'static str,
    /// What the backend speaks.
    pub(super) backend: String,
    pub(super) method: String,
    pub(super) url: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) expected: String,
}

impl Way {
    /// The way of a JSON client of `system` to a backend that speaks `kind`.
    pub(super) fn json(system: &System, kind: &str, base: &str) -> Result<Self, Exit> {
        let request = &system.json;
        let body = data::text(&request.body)?;
        let body = request.replace.iter().fold(body, |body, (from, to)| body.replace(from, to));
        let line = request.line.split_once(' ');
        let (method, path) = line.ok_or_else(|| internal(&"the samples: expected a method and a path"))?;
        let own = request.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        let content_type = ("Content-Type".to_owned(), "application/json".to_owned());
        Ok(Self {
            system: system.name.clone(),
            client: "JSON",
            backend: kind.to_uppercase(),
            method: method.to_owned(),
            url: format!("{base}{path}"),
            headers: std::iter::once(content_type).chain(own).collect(),
            body,
            expected: request.expect.clone(),
        })
    }

    /// The way of a SOAP client of `system`.
    pub(super) fn soap(system: &System, kind: &str, base: &str) -> Result<Self, Exit> {
        let request = &system.soap;
        let body = secured(&data::text(&request.body)?, system);
        let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
        Ok(Self {
            system: system.name.clone(),
            client: "SOAP",
            backend: kind.to_uppercase(),
            method: "POST".to_owned(),
            url: format!("{base}{}", request.path),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            body,
            expected: request.expect.clone(),
        })
    }

    pub(super) fn name(&self) -> String {
        format!("{}: {} to {}", self.system, self.client, self.backend)
    }

    /// The same with only these `members` of its JSON, in its order; with all of them where there are none.
    pub(super) fn with_only(&self, members: &[String]) -> Result<Self, Exit> {
        let mut tape = Tape::new();
        let value =
            tape.parse(self.body.as_bytes(), &JsonLimits::default()).map_err(|error| internal(&error))?;
        let mut body = Vec::new();
        let wanted = value
            .members()
            .filter(|member| members.is_empty() || members.iter().any(|name| **name == *member.key()));
        for (at, member) in wanted.enumerate() {
            body.push(if at == 0 { b'{' } else { b',' });
            write_key(&mut body, &member.key());
            body.extend_from_slice(member.value().raw().as_bytes());
        }
        body.push(b'}');
        let body = String::from_utf8(body).expect("JSON is text");
        Ok(Self { body, ..self.clone() })
    }

    /// A command that can be pasted: the body is on standard input, so that no quote gets in its way.
    pub(super) fn curl(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect();
        let (method, url, body) = (&self.method, &self.url, self.body.trim_end());
        format!("curl -sS -X {method}{headers} --data-binary @- '{url}' <<'BODY'\n{body}\nBODY")
    }

    /// Sends it; gives the status line and the body of the answer.
    pub(super) fn send(&self) -> std::io::Result<(String, String)> {
        let rest = self.url.trim_start_matches("http://");
        // A URL without a path.
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let (method, length) = (&self.method, self.body.len());
        write!(
            stream,
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n{}",
            self.body
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or(ErrorKind::UnexpectedEof)?;
        // A head has lines, be they empty.
        let status = head.split("\r\n").next().unwrap_or_default();
        Ok((status.to_owned(), body.to_owned()))
    }
}

/// The envelope with a Security header, where it has none.
fn secured(envelope: &str, system: &System) -> String {
    match envelope.split_once("<soapenv:Body>") {
        Some((before, body)) if !envelope.contains("Header>") => {
            let (user, password) = (system.variable("USERNAME"), system.variable("PASSWORD"));
            format!("{before}{}<soapenv:Body>{body}", header(&user, &password))
        }
        _ => envelope.to_owned(),
    }
}

fn header(user: &str, password: &str) -> String {
    format!(
        "<soapenv:Header>
    <wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">
      <wsse:UsernameToken>
        <wsse:Username>{user}</wsse:Username>
        <wsse:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">{password}</wsse:Password>
      </wsse:UsernameToken>
    </wsse:Security>
  </soapenv:Header>
  "
    )
}
