//! TabaPay.

use saponify_reference::Handle;
use saponify_reference::tabapay::{Behaviour, json, soap};

use super::{USERS, anywhere, post_soap, response, send, send_json, send_soap};

const LINE: &str = "PUT /v2/clients/AbCdEfGhIjKlMnOpQrSt_2_0042/accounts/ih0V8HSE2S6gAUqCkG29uw";
const BEARER: &str = "Bearer canary-token";
const REQUEST: &str = include_str!("../../samples/tabapay/request.json");
const ENVELOPE: &str = include_str!("../../samples/tabapay/request.xml");
const GOOD: (u16, &str) = (200, r#"{"SC":200,"EC":"0"}"#);

async fn backend() -> Handle<Behaviour> {
    json::start(anywhere(), "canary-token").await.expect("backend")
}

fn packed() -> String {
    serde_json::from_str::<serde_json::Value>(REQUEST).expect("sample").to_string()
}

/// Sends `body` and compares the answer.
async fn exchange(backend: &Handle<Behaviour>, line: &str, body: &str, expected: (u16, &str)) {
    let answer = send_json(backend, line, BEARER, body).await;
    assert_eq!((answer.status, answer.body.as_str()), expected, "{line} {body}");
}

/// Sends `body`, whose field at `path` is wrong.
async fn refused(backend: &Handle<Behaviour>, body: &str, path: &str) {
    let expected = format!(r#"{{"SC":400,"EC":"3C404913","EM":"{path}"}}"#);
    exchange(backend, LINE, body, (400, &expected)).await;
}

#[tokio::test]
async fn the_sample_is_accepted_when_packed() {
    let backend = backend().await;
    exchange(&backend, LINE, &packed(), GOOD).await;
    exchange(&backend, &LINE.replace("_0042", ""), r#"{"owner":{"name":{"first":"Jane"}}}"#, GOOD).await;
    let loose = (400, r#"{"SC":400,"EC":"3C400001","EM":"JSON NOT PACKED"}"#);
    for body in [REQUEST, &format!("{}\n", packed()), r#"{"owner": {}}"#] {
        exchange(&backend, LINE, body, loose).await;
    }
}

#[tokio::test]
async fn who_is_unknown_and_what_is_not_json_is_refused() {
    let backend = backend().await;
    let answer = send_json(&backend, LINE, "Bearer other", &packed()).await;
    let expected = r#"{"SC":401,"EC":"3C401001","EM":"Authorization"}"#;
    assert_eq!((answer.status, answer.body.as_str()), (401, expected));
    let headers = [("Content-Type", "text/plain"), ("Authorization", BEARER)];
    let answer = send(&backend, LINE, &headers, &packed()).await;
    assert_eq!((answer.status, answer.body.as_str()), (415, r#"{"SC":415,"EC":"3C415001"}"#));
    let malformed = (400, r#"{"SC":400,"EC":"3C400002","EM":"JSON"}"#);
    for body in ["{", r#"{"owner":null}"#, r#"{"bank":{"routingNumber":21000021}}"#, r#"{"accountId":"1"}"#] {
        exchange(&backend, LINE, body, malformed).await;
    }
}

#[tokio::test]
async fn identifiers_have_their_lengths() {
    let backend = backend().await;
    let missing = (404, r#"{"SC":404,"EC":"3C404001"}"#);
    for line in [LINE.replace("_0042", "_004"), LINE.replace("uw", "u"), LINE.replace("AbCd", "Ab")] {
        exchange(&backend, &line, "{}", missing).await;
    }
    let method = (405, r#"{"SC":405,"EC":"3C405001"}"#);
    exchange(&backend, &LINE.replace("PUT", "POST"), "{}", method).await;
}

#[tokio::test]
async fn bad_requests_are_refused_with_the_path_of_the_field() {
    let backend = backend().await;
    for (body, path) in [
        (r#"{"bank":{},"card":{}}"#, "accounts.source"),
        (r#"{"bank":{"routingNumber":"021000022"}}"#, "bank.routingNumber"),
        (r#"{"bank":{"accountNumber":"123"}}"#, "bank.accountNumber"),
        (r#"{"bank":{"accountType":"X"}}"#, "bank.accountType"),
        (r#"{"card":{"accountNumber":"411111111111"}}"#, "card.accountNumber"),
        (r#"{"card":{"expirationDate":"202613"}}"#, "card.expirationDate"),
        (r#"{"owner":{"name":{"company":"A","first":"B"}}}"#, "owner.name"),
        (r#"{"owner":{"name":{"first":""}}}"#, "owner.name.first"),
        (r#"{"owner":{"address":{"country":"840","zipcode":"A1A 1A1"}}}"#, "owner.address.zipcode"),
        (r#"{"owner":{"address":{"country":"124","state":"CA"}}}"#, "owner.address.state"),
        (r#"{"owner":{"phone":{"countryCode":"1","number":"655555010"}}}"#, "owner.phone.number"),
        (r#"{"owner":{"phone":{"countryCode":"44","number":"12345678901234"}}}"#, "owner.phone.number"),
    ] {
        refused(&backend, body, path).await;
    }
    for body in [
        r#"{"owner":{"address":{"zipcode":"A1A 1A1"}}}"#,
        r#"{"owner":{"phone":{"countryCode":"358","number":"123456789012"}}}"#,
        r#"{"card":{"accountNumber":"4111111111111111","expirationDate":"202610"}}"#,
        r#"{"card":{"expirationDate":"202609"}}"#,
    ] {
        exchange(&backend, LINE, body, GOOD).await;
    }
}

#[tokio::test]
async fn an_account_remembers_what_it_was() {
    let backend = backend().await;
    exchange(&backend, LINE, r#"{"card":{"accountNumber":"4111111111111111"}}"#, GOOD).await;
    refused(&backend, r#"{"bank":{"accountNumber":"0012345"}}"#, "bank").await;
    exchange(&backend, LINE, &packed(), GOOD).await;
    exchange(&backend, LINE, r#"{"bank":{"accountNumber":"0012345"}}"#, GOOD).await;
    refused(&backend, r#"{"owner":{"address":{"zipcode":"A1A 1A1"}}}"#, "owner.address.zipcode").await;
    exchange(&backend, LINE, r#"{"owner":{"address":{"country":"124"},"name":{"company":"A"}}}"#, GOOD).await;
    refused(&backend, r#"{"owner":{"address":{"state":"CA"}}}"#, "owner.address.state").await;
    refused(&backend, r#"{"owner":{"name":{"first":"Jane"}}}"#, "owner.name").await;
    let other = LINE.replace("ih0V", "jh0V");
    exchange(&backend, &other, r#"{"owner":{"name":{"first":"Jane"}}}"#, GOOD).await;
}

#[tokio::test]
async fn the_soap_service_answers_by_the_contract() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let expected = "<c:status>1</c:status><c:httpStatus>200</c:httpStatus><t:SC>200</t:SC><t:EC>0</t:EC></t:updateAccountResponse>";
    assert_eq!(response(&send_soap(&backend, ENVELOPE).await), expected);
    for (from, to, path) in [
        (">94043<", ">A1A 1A1<", "owner.address.zipcode"),
        (">021000021<", ">021000022<", "bank.routingNumber"),
        (">6505550100<", ">650555010<", "owner.phone.number"),
        (">Jane<", "><", "owner.name.first"),
    ] {
        let expected = format!(
            "<c:status>0</c:status><c:errors><c:code>3C404913</c:code><c:message>{path}</c:message></c:errors><c:httpStatus>400</c:httpStatus><t:SC>400</t:SC><t:EC>3C404913</t:EC><t:EM>{path}</t:EM></t:updateAccountResponse>"
        );
        assert_eq!(response(&send_soap(&backend, &ENVELOPE.replace(from, to)).await), expected);
    }
    let answer = response(&send_soap(&backend, &ENVELOPE.replace(">0042<", ">042<")).await);
    assert!(answer.contains("<c:httpStatus>404</c:httpStatus>"), "{answer}");
    let answer = post_soap(&backend, ENVELOPE, "wrong").await;
    assert!(answer.status == 500 && answer.body.contains(">wsse:FailedAuthentication<"), "{answer:?}");
}
