//! StoneX.

use std::time::Duration;

use saponify_reference::stonex::{Behaviour, json, soap};
use saponify_reference::{Handle, Tokens};

use super::support::Answer;
use super::{USERS, anywhere, bearer, masked, post_soap, response, send, send_json, send_soap};

const LINE: &str = "POST /account-api/v1/update-account";
const REQUEST: &str = include_str!("../../samples/stonex/request.json");
const ENVELOPE: &str = include_str!("../../samples/stonex/request.xml");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

async fn backend() -> (Handle<Behaviour>, Tokens) {
    let tokens = Tokens::new(Duration::from_secs(36_000));
    (json::start(anywhere(), "bridge", "canary secret", &tokens).await.expect("backend"), tokens)
}

async fn token(backend: &Handle<Behaviour>, path: &str, secret: &str) -> Answer {
    let form = format!("client_id=bridge&client_secret={secret}&grant_type=client_credentials");
    send(backend, &format!("POST {path}"), &[FORM], &form).await
}

fn body(answer: &Answer) -> String {
    masked(&answer.body, "\"traceId\":\"00-", "\"")
}

#[tokio::test]
async fn both_token_endpoints_give_tokens_that_are_let_in() {
    let (backend, tokens) = backend().await;
    for path in ["/identity/connect/token", "/auth/token"] {
        let bearer = bearer(&token(&backend, path, "canary+secret").await, 36_000);
        let answer = send_json(&backend, LINE, &bearer, REQUEST).await;
        let expected = r#"{"statusCode":202,"message":"Request Accepted","errors":[],"traceId":"00-*","hasErrors":false}"#;
        assert_eq!((answer.status, body(&answer).as_str()), (202, expected));
    }
    assert_eq!((tokens.given(), backend.exchanges().len()), (2, 4));
}

#[tokio::test]
async fn who_is_unknown_gets_nothing() {
    let (backend, tokens) = backend().await;
    let answer = token(&backend, "/auth/token", "other").await;
    assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"error":"invalid_client"}"#));
    let answer = send(&backend, "POST /auth/token", &[FORM], "client_id=bridge").await;
    assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"error":"unsupported_grant_type"}"#));
    let bearer = bearer(&token(&backend, "/auth/token", "canary%20secret").await, 36_000);
    tokens.expire();
    let expected = r#"{"statusCode":401,"message":"Unauthorized","errors":["Unauthorized"],"traceId":"00-*","hasErrors":true}"#;
    for authorization in [&bearer, "Bearer made-up", "Basic YTpi"] {
        let answer = send_json(&backend, LINE, authorization, REQUEST).await;
        assert_eq!((answer.status, body(&answer).as_str()), (401, expected));
    }
}

