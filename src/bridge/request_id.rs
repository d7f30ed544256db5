//! The name of one request, by which its client finds the line in the log.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::trace::Trace;
use crate::bridge::state::header::only_value;

/// The header in which a client may name its request, and finds the name in the answer.
pub(in crate::bridge) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request, the name that its client gave it, and the trace that it belongs to.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct RequestId {
    pub(in crate::bridge) number: i64,
    given: Option<HeaderValue>,
    pub(in crate::bridge) trace: Trace,
}

impl RequestId {
    /// The request number `number`, with `headers`. A name that could be mistaken for something else in a log is passed over:
    /// the answer then has the number.
    pub(in crate::bridge) fn new(number: i64, headers: &HeaderMap) -> Self {
        // Whoever gives two names, or none that is well-formed, finds the number in the answer.
        let given = only_value(headers, &REQUEST_ID).ok().flatten();
        let given = given.filter(|given| is_well_formed(given.as_bytes())).cloned();
        Self { number, given, trace: Trace::new(headers) }
    }

    /// What the answer says.
    pub(in crate::bridge) fn header(&self) -> HeaderValue {
        match &self.given {
            Some(given) => given.clone(),
            None => HeaderValue::from(self.number),
        }
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
        match &self.given {
            Some(given) => write!(out, " ({})", given.as_bytes().escape_ascii()),
            None => Ok(()),
        }
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
            let id = RequestId::new(7, &headers);
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
