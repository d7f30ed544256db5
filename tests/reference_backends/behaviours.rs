//! What backends do when they are told to.

use std::time::{Duration, Instant};

use saponify_reference::{Behaviour, Handle, Tokens, finzly, helix, stonex, tabapay};

use super::{USERS, anywhere, response, send_json, send_soap};

const FAILED: &str = r#""errors":["primaryOwner.taxIdNumber cannot be updated",{"code":"ADDR01","message":"postalCode is invalid","path":"primaryOwner.legalAddress.postalCode"}]"#;

/// Compares the status and a part of the body of the answers to behaviours.
async fn answers(backend: &Handle<Behaviour>, expected: &[(Behaviour, u16, &str)]) {
    for (behaviour, status, body) in expected {
        backend.behave(behaviour.clone());
        let answer = send_json(backend, "POST /", "", "{}").await;
        assert_eq!(answer.status, *status, "{behaviour:?}: {answer:?}");
        assert!(answer.body.contains(body), "{behaviour:?}: {answer:?}");
        let later = answer.head.contains("retry-after: 7");
        assert_eq!(later, *behaviour == Behaviour::RateLimited, "{answer:?}");
    }
}

async fn json_backends() -> [Handle<Behaviour>; 4] {
    let tokens = Tokens::new(Duration::from_secs(30));
    [
        stonex::json::start(anywhere(), "a", "b", &tokens).await.expect("backend"),
        helix::json::start(anywhere(), "a", "b").await.expect("backend"),
        finzly::json::start(anywhere(), "a", ("b", "c"), &tokens).await.expect("backend"),
        tabapay::json::start(anywhere(), "a").await.expect("backend"),
    ]
}

pub(super) async fn soap_backends() -> [Handle<Behaviour>; 4] {
    [
        stonex::soap::start(anywhere(), USERS).await.expect("backend"),
        helix::soap::start(anywhere(), USERS).await.expect("backend"),
        finzly::soap::start(anywhere(), USERS).await.expect("backend"),
        tabapay::soap::start(anywhere(), USERS).await.expect("backend"),
    ]
}

