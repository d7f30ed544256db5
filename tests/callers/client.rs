//! The caller `orders`, in every way in which it can say who it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt;
use rcgen::SanType;
use saponify::soap::Version;
use saponify::wss::{Fresh, NewToken, Secret, Sender};
use serde::Deserialize;

use super::issuer;
use super::stage::{Stage, authority};
use super::support::{Answer, JSON, SOAP, post};
use super::tls::{client, params, raw};

/// How it proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sends {
    Basic,
    Bearer,
    Body,
    Certificate,
    Digest,
    Jwt,
    Key,
    Nothing,
    Text,
}

/// The front that it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Front {
    Json,
    Soap,
}

impl Front {
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Soap => "soap",
        }
    }
}

/// What it sends besides the message: headers, a Security header, members of the body.
#[derive(Default)]
pub struct Proof {
    pub headers: Vec<(String, String)>,
    pub security: String,
    pub members: &'static str,
    pub certificate: bool,
}

impl Proof {
    pub fn of(sends: Sends) -> Self {
        let header =
            |name: &str, value: String| Self { headers: vec![(name.to_owned(), value)], ..Self::default() };
        match sends {
            Sends::Basic => {
                header("Authorization", format!("Basic {}", STANDARD.encode("orders:password-of-orders")))
            }
            Sends::Bearer => header("Authorization", "Bearer key-of-orders".to_owned()),
            Sends::Body => {
                let members = r#""login":{"user":"orders","secret":"password-of-orders"},"#;
                Self { members, ..Self::default() }
            }
            Sends::Certificate => Self { certificate: true, ..Self::default() },
            Sends::Digest => Self { security: security(&Sender::digest()), ..Self::default() },
            Sends::Jwt => Self::bearing(&issuer::token()),
            Sends::Key => header("X-Api-Key", "key-of-orders".to_owned()),
            Sends::Nothing => Self::default(),
            Sends::Text => Self { security: security(&Sender::default()), ..Self::default() },
        }
    }

    pub fn bearing(token: &str) -> Self {
        Self { headers: vec![("Authorization".to_owned(), format!("Bearer {token}"))], ..Self::default() }
    }
}

fn security(sender: &Sender) -> String {
    let mut nonce = [0; 64];
    rand::rng().fill(&mut nonce);
    let fresh = Fresh { nonce, id: rand::rng().random(), now: chrono::Utc::now() };
    let mut header = Vec::new();
    let password = Secret::new("password-of-orders");
    let token = NewToken { username: "orders", password: &password, fresh: &fresh };
    sender.write(&mut header, Version::V11, token).expect("written");
    String::from_utf8(header).expect("UTF-8")
}

/// Calls `Store`.
pub fn call(stage: &Stage, front: Front, proof: &Proof) -> Answer {
    let (path, kind, body) = match front {
        Front::Json => ("/vault/Store", JSON, format!("{{{}\"note\":\"canary\"}}", proof.members)),
        Front::Soap => ("/soap/vault", SOAP, envelope(&proof.security)),
    };
    let mut headers = vec![kind];
    headers.extend(proof.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if stage.secure {
        return secured(stage, path, &headers, &body, proof.certificate);
    }
    post(stage.address(), path, &headers, body.as_bytes())
}

fn envelope(security: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/'>\
         <e:Header>{security}</e:Header><e:Body><Store xmlns='urn:vault'><note>canary</note></Store></e:Body></e:Envelope>"
    )
}

fn secured(stage: &Stage, path: &str, headers: &[(&str, &str)], body: &str, shows: bool) -> Answer {
    let shown = shows.then(|| {
        let mut params = params("orders");
        params.subject_alt_names = vec![SanType::DnsName("orders.example".try_into().expect("name"))];
        authority().0.issue(params)
    });
    let fields: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n{body}"
    );
    let config = client(&authority().0, shown.as_ref(), &[]);
    let (status, text) = raw(stage.address(), config, request.as_bytes()).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}
