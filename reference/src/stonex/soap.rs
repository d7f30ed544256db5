//! The SOAP service of the contract.

use std::net::SocketAddr;

use super::super::behaviour::Behaviour;
use super::super::contract::{self, Answer, Notice, Service};
use super::super::ids;
use super::super::server::Handle;
use super::super::xml::element;
use super::request::Body;
use super::rules::{Problem, problems, samples};

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    contract::start(address, users, Stonex).await
}

struct Stonex;

impl Service for Stonex {
    type Body = Body;
    const RESPONSE: &'static str = "s:updateAccountResponse xmlns:s=\"urn:bridge:stonex:account:1\"";

    fn answer(&self, body: Body) -> Option<Answer> {
        let request = serde_json::to_value(body.updateAccount?).expect("requests have no keys but texts");
        let problems = problems(&request);
        Some(if problems.is_empty() { good(202, "Request Accepted", "") } else { failed(400, &problems) })
    }

    fn failure(&self, errors: usize, http_status: u16) -> Answer {
        failed(http_status, &samples(errors))
    }

    fn flavour(&self) -> Answer {
        good(200, "Request successful.", ACCOUNT)
    }
}

fn good(status: u16, message: &str, data: &str) -> Answer {
    Answer { http_status: status, native: native(status, message, data, false), ..Answer::default() }
}

fn failed(status: u16, problems: &[Problem]) -> Answer {
    Answer {
        errors: problems.iter().map(|problem| notice(status, problem)).collect(),
        http_status: status,
        native: native(status, "Validation failed.", "", true),
        ..Answer::default()
    }
}

fn notice(status: u16, problem: &Problem) -> Notice {
    let (code, message) = match problem {
        Problem::Text(text) => (status.to_string(), text),
        Problem::Object { code, message, .. } => ((*code).to_owned(), message),
    };
    Notice {
        raw: Some(serde_json::to_string(problem).expect("problems have no keys but texts")),
        ..Notice::new(code, message)
    }
}

fn native(status: u16, message: &str, data: &str, has_errors: bool) -> String {
    [
        element("s:statusCode", &status.to_string()),
        element("s:message", message),
        data.to_owned(),
        element("s:traceId", &ids::trace()),
        element("s:hasErrors", if has_errors { "true" } else { "false" }),
    ]
    .concat()
}

const ACCOUNT: &str = "<s:data><s:message><s:registrationType>Individual</s:registrationType><s:main><s:repCode>JC01</s:repCode></s:main><s:accountNumber>10003382</s:accountNumber><s:primaryOwner><s:citizenshipCountry>US</s:citizenshipCountry><s:email>john.doe@example.com</s:email><s:taxIdType>SSN</s:taxIdType></s:primaryOwner></s:message></s:data>";
