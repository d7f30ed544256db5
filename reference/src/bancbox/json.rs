//! The REST service: `POST /v1/BBXPortRest/updateClient`.

use std::net::SocketAddr;

use serde::Deserialize;

use super::super::behaviour::{Behaviour, alike_in_json, json, rate_limited};
use super::super::server::{Act, Exchange, Handle};
use super::rules::{self, Answer, Notice, Request};

/// Starts the service. It lets in whoever has `api_key` and `secret`.
pub async fn start(address: SocketAddr, api_key: &str, secret: &str) -> std::io::Result<Handle<Behaviour>> {
    let (api_key, secret) = (api_key.to_owned(), secret.to_owned());
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        act(exchange, &behaviour, &api_key, &secret)
    })
    .await
}

#[derive(Deserialize)]
struct WithAuthentication {
    authentication: Authentication,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Authentication {
    api_key: String,
    secret: String,
}

fn act(exchange: &Exchange, behaviour: &Behaviour, api_key: &str, secret: &str) -> Act {
    let reply = |status, answer: &Answer| {
        json(status, serde_json::to_string(answer).expect("answers have no keys but texts"))
    };
    match behaviour {
        Behaviour::Normal | Behaviour::Flavour => reply(200, &answer(exchange, api_key, secret)),
        Behaviour::Failure(errors) => reply(200, &rules::failure(*errors)),
        Behaviour::Client => reply(400, &rules::failure(1)),
        Behaviour::Conflict => reply(409, &rules::failure(1)),
        Behaviour::Internal => reply(500, &rules::failure(1)),
        Behaviour::Contradiction => reply(200, &Answer { status: 1, ..rules::failure(1) }),
        Behaviour::Mistyped => json(200, MISTYPED.to_owned()),
        Behaviour::RateLimited => rate_limited("{}".to_owned()),
        Behaviour::Unauthorized => json(401, "{}".to_owned()),
        other => alike_in_json(other).unwrap_or(Act::BreakOff),
    }
}

fn answer(exchange: &Exchange, api_key: &str, secret: &str) -> Answer {
    let refused = |code: &str, message: &str| Answer {
        errors: vec![Notice { code: code.to_owned(), message: message.to_owned() }],
        warnings: Vec::new(),
        ..rules::failure(0)
    };
    if exchange.line != "POST /v1/BBXPortRest/updateClient" {
        return refused("E-404", "no such operation");
    }
    let Ok(body) = serde_json::from_slice::<WithAuthentication>(&exchange.body) else {
        return refused("E-JSON", "malformed request");
    };
    if body.authentication.api_key != api_key || body.authentication.secret != secret {
        return refused("E-AUTH", "authentication failed");
    }
    match serde_json::from_value::<Request>(body.rest.into()) {
        Ok(request) => rules::answer(&request),
        Err(_) => refused("E-JSON", "malformed request"),
    }
}

const MISTYPED: &str = r#"{"requestId":1700000000078,"status":"one","warnings":[],"errors":[],"clientStatus":"ACTIVE","cipStatus":"UNVERIFIED"}"#;
