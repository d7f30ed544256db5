//! Credentials in cleartext: none goes over plain HTTP to another machine, unless the service file says so.

use std::net::IpAddr;

use super::Checker;

impl Checker<'_> {
    /// Whether `secrets`, such as `the UsernameToken`, may go to `url`. `what` has the `allow_insecure`.
    pub(super) fn check_cleartext(&mut self, what: &str, secrets: &str, url: &str, allowed: bool) {
        if !allowed && url.starts_with("http://") && !is_loopback(url) {
            self.problem(&format!(
                "{what}: {secrets} would go to {} in cleartext; use https://, or say that it may with \
                 `allow_insecure: true` (--allow-insecure without a service file)",
                authority(url)
            ));
        }
    }
}

/// Whether what is sent to `url` stays on this machine.
fn is_loopback(url: &str) -> bool {
    let authority = authority(url);
    let host = match authority.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    let ip = host.parse::<IpAddr>().map(|ip| ip.to_canonical().is_loopback());
    ip.unwrap_or_else(|_| host.eq_ignore_ascii_case("localhost"))
}

/// Host and port of a URL.
pub(super) fn authority(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.split(['/', '?', '#']).next().unwrap_or("")
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
