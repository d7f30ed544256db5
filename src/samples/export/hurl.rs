//! A file of Hurl 4.2 or later.

use super::body::{Body, Hole, Kind};
use super::credentials::{Auth, Variables};
use super::exchange::{Collection, Exchange};
use super::expected::{Content, Expected};

/// A file with an entry for each request. Hurl cannot compute, so a PasswordDigest comes in variables.
pub(super) fn text(collection: &Collection) -> String {
    let mut out = format!("# {}: hurl --test FILE\n", collection.name);
    let variables = collection.needed();
    let digest = collection.exchanges.iter().any(|exchange| has_digest(exchange.body.as_ref()));
    if !variables.is_empty() {
        let given = variables.iter().map(|name| format!(" --variable {name}=…"));
        out.push_str(&format!(
            "# Variables:{}; or HURL_VARIABLE_… in the environment.\n",
            given.collect::<String>()
        ));
    }
    if digest {
        out.push_str(DIGEST);
    }
    if collection.asks_for_certificate() {
        out.push_str("# The service asks for a certificate: --cert FILE --key FILE.\n");
    }
    for exchange in &collection.exchanges {
        out.push_str(&entry(collection, exchange));
    }
    out
}

fn entry(collection: &Collection, exchange: &Exchange) -> String {
    let Variables { key, password, token, username } = &collection.variables;
    let mut lines = vec![format!("\n# {}", exchange.name)];
    lines.push(format!("{} {}{}", exchange.method, value(&collection.address), value(&exchange.path)));
    lines.extend(exchange.headers.iter().map(|(name, text)| format!("{name}: {}", value(text))));
    match &exchange.auth {
        Auth::Bearer => lines.push(format!("Authorization: Bearer {{{{{token}}}}}")),
        Auth::Header(name) => lines.push(format!("{name}: {{{{{key}}}}}")),
        Auth::Basic | Auth::Body | Auth::Certificate | Auth::None => {}
    }
    if collection.keyed {
        lines.push("Idempotency-Key: {{newUuid}}".to_owned());
    }
    if exchange.auth == Auth::Basic {
        lines.push(format!("[BasicAuth]\n{{{{{username}}}}}: {{{{{password}}}}}"));
    }
    lines.extend(exchange.body.as_ref().map(|body| block(body, &collection.variables)));
    lines.push(asserts(&exchange.expected));
    lines.join("\n") + "\n"
}

/// A block of several lines, in which nothing is escaped and two braces begin a variable.
fn block(body: &Body, variables: &Variables) -> String {
    let kind = body.kind;
    let text = |text: &str| {
        let ticks = match kind {
            Kind::Json => "\\u0060",
            Kind::Xml => "&#96;",
        };
        kind.without(&text.replace('`', ticks), ['{', '{'])
    };
    let place = |name: &str| format!("{{{{{name}}}}}");
    let hole = |hole: Hole| match (hole, kind) {
        (Hole::Created, _) => place("created"),
        (Hole::Digest, _) => place("digest"),
        (Hole::MessageId, _) => format!("urn:uuid:{}", place("newUuid")),
        (Hole::Nonce, _) => place("nonce"),
        // Text that is not escaped can stand there.
        (Hole::Password, Kind::Xml) => format!("<![CDATA[{}]]>", place(&variables.password)),
        (Hole::Username, Kind::Xml) => format!("<![CDATA[{}]]>", place(&variables.username)),
        (Hole::Password, Kind::Json) => place(&variables.password),
        (Hole::Username, Kind::Json) => place(&variables.username),
    };
    format!("```{}\n{}\n```", kind.name(), body.written(text, hole).trim_end())
}

fn asserts(expected: &Expected) -> String {
    let mut asserts = Vec::new();
    if expected.status.is_none() {
        asserts.extend(["status >= 200".to_owned(), "status < 300".to_owned()]);
    }
    match &expected.content {
        Content::Anything => {}
        Content::Element(name) => asserts.push(format!(
            "xpath {} == {}",
            quoted("local-name(/*/*[local-name()='Body']/*)"),
            quoted(name)
        )),
        Content::Members { names, succeeded } => {
            for name in names {
                let at = quoted(&format!("$['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")));
                let holds = if *succeeded && name == "status" { "== 1" } else { "exists" };
                asserts.push(format!("jsonpath {at} {holds}"));
            }
        }
    }
    let status = expected.status.map_or("HTTP *".to_owned(), |status| format!("HTTP {status}"));
    if asserts.is_empty() { status } else { format!("{status}\n[Asserts]\n{}", asserts.join("\n")) }
}

/// Text of a header or a URL, where `#` begins a comment.
fn value(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#").replace("{{", "\\u{7b}\\u{7b}")
}

/// Text in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace("{{", "\\u{7b}\\u{7b}"))
}

fn has_digest(body: Option<&Body>) -> bool {
    body.is_some_and(|body| body.has(Hole::Digest))
}

const DIGEST: &str = "\
# The digest is used once: nonce=$(openssl rand -base64 16) created=$(date -u +%Y-%m-%dT%H:%M:%SZ), and digest is the base64 of
# the SHA-1 of the nonce's octets, created and the password. Give all three with --variable, for one request each time.
";
