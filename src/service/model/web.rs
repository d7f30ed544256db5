//! What stands between clients and the listener: proxies, and pages of other origins.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

/// What a front lets pages of other origins do: the CORS protocol of the Fetch standard, section 3.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// Whose pages.
    pub origins: Origins,
    /// The methods that they may use; those of the path where the file says nothing.
    pub methods: Option<Vec<Arc<str>>>,
    /// The request headers that they may set; `*` is any but `Authorization`.
    pub headers: Vec<Arc<str>>,
    /// The response headers that they may read.
    pub expose: Vec<Arc<str>>,
    /// Whether browsers send cookies, client certificates and what they keep of HTTP Basic.
    pub credentials: bool,
    /// How long a browser may keep this in mind.
    pub max_age: Duration,
}

/// Origins, as browsers write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// All.
    Any,
    /// These.
    Listed(Vec<Arc<str>>),
}

/// Where clients believe that the listener is, and who tells where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Public {
    /// The URL below which the paths of the fronts are, without a slash at its end; by default the one by which a client came.
    pub url: Option<Arc<str>>,
    /// The proxies whose word counts; nothing where the file does not say.
    pub trusted: Option<Vec<IpNet>>,
}

impl Public {
    /// Whether a proxy at `address` is believed about who its client is. Nobody is whom the file does not name: an address decides
    /// how often somebody may guess a password.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.as_ref().is_some_and(|trusted| trusted.iter().any(|known| known.contains(&address)))
    }

    /// Whether a proxy at `address` is believed about the address by which its client came: where the file does not say, one on this
    /// machine is.
    pub fn trusts_address(&self, address: IpAddr) -> bool {
        match self.trusted {
            None => address.to_canonical().is_loopback(),
            Some(_) => self.trusts(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_named_is_not_believed() {
        let named = |networks: &[&str]| Public {
            trusted: Some(networks.iter().map(|text| text.parse().expect("a network")).collect()),
            ..Public::default()
        };
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        for (public, address, client, place) in [
            (Public::default(), "127.0.0.1", false, true),
            (Public::default(), "::ffff:127.0.0.1", false, true),
            (Public::default(), "192.0.2.1", false, false),
            (named(&[]), "127.0.0.1", false, false),
            (named(&["10.0.0.0/8"]), "127.0.0.1", false, false),
            (named(&["10.0.0.0/8"]), "10.1.2.3", true, true),
            (named(&["10.0.0.0/8"]), "::ffff:10.1.2.3", true, true),
            (named(&["2001:db8::/32"]), "2001:db8:1::1", true, true),
            (named(&["2001:db8::/32"]), "2001:db9::1", false, false),
        ] {
            let found = (public.trusts(ip(address)), public.trusts_address(ip(address)));
            assert_eq!(found, (client, place), "{public:?} {address}");
        }
    }
}
