//! Credentials in cleartext: none goes over plain HTTP to another machine, unless the service file says so.

use std::net::IpAddr;

/// Whether what is sent to `url` can be read on its way.
pub fn is_exposed(url: &str) -> bool {
    url.starts_with("http://") && !is_loopback(url)
}

/// Whether what is sent to `url` stays on this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    let authority = authority(url);
    let host = match authority.strip_prefix('[') {
        Some(inside) => before(inside, &[']']),
        None => before(authority, &[':']),
    };
    match host.parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// Host and port of a URL.
pub(super) fn authority(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    before(behind, &['/', '?', '#'])
}

/// What is before the first of `ends`, or all.
fn before<'t>(text: &'t str, ends: &[char]) -> &'t str {
    text.split_once(ends).map_or(text, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for here in
            ["127.0.0.1", "127.8.9.1:80", "[::1]:9000", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST:1"]
        {
            assert!(is_loopback(&format!("http://{here}/a")), "{here}");
            assert!(is_loopback(&format!("http://{here}?a")), "{here}");
        }
        for elsewhere in [
            "10.0.0.1",
            "128.0.0.1",
            "[::2]",
            "localhost.example",
            "127.0.0.1.example",
            "127.1",
            "0.0.0.0",
            "a@localhost",
            "example/localhost",
            "example#@localhost",
            "",
        ] {
            assert!(!is_loopback(&format!("http://{elsewhere}/")), "{elsewhere}");
        }
    }
}
