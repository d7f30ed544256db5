//! The SOAP service.

use std::net::SocketAddr;

use yaserde::{YaDeserialize, YaSerialize};

use super::super::behaviour::Behaviour;
use super::super::envelope::{self, XML, enveloped, fault, refused};
use super::super::server::{Act, Exchange, Handle};
use super::super::usernames::Users;
use super::rules::{self, Answer, Request};

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    let users = Users::new(users);
    Handle::start(address, Behaviour::Normal, move |exchange, behaviour| act(exchange, &behaviour, &users))
        .await
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

fn act(exchange: &Exchange, behaviour: &Behaviour, users: &Users) -> Act {
    match behaviour {
        Behaviour::Normal => normal(exchange, users),
        Behaviour::Failure(errors) => answered(rules::failure(*errors)),
        Behaviour::Conflict => answered(rules::failure(1)),
        Behaviour::Contradiction => answered(Answer { status: 1, ..rules::failure(1) }),
        Behaviour::Flavour => Act::Answer(200, XML, None, FLAVOUR.to_owned()),
        Behaviour::Mistyped => {
            let text = FLAVOUR.replace("<status>1</status>", "<status>one</status>");
            Act::Answer(200, XML, None, text)
        }
        other => envelope::alike(other).unwrap_or_else(refused),
    }
}

fn normal(exchange: &Exchange, users: &Users) -> Act {
    let envelope = match envelope::read::<Body>(exchange, str::to_owned) {
        Ok(envelope) => envelope,
        Err(refusal) => return refusal,
    };
    // BancBox asks for the type of a password.
    if !envelope.token().is_some_and(|token| users.accept(token)) {
        return refused();
    }
    match envelope.body.update_client.and_then(|operation| operation.request) {
        Some(request) => answered(rules::answer(&request)),
        None => fault(500, "soap:Client", "unknown operation", ""),
    }
}

fn answered(answer: Answer) -> Act {
    let config = yaserde::ser::Config { write_document_declaration: false, ..Default::default() };
    let body = yaserde::ser::to_string_with_config(&UpdateClientResponse { answer }, &config)
        .expect("answers are elements and texts");
    Act::Answer(200, XML, None, enveloped(&body))
}

const FLAVOUR: &str = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><ns1:updateClientResponse xmlns:ns1=\"schema.bancbox.com\"><updateClientResponse><clientStatus>ACTIVE</clientStatus><cipStatus>IGNORED</cipStatus><surprise>1</surprise><status>1</status><requestId>1700000000077</requestId></updateClientResponse></ns1:updateClientResponse></soap:Body></soap:Envelope>";

#[cfg(test)]
mod tests {
    use super::super::super::envelope::Envelope;
    use super::*;

    #[test]
    fn the_sample_is_understood() {
        let text = include_str!("../../../samples/bancbox/request.xml");
        let envelope: Envelope<Body> = yaserde::de::from_str(text).expect("envelope");
        let token = envelope.token().expect("token");
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
