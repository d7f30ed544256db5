//! Callers that prove themselves with a JSON Web Token or with a certificate.

use std::sync::Arc;
use std::time::Duration;

use super::super::callers::{Algorithm, CertificateCaller, Grant, JwtAuth, JwtKeys, Mark, Operations};
use super::super::callers_file::{
    AlgorithmFile, CallerFile, CertificatesFile, GrantFile, JwtFile, KeysFile, TextsFile,
};
use super::super::duration::duration;
use super::super::file::ServiceFile;
use super::super::fronts_file::AuthFile;
use super::super::reference;
use super::Checker;
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
        self.check_algorithms(&keys, &algorithms);
        Some(JwtAuth { keys, algorithms, issuers, audiences, name: file.name.clone(), grant, leeway })
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

    pub(super) fn certificates(&mut self, file: &CertificatesFile, plan: &Plan) -> Vec<CertificateCaller> {
        let mut callers: Vec<CertificateCaller> = Vec::new();
        if file.callers.is_empty() {
            self.problem("auth.certificate.callers: it is empty, so nobody could call");
        }
        for (at, caller) in file.callers.iter().enumerate() {
            let what = format!("auth.certificate.callers[{at}]");
            let Some(made) = self.certificate(&what, caller, plan) else { continue };
            if let Some(other) = callers.iter().position(|known| known.mark == made.mark) {
                self.problem(&format!("{what}: its certificates are also those of callers[{other}]"));
            }
            callers.push(made);
        }
        callers
    }

    fn certificate(&mut self, what: &str, file: &CallerFile, plan: &Plan) -> Option<CertificateCaller> {
        if file.name.is_empty() {
            self.problem(&format!("{what}.name: it is empty"));
        }
        let names = file.operations.as_deref();
        self.check_operations(&format!("{what}.operations"), names.unwrap_or_default(), plan);
        let marks = [
            file.subject.clone().map(Mark::Subject),
            file.dns.as_deref().map(|name| Mark::Dns(name.to_ascii_lowercase())),
            file.email.as_deref().map(Mark::email),
            file.uri.clone().map(Mark::Uri),
            file.fingerprint.as_deref().map(|digits| Mark::Fingerprint(plain_digits(digits))),
        ];
        let mut marks = marks.into_iter().flatten();
        let (Some(mark), None) = (marks.next(), marks.next()) else {
            self.problem(&format!(
                "{what}: exactly one of subject, dns, email, uri and fingerprint says which certificate it is"
            ));
            return None;
        };
        self.check_mark(what, &mark);
        Some(CertificateCaller { name: file.name.as_str().into(), mark, operations: operations(names) })
    }

    fn check_mark(&mut self, what: &str, mark: &Mark) {
        let expected = match mark {
            Mark::Dns(name) if name.is_empty() || name.contains('*') => {
                "dns: expected one whole name, such as orders.example, without `*`"
            }
            Mark::Email(address) if !address.contains('@') => "email: expected an address",
            Mark::Fingerprint(digits) if !is_sha256(digits) => {
                "fingerprint: expected the SHA-256 of the certificate, 64 hexadecimal digits"
            }
            Mark::Subject(subject) if subject.is_empty() => {
                "subject: it is empty, as that of many certificates is"
            }
            Mark::Uri(uri) if uri.is_empty() => "uri: it is empty",
            _ => return,
        };
        self.problem(&format!("{what}.{expected}"));
    }

    /// Clients must be asked for certificates. Without `listen.tls` the command line may say so; whoever listens looks again.
    pub(super) fn check_asked(&mut self, file: &ServiceFile) {
        let fronts = [("json", &file.fronts.json), ("soap", &file.fronts.soap)];
        let asked = file.listen.tls.as_ref().is_none_or(|tls| tls.client_ca.is_some());
        for (name, front) in fronts.into_iter().filter(|_| !asked) {
            if front.as_ref().is_some_and(|front| matches!(front.auth, AuthFile::Certificate(_))) {
                self.problem(&format!(
                    "fronts.{name}.auth.certificate: clients are not asked for certificates; listen.tls.client_ca must \
                     name the authorities that theirs come from"
                ));
            }
        }
    }

    /// Whether the contract has the operations `names`.
    pub(super) fn check_operations(&mut self, what: &str, names: &[String], plan: &Plan) {
        let known: Vec<&str> = plan.operations().iter().map(|operation| &*operation.name).collect();
        for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
            self.problem(&format!("{what}: there is no operation `{name}`; there is {}", known.join(", ")));
        }
    }
}

fn operations(names: Option<&[String]>) -> Operations {
    names.map(|names| names.iter().map(|name| Arc::from(name.as_str())).collect())
}

/// Digits as tools print them, in groups and in capitals.
fn plain_digits(text: &str) -> String {
    text.replace(':', "").to_ascii_lowercase()
}

fn is_sha256(digits: &str) -> bool {
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
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
