//! The REST service: `POST /v1/BBXPortRest/updateClient`.

use std::net::SocketAddr;

use serde::Deserialize;

use super::super::server::{Act, Exchange, Handle};
use super::Behaviour;
use super::rules::{self, Answer, Notice, Request};

/// Starts the service. It lets in whoever has `api_key` and `secret`.
pub async fn start(address: SocketAddr, api_key: &str, secret: &str) -> std::io::Result<Handle<Behaviour>> {
    let (api_key, secret) = (api_key.to_owned(), secret.to_owned());
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        act(exchange, behaviour, &api_key, &secret)
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

fn act(exchange: &Exchange, behaviour: Behaviour, api_key: &str, secret: &str) -> Act {
    let json = |status, answer: &Answer| {
        Act::Answer(status, "application/json", None, serde_json::to_string(answer).unwrap_or_default())
    };
    match behaviour {
        Behaviour::BreakOff => Act::BreakOff,
        Behaviour::Silence(time) => Act::Silence(time),
        Behaviour::Html => {
            Act::Answer(500, "text/html", None, "<html><h1>Stack trace</h1></html>".to_owned())
        }
        Behaviour::Server => Act::Answer(503, "text/html", None, "<html>down</html>".to_owned()),
        Behaviour::Odd => Act::Answer(200, "application/json", None, "{\"status\":".to_owned()),
        Behaviour::RateLimited => {
            Act::Answer(429, "application/json", Some(("retry-after", "7")), "{}".to_owned())
        }
        Behaviour::Unauthorized => Act::Answer(401, "application/json", None, "{}".to_owned()),
        Behaviour::Client => json(400, &rules::failure(1)),
        Behaviour::Failure(errors) => json(200, &rules::failure(errors)),
        Behaviour::Normal | Behaviour::Flavour => json(200, &answer(exchange, api_key, secret)),
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
