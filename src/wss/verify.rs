//! Verifying a UsernameToken.

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::digest::digest;
use super::read::{PasswordForm, Token};
use super::replay::{ClaimError, ReplayStore};
use super::secret::Secret;
use crate::limits::WssLimits;
use crate::soap::SecurityCode;

/// Proof that a token was verified: only [`verify`] makes one.
#[derive(Clone, Debug)]
pub struct Authenticated {
    principal: String,
    password: Secret,
}

impl Authenticated {
    /// Who it is.
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// The password, for a backend that wants the caller's own.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// What a front accepts.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'p> {
    /// What tells the users of this front from those of others: a token of one realm is no token of another.
    pub realm: &'p str,
    /// Whether PasswordDigest is accepted.
    pub accept_digest: bool,
    /// Whether PasswordText is accepted.
    pub accept_text: bool,
    /// Bounds.
    pub limits: &'p WssLimits,
}

/// The users of a front.
pub trait Users {
    /// The password of `username`; a digest can be verified only against the password itself.
    fn password(&self, username: &str) -> Option<&Secret>;
}

/// A token that was refused: what the client may know, and what the log should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// The fault. Failures of a token all look alike.
    pub fault: SecurityCode,
    /// What was wrong, for the log.
    pub reason: Reason,
}

/// Why a token was refused. Without anything that the client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A `Created` that is too far in the future.
    #[error("the token is from the future")]
    Future,
    /// The replay store has no room.
    #[error("the replay store is full")]
    Full,
    /// No Security header for this node.
    #[error("there is no security header")]
    NoHeader,
    /// A Security header without a UsernameToken.
    #[error("there is no UsernameToken")]
    NoToken,
    /// A kind of password that this front does not accept.
    #[error("this kind of password is not accepted")]
    PasswordKind,
    /// The token was used before.
    #[error("the token was used before")]
    Replayed,
    /// A `Created` that is too old.
    #[error("the token is stale")]
    Stale,
    /// A malformed token.
    #[error("{0}")]
    Structure(&'static str),
    /// Two Security headers for this node.
    #[error("there are two security headers")]
    TwoHeaders,
    /// A user that does not exist.
    #[error("unknown user")]
    UnknownUser,
    /// A token of another kind.
    #[error("a token of an unsupported kind")]
    UnsupportedToken,
    /// A wrong password.
    #[error("wrong password")]
    WrongPassword,
}

impl From<Reason> for Refused {
    /// A header that is not there or not readable may be told from a token that fails; tokens that fail may not be
    /// told from each other.
    fn from(reason: Reason) -> Self {
        let fault = match reason {
            Reason::NoHeader | Reason::NoToken | Reason::TwoHeaders => SecurityCode::InvalidSecurity,
            Reason::UnsupportedToken => SecurityCode::UnsupportedSecurityToken,
            _ => SecurityCode::FailedAuthentication,
        };
        Self { fault, reason }
    }
}

/// Verifies `token` at `now`: the kind of password, freshness, the password, and last the claim of its nonce.
///
/// Errors: why it is refused. An unknown user takes the same path as a known one.
pub fn verify(
    token: &Token,
    policy: &Policy<'_>,
    users: &dyn Users,
    replay: &dyn ReplayStore,
    now: DateTime<Utc>,
) -> Result<Authenticated, Refused> {
    check_kind(token, policy)?;
    check_fresh(token, policy.limits, now)?;
    let nobody = Secret::new("\u{0}");
    let known = users.password(&token.username);
    let matches = check_password(token, known.unwrap_or(&nobody));
    let password = match (known, matches) {
        (None, _) => return Err(Reason::UnknownUser.into()),
        (Some(_), false) => return Err(Reason::WrongPassword.into()),
        (Some(password), true) => password.clone(),
    };
    claim(token, policy, replay, now)?;
    Ok(Authenticated { principal: token.username.clone(), password })
}

fn check_kind(token: &Token, policy: &Policy<'_>) -> Result<(), Reason> {
    match &token.password {
        PasswordForm::Text(_) if policy.accept_text => Ok(()),
        PasswordForm::Digest(_) if policy.accept_digest => {
            let complete = token.nonce.is_some() && token.created.is_some();
            if complete { Ok(()) } else { Err(Reason::Structure("a digest without Nonce or Created")) }
        }
        _ => Err(Reason::PasswordKind),
    }
}

