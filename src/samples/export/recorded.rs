//! A request that a service got, as a command that sends it again. Its secrets were masked before: those by which a caller says who it is
//! become variables.

use super::body::{Body, Hole, Kind, Piece};
use super::credentials::{Auth, Caller};
use super::curl;
use super::exchange::{Collection, Exchange};
use super::expected::Expected;
use super::parts::punched_parts;
use super::token::{punched_members, with_members};
use crate::json::{self, Tape};
use crate::limits::Limits;
use crate::redact::{self, MARK};
use crate::samples::Side;
use crate::service::CredentialPaths;
use crate::xml::{self, Event, Namespaces, Reader, ns};

/// A request that a service got, masked.
pub struct Recorded<'r> {
    /// Its operation.
    pub name: &'r str,
    /// Its language.
    pub side: Side,
    /// Who calls the front.
    pub caller: Caller,
    /// Members of its body that are credentials.
    pub credentials: Option<&'r CredentialPaths>,
    /// Its method.
    pub method: &'r str,
    /// Its URL.
    pub url: &'r str,
    /// Its headers.
    pub headers: &'r [(String, String)],
    /// Its body, if it has one.
    pub body: Option<&'r str>,
    /// Bounds on what is read.
    pub limits: &'r Limits,
}

impl Recorded<'_> {
    /// Commands for a POSIX shell.
    pub fn curl(&self) -> String {
        let variables = self.caller.variables();
        let (body, in_body) = self.body.map_or((None, false), |text| {
            let body = self.punched(text);
            let has_holes = body.has_holes();
            (Some(body), has_holes)
        });
        let auth = if in_body { Auth::Body } else { self.auth() };
        let (address, path) = self.address();
        let masked = body.as_ref().is_some_and(|body| body.plain().contains(MARK)) || path.contains(MARK);
        let exchange = Exchange {
            name: self.name.to_owned(),
            method: self.method.to_owned(),
            path: path.to_owned(),
            headers: self.headers.iter().filter(is_sent).cloned().collect(),
            body,
            auth,
            expected: Expected::nothing(200),
        };
        let collection = Collection {
            name: self.name.to_owned(),
            side: self.side,
            address: address.to_owned(),
            exchanges: vec![exchange],
            variables,
            keyed: self.has("idempotency-key"),
        };
        let note = if masked { MASKED } else { "" };
        format!("{note}{}", curl::script(&collection))
    }

    /// What stands before the path, and the path.
    fn address(&self) -> (&str, &str) {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        let path = self.url.get(host..).and_then(|rest| rest.find('/'));
        self.url.split_at(path.map_or(self.url.len(), |at| host + at))
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// By a header, where it had that.
    fn auth(&self) -> Auth {
        let auth = self.caller.auth(None);
        let header = match &auth {
            Auth::Basic | Auth::Bearer => "authorization",
            Auth::Header(name) => name,
            Auth::Body | Auth::Certificate | Auth::None => return auth,
        };
        if self.has(header) { auth } else { Auth::None }
    }

    /// The body with holes for credentials, where it has them. What cannot be read is sent as it is.
    fn punched(&self, text: &str) -> Body {
        match self.side {
            Side::Soap if !self.caller.parts.is_empty() => {
                punched_parts(text, &self.caller.parts, &self.limits.xml)
            }
            Side::Soap => punched_xml(text, self.limits).map_or_else(
                |_| Body::of(Kind::Xml, text.to_owned()),
                |pieces| Body { kind: Kind::Xml, pieces },
            ),
            // What cannot be read is sent as it is.
            Side::Json => self.punched_json(text).unwrap_or_else(|_| Body::of(Kind::Json, text.to_owned())),
        }
    }

    /// Errors: it is no JSON.
    fn punched_json(&self, text: &str) -> Result<Body, json::Error> {
        let mut tape = Tape::new();
        let value = tape.parse(text.as_bytes(), &self.limits.json)?;
        let Some(paths) = self.credentials.filter(|paths| value.get(&paths.object).is_some()) else {
            return Ok(Body::of(Kind::Json, text.to_owned()));
        };
        let whole = String::from_utf8(with_members(value, paths)).expect("JSON is written as UTF-8");
        Ok(punched_members(&whole))
    }
}

