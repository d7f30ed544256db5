//! Times towards a backend, as they are typed.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// Deadlines towards a backend, such as `15s` or `500ms`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeoutFile {
    /// To open a connection.
    pub connect: Option<String>,
    /// Until the first byte of the reply.
    pub first_byte: Option<String>,
    /// For the whole exchange.
    pub total: Option<String>,
}

/// `backend.*.keep_alive`: whether connections rest for the next request, or for how long.
#[derive(Clone, Debug)]
pub enum KeepAliveFile {
    /// As long as `limits.http.pool_idle_time` says, or not at all.
    Always(bool),
    /// For a time, such as `4s`.
    For(String),
}

impl Default for KeepAliveFile {
    fn default() -> Self {
        Self::Always(true)
    }
}

impl<'de> Deserialize<'de> for KeepAliveFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagOrTime)
    }
}

struct FlagOrTime;

impl Visitor<'_> for FlagOrTime {
    type Value = KeepAliveFile;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("`true`, `false`, or a time such as 4s")
    }

    fn visit_bool<E: Error>(self, keeps: bool) -> Result<KeepAliveFile, E> {
        Ok(KeepAliveFile::Always(keeps))
    }

    fn visit_str<E: Error>(self, time: &str) -> Result<KeepAliveFile, E> {
        Ok(KeepAliveFile::For(time.to_owned()))
    }
}
