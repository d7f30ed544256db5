//! Verifying a UsernameToken.

use std::future::{Future, ready};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Duration, Utc};
use subtle::ConstantTimeEq;

use super::digest::digest;
use super::header::Security;
use super::rejection::Rejection;
use super::replay::{Claim, ClaimError, ReplayStore};
use super::secret::Secret;
use super::timestamp::{TimestampPolicy, check_fresh};
use super::token::{PasswordForm, Token};
use crate::limits::WssLimits;

/// Proof that a token was verified. Only [`verify`] makes one:
///
/// ```compile_fail
/// use saponify::wss::{Secret, Verified};
/// let forged = Verified { principal: "root".into(), password: Secret::new("") };
/// ```
#[derive(Clone, Debug)]
pub struct Verified {
    principal: Arc<str>,
    password: Secret,
}

impl Verified {
    /// Who it is.
    pub fn principal(&self) -> &Arc<str> {
        &self.principal
    }

    /// The password, for a backend that wants the caller's own.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// What a front accepts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'p> {
    /// What tells these users from others: a token of one realm is no token of another.
    pub realm: &'p str,
    /// Whether PasswordDigest is accepted.
    pub accept_digest: bool,
    /// Whether PasswordText is accepted.
    pub accept_text: bool,
    /// Whether a Timestamp is looked at.
    pub timestamp: TimestampPolicy,
    /// Tokens that were made before are refused, for nobody remembers them.
    pub not_before: Option<DateTime<Utc>>,
    /// Whether a nonce may come again at another time.
    pub repeated_nonces: bool,
    /// Bounds.
    pub limits: &'p WssLimits,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The users of a front.
pub trait Users: Sync {
    /// The password of `username`, where it is known: a digest can be verified against nothing else.
    fn password(&self, username: &str) -> Option<&Secret>;

