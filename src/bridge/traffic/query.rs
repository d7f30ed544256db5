//! Which exchanges are asked for.

use percent_encoding::percent_decode_str;

use super::summary::Summary;
use crate::limits::TRAFFIC_PAGE;

/// Which exchanges are asked for: those that everything in it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficQuery {
    service: Option<String>,
    operation: Option<String>,
    outcome: Option<String>,
    status: Option<Status>,
    id: Option<String>,
    pub(super) before: Option<u64>,
    pub(super) limit: usize,
}

/// Why nothing can be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    /// A parameter that is there twice.
    #[error("{0} is there twice")]
    Repeated(&'static str),
    /// A parameter that says nothing.
    #[error("{name}: expected {expected}")]
    Value {
        /// Its name.
        name: &'static str,
        /// What it may say.
        expected: String,
    },
    /// A parameter that there is none of.
    #[error("expected parameters service, operation, outcome, status, id, before, limit")]
    Unknown,
}

/// A status, or all of its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Class(u16),
    Exact(u16),
}

impl TrafficQuery {
    /// What the `query` of a URL asks for. Errors: it asks for nothing that there is.
    pub fn parse(query: &str) -> Result<Self, InvalidQuery> {
        let mut found = [const { None }; NAMES.len()];
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(InvalidQuery::Unknown)?;
            let at = NAMES.iter().position(|known| *known == name).ok_or(InvalidQuery::Unknown)?;
            let known = NAMES.get(at).zip(found.get_mut(at));
            let (name, place) = known.expect("there is a place for each");
            let spaced = value.replace('+', " ");
            let text = percent_decode_str(&spaced).decode_utf8();
            let text = text.map_err(|_| InvalidQuery::Value { name, expected: "UTF-8".to_owned() })?;
            if place.replace(text.into_owned()).is_some() {
                return Err(InvalidQuery::Repeated(name));
            }
        }
        // A field of a form that nobody filled in.
        let [service, operation, outcome, status, id, before, limit] =
            found.map(|text| text.filter(|text| !text.is_empty()));
        if outcome.as_ref().is_some_and(|outcome| !OUTCOMES.contains(&outcome.as_str())) {
            return Err(InvalidQuery::Value { name: "outcome", expected: OUTCOMES.join(", ") });
        }
        let status = status.map(|text| Status::parse(&text)).transpose()?;
        let before = before.map(|text| number("before", &text, u64::MAX)).transpose()?;
        let limit = limit.map(|text| number("limit", &text, TRAFFIC_PAGE as u64)).transpose()?;
        let limit = limit.map_or(USUAL, |limit| usize::try_from(limit).expect("it is small"));
        Ok(Self { service, operation, outcome, status, id, before, limit })
    }

    /// Whether it asks for this exchange.
    pub(super) fn takes(&self, summary: &Summary) -> bool {
        let is = |wanted: &Option<String>, text: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| text == Some(wanted))
        };
        is(&self.service, Some(&summary.service))
            && is(&self.operation, summary.operation.as_deref())
            && is(&self.outcome, Some(&summary.outcome))
            && self.status.is_none_or(|status| summary.status.is_some_and(|found| status.is(found)))
            && self.id.as_ref().is_none_or(|id| {
                let named = summary.request_name.as_ref().is_some_and(|name| name.contains(id.as_str()));
                named
                    || summary.trace.contains(id.as_str())
                    || summary.request.to_string().contains(id.as_str())
            })
    }
}

impl Status {
    fn parse(text: &str) -> Result<Self, InvalidQuery> {
        let invalid = || InvalidQuery::Value {
            name: "status",
            expected: "a status as 404, or a class as 4xx".to_owned(),
        };
        let (digits, is_class) = text.strip_suffix("xx").map_or((text, false), |class| (class, true));
        match (digits.parse().map_err(|_| invalid())?, is_class) {
            (class @ 1..=5, true) => Ok(Self::Class(class)),
            (status @ 100..=599, false) => Ok(Self::Exact(status)),
            _ => Err(invalid()),
        }
    }

    fn is(self, status: u16) -> bool {
        match self {
            Self::Class(class) => status / 100 == class,
            Self::Exact(exact) => status == exact,
        }
    }
}

fn number(name: &'static str, text: &str, most: u64) -> Result<u64, InvalidQuery> {
    let invalid = || InvalidQuery::Value { name, expected: format!("a number from 1 to {most}") };
    let number = text.parse().map_err(|_| invalid())?;
    if (1..=most).contains(&number) { Ok(number) } else { Err(invalid()) }
}

const NAMES: [&str; 7] = ["service", "operation", "outcome", "status", "id", "before", "limit"];

/// As the access log has them.
const OUTCOMES: [&str; 6] = ["ok", "client", "backend", "bridge", "shed", "abandoned"];

/// Exchanges of a list where nobody says how many.
const USUAL: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_nothing_that_there_is_is_refused() {
        for (query, expected) in [
            ("outcome=fine", "outcome: expected ok, client, backend, bridge, shed, abandoned"),
            ("status=6xx", "status: expected a status as 404, or a class as 4xx"),
            ("limit=0", "limit: expected a number from 1 to 200"),
            ("limit=201", "limit: expected a number from 1 to 200"),
            ("before=x", "before: expected a number from 1 to 18446744073709551615"),
            ("id=%ff", "id: expected UTF-8"),
            ("id=a&id=b", "id is there twice"),
            ("order=desc", "expected parameters service, operation, outcome, status, id, before, limit"),
            ("service", "expected parameters service, operation, outcome, status, id, before, limit"),
        ] {
            let refused = TrafficQuery::parse(query).expect_err(query);
            assert_eq!(refused.to_string(), expected, "{query}");
        }
        let empty = TrafficQuery::parse("service=&status=&limit=").expect("a form that is not filled in");
        assert_eq!(empty, TrafficQuery::parse("").expect("nothing"));
        let spaced = TrafficQuery::parse("operation=get+Item%21").expect("a query");
        assert_eq!(spaced.operation.as_deref(), Some("get Item!"));
    }
}