fn check_fresh(token: &Token, limits: &WssLimits, now: DateTime<Utc>) -> Result<(), Reason> {
    let Some(created) = &token.created else { return Ok(()) };
    if created.instant > now + Duration::seconds(limits.future_skew) {
        return Err(Reason::Future);
    }
    if created.instant < now - Duration::seconds(limits.max_age) {
        return Err(Reason::Stale);
    }
    Ok(())
}

fn check_password(token: &Token, password: &Secret) -> bool {
    match &token.password {
        PasswordForm::Text(given) => given.is(password),
        PasswordForm::Digest(given) => {
            let created = token.created.as_ref().map_or("", |created| &created.text);
            let nonce = token.nonce.as_deref().unwrap_or_default();
            digest(nonce, created, password.expose().as_bytes()).ct_eq(given).into()
        }
    }
}

/// Remembers the nonce, and the digest beside it: nonce and time have no border between them in a digest, so the same
/// digest can be had from another split. A token without a nonce cannot be told from its repetition.
fn claim(
    token: &Token,
    policy: &Policy<'_>,
    replay: &dyn ReplayStore,
    now: DateTime<Utc>,
) -> Result<(), Reason> {
    let Some(nonce) = &token.nonce else { return Ok(()) };
    let mut keys = vec![key(&[policy.realm.as_bytes(), token.username.as_bytes(), nonce])];
    if let PasswordForm::Digest(digest) = &token.password {
        keys.push(key(&[policy.realm.as_bytes(), digest]));
    }
    let made = token.created.as_ref().map_or(now, |created| created.instant);
    let expires = made + Duration::seconds(policy.limits.max_age + policy.limits.future_skew);
    replay.claim(&keys, expires, now).map_err(|error| match error {
        ClaimError::Full => Reason::Full,
        ClaimError::Replayed => Reason::Replayed,
    })
}

