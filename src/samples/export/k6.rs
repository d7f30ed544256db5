//! A script of k6.

use super::body::{Body, Hole, Kind, Piece};
use super::credentials::{Auth, Variables};
use super::exchange::{Collection, Exchange};
use super::script::{Answer, JSON, XML, literal};

/// A script in which one iteration sends each request once. It fails where an answer is not as expected.
pub(super) fn script(collection: &Collection) -> String {
    let uses = Uses::of(collection);
    let mut out = format!("// {}: k6 run FILE\n", collection.name);
    let needed = collection.needed();
    let given = needed.iter().map(|name| format!(" -e {name}=…")).collect::<String>();
    out.push_str(&format!(
        "// Variables: -e ADDRESS=URL calls another address{}{given}\n",
        if needed.is_empty() { "" } else { ";" }
    ));
    if collection.asks_for_certificate() {
        out.push_str("// The service asks for a certificate: options.tlsAuth.\n");
    }
    out.push_str("import http from 'k6/http';\nimport { check } from 'k6';\n");
    let is_keyed = collection.keyed || uses.message_id;
    if uses.digest || is_keyed {
        out.push_str("import crypto from 'k6/crypto';\n");
    }
    if uses.digest || uses.basic {
        out.push_str("import encoding from 'k6/encoding';\n");
    }
    out.push_str(
        "\nexport const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };\n\n",
    );
    out.push_str(&format!("const address = __ENV.ADDRESS || {};\n", literal(&collection.address)));
    for (is_used, function) in [
        (!needed.is_empty(), given_of(&needed)),
        (uses.json, format!("const json = {JSON};\n")),
        (uses.xml, format!("const xml = {XML};\n")),
        (is_keyed, KEY.to_owned()),
        (uses.message_id, MESSAGE_ID.to_owned()),
        (uses.digest, TOKEN.to_owned()),
    ] {
        out.extend(is_used.then_some(function));
    }
    out.push_str("\nexport default function () {\n");
    out.extend(collection.exchanges.iter().map(|exchange| call(collection, exchange)));
    out.push_str("}\n");
    out
}

/// What the requests need.
#[derive(Default)]
struct Uses {
    basic: bool,
    digest: bool,
    json: bool,
    message_id: bool,
    xml: bool,
}

impl Uses {
    fn of(collection: &Collection) -> Self {
        let mut uses = Self::default();
        for exchange in &collection.exchanges {
            uses.basic |= exchange.auth == Auth::Basic;
            let Some(body) = &exchange.body else { continue };
            uses.digest |= body.has(Hole::Digest);
            uses.message_id |= body.has(Hole::MessageId);
            let escaped = body.has(Hole::Password) || body.has(Hole::Username);
            uses.json |= escaped && body.kind == Kind::Json;
            uses.xml |= escaped && body.kind == Kind::Xml;
        }
        uses
    }
}

fn call(collection: &Collection, exchange: &Exchange) -> String {
    let variables = &collection.variables;
    let variable = |name: &str| format!("given.{name}");
    let mut headers: Vec<String> = exchange
        .headers
        .iter()
        .map(|(name, value)| format!("{}: {}", literal(name), literal(value)))
        .collect();
    let Variables { key, password, token, username } = variables;
    match &exchange.auth {
        Auth::Basic => headers.push(format!(
            "\"Authorization\": 'Basic ' + encoding.b64encode({} + ':' + {})",
            variable(username),
            variable(password)
        )),
        Auth::Bearer => headers.push(format!("\"Authorization\": 'Bearer ' + {}", variable(token))),
        Auth::Header(name) => headers.push(format!("{}: {}", literal(name), variable(key))),
        Auth::Body | Auth::Certificate | Auth::None => {}
    }
    headers.extend(collection.keyed.then(|| "\"Idempotency-Key\": key()".to_owned()));
    let body = exchange.body.as_ref();
    let has_digest = body.is_some_and(|body| body.has(Hole::Digest));
    let made =
        if has_digest { format!("    const token = made({});\n", variable(password)) } else { String::new() };
    let body = body.map_or("null".to_owned(), |body| text(body, variables));
    let answer = Answer { status: "answer.status", text: "answer.body", json: "answer.json()" };
    let conditions = answer.conditions(&exchange.expected);
    let checks: String = conditions
        .iter()
        .map(|condition| {
            let says = literal(&format!("{}: {}", exchange.name, condition.says));
            format!("      {says}: (answer) => {},\n", condition.holds)
        })
        .collect();
    format!(
        "  {{\n{made}    const headers = {{\n      {},\n    }};\n    const body = {body};\n    \
         const answer = http.request({}, address + {}, body, {{ headers }});\n    check(answer, {{\n{checks}    }});\n  }}\n",
        headers.join(",\n      "),
        literal(&exchange.method),
        literal(&exchange.path),
    )
}

/// The body as an expression, a line of its text on a line.
fn text(body: &Body, variables: &Variables) -> String {
    let escape = match body.kind {
        Kind::Json => "json",
        Kind::Xml => "xml",
    };
    let variable = |name: &str| format!("{escape}(given.{name})");
    let mut parts = Vec::new();
    for piece in &body.pieces {
        match piece {
            Piece::Text(text) => parts.extend(text.split_inclusive('\n').map(literal)),
            Piece::Hole(Hole::Created) => parts.push("token.created".to_owned()),
            Piece::Hole(Hole::Digest) => parts.push("token.digest".to_owned()),
            Piece::Hole(Hole::MessageId) => parts.push("messageId()".to_owned()),
            Piece::Hole(Hole::Nonce) => parts.push("token.nonce".to_owned()),
            Piece::Hole(Hole::Password) => parts.push(variable(&variables.password)),
            Piece::Hole(Hole::Username) => parts.push(variable(&variables.username)),
        }
    }
    parts.join(" +\n      ")
}

/// The variables, looked at before anything is sent: what fails later is no failure of the whole run.
fn given_of(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
    format!("const given = {{}};\nfor (const name of [{}]) {{\n{GIVEN}}}\n", names.join(", "))
}

const GIVEN: &str = "\
  if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
";

const KEY: &str = "\
function key() {
  return Array.from(new Uint8Array(crypto.randomBytes(16)), (octet) => octet.toString(16).padStart(2, '0')).join('');
}
";

/// RFC 9562: random digits in the groups of a UUID.
const MESSAGE_ID: &str = "\
function messageId() {
  return 'urn:uuid:' + key().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
";

/// UsernameToken Profile 1.1.1, section 3.1: the SHA-1 of nonce, time and password.
const TOKEN: &str = "\
function made(password) {
  const nonce = crypto.randomBytes(16);
  const created = new Date().toISOString();
  const hash = crypto.createHash('sha1');
  hash.update(nonce);
  hash.update(created + password);
  return { nonce: encoding.b64encode(nonce), created, digest: hash.digest('base64') };
}
";
