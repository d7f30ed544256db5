//! What is in force where a service file says nothing.

use serde::Serialize;

use super::super::typed;
use super::super::yaml::Tree;
use crate::redact;
use crate::service::file::DefaultsFile;
use crate::service::{Backend, FaultStatus, FrontSecurity, Service, SoapFront, Target};
use crate::wss::Sender;

/// Puts in what `tree` does not say. `elsewhere` tells that the backend's URL is not that of the file.
pub(super) fn complete(tree: &mut Tree, service: &Service, elsewhere: bool) {
    fronts(tree.map("fronts"), service);
    backend(tree.map("backend"), service, elsewhere);
    if let Backend::Soap(_) = service.backend {
        // What an included file says for services with a JSON backend.
        tree.remove_below("operations", "outcome");
    }
    tree.map("defaults").complete(of(&DefaultsFile::default()));
    tree.map("limits").complete(of(&service.limits));
}

/// `value` as it would be typed.
fn of(value: &impl Serialize) -> Tree {
    let yaml = serde_saphyr::to_string(value).expect("limits and defaults are numbers, texts and lists");
    typed::read(&yaml).expect("what was just written")
}

fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

fn fronts(tree: &mut Tree, service: &Service) {
    if let Some(front) = &service.json_front {
        let json = tree.map("json");
        json.set("path", text(&front.path));
        json.set("always_200", Tree::Bool(front.always_200));
    }
    if let Some(front) = &service.mcp_front {
        tree.map("mcp").set("path", text(&front.json.path));
    }
    if let Some(front) = &service.soap_front {
        let soap = tree.map("soap");
        soap.set("path", text(&front.path));
        accepted(soap, front);
        security(soap.map("security"), &front.security);
        let http = if front.faults == FaultStatus::AsSoap { 400 } else { 500 };
        soap.map("faults").set("http", Tree::Number(http));
    }
}

/// The kinds of password, where there are users.
fn accepted(soap: &mut Tree, front: &SoapFront) {
    let kinds = [("digest", front.accept_digest), ("text", front.accept_text)];
    let kinds = kinds.iter().filter(|(_, accepted)| *accepted).map(|(kind, _)| text(kind));
    let auth = soap.map("auth");
    if auth.get("users").is_some() {
        auth.map("users").set("accept", Tree::List(kinds.collect()));
    }
}

fn security(tree: &mut Tree, security: &FrontSecurity) {
    tree.set("profile", text("compat"));
    for (name, on) in security.profile.relaxations() {
        tree.set(name, Tree::Bool(on));
    }
}

fn backend(tree: &mut Tree, service: &Service, elsewhere: bool) {
    let kind = if matches!(service.backend, Backend::Json(_)) { "json" } else { "soap" };
    let (own, target) = (tree.map(kind), service.backend.target());
    if elsewhere {
        own.remove("url");
    }
    own.set("url", text(&redact::url(&service.shown_url)));
    own.set("allow_insecure", Tree::Bool(false));
    own.set("http_version", text("auto"));
    own.set("keep_alive", Tree::Bool(true));
    // What the environment says is shown as it is now.
    let proxy = target.reach.proxy.as_ref();
    own.set("proxy", text(&proxy.map_or("none".to_owned(), |proxy| format!("http://{}", proxy.authority))));
    timeouts(own.map("timeout"), target);
    if let Backend::Soap(backend) = &service.backend
        && let Some(sent) = &backend.token
    {
        token(own.map("username_token"), sent.header.sender());
    }
}

fn timeouts(tree: &mut Tree, target: &Target) {
    let times = [("connect", target.connect), ("first_byte", target.first_byte), ("total", target.total)];
    for (name, time) in times {
        tree.set(name, text(&format!("{}ms", time.as_millis())));
    }
}

fn token(tree: &mut Tree, sender: &Sender) {
    tree.set("password", text("text"));
    for (name, on) in [
        ("nonce", sender.nonce),
        ("created", sender.created),
        ("encoding_type", sender.encoding_type),
        ("id", sender.id),
    ] {
        tree.set(name, Tree::Bool(on));
    }
    tree.set("nonce_length", Tree::of(sender.nonce_length as u64));
}
