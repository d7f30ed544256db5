//! JSON Web Tokens: which keys, which algorithms, and whom they let in.

use std::time::Duration;

use super::checker::Checker;
use super::convert::{algorithm, operations};
use crate::jose::Algorithm;
use crate::service::duration::duration;
use crate::service::file::callers::{GrantFile, JwtFile, KeysFile, TextsFile};
use crate::service::file::key_path::KeyPath;
use crate::service::model::callers::{Grant, JwtAuth, JwtKeys};
use crate::service::problem::{CallerProblem, ValueProblem};

impl Checker<'_> {
    pub(super) fn jwt(&mut self, at: &KeyPath, file: &JwtFile) -> Option<JwtAuth> {
        let algorithms: Vec<Algorithm> = file.algorithms.iter().copied().map(algorithm).collect();
        if algorithms.is_empty() {
            self.problem(&at.key("algorithms"), CallerProblem::NoAlgorithms);
        }
        self.check_filled(&at.key("name"), &file.name);
        let grant = self.grant(&at.key("operations"), file.operations.as_ref());
        let issuers = self.texts(&at.key("issuer"), &file.issuer);
        let audiences = self.texts(&at.key("audience"), &file.audience);
        let leeway = self.leeway(&at.key("leeway"), file.leeway.as_deref());
        let keys = self.jwt_keys(&at.key("keys"), &file.keys)?;
        self.check_algorithms(at, &keys, &algorithms);
        let name = file.name.clone();
        Some(JwtAuth { keys, algorithms, issuers, audiences, name, grant, leeway })
    }

    fn jwt_keys(&mut self, at: &KeyPath, file: &KeysFile) -> Option<JwtKeys> {
        match file {
            KeysFile::Jwks(place) => self.pem(&at.key("jwks"), place).map(JwtKeys::Jwks),
            KeysFile::PublicKey(place) => self.pem(&at.key("public_key"), place).map(JwtKeys::Public),
            KeysFile::Secret(text) => self.secret(&at.key("secret"), text).map(JwtKeys::Shared),
        }
    }

    /// Where both kinds are accepted, a token whose HMAC was made with the text of the public key would be (RFC 8725
    /// section 2.1).
    fn check_algorithms(&mut self, at: &KeyPath, keys: &JwtKeys, algorithms: &[Algorithm]) {
        let lengths: Vec<Option<usize>> =
            algorithms.iter().map(|algorithm| algorithm.secret_length()).collect();
        let named = at.key("algorithms");
        match keys {
            JwtKeys::Shared(_) if lengths.contains(&None) => {
                self.problem(&named, CallerProblem::SecretAlgorithms)
            }
            JwtKeys::Shared(secret) => {
                let least = lengths.into_iter().flatten().fold(0, usize::max);
                if secret.expose().len() < least {
                    self.problem(&at.key("keys").key("secret"), CallerProblem::SecretTooShort { least });
                }
            }
            JwtKeys::Jwks(_) | JwtKeys::Public(_) if lengths.iter().any(Option::is_some) => {
                self.problem(&named, CallerProblem::PublicKeyAlgorithms)
            }
            JwtKeys::Jwks(_) | JwtKeys::Public(_) => {}
        }
    }

    fn texts(&mut self, at: &KeyPath, file: &TextsFile) -> Vec<String> {
        let texts = match file {
            TextsFile::One(text) => vec![text.clone()],
            TextsFile::Several(texts) => texts.clone(),
        };
        if texts.is_empty() || texts.iter().any(String::is_empty) {
            self.problem(at, ValueProblem::Empty);
        }
        texts
    }

    fn grant(&mut self, at: &KeyPath, file: Option<&GrantFile>) -> Grant {
        match file {
            None => Grant::Fixed(None),
            Some(GrantFile::List(names)) => {
                self.check_operations(at, names);
                Grant::Fixed(operations(Some(names)))
            }
            Some(GrantFile::Claim(claim)) => {
                self.check_filled(&at.key("claim"), &claim.claim);
                Grant::Claim(claim.claim.clone())
            }
        }
    }

    fn leeway(&mut self, at: &KeyPath, text: Option<&str>) -> Duration {
        let Some(text) = text else { return DEFAULT_LEEWAY };
        match duration(text) {
            Ok(leeway) if leeway <= MOST_LEEWAY => leeway,
            _ => {
                self.problem(at, ValueProblem::Duration { range: "such as 10s, at most 5m" });
                DEFAULT_LEEWAY
            }
        }
    }
}

/// Clocks that are set by NTP differ by far less.
const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// More would make `exp` a suggestion.
const MOST_LEEWAY: Duration = Duration::from_secs(300);
