//! How a backend is reached, as it is typed: the outgoing proxy and the version of HTTP.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::token::FixedFile;

/// `backend.*.proxy`: `none`, `environment`, a URL, or a URL with credentials.
#[derive(Clone, Debug)]
pub struct ProxyFile {
    /// The URL, or one of the words.
    pub url: String,
    /// What the proxy gets by `Proxy-Authorization`.
    pub credentials: Option<FixedFile>,
}

/// The same with its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelled {
    url: String,
    credentials: Option<FixedFile>,
}

impl<'de> Deserialize<'de> for ProxyFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrOther)
    }
}

struct OneOrOther;

impl<'de> Visitor<'de> for OneOrOther {
    type Value = ProxyFile;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("`none`, `environment`, the URL of a proxy, or { url, credentials }")
    }

    fn visit_str<E: Error>(self, url: &str) -> Result<ProxyFile, E> {
        Ok(ProxyFile { url: url.to_owned(), credentials: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ProxyFile, A::Error> {
        let Spelled { url, credentials } = Spelled::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ProxyFile { url, credentials })
    }
}

/// `backend.*.http_version`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpVersionFile {
    /// Over TLS what both sides can, else HTTP/1.1.
    #[default]
    Auto,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2, which a backend without TLS is known to speak.
    Http2,
}
