//! The JSON service: `PUT /v2/clients/<ClientID>[_<SubClientID>]/accounts/<AccountID>`, with a bearer token.

use std::net::SocketAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::super::auth;
use super::super::behaviour::{self, Behaviour, alike_in_json};
use super::super::leaves::leaves;
use super::super::server::{Act, Exchange, Handle};
use super::packed::is_packed;
use super::path::route;
use super::request::UpdateAccount;
use super::rules::broken;
use super::stored::Accounts;

/// Starts the service. It lets in whoever bears `token`.
pub async fn start(address: SocketAddr, token: &str) -> std::io::Result<Handle<Behaviour>> {
    let (token, accounts) = (token.to_owned(), Arc::new(Accounts::default()));
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        act(exchange, &behaviour, &token, &accounts)
    })
    .await
}

fn act(exchange: &Exchange, behaviour: &Behaviour, token: &str, accounts: &Accounts) -> Act {
    match behaviour {
        Behaviour::Normal => normal(exchange, token, accounts),
        Behaviour::Flavour => coded(207, "3C463001"),
        Behaviour::Failure(0) => behaviour::json(400, r#"{"SC":400}"#.to_owned()),
        Behaviour::Failure(_) | Behaviour::Client => refused(400, "3C404913", "owner.address.zipcode"),
        Behaviour::Conflict => behaviour::json(409, DUPLICATE.to_owned()),
        Behaviour::Contradiction => behaviour::json(200, CONTRADICTION.to_owned()),
        Behaviour::Internal => Act::Answer(500, "application/xml", None, INTERNAL.to_owned()),
        Behaviour::Unauthorized => refused(401, "3C401001", "Authorization"),
        Behaviour::Mistyped => behaviour::json(200, r#"{"SC":200,"EC":0}"#.to_owned()),
        Behaviour::RateLimited => behaviour::rate_limited(r#"{"SC":429,"EC":"3C429001"}"#.to_owned()),
        other => alike_in_json(other).unwrap_or(Act::BreakOff),
    }
}

fn normal(exchange: &Exchange, token: &str, accounts: &Accounts) -> Act {
    let Some((method, account)) = route(&exchange.line) else { return coded(404, "3C404001") };
    if method != "PUT" {
        return coded(405, "3C405001");
    }
    if auth::bearer(&exchange.headers) != Some(token) {
        return refused(401, "3C401001", "Authorization");
    }
    if !is_json(&exchange.headers) {
        return coded(415, "3C415001");
    }
    if !is_packed(&exchange.body) {
        return refused(400, "3C400001", "JSON NOT PACKED");
    }
    let Some(request) = read(&exchange.body) else { return refused(400, "3C400002", "JSON") };
    if let Some((code, path)) = broken(&request, &accounts.get(account)) {
        return refused(400, code, &path);
    }
    accounts.update(account, &request);
    coded(200, "0")
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// A body with types as they should be, without null and without the identifiers of the path.
fn read(body: &[u8]) -> Option<UpdateAccount> {
    let request: UpdateAccount = serde_json::from_slice(body).ok()?;
    let whole: Value = serde_json::from_slice(body).ok()?;
    let null = leaves(&whole).iter().any(|(_, value)| value.is_null());
    let ids = [&request.clientId, &request.subClientId, &request.accountId];
    (!null && ids.into_iter().all(Option::is_none)).then_some(request)
}

fn coded(status: u16, code: &str) -> Act {
    behaviour::json(status, format!(r#"{{"SC":{status},"EC":"{code}"}}"#))
}

fn refused(status: u16, code: &str, hint: &str) -> Act {
    behaviour::json(status, format!(r#"{{"SC":{status},"EC":"{code}","EM":"{hint}"}}"#))
}

const DUPLICATE: &str =
    r#"{"SC":409,"EC":"3C409001","EM":"accounts","duplicateAccountIDs":["TabaPay_AccountID_0001"]}"#;
const CONTRADICTION: &str = r#"{"SC":400,"EC":"3C404913","EM":"owner.address.zipcode"}"#;
const INTERNAL: &str = "<?xml version=\"1.0\"?><error><code>500</code><trace>at 10.0.0.1</trace></error>";
