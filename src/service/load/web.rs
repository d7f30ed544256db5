//! What stands between clients and the listener: proxies, and pages of other origins.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use super::checker::Checker;
use crate::service::duration::duration;
use crate::service::field_value::is_field_name;
use crate::service::file::fronts::{AuthFile, FrontFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::file::web::CorsFile;
use crate::service::model::web::{Cors, Origins, Public};
use crate::service::problem::{ValueProblem, WebProblem};

/// Request headers that pages may set where the file does not say: what clients of a bridge have to say.
const HEADERS: [&str; 6] =
    ["Authorization", "Content-Type", "Idempotency-Key", "Traceparent", "Tracestate", "X-Request-Id"];

/// Request headers of the Model Context Protocol (2026-07-28, basic/transports/streamable-http).
const MCP_HEADERS: [&str; 3] = ["Mcp-Method", "Mcp-Name", "MCP-Protocol-Version"];

/// Response headers that pages may read where the file does not say: those of a bridge.
const EXPOSED: [&str; 4] = ["Idempotency-Replayed", "Retry-After", "X-Bridge-Warnings", "X-Request-Id"];

/// Browsers keep nothing longer than a day, and most of them less.
const MAX_AGE: Duration = Duration::from_secs(600);

impl Checker<'_> {
    /// What the front `at` lets pages of other origins do; nothing where the file does not say.
    pub(super) fn cors(&mut self, at: &KeyPath, front: &FrontFile, file: &ServiceFile) -> Option<Cors> {
        let (at, cors) = (at.key("cors"), front.cors.as_ref()?);
        let origins = self.origins(&at, cors);
        let headers = match &cors.headers {
            Some(names) => self.header_names(&at.key("headers"), names),
            None => usual_headers(front, file),
        };
        let any = headers.iter().any(|name| **name == *"*");
        if any && headers.len() > 1 {
            self.problem(&at.key("headers"), WebProblem::Beside);
        }
        if any && cors.credentials {
            self.problem(&at.key("headers"), WebProblem::AnyHeaderWithCredentials);
        }
        let expose = match &cors.expose {
            Some(names) => self.header_names(&at.key("expose"), names),
            None => EXPOSED.map(Arc::from).to_vec(),
        };
        let methods = cors.methods.as_ref().map(|methods| self.methods(&at.key("methods"), methods));
        let max_age = self.max_age(&at.key("max_age"), cors);
        Some(Cors { origins, methods, headers, expose, credentials: cors.credentials, max_age })
    }

    fn origins(&mut self, at: &KeyPath, cors: &CorsFile) -> Origins {
        let at = at.key("origins");
        if cors.origins.is_empty() {
            self.problem(&at, ValueProblem::Empty);
        }
        for (item, origin) in cors.origins.iter().enumerate() {
            match origin.as_str() {
                "*" if cors.origins.len() > 1 => self.problem(&at.item(item), WebProblem::Beside),
                "*" if cors.credentials => self.problem(&at.item(item), WebProblem::AnyOriginWithCredentials),
                "*" => return Origins::Any,
                "null" => self.problem(&at.item(item), WebProblem::NullOrigin),
                origin if !is_origin(origin) => self.problem(&at.item(item), WebProblem::Origin),
                _ => {}
            }
        }
        Origins::Listed(cors.origins.iter().map(|origin| origin.as_str().into()).collect())
    }

    fn header_names(&mut self, at: &KeyPath, names: &[String]) -> Vec<Arc<str>> {
        for (item, name) in names.iter().enumerate() {
            if !is_field_name(name) {
                self.problem(&at.item(item), ValueProblem::HeaderName);
            }
        }
        names.iter().map(|name| name.as_str().into()).collect()
    }

    fn methods(&mut self, at: &KeyPath, methods: &[String]) -> Vec<Arc<str>> {
        if methods.is_empty() {
            self.problem(at, ValueProblem::Empty);
        }
        for (item, method) in methods.iter().enumerate() {
            if !matches!(method.as_str(), "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT") {
                self.problem(&at.item(item), WebProblem::CorsMethod);
            }
        }
        methods.iter().map(|method| method.as_str().into()).collect()
    }

    fn max_age(&mut self, at: &KeyPath, cors: &CorsFile) -> Duration {
        let Some(text) = &cors.max_age else { return MAX_AGE };
        match duration(text) {
            Ok(time) => time,
            Err(_) => {
                self.problem(at, ValueProblem::Duration { range: "such as 10m, at most 60m" });
                MAX_AGE
            }
        }
    }

    /// Where clients believe that the listener is, and who tells where they are.
    pub(super) fn public(&mut self, file: &ServiceFile) -> Public {
        let url = file.listen.public_url.as_deref().and_then(|url| {
            let at = KeyPath::of("listen.public_url");
            let url = self.resolved(&at, url)?;
            let url = url.trim_end_matches('/');
            if !is_base(url) {
                self.problem(&at, WebProblem::PublicUrl);
            }
            Some(Arc::from(url))
        });
        let trusted = file.listen.trusted_proxies.as_ref().map(|networks| {
            let at = KeyPath::of("listen.trusted_proxies");
            let each = networks.iter().enumerate();
            each.filter_map(|(item, text)| self.checked(&at.item(item), network(text))).collect()
        });
        Public { url, trusted }
    }
}

