//! Finzly.

use std::time::Duration;

use saponify_reference::finzly::{Behaviour, json, soap};
use saponify_reference::{Handle, Tokens};

use super::support::Answer;
use super::{USERS, anywhere, bearer, post_soap, response, send, send_json, send_soap};

const LINE: &str = "PUT /v2/customers/111222/accounts/2156";
const TOKEN: &str = "POST /auth/realms/ACME/protocol/openid-connect/token";
/// `key:canary-secret`
const BASIC: &str = "Basic a2V5OmNhbmFyeS1zZWNyZXQ=";
const REQUEST: &str = include_str!("../../samples/finzly/request.json");
const ENVELOPE: &str = include_str!("../../samples/finzly/request.xml");
const SUCCESS: &str = r#"{"status":"Success","code":null,"message":null,"data":{"accountUID":"2156","externalReferenceId":"REQ123"}}"#;

async fn backend(lifetime: u64) -> (Handle<Behaviour>, Tokens) {
    let tokens = Tokens::new(Duration::from_secs(lifetime));
    (json::start(anywhere(), "ACME", ("key", "canary-secret"), &tokens).await.expect("backend"), tokens)
}

async fn token(backend: &Handle<Behaviour>, authorization: &str) -> Answer {
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", authorization)];
    send(backend, TOKEN, &headers, "grant_type=client_credentials").await
}

#[tokio::test]
async fn a_token_lives_until_it_expires() {
    let (backend, tokens) = backend(30).await;
    let first = bearer(&token(&backend, BASIC).await, 30);
    let answer = send_json(&backend, LINE, &first, REQUEST).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, SUCCESS));
    tokens.expire();
    let answer = send_json(&backend, LINE, &first, REQUEST).await;
    let expected = r#"{"status":"Failure","code":"401","message":"Unauthorized","data":{}}"#;
    assert_eq!((answer.status, answer.body.as_str()), (401, expected));
    let second = bearer(&token(&backend, BASIC).await, 30);
    assert_eq!(send_json(&backend, LINE, &second, REQUEST).await.body, SUCCESS);
    assert_eq!(tokens.given(), 2);
}

#[tokio::test]
async fn tokens_are_for_who_is_known_and_for_a_while() {
    let (backend, _) = backend(0).await;
    let answer = token(&backend, "Basic a2V5OnNlY3JldA==").await;
    assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"error":"invalid_client"}"#));
    let bearer = bearer(&token(&backend, BASIC).await, 0);
    assert_eq!(send_json(&backend, LINE, &bearer, REQUEST).await.status, 401);
}

#[tokio::test]
async fn bad_requests_are_refused_with_the_first_reason() {
    let (backend, _) = backend(30).await;
    let bearer = bearer(&token(&backend, BASIC).await, 30);
    let long = |n: usize| format!(r#"{{"reason":"{}"}}"#, "é".repeat(n));
    let (pair, limit) =
        ("accountSubType is missing or does not belong to accountType", "a limit is out of range");
    for (request, reason) in [
        (r#"{"accountType":"Deposit"}"#, pair),
        (r#"{"accountType":"Loan","accountSubType":"Savings"}"#, pair),
        (r#"{"accountSubType":"savings"}"#, "a value is not one of those allowed"),
        (r#"{"enableWire":"true"}"#, "a value is not one of those allowed"),
        (
            r#"{"isUnderWritten":true,"isAchPrefund":true}"#,
            "isUnderWritten and isAchPrefund exclude each other",
        ),
        (r#"{"accountSubType":"Pseudo","callbackLimit":1}"#, "callbackLimit is not allowed for Pseudo"),
        (r#"{"callbackLimit":1000000000}"#, limit),
        (r#"{"debitExposureLimit":-0.01}"#, limit),
        (r#"{"accountNumber":"1-2"}"#, "accountNumber must be letters and digits"),
        (r#"{"achCompanyId":"12345678901"}"#, "achCompanyId is too long"),
        (&long(256), "reason is too long"),
    ] {
        let answer = send_json(&backend, LINE, &bearer, request).await;
        let expected = format!(
            r#"{{"status":"Failure","code":"ACC001","message":"Failed to update an account: {reason}","data":{{}}}}"#
        );
        assert_eq!((answer.status, answer.body), (400, expected), "{request}");
    }
    for good in [
        r#"{"accountSubType":"Savings"}"#,
        r#"{"accountType":"Deposit","accountSubType":"Health Savings Account"}"#,
        r#"{"isUnderWritten":true,"isAchPrefund":false}"#,
        r#"{"accountFeatures":{"fedNowFeature":{"on":[1]}}}"#,
        &long(255),
    ] {
        assert_eq!(send_json(&backend, LINE, &bearer, good).await.body, SUCCESS, "{good}");
    }
}

#[tokio::test]
async fn other_forms_and_places_are_refused() {
    let (backend, _) = backend(30).await;
    let bearer = bearer(&token(&backend, BASIC).await, 30);
    for request in
        [r#"{"enableCallbacks":"true"}"#, r#"{"reason":null}"#, r#"{"accountUID":"2156"}"#, "[", r#"{"x":1}"#]
    {
        let answer = send_json(&backend, LINE, &bearer, request).await;
        let expected = r#"{"status":"Failure","code":"400","message":"Malformed request","data":{}}"#;
        assert_eq!((answer.status, answer.body.as_str()), (400, expected), "{request}");
    }
    for line in [LINE.replace("PUT", "POST"), LINE.replace("2156", "2156/x"), LINE.replace("111222", "")] {
        assert_eq!(send_json(&backend, &line, &bearer, REQUEST).await.status, 404, "{line}");
    }
    let answer = send_json(&backend, &LINE.replace("2156", "A1"), &bearer, REQUEST).await;
    assert!(answer.status == 400 && answer.body.contains("accountUID must be digits"), "{answer:?}");
}

#[tokio::test]
async fn the_soap_service_answers_by_the_contract() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let expected = "<c:status>1</c:status><c:httpStatus>200</c:httpStatus><f:nativeStatus>Success</f:nativeStatus><f:code xsi:nil=\"true\"/><f:message xsi:nil=\"true\"/><f:data><f:accountUID>2156</f:accountUID><f:externalReferenceId>REQ123</f:externalReferenceId></f:data></f:updateCustomerAccountResponse>";
    assert_eq!(response(&send_soap(&backend, ENVELOPE).await), expected);
    for (from, to, reason) in [
        (">Deposit<", ">Loan<", "accountSubType is missing or does not belong to accountType"),
        (">999999999.99<", ">1000000000<", "a limit is out of range"),
        (">1234567899<", ">12345678999<", "achCompanyId is too long"),
        (">2156<", "><", "accountUID must be digits"),
    ] {
        let message = format!("Failed to update an account: {reason}");
        let expected = format!(
            "<c:status>0</c:status><c:errors><c:code>ACC001</c:code><c:message>{message}</c:message></c:errors><c:httpStatus>400</c:httpStatus><f:nativeStatus>Failure</f:nativeStatus><f:code>ACC001</f:code><f:message>{message}</f:message><f:data/></f:updateCustomerAccountResponse>"
        );
        assert_eq!(response(&send_soap(&backend, &ENVELOPE.replace(from, to)).await), expected);
    }
    let answer = post_soap(&backend, ENVELOPE, "wrong").await;
    assert!(answer.status == 500 && answer.body.contains(">wsse:FailedAuthentication<"), "{answer:?}");
}
