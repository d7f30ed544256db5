//! Names by which users, tokens and places are known.

use sha2::{Digest, Sha256};

/// A name for a list of parts: no other list has it.
pub type Key = [u8; 32];

/// A hash over the parts with their lengths, so that no two lists of parts are alike.
pub fn key(parts: &[&[u8]]) -> Key {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}
