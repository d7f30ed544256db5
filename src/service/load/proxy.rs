//! The outgoing proxy of a backend: what the service file says, else what the environment says, as curl and most stacks read it.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::checker::Checker;
use super::cleartext::{authority, is_loopback};
use crate::service::file::key_path::KeyPath;
use crate::service::file::proxy::{HttpVersionFile, ProxyFile};
use crate::service::model::backend::{Credentials, HttpVersion, Proxy, Reach};
use crate::service::problem::{BackendProblem, ValueProblem};
use crate::wss::Secret;

/// What a service file says of how a backend is reached.
#[derive(Clone, Copy)]
pub(super) struct ReachFile<'f> {
    pub(super) proxy: Option<&'f ProxyFile>,
    pub(super) version: HttpVersionFile,
}

impl Checker<'_> {
    /// How the server at `url` is reached, by what the keys of the backend `at` say.
    pub(super) fn reach(&mut self, at: &KeyPath, file: ReachFile<'_>, url: &str) -> Reach {
        let version = match file.version {
            HttpVersionFile::Auto => HttpVersion::Auto,
            HttpVersionFile::Http1 => HttpVersion::Http1,
            HttpVersionFile::Http2 => HttpVersion::Http2,
        };
        // A backend of the command line on this machine is a mock, to which no proxy leads.
        let mocked = self.backend_url.is_some() && is_loopback(url);
        let proxy = match file.proxy {
            _ if mocked => None,
            None => self.of_environment(&at.name(), url),
            Some(file) => self.proxy(&at.key("proxy"), file, url),
        };
        Reach { proxy, version }
    }

    fn proxy(&mut self, at: &KeyPath, file: &ProxyFile, url: &str) -> Option<Proxy> {
        let credentials = match &file.credentials {
            None => None,
            Some(fixed) => {
                let at = at.key("credentials");
                let credentials = self.fixed(&at, fixed)?;
                self.check_basic_name(&at.key("username"), &fixed.username, &credentials.username);
                self.check_basic(&at.key("password"), &fixed.password, credentials.password.expose());
                Some(credentials)
            }
        };
        let word = file.url.as_str();
        if matches!(word, "environment" | "none") && credentials.is_some() {
            self.problem(&at.key("credentials").name(), BackendProblem::ProxyCredentials);
        }
        match word {
            "none" => None,
            "environment" => self.of_environment(at, url),
            _ => {
                let proxy = self.resolved(at, word)?;
                if authority(&proxy).contains('@') {
                    self.problem(at, ValueProblem::UrlUser);
                    return None;
                }
                let found = address(&proxy);
                if found.is_none() {
                    self.problem(at, BackendProblem::Proxy);
                }
                found.map(|authority| Proxy { authority: authority.into(), credentials })
            }
        }
    }

    /// What the variables say that curl and most stacks know; never for this machine.
    fn of_environment(&mut self, at: &KeyPath, url: &str) -> Option<Proxy> {
        if is_loopback(url) {
            return None;
        }
        let names: [&'static str; 2] = match url.starts_with("https://") {
            true => ["https_proxy", "HTTPS_PROXY"],
            false => ["http_proxy", "HTTP_PROXY"],
        };
        let set = |name: &&'static str| {
            Some((*name, self.environment.variable(name).filter(|text| !text.is_empty())?))
        };
        let (variable, text) = names.iter().chain(&["all_proxy", "ALL_PROXY"]).find_map(set)?;
        let exceptions =
            ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| self.environment.variable(name));
        if exceptions.is_some_and(|list| is_exception(&list, url)) {
            return None;
        }
        let proxy = of_variable(&text);
        if proxy.is_none() {
            self.problem(at, BackendProblem::ProxyVariable { variable });
        }
        proxy
    }
}

/// The proxy that a variable names; its credentials stand in the URL there.
fn of_variable(text: &str) -> Option<Proxy> {
    let text = text.trim();
    let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let rest = url.get("http://".len()..).filter(|_| url.to_ascii_lowercase().starts_with("http://"))?;
    let rest = rest.trim_end_matches('/');
    let Some((user, host)) = rest.rsplit_once('@') else {
        return Some(Proxy { authority: address(&format!("http://{rest}"))?.into(), credentials: None });
    };
    let (name, password) = user.split_once(':').map_or((user, ""), |pair| pair);
    // What is not UTF-8 is no user of Basic credentials here.
    let text =
        |part: &str| percent_decode_str(part).decode_utf8().map_or(None, |text| Some(text.into_owned()));
    let (name, password) = (text(name)?, text(password)?);
    if name.contains(':') || name.chars().chain(password.chars()).any(char::is_control) {
        return None;
    }
    let credentials = Credentials { username: name.into(), password: Secret::new(&password) };
    Some(Proxy { authority: address(&format!("http://{host}"))?.into(), credentials: Some(credentials) })
}

