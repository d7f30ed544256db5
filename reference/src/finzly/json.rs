//! The JSON service: `PUT /v2/customers/{customerUID}/accounts/{accountUID}`, with bearer tokens.

use std::net::SocketAddr;

use serde_json::Value;

use super::super::auth;
use super::super::behaviour::{self, Behaviour, alike_in_json};
use super::super::leaves::leaves;
use super::super::server::{Act, Exchange, Handle};
use super::super::tokens::Tokens;
use super::request::UpdateCustomerAccount;
use super::rules::{CODE, MESSAGE, broken};

/// Starts the service. The token endpoint of `tenant` gives `tokens` to whoever has `api_key` and `secret`.
pub async fn start(
    address: SocketAddr,
    tenant: &str,
    (api_key, secret): (&str, &str),
    tokens: &Tokens,
) -> std::io::Result<Handle<Behaviour>> {
    let endpoint = format!("POST /auth/realms/{tenant}/protocol/openid-connect/token");
    let known = (api_key.to_owned(), secret.to_owned());
    let tokens = tokens.clone();
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        if exchange.line == endpoint {
            return tokens.answer(exchange, auth::basic(&exchange.headers).as_ref() == Some(&known));
        }
        act(exchange, &behaviour, &tokens)
    })
    .await
}

fn act(exchange: &Exchange, behaviour: &Behaviour, tokens: &Tokens) -> Act {
    match behaviour {
        Behaviour::Normal => normal(exchange, tokens),
        Behaviour::Flavour => {
            behaviour::json(200, r#"{"status":"Success","code":null,"message":null}"#.into())
        }
        Behaviour::Failure(0) => behaviour::json(200, EMPTY.to_owned()),
        Behaviour::Failure(_) | Behaviour::Contradiction => failed(200, CODE, MESSAGE),
        Behaviour::Client => failed(400, CODE, MESSAGE),
        Behaviour::Conflict => failed(409, CODE, MESSAGE),
        Behaviour::Internal => behaviour::json(500, INTERNAL.to_owned()),
        Behaviour::Unauthorized => failed(401, "401", "Unauthorized"),
        Behaviour::Mistyped => behaviour::json(200, MISTYPED.to_owned()),
        Behaviour::RateLimited => behaviour::rate_limited(failure("429", "Too many requests")),
        other => alike_in_json(other).unwrap_or(Act::BreakOff),
    }
}

fn normal(exchange: &Exchange, tokens: &Tokens) -> Act {
    let Some((customer, account)) = path(&exchange.line) else { return failed(404, "404", "Not found") };
    if !tokens.admit(&exchange.headers) {
        return failed(401, "401", "Unauthorized");
    }
    let Some(request) = read(&exchange.body) else { return failed(400, "400", "Malformed request") };
    let request = UpdateCustomerAccount {
        customerUID: Some(customer.to_owned()),
        accountUID: Some(account.to_owned()),
        ..request
    };
    match broken(&request) {
        Some(reason) => failed(400, CODE, &reason),
        None => behaviour::json(200, succeeded(account)),
    }
}

/// The identifiers in the line of a request.
fn path(line: &str) -> Option<(&str, &str)> {
    let (customer, account) = line.strip_prefix("PUT /v2/customers/")?.split_once("/accounts/")?;
    let simple = |text: &str| !text.is_empty() && !text.contains(['/', '?']);
    (simple(customer) && simple(account)).then_some((customer, account))
}

/// A body with types as they should be, without null and without the identifiers of the path.
fn read(body: &[u8]) -> Option<UpdateCustomerAccount> {
    let request: UpdateCustomerAccount = serde_json::from_slice(body).ok()?;
    let whole: Value = serde_json::from_slice(body).ok()?;
    let null = leaves(&whole).iter().any(|(_, value)| value.is_null());
    (!null && request.customerUID.is_none() && request.accountUID.is_none()).then_some(request)
}

fn succeeded(account: &str) -> String {
    format!(
        r#"{{"status":"Success","code":null,"message":null,"data":{{"accountUID":"{account}","externalReferenceId":"REQ123"}}}}"#
    )
}

fn failed(status: u16, code: &str, message: &str) -> Act {
    behaviour::json(status, failure(code, message))
}

fn failure(code: &str, message: &str) -> String {
    format!(r#"{{"status":"Failure","code":"{code}","message":"{message}","data":{{}}}}"#)
}

const EMPTY: &str = r#"{"status":"Failure","code":null,"message":null,"data":{}}"#;
const INTERNAL: &str = r#"[{"code":"ERR500","description":"Internal error"}]"#;
const MISTYPED: &str = r#"{"status":"Failure","code":1,"message":["Failed"],"data":{}}"#;
