//! What proxies say of their clients: `Forwarded` (RFC 7239), and the `X-Forwarded-` headers from before it.
//!
//! It counts only of a proxy that the service trusts, for whoever can say it can say anything. Each proxy adds what it knows behind what it
//! got, so that of addresses the last ones are true, up to the first that no trusted proxy vouches for.

use std::net::{IpAddr, SocketAddr};

use http::header::{FORWARDED, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::bridge::failure::{FieldError, FieldErrorKind};
use crate::bridge::state::header::only;
use crate::bridge::state::peer::Peer;
use crate::limits::{FORWARDED_BYTES, FORWARDED_HOPS};
use crate::service::Public;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const AT: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// Who sent a request with `headers` that came from `peer`: the client behind it, where it is a proxy that `public` trusts and that says
/// who its client is.
///
/// Errors: what it says cannot be read, or two headers name different clients.
pub(in crate::bridge) fn see_through(
    public: &Public,
    peer: &Peer,
    headers: &HeaderMap,
) -> Result<Peer, FieldError> {
    if let Some(proxy) = peer.by.as_ref().and_then(|by| by.proxy)
        && !public.trusts(proxy)
    {
        // Another service trusts it, and this one does not: it is a client like any other.
        return Ok(Peer { address: SocketAddr::new(proxy, 0), ..peer.clone() });
    }
    let client = if public.trusts(peer.address.ip()) { client(public, headers)? } else { None };
    // The port is that of the proxy's connection, if anyone's.
    let address = client.map_or(peer.address, |client| SocketAddr::new(client, 0));
    Ok(Peer { address, ..peer.clone() })
}

/// The client that trusted proxies name.
fn client(public: &Public, headers: &HeaderMap) -> Result<Option<IpAddr>, FieldError> {
    let standard: Vec<Hop> = forwarded(headers)?.into_iter().filter_map(|element| element.hop()).collect();
    let older: Vec<Hop> = list(headers, &FOR)?.iter().map(|text| Hop::parse(text)).collect();
    match (last_untrusted(public, &standard, &FORWARDED)?, last_untrusted(public, &older, &FOR)?) {
        // A proxy that writes one of them passes the other on as its client wrote it.
        (Some(one), Some(other)) if one != other => Err(malformed(&FORWARDED)),
        (one, other) => Ok(one.or(other)),
    }
}

/// The client of `hops`, the last of which is the nearest.
fn last_untrusted(public: &Public, hops: &[Hop], name: &HeaderName) -> Result<Option<IpAddr>, FieldError> {
    let mut known = None;
    for hop in hops.iter().rev().take(FORWARDED_HOPS) {
        match hop {
            Hop::Address(address) if public.trusts(*address) => known = Some(*address),
            Hop::Address(address) => return Ok(Some(*address)),
            // Who is behind the proxy that says so is nobody's business; the proxy is.
            Hop::Hidden => return Ok(known),
            Hop::Malformed => return Err(malformed(name)),
        }
    }
    Ok(known)
}

/// Who a proxy got a request from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hop {
    Address(IpAddr),
    /// `unknown`, or a name that the proxy made up (RFC 7239 sections 6.2 and 6.3).
    Hidden,
    Malformed,
}

impl Hop {
    /// An address, with a port or without, or one that is hidden.
    fn parse(text: &str) -> Self {
        let text = text.trim();
        let inside =
            text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).map_or(text, |inside| inside);
        let socket = || text.parse::<SocketAddr>().map(|socket| socket.ip());
        match inside.parse::<IpAddr>().or_else(|_| socket()) {
            Ok(address) => Self::Address(address.to_canonical()),
            Err(_) if text.eq_ignore_ascii_case("unknown") || text.starts_with('_') => Self::Hidden,
            Err(_) => Self::Malformed,
        }
    }
}

/// The URL by which the client of a request came, up to the path of a front. A proxy that ends TLS, or that takes a part of the path
/// away, says so in headers, which count where `public` trusts it, if it is the one that `connected`.
///
/// Errors: a host, or a header of a trusted proxy, that cannot be read.
pub(in crate::bridge) fn base(
    public: &Public,
    head: &Parts,
    connected: Option<&Peer>,
) -> Result<String, FieldError> {
    if let Some(url) = &public.url {
        return Ok(url.to_string());
    }
    let secure = connected.is_some_and(|peer| peer.secure);
    let trusted = connected.is_some_and(|peer| public.trusts_address(peer.address.ip()));
    let told = if trusted { Told::read(&head.headers)? } else { Told::default() };
    let scheme = match told.scheme {
        Some(scheme) => scheme,
        None if secure => "https",
        None => "http",
    };
    let host = match told.host {
        Some(host) => host,
        None => own_host(head)?.to_owned(),
    };
    let port = match told.port {
        Some(port) if !has_port(&host) && port != if scheme == "https" { 443 } else { 80 } => {
            format!(":{port}")
        }
        Some(_) | None => String::new(),
    };
    Ok(format!("{scheme}://{host}{port}{}", told.prefix))
}

/// The host that the client of a request asked, as far as anyone can tell.
pub(super) fn public_host(public: &Public, head: &Parts, connected: Option<&Peer>) -> Option<String> {
    // What cannot be read names no host, and is refused where it matters.
    let base = base(public, head, connected).ok()?;
    let (_, rest) = base.split_once("://")?;
    Some(rest.split_once('/').map_or(rest, |(host, _)| host).to_owned())
}

