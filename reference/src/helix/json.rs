//! The JSON service: `POST /customer/update`, with HTTP Basic.

use std::net::SocketAddr;

use chrono::NaiveDate;
use serde::Serialize;

use super::super::auth;
use super::super::behaviour::{self, Behaviour, alike_in_json};
use super::super::ids;
use super::super::server::{Act, Exchange, Handle};
use super::request::UpdateCustomer;
use super::rules::{Broken, broken, samples};

/// Starts the service. It lets in whoever has `api_key` and `secret`.
pub async fn start(address: SocketAddr, api_key: &str, secret: &str) -> std::io::Result<Handle<Behaviour>> {
    let known = (api_key.to_owned(), secret.to_owned());
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| act(exchange, &behaviour, &known))
        .await
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data>,
    errors: Vec<Broken>,
    request_id: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    throttle: Option<Throttle>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    customer_id: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Throttle {
    period_ends_at: &'static str,
    period_length_in_seconds: u16,
    period_request_limit: u16,
    requests_remaining_in_period: u16,
    warning_threshold: u16,
}

fn act(exchange: &Exchange, behaviour: &Behaviour, known: &(String, String)) -> Act {
    match behaviour {
        Behaviour::Normal => replied(&normal(exchange, known)),
        Behaviour::Flavour => replied(&Reply { throttle: Some(THROTTLE), ..good(2653) }),
        Behaviour::Failure(errors) => replied(&bad(400, samples(*errors))),
        Behaviour::Client => replied(&bad(400, samples(1))),
        Behaviour::Conflict => replied(&bad(409, samples(1))),
        Behaviour::Internal => replied(&refused(500, "internal error")),
        Behaviour::Unauthorized => replied(&refused(401, "invalid credentials")),
        Behaviour::Contradiction => behaviour::json(200, written(&bad(400, samples(1)))),
        Behaviour::Mistyped => behaviour::json(400, MISTYPED.to_owned()),
        Behaviour::RateLimited => behaviour::rate_limited(written(&refused(429, "rate limit exceeded"))),
        other => alike_in_json(other).unwrap_or(Act::BreakOff),
    }
}

fn normal(exchange: &Exchange, known: &(String, String)) -> Reply {
    match exchange.line.as_str() {
        "POST /customer/update" => {}
        line if line.ends_with(" /customer/update") => return refused(405, "method not allowed"),
        _ => return refused(404, "not found"),
    }
    if auth::basic(&exchange.headers).as_ref() != Some(known) {
        return refused(401, "invalid credentials");
    }
    match serde_json::from_slice::<UpdateCustomer>(&exchange.body) {
        Ok(request) => match broken(&request, read_date) {
            broken if broken.is_empty() => good(request.customerId.unwrap_or_default()),
            broken => bad(400, broken),
        },
        Err(error) => bad(400, vec![malformed(&error)]),
    }
}

fn malformed(error: &serde_json::Error) -> Broken {
    if error.is_eof() {
        return Broken { code: 59950, message: "the JSON is truncated" };
    }
    if error.to_string().contains("expected a boolean") {
        return Broken { code: 59953, message: "a boolean is malformed" };
    }
    Broken { code: 59900, message: "the JSON is malformed" }
}

fn good(customer_id: i32) -> Reply {
    Reply { data: Some(Data { customer_id }), ..bad(200, Vec::new()) }
}

fn bad(status: u16, errors: Vec<Broken>) -> Reply {
    Reply { errors, request_id: ids::guid(), status, ..Reply::default() }
}

/// What has to do with the connection has a code made of the status.
fn refused(status: u16, message: &'static str) -> Reply {
    bad(status, vec![Broken { code: 50_000 + i32::from(status), message }])
}

fn replied(reply: &Reply) -> Act {
    behaviour::json(reply.status, written(reply))
}

fn written(reply: &Reply) -> String {
    serde_json::to_string(reply).expect("replies have no keys but texts")
}

/// A date at midnight, as in `1976-07-04T00:00:00.000+00:00`.
fn read_date(text: &str) -> Option<NaiveDate> {
    let (day, time) = text.split_once('T')?;
    let midnight = time.strip_suffix("+00:00").or(time.strip_suffix('Z'))?;
    let (clock, fraction) = midnight.split_once('.').unwrap_or((midnight, ""));
    let zero = clock == "00:00:00" && fraction.bytes().all(|digit| digit == b'0');
    (zero && day.len() == 10).then(|| day.parse().ok())?
}

const THROTTLE: Throttle = Throttle {
    period_ends_at: "2026-01-01T00:00:01.000+00:00",
    period_length_in_seconds: 1,
    period_request_limit: 15,
    requests_remaining_in_period: 2,
    warning_threshold: 3,
};
const MISTYPED: &str = r#"{"errors":[{"code":"60302","message":"gender must be M, F or U"}],"requestId":"f016baad-52b7-45f1-ae13-ce0efdbff0d2","status":"400"}"#;
