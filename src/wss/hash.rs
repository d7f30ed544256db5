//! Hashed passwords: Argon2id (RFC 9106), for users who send PasswordText.

use argon2::password_hash::phc;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::secret::Secret;

/// An Argon2id hash, as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Clone)]
pub struct PasswordHash(phc::PasswordHash);

impl PasswordHash {
    /// Reads a PHC string. Nothing for any other algorithm, or one without its salt or hash.
    pub fn parse(text: &str) -> Option<Self> {
        // The text is secret, and so is what exactly is wrong with it.
        let hash = phc::PasswordHash::new(text).ok()?;
        let whole = hash.salt.is_some() && hash.hash.is_some();
        (whole && hash.algorithm.as_str() == "argon2id").then_some(Self(hash))
    }

    /// Hashes `password` with a random salt and the parameters that OWASP names first: 19 MiB, two passes.
    ///
    /// Errors: no random bytes from the operating system.
    pub fn of(password: &Secret) -> Result<String, argon2::password_hash::Error> {
        let hash: phc::PasswordHash = Argon2::default().hash_password(password.expose().as_bytes())?;
        Ok(hash.to_string())
    }

    /// The PHC string.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// Whether it is the hash of `password`. Takes some 20 ms on purpose: keep it away from threads that serve others.
    pub fn verify(&self, password: &Secret) -> bool {
        Argon2::default().verify_password(password.expose().as_bytes(), &self.0).is_ok()
    }

    /// A hash that no password has, for users who do not exist.
    pub fn nobody() -> Option<Self> {
        Self::parse(NOBODY)
    }
}

/// Salt and hash are what offline guessing needs.
impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The parameters of [`PasswordHash::of`], so that a user who does not exist takes as long as one who does.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_verify_their_password_and_no_other() {
        let text = PasswordHash::of(&Secret::new("not-a-real-secret")).expect("random bytes");
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        let hash = PasswordHash::parse(&text).expect("a hash");
        assert!(hash.verify(&Secret::new("not-a-real-secret")) && !hash.verify(&Secret::new("another")));
        assert!(!PasswordHash::nobody().expect("a hash").verify(&Secret::new("")));
        assert_eq!(format!("{hash:?}"), "***");
    }

    #[test]
    fn only_argon2id_is_read() {
        for text in [
            "",
            "secret",
            "$argon2i$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        ] {
            assert!(PasswordHash::parse(text).is_none(), "{text}");
        }
    }
}
