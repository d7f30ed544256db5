//! A connection while a request has it.

use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderName;
use tokio::time::Instant;

use super::places::Place;
use super::sender::Sender;
use crate::bridge::state::header::advice;
use crate::service::ConnectionLimits;

/// A connection while a request has it, or while it rests. It is moved from one to the other in its box.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) sender: Sender,
    /// In HTTP/1.1 the connection's, in HTTP/2 the request's.
    pub(super) place: Option<Place>,
    /// How long it may rest.
    pub(super) rest: Duration,
    /// When it is too old for another request.
    pub(super) expires: Instant,
    /// How long it had rested; nothing for one that is new.
    pub(super) rested: Option<Duration>,
    /// Since when it rests, and up to when it may.
    pub(super) since: Instant,
    pub(super) until: Instant,
}

impl Lease {
    /// A new connection, which may rest as `bounds` say.
    pub(super) fn new(sender: Sender, place: Place, bounds: &ConnectionLimits, now: Instant) -> Box<Self> {
        let (rest, expires) = (bounds.rest, now + bounds.age);
        let place = Some(place);
        Box::new(Self { sender, place, rest, expires, rested: None, since: now, until: now })
    }

    /// The same connection for another request, where it takes several at one time.
    pub(super) fn share(&self) -> Option<Box<Self>> {
        let Self { rest, expires, rested, since, until, .. } = *self;
        Some(Box::new(Self {
            sender: self.sender.share()?,
            place: None,
            rest,
            expires,
            rested,
            since,
            until,
        }))
    }

    /// Learns from the first reply how long the connection may rest.
    pub(super) fn learn(&mut self, headers: &HeaderMap) {
        if let Some(told) = advice(headers, KEEP_ALIVE).and_then(told_rest) {
            self.rest = self.rest.min(told);
        }
    }

    /// Closes it, and then its place is another's.
    pub(super) fn close(self) {
        self.sender.close();
    }
}

/// The time that a connection may rest by a `Keep-Alive` (RFC 2068 section 19.7.1.1), less what a request may be on its way: a second, or
/// half of a time that is shorter than two. Nothing where it says no time.
fn told_rest(keep_alive: &str) -> Option<Duration> {
    let mut parameters = keep_alive.split(',').filter_map(|parameter| parameter.split_once('='));
    let (_, seconds) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"))?;
    match seconds.trim().parse::<u32>() {
        Ok(seconds) => {
            let told = Duration::from_secs(seconds.into());
            Some(told - (told / 2).min(ON_ITS_WAY))
        }
        // It is advice: what is no number says nothing.
        Err(_) => None,
    }
}

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

const ON_ITS_WAY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keep_alive_says_how_long_a_connection_may_rest() {
        for (text, expected) in [
            ("timeout=5", Some(4000)),
            ("timeout=5, max=100", Some(4000)),
            ("max=1 , Timeout = 2", Some(1000)),
            ("timeout=1", Some(500)),
            ("timeout=0", Some(0)),
            ("timeout=4294967295", Some(4_294_967_294_000)),
            ("timeout=-1", None),
            ("timeout=soon", None),
            ("timeout", None),
            ("max=100", None),
            ("", None),
        ] {
            assert_eq!(told_rest(text), expected.map(Duration::from_millis), "{text:?}");
        }
    }
}
