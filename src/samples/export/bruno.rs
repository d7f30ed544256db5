//! A collection of Bruno: a folder with a file for each request.

use super::body::Kind;
use super::credentials::Auth;
use super::exchange::{Collection, Exchange};
use super::output::File;
use super::postman::{Sandbox, before, raw};
use super::script::{Answer, literal};

/// The files of the folder.
pub(super) fn files(collection: &Collection) -> Vec<File> {
    let about = format!(
        "{{\n  \"version\": \"1\",\n  \"name\": {},\n  \"type\": \"collection\",\n  \"ignore\": [\"node_modules\", \".git\"]\n}}\n",
        literal(&collection.name)
    );
    let mut files = vec![File::new("bruno.json", about), File::new("collection.bru", shared(collection))];
    let requests = collection.exchanges.iter().zip(collection.file_names(&RESERVED)).zip(1..);
    files.extend(requests.map(|((exchange, name), number)| {
        File::new(format!("{name}.bru"), request(collection, exchange, number))
    }));
    files
}

/// What the requests share: the address, and what is to be known of the variables.
fn shared(collection: &Collection) -> String {
    let mut docs = vec!["bru run, in this folder".to_owned()];
    let needed = collection.needed();
    if !needed.is_empty() {
        docs.push(format!(
            "Set {} in the environment, or in the file .env beside this one.",
            needed.join(", ")
        ));
    }
    if collection.asks_for_certificate() {
        docs.push("The service asks for a certificate: Collection Settings, Client Certificates.".to_owned());
    }
    block("vars:pre-request", [format!("address: {}", collection.address)]) + "\n" + &block("docs", docs)
}

fn request(collection: &Collection, exchange: &Exchange, number: usize) -> String {
    let variables = &collection.variables;
    let (kind, auth) = (exchange.body.as_ref().map(|body| body.kind), &exchange.auth);
    let body = kind.map_or("none", Kind::name);
    let mode = match auth {
        Auth::Basic => "basic",
        Auth::Bearer => "bearer",
        Auth::Body | Auth::Certificate | Auth::Header(_) | Auth::None => "none",
    };
    let variable = |name: &str| format!("{{{{process.env.{name}}}}}");
    let mut headers: Vec<String> =
        exchange.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if let Auth::Header(name) = auth {
        headers.push(format!("{name}: {}", variable(&variables.key)));
    }
    if collection.keyed {
        headers.push("Idempotency-Key: {{$guid}}".to_owned());
    }
    let url = format!("url: {{{{address}}}}{}", exchange.path);
    let mut blocks = vec![
        block(
            "meta",
            [format!("name: {}", exchange.name), "type: http".to_owned(), format!("seq: {number}")],
        ),
        block(&exchange.method.to_ascii_lowercase(), [url, format!("body: {body}"), format!("auth: {mode}")]),
    ];
    if !headers.is_empty() {
        blocks.push(block("headers", headers));
    }
    match auth {
        Auth::Basic => blocks.push(block(
            "auth:basic",
            [
                format!("username: {}", variable(&variables.username)),
                format!("password: {}", variable(&variables.password)),
            ],
        )),
        Auth::Bearer => {
            blocks.push(block("auth:bearer", [format!("token: {}", variable(&variables.token))]));
        }
        Auth::Body | Auth::Certificate | Auth::Header(_) | Auth::None => {}
    }
    if let Some(body) = &exchange.body {
        blocks.push(block(&format!("body:{}", body.kind.name()), [raw(body)]));
        let script = before(body, variables, &SANDBOX);
        blocks.extend((!script.is_empty()).then(|| block("script:pre-request", script)));
    }
    blocks.push(block("tests", tests(exchange)));
    blocks.join("\n")
}

/// A block of lines; each is indented, so that none of them ends it.
fn block(name: &str, texts: impl IntoIterator<Item = String>) -> String {
    let lines: String = texts
        .into_iter()
        .flat_map(|text| text.lines().map(|line| format!("  {line}\n")).collect::<Vec<_>>())
        .collect();
    format!("{name} {{\n{lines}}}\n")
}

fn tests(exchange: &Exchange) -> Vec<String> {
    let answer = Answer { status: "res.getStatus()", text: "res.getBody()", json: "res.getBody()" };
    let test =
        |says: &str, holds: &str| format!("test({}, () => expect({holds}).to.be.true);", literal(says));
    answer.conditions(&exchange.expected).iter().map(|found| test(&found.says, &found.holds)).collect()
}

const SANDBOX: Sandbox = Sandbox { read: "bru.getProcessEnv", set: "bru.setVar" };

/// Files that mean something else.
const RESERVED: [&str; 2] = ["collection", "folder"];