/// The headers that clients of `front` set.
fn usual_headers(front: &FrontFile, file: &ServiceFile) -> Vec<Arc<str>> {
    let key = match &front.auth {
        AuthFile::Keys { header, .. } => Some(header.as_str()),
        _ => None,
    };
    let fields = file.operations.values().flat_map(|operation| operation.header.keys()).map(String::as_str);
    let mcp = file.fronts.mcp.iter().flat_map(|_| MCP_HEADERS);
    let mut names: Vec<&str> =
        HEADERS.into_iter().chain(["SOAPAction"]).chain(mcp).chain(key).chain(fields).collect();
    names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    names.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    names.into_iter().map(Arc::from).collect()
}

/// Whether `text` is an origin as browsers write one (RFC 6454, section 6.2).
fn is_origin(text: &str) -> bool {
    let host = match text.split_once("://") {
        Some(("http", host)) => host.strip_suffix(":80").map_or(Some(host), |_| None),
        Some(("https", host)) => host.strip_suffix(":443").map_or(Some(host), |_| None),
        // Pages of extensions and apps have schemes of their own.
        Some((scheme, host)) if is_scheme(scheme) => Some(host),
        _ => None,
    };
    host.is_some_and(is_authority) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(rest)
}

/// Whether `text` is a host, with a port or without.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (text, None),
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(named),
    };
    good && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0))
}

/// Whether `url` is one to which the path of a front can be added.
fn is_base(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |parts| parts);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        is_authority(authority) && path.bytes().all(plain) && !path.contains("//")
    })
}

fn network(text: &str) -> Result<IpNet, WebProblem> {
    let one = text.parse::<IpAddr>().map(IpNet::from);
    one.or_else(|_| text.parse()).map_err(|_| WebProblem::Network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (text, expected) in [
            ("https://app.example", true),
            ("http://localhost:3000", true),
            ("http://[::1]:3000", true),
            ("chrome-extension://abcdef", true),
            ("https://app.example/", false),
            ("https://app.example/a", false),
            ("https://App.example", false),
            ("HTTPS://app.example", false),
            ("https://app.example:443", false),
            ("http://app.example:80", false),
            ("http://app.example:443", true),
            ("https://me@app.example", false),
            ("https://*.example", false),
            ("https://app.example:x", false),
            ("https://app.example:0", false),
            ("https://", false),
            ("app.example", false),
            ("", false),
        ] {
            assert_eq!(is_origin(text), expected, "{text}");
        }
    }

    #[test]
    fn a_public_url_takes_the_path_of_a_front() {
        for (text, expected) in [
            ("https://api.example", true),
            ("https://api.example:8443/legacy", true),
            ("http://[2001:db8::1]", true),
            ("https://api.example/a//b", false),
            ("https://api.example?x", false),
            ("https://api.example/a#b", false),
            ("https://me@api.example", false),
            ("ftp://api.example", false),
            ("api.example", false),
        ] {
            assert_eq!(is_base(text), expected, "{text}");
        }
    }

    #[test]
    fn a_network_is_an_address_or_has_a_prefix() {
        for (text, expected) in [
            ("10.0.0.7", true),
            ("10.0.0.0/8", true),
            ("10.0.0.7/8", true),
            ("::1", true),
            ("2001:db8::/32", true),
            ("10.0.0.0/33", false),
            ("10.0.0", false),
            ("proxy.example", false),
            ("10.0.0.7:80", false),
            ("", false),
        ] {
            assert_eq!(network(text).is_ok(), expected, "{text}");
        }
    }
}
