//! The SOAP service.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use yaserde::{YaDeserialize, YaSerialize};

use super::super::server::{Act, Exchange, Handle};
use super::Behaviour;
use super::rules::{self, Answer, Request};

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    let users: Vec<(String, String)> =
        users.iter().map(|(name, password)| ((*name).to_owned(), (*password).to_owned())).collect();
    let seen = Arc::new(Mutex::new(HashSet::new()));
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| {
        act(exchange, behaviour, &users, &seen)
    })
    .await
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(rename = "Envelope", prefix = "e", namespaces = { "e" = "http://schemas.xmlsoap.org/soap/envelope/" })]
struct Envelope {
    #[yaserde(rename = "Header", prefix = "e")]
    header: Option<Header>,
    #[yaserde(rename = "Body", prefix = "e")]
    body: Body,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = { "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" })]
struct Header {
    #[yaserde(rename = "Security", prefix = "w")]
    security: Option<Security>,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = { "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" })]
struct Security {
    #[yaserde(rename = "UsernameToken", prefix = "w")]
    token: Option<Token>,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "w", namespaces = {
    "w" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "u" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
})]
struct Token {
    #[yaserde(rename = "Username", prefix = "w")]
    username: String,
    #[yaserde(rename = "Password", prefix = "w")]
    password: Password,
    #[yaserde(rename = "Nonce", prefix = "w")]
    nonce: Option<Nonce>,
    #[yaserde(rename = "Created", prefix = "u")]
    created: Option<String>,
}

#[derive(Debug, Default, YaDeserialize)]
struct Password {
    #[yaserde(attribute = true, rename = "Type")]
    kind: Option<String>,
    #[yaserde(text = true)]
    text: String,
}

#[derive(Debug, Default, YaDeserialize)]
struct Nonce {
    #[yaserde(text = true)]
    text: String,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "s", namespaces = { "s" = "schema.bancbox.com" })]
struct Body {
    #[yaserde(rename = "updateClient", prefix = "s")]
    update_client: Option<UpdateClient>,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "s", namespaces = { "s" = "schema.bancbox.com" })]
struct UpdateClient {
    #[yaserde(rename = "updateClientRequest")]
    request: Option<Request>,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(rename = "updateClientResponse", prefix = "ns1", namespaces = { "ns1" = "schema.bancbox.com" })]
struct UpdateClientResponse {
    #[yaserde(rename = "return")]
    answer: Answer,
}

fn act(
    exchange: &Exchange,
    behaviour: Behaviour,
    users: &[(String, String)],
    seen: &Mutex<HashSet<String>>,
) -> Act {
    match behaviour {
        Behaviour::BreakOff => Act::BreakOff,
        Behaviour::Silence(time) => Act::Silence(time),
        Behaviour::Html => {
            Act::Answer(500, "text/html", None, "<html><h1>Stack trace</h1></html>".to_owned())
        }
        Behaviour::Server => fault(500, "soap:Server", "database down at 10.0.0.1", ""),
        Behaviour::Client => fault(500, "soap:Client", "bad request from db-internal", ""),
        Behaviour::Odd => fault(200, "soap:Server", "a fault with status 200", ""),
        Behaviour::RateLimited => fault(500, "soap:Server", "rate limit", RATE_LIMITED),
        Behaviour::Unauthorized => refused(),
        Behaviour::Failure(errors) => answered(rules::failure(errors)),
        Behaviour::Flavour => Act::Answer(200, XML, None, FLAVOUR.to_owned()),
        Behaviour::Normal => normal(exchange, users, seen),
    }
}

fn normal(exchange: &Exchange, users: &[(String, String)], seen: &Mutex<HashSet<String>>) -> Act {
    let text = String::from_utf8_lossy(&exchange.body);
    if text.matches('<').count() > 1000 || !exchange.line.starts_with("POST ") {
        return fault(500, "soap:Client", "not a request of this service", "");
    }
    let Ok(envelope) = yaserde::de::from_str::<Envelope>(&text) else {
        return fault(500, "soap:Client", "malformed request", "");
    };
    let token = envelope.header.and_then(|header| header.security).and_then(|security| security.token);
    if !token.is_some_and(|token| is_valid(&token, users, seen)) {
        return refused();
    }
    match envelope.body.update_client.and_then(|operation| operation.request) {
        Some(request) => answered(rules::answer(&request)),
        None => fault(500, "soap:Client", "unknown operation", ""),
    }
}