/// A hash over the parts with their lengths, so that no two lists of parts are alike.
fn key(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::XmlLimits;
    use crate::wss::{Fresh, MemoryReplay, PasswordType, Sender, read};
    use crate::xml::{Namespaces, Reader, ns};

    struct One(Secret);

    impl Users for One {
        fn password(&self, username: &str) -> Option<&Secret> {
            (username == "bob").then_some(&self.0)
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("time")
    }

    fn token(xml: &str) -> Result<Token, Reason> {
        let (known, limits) = (Namespaces::default(), XmlLimits::default());
        let mut reader = Reader::new(xml, &known, &limits);
        reader.next().expect("XML");
        read(&mut reader, &WssLimits::default()).expect("XML")
    }

    fn sent(password: PasswordType, user: &str, secret: &str, nonce: u8, seconds: i64) -> Token {
        let mut out = Vec::new();
        let fresh = Fresh { nonce: [nonce; 16], id: 1, now: at(seconds) };
        let sender = Sender { password, nonce: true };
        sender.write(&mut out, user, &Secret::new(secret), &fresh).expect("written");
        let text = String::from_utf8(out).expect("UTF-8").replace("soapenv:mustUnderstand=\"1\" ", "");
        token(&text).expect("token")
    }

    fn verdict(token: &Token, store: &MemoryReplay, seconds: i64) -> Result<String, Reason> {
        let limits = WssLimits::default();
        let policy = Policy { realm: "r", accept_digest: true, accept_text: true, limits: &limits };
        let verified = verify(token, &policy, &One(Secret::new("secret")), store, at(seconds));
        verified.map(|proof| proof.principal().to_owned()).map_err(|refused| refused.reason)
    }

    #[test]
    fn what_is_sent_is_verified_once() {
        for password in [PasswordType::Text, PasswordType::Digest] {
            let store = MemoryReplay::new(100);
            let good = sent(password, "bob", "secret", 1, 0);
            assert_eq!(verdict(&good, &store, 0), Ok("bob".to_owned()));
            assert_eq!(verdict(&good, &store, 1), Err(Reason::Replayed));
            assert_eq!(verdict(&good, &store, 300), Err(Reason::Replayed));
            assert_eq!(verdict(&sent(password, "bob", "secret", 2, 0), &store, 0), Ok("bob".to_owned()));
            assert_eq!(verdict(&sent(password, "bob", "wrong", 3, 0), &store, 0), Err(Reason::WrongPassword));
            assert_eq!(verdict(&sent(password, "eve", "secret", 4, 0), &store, 0), Err(Reason::UnknownUser));
        }
    }

    #[test]
    fn strangers_do_not_fill_the_store() {
        let store = MemoryReplay::new(2);
        for nonce in 0..50 {
            assert!(verdict(&sent(PasswordType::Digest, "bob", "wrong", nonce, 0), &store, 0).is_err());
        }
        assert!(verdict(&sent(PasswordType::Digest, "bob", "secret", 99, 0), &store, 0).is_ok());
        assert_eq!(
            verdict(&sent(PasswordType::Digest, "bob", "secret", 98, 0), &store, 0),
            Err(Reason::Full)
        );
    }

    #[test]
    fn freshness_has_two_edges() {
        for (seconds, expected) in [
            (-300, Ok("bob".to_owned())),
            (-301, Err(Reason::Stale)),
            (-299, Ok("bob".to_owned())),
            (59, Ok("bob".to_owned())),
            (60, Ok("bob".to_owned())),
            (61, Err(Reason::Future)),
        ] {
            let token = sent(PasswordType::Digest, "bob", "secret", 1, seconds);
            assert_eq!(verdict(&token, &MemoryReplay::new(10), 0), expected, "{seconds}");
        }
    }

    #[test]
    fn every_failure_of_a_token_looks_the_same() {
        for reason in [
            Reason::Future,
            Reason::Full,
            Reason::Replayed,
            Reason::Stale,
            Reason::Structure("x"),
            Reason::UnknownUser,
            Reason::WrongPassword,
        ] {
            assert_eq!(Refused::from(reason).fault, SecurityCode::FailedAuthentication, "{reason}");
        }
        assert_eq!(Refused::from(Reason::NoHeader).fault, SecurityCode::InvalidSecurity);
    }

    #[test]
    fn the_structure_of_a_token_is_checked() {
        let name = "<w:Username>bob</w:Username>";
        let word = "<w:Password>secret</w:Password>";
        let digest = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
        let security = |inside: &str| {
            format!("<w:Security xmlns:w='{}' xmlns:u='{}'>{inside}</w:Security>", ns::WSSE_URI, ns::WSU_URI)
        };
        let of = |inside: &str| token(&security(&format!("<w:UsernameToken>{inside}</w:UsernameToken>")));
        assert!(of(&format!("{word}{name}<other/>")).is_ok());
        assert!(
            of(&format!("<w:Username>b<!-- x -->ob</w:Username>{word}"))
                .is_ok_and(|token| token.username == "bob")
        );
        for inside in [
            String::new(),
            name.to_owned(),
            word.to_owned(),
            format!("<w:Username/>{word}"),
            format!("{name}{name}{word}"),
            format!("{name}{word}{word}"),
            format!(
                "{name}{word}<w:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce><w:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce>"
            ),
            format!("{name}{word}<w:Nonce>AAAA</w:Nonce>"),
            format!("{name}{word}<w:Nonce>AAAAAAAAAAAAAAAAAAAAAB==</w:Nonce>"),
            format!("{name}{word}<w:Nonce EncodingType='hex'>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce>"),
            format!("{name}{word}<u:Created>2026-01-01</u:Created>"),
            format!("{name}{word}<w:Salt>AA==</w:Salt>"),
            format!("{name}<w:Password Type='PasswordText'>secret</w:Password>"),
            format!("{name}<w:Password Type='{digest}'>weYI3nXd8LjMNVksCKFV8t3rgHh3Rw==</w:Password>"),
            format!("{name}<w:Password>sec<b/>ret</w:Password>"),
            format!("<w:Username>{}</w:Username>{word}", "x".repeat(257)),
        ] {
            assert!(matches!(of(&inside), Err(Reason::Structure(_))), "{inside}: {:?}", of(&inside));
        }
        assert_eq!(token(&security("")).err(), Some(Reason::NoToken));
        assert_eq!(token(&security("<w:BinarySecurityToken/>")).err(), Some(Reason::UnsupportedToken));
        let two = format!("<w:UsernameToken>{name}{word}</w:UsernameToken>").repeat(2);
        assert!(matches!(token(&security(&two)), Err(Reason::Structure(_))));
    }

    #[test]
    fn a_digest_needs_nonce_and_time() {
        let mut bare = sent(PasswordType::Digest, "bob", "secret", 1, 0);
        bare.created = None;
        assert!(matches!(verdict(&bare, &MemoryReplay::new(10), 0), Err(Reason::Structure(_))));
    }
}
