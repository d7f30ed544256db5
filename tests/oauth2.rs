//! Tokens of an OAuth 2.0 server: fetched when they are needed, kept while they are good, fetched again once when they are
//! refused.

#[path = "support/mod.rs"]
mod support;

use std::net::SocketAddr;
use std::time::Duration;

use saponify::server::Running;
use saponify_reference::{Tokens, finzly, stonex};
use support::{Answer, bridge, post, service, system_service};

const SECURITY: &str = "<soapenv:Header><wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken><wsse:Username>ops@example.com</wsse:Username><wsse:Password>not-a-real-secret</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>";

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn ask(running: &Running, system: &'static str) -> Answer {
    let address = running.address();
    let path = format!("{}/samples/{system}/request.xml", env!("CARGO_MANIFEST_DIR"));
    let request = std::fs::read_to_string(path).expect("request");
    let request = request.replace("<soapenv:Body>", &format!("{SECURITY}<soapenv:Body>"));
    let ask = move || {
        let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
        post(address, &format!("/soap/{system}"), &headers, request.as_bytes())
    };
    tokio::task::spawn_blocking(ask).await.expect("thread")
}

fn is_success(answer: &Answer) -> bool {
    answer.status == 200 && answer.body.contains("status>1<")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_kept_and_fetched_again_once_when_it_is_refused() {
    let tokens = Tokens::new(Duration::from_secs(36_000));
    let backend =
        finzly::json::start(anywhere(), "BANKOS", ("key", "canary-secret"), &tokens).await.expect("backend");
    let running = bridge(system_service("finzly", "soap-to-json.yaml", &backend.url()));
    for _ in 0..3 {
        let answer = ask(&running, "finzly").await;
        assert!(is_success(&answer), "{answer:?}");
    }
    assert_eq!(tokens.given(), 1);
    tokens.expire();
    let answer = ask(&running, "finzly").await;
    assert!(is_success(&answer), "{answer:?}");
    assert_eq!(tokens.given(), 2);
    let asked =
        backend.exchanges().into_iter().find(|exchange| exchange.line.contains("/token")).expect("asked");
    assert!(asked.headers["authorization"].as_bytes().starts_with(b"Basic "), "{asked:?}");
    assert_eq!(asked.body, "grant_type=client_credentials");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_fetched_before_it_ends() {
    let tokens = Tokens::new(Duration::from_secs(1));
    let backend = stonex::json::start(anywhere(), "key", "canary-secret", &tokens).await.expect("backend");
    let running = bridge(system_service("stonex", "soap-to-json.yaml", &backend.url()));
    assert!(is_success(&ask(&running, "stonex").await));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let answer = ask(&running, "stonex").await;
    assert!(is_success(&answer), "{answer:?}");
    assert_eq!(tokens.given(), 2);
    let asked =
        backend.exchanges().into_iter().find(|exchange| exchange.line.contains("/token")).expect("asked");
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(form.contains("client_id=key") && form.contains("client_secret=canary-secret"), "{form}");
}

/// A token server that refuses blames the bridge, and its answer goes nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_the_token_server_refuses_are_the_bridges_own() {
    let tokens = Tokens::new(Duration::from_secs(60));
    let backend = stonex::json::start(anywhere(), "key", "another-secret", &tokens).await.expect("backend");
    let running = bridge(system_service("stonex", "soap-to-json.yaml", &backend.url()));
    let answer = ask(&running, "stonex").await;
    assert_eq!(answer.status, 500, "{answer:?}");
    assert!(answer.body.contains("BRG00305") && !answer.body.contains("canary-secret"), "{answer:?}");
    assert!(backend.exchanges().iter().all(|exchange| exchange.line.contains("/token")));
}

/// Without its own host a token URL is at the backend's; with one it is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_server_may_be_elsewhere() {
    let tokens = Tokens::new(Duration::from_secs(60));
    let elsewhere =
        stonex::json::start(anywhere(), "key", "canary-secret", &tokens).await.expect("token server");
    let backend = stonex::json::start(anywhere(), "nobody", "nothing", &tokens).await.expect("backend");
    let path = format!("{}/samples/stonex/soap-to-json.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("sample");
    let text = text.replace("token_url: /", &format!("token_url: {}/", elsewhere.url()));
    let running = bridge(service(&path, &text, &backend.url()));
    let answer = ask(&running, "stonex").await;
    assert!(is_success(&answer), "{answer:?}");
}
