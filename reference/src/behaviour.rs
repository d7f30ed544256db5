//! How backends behave.

use std::time::Duration;

use super::server::Act;

/// How a backend behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// It checks and answers.
    #[default]
    Normal,
    /// It answers with a business failure of so many errors, as far as the system's own form has room for them.
    Failure(usize),
    /// It breaks off in the middle of its reply.
    BreakOff,
    /// It says nothing for so long.
    Silence(Duration),
    /// It answers with a page of HTML and status 500.
    Html,
    /// SOAP: a Server fault. JSON: status 503 with a page of HTML.
    Server,
    /// SOAP: a Client fault. JSON: status 400 with its own failure.
    Client,
    /// SOAP: a fault with HTTP status 200. JSON: 200 with a body that is no JSON.
    Odd,
    /// It succeeds in another form that is documented. `BancBox`: elements in another order and one that is
    /// unknown. `StoneX`: 200 with the account. Helix: with the state of the throttle. Finzly: without data.
    /// `TabaPay`: 207, updated without the check for duplicates.
    Flavour,
    /// JSON: status 429 with `Retry-After`. SOAP: a fault of another bridge that says the same.
    RateLimited,
    /// JSON: status 401. SOAP: a fault for failed authentication.
    Unauthorized,
    /// JSON: status 409 with its own failure; `TabaPay` lists duplicates. SOAP: a failure that says so.
    Conflict,
    /// JSON: HTTP status 200 with a body that says failure. SOAP: success, and an error in it.
    Contradiction,
    /// A member of its reply has another type than documented.
    Mistyped,
    /// JSON: status 500 in the system's own form. SOAP: a fault of another bridge that says the same.
    Internal,
    /// It answers with this status, content type and body.
    Text(u16, &'static str, String),
}

/// What every backend does alike.
pub(super) fn alike(behaviour: &Behaviour) -> Option<Act> {
    match behaviour {
        Behaviour::BreakOff => Some(Act::BreakOff),
        Behaviour::Silence(time) => Some(Act::Silence(*time)),
        Behaviour::Html => Some(html(500, "<html><h1>Stack trace</h1></html>")),
        Behaviour::Text(status, kind, body) => Some(Act::Answer(*status, kind, None, body.clone())),
        _ => None,
    }
}

/// What every JSON backend does alike.
pub(super) fn alike_in_json(behaviour: &Behaviour) -> Option<Act> {
    match behaviour {
        Behaviour::Server => Some(html(503, "<html>down</html>")),
        Behaviour::Odd => Some(json(200, "{\"status\":".to_owned())),
        other => alike(other),
    }
}

/// An answer in JSON.
pub(super) fn json(status: u16, body: String) -> Act {
    Act::Answer(status, "application/json", None, body)
}

/// A refusal in JSON for too many requests: `Retry-After` says when to come back.
pub(super) fn rate_limited(body: String) -> Act {
    Act::Answer(429, "application/json", Some(("retry-after", "7")), body)
}

fn html(status: u16, page: &str) -> Act {
    Act::Answer(status, "text/html", None, page.to_owned())
}
