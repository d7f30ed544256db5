//! `wsu:Timestamp`: how long a message lives (SOAP Message Security 1.1.1, section 10).

use chrono::{DateTime, Duration, Utc};

use super::created::{Created, Precision, Text};
use super::profile::Profile;
use super::rejection::Rejection;
use super::text::text_of;
use crate::limits::WssLimits;
use crate::xml::{self, Event, Reader, ns};

/// A Timestamp that is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// When the message was made.
    pub created: Created,
    /// When it is over.
    pub expires: Option<Created>,
}

/// Whether a receiver looks at a Timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampPolicy {
    /// No; its structure must be right nevertheless.
    Ignore,
    /// One that is there must be fresh.
    #[default]
    IfPresent,
    /// One must be there, and be fresh.
    Require,
}

impl TimestampPolicy {
    /// Checks `timestamp` at `now`. Errors: it is not there, not fresh, or meant to live too long.
    pub fn check(
        self,
        timestamp: Option<&Timestamp>,
        limits: &WssLimits,
        now: DateTime<Utc>,
    ) -> Result<(), Rejection> {
        match (self, timestamp) {
            (Self::Ignore, _) | (Self::IfPresent, None) => Ok(()),
            (Self::Require, None) => Err(Rejection::NoTimestamp),
            (_, Some(timestamp)) => timestamp.check(limits, now),
        }
    }
}

impl Timestamp {
    /// `Created` has the age of a token's; a long life does not prolong it.
    fn check(&self, limits: &WssLimits, now: DateTime<Utc>) -> Result<(), Rejection> {
        check_fresh(self.created.instant, limits, now)?;
        let Some(expires) = &self.expires else { return Ok(()) };
        if expires.instant <= self.created.instant {
            return Err(Rejection::Structure("a Timestamp that ends before it begins"));
        }
        if expires.instant - self.created.instant > seconds(limits.timestamp_life) {
            return Err(Rejection::Structure("a Timestamp that lives too long"));
        }
        let until = expires.instant + seconds(limits.expires_skew);
        if until < now { Err(Rejection::Stale { by: beyond(until, now) }) } else { Ok(()) }
    }
}

/// Whether something made at `created` is fresh at `now`; both edges are fresh.
pub(super) fn check_fresh(
    created: DateTime<Utc>,
    limits: &WssLimits,
    now: DateTime<Utc>,
) -> Result<(), Rejection> {
    let (latest, earliest) = (now + seconds(limits.future_skew), now - seconds(limits.max_age));
    if created > latest {
        return Err(Rejection::Future { by: beyond(latest, created) });
    }
    if created < earliest { Err(Rejection::Stale { by: beyond(created, earliest) }) } else { Ok(()) }
}

/// Seconds from `from` to `to`, those that have begun counted whole.
fn beyond(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_milliseconds().saturating_add(999) / 1000
}

/// Reads a Timestamp, the reader standing at its start tag.
pub(super) fn read(
    reader: &mut Reader<'_>,
    profile: &Profile,
) -> Result<Result<Timestamp, Rejection>, xml::Error> {
    let (mut created, mut expires, mut wrong) = (None, None, None);
    while let Event::Start(name) = reader.next()? {
        let typed = reader.attribute(ns::NONE, "ValueType").is_some();
        let text = text_of(reader)?.and_then(|text| Created::under(profile, &text));
        let slot = match (name.ns, name.local) {
            (ns::WSU, "Created") if expires.is_none() || profile.loose_timestamp => &mut created,
            (ns::WSU, "Expires") => &mut expires,
            (ns::WSSE | ns::WSU, _) => {
                wrong.get_or_insert(Rejection::Structure("the children of a Timestamp"));
                continue;
            }
            _ if profile.loose_timestamp => continue,
            _ => {
                wrong.get_or_insert(Rejection::Structure("the children of a Timestamp"));
                continue;
            }
        };
        if slot.replace(text).is_some() || typed && !profile.loose_timestamp {
            wrong.get_or_insert(Rejection::Structure("the children of a Timestamp"));
        }
    }
    Ok(finish(created, expires, wrong))
}

type Read = Option<Result<Created, Rejection>>;

fn finish(created: Read, expires: Read, wrong: Option<Rejection>) -> Result<Timestamp, Rejection> {
    match wrong {
        Some(reason) => Err(reason),
        None => Ok(Timestamp {
            created: created.ok_or(Rejection::Structure("a Timestamp without Created"))??,
            expires: expires.transpose()?,
        }),
    }
}

/// Appends a Security header with nothing but a Timestamp of five minutes.
pub fn write_stamped(out: &mut Vec<u8>, now: DateTime<Utc>) {
    let precision = Precision::Milliseconds;
    let (created, expires) = (Text::of(now, precision), Text::of(now + seconds(300), precision));
    for piece in [
        "<wsse:Security xmlns:wsse=\"",
        ns::WSSE_URI,
        "\" xmlns:wsu=\"",
        ns::WSU_URI,
        "\"><wsu:Timestamp><wsu:Created>",
        created.as_str(),
        "</wsu:Created><wsu:Expires>",
        expires.as_str(),
        "</wsu:Expires></wsu:Timestamp></wsse:Security>",
    ] {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// Bounded, so that no configured number overflows a time.
pub(super) fn seconds(count: i64) -> Duration {
    Duration::seconds(count.clamp(0, 366 * 24 * 60 * 60))
}
