//! Commands for a POSIX shell with `curl` 7.76 or later.

use super::body::{Body, Hole};
use super::credentials::{Auth, Variables};
use super::exchange::{Collection, Exchange};
use super::shell::{here_of, quote, word_of};

/// A script with a command for each request. Each gives the answer, and fails where its status is one of failure.
pub(super) fn script(collection: &Collection) -> String {
    let mut out = format!("# {}: sh -e FILE, or paste what is below a name.\n", collection.name);
    let needed = collection.needed();
    if !needed.is_empty() {
        out.push_str(&format!("# Set and export {}.\n", needed.join(", ")));
    }
    if collection.asks_for_certificate() {
        out.push_str("# The service asks for a certificate: --cert FILE --key FILE.\n");
    }
    for exchange in &collection.exchanges {
        let command = Command { collection, exchange };
        let made = made(exchange, &collection.variables).map_or(String::new(), |made| made.join("\n") + "\n");
        let body = exchange.body.as_ref();
        let data = body.map_or(String::new(), |_| " --data-binary @-".to_owned());
        let here = body.map_or(String::new(), |body| here_of(body, &collection.variables));
        out.push_str(&format!(
            "\n# {}\n{made}{}{here}\n",
            exchange.name,
            command.text("--fail-with-body", &data)
        ));
    }
    out
}

/// The command for one request on one line, without what a log could take for the end of it; nothing where it is longer than `most` bytes.
pub fn line(collection: &Collection, exchange: &Exchange, most: usize) -> Option<String> {
    let body = exchange.body.as_ref();
    if body.map_or(0, Body::len) > most {
        return None;
    }
    let made = made(exchange, &collection.variables).map_or(String::new(), |made| made.join("; ") + "; ");
    let data =
        body.map_or(String::new(), |body| format!(" --data-raw {}", word_of(body, &collection.variables)));
    let line = made + &Command { collection, exchange }.text("", &data);
    (line.len() <= most).then_some(line)
}

struct Command<'c> {
    collection: &'c Collection,
    exchange: &'c Exchange,
}

impl Command<'_> {
    fn text(&self, option: &str, data: &str) -> String {
        let Self { collection, exchange } = self;
        let Variables { key, password, token, username } = &collection.variables;
        let mut words = vec!["curl -sS".to_owned()];
        words.extend(Some(option.to_owned()).filter(|option| !option.is_empty()));
        // Told to use HEAD by another option curl waits for a body.
        words.push(match exchange.method.as_str() {
            "HEAD" => "--head".to_owned(),
            method => format!("-X {}", quote(method)),
        });
        words.extend(exchange.headers.iter().map(|(name, value)| header(name, value)));
        match &exchange.auth {
            Auth::Basic => words.push(format!("-u \"${{{username}:?}}:${{{password}:?}}\"")),
            Auth::Bearer => words.push(format!("-H \"Authorization: Bearer ${{{token}:?}}\"")),
            Auth::Header(name) => words.push(format!("-H \"{name}: ${{{key}:?}}\"")),
            Auth::Body | Auth::Certificate | Auth::None => {}
        }
        if collection.keyed {
            words.push(format!("-H \"Idempotency-Key: {FRESH}\""));
        }
        let url = quote(&format!("{}{}", collection.address, exchange.path));
        // Brackets and braces of a URL are none of curl's own patterns.
        let globs = if url.contains(['[', ']', '{', '}']) { " -g" } else { "" };
        format!("{}{globs}{data} {url}", words.join(" "))
    }
}

/// A header without a value is one with a semicolon.
fn header(name: &str, value: &str) -> String {
    let text = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
    format!("-H {}", quote(&text))
}

/// What must be made before a token with a digest can be: nonce, time, digest.
fn made(exchange: &Exchange, variables: &Variables) -> Option<[String; 2]> {
    exchange.body.as_ref().filter(|body| body.has(Hole::Digest))?;
    let nonce = "nonce=$(openssl rand -base64 16) created=$(date -u +%Y-%m-%dT%H:%M:%SZ)".to_owned();
    let password = &variables.password;
    let digest = format!(
        "digest=$({{ printf %s \"$nonce\" | openssl base64 -d -A; printf %s \"$created${{{password}:?}}\"; }} \
         | openssl dgst -sha1 -binary | openssl base64 -A)"
    );
    Some([nonce, digest])
}

/// Random digits.
const FRESH: &str = r#"$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"#;
