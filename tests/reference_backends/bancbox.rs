//! BancBox: what the other backends share with it.

use saponify_reference::bancbox::{Behaviour, json, soap};

use super::support::SOAP;
use super::{USERS, anywhere, send, send_json};

#[tokio::test]
async fn both_services_say_any_text() {
    let text = Behaviour::Text(418, "text/plain", "anything".to_owned());
    let rest = json::start(anywhere(), "key", "canary-secret").await.expect("backend");
    let envelopes = soap::start(anywhere(), USERS).await.expect("backend");
    for backend in [rest, envelopes] {
        backend.behave(text.clone());
        let answer = send_json(&backend, "POST /", "", "{}").await;
        assert_eq!((answer.status, answer.body.as_str()), (418, "anything"));
        assert!(answer.head.contains("content-type: text/plain"), "{answer:?}");
    }
}

#[tokio::test]
async fn the_type_of_a_password_is_asked_for() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let text = "#PasswordText";
    let sample = include_str!("../../samples/bancbox/request.xml");
    let answer = send(&backend, "POST /", &[SOAP], sample).await;
    assert!(answer.status == 200 && answer.body.contains("<status>1</status>"), "{answer:?}");
    let answer = send(&backend, "POST /", &[SOAP], &sample.replace(text, "#Other")).await;
    assert!(answer.status == 500 && answer.body.contains("wsse:FailedAuthentication"), "{answer:?}");
}

#[tokio::test]
async fn it_contradicts_itself_and_changes_types() {
    let backend = json::start(anywhere(), "key", "canary-secret").await.expect("backend");
    for (behaviour, status, said) in [
        (Behaviour::Contradiction, 200, "\"status\":1,\"warnings\":[{"),
        (Behaviour::Mistyped, 200, "\"status\":\"one\""),
        (Behaviour::Conflict, 409, "\"status\":0"),
        (Behaviour::Internal, 500, "\"status\":0"),
    ] {
        backend.behave(behaviour);
        let answer = send_json(&backend, "POST /", "", "{}").await;
        assert!(answer.status == status && answer.body.contains(said), "{answer:?}");
    }
}