    /// Whether `password` is that of `username`. A user who does not exist takes as long as one who does.
    ///
    /// Errors: [`Rejection::UnknownUser`], [`Rejection::WrongPassword`].
    fn check(&self, username: &str, password: &Secret) -> impl Future<Output = Result<(), Rejection>> + Send {
        ready(compare(self.password(username), password))
    }
}

/// Whether `given` is `known`; without one it is compared all the same.
///
/// Errors: [`Rejection::UnknownUser`], [`Rejection::WrongPassword`].
pub fn compare(known: Option<&Secret>, given: &Secret) -> Result<(), Rejection> {
    // Somebody who does not exist takes as long as who does.
    let same = known.unwrap_or(&NOBODYS).is(given);
    match known {
        None => Err(Rejection::UnknownUser),
        Some(_) if same => Ok(()),
        Some(_) => Err(Rejection::WrongPassword),
    }
}

/// A password that XML cannot carry, so that nobody has it.
static NOBODYS: LazyLock<Secret> = LazyLock::new(|| Secret::new("\u{0}"));

/// Verifies what was read: the kind of password, freshness, the password, and last the claim of the nonce.
///
/// Errors: why it is refused. An unknown user takes the same path as a known one.
pub async fn verify<U: Users, R: ReplayStore>(
    security: &Security,
    policy: &Policy<'_>,
    users: &U,
    replay: &R,
) -> Result<Verified, Rejection> {
    let token = security.token.as_ref().ok_or(Rejection::NoToken)?;
    check_kind(token, policy)?;
    check_time(security, token, policy)?;
    let password = check_password(token, users).await?;
    if let Some(claim) = claim(token, policy) {
        replay.claim(claim).await?;
    }
    Ok(Verified { principal: token.username.clone(), password })
}

/// Verifies a token that only says a name, and has no password (UsernameToken Profile 1.1.1, section 3.1: `Password` is optional): that the
/// name is known, freshness, and last the claim of the nonce. Who sent it must be known for another reason.
///
/// Errors: why it is refused. A password is one that nobody would check.
pub async fn verify_name<R: ReplayStore>(
    security: &Security,
    policy: &Policy<'_>,
    is_known: impl Fn(&str) -> bool,
    replay: &R,
) -> Result<Arc<str>, Rejection> {
    let token = security.token.as_ref().ok_or(Rejection::NoToken)?;
    if !matches!(token.password, PasswordForm::Absent) {
        return Err(Rejection::PasswordKind);
    }
    check_time(security, token, policy)?;
    if !is_known(&token.username) {
        return Err(Rejection::UnknownUser);
    }
    if let Some(claim) = claim(token, policy) {
        replay.claim(claim).await?;
    }
    Ok(token.username.clone())
}

fn check_kind(token: &Token, policy: &Policy<'_>) -> Result<(), Rejection> {
    match &token.password {
        PasswordForm::Absent => Err(NO_PASSWORD),
        PasswordForm::Text(_) if policy.accept_text => Ok(()),
        PasswordForm::Digest(_) if policy.accept_digest => {
            let complete = token.nonce.is_some() && token.created.is_some();
            if complete { Ok(()) } else { Err(Rejection::Structure("a digest without Nonce or Created")) }
        }
        _ => Err(Rejection::PasswordKind),
    }
}

fn check_time(security: &Security, token: &Token, policy: &Policy<'_>) -> Result<(), Rejection> {
    let now = policy.now;
    policy.timestamp.check(security.timestamp.as_ref(), policy.limits, now)?;
    let Some(created) = &token.created else { return Ok(()) };
    check_fresh(created.instant, policy.limits, now)?;
    let early = policy.not_before.is_some_and(|start| created.instant < start);
    if early && token.nonce.is_some() { Err(Rejection::BeforeStart) } else { Ok(()) }
}

/// The password itself, which was right.
async fn check_password<U: Users>(token: &Token, users: &U) -> Result<Secret, Rejection> {
    match &token.password {
        PasswordForm::Absent => Err(NO_PASSWORD),
        PasswordForm::Text(given) => {
            users.check(&token.username, given).await?;
            Ok(given.clone())
        }
        PasswordForm::Digest(given) => check_digest(token, given, users.password(&token.username)),
    }
}

fn check_digest(token: &Token, given: &[u8; 20], known: Option<&Secret>) -> Result<Secret, Rejection> {
    let (Some(nonce), Some(created)) = (&token.nonce, &token.created) else {
        return Err(Rejection::Structure("a digest without Nonce or Created"));
    };
    // Somebody who does not exist takes as long as who does.
    let password = known.unwrap_or(&NOBODYS).expose().as_bytes();
    let matches: bool = digest(nonce, &created.text, password).ct_eq(given).into();
    match known {
        None => Err(Rejection::UnknownUser),
        Some(_) if !matches => Err(Rejection::WrongPassword),
        Some(password) => Ok(password.clone()),
    }
}

/// What is remembered of a token. One without a nonce cannot be told from its repetition.
fn claim<'t>(token: &'t Token, policy: &Policy<'t>) -> Option<Claim<'t>> {
    let created = token.created.as_ref();
    let digest = match &token.password {
        PasswordForm::Digest(digest) => Some(digest),
        PasswordForm::Absent | PasswordForm::Text(_) => None,
    };
    Some(Claim {
        realm: policy.realm,
        username: &token.username,
        nonce: token.nonce.as_deref()?,
        at: created.filter(|_| policy.repeated_nonces).map(|created| created.instant),
        digest,
        made: created.map_or(policy.now, |created| created.instant),
        life: Duration::seconds(policy.limits.max_age.saturating_add(policy.limits.future_skew)),
        now: policy.now,
    })
}

const NO_PASSWORD: Rejection = Rejection::Structure("no Password");

impl From<ClaimError> for Rejection {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Evicting => Self::Evicting,
            ClaimError::Forgotten => Self::Forgotten,
            ClaimError::Full => Self::Full,
            ClaimError::Replayed => Self::Replayed,
            ClaimError::Unreachable => Self::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests;