/// The host that a request asks.
pub(super) fn own_host(head: &Parts) -> Result<&str, FieldError> {
    match only(&head.headers, HOST) {
        // HTTP/2 has the host in the request's target.
        Ok(None) => Ok(head.uri.authority().map_or("localhost", |authority| authority.as_str())),
        Ok(Some(host)) => Ok(host),
        // RFC 9112 section 3.2; hyper lets it through.
        Err(_) => Err(FieldError { pointer: "Host".to_owned(), kind: FieldErrorKind::Malformed }),
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'))
}

/// What proxies say of the address by which their client came: the first of them is the one that it came to.
#[derive(Debug, Default)]
struct Told {
    scheme: Option<&'static str>,
    host: Option<String>,
    port: Option<u16>,
    prefix: String,
}

impl Told {
    fn read(headers: &HeaderMap) -> Result<Self, FieldError> {
        let standard = forwarded(headers)?;
        let first = |name: &HeaderName| Ok::<_, FieldError>(list(headers, name)?.first().copied());
        let (proto, at) = (first(&PROTO)?, first(&AT)?);
        let of = |name: &str| standard.iter().find_map(|element| element.get(name));
        let proto = of("proto").map(|text| (text, FORWARDED)).or(proto.map(|text| (text.to_owned(), PROTO)));
        let host = of("host").map(|text| (text, FORWARDED)).or(at.map(|text| (text.to_owned(), AT)));
        let port = first(&PORT)?.map(|port| port.parse::<u16>().map_err(|_| malformed(&PORT))).transpose()?;
        Ok(Self {
            scheme: proto.map(|(text, name)| scheme(&text).ok_or_else(|| malformed(&name))).transpose()?,
            host: host.map(|(text, name)| host_of(text).ok_or_else(|| malformed(&name))).transpose()?,
            port,
            prefix: prefix(headers)?,
        })
    }
}

fn scheme(text: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|scheme| scheme.eq_ignore_ascii_case(text))
}

/// A host with a port or without, and no user.
fn host_of(text: String) -> Option<String> {
    let good = text.parse::<Authority>().is_ok_and(|authority| {
        let port = !has_port(&text) || authority.port_u16().is_some();
        port && !authority.host().is_empty() && !text.contains('@')
    });
    good.then_some(text)
}

/// What proxies took away from the path: each of them adds what it took behind what is there.
fn prefix(headers: &HeaderMap) -> Result<String, FieldError> {
    let mut prefix = String::new();
    for part in list(headers, &PREFIX)? {
        let part = part.trim_end_matches('/');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        let dots = part.split('/').any(|segment| matches!(segment, "." | ".."));
        let whole = part.is_empty() || part.starts_with('/') && !part.contains("//");
        if !whole || dots || !part.bytes().all(plain) {
            return Err(malformed(&PREFIX));
        }
        prefix.push_str(part);
    }
    Ok(prefix)
}

/// The items of a header that proxies add to, over all its lines. Errors: it is not text, or longer than any chain of proxies.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Vec<&'h str>, FieldError> {
    let mut items = Vec::new();
    for line in headers.get_all(name) {
        items.extend(text(line, name)?.split(',').map(str::trim));
    }
    Ok(items)
}

fn text<'h>(line: &'h HeaderValue, name: &HeaderName) -> Result<&'h str, FieldError> {
    match line.to_str() {
        Ok(line) if line.len() <= FORWARDED_BYTES => Ok(line),
        Ok(_) | Err(_) => Err(malformed(name)),
    }
}

/// An element of `Forwarded`: what one proxy says.
struct Element(Vec<(String, String)>);

impl Element {
    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    fn hop(&self) -> Option<Hop> {
        self.get("for").map(|text| Hop::parse(&text))
    }
}

/// The elements of `Forwarded`. Errors: it breaks RFC 7239 section 4.
fn forwarded(headers: &HeaderMap) -> Result<Vec<Element>, FieldError> {
    let mut elements = Vec::new();
    for line in headers.get_all(FORWARDED) {
        let line = text(line, &FORWARDED)?;
        elements.extend(elements_of(line).ok_or_else(|| malformed(&FORWARDED))?);
    }
    Ok(elements)
}

fn elements_of(line: &str) -> Option<Vec<Element>> {
    let (mut elements, mut pairs, mut rest) = (Vec::new(), Vec::new(), line.trim());
    while !rest.is_empty() {
        let (pair, tail) = pair(rest)?;
        pairs.push(pair);
        let tail = tail.trim_start();
        rest = match tail.chars().next() {
            None => tail,
            Some(';') => tail.get(1..)?.trim_start(),
            Some(',') => {
                elements.push(Element(std::mem::take(&mut pairs)));
                tail.get(1..)?.trim_start()
            }
            Some(_) => return None,
        };
    }
    if !pairs.is_empty() {
        elements.push(Element(pairs));
    }
    Some(elements)
}

/// A name and its value, which is a token or in quotes, and what follows.
fn pair(text: &str) -> Option<((String, String), &str)> {
    let (name, rest) = text.split_once('=')?;
    let name = name.trim().to_owned();
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, rest) = quoted.split_once('"')?;
        // No value of these has anything to escape.
        return (!value.contains('\\')).then(|| ((name, value.to_owned()), rest));
    }
    let end = rest.find([';', ',', ' ', '\t']).map_or(rest.len(), |end| end);
    let (value, rest) = rest.split_at_checked(end)?;
    Some(((name, value.to_owned()), rest))
}

fn malformed(name: &HeaderName) -> FieldError {
    FieldError { pointer: name.as_str().to_owned(), kind: FieldErrorKind::Malformed }
}
