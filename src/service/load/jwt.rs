//! JSON Web Tokens: which keys, which algorithms, and whom they let in.

use std::time::Duration;

use super::super::callers::{Grant, JwtAuth, JwtKeys};
use super::super::callers_file::{AlgorithmFile, GrantFile, JwtFile, KeysFile, TextsFile};
use super::super::duration::duration;
use super::super::reference;
use super::super::tls::Place;
use super::Checker;
use super::fronts::operations;
use crate::jose::Algorithm;
use crate::plan::Plan;

impl Checker<'_> {
    pub(super) fn jwt(&mut self, file: &JwtFile, plan: &Plan) -> Option<JwtAuth> {
        let algorithms: Vec<Algorithm> = file.algorithms.iter().copied().map(algorithm).collect();
        if algorithms.is_empty() {
            self.problem("auth.jwt.algorithms: name the algorithms that tokens may have, such as [RS256]");
        }
        if file.name.is_empty() {
            self.problem("auth.jwt.name: it is empty; the claim that names the caller is usually `sub`");
        }
        let grant = self.grant(file.operations.as_ref(), plan);
        let (issuers, audiences) =
            (self.texts("issuer", &file.issuer), self.texts("audience", &file.audience));
        let leeway = self.leeway(file.leeway.as_deref());
        let keys = self.jwt_keys(&file.keys)?;
        let place = match &file.keys {
            KeysFile::Jwks(place) | KeysFile::PublicKey(place) => Some(Place::of(self.path, place)),
            KeysFile::Secret(_) => None,
        };
        self.check_algorithms(&keys, &algorithms);
        let name = file.name.clone();
        Some(JwtAuth { keys, place, algorithms, issuers, audiences, name, grant, leeway })
    }

    fn jwt_keys(&mut self, file: &KeysFile) -> Option<JwtKeys> {
        match file {
            KeysFile::Jwks(place) => self.pem("auth.jwt.keys.jwks", place).map(JwtKeys::Jwks),
            KeysFile::PublicKey(place) => self.pem("auth.jwt.keys.public_key", place).map(JwtKeys::Public),
            KeysFile::Secret(text) => self
                .resolved("auth.jwt.keys.secret", reference::secret(text, self.environment))
                .map(JwtKeys::Shared),
        }
    }

    /// Where both kinds are accepted, a token whose HMAC was made with the text of the public key would be (RFC 8725
    /// section 2.1).
    fn check_algorithms(&mut self, keys: &JwtKeys, algorithms: &[Algorithm]) {
        let lengths = || algorithms.iter().map(|algorithm| algorithm.secret_length());
        match keys {
            JwtKeys::Shared(_) if lengths().any(|length| length.is_none()) => self.problem(
                "auth.jwt.algorithms: with keys.secret only HS256, HS384 and HS512; the others are for public keys",
            ),
            JwtKeys::Shared(secret) => {
                let least = lengths().flatten().max().unwrap_or(0);
                if secret.expose().len() < least {
                    self.problem(&format!(
                        "auth.jwt.keys.secret: it is too short; these algorithms need {least} bytes (RFC 7518 section 3.2)"
                    ));
                }
            }
            JwtKeys::Jwks(_) | JwtKeys::Public(_) => {
                if lengths().any(|length| length.is_some()) {
                    self.problem(
                        "auth.jwt.algorithms: HS256, HS384 and HS512 are for keys.secret; with a public key anyone who has \
                         it could make such a token",
                    );
                }
            }
        }
    }

    fn texts(&mut self, name: &str, file: &TextsFile) -> Vec<String> {
        let texts = match file {
            TextsFile::One(text) => vec![text.clone()],
            TextsFile::Several(texts) => texts.clone(),
        };
        if texts.is_empty() || texts.iter().any(String::is_empty) {
            self.problem(&format!("auth.jwt.{name}: expected a text, or a list of texts that are not empty"));
        }
        texts
    }

    fn grant(&mut self, file: Option<&GrantFile>, plan: &Plan) -> Grant {
        match file {
            None => Grant::Fixed(None),
            Some(GrantFile::List(names)) => {
                self.check_operations("auth.jwt.operations", names, plan);
                Grant::Fixed(operations(Some(names)))
            }
            Some(GrantFile::Claim(claim)) => {
                if claim.claim.is_empty() {
                    self.problem("auth.jwt.operations.claim: it is empty");
                }
                Grant::Claim(claim.claim.clone())
            }
        }
    }

    fn leeway(&mut self, text: Option<&str>) -> Duration {
        let leeway = duration(text.unwrap_or("30s")).ok().filter(|leeway| *leeway <= MOST_LEEWAY);
        leeway.unwrap_or_else(|| {
            self.problem("auth.jwt.leeway: expected a time such as 10s, at most 5m");
            MOST_LEEWAY
        })
    }
}

fn algorithm(file: AlgorithmFile) -> Algorithm {
    match file {
        AlgorithmFile::EdDSA => Algorithm::EdDsa,
        AlgorithmFile::ES256 => Algorithm::Es256,
        AlgorithmFile::ES384 => Algorithm::Es384,
        AlgorithmFile::ES512 => Algorithm::Es512,
        AlgorithmFile::HS256 => Algorithm::Hs256,
        AlgorithmFile::HS384 => Algorithm::Hs384,
        AlgorithmFile::HS512 => Algorithm::Hs512,
        AlgorithmFile::PS256 => Algorithm::Ps256,
        AlgorithmFile::PS384 => Algorithm::Ps384,
        AlgorithmFile::PS512 => Algorithm::Ps512,
        AlgorithmFile::RS256 => Algorithm::Rs256,
        AlgorithmFile::RS384 => Algorithm::Rs384,
        AlgorithmFile::RS512 => Algorithm::Rs512,
    }
}

/// More would make `exp` a suggestion.
const MOST_LEEWAY: Duration = Duration::from_secs(300);
