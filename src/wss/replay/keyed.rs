//! What tokens are remembered by.

use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};

use super::Claim;

/// Hashes of 64 bits under a key that is random at the start of the process (SipHash): whoever does not know it can make no two
/// tokens whose hashes are one, and so cannot have tokens of others refused.
#[derive(Debug)]
pub(super) struct Keyed(DefaultHasher);

impl Default for Keyed {
    fn default() -> Self {
        Self(RandomState::new().build_hasher())
    }
}

/// What is remembered of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    /// Whose it is.
    pub(super) owner: u64,
    /// Realm, user and nonce, and the time where it belongs to the nonce.
    pub(super) nonce: u64,
    /// Realm and digest.
    pub(super) digest: Option<u64>,
}

impl Keyed {
    /// The same hashes every time.
    #[cfg(test)]
    pub(super) fn fixed() -> Self {
        Self(DefaultHasher::new())
    }

    /// The keys of a token. Every part has its length before it, so that no two lists of parts are alike.
    pub(super) fn keys(&self, claim: &Claim<'_>) -> Keys {
        let mut realm = self.0.clone();
        part(&mut realm, claim.realm.as_bytes());
        let mut owner = realm.clone();
        part(&mut owner, claim.username.as_bytes());
        let mut nonce = owner.clone();
        part(&mut nonce, claim.nonce);
        if let Some(at) = claim.at {
            nonce.write_i64(at.timestamp());
            nonce.write_u32(at.timestamp_subsec_nanos());
        }
        let digest = claim.digest.map(|digest| {
            part(&mut realm, digest);
            realm.finish()
        });
        Keys { owner: owner.finish(), nonce: nonce.finish(), digest }
    }
}

impl Keys {
    /// All of them, or none, are remembered.
    pub(super) fn iter(self) -> impl Iterator<Item = u64> {
        [Some(self.nonce), self.digest].into_iter().flatten()
    }
}

fn part(hasher: &mut impl Hasher, part: &[u8]) {
    hasher.write_usize(part.len());
    hasher.write(part);
}
