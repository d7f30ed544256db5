//! Versions of the protocol.

/// A version that is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// One that begins with `initialize`.
    Handshake(&'static str),
    /// One in which each request says all that it needs.
    Stateless,
}

/// The version in which each request says all that it needs.
pub const STATELESS: &str = "2026-07-28";

/// Versions that begin with `initialize`, the newest first.
const HANDSHAKE: [&str; 2] = ["2025-11-25", "2025-06-18"];

impl Version {
    /// The version `text`, if it is spoken.
    pub fn of(text: &str) -> Option<Self> {
        match HANDSHAKE.into_iter().find(|known| *known == text) {
            Some(known) => Some(Self::Handshake(known)),
            None => (text == STATELESS).then_some(Self::Stateless),
        }
    }

    /// What `initialize` comes to for a client that asks for `wanted`: that, or the newest of its kind.
    pub fn agreed(wanted: &str) -> &'static str {
        let [newest, ..] = HANDSHAKE;
        HANDSHAKE.into_iter().find(|known| *known == wanted).map_or(newest, |known| known)
    }

    /// Its name.
    pub fn text(self) -> &'static str {
        match self {
            Self::Handshake(text) => text,
            Self::Stateless => STATELESS,
        }
    }

    /// All that are spoken, the newest first.
    pub fn all() -> impl Iterator<Item = &'static str> {
        std::iter::once(STATELESS).chain(HANDSHAKE)
    }
}

impl Default for Version {
    /// A client that says nothing is one of before the header was there.
    fn default() -> Self {
        let [newest, ..] = HANDSHAKE;
        Self::Handshake(newest)
    }
}
