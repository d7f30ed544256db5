//! The SOAP service of the contract.

use std::net::SocketAddr;

use super::super::behaviour::Behaviour;
use super::super::contract::{self, Answer, Notice, Service};
use super::super::server::Handle;
use super::super::xml::element;
use super::request::Body;
use super::rules::{CODE, MESSAGE, broken};

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    contract::start(address, users, Finzly).await
}

struct Finzly;

impl Service for Finzly {
    type Body = Body;
    const RESPONSE: &'static str = "f:updateCustomerAccountResponse xmlns:f=\"urn:bridge:finzly:account:1\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

    fn answer(&self, body: Body) -> Option<Answer> {
        let request = body.updateCustomerAccount?;
        Some(match broken(&request) {
            Some(reason) => failed(400, vec![Notice::new(CODE, &reason)]),
            None => succeeded(&data(&request.accountUID.unwrap_or_default())),
        })
    }

    fn failure(&self, errors: usize, http_status: u16) -> Answer {
        failed(http_status, (0..errors).map(|_| Notice::new(CODE, MESSAGE)).collect())
    }

    fn flavour(&self) -> Answer {
        succeeded("")
    }
}

fn succeeded(data: &str) -> Answer {
    let native = format!(
        "{}<f:code xsi:nil=\"true\"/><f:message xsi:nil=\"true\"/>{data}",
        element("f:nativeStatus", "Success")
    );
    Answer { http_status: 200, native, ..Answer::default() }
}

fn failed(http_status: u16, errors: Vec<Notice>) -> Answer {
    let message = errors.first().map_or(MESSAGE, |error| error.message.as_str());
    let native = [
        element("f:nativeStatus", "Failure"),
        element("f:code", CODE),
        element("f:message", message),
        "<f:data/>".to_owned(),
    ];
    Answer { http_status, native: native.concat(), errors, ..Answer::default() }
}

fn data(account: &str) -> String {
    let (account, reference) = (element("f:accountUID", account), element("f:externalReferenceId", "REQ123"));
    format!("<f:data>{account}{reference}</f:data>")
}