#[tokio::test]
async fn bad_requests_are_refused_with_every_reason() {
    let (backend, _) = backend().await;
    let bearer = bearer(&token(&backend, "/auth/token", "canary+secret").await, 36_000);
    for (request, errors) in [
        (r#"{"main":{"repCode":"JC01"}}"#, r#"["accountNumber is required"]"#),
        (
            r#"{"accountNumber":"1","registrationType":"Individual","primaryOwner":{"taxIdNumber":"1"}}"#,
            r#"["primaryOwner.taxIdNumber cannot be updated","registrationType cannot be updated"]"#,
        ),
        (
            r#"{"accountNumber":"1","electronicDelivery":{"statements":"TRUE","confirms":"true","prospectus":null}}"#,
            r#"["electronicDelivery.prospectus cannot be deleted","electronicDelivery.statements is invalid"]"#,
        ),
        (
            r#"{"accountNumber":"1","mailingAddress":{"postalCode":"1201","country":"US"},"associatedParties":[{"dependents":"x"}]}"#,
            r#"["associatedParties[0].dependents is invalid",{"code":"ADDR01","message":"postalCode is invalid","path":"mailingAddress.postalCode"}]"#,
        ),
        (
            r#"{"accountNumber":"1","primaryOwner":{"birthDate":"1980-2-29","email":""}}"#,
            r#"["primaryOwner.birthDate is invalid","primaryOwner.email cannot be deleted"]"#,
        ),
    ] {
        let answer = send_json(&backend, LINE, &bearer, request).await;
        let expected = format!(
            r#"{{"statusCode":400,"message":"Validation failed.","errors":{errors},"traceId":"00-*","hasErrors":true}}"#
        );
        assert_eq!((answer.status, body(&answer)), (400, expected));
    }
    for request in [r#"{"accountNumber":1}"#, r#"{"accountNumber":"1","surprise":"2"}"#, "{"] {
        let answer = send_json(&backend, LINE, &bearer, request).await;
        let expected = r#"{"statusCode":400,"message":"The request is malformed or a member has a wrong type","errors":["The request is malformed or a member has a wrong type"],"traceId":"00-*","hasErrors":true}"#;
        assert_eq!((answer.status, body(&answer).as_str()), (400, expected));
    }
    assert_eq!(send_json(&backend, "POST /v2", &bearer, REQUEST).await.status, 404);
    assert_eq!(send_json(&backend, &LINE.replace("POST", "PUT"), &bearer, REQUEST).await.status, 405);
}

#[tokio::test]
async fn the_soap_service_answers_by_the_contract() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let answer = response(&send_soap(&backend, ENVELOPE).await);
    let expected = "<c:status>1</c:status><c:httpStatus>202</c:httpStatus><s:statusCode>202</s:statusCode><s:message>Request Accepted</s:message><s:traceId>*</s:traceId><s:hasErrors>false</s:hasErrors></s:updateAccountResponse>";
    assert_eq!(masked(&answer, "<s:traceId>", "</s:"), expected);
    let answer = post_soap(&backend, ENVELOPE, "wrong").await;
    assert!(answer.status == 500 && answer.body.contains(">wsse:FailedAuthentication<"), "{answer:?}");
    for (from, to, reason) in [
        ("updateAccount", "closeAccount", "closeAccount is unknown or not in its place"),
        ("s:street", "s:road", "road is unknown or not in its place"),
        ("s:main", "s:mailingAddress", "repCode is unknown or not in its place"),
    ] {
        let answer = send_soap(&backend, &ENVELOPE.replace(from, to)).await;
        let fault = format!("<faultcode>soap:Client</faultcode><faultstring>{reason}</faultstring>");
        assert!(answer.status == 500 && answer.body.contains(&fault), "{answer:?}");
    }
}

#[tokio::test]
async fn the_soap_service_checks_the_same() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    for (from, to, errors) in [
        (
            "<s:accountNumber>10003382</s:accountNumber>",
            "",
            "<c:errors raw=\"&quot;accountNumber is required&quot;\"><c:code>400</c:code><c:message>accountNumber is required</c:message></c:errors>",
        ),
        (
            "<s:statements>False<",
            "<s:statements>0<",
            "<c:errors raw=\"&quot;electronicDelivery.statements is invalid&quot;\"><c:code>400</c:code><c:message>electronicDelivery.statements is invalid</c:message></c:errors>",
        ),
        (
            "<s:postalCode>12019<",
            "<s:postalCode>&lt;1&gt;<",
            "<c:errors raw=\"{&quot;code&quot;:&quot;ADDR01&quot;,&quot;message&quot;:&quot;postalCode is invalid&quot;,&quot;path&quot;:&quot;primaryOwner.legalAddress.postalCode&quot;}\"><c:code>ADDR01</c:code><c:message>postalCode is invalid</c:message></c:errors>",
        ),
    ] {
        let answer = response(&send_soap(&backend, &ENVELOPE.replace(from, to)).await);
        let expected = format!("<c:status>0</c:status>{errors}<c:httpStatus>400</c:httpStatus>");
        assert!(answer.starts_with(&expected), "{answer}");
        assert!(answer.contains("<s:hasErrors>true</s:hasErrors>"), "{answer}");
    }
}
