//! The store that several bridges share, as its URL names it.

use percent_encoding::percent_decode_str;

use crate::wss::Secret;

/// A Valkey or Redis store.
#[derive(Clone, Debug)]
pub struct SharedStore {
    /// How its servers are found.
    pub kind: StoreKind,
    /// The servers that the URL names, at least one.
    pub nodes: Vec<StoreNode>,
    /// The user of its servers.
    pub username: Option<String>,
    /// The password of its servers.
    pub password: Option<Secret>,
    /// The database in them.
    pub database: u16,
    url: Secret,
}

/// How the servers of a store are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// There is one.
    Alone,
    /// The servers tell which of them has what.
    Cluster,
    /// Sentinels tell where the master of this name is.
    Sentinel {
        /// The name.
        master: String,
    },
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreNode {
    /// Its name or address; an IPv6 address is without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl SharedStore {
    /// The store at `url`. Errors: what was expected in its place.
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or(ALONE)?;
        let expected = match scheme {
            "redis-cluster" => CLUSTER,
            "redis-sentinel" => SENTINEL,
            _ => ALONE,
        };
        let (rest, master) = match rest.split_once('?') {
            None => (rest, None),
            Some((rest, query)) => (rest, Some(query.strip_prefix("sentinelMasterId=").ok_or(expected)?)),
        };
        let kind = match (scheme, master) {
            ("redis", None) => StoreKind::Alone,
            ("redis-cluster", None) => StoreKind::Cluster,
            ("redis-sentinel", Some(name)) if is_name(name) => {
                StoreKind::Sentinel { master: name.to_owned() }
            }
            _ => return Err(expected),
        };
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |parts| parts);
        let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |parts| parts);
        let port = if matches!(kind, StoreKind::Sentinel { .. }) { SENTINEL_PORT } else { PORT };
        let nodes: Option<Vec<_>> = hosts.split(',').map(|host| node(host, port)).collect();
        let nodes = nodes.filter(|nodes| kind != StoreKind::Alone || nodes.len() == 1).ok_or(expected)?;
        let (username, password) = credentials(user).ok_or(expected)?;
        // A cluster has one database.
        let database = database(path).filter(|database| kind != StoreKind::Cluster || *database == 0);
        let database = database.ok_or(expected)?;
        Ok(Self { kind, nodes, username, password, database, url: Secret::new(url) })
    }

    /// Whether both are the same.
    pub fn is(&self, other: &Self) -> bool {
        self.url.is(&other.url)
    }

    /// Where it is, for messages: without credentials.
    pub fn shown(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(StoreNode::shown).collect();
        let nodes = nodes.join(",");
        match &self.kind {
            StoreKind::Alone => format!("redis://{nodes}"),
            StoreKind::Cluster => format!("redis-cluster://{nodes}"),
            StoreKind::Sentinel { master } => format!("redis-sentinel://{nodes}?sentinelMasterId={master}"),
        }
    }
}

impl StoreNode {
    fn shown(&self) -> String {
        let Self { host, port } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

/// The password in `url`, as it stands there; nothing where there is none.
pub(in crate::service) fn password(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split_once(['/', '?', '#']).map_or(rest, |(authority, _)| authority);
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

fn node(text: &str, default: u16) -> Option<StoreNode> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default,
        Some("") => default,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            port.parse().ok().filter(|port| *port > 0)? // Its digits are too large for a port.
        }
        None | Some(_) => return None,
    };
    is_host.then(|| StoreNode { host: host.to_owned(), port })
}

/// The user and the password of `USER:PASSWORD`, either of which may be absent.
fn credentials(text: &str) -> Option<(Option<String>, Option<Secret>)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    let (user, password) = text.split_once(':').map_or((text, ""), |parts| parts);
    // Neither may have octets that are not UTF-8: the client could not send them.
    let (user, password) = (decoded(user).ok()?, decoded(password).ok()?);
    let some = |text: String| (!text.is_empty()).then_some(text);
    Some((some(user), some(password).map(Secret::new)))
}

fn database(path: &str) -> Option<u16> {
    match path {
        "" => Some(0),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok() // More digits than any server has databases.
        }
        _ => None,
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

const ALONE: &str = "one such as redis://host:6379";
const CLUSTER: &str = "one such as redis-cluster://host:6379,host:6379";
const SENTINEL: &str = "one such as redis-sentinel://host:26379,host:26379/0?sentinelMasterId=NAME";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_servers_and_who_asks_them() {
        for (url, shown, user, password, database) in [
            ("redis://h", "redis://h:6379", None, None, 0),
            ("redis://:p%40s@[::1]:7/3", "redis://[::1]:7", None, Some("p@s"), 3),
            ("redis-cluster://u:p@a:1,b", "redis-cluster://a:1,b:6379", Some("u"), Some("p"), 0),
            (
                "redis-sentinel://u@a,b:5/2?sentinelMasterId=m-1",
                "redis-sentinel://a:26379,b:5?sentinelMasterId=m-1",
                Some("u"),
                None,
                2,
            ),
        ] {
            let store = SharedStore::parse(url).expect(url);
            let found = (store.username.as_deref(), store.password.as_ref().map(Secret::expose));
            assert_eq!((&*store.shown(), found, store.database), (shown, (user, password), database));
        }
    }

    #[test]
    fn what_is_not_such_a_url_is_told_by_its_scheme() {
        for (url, expected) in [
            ("http://h", ALONE),
            ("h:6379", ALONE),
            ("redis://", ALONE),
            ("redis://a,b", ALONE),
            ("redis://h:0", ALONE),
            ("redis://h:99999", ALONE),
            ("redis://h/a", ALONE),
            ("redis://h?sentinelMasterId=m", ALONE),
            ("redis://h#a", ALONE),
            ("redis://u:%ff@h", ALONE),
            ("redis-cluster://a,", CLUSTER),
            ("redis-cluster://a/1", CLUSTER),
            ("redis-sentinel://a", SENTINEL),
            ("redis-sentinel://a?sentinelMasterId=", SENTINEL),
            ("redis-sentinel://a?master=m", SENTINEL),
        ] {
            assert_eq!(SharedStore::parse(url).map(|store| store.shown()), Err(expected), "{url}");
        }
    }
}
