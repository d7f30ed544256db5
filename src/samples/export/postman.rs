//! A collection of Postman, in version 2.1 of its format.

use serde_json::{Value, json};

use super::body::{Body, Hole, Kind};
use super::credentials::{Auth, Variables};
use super::exchange::{Collection, Exchange};
use super::script::{Answer, JSON, XML, literal};

/// A collection with a request and its tests for each operation.
pub(super) fn collection(collection: &Collection) -> String {
    let mut about = "newman run FILE".to_owned();
    about.extend(collection.needed().iter().map(|name| format!(" --env-var {name}=…")));
    if collection.asks_for_certificate() {
        about.push_str(". The service asks for a certificate: Settings, Certificates, or --ssl-client-cert.");
    }
    let items: Vec<Value> = collection.exchanges.iter().map(|exchange| item(collection, exchange)).collect();
    let value = json!({
        "info": {
            "name": collection.name,
            "description": about,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": [{ "key": "address", "value": collection.address, "type": "string" }],
        "item": items,
    });
    serde_json::to_string_pretty(&value).expect("texts and lists of them are JSON")
}

fn item(collection: &Collection, exchange: &Exchange) -> Value {
    let variables = &collection.variables;
    let mut headers: Vec<Value> =
        exchange.headers.iter().map(|(name, value)| json!({ "key": name, "value": value })).collect();
    if let Auth::Header(name) = &exchange.auth {
        headers.push(json!({ "key": name, "value": place(&variables.key) }));
    }
    if collection.keyed {
        headers.push(json!({ "key": "Idempotency-Key", "value": "{{$guid}}" }));
    }
    let mut request = json!({
        "method": exchange.method,
        "header": headers,
        "url": format!("{{{{address}}}}{}", exchange.path),
        "auth": auth(&exchange.auth, variables),
    });
    let mut events = vec![event("test", tests(exchange))];
    if let (Some(body), Some(request)) = (&exchange.body, request.as_object_mut()) {
        let language = json!({ "raw": { "language": body.kind.name() } });
        request.insert("body".to_owned(), json!({ "mode": "raw", "raw": raw(body), "options": language }));
        let script = before(body, variables, &Sandbox::POSTMAN);
        events.extend((!script.is_empty()).then(|| event("prerequest", script)));
    }
    json!({ "name": exchange.name, "request": request, "event": events })
}

fn event(listen: &str, script: Vec<String>) -> Value {
    json!({ "listen": listen, "script": { "type": "text/javascript", "exec": script } })
}

fn auth(auth: &Auth, variables: &Variables) -> Value {
    let pair = |key: &str, variable: &str| json!({ "key": key, "value": place(variable), "type": "string" });
    match auth {
        Auth::Basic => json!({
            "type": "basic",
            "basic": [pair("username", &variables.username), pair("password", &variables.password)],
        }),
        Auth::Bearer => json!({ "type": "bearer", "bearer": [pair("token", &variables.token)] }),
        Auth::Body | Auth::Certificate | Auth::Header(_) | Auth::None => json!({ "type": "noauth" }),
    }
}

/// The body; in its holes stand variables that a script sets before the request is sent.
pub(super) fn raw(body: &Body) -> String {
    let hole = |hole: Hole| match hole {
        Hole::Created => place("created"),
        Hole::Digest => place("digest"),
        Hole::MessageId => format!("urn:uuid:{}", place("$guid")),
        Hole::Nonce => place("nonce"),
        Hole::Password => place("password"),
        Hole::Username => place("username"),
    };
    body.written(|text| body.kind.without(text, ['{', '{']), hole)
}

/// How a script reads the variables of a tool and sets some for the request.
pub(super) struct Sandbox {
    pub(super) read: &'static str,
    pub(super) set: &'static str,
}

impl Sandbox {
    const POSTMAN: Self = Self { read: "pm.variables.get", set: "pm.variables.set" };
}

/// The script that makes what stands in the holes of `body`; nothing where there are none.
pub(super) fn before(body: &Body, variables: &Variables, sandbox: &Sandbox) -> Vec<String> {
    let Sandbox { read, set } = sandbox;
    let mut lines = Vec::new();
    let escape = if body.kind == Kind::Xml { XML } else { JSON };
    for (hole, name, variable) in
        [(Hole::Username, "username", &variables.username), (Hole::Password, "password", &variables.password)]
    {
        if body.has(hole) {
            lines.push(format!("{set}('{name}', escaped({read}({})));", literal(variable)));
        }
    }
    if !lines.is_empty() {
        lines.insert(0, format!("const escaped = {escape};"));
    }
    if body.has(Hole::Digest) {
        let password = literal(&variables.password);
        lines.extend([
            "const hashes = require('crypto-js');".to_owned(),
            "const nonce = hashes.lib.WordArray.random(16);".to_owned(),
            "const created = new Date().toISOString();".to_owned(),
            format!("const said = hashes.enc.Utf8.parse(created + {read}({password}));"),
            format!("{set}('nonce', nonce.toString(hashes.enc.Base64));"),
            format!("{set}('created', created);"),
            format!("{set}('digest', hashes.SHA1(nonce.clone().concat(said)).toString(hashes.enc.Base64));"),
        ]);
    }
    lines
}

fn tests(exchange: &Exchange) -> Vec<String> {
    let answer =
        Answer { status: "pm.response.code", text: "pm.response.text()", json: "pm.response.json()" };
    let test =
        |says: &str, holds: &str| format!("pm.test({}, () => pm.expect({holds}).to.be.true);", literal(says));
    answer.conditions(&exchange.expected).iter().map(|found| test(&found.says, &found.holds)).collect()
}

fn place(name: &str) -> String {
    format!("{{{{{name}}}}}")
}
