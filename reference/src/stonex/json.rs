//! The JSON service: `POST /account-api/v1/update-account`, with bearer tokens.

use std::net::SocketAddr;

use serde::Serialize;
use serde_json::{Value, json};

use super::super::behaviour::{self, Behaviour, alike_in_json};
use super::super::ids;
use super::super::server::{Act, Exchange, Handle};
use super::super::tokens::{Tokens, field};
use super::request::UpdateAccount;
use super::rules::{Problem, problems, samples};

/// Starts the service. Its token endpoints give `tokens` to the client with this id and secret.
pub async fn start(
    address: SocketAddr,
    client_id: &str,
    client_secret: &str,
    tokens: &Tokens,
) -> std::io::Result<Handle<Behaviour>> {
    let client = [client_id, client_secret].map(|text| Some(text.to_owned()));
    let tokens = tokens.clone();
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| match exchange.line.as_str() {
        "POST /identity/connect/token" | "POST /auth/token" => {
            let known = ["client_id", "client_secret"].map(|name| field(exchange, name)) == client;
            tokens.answer(exchange, known)
        }
        _ => act(exchange, &behaviour, &tokens),
    })
    .await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status_code: u16,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    errors: Vec<Problem>,
    trace_id: String,
    has_errors: bool,
}

fn act(exchange: &Exchange, behaviour: &Behaviour, tokens: &Tokens) -> Act {
    match behaviour {
        Behaviour::Normal => normal(exchange, tokens),
        Behaviour::Flavour => {
            replied(200, Reply { data: Some(account()), ..good(200, "Request successful.") })
        }
        Behaviour::Failure(errors) => failed(400, "Validation failed.", samples(*errors)),
        Behaviour::Client => failed(400, "Validation failed.", samples(1)),
        Behaviour::Conflict => failed(409, "The account is being changed.", samples(1)),
        Behaviour::Internal => failed(500, "Internal error.", samples(1)),
        Behaviour::Unauthorized => refused(401, "Unauthorized"),
        Behaviour::Contradiction => {
            replied(200, Reply { has_errors: true, errors: samples(1), ..good(400, "Validation failed.") })
        }
        Behaviour::Mistyped => behaviour::json(202, MISTYPED.to_owned()),
        Behaviour::RateLimited => behaviour::rate_limited(written(&bad(429, "Too many requests"))),
        other => alike_in_json(other).unwrap_or(Act::BreakOff),
    }
}

fn normal(exchange: &Exchange, tokens: &Tokens) -> Act {
    match exchange.line.as_str() {
        "POST /account-api/v1/update-account" => {}
        line if line.ends_with(" /account-api/v1/update-account") => {
            return refused(405, "Method not allowed");
        }
        _ => return refused(404, "Not found"),
    }
    if !tokens.admit(&exchange.headers) {
        return refused(401, "Unauthorized");
    }
    let typed = serde_json::from_slice::<UpdateAccount>(&exchange.body).is_ok();
    let request = serde_json::from_slice::<Value>(&exchange.body).ok().filter(|_| typed);
    // The rules see the request as it came: null is not absent.
    match request.map(|request| problems(&request)) {
        None => refused(400, "The request is malformed or a member has a wrong type"),
        Some(problems) if problems.is_empty() => replied(202, good(202, "Request Accepted")),
        Some(problems) => failed(400, "Validation failed.", problems),
    }
}

fn good(status_code: u16, message: &'static str) -> Reply {
    Reply { status_code, message, data: None, errors: Vec::new(), trace_id: ids::trace(), has_errors: false }
}

fn bad(status: u16, message: &'static str) -> Reply {
    Reply { errors: vec![Problem::Text(message.to_owned())], has_errors: true, ..good(status, message) }
}

fn refused(status: u16, message: &'static str) -> Act {
    replied(status, bad(status, message))
}

fn failed(status: u16, message: &'static str, errors: Vec<Problem>) -> Act {
    replied(status, Reply { errors, has_errors: true, ..good(status, message) })
}

fn replied(status: u16, reply: Reply) -> Act {
    behaviour::json(status, written(&reply))
}

fn written(reply: &Reply) -> String {
    serde_json::to_string(reply).expect("replies have no keys but texts")
}

/// What older descriptions say success brings: the whole account.
fn account() -> Value {
    json!({"message": {
        "registrationType": "Individual",
        "main": {"repCode": "JC01"},
        "accountNumber": "10003382",
        "primaryOwner": {"citizenshipCountry": "US", "taxIdType": "SSN", "email": "john.doe@example.com"}
    }})
}

const MISTYPED: &str = r#"{"statusCode":"202","message":"Request Accepted","errors":[],"traceId":"00-348dbc0708003cecadbd96f47e5f4a75-9fc12eeb59e0b40f-01","hasErrors":"False"}"#;