/// Whether a header is sent again: none that is made anew with the request, that says who calls, or that is of the connection or its tools.
fn is_sent(header: &&(String, String)) -> bool {
    let name = header.0.to_ascii_lowercase();
    !redact::is_secret_header(&name)
        && !NOT_SENT.contains(&&*name)
        && !name.starts_with("sec-")
        && !name.starts_with("x-forwarded-")
}

/// The parts of an envelope between what a token must have anew.
fn punched_xml(text: &str, limits: &Limits) -> Result<Vec<Piece>, xml::Error> {
    let known = Namespaces::default();
    let mut reader = Reader::new(text, &known, &limits.xml);
    let (mut path, mut pieces, mut at): (Vec<Opened>, Vec<Piece>, usize) = (Vec::new(), Vec::new(), 0);
    loop {
        match reader.next()? {
            Event::Eof => break,
            Event::Start(name) => {
                let digest = reader.attributes().iter().any(|given| given.value.ends_with("#PasswordDigest"));
                let place = Place::of(name.ns, name.local, digest, path.last());
                path.push(Opened { place, tag: reader.offset(), content: reader.end_offset() });
            }
            Event::End => {
                let Some(Opened { place, tag, content }) = path.pop() else { continue };
                let (from, to, hole) = match place {
                    Place::Made(hole) => (content, reader.offset(), Some(Piece::Hole(hole))),
                    Place::Expires => (tag, reader.end_offset(), None),
                    Place::Other | Place::Security | Place::Token => continue,
                };
                // An empty element has no place between its tags.
                let Some(before) = text.get(at..from).filter(|_| from <= to && hole.is_none() || from < to)
                else {
                    continue;
                };
                pieces.push(Piece::Text(before.to_owned()));
                pieces.extend(hole);
                at = to;
            }
        }
    }
    pieces.extend(text.get(at..).map(|rest| Piece::Text(rest.to_owned())));
    Ok(pieces)
}

/// An element that is open.
struct Opened {
    place: Place,
    /// Where its tag begins.
    tag: usize,
    /// Where its content begins.
    content: usize,
}

/// What an element is to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// When a Timestamp ends: without one it ends when the service says.
    Expires,
    /// Its content is made for each request.
    Made(Hole),
    Other,
    Security,
    /// A UsernameToken or a Timestamp.
    Token,
}

impl Place {
    fn of(of: xml::NsId, local: &str, digest: bool, around: Option<&Opened>) -> Self {
        let around = around.map_or(Self::Other, |around| around.place);
        match (around, local) {
            (_, "Security") if of == ns::WSSE => Self::Security,
            (Self::Security, "UsernameToken") if of == ns::WSSE => Self::Token,
            (Self::Security, "Timestamp") if of == ns::WSU => Self::Token,
            (Self::Token, "Password") if of == ns::WSSE => {
                Self::Made(if digest { Hole::Digest } else { Hole::Password })
            }
            (Self::Token, "Nonce") if of == ns::WSSE => Self::Made(Hole::Nonce),
            (Self::Token, "Created") if of == ns::WSU => Self::Made(Hole::Created),
            (Self::Token, "Expires") if of == ns::WSU => Self::Expires,
            _ => Self::Other,
        }
    }
}

const MASKED: &str =
    "# Where the request had what is masked, *** stands, and 0 for a number: put in what is to be sent.\n";

/// Made by curl, of one connection, of one trace, or of a page of a browser. The key of idempotency is made anew.
const NOT_SENT: [&str; 24] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "idempotency-key",
    "keep-alive",
    "origin",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "x-real-ip",
    "x-request-id",
];
