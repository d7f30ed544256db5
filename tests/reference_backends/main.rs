//! The reference backends themselves, over sockets.

mod bancbox;
mod behaviours;
mod contracts;
mod finzly;
mod helix;
mod stonex;
#[path = "../support/mod.rs"]
mod support;
mod tabapay;

use std::net::SocketAddr;

use saponify_reference::{Behaviour, Handle};
use support::{Answer, JSON, SOAP, raw};

const USERS: &[(&str, &str)] = &[("ops@example.com", "not-a-real-secret")];

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Sends a request with `headers` of its own.
async fn send(backend: &Handle<Behaviour>, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut text = format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    let address = backend.address();
    tokio::task::spawn_blocking(move || raw(address, text.as_bytes())).await.expect("thread")
}

async fn send_json(backend: &Handle<Behaviour>, line: &str, authorization: &str, body: &str) -> Answer {
    send(backend, line, &[JSON, ("Authorization", authorization)], body).await
}

/// Posts an envelope, with a token in its header.
async fn send_soap(backend: &Handle<Behaviour>, envelope: &str) -> Answer {
    post_soap(backend, envelope, "not-a-real-secret").await
}

async fn post_soap(backend: &Handle<Behaviour>, envelope: &str, password: &str) -> Answer {
    let header = format!(
        "<soapenv:Header><w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><w:UsernameToken><w:Username>ops@example.com</w:Username><w:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">{password}</w:Password></w:UsernameToken></w:Security></soapenv:Header><soapenv:Body>"
    );
    let envelope = envelope.replacen("<soapenv:Body>", &header, 1);
    send(backend, "POST /", &[SOAP], &envelope).await
}

/// What an envelope holds in its response, without the identifier made for it.
fn response(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let (_, body) = answer.body.split_once("</c:requestId>").unwrap_or_else(|| panic!("{answer:?}"));
    body.split_once("</soap:Body>").expect("body").0.to_owned()
}

/// `text` with what stands between `before` and `after` replaced by `*`.
fn masked(text: &str, before: &str, after: &str) -> String {
    let (start, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}"));
    let (value, end) = rest.split_once(after).expect("end");
    assert!(!value.is_empty(), "{text}");
    format!("{start}{before}*{after}{end}")
}

/// The bearer token in an answer of a token endpoint.
fn bearer(answer: &Answer, lifetime: u64) -> String {
    let json = answer.json();
    assert_eq!((answer.status, json["expires_in"].as_u64()), (200, Some(lifetime)), "{answer:?}");
    format!("Bearer {}", json["access_token"].as_str().expect("token"))
}