fn is_valid(token: &Token, users: &[(String, String)], seen: &Mutex<HashSet<String>>) -> bool {
    let Some((_, password)) = users.iter().find(|(name, _)| *name == token.username) else { return false };
    match token.password.kind.as_deref() {
        Some(kind) if kind.ends_with("#PasswordText") => token.password.text == *password,
        Some(kind) if kind.ends_with("#PasswordDigest") => {
            let (Some(nonce), Some(created)) = (&token.nonce, &token.created) else { return false };
            let fresh = seen.lock().unwrap_or_else(PoisonError::into_inner).insert(nonce.text.clone());
            fresh && digest(&nonce.text, created, password).as_deref() == Some(&token.password.text)
        }
        // BancBox asks for a Type.
        _ => false,
    }
}

fn digest(nonce: &str, created: &str, password: &str) -> Option<String> {
    let nonce = STANDARD.decode(nonce).ok()?;
    let sha = Sha1::new().chain_update(nonce).chain_update(created).chain_update(password);
    Some(STANDARD.encode(sha.finalize()))
}

fn answered(answer: Answer) -> Act {
    let config = yaserde::ser::Config { write_document_declaration: false, ..Default::default() };
    let body =
        yaserde::ser::to_string_with_config(&UpdateClientResponse { answer }, &config).unwrap_or_default();
    Act::Answer(200, XML, None, enveloped(&body))
}

fn refused() -> Act {
    let code = "xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">wsse:FailedAuthentication";
    let fault = format!(
        "<soap:Fault><faultcode {code}</faultcode><faultstring>The security token could not be authenticated or authorized</faultstring></soap:Fault>"
    );
    Act::Answer(500, XML, None, enveloped(&fault))
}

fn fault(status: u16, code: &str, reason: &str, detail: &str) -> Act {
    let fault = format!(
        "<soap:Fault><faultcode>{code}</faultcode><faultstring>{reason}</faultstring>{detail}</soap:Fault>"
    );
    Act::Answer(status, XML, None, enveloped(&fault))
}

fn enveloped(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

const XML: &str = "text/xml; charset=utf-8";
const RATE_LIMITED: &str = "<detail><c:bridgeFault xmlns:c=\"urn:bridge:common:1\"><c:requestId>1700000000012</c:requestId><c:code>BRG00304</c:code><c:message>backend rate limit exceeded</c:message><c:httpStatus>429</c:httpStatus><c:retryAfterSeconds>7</c:retryAfterSeconds></c:bridgeFault></detail>";
const FLAVOUR: &str = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><ns1:updateClientResponse xmlns:ns1=\"schema.bancbox.com\"><updateClientResponse><clientStatus>ACTIVE</clientStatus><cipStatus>IGNORED</cipStatus><surprise>1</surprise><status>1</status><requestId>1700000000077</requestId></updateClientResponse></ns1:updateClientResponse></soap:Body></soap:Envelope>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_onvif_guide() {
        let digest = digest("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword");
        assert_eq!(digest.as_deref(), Some("tuOSpGlFlIXsozq4HFNeeGeFLEI="));
    }

    #[test]
    fn the_sample_is_understood() {
        let text = include_str!("../../../samples/bancbox/request.xml");
        let envelope: Envelope = yaserde::de::from_str(text).expect("envelope");
        let token = envelope
            .header
            .and_then(|header| header.security)
            .and_then(|security| security.token)
            .expect("token");
        assert_eq!(
            (token.username.as_str(), token.password.text.as_str()),
            ("ops@example.com", "not-a-real-secret")
        );
        let request = envelope.body.update_client.and_then(|operation| operation.request).expect("request");
        assert_eq!(
            (request.subscriber_id, request.last_name.as_deref()),
            (Some(200_417), Some("O'Neil & Sons"))
        );
        assert_eq!(request.client_id.and_then(|id| id.banc_box_id), Some(364_951));
    }
}