/// Host and port of the proxy `url`; nothing where it is not one that is spoken here.
fn address(url: &str) -> Option<String> {
    let host = authority(url);
    let plain = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')) == Some(host);
    let (name, port) = split(host);
    let fits = plain
        && !name.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_graphic() && !b"@,\\".contains(&byte));
    match port {
        _ if !fits => None,
        // RFC 9110 section 4.2.1.
        None => Some(format!("{host}:80")),
        Some(port) => port.parse::<u16>().is_ok_and(|port| port > 0).then(|| host.to_owned()),
    }
}

/// Host, with its brackets, and port.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether `list`, a `NO_PROXY`, has the host of `url`: a name and those below it, an address, a range of them, with a port or
/// without, or `*`.
fn is_exception(list: &str, url: &str) -> bool {
    let (host, port) = split(authority(url));
    let port = port.map_or(if url.starts_with("https://") { "443" } else { "80" }, |port| port);
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let entry = entry.to_ascii_lowercase();
        let address = entry.split_once('/').map_or(entry.as_str(), |(network, _)| network);
        let (name, wanted) = match address.parse::<IpAddr>() {
            // The colons of such an address, or of a range of them, begin no port.
            Ok(IpAddr::V6(_)) => (entry.as_str(), None),
            Ok(IpAddr::V4(_)) | Err(_) => split(&entry),
        };
        let name = name.trim_matches(['[', ']']);
        let name = name.strip_prefix('*').map_or(name, |rest| rest);
        let here = wanted.is_none_or(|wanted| wanted == port);
        here && (entry == "*" || is_at(name.trim_start_matches('.'), &host))
    })
}

fn is_at(name: &str, host: &str) -> bool {
    let below = || host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    match (name.split_once('/'), host.parse::<IpAddr>()) {
        (Some((network, bits)), Ok(host)) => in_range(host, network, bits),
        (None, Ok(host)) => {
            name.parse::<IpAddr>().is_ok_and(|name| name.to_canonical() == host.to_canonical())
        }
        (_, Err(_)) => !name.is_empty() && below(),
    }
}

/// RFC 4632 section 3.1.
fn in_range(host: IpAddr, network: &str, bits: &str) -> bool {
    let (Some(network), Ok(bits)) = (number(network), bits.parse::<u32>()) else { return false };
    let host = match host.to_canonical() {
        IpAddr::V4(host) => (u128::from(host.to_bits()), 32),
        IpAddr::V6(host) => (host.to_bits(), 128),
    };
    let same = |length: u32| bits == 0 || (host.0 ^ network.0) >> (length - bits) == 0;
    host.1 == network.1 && bits <= host.1 && same(host.1)
}

fn number(address: &str) -> Option<(u128, u32)> {
    match address.parse() {
        Ok(IpAddr::V4(address)) => Some((u128::from(address.to_bits()), 32)),
        Ok(IpAddr::V6(address)) => Some((address.to_bits(), 128)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_of_variables_are_read() {
        let read = |text: &str| {
            of_variable(text).map(|proxy| {
                let user = proxy.credentials.map(|of| format!("{}:{}", of.username, of.password.expose()));
                (proxy.authority.to_string(), user)
            })
        };
        for (text, authority, user) in [
            ("http://proxy:3128", "proxy:3128", None),
            ("proxy:3128", "proxy:3128", None),
            ("HTTP://proxy/", "proxy:80", None),
            ("http://[::1]:8080", "[::1]:8080", None),
            ("http://[::1]", "[::1]:80", None),
            ("http://us%40er:p%3Aw@proxy:1", "proxy:1", Some("us@er:p:w")),
            ("user@proxy:1", "proxy:1", Some("user:")),
        ] {
            assert_eq!(read(text), Some((authority.to_owned(), user.map(str::to_owned))), "{text}");
        }
        for odd in [
            "https://proxy",
            "socks5://proxy:1080",
            "http://",
            "http://proxy/path",
            "http://proxy:x",
            "http://proxy:0",
            "http://a%3Ab:c@proxy",
            "http://a%FF@proxy",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn exceptions_are_names_addresses_ranges_and_all() {
        for (list, url, is) in [
            ("*", "http://a.example", true),
            ("example", "https://a.example/x", true),
            (".example", "https://a.example", true),
            ("*.example", "https://a.example", true),
            ("a.example", "https://A.EXAMPLE.:443", true),
            ("ample", "https://a.example", false),
            ("b.example, a.example", "https://a.example", true),
            ("a.example:443", "https://a.example", true),
            ("a.example:80", "https://a.example", false),
            ("10.1.2.3", "http://10.1.2.3:8080", true),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/33", "http://10.1.2.3", false),
            ("11.0.0.0/8", "http://10.1.2.3", false),
            ("0.0.0.0/0", "http://10.1.2.3", true),
            ("2.3", "http://10.1.2.3", false),
            ("fd00::/8", "http://[fd12::1]:80", true),
            ("[fd12::1]", "http://[fd12::1]", true),
            ("fd12::1", "http://[fd12::1]", true),
            ("::/0", "http://10.1.2.3", false),
            ("", "http://a.example", false),
            (" , ", "http://a.example", false),
        ] {
            assert_eq!(is_exception(list, url), is, "{list} {url}");
        }
    }
}
