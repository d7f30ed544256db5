//! URLs.

use super::MARK;
use super::names::is_secret;

/// `url` without a user name and password, and with the parameters masked whose names say that they are secrets.
pub fn url(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    // A URL without a path ends with its host.
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((_, host)) => format!("{MARK}@{host}"),
        None => authority.to_owned(),
    };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}{authority}{}", target(tail))
}

/// The same of a path with its query.
fn target(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MARK}"),
        _ => pair.to_owned(),
    };
    format!("{path}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn what_a_url_says_of_secrets_is_masked() {
        for (given, shown) in [
            ("http://host/a?apikey=k&b=c", "http://host/a?apikey=***&b=c"),
            ("redis://user:pass@host:6379/0", "redis://***@host:6379/0"),
            ("/a/b@c?access_token=t", "/a/b@c?access_token=***"),
            ("https://host", "https://host"),
        ] {
            assert_eq!(url(given), shown);
        }
    }
}