#[tokio::test]
async fn json_backends_fail_in_their_own_forms() {
    let [stonex, helix, finzly, tabapay] = json_backends().await;
    let own = [Behaviour::Failure(2), Behaviour::Unauthorized, Behaviour::RateLimited, Behaviour::Conflict]
        .into_iter()
        .chain([Behaviour::Internal, Behaviour::Contradiction, Behaviour::Mistyped, Behaviour::Flavour]);
    let of = |expected: [(u16, &'static str); 8]| -> Vec<(Behaviour, u16, &'static str)> {
        own.clone().zip(expected).map(|(behaviour, (status, body))| (behaviour, status, body)).collect()
    };
    answers(
        &stonex,
        &of([
            (400, FAILED),
            (401, r#""errors":["Unauthorized"]"#),
            (429, r#""statusCode":429"#),
            (409, r#""statusCode":409"#),
            (500, r#""statusCode":500"#),
            (200, r#""statusCode":400"#),
            (202, r#""statusCode":"202""#),
            (200, r#""data":{"message":{"accountNumber":"10003382""#),
        ]),
    )
    .await;
    answers(&helix, &of([
        (400, r#"{"errors":[{"code":60302,"message":"gender must be M, F or U"},{"code":66907,"#),
        (401, r#""code":50401"#),
        (429, r#""code":50429"#),
        (409, r#""status":409"#),
        (500, r#""code":50500"#),
        (200, r#""status":400"#),
        (400, r#""code":"60302""#),
        (200, r#""throttle":{"periodEndsAt":"2026-01-01T00:00:01.000+00:00","periodLengthInSeconds":1,"periodRequestLimit":15,"requestsRemainingInPeriod":2,"warningThreshold":3}}"#),
    ]))
    .await;
    let failure = r#"{"status":"Failure","code":"ACC001","message":"Failed to update an account: account number is already in use","data":{}}"#;
    answers(
        &finzly,
        &of([
            (200, failure),
            (401, r#""code":"401""#),
            (429, r#""code":"429""#),
            (409, failure),
            (500, r#"[{"code":"ERR500","description":"Internal error"}]"#),
            (200, failure),
            (200, r#""code":1"#),
            (200, r#"{"status":"Success","code":null,"message":null}"#),
        ]),
    )
    .await;
    answers(
        &tabapay,
        &of([
            (400, r#"{"SC":400,"EC":"3C404913","EM":"owner.address.zipcode"}"#),
            (401, r#""SC":401"#),
            (429, r#""SC":429"#),
            (409, r#""duplicateAccountIDs":["TabaPay_AccountID_0001"]"#),
            (500, "<?xml version=\"1.0\"?><error>"),
            (200, r#"{"SC":400,"EC":"3C404913","EM":"owner.address.zipcode"}"#),
            (200, r#"{"SC":200,"EC":0}"#),
            (207, r#"{"SC":207,"EC":"3C463001"}"#),
        ]),
    )
    .await;
}

#[tokio::test]
async fn all_break_alike() {
    for backend in json_backends().await {
        answers(
            &backend,
            &[
                (Behaviour::Html, 500, "<html>"),
                (Behaviour::Server, 503, "<html>"),
                (Behaviour::Odd, 200, "{\"status\":"),
                (Behaviour::Text(299, "text/csv", "a,b".to_owned()), 299, "a,b"),
            ],
        )
        .await;
    }
    for backend in soap_backends().await {
        answers(
            &backend,
            &[
                (Behaviour::Html, 500, "<html>"),
                (Behaviour::Server, 500, "<faultcode>soap:Server</faultcode>"),
                (Behaviour::Client, 500, "<faultcode>soap:Client</faultcode>"),
                (Behaviour::Odd, 200, "<soap:Fault>"),
                (Behaviour::Unauthorized, 500, ">wsse:FailedAuthentication<"),
                (Behaviour::Internal, 500, "<c:httpStatus>500</c:httpStatus>"),
                (Behaviour::Text(299, "text/csv", "a,b".to_owned()), 299, "a,b"),
            ],
        )
        .await;
        backend.behave(Behaviour::RateLimited);
        let said = "<c:httpStatus>429</c:httpStatus><c:retryAfterSeconds>7</c:retryAfterSeconds>";
        assert!(send_soap(&backend, "").await.body.contains(said));
    }
}

#[tokio::test]
async fn all_can_die_or_keep_silent() {
    for backend in json_backends().await.into_iter().chain(soap_backends().await) {
        backend.behave(Behaviour::BreakOff);
        let answer = send_json(&backend, "POST /", "", "{}").await;
        assert!(answer.status <= 200 && !answer.body.ends_with("0\r\n\r\n"), "{answer:?}");
        backend.behave(Behaviour::Silence(Duration::from_millis(50)));
        let begin = Instant::now();
        send_json(&backend, "POST /", "", "{}").await;
        assert!(begin.elapsed() >= Duration::from_millis(50));
    }
}

#[tokio::test]
pub(super) async fn soap_backends_answer_with_any_number_of_errors() {
    for backend in soap_backends().await {
        for errors in 0..=2 {
            backend.behave(Behaviour::Failure(errors));
            let answer = response(&send_soap(&backend, "").await);
            assert!(answer.starts_with("<c:status>0</c:status>"), "{answer}");
            assert_eq!(answer.matches("<c:errors").count(), errors, "{answer}");
        }
        for (behaviour, start) in [
            (Behaviour::Contradiction, "<c:status>1</c:status><c:errors"),
            (Behaviour::Mistyped, "<c:status>one</c:status>"),
            (Behaviour::Flavour, "<c:status>1</c:status>"),
        ] {
            backend.behave(behaviour);
            let answer = response(&send_soap(&backend, "").await);
            assert!(answer.starts_with(start), "{answer}");
        }
    }
}
