//! Hashed passwords: Argon2id (RFC 9106), for users who send PasswordText.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher, Version};
use subtle::ConstantTimeEq;

use super::secret::Secret;
use crate::limits::{HASH_KIB, HASH_PASSES};

/// An Argon2id hash, as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Clone)]
pub struct PasswordHash {
    text: phc::PasswordHash,
    salt: phc::Salt,
    output: phc::Output,
    params: Params,
    version: Version,
}

/// Why a text is no hash that can be verified against. The text is secret, and so is what exactly is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// It wants more than [`HASH_KIB`] or [`HASH_PASSES`].
    #[error("a hash that takes too much memory or time")]
    Cost,
    /// It is of another algorithm, without its salt or hash, or no PHC string at all.
    #[error("not an Argon2id hash")]
    Form,
}

impl PasswordHash {
    /// Reads a PHC string. Errors: it is none of Argon2id, or whoever sends a password could make it cost too much.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let text = phc::PasswordHash::new(text).map_err(|_| HashError::Form)?;
        let (Some(salt), Some(output)) = (text.salt, text.hash) else { return Err(HashError::Form) };
        if text.algorithm.as_str() != "argon2id" {
            return Err(HashError::Form);
        }
        let params = Params::try_from(&text).map_err(|_| HashError::Form)?;
        let version = text.version.map_or(Ok(Version::default()), Version::try_from);
        let version = version.map_err(|_| HashError::Form)?;
        if params.m_cost() > HASH_KIB || params.t_cost() > HASH_PASSES {
            return Err(HashError::Cost);
        }
        Ok(Self { text, salt, output, params, version })
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
        self.text.to_string()
    }

    /// Whether it is the hash of `password`, computed in `memory`. Takes some 20 ms on purpose: keep it away from threads that
    /// serve others.
    pub fn verify(&self, password: &Secret, memory: &mut HashMemory) -> bool {
        let argon2 = Argon2::new(Algorithm::Argon2id, self.version, self.params.clone());
        let mut computed = vec![0; self.output.len()];
        let done = argon2.hash_password_into_with_memory(
            password.expose().as_bytes(),
            &self.salt,
            &mut computed,
            memory.blocks(self.params.block_count()),
        );
        done.is_ok() && computed.ct_eq(self.output.as_bytes()).into()
    }

    /// One that no password has and that costs the same, for users who do not exist.
    pub fn nobodys(&self) -> Self {
        let nothing = vec![0; self.output.len()];
        let output = phc::Output::new(&nothing).expect("a hash has this length");
        Self { output, ..self.clone() }
    }

    /// What computing it costs: memory times passes.
    pub fn cost(&self) -> u64 {
        u64::from(self.params.m_cost()) * u64::from(self.params.t_cost())
    }
}

/// Memory in which hashes are computed, one after the other. It grows to what the largest of them needs and is kept: allocators do
/// not give back what comes and goes in such pieces.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0
    }
}

/// What passwords were made into.
impl std::fmt::Debug for HashMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Salt and hash are what offline guessing needs.
impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_verify_their_password_and_no_other() {
        let text = PasswordHash::of(&Secret::new("not-a-real-secret")).expect("random bytes");
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        let hash = PasswordHash::parse(&text).expect("a hash");
        let mut memory = HashMemory::default();
        let mut is = |hash: &PasswordHash, password| hash.verify(&Secret::new(password), &mut memory);
        assert!(is(&hash, "not-a-real-secret") && !is(&hash, "another") && is(&hash, "not-a-real-secret"));
        let nobody = hash.nobodys();
        assert!(!is(&nobody, "not-a-real-secret") && !is(&nobody, "") && nobody.cost() == hash.cost());
        assert_eq!((format!("{hash:?}"), format!("{memory:?}")), ("***".to_owned(), "***".to_owned()));
    }

    /// Of the reference implementation, whose tests have them.
    #[test]
    fn hashes_of_others_verify_in_memory_that_was_used() {
        let (mut memory, password) = (HashMemory::default(), Secret::new("password"));
        for text in KNOWN {
            let hash = PasswordHash::parse(text).expect(text);
            assert!(hash.verify(&password, &mut memory), "{text}");
            assert!(!hash.verify(&Secret::new("passwore"), &mut memory), "{text}");
        }
    }

    #[test]
    fn only_argon2id_is_read() {
        for text in [
            "",
            "secret",
            "$argon2i$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=18$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy1pdA",
            "$argon2id$v=19$m=1,t=2,p=1$bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        ] {
            assert_eq!(PasswordHash::parse(text).err(), Some(HashError::Form), "{text}");
        }
    }

    #[test]
    fn a_hash_that_costs_too_much_is_refused_before_it_is_computed() {
        let of = |memory: u32, passes: u32| {
            let salt = "bm9ib2R5LWhhcy1pdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            PasswordHash::parse(&format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}")).err()
        };
        assert_eq!(of(HASH_KIB, HASH_PASSES), None);
        assert_eq!(of(HASH_KIB + 1, 1), Some(HashError::Cost));
        assert_eq!(of(19_456, HASH_PASSES + 1), Some(HashError::Cost));
    }

    const KNOWN: [&str; 3] = [
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ];
}
