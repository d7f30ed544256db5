//! BancBox (Finxera) `updateClient`: the SOAP service and the REST service.

pub mod json;
mod rules;
pub mod soap;

use std::time::Duration;

/// How a backend behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// It checks and answers.
    #[default]
    Normal,
    /// It answers with a business failure: one warning, so many errors.
    Failure(usize),
    /// It breaks off in the middle of its reply.
    BreakOff,
    /// It says nothing for so long.
    Silence(Duration),
    /// It answers with a page of HTML and status 500.
    Html,
    /// SOAP: a Server fault. JSON: status 503.
    Server,
    /// SOAP: a Client fault. JSON: status 400 with its own failure.
    Client,
    /// SOAP: a fault with HTTP status 200. JSON: 200 with a body that is no JSON.
    Odd,
    /// SOAP: the other flavour of the response, with its elements in another order and one that is unknown.
    Flavour,
    /// JSON: status 429 with `Retry-After`. SOAP: a fault of another bridge that says the same.
    RateLimited,
    /// JSON: status 401.
    Unauthorized,
}
