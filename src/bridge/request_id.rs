//! The name of one request, by which its client finds the line in the log.

use std::fmt;

use http::{HeaderMap, HeaderValue};

use super::trace::Trace;
use crate::bridge::state::header::only_value;
use crate::bridge::state::noticed::{Noticed, REQUEST_ID};

/// The number of a request, the name that its client gave it, and the trace that it belongs to.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct RequestId {
    pub(in crate::bridge) number: i64,
    /// What the answer says: the name that its client gave it, or the number.
    header: HeaderValue,
    given: bool,
    pub(in crate::bridge) trace: Trace,
}

impl RequestId {
    /// The request number `number`, with `headers`. A name that could be mistaken for something else in a log is passed over:
    /// the answer then has the number.
    pub(in crate::bridge) fn new(number: i64, headers: &HeaderMap, noticed: Noticed) -> Self {
        // Whoever gives two names, or none that is well-formed, finds the number in the answer.
        let given = noticed.request_id.then(|| only_value(headers, &REQUEST_ID).ok().flatten()).flatten();
        let given = given.filter(|given| is_well_formed(given.as_bytes()));
        let trace = Trace::new(headers, noticed);
        match given {
            Some(name) => Self { number, header: name.clone(), given: true, trace },
            None => Self { number, header: HeaderValue::from(number), given: false, trace },
        }
    }

    /// The name of the request number `number` once more, where its client `said` these names for it.
    pub(in crate::bridge) fn again<'n>(
        number: i64,
        mut said: impl Iterator<Item = &'n [u8]>,
        trace: Trace,
    ) -> Self {
        let given = match (said.next(), said.next()) {
            (Some(name), None) => Some(name).filter(|name| is_well_formed(name)),
            _ => None,
        };
        let header = given.map_or_else(
            || HeaderValue::from(number),
            |name| HeaderValue::from_bytes(name).expect("what is well-formed is visible ASCII"),
        );
        Self { number, header, given: given.is_some(), trace }
    }

    /// What the answer says.
    pub(in crate::bridge) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The name that its client gave it.
    pub(in crate::bridge) fn given(&self) -> Option<&str> {
        // It is well-formed, which is more than readable.
        self.header.to_str().ok().filter(|_| self.given)
    }

    /// Puts its name and its trace into the `headers` of the request for the backend, where no field of the message is there.
    pub(in crate::bridge) fn write(&self, headers: &mut HeaderMap) {
        self.trace.write(headers);
        headers.entry(REQUEST_ID).or_insert_with(|| self.header());
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number)?;
        if self.given { write!(out, " ({})", self.header.as_bytes().escape_ascii()) } else { Ok(()) }
    }
}

fn is_well_formed(given: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=64).contains(&given.len()) && given.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_where_they_are_well_formed() {
        let shown = |given: &[&str]| {
            let mut headers = HeaderMap::new();
            for given in given {
                headers.append(REQUEST_ID, HeaderValue::from_str(given).expect("a value"));
            }
            let id = RequestId::new(7, &headers, Noticed::of(&headers));
            let again = RequestId::again(7, given.iter().map(|name| name.as_bytes()), id.trace.clone());
            assert_eq!((again.to_string(), again.header()), (id.to_string(), id.header()), "{given:?}");
            (id.to_string(), id.header().to_str().expect("text").to_owned())
        };
        let own = || ("7".to_owned(), "7".to_owned());
        assert_eq!(shown(&["order-1"]), ("7 (order-1)".to_owned(), "order-1".to_owned()));
        assert_eq!(shown(&[]), own());
        for odd in ["", "a b", "a\u{9}b", "(7)", &"x".repeat(65)] {
            assert_eq!(shown(&[odd]), own(), "{odd}");
        }
        assert_eq!(shown(&["a", "b"]), own());
    }
}
