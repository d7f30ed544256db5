//! The SOAP service of the contract.

use std::net::SocketAddr;

use super::super::behaviour::Behaviour;
use super::super::contract::{self, Answer, Notice, Service};
use super::super::server::Handle;
use super::super::xml::{element, optional};
use super::path::{is_id, is_sub_id};
use super::request::{Body, UpdateAccount};
use super::rules::broken;
use super::stored::Accounts;

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    contract::start(address, users, Tabapay(Accounts::default())).await
}

struct Tabapay(Accounts);

impl Service for Tabapay {
    type Body = Body;
    const RESPONSE: &'static str = "t:updateAccountResponse xmlns:t=\"urn:bridge:tabapay:account:2\"";

    fn answer(&self, body: Body) -> Option<Answer> {
        let request = body.updateAccount?;
        let account = request.accountId.clone().unwrap_or_default();
        if !is_addressed(&request) {
            return Some(failed(404, vec![Notice::new("3C404001", "not found")]));
        }
        if let Some((code, path)) = broken(&request, &self.0.get(&account)) {
            return Some(failed(400, vec![Notice::new(code, &path)]));
        }
        self.0.update(&account, &request);
        Some(Answer { http_status: 200, native: native(200, "0", None), ..Answer::default() })
    }

    fn failure(&self, errors: usize, http_status: u16) -> Answer {
        failed(http_status, (0..errors).map(|_| Notice::new("3C404913", "owner.address.zipcode")).collect())
    }

    fn flavour(&self) -> Answer {
        let warning = Notice::new("3C463001", "account updated, duplicate card check failed");
        let native = native(207, "3C463001", None);
        Answer { warnings: vec![warning], http_status: 207, native, ..Answer::default() }
    }
}

/// Whether the identifiers could be in a path of the JSON service.
fn is_addressed(request: &UpdateAccount) -> bool {
    let whole = |text: &Option<String>| text.as_deref().is_some_and(is_id);
    let sub = request.subClientId.as_deref().is_none_or(is_sub_id);
    whole(&request.clientId) && sub && whole(&request.accountId)
}

fn failed(http_status: u16, errors: Vec<Notice>) -> Answer {
    let first = errors.first();
    let code = first.map_or("3C400000", |error| error.code.as_str());
    let native = native(http_status, code, first.map(|error| error.message.as_str()));
    Answer { http_status, native, errors, ..Answer::default() }
}

fn native(status: u16, code: &str, hint: Option<&str>) -> String {
    [element("t:SC", &status.to_string()), element("t:EC", code), optional("t:EM", hint)].concat()
}
